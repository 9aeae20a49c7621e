package main

import (
	"fmt"
	"time"

	"pickstation/gs1"
)

// decodeNS is the bound, in nanoseconds, of reading a symbol.
const decodeNS = 1000

// decode is a GS1 symbol with item, expiry, lot and serial, read and judged.
func decode(e *env) ([]result, error) {
	const raw = "]d201095060001343521727053110LOT7\x1d21S0000001"
	var r gs1.Reader
	if s := r.Read(raw); s.Kind() != gs1.KindGS1 {
		return nil, fmt.Errorf("%q was read as %s: %w", raw, s.Kind(), s.Err)
	}
	var room [8]gs1.Element
	if _, err := gs1.ParseInto(room[:0], raw, gs1.Options{}); err != nil {
		return nil, err
	}
	const block = 1000 // shorter than the turn that the system gives to another program
	var read, strict []time.Duration
	for range e.rounds(200) {
		began := time.Now()
		for range block {
			r.Read(raw)
		}
		read = append(read, time.Since(began)/block)
		began = time.Now()
		for range block {
			_, _ = gs1.ParseInto(room[:0], raw, gs1.Options{})
		}
		strict = append(strict, time.Since(began)/block)
	}
	return []result{of("gs1_read", float64(percentile(read, 50)), "ns", decodeNS),
		of("gs1_parse_strict", float64(percentile(strict, 50)), "ns", decodeNS)}, nil
}
