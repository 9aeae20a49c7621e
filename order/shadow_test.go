package order

import (
	"testing"
	"time"
)

// onTrial puts rules on trial from today on.
func (w *world) onTrial(days int, class string) {
	w.env.Policy.Shadow = []ShadowRule{{From: "2026-05-20", Days: days, Class: class}}
}

// wantShadow checks what the last event says that a rule would have refused.
func (w *world) wantShadow(want MsgCode) {
	w.Helper()
	for i := len(w.events) - 1; i >= 0; i-- {
		if e := &w.events[i]; e.Verdict != "" {
			if e.Shadow != string(want) {
				w.Fatalf("the event says %q, want %q", e.Shadow, want)
			}
			return
		}
	}
}

func TestRulesOnTrialRecordWhatTheyWouldHaveRefused(t *testing.T) {
	for name, c := range map[string]struct {
		line   func(*Line)
		policy func(*Policy)
		scan   func(*world) Decision
		why    MsgCode
	}{
		"location":  {nil, func(p *Policy) { p.LocationFirst = true }, func(w *world) Decision { return w.scan("MANGO") }, MsgNeedLocation},
		"life":      {byExpiry, func(p *Policy) { p.MinLifeDays = 30 }, func(w *world) Decision { return w.read(Reading{Key: "MANGO", Expiry: "2026-05-25"}) }, MsgShortLife},
		"lot":       {reserved("L7"), nil, func(w *world) Decision { return w.read(Reading{Key: "MANGO", Lot: "L8"}) }, MsgOtherLot},
		"old stock": {func(l *Line) { l.Track.Expiry, l.Oldest = true, "2026-06-01" }, nil, func(w *world) Decision { return w.read(Reading{Key: "MANGO", Expiry: "2026-07-01"}) }, MsgOlder},
	} {
		var with []func(*Line)
		if c.line != nil {
			with = append(with, c.line)
		}
		w := picking(t, line("mango", 3, "L1", with...))
		if c.policy != nil {
			c.policy(&w.env.Policy)
		}
		if d := c.scan(w); d.Verdict.Good() {
			t.Errorf("%s: without a trial %s", name, d.Verdict)
		}
		w.bench.Question, w.bench.Pending = nil, nil
		w.onTrial(7, "")
		w.want(c.scan(w), OK, MsgUnitPicked)
		w.wantPicked("S-A", 1)
		w.wantShadow(c.why)
	}
}

func TestTheLawsAreNotOnTrial(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1", byExpiry), line("fig", 1, "L2", bySerial)), ship1("B", line("lychee", 1, "L3")))
	w.onTrial(7, "")
	w.scan("A")
	w.want(w.read(Reading{Key: "MANGO", Expiry: "2026-05-01"}), Blocked, MsgExpired)
	w.want(w.scan("MANGO"), Needs, MsgNeedExpiry)
	w.want(w.scan("FIG"), Needs, MsgNeedSerial)
	w.want(w.scan("LYCHEE"), OtherOrder, MsgForOther)
	w.want(w.read(Reading{Key: "MANGO", Expiry: "2027-05-01"}), LineDone, MsgLineDone)
	w.want(w.read(Reading{Key: "MANGO", Expiry: "2027-05-01"}), OverQty, MsgAllCounted)
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.want(w.scan("FIG"), Blocked, MsgCancelled)
	for i := range w.events {
		if w.events[i].Shadow != "" {
			t.Errorf("%s says %q would have been refused", w.events[i].Type, w.events[i].Shadow)
		}
	}
}

func TestWhatTheOrderItselfAsksForIsNotOnTrial(t *testing.T) {
	w := picking(t, line("mango", 1, "L1", byExpiry, func(l *Line) { l.MinLife = 60 }))
	w.onTrial(7, "")
	w.want(w.read(Reading{Key: "MANGO", Expiry: "2026-06-20"}), Blocked, MsgShortLife)
}

func TestATrialIsOfItsClassAndEndsByItself(t *testing.T) {
	w := picking(t, line("mango", 5, "L1"), line("ice", 5, "F1", frozen))
	w.env.Policy.LocationFirst = true
	w.onTrial(2, string(Frozen))
	w.want(w.scan("MANGO"), Needs, MsgNeedLocation)
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.wantShadow(MsgNeedLocation)
	w.want(w.scan("L1"), OK, MsgLocation)
	w.wait(24 * time.Hour) // the second day
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.want(w.scan("L1"), OK, MsgLocation)
	w.wait(24 * time.Hour) // the trial is over
	w.want(w.scan("ICE"), Needs, MsgNeedLocation)
}

func TestABoxThatWeighsOtherwiseGetsItsLabelOnTrial(t *testing.T) {
	for _, on := range []bool{false, true} {
		w := newWorld(t, ship1("A", line("mango", 2, "L1", func(l *Line) { l.WeightG = 500 })))
		w.env.Policy.Weigh = WeighPolicy{Check: true}
		if on {
			w.onTrial(1, "")
		}
		w.scan("A")
		w.scan("MANGO")
		w.scan("MANGO")
		d := w.do(Input{Source: Weighed, WeightG: 500, Stable: true, Device: "scale1"})
		if d.Verdict.Good() != on {
			t.Errorf("on trial %v: %s %s", on, d.Verdict, d.What.Code)
		}
		if on {
			w.wantShadow(MsgWeightOff)
		}
	}
}

func TestATrialIsChecked(t *testing.T) {
	for _, r := range []ShadowRule{{}, {From: "2026-13-01", Days: 1}, {From: "2026-12-01"}, {From: "2026-12-01", Days: 32}, {From: "2026-12-01", Days: 7, Class: "lukewarm"}} {
		p := DefaultPolicy()
		if p.Shadow = []ShadowRule{r}; p.CheckWork() == nil {
			t.Errorf("%+v is taken", r)
		}
	}
	p := DefaultPolicy()
	p.Shadow = []ShadowRule{{From: "2026-12-01", Days: 7, Class: "frozen"}, {From: "2026-12-01", Days: 3}}
	if err := p.CheckWork(); err != nil {
		t.Error(err)
	}
	zone := time.FixedZone("CST", 8*3600)
	if got := p.Trials(time.Date(2026, 12, 2, 3, 0, 0, 0, zone), zone); len(got) != 2 || got[0].Class != "frozen" || !got[0].Ends.Equal(time.Date(2026, 12, 8, 0, 0, 0, 0, zone)) {
		t.Errorf("%+v", got)
	}
	if got := p.Trials(time.Date(2026, 12, 8, 0, 0, 0, 0, zone), zone); len(got) != 0 {
		t.Errorf("after its last day: %+v", got)
	}
}
