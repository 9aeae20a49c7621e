package order

import (
	"fmt"
	"time"
)

// Panel is what the screen shows over the work when somebody asks how the bench is.
type Panel string

// Panels, in the order in which INFO turns them over. What others did is a lead's to see.
const (
	PanelNone     Panel = ""
	PanelBench    Panel = "bench"      // what is wrong and what to do, how fast and how well it scans
	PanelShift    Panel = "shift"      // what was done since the shift began, by the person at the bench
	PanelLead     Panel = "lead"       // who works on what since when, exceptions, overrides
	PanelLeadOnly Panel = "lead_asked" // in its place for everybody else, until a lead's badge is scanned
)

// info turns to the next panel; after the last one the work is seen again. It asks and
// changes nothing else, so that a question stays open under it.
func (t *turn) info() {
	switch t.b.Panel {
	case PanelNone:
		t.b.Panel = PanelBench
	case PanelBench:
		t.b.Panel = PanelShift
	case PanelShift:
		if !t.b.Lead {
			t.b.Panel = PanelLeadOnly
			t.say(Blocked, msg(MsgLeadOnly, Args{}), msg(DoLeadOnly, Args{}))
			return
		}
		t.b.Panel = PanelLead
	default:
		t.b.Panel = PanelNone
		t.say(OK, msg(MsgPanelClosed, Args{}), t.doAsked())
		return
	}
	t.say(OK, msg(MsgPanel, Args{Reason: "panel_" + string(t.b.Panel)}), msg(DoPanel, Args{}))
}

// settlePanel takes the panel away before anything else that a person does: no scan is
// spent on closing it. It reports whether the scan was the lead's badge that a panel waits for.
func (t *turn) settlePanel() bool {
	cmd := t.in.Command
	if cmd == "" {
		cmd, _ = ParseCommand(t.in.Text)
	}
	if cmd == CmdInfo || cmd == CmdLang || t.in.Source == Weighed {
		return false
	}
	asked := t.b.Panel == PanelLeadOnly && cmd == ""
	t.b.Panel = PanelNone
	if !asked {
		return false
	}
	op := t.badge()
	if op == nil || !op.Has(RoleLead) || !op.ValidAt(t.in.At) {
		return false
	}
	if t.wantsPIN(op) {
		t.askPIN(op, Question{Kind: AskOverride, Gate: GateLeadView})
	} else {
		t.leadView(op)
	}
	return true
}

// leadView shows the lead's view to a lead who has come to somebody else's bench.
func (t *turn) leadView(op *Operator) {
	t.b.Panel = PanelLead
	if t.leadCame(op) {
		return
	}
	e := t.event(EventNoted)
	e.Reason, e.Auth = string(GateLeadView), string(op.ID)
	t.say(OK, msg(MsgPanel, Args{Reason: "panel_" + string(PanelLead)}), msg(DoPanel, Args{}))
}

// checkShifts says what is wrong with the times at which shifts begin, "" nothing.
func checkShifts(shifts []string) string {
	for _, s := range shifts {
		if _, err := time.Parse("15:04", s); err != nil || len(s) != 5 {
			return fmt.Sprintf("shifts are times such as 06:00, not %.20q", s)
		}
	}
	return ""
}

// ShiftStart returns when the shift of a time began, in the warehouse's zone: at the
// latest of the policy's shift times, at midnight where it names none.
func (p *Policy) ShiftStart(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	begins := p.Shifts
	if len(begins) == 0 {
		begins = []string{"00:00"}
	}
	var best time.Time
	for _, s := range begins {
		of, err := time.Parse("15:04", s)
		if err != nil {
			continue
		}
		for _, day := range []int{-1, 0} {
			b := time.Date(at.Year(), at.Month(), at.Day()+day, of.Hour(), of.Minute(), 0, 0, zone)
			if !b.After(at) && b.After(best) {
				best = b
			}
		}
	}
	return best
}
