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

// at2 is an order whose parcels are at bench-2.
func at2(code string) PickupPlace {
	s := waiting("A", code)
	return PlaceOf(s, "bench-2")
}

func TestAPickupCodeOfAnotherBenchAsksForItsParcels(t *testing.T) {
	w := newWorld(t, ship1("B", line("fig", 1, "L2")))
	w.pickups = []PickupPlace{at2("829144")}
	d := w.wantDo(w.want(w.scan("829144"), OK, MsgPickupAsked), DoFetchParcel)
	if a := d.What.Args; a.N != 2 || a.Code != "bench-2" || d.Do.Args.Waybill != "SF-A-1" {
		t.Fatalf("says %+v, %+v", d.What.Args, d.Do.Args)
	}
	if e := d.Events[0]; e.Type != EventWanted || e.Shipment != "S-A" || e.Reason != ReasonPickup || e.Code != "" {
		t.Fatalf("event %+v", e)
	}
	w.wantScreen(ScreenDispatch)
	w.wantDo(w.want(w.scan("SF-A-1"), Needs, MsgPickupComing), DoScanSoon)
	w.env.WordAge = time.Hour // the line goes before the answer comes
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPickupThere), DoFetchThere)
	w.env.WordAge = 0
	w.add(waiting("A", "829144")) // it comes
	w.want(w.scan("SF-A-1"), OK, MsgFetchedOne)
	w.want(w.scan("SF-A-2"), OrderDone, MsgFetched)
}

func TestParcelsThatTheCentreDidNotGiveAreAskedForAgainByTheirLabel(t *testing.T) {
	w := newWorld(t)
	w.pickups = []PickupPlace{at2("829144")}
	w.scan("829144")
	for _, c := range []struct {
		change func(p *PickupPlace)
		what   MsgCode
		do     MsgCode
	}{
		{func(p *PickupPlace) { p.Stop = Intercepted }, MsgHeld, DoCallLead},
		{func(p *PickupPlace) { p.Packed = false }, MsgNotPacked, DoPackThere},
		{func(p *PickupPlace) { p.Over = true }, MsgCancelled, DoCallLead},
		{func(p *PickupPlace) { p.Fetched = &Fetched{At: w.now, By: "han"} }, MsgFetchedYet, DoCallLead},
	} {
		w.pickups[0] = at2("829144")
		c.change(&w.pickups[0])
		d := w.wantDo(w.want(w.scan("SF-A-1"), Blocked, c.what), c.do)
		if e := d.Events[0]; e.Type != EventRefused || e.Shipment != "S-A" {
			t.Fatalf("event %+v", e)
		}
	}
	w.pickups[0] = at2("829144") // the stop is lifted, and the centre has forgotten that it was asked
	for range 2 {
		d := w.wantDo(w.want(w.scan("SF-A-1"), Needs, MsgPickupComing), DoScanSoon)
		if e := d.Events[0]; e.Type != EventWanted || e.Shipment != "S-A" || e.Reason != ReasonPickup {
			t.Fatalf("event %+v", e)
		}
	}
	w.pickups = nil // taken out of the feed
	w.want(w.scan("SF-A-1"), WrongKind, MsgNotParcel)
}

func TestAPickupCodeOfAnotherBenchWithoutNetworkSaysWhichBench(t *testing.T) {
	w := newWorld(t)
	w.pickups = []PickupPlace{at2("829144")}
	for _, age := range []time.Duration{time.Hour, -1} {
		w.env.WordAge = age
		d := w.wantDo(w.want(w.scan("829144"), Blocked, MsgPickupThere), DoFetchThere)
		if d.What.Args.Code != "bench-2" || d.Do.Args.Code != "bench-2" || d.Events[0].Type != EventRefused || d.Events[0].Code != "" {
			t.Fatalf("says %+v, %+v, event %+v", d.What.Args, d.Do.Args, d.Events[0])
		}
	}
	w.wantScreen(ScreenQueue)
}

func TestAPickupCodeThatWasUsedAtAnotherBenchSaysWhenAndWhere(t *testing.T) {
	w := newWorld(t)
	p := at2("829144")
	p.Fetched = &Fetched{At: w.now, By: "han"}
	w.pickups = []PickupPlace{p}
	for _, age := range []time.Duration{0, time.Hour} {
		w.env.WordAge = age
		d := w.want(w.scan("829144"), Blocked, MsgFetchedYet)
		if a := d.What.Args; a.Code != "bench-2" || a.Who == "" || a.Date == "" || a.At.IsZero() {
			t.Fatalf("says %+v", a)
		}
	}
}

func TestParcelsOfAnotherBenchThatMayNotLeaveAreNotAskedFor(t *testing.T) {
	for want, change := range map[MsgCode]func(*PickupPlace){
		MsgHeld:      func(p *PickupPlace) { p.Stop = Intercepted },
		MsgNotPacked: func(p *PickupPlace) { p.Packed = false },
		MsgCancelled: func(p *PickupPlace) { p.Over = true },
	} {
		w, p := newWorld(t), at2("829144")
		change(&p)
		w.pickups = []PickupPlace{p}
		if d := w.want(w.scan("829144"), Blocked, want); d.Events[0].Type == EventWanted {
			t.Errorf("%s: asked for", want)
		}
	}
	w := newWorld(t)
	w.pickups = []PickupPlace{at2("829144"), at2("829144")}
	w.want(w.scan("829144"), Ambiguous, MsgSeveral)
}

// Codes are short, so one comes again: the order that waits is meant, wherever it is.
func TestACodeThatComesAgainMeansTheOrderThatWaits(t *testing.T) {
	done := waiting("B", "829144")
	for i := range done.Parcels {
		done.Parcels[i].Dispatched = true
	}
	done.Fetched = &Fetched{At: time.Now(), By: "li"}
	w := newWorld(t, done)
	old := at2("829144")
	old.Shipment, old.Fetched = "S-Z", &Fetched{At: w.now, By: "li"}
	w.pickups = []PickupPlace{at2("829144"), old, PlaceOf(done, "here")}
	w.want(w.scan("829144"), OK, MsgPickupAsked)
	w.pickups = w.pickups[1:]
	if d := w.want(w.scan("829144"), Blocked, MsgFetchedYet); d.What.Args.Code != "" {
		t.Errorf("the newest use was here: %+v", d.What.Args)
	}
}
