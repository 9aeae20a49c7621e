package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// day ships a real day (2010-12-01 of the UCI Online Retail data) through the
// unattended demo: every unit scanned on a pseudo-terminal, every parcel labelled,
// every event at the centre.
func day(e *env) ([]result, error) {
	data := os.Getenv("PICKSTATION_TESTDATA")
	if data == "" {
		fmt.Println("# day: left out, PICKSTATION_TESTDATA names no folder")
		return nil, nil
	}
	d, err := newDisk(e.tmp)
	if err != nil {
		return nil, err
	}
	defer d.close()
	before, err := d.block(500)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(e.bin, "pickstation"), "demo", "--auto", "--from", filepath.Join(data, "orders-uci", "2010-12-01.csv"),
		"--out", filepath.Join(e.tmp, "day"))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err = cmd.Run()
	took := time.Since(began)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(errs.Bytes()))
	}
	after, err := d.block(500)
	if err != nil {
		return nil, err
	}
	var sum struct {
		Scans          int     `json:"scans"`
		Lost           int     `json:"lost"`
		Duplicated     int     `json:"duplicated"`
		ScansPerSecond float64 `json:"scans_per_s"`
		P50            float64 `json:"p50_ms"`
		P99            float64 `json:"p99_ms"`
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &sum); err != nil {
		return nil, fmt.Errorf("the demo's last line: %w", err)
	}
	writes := 1 / percentile(append(before, after...), 50).Seconds()
	return []result{of("day_scans_per_s", sum.ScansPerSecond, "scans/s", writes), of("day_scans", float64(sum.Scans), "scans", 0),
		of("day_lost", float64(sum.Lost), "scans", 0), of("day_duplicated", float64(sum.Duplicated), "scans", 0),
		of("day_wall", took.Seconds(), "s", 0), of("day_p50", sum.P50, "ms", commitP50), of("day_p99", sum.P99, "ms", commitP99)}, nil
}
