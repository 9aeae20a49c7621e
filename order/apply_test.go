package order

import (
	"slices"
	"testing"
)

func TestWhatDidHappenIsAppliedAndRaised(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*Shipment)
		events  []Event
		want    Anomaly
		check   func(*Shipment) bool
	}{
		"over-pick": {nil, []Event{{Type: EventPicked, Line: 1, Qty: 5}}, AnomalyOverPick,
			func(s *Shipment) bool { return s.Lines[0].Picked == 5 && s.State == "picked" }},
		"more checked than picked": {nil, []Event{{Type: EventPacked, Line: 1, Qty: 1}}, AnomalyOverPick,
			func(s *Shipment) bool { return s.Lines[0].Packed == 1 }},
		"more short than ordered": {nil, []Event{{Type: EventShorted, Line: 1, Qty: 9}}, AnomalyOverPick,
			func(s *Shipment) bool { return s.Lines[0].Short == 9 }},
		"more taken back than picked": {nil, []Event{{Type: EventUndone, Line: 1, Qty: 1}}, AnomalyUnderPick,
			func(s *Shipment) bool { return s.Lines[0].Picked == -1 }},
		"no such line":   {nil, []Event{{Type: EventPicked, Line: 7, Qty: 1}}, AnomalyNoLine, nil},
		"no such parcel": {nil, []Event{{Type: EventLabelled, Parcel: 7}}, AnomalyNoParcel, nil},
		"cancelled": {func(s *Shipment) { s.Cancelled = true }, []Event{{Type: EventPicked, Line: 1, Qty: 1}}, AnomalyCancelled,
			func(s *Shipment) bool { return s.Lines[0].Picked == 1 }},
		"unknown": {nil, []Event{{Type: "teleported"}}, AnomalyUnknown, nil},
		"twice": {nil, []Event{{Type: EventPicked, Line: 1, Qty: 2}, {Type: EventLabelled, Parcel: 1},
			{Type: EventDispatched, Parcel: 1}, {Type: EventDispatched, Parcel: 1}}, AnomalyTwice, nil},
		"not in the flow": {nil, []Event{{Type: EventLabelled, Parcel: 1}}, AnomalyNotAllowed,
			func(s *Shipment) bool { return s.Parcels[0].Labelled && s.State == "awaiting_pick" }},
		"undone after the label": {func(s *Shipment) { s.State = "awaiting_dispatch"; s.Lines[0].Picked = 2 },
			[]Event{{Type: EventUndone, Line: 1, Qty: 1, Reason: "picked"}}, AnomalyNotAllowed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := ship1("A", line("mango", 2, "L1"))
			if c.prepare != nil {
				c.prepare(s)
			}
			var last Change
			for i := range c.events {
				last = Apply(s, StandardFlow(), &c.events[i])
			}
			if last.Anomaly != c.want || c.check != nil && !c.check(s) {
				t.Fatalf("anomaly %q, want %q; %s", last.Anomaly, c.want, stored(s))
			}
		})
	}
}

func TestTheNineStatesAreReachedInOrder(t *testing.T) {
	s, f := ship1("A", line("mango", 2, "L1")), StandardFlow()
	var got []StateCode
	for _, e := range []Event{{Type: EventOpened, By: "li"}, {Type: EventPicked, Line: 1, Qty: 1}, {Type: EventPicked, Line: 1, Qty: 1},
		{Type: EventPrintRequested, Parcel: 1, No: 1}, {Type: EventPrinted, Parcel: 1, No: 1, OrderVersion: 3},
		{Type: EventLabelled, Parcel: 1}, {Type: EventDispatched, Parcel: 1}} {
		if c := Apply(s, f, &e); c.Moved() {
			got = append(got, c.To)
		}
	}
	if !slices.Equal(got, []StateCode{"picked", "awaiting_dispatch", "dispatched"}) || s.Parcels[0].PrintedVersion != 3 || s.Owner != "" {
		t.Fatalf("moved to %v; %s", got, stored(s))
	}
}

func TestALateReleaseTakesNobodysWorkAway(t *testing.T) {
	s := ship1("A", line("mango", 2, "L1"))
	s.Owner = "mei"
	Apply(s, StandardFlow(), &Event{Type: EventReleased, By: "li"})
	if s.Owner != "mei" {
		t.Fatal("li released the work of mei")
	}
	Apply(s, StandardFlow(), &Event{Type: EventReleased, By: "mei"})
	if s.Owner != "" {
		t.Fatal("mei could not release her work")
	}
}

func TestUndoOfACheckNeedsNoMemory(t *testing.T) {
	s := packEach(ship1("A", line("mango", 2, "L1")))
	s.Lines[0].Picked, s.Lines[0].Packed, s.State = 2, 1, "picked"
	Apply(s, StandardFlow(), &Event{Type: EventUndone, Line: 1, Qty: 1, Of: 99, Reason: string(EventPacked)})
	if l := s.Lines[0]; l.Picked != 2 || l.Packed != 0 {
		t.Fatalf("line %+v", l)
	}
}

func TestApplyWithoutAFlowRaisesInsteadOfMoving(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	if c := Apply(s, nil, &Event{Type: EventPicked, Line: 1, Qty: 1}); c.Anomaly != AnomalyNotAllowed || c.Moved() {
		t.Fatalf("change %+v", c)
	}
}

func TestUndoLeavesOtherCopiesAlone(t *testing.T) {
	s := ship1("A", line("mango", 3, "L1"))
	for i, sn := range []string{"S1", "S2", "S3"} {
		Apply(s, StandardFlow(), &Event{Type: EventPicked, Seq: uint64(i + 1), Line: 1, Qty: 1, Serial: sn})
	}
	shown := s.Lines[0].Serials
	Apply(s, StandardFlow(), &Event{Type: EventUndone, Line: 1, Qty: 1, Of: 1, Serial: "S1", Reason: "picked"})
	if !slices.Equal(shown, []string{"S1", "S2", "S3"}) || !slices.Equal(s.Lines[0].Serials, []string{"S2", "S3"}) {
		t.Fatalf("a snapshot changed to %v; now %v", shown, s.Lines[0].Serials)
	}
}
