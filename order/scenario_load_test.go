package order

import (
	"slices"
	"testing"
)

// packedFor makes a shipment whose boxes stand on the bench with their labels.
func packedFor(name string, c CarrierID, boxes int) *Shipment {
	s := ship1(name, line("mango", boxes, "L1", func(l *Line) { l.Picked = boxes }))
	s.State, s.Carrier = "awaiting_dispatch", Carrier{ID: c, Name: Names{EN: string(c)}}
	s.Parcels = nil
	for no := 1; no <= boxes; no++ {
		p := parcel(name, no)
		p.Prints, p.PrintRequests, p.PrintedVersion, p.Labelled = 1, 1, 1, true
		s.Parcels = append(s.Parcels, p)
		if no > 1 {
			s.Lines[0].Boxes = append(s.Lines[0].Boxes, InBox{no, 1})
		}
	}
	for i := range s.Parcels {
		s.Parcels[i].PrintedContents = s.ContentsMark(&s.Parcels[i], PaperWaybill)
	}
	return s
}

// loading is at the hand-over screen, with what waits and what was handed over as the
// database tells it.
func loading(t *testing.T, ships ...*Shipment) *world {
	w := newWorld(t, ships...)
	w.env.Waiting = func(c CarrierID) (rows []OutboundRow, err error) {
		for _, s := range w.ships {
			for _, p := range s.Parcels {
				if p.Labelled && !p.Dispatched && s.Carrier.ID == c {
					rows = append(rows, OutboundRow{Shipment: s.ID, Ref: s.Ref(), Parcel: p.No, Waybill: p.Waybill.Number, Carrier: s.Carrier})
				}
			}
		}
		return rows, nil
	}
	w.env.WaitingBeside = func(c CarrierID, id ShipmentID, parcel int) (int, error) {
		rows, err := w.env.Waiting(c)
		return len(slices.DeleteFunc(rows, func(r OutboundRow) bool { return r.Shipment == id && r.Parcel == parcel })), err
	}
	w.env.Handed = func() (all []Handed, err error) {
		for _, s := range w.ships {
			for _, p := range s.Parcels {
				switch n := len(all); {
				case !p.Dispatched:
				case n > 0 && all[n-1].Carrier.ID == s.Carrier.ID:
					all[n-1].Parcels++
				default:
					all = append(all, Handed{Carrier: s.Carrier, Parcels: 1, Number: "MF-" + string(s.Carrier.ID)})
				}
			}
		}
		return all, nil
	}
	w.card(CmdDispatch)
	return w
}

func TestEachHandOverSaysWhatStillWaitsForThatCarrier(t *testing.T) {
	w := loading(t, packedFor("A", "sf", 2), packedFor("B", "sf", 1), packedFor("C", "zto", 1))
	for i, code := range []string{"SF-A-1", "SF-B-1"} {
		if d := w.wantDo(w.want(w.scan(code), OK, MsgDispatched), DoScanParcel); d.What.Args.N != 2-i || d.What.Args.Name.EN != "sf" {
			t.Fatalf("%s leaves %+v", code, d.What.Args)
		}
	}
	w.wantDo(w.want(w.scan("SF-A-2"), OK, MsgDispatched), DoCloseLoad)
}

func TestScenario42ALoadIsClosedWithOneOrderHalfLoadedAndOneNot(t *testing.T) {
	w := loading(t, packedFor("HALF", "sf", 2), packedFor("NONE", "sf", 1), packedFor("OTHER", "zto", 1))
	w.scan("SF-HALF-1")
	d := w.wantDo(w.want(w.card(CmdManifest), OK, MsgLoadClosed), DoSignList)
	if a := d.What.Args; a.N != 1 || a.Need != 2 || a.Ref != "HALF" || a.AgeS != 1 {
		t.Fatalf("the summary says %+v", a)
	}
	half := w.ship("S-HALF")
	if len(half.Holds) != 1 || half.Holds[0].Code != Backordered || half.Holds[0].Stops {
		t.Fatalf("the rest is no back-order: %+v", half.Holds)
	}
	if len(w.ship("S-NONE").Holds) != 0 || len(w.ship("S-OTHER").Holds) != 0 {
		t.Fatal("what was not loaded is not ready any more")
	}
	w.wantState("S-NONE", "awaiting_dispatch")
	w.want(w.scan("SF-NONE-1"), OK, MsgDispatched) // the next load takes it
	w.want(w.scan("SF-HALF-2"), OK, MsgDispatched)
	w.wantState("S-HALF", "dispatched")
	if len(half.Holds) != 0 {
		t.Fatalf("all of it has left, and it is still a back-order: %+v", half.Holds)
	}
}

func TestALoadClosedTwiceMarksTheRestOnce(t *testing.T) {
	w := loading(t, packedFor("HALF", "sf", 2))
	w.scan("SF-HALF-1")
	w.card(CmdManifest)
	for _, e := range w.card(CmdManifest).Events {
		if e.Type == EventLeftBehind {
			t.Fatal("told twice")
		}
	}
}

// A load is of one carrier, whoever of the two comes first, also for who takes the bench
// over in the middle of it.
func TestScenario41AParcelOfAnotherCarrierIsRefusedUntilTheLoadEnds(t *testing.T) {
	w := loading(t, packedFor("A", "sf", 2), packedFor("B", "zto", 1))
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
	for range 2 {
		d := w.wantDo(w.want(w.scan("SF-B-1"), OtherOrder, MsgOtherLoad), DoEndLoad)
		if d.What.Args.Name.EN != "zto" || d.Do.Args.Name.EN != "sf" || w.ship("S-B").Parcels[0].Dispatched {
			t.Fatalf("it is told as %+v, %+v", d.What.Args, d.Do.Args)
		}
	}
	w.want(w.card(CmdDispatch), OK, MsgInDispatch)
	w.want(w.scan("SF-B-1"), OK, MsgDispatched)
	d := w.wantDo(w.want(w.scan("SF-A-2"), OtherOrder, MsgOtherLoad), DoCloseLoad) // nothing more waits for ZTO
	if d.Do.Args.Name.EN != "zto" {
		t.Errorf("the load to end is %+v", d.Do.Args)
	}
	w.want(w.card(CmdManifest), OK, MsgLoadClosed)
	w.want(w.scan("SF-A-2"), OK, MsgDispatched)
}
