package tui

import (
	"testing"

	"pickstation/order"
	"pickstation/station"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View { return map[string]*station.View{"pick_stopped": stoppedPick()} })
}

// stoppedPick is an order in work that the centre has stopped, with what it asks for.
func stoppedPick() *station.View {
	v := picking()
	v.Work.Holds = []order.Hold{{Code: order.Intercepted, Stops: true}}
	v.Instructions = []order.Instruction{{ID: "i1", Kind: order.InstructStop, Shipment: v.Work.ID, Ref: v.Work.Ref}}
	what, do, _ := order.WhyStopped(v.Work.Ref, false, v.Work.Holds)
	v.Verdict = shown(order.Blocked, what, do)
	v.Verdict.Async = true
	return v
}

func TestTheStepOfStoppedWorkIsNeverToGoOn(t *testing.T) {
	v := stoppedPick()
	p := painter{v: v, lang: "en"}
	if do, stopped := p.stopStep(); !stopped || do.Code != order.DoInstruction {
		t.Errorf("with an instruction: %+v", do)
	}
	v.Instructions = nil
	if do, stopped := p.stopStep(); !stopped || do.Code != order.DoCallLead {
		t.Errorf("held: %+v", do)
	}
	v.Work.Cancelled = true
	if do, stopped := p.stopStep(); !stopped || do.Code != order.DoSetAside {
		t.Errorf("cancelled: %+v", do)
	}
}
