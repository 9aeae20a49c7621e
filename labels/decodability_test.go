package labels

import (
	"math"
	"slices"
	"testing"
)

// gradeA is the least decodability of grade A (ISO/IEC 15416:2016 table 4).
const gradeA = 0.62

// decodability is the measure of ISO/IEC 15416:2016 5.4.12 with the reference decode algorithm of the symbology; 0 when a
// character would be read wrong.
func decodability(symbology string, runs, want []int) float64 {
	if len(runs) != len(want) {
		return 0
	}
	switch symbology {
	case "ean-13":
		return eanDecodability(runs, want)
	case "itf-14":
		return twoWidthDecodability(runs, want)
	}
	v := 1.0
	for c := 0; c+6 < len(runs); c += 6 { // ISO/IEC 15417:2007 annex C
		e, w := runs[c:c+6], want[c:c+6]
		v = min(v, edgeDecodability(e, w, 11, 1.5, 8.5))
		total := float64(sum(e))
		bars, wantBars := float64(e[0]+e[2]+e[4]), float64(w[0]+w[2]+w[4])
		v = min(v, (1.75-math.Abs(bars*11/total-wantBars))/1.75)
	}
	return max(v, 0)
}

// edgeDecodability measures a character of some modules by its edge to similar edge distances against the reference
// thresholds from..to.
func edgeDecodability(e, want []int, modules int, from, to float64) float64 {
	v, total := 1.0, float64(sum(e))
	n := float64(modules)
	for i := 0; i+2 < len(e); i++ {
		m := float64(e[i] + e[i+1])
		for j := from; j <= to; j++ {
			v = min(v, math.Abs(j/n*total-m)/(total/(2*n)))
		}
		if math.Abs(m*n/total-float64(want[i]+want[i+1])) > 0.5 {
			return 0
		}
	}
	return v
}

// eanDecodability goes over the twelve characters between the guard patterns (ISO/IEC 15420:2009 5.4.2).
func eanDecodability(runs, want []int) float64 {
	v := 1.0
	for c := range 12 {
		at := 3 + 4*c
		if c >= 6 {
			at += 5
		}
		v = min(v, edgeDecodability(runs[at:at+4], want[at:at+4], 7, 1.5, 5.5))
	}
	return v
}

// twoWidthDecodability tells narrow from wide elements by the threshold halfway between them (ISO/IEC 16390:2007 annex C).
func twoWidthDecodability(runs, want []int) float64 {
	narrow := slices.Min(want)
	var n, w []int
	for i, r := range runs {
		if want[i] == narrow {
			n = append(n, r)
		} else {
			w = append(w, r)
		}
	}
	mean := func(s []int) float64 { return float64(sum(s)) / float64(len(s)) }
	threshold := (mean(n) + mean(w)) / 2
	return max(0, min((threshold-float64(slices.Max(n)))/(threshold-mean(n)), (float64(slices.Min(w))-threshold)/(mean(w)-threshold)))
}

func sum(s []int) int {
	n := 0
	for _, v := range s {
		n += v
	}
	return n
}

// The measure itself must fall when bars grow, or it would prove nothing.
func TestDecodabilityFallsWhenBarsGrow(t *testing.T) {
	for kind, dpi := range map[string]int{KindItem: 203, KindWaybill: 300} {
		for _, p := range layoutExample(t, kind, Printer{DPI: dpi}) {
			for _, s := range p.Barcodes() {
				if s.Runs == nil {
					continue
				}
				exact, grown := make([]int, len(s.Runs)), make([]int, len(s.Runs))
				for i, r := range s.Runs {
					exact[i] = r * 2
					grown[i] = r * 2
					if i%4 == 0 { // two dots a module, every other bar a dot wider
						grown[i]++
					}
				}
				if v := decodability(s.Symbology, exact, s.Runs); v < 0.99 {
					t.Errorf("%s: decodability of the exact symbol is %.2f", s.Symbology, v)
				}
				if v := decodability(s.Symbology, grown, s.Runs); v >= gradeA {
					t.Errorf("%s: decodability with grown bars is %.2f", s.Symbology, v)
				}
			}
		}
	}
}
