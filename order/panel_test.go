package order

import (
	"testing"
	"time"
)

func TestInfoTurnsThePanelsOverAndAnyScanGoesOnWithTheWork(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	for _, want := range []Panel{PanelBench, PanelShift, PanelLeadOnly, PanelNone, PanelBench} {
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

// turned is the bench with INFO scanned so often.
func (w *world) turned(times int) *world {
	for range times {
		w.card(CmdInfo)
	}
	return w
}

func TestTheLeadsViewIsALeads(t *testing.T) {
	for _, w := range []*world{unmanned(t), picking(t, line("mango", 3, "L1"))} {
		w.turned(2)
		if d := w.want(w.card(CmdInfo), Blocked, MsgLeadOnly); w.bench.Panel != PanelLeadOnly || d.Do.Code != DoLeadOnly {
			t.Fatalf("panel %q, %+v", w.bench.Panel, d.Do)
		}
	}
	w := picking(t, line("mango", 3, "L1"))
	w.bench.Lead = true
	if w.turned(3); w.bench.Panel != PanelLead {
		t.Errorf("a lead sees %q", w.bench.Panel)
	}
}

func TestALeadsBadgeOpensTheLeadsViewAndLeavesATrace(t *testing.T) {
	w := picking(t, line("mango", 3, "L1")).turned(3)
	d := w.want(w.scan("B-BOSS"), OK, MsgPanel)
	if w.bench.Panel != PanelLead || w.bench.Operator != "li" || w.bench.Question != nil {
		t.Fatalf("%+v", w.bench)
	}
	if e := d.Events[0]; e.Auth != "boss" || e.Reason != string(GateLeadView) || e.Code != "" {
		t.Errorf("event %+v", e)
	}
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)

	w.turned(3) // a badge that is no lead's goes on with the work, and so do those that are not valid
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskHandOver)
	w.turned(3)
	w.want(w.scan("B-GONE"), Blocked, MsgBadgeInvalid)
	if w.bench.Panel != PanelNone {
		t.Errorf("panel %q", w.bench.Panel)
	}
}

func TestALeadWhoCameSeesTheLeadsViewAtOnce(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.card(CmdCall)
	w.turned(3)
	if w.want(w.scan("B-BOSS"), OK, MsgLeadCame); w.bench.Panel != PanelLead || w.bench.Called != nil {
		t.Errorf("%+v", w.bench)
	}
}

func TestTheLeadsViewTakesThePINOfThoseWhoHaveOne(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	withPINs(w)
	w.turned(3)
	if w.want(w.scan("B-BOSS"), Needs, MsgAskPIN); w.bench.Panel != PanelNone {
		t.Error("shown before the PIN")
	}
	if w.want(w.typed("000000"), Blocked, MsgWrongPIN); w.bench.Panel != PanelNone {
		t.Error("shown for a wrong PIN")
	}
	if w.want(w.typed("271828"), OK, MsgPanel); w.bench.Panel != PanelLead || w.bench.Question != nil {
		t.Errorf("%+v", w.bench)
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
