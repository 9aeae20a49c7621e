package customs_test

import (
	"crypto/md5" //nolint:gosec // the signature of another system is MD5
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pickstation/central/customs"
	"pickstation/gs1"
	"pickstation/labels"
)

// data returns a file of the customs data, or skips the test.
func data(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: the published customs facets and vectors are not at hand")
	}
	b, err := os.ReadFile(filepath.Join(dir, "customs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestPublishedVectors runs every line of the vectors that nobody here wrote; a line
// that no case takes fails.
func TestPublishedVectors(t *testing.T) {
	cases := map[string]func(t *testing.T, line string){
		"WDT qyb/Y sign": wdtParameters, "  ->": wdtSign, "  string:": wdtString,
		"S10": s10Vectors, "GB 11643": identityVectors, "USCC": usccVectors, "GS1 mod10": mod10Vectors,
		"Code128 module counts": func(*testing.T, string) {}, // labels.TestCode128… reads this line
	}
	ran := map[string]bool{}
	for line := range strings.Lines(data(t, "vectors.txt")) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		found := false
		for head, run := range cases {
			if strings.HasPrefix(line, head) {
				found, ran[head] = true, true
				run(t, line)
			}
		}
		if !found {
			t.Errorf("nothing tests the vector %q", line)
		}
	}
	for head := range cases {
		if !ran[head] {
			t.Errorf("the vectors have no line %q any more", head)
		}
	}
}

// The Wangdiantong signature has no use in this program; its vector is kept honest here,
// from the rule told with it: each key and value with its length, joined, MD5.
var wdt struct{ parameters, text string }

func wdtParameters(_ *testing.T, line string) { wdt.parameters = line }

func wdtSign(t *testing.T, line string) {
	want := regexp.MustCompile(`[0-9a-f]{32}`).FindString(line)
	values := map[string]string{}
	secret := ""
	for _, m := range regexp.MustCompile(`(\w+)=("[^"]*"|\S+)`).FindAllStringSubmatch(wdt.parameters, -1) {
		if v := strings.Trim(m[2], `"`); m[1] == "secret" {
			secret = v
		} else {
			values[m[1]] = v
		}
	}
	var parts []string
	for k, v := range values {
		parts = append(parts, fmt.Sprintf("%02d-%s:%04d-%s", utf8.RuneCountInString(k), k, utf8.RuneCountInString(v), v))
	}
	slices.SortFunc(parts, func(a, b string) int { return strings.Compare(a[3:], b[3:]) })
	wdt.text = strings.Join(parts, ";")
	sum := md5.Sum([]byte(wdt.text + secret)) //nolint:gosec // see the import
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func wdtString(t *testing.T, line string) {
	want, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "  string:")), " + ")
	if wdt.text != want {
		t.Errorf("signed text %q, want %q", wdt.text, want)
	}
}

func s10Vectors(t *testing.T, line string) {
	for _, m := range regexp.MustCompile(`(\d{8})->(\d)`).FindAllStringSubmatch(line, -1) {
		for d := range 10 {
			err := labels.CheckS10("RR" + m[1] + fmt.Sprint(d) + "CN")
			if right := fmt.Sprint(d) == m[2]; (err == nil) != right {
				t.Errorf("S10 %s with check digit %d: %v", m[1], d, err)
			}
		}
	}
	good, bad, _ := strings.Cut(line, "invalid")
	for _, n := range regexp.MustCompile(`\b[A-Z]{2}\d{9}[A-Z]{2}\b`).FindAllString(good, -1) {
		if err := labels.CheckS10(n); err != nil {
			t.Errorf("S10 %s: %v", n, err)
		}
	}
	// The second invalid number has a country that does not exist; S10 itself does not say.
	n := regexp.MustCompile(`\b[A-Z]{2}\d{9}[A-Z]{2}\b`).FindString(bad)
	if err := labels.CheckS10(n); err == nil {
		t.Errorf("S10 %s passes", n)
	}
}

func identityVectors(t *testing.T, line string) {
	numbers := regexp.MustCompile(`\b\d{17}[\dX]\b`).FindAllString(line, -1)
	if len(numbers) != 2 {
		t.Fatalf("%d identity numbers in %q", len(numbers), line)
	}
	for _, n := range numbers {
		born, err := customs.CheckID(customs.IDNumber(n))
		if want := n[6:10] + "-" + n[10:12] + "-" + n[12:14]; err != nil || string(born) != want {
			t.Errorf("identity number %s: born %s, %v", n, born, err)
		}
		for _, c := range "0123456789X" {
			if other := n[:17] + string(c); other != n {
				if _, err := customs.CheckID(customs.IDNumber(other)); err == nil {
					t.Errorf("identity number %s passes", other)
				}
			}
		}
	}
}

func usccVectors(t *testing.T, line string) {
	code := regexp.MustCompile(`\b[0-9A-Z]{18}\b`).FindString(line)
	if err := customs.CheckUSCC(code); err != nil {
		t.Error(err)
	}
	for i := range code {
		for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
			other := code[:i] + string(c) + code[i+1:]
			if err := customs.CheckUSCC(other); (err == nil) != (other == code) {
				t.Errorf("social credit code %s: %v", other, err)
			}
		}
	}
}

func mod10Vectors(t *testing.T, line string) {
	found := regexp.MustCompile(`(\d{12,17})->(\d)`).FindAllStringSubmatch(line, -1)
	if len(found) != 3 {
		t.Fatalf("%d vectors in %q", len(found), line)
	}
	for _, m := range found {
		if got := gs1.CheckDigit(m[1]); string(got) != m[2] {
			t.Errorf("check digit of %s is %c, want %s", m[1], got, m[2])
		}
	}
}
