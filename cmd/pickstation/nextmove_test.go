package main

import (
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/tui/text"
)

// What a wrong scan is, whose it is, and where it belongs: the search goes from the
// expected line over the order, the orders worked on together, and all open work, to the
// catalogue, and each step is told in both languages.
func TestAWrongScanSaysWhatItIsWhoseItIsAndWhereItBelongs(t *testing.T) {
	const world = `
place L8
product durian @D-1
product nowhere
order A priority=1
  2 mango @L1
  2 tea @L2
order B priority=1
  2 fig @L3
order C
  1 kiwi @L7
`
	for _, c := range []struct {
		name  string
		steps []string
		scan  string
		v     order.Verdict
		zh    []string
		en    []string
	}{
		{"the expected line", []string{"scan A"}, "MANGO", order.OK, []string{"货mango", "1 / 2"}, []string{"mango: 1 of 2"}},
		{"another line of the order", []string{"scan A"}, "TEA", order.OK, []string{"货tea", "1 / 2"}, []string{"tea: 1 of 2"}},
		{"the line at hand of the batch", []string{"card BATCH"}, "MANGO", order.OK, []string{"货mango", "1 / 2"}, []string{"1 of 2"}},
		{"later in the batch, the same order", []string{"card BATCH"}, "TEA", order.WrongItem, []string{"货tea", "L2"}, []string{"tea", "L2"}},
		{"another order of the batch", []string{"card BATCH"}, "FIG", order.WrongItem, []string{"货fig", "B", "L3"}, []string{"fig", "B", "L3"}},
		{"other open work, from one order", []string{"scan A"}, "KIWI", order.OtherOrder, []string{"货kiwi", "C", "L7"}, []string{"kiwi", "C", "L7"}},
		{"other open work, from a batch", []string{"card BATCH"}, "KIWI", order.OtherOrder, []string{"货kiwi", "C", "L7"}, []string{"kiwi", "C", "L7"}},
		{"the catalogue", []string{"scan A"}, "DURIAN", order.WrongItem, []string{"货durian", "D-1"}, []string{"durian", "put it back to D-1"}},
		{"the catalogue, without a place", []string{"scan A"}, "NOWHERE", order.WrongItem, []string{"货nowhere"}, []string{"nowhere", "shelf"}},
		{"a place", []string{"scan A"}, "L8", order.WrongKind, []string{"L8"}, []string{"L8", "mango"}},
		{"nobody's", []string{"scan A"}, "4711", order.Unknown, []string{"4711", "L1"}, []string{"4711", "mango at L1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := worldBench(t, t.TempDir(), world, replayStart)
			defer r.close()
			for _, s := range append([]string{"scan B-LI"}, c.steps...) {
				if all := takeStep(t, r, s); !all[0].Decision.Verdict.Good() {
					t.Fatalf("%s: %s", s, all[0].Decision.What.Code)
				}
			}
			d := takeStep(t, r, "scan "+c.scan)[0].Decision
			if d.Verdict != c.v {
				t.Errorf("%s %s, want %s", d.Verdict, d.What.Code, c.v)
			}
			for lang, wants := range map[string][]string{text.ZH: c.zh, text.EN: c.en} {
				says := text.Line(lang, d.What) + " | " + text.Line(lang, d.Do)
				for _, w := range wants {
					if !strings.Contains(strings.ToLower(says), strings.ToLower(w)) {
						t.Errorf("%s: %q lacks %q", lang, says, w)
					}
				}
			}
		})
	}
}
