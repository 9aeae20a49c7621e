package labels

import (
	"crypto/sha256"
	"runtime"
	"sync"
	"testing"
)

// rendered is a document in every format, one after another.
func rendered(d Document, formats bool) ([32]byte, error) {
	var all []byte
	pages, err := d.Layout(Printer{DPI: 203})
	if err != nil {
		return [32]byte{}, err
	}
	pdf, _, err := RenderPDF(pages, Meta{Title: "x", Created: exampleTime()})
	if err != nil || !formats {
		return sha256.Sum256(pdf), err
	}
	pngs, _, err := RenderPNG(pages)
	if err != nil {
		return [32]byte{}, err
	}
	zpl, _, err := RenderZPL(pages)
	if err != nil {
		return [32]byte{}, err
	}
	tspl, _, err := RenderTSPL(pages)
	for _, b := range append(pngs, pdf, zpl, tspl) {
		all = append(all, b...)
	}
	return sha256.Sum256(all), err
}

// A thousand waybills, and some of every kind in every format (a thousand of each in the long version, fewer under the race
// detector), half of them in eight goroutines at once: one and the same bytes.
func TestTheSameDocumentIsTheSameBytesEveryTime(t *testing.T) {
	for _, kind := range Kinds() {
		runs := 16
		switch {
		case soaking() || kind == KindWaybill && !raced:
			runs = 1000
		case kind == KindWaybill:
			runs = 200
		}
		formats := kind != KindWaybill && !raced || soaking() || kind == KindPlace
		t.Run(kind, func(t *testing.T) {
			d, err := Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			want, err := rendered(d, formats)
			if err != nil {
				t.Fatal(err)
			}
			check := func(n int) {
				for range n {
					if got, err := rendered(d, formats); err != nil || got != want {
						t.Errorf("other bytes, %v", err)
						return
					}
				}
			}
			check(runs / 2)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { check(runs / 16) })
			}
			wg.Wait()
		})
	}
}

// heap is what is in use after everything that can go has gone.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A bench prints all day: what stays after thousands of labels (a hundred thousand in the long version) with ever new
// characters must not grow.
func TestMemoryStaysFlatOverManyLabels(t *testing.T) {
	warm, most := 600, 2400
	if raced {
		warm, most = 150, 450
	}
	if soaking() {
		warm, most = 10_000, 100_000
	}
	render := func(from, to int) {
		for i := from; i < to; i++ {
			w := exampleWaybill().(Waybill)
			w.Receiver.Street = string(rune(0x4E00+i%20000)) + string(rune(0x4E00+i*7%20000))
			pages := layout(t, w, Printer{DPI: 203})
			renderPDF(t, pages)
			if i%8 == 0 {
				if _, _, err := RenderPNG(pages); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	render(0, warm)
	before := heap()
	for from := warm; from < most; from += warm {
		render(from, min(from+warm, most))
		after := heap()
		t.Logf("%d labels: %.1f MB in use", min(from+warm, most), float64(after)/(1<<20))
		if after > before+maxImageBytes+1<<20 {
			t.Fatalf("the heap grew from %d to %d bytes in %d labels", before, after, from+warm)
		}
	}
}
