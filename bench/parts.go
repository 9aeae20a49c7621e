package main

import (
	"fmt"
	"testing"

	"pickstation/gs1"
)

// decodeNS is the bound, in nanoseconds, of reading a symbol.
const decodeNS = 1000

// decode is a GS1 symbol with item, expiry, lot and serial, read and judged.
func decode(*env) ([]result, error) {
	const raw = "]d201095060001343521727053110LOT7\x1d21S0000001"
	var r gs1.Reader
	if s := r.Read(raw); s.Kind() != gs1.KindGS1 {
		return nil, fmt.Errorf("%q was read as %s: %w", raw, s.Kind(), s.Err)
	}
	b := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			r.Read(raw)
		}
	})
	strict := testing.Benchmark(func(b *testing.B) {
		var room [8]gs1.Element
		for b.Loop() {
			if _, err := gs1.ParseInto(room[:0], raw, gs1.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	return []result{of("gs1_read", perOp(b), "ns", decodeNS), of("gs1_parse_strict", perOp(strict), "ns", decodeNS)}, nil
}

func perOp(b testing.BenchmarkResult) float64 { return float64(b.T.Nanoseconds()) / float64(b.N) }
