package order

import (
	"testing"
	"time"
)

// TestEveryVerdictIsReached walks one bench through the closed set; NOT_SAVED is
// said by the loop when a commit fails.
func TestEveryVerdictIsReached(t *testing.T) {
	taken := ship1("C", line("plum", 1, "L9"))
	taken.Owner = "mei"
	w := newWorld(t, ship1("A", line("mango", 2, "L1", byExpiry), line("fig", 1, "L2")), ship1("B", line("fig", 1, "L3"), line("nut", 1, "L4")), taken)
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	reached := map[Verdict]bool{NotSaved: true}
	for _, step := range []struct {
		do   func() Decision
		want Verdict
	}{
		{func() Decision { return w.scan("B-GONE") }, Blocked},
		{func() Decision { return w.scan("FIG") }, Ambiguous},
		{func() Decision { return w.scan("C") }, Taken},
		{func() Decision { return w.scan("A") }, OK},
		{func() Decision { return w.scan("A") }, DoneAlready},
		{func() Decision { return w.scan("DURIAN") }, WrongItem},
		{func() Decision { return w.scan("C") }, OtherOrder},
		{func() Decision { return w.scan("L1") }, OK},
		{func() Decision { return w.scan("L9") }, WrongKind},
		{func() Decision { return w.scan("NONSENSE") }, Unknown},
		{func() Decision { return w.scan("MANGO") }, Needs},
		{func() Decision { return w.scan("MANGO-12") }, OverQty},
		{func() Decision { return w.scan("B-MEI") }, ConfirmAgain},
		{func() Decision { return w.scan("FIG") }, LineDone},
		{func() Decision { return w.read(Reading{Key: "MANGO", Expiry: "2030-01-01"}) }, OK},
		{func() Decision { return w.read(Reading{Key: "MANGO", Expiry: "2030-01-01"}) }, OrderDone},
	} {
		w.wait(time.Second)
		d := step.do()
		if d.Verdict != step.want {
			t.Fatalf("got %s %s, want %s", d.Verdict, d.What.Code, step.want)
		}
		reached[d.Verdict] = true
	}
	for _, v := range Verdicts() {
		if !reached[v] {
			t.Errorf("%s was not reached", v)
		}
	}
}
