package order

import (
	"testing"
	"time"
)

// waiting is an order of two parcels that its buyer fetches, packed.
func waiting(name, code string) *Shipment {
	s := ship1(name, line("mango", 2, "L1"))
	s.Lines[0].Picked, s.State, s.Pickup = 2, "awaiting_dispatch", PickupHash(nil, code)
	s.Parcels = append(s.Parcels, parcel(name, 2))
	s.Lines[0].Boxes = []InBox{{2, 1}}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		p.Labelled, p.PrintRequests, p.Prints, p.PrintedVersion, p.Closed = true, 1, 1, 1, true
		p.PrintedContents = s.ContentsMark(p, PaperWaybill)
	}
	return s
}

func TestAPickupCodeOpensTheParcelsAndTheLastOneUsesItUp(t *testing.T) {
	w := newWorld(t, waiting("A", "829144"), ship1("B", line("fig", 1, "L2")))
	d := w.wantDo(w.want(w.scan("829144"), OK, MsgPickupCode), DoFetchParcel)
	if d.What.Args.N != 2 || d.Do.Args.Waybill != "SF-A-1" {
		t.Fatalf("says %+v, %+v", d.What.Args, d.Do.Args)
	}
	w.wantScreen(ScreenDispatch)
	d = w.wantDo(w.want(w.scan("SF-A-2"), OK, MsgFetchedOne), DoFetchParcel)
	if d.What.Args.N != 1 || d.Do.Args.Waybill != "SF-A-1" {
		t.Fatalf("says %+v, %+v", d.What.Args, d.Do.Args)
	}
	w.want(w.scan("829144"), OK, MsgPickupCode) // not used up yet
	w.want(w.scan("SF-A-2"), DoneAlready, MsgDispatchedYet)
	w.restart()
	w.want(w.scan("SF-A-1"), OrderDone, MsgFetched)
	w.wantState("S-A", "dispatched")
	w.wait(time.Hour)
	for _, screen := range []Screen{ScreenDispatch, ScreenQueue} {
		w.bench.Screen = screen
		d = w.want(w.scan("829144"), Blocked, MsgFetchedYet)
		if a := d.What.Args; a.Who != "李雷" || a.Date != "2026-05-20" || a.At.Format("15:04") != "17:00" {
			t.Fatalf("says %+v", a)
		}
	}
	for _, e := range w.events {
		if e.Code == "829144" || e.Code == Fingerprint("829144") {
			t.Fatalf("the code is in event %+v", e)
		}
	}
}

func TestAParcelThatIsFetchedDoesNotGoOutWithoutItsCode(t *testing.T) {
	w := newWorld(t, waiting("A", "829144"), waiting("B", "111222"))
	w.card(CmdDispatch)
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPickupFirst), DoScanPickup)
	w.want(w.scan("111222"), OK, MsgPickupCode)
	w.want(w.scan("SF-A-1"), Blocked, MsgPickupFirst) // another buyer's code
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	e := w.events[len(w.events)-1]
	if e.Type != EventDispatched || e.Auth != "boss" || e.Reason != "pickup" {
		t.Fatalf("event %+v", e)
	}
	w.want(w.scan("000000"), WrongKind, MsgNotParcel)
}

func TestPickupWithoutNetworkFollowsItsOwnRule(t *testing.T) {
	for age, want := range map[int]MsgCode{0: MsgDispatchGate, -1: MsgFetchedOne, 3600: MsgDispatchGate, 3 * 86400: MsgFetchedOne} {
		w := newWorld(t, waiting("A", "829144"))
		w.env.Policy.PickupWordAgeS, w.env.WordAge = age, 2*24*time.Hour
		w.want(w.scan("829144"), OK, MsgPickupCode)
		if d := w.scan("SF-A-1"); d.What.Code != want {
			t.Errorf("with a limit of %d s: %s, want %s", age, d.What.Code, want)
		}
	}
	w := newWorld(t, waiting("A", "829144")) // another bench may have it
	w.env.Policy.PickupWordAgeS, w.unleased["S-A"] = -1, true
	w.scan("829144")
	w.want(w.scan("SF-A-1"), Blocked, MsgDispatchGate)
}

func TestWhatIsStoppedOrNotPackedIsNotFetched(t *testing.T) {
	half := waiting("B", "111222")
	half.Parcels[1].Labelled = false
	gone := waiting("C", "333444")
	gone.Cancelled = true
	w := newWorld(t, half, gone)
	w.want(w.scan("111222"), Blocked, MsgNotPacked)
	w.want(w.scan("333444"), Blocked, MsgCancelled)
	w.wantScreen(ScreenQueue)
}

func TestACodeOfTwoOrdersIsAskedAbout(t *testing.T) {
	w := newWorld(t, waiting("A", "829144"), waiting("B", "829144"))
	w.want(w.scan("829144"), Ambiguous, MsgSeveral)
}
