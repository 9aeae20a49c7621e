package main

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
)

// firstInvoices copies the rows of the first n invoices to pick of a UCI Online
// Retail file and returns the copy's path.
func firstInvoices(from, to string, n int) (string, error) {
	rows, err := readInvoices(from)
	if err != nil {
		return "", err
	}
	take := map[string]bool{}
	for _, row := range rows[min(1, len(rows)):] {
		if len(take) < n && pickable(row) {
			take[row[0]] = true
		}
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer out.Close()
	w := csv.NewWriter(out)
	for i, row := range rows {
		if i > 0 && !take[row[0]] {
			continue
		}
		if err := w.Write(row); err != nil {
			return "", err
		}
	}
	w.Flush()
	return to, w.Error()
}

func readInvoices(from string) ([][]string, error) {
	in, err := os.Open(from)
	if err != nil {
		return nil, &failure{exitMissing, "demo: " + err.Error(), "check the name after --from", err}
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, &failure{exitNo, "demo: " + from + ": " + err.Error(), "check that it is a CSV of the UCI Online Retail data set", err}
	}
	return rows, nil
}

// pickable says whether a row is goods to pick: no cancellation, a stock code that
// begins with five digits or DCGS, a positive quantity.
func pickable(row []string) bool {
	if len(row) < 4 || strings.HasPrefix(strings.ToUpper(row[0]), "C") {
		return false
	}
	qty, err := strconv.Atoi(strings.TrimSpace(row[3]))
	code := strings.ToUpper(strings.TrimSpace(row[1]))
	digits := len(code) >= 5 && strings.Trim(code[:5], "0123456789") == ""
	return err == nil && qty > 0 && (digits || strings.HasPrefix(code, "DCGS"))
}
