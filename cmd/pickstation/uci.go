package main

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
)

// firstInvoices copies the rows of the first n invoices to pick (no cancellations)
// of a UCI Online Retail file and returns the copy's path.
func firstInvoices(from, to string, n int) (string, error) {
	in, err := os.Open(from)
	if err != nil {
		return "", &failure{exitMissing, "demo: " + err.Error(), "check the name after --from", err}
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer out.Close()
	r, w := csv.NewReader(in), csv.NewWriter(out)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	taken := map[string]bool{}
	for header := true; ; header = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", &failure{exitNo, "demo: " + from + ": " + err.Error(), "check that it is a CSV of the UCI Online Retail data set", err}
		}
		if !header && !takeInvoice(taken, row[0], n) {
			continue
		}
		if err := w.Write(row); err != nil {
			return "", err
		}
	}
	w.Flush()
	return to, w.Error()
}

// takeInvoice says whether an invoice is among the first n.
func takeInvoice(taken map[string]bool, invoice string, n int) bool {
	if strings.HasPrefix(strings.ToUpper(invoice), "C") {
		return false
	}
	if !taken[invoice] && len(taken) < n {
		taken[invoice] = true
	}
	return taken[invoice]
}
