package labels

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boombuler/barcode/code128"
	"pgregory.net/rapid"
)

// modules sums the widths of a linear symbol.
func modules(runs []int) int {
	n := 0
	for _, r := range runs {
		n += r
	}
	return n
}

// decodeCode128 reads a symbol as a scanner does: pattern by pattern, with start, check and stop.
func decodeCode128(t interface{ Fatalf(string, ...any) }, runs []int) string {
	if len(runs)%6 != 1 {
		t.Fatalf("%d elements are no Code 128 symbol", len(runs))
	}
	var values []int
	for i := 0; i+6 < len(runs); i += 6 {
		var pattern strings.Builder
		for _, w := range runs[i : i+6] {
			pattern.WriteByte('0' + byte(w))
		}
		v := strings.Index(code128Widths, pattern.String())
		for v%6 != 0 && v >= 0 {
			next := strings.Index(code128Widths[v+1:], pattern.String())
			if next < 0 {
				v = -1
				break
			}
			v += 1 + next
		}
		if v < 0 {
			t.Fatalf("no character has widths %s", pattern.String())
		}
		values = append(values, v/6)
	}
	n := len(values)
	if values[n-1] != c128Stop || runs[len(runs)-1] != 2 {
		t.Fatalf("symbol does not end with stop")
	}
	sum := values[0]
	for i, v := range values[1 : n-2] {
		sum += (i + 1) * v
	}
	if sum%103 != values[n-2] {
		t.Fatalf("check character is %d, want %d", values[n-2], sum%103)
	}
	return textOfCode128(values[:n-2])
}

func textOfCode128(values []int) string {
	set := values[0] - c128StartA
	var b strings.Builder
	for _, v := range values[1:] {
		switch {
		case v == c128FNC1:
			b.WriteRune(fnc1)
		case set == setC && v < 100:
			b.WriteByte('0' + byte(v/10))
			b.WriteByte('0' + byte(v%10))
		case v == c128CodeA && set != setA:
			set = setA
		case v == c128CodeB && set != setB:
			set = setB
		case v == c128CodeC && set != setC:
			set = setC
		case set == setA && v >= 64:
			b.WriteByte(byte(v - 64))
		default:
			b.WriteByte(byte(v + 32))
		}
	}
	return b.String()
}

// The module counts stand in the project's test data, computed independently.
func TestCode128TakesTheModulesOfTheVectors(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is unset: the module counts are in its customs/vectors.txt")
	}
	b, err := os.ReadFile(filepath.Join(dir, "customs", "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(b), "Code128 module counts (optimal / boombuler v1.1.0): ")
	if !ok {
		t.Fatal("customs/vectors.txt has no Code128 line")
	}
	list, _, _ = strings.Cut(list, "\n")
	for _, entry := range strings.Split(list, "; ") {
		fields := strings.Fields(entry)
		text := strings.Replace(fields[0], "FNC1+00+SSCC18", "\u00f1"+"00395011015300000011", 1)
		want, _, _ := strings.Cut(fields[1], "/")
		runs, err := encodeCode128(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := modules(runs); strings.TrimSpace(want) != itoa(got) {
			t.Errorf("%s takes %d modules, want %s", text, got, want)
		}
	}
}

func TestCode128IsReadBackAndNeverLongerThanTheGreedyEncoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([0-9]{1,9}|[A-Z]{1,4}|[ -~]{1,5}|[\x01-\x1f]|ñ){1,8}`).Draw(t, "text")
		if len([]rune(s)) > maxCode128 {
			t.Skip()
		}
		runs, err := encodeCode128(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := decodeCode128(t, runs); got != s {
			t.Fatalf("read %q, want %q", got, s)
		}
		if other, err := code128.Encode(s); err == nil && modules(runs) > other.Bounds().Dx() {
			t.Fatalf("%q takes %d modules, the greedy encoder %d", s, modules(runs), other.Bounds().Dx())
		}
	})
}

func TestCode128RefusesWhatItCannotHold(t *testing.T) {
	for _, s := range []string{"", "顺丰", "é", "\u0080", strings.Repeat("A", maxCode128+1), "\xff"} {
		if _, err := encodeCode128(s); err == nil {
			t.Errorf("%q was encoded", s)
		}
	}
}

func FuzzCode128TakesAnyBytes(f *testing.F) {
	for _, s := range []string{"SF1234567890123", "\u00f10012", "a\x00b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if runs, err := encodeCode128(s); err == nil {
			if got := decodeCode128(t, runs); got != s {
				t.Errorf("read %q, want %q", got, s)
			}
		}
	})
}
