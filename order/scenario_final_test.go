package order

import "testing"

// The final booking is the centre's: it folds what the bench did, and where that does not
// fit, its hold comes back with the feed.
func TestScenario37WhatTheCentreCannotBookStaysWithItsReason(t *testing.T) {
	w := loading(t, packedFor("A", "sf", 2))
	before := stored(w.ship("S-A").Parcels)
	refused := Hold{Code: ToVerify, By: "centre", Note: string(AnomalyNotAllowed), Stops: true}
	w.change("S-A", func(s *Shipment) { s.SetHold(refused) })
	for _, code := range []string{"SF-A-1", "SF-A-2", "SF-A-1"} {
		d := w.wantDo(w.want(w.scan(code), Blocked, MsgHeld), DoCallLead)
		if d.What.Args.Reason != string(AnomalyNotAllowed) || d.What.Args.Ref != "A" {
			t.Fatalf("says %+v", d.What.Args)
		}
	}
	w.wantScreen(ScreenDispatch)
	if after := stored(w.ship("S-A").Parcels); after != before {
		t.Fatalf("half done: %s", after)
	}
	w.wantState("S-A", "awaiting_dispatch")
	w.change("S-A", func(s *Shipment) { s.DropHold(ToVerify) }) // a person has looked
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
	w.want(w.scan("SF-A-2"), OK, MsgDispatched)
	w.wantState("S-A", "dispatched")
}
