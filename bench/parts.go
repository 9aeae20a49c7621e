package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"

	"pickstation/gs1"
	"pickstation/labels"
)

// Bounds of the parts that a scan and a print pass.
const (
	decodeNS  = 1000
	waybillMS = 1
)

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

// label is a waybill from its data to a finished PDF, in turn with the least that
// the PDF library does for the same words with a Latin font and no barcode.
func label(e *env) ([]result, error) {
	d, err := labels.Example("waybill")
	if err != nil {
		return nil, err
	}
	var ours, peer []time.Duration
	var ratios []float64
	const block = 20
	for range e.rounds(40) {
		var a, b []time.Duration
		for range block {
			began := time.Now()
			pages, err := d.Layout(labels.Printer{DPI: 203})
			if err != nil {
				return nil, err
			}
			if _, _, err := labels.RenderPDF(pages, labels.Meta{Title: "bench"}); err != nil {
				return nil, err
			}
			a = append(a, time.Since(began))
			began = time.Now()
			if err := plainPDF(); err != nil {
				return nil, err
			}
			b = append(b, time.Since(began))
		}
		ratios = append(ratios, float64(percentile(a, 50))/float64(percentile(b, 50)))
		ours, peer = append(ours, a...), append(peer, b...)
	}
	against := of("waybill_to_plain_pdf", millis(percentile(ours, 50)), "ms", millis(percentile(peer, 50)))
	against.Ratio = median(ratios)
	return []result{of("waybill_p50", millis(percentile(ours, 50)), "ms", waybillMS), of("waybill_p99", millis(percentile(ours, 99)), "ms", waybillMS),
		against}, nil
}

// plainPDF is a page of twenty lines in a font that every reader has.
func plainPDF() error {
	p := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: 100, Ht: 150}})
	p.AddPage()
	p.SetFont("Helvetica", "", 10)
	for n := range 20 {
		p.Text(5, float64(10+n*6), "SF1234567890 Zhang San 138****1234")
	}
	return p.Output(discard{})
}

// discard is a writer that keeps nothing.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
