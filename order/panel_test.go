package order

import (
	"testing"
	"time"
)

func TestInfoTurnsThePanelsOverAndAnyScanGoesOnWithTheWork(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	for _, want := range []Panel{PanelBench, PanelShift, PanelLead, PanelNone, PanelBench} {
		if w.card(CmdInfo); w.bench.Panel != want {
			t.Fatalf("panel %q, want %q", w.bench.Panel, want)
		}
	}
	w.key(CmdLang)
	if w.bench.Panel != PanelBench {
		t.Error("the language closes the panel")
	}
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1)
	if w.bench.Panel != PanelNone {
		t.Error("the panel hides the work that goes on")
	}
}

func TestAQuestionStaysOpenUnderAPanel(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.card(CmdShort)
	if w.bench.Question == nil {
		t.Fatal("nothing is asked")
	}
	w.card(CmdInfo)
	w.want(w.card(CmdYes), OrderDone, MsgAllShort)
}

func TestAnybodyMaySeeHowTheBenchIs(t *testing.T) {
	w := unmanned(t)
	if w.want(w.card(CmdInfo), OK, MsgPanel); w.bench.Panel != PanelBench {
		t.Error("no panel before the sign-in")
	}
}

func TestAShiftBeginsAtTheLatestTimeOfThePolicy(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	at := func(d, h, m int) time.Time { return time.Date(2026, 5, d, h, m, 0, 0, zone) }
	for _, c := range []struct {
		shifts  []string
		now, is time.Time
	}{
		{nil, at(20, 9, 0), at(20, 0, 0)},
		{[]string{"06:00", "14:00", "22:00"}, at(20, 9, 0), at(20, 6, 0)},
		{[]string{"06:00", "14:00", "22:00"}, at(20, 14, 0), at(20, 14, 0)},
		{[]string{"06:00", "14:00", "22:00"}, at(20, 5, 59), at(19, 22, 0)},
		{[]string{"06:00"}, at(20, 5, 59), at(19, 6, 0)},
	} {
		p := Policy{Shifts: c.shifts}
		if got := p.ShiftStart(c.now.UTC(), zone); !got.Equal(c.is) {
			t.Errorf("%v at %v: %v, want %v", c.shifts, c.now, got, c.is)
		}
	}
	p := DefaultPolicy()
	if p.Shifts = []string{"6:00"}; p.CheckWork() == nil {
		t.Error("6:00 is taken for a time of day")
	}
	if p.Shifts = []string{"06:00", "18:30"}; p.CheckWork() != nil {
		t.Error(p.CheckWork())
	}
}
