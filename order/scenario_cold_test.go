package order

import (
	"testing"
	"time"
)

func chilled(l *Line) { l.Temp = Chilled }

// coldWorld has limits of 20 minutes for frozen goods, warned of after 10, and of an hour
// for chilled ones.
func coldWorld(t tb, ships ...*Shipment) *world {
	w := newWorld(t, ships...)
	w.env.Policy.Cold = []ColdRule{{Frozen, 600, 1200}, {Chilled, 1800, 3600}}
	return w
}

func (w *world) outFor(id ShipmentID, i int) time.Duration {
	w.Helper()
	s := w.ship(id)
	if i >= len(s.Out) {
		w.Fatalf("clocks of %s: %+v", id, s.Out)
	}
	return s.Out[i].OutFor(w.now).Round(time.Second)
}

func TestTimeOutOfTheColdCountsFromTheScanThatTookTheGoodsOut(t *testing.T) {
	w := coldWorld(t, ship1("A", line("tea", 1, "L1"), line("milk", 2, "C1", chilled), line("ice", 2, "F1", frozen)))
	w.scan("A")
	w.scan("TEA")
	if len(w.ship("S-A").Out) != 0 {
		t.Fatal("tea has a clock")
	}
	w.scan("MILK")
	w.wait(5 * time.Minute)
	w.scan("MILK")
	w.wait(5 * time.Minute)
	w.scan("ICE")
	w.wait(2 * time.Minute)
	w.restart()
	if milk, ice := w.outFor("S-A", 0), w.outFor("S-A", 1); milk != 12*time.Minute || ice != 2*time.Minute {
		t.Fatalf("milk %s, ice %s", milk, ice)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone) // the only ice is back
	if n := len(w.ship("S-A").Out); n != 1 {
		t.Fatalf("%d clocks, want that of milk", n)
	}
}

func TestGoodsThatWereOutForTooLongWaitForALead(t *testing.T) {
	s := ship1("A", line("ice", 3, "F1", frozen))
	w := coldWorld(t, s)
	w.scan("A")
	w.scan("ICE")
	w.wait(19 * time.Minute)
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.wait(time.Minute)
	d := w.wantDo(w.want(w.scan("ICE"), Blocked, MsgTooWarm), DoScanLead)
	if d.What.Args.AgeS/60 != 20 || d.What.Args.Reason != string(Frozen) {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wantPicked("S-A", 2)
	w.restart()
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	e := w.events[len(w.events)-1]
	if e.Type != EventWarmPassed || e.Auth != "boss" || e.Reason != "cold_gate" || e.OutS/60 != 20 {
		t.Fatalf("event %+v", e)
	}
	w.want(w.scan("ICE"), OrderDone, MsgOrderPicked)
	w.wait(20 * time.Minute) // the lead let 20 minutes pass, not for ever
	w.want(w.scan("SF-A-1"), Blocked, MsgTooWarm)
}

func TestTheLeadsReasonIsOneOfTheWarehouse(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 3, "F1", frozen)))
	w.env.Policy.Reasons = []ReasonRule{{Code: "core-cold", Name: Names{EN: "core still cold"}, For: []Gate{GateCold}}}
	w.scan("A")
	w.scan("ICE")
	w.wait(21 * time.Minute)
	w.scan("ICE")
	w.want(w.scan("B-BOSS"), Needs, MsgAskReason)
	w.want(w.card(Choice(1)), OK, MsgOverridden)
	if e := w.events[len(w.events)-1]; e.Type != EventWarmPassed || e.Why != "core-cold" {
		t.Fatalf("event %+v", e)
	}
}

func TestATotePutBackIntoTheColdStopsItsClockUntilWorkGoesOn(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 3, "F1", frozen)))
	w.scan("A")
	w.want(w.card(CmdCold), WrongKind, MsgNothingCold)
	w.scan("ICE")
	w.wait(10 * time.Minute)
	w.want(w.card(CmdCold), OK, MsgChilled)
	w.want(w.card(CmdRelease), OK, MsgReleased)
	w.wait(5 * time.Hour)
	w.want(w.scan("A"), OK, MsgResumed)
	w.wait(9 * time.Minute)
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.wait(time.Minute)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
}

func TestParcelsHaveTimesOfTheirOwn(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 2, "F1", frozen)))
	w.numbers = []string{"SF-NEW-2"}
	w.env.Probe = func(c Temp) (ProbeReading, bool) { return ProbeReading{"freezer", -19500}, c == Frozen }
	w.scan("A")
	w.scan("ICE")
	w.want(w.card(CmdNextBox), OK, MsgBoxClosed)
	w.wait(3 * time.Minute)
	w.want(w.scan("SF-A-1"), OK, MsgLabelled)
	e := w.events[len(w.events)-1]
	if e.Type != EventLabelled {
		e = w.events[len(w.events)-2]
	}
	if e.OutS < 180 || e.OutS > 181 || e.Probe != "freezer" || e.MilliC != -19500 {
		t.Fatalf("event %+v", e)
	}
	w.wait(10 * time.Minute)
	w.want(w.scan("ICE"), OrderDone, MsgOrderPicked)
	w.wait(8 * time.Minute) // the first box is 21 minutes out, the second 8
	w.want(w.scan("SF-NEW-2"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	w.want(w.scan("SF-NEW-2"), OK, MsgPackedAll)
	w.want(w.card(CmdCold), OK, MsgIntoCold)
	w.want(w.scan("SF-A-1"), OK, MsgChilled)
	w.want(w.scan("SF-A-1"), DoneAlready, MsgNothingCold)
	w.card(CmdDispatch)
	w.wait(time.Hour)
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
	w.want(w.scan("SF-NEW-2"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	w.want(w.scan("SF-NEW-2"), OK, MsgDispatched)
	if e := w.events[len(w.events)-1]; e.OutS < 4000 || e.Probe != "freezer" {
		t.Fatalf("event %+v", e)
	}
	if len(w.ship("S-A").Out) != 0 {
		t.Fatalf("clocks run on: %+v", w.ship("S-A").Out)
	}
}

func TestWithoutALimitNothingIsStopped(t *testing.T) {
	w := newWorld(t, ship1("A", line("ice", 2, "F1", frozen)))
	w.scan("A")
	w.scan("ICE")
	w.wait(10 * time.Hour)
	w.want(w.scan("ICE"), OrderDone, MsgOrderPicked)
}

func TestCoolantGoesIntoTheBoxByClassAndJourney(t *testing.T) {
	rules := []CoolantRule{{Temp: Frozen, UpToH: 24, Packs: 2, Name: Names{EN: "dry ice 1 kg"}, Code: "DRYICE-1"},
		{Temp: Frozen, Packs: 5, Name: Names{EN: "dry ice 1 kg"}, Code: "DRYICE-1", Box: "EPS-L"}, {Temp: Chilled, Packs: 1, Name: Names{EN: "gel pack"}}}
	policy := Policy{Coolants: rules, Transits: []TransitRule{{Region: "海南省", Hours: 12}, {Hours: 60}}}
	for region, want := range map[string]int{"海南省": 2, "北京市": 5} {
		s := ship1("A", line("ice", 1, "F1", frozen))
		s.Lines[0].Picked = 1
		to := policy.TransitTo("SF", region)
		s.Transit = &to
		if r := policy.CoolantFor(s, 1); r == nil || r.Packs != want {
			t.Errorf("%s: %+v, want %d packs", region, r, want)
		}
	}
	w := newWorld(t, ship1("A", line("ice", 1, "F1", frozen)))
	w.env.Policy.Coolants = rules
	w.scan("A")
	d := w.wantDo(w.want(w.scan("ICE"), OrderDone, MsgOrderPicked), DoCoolant)
	if d.Do.Args.N != 5 || d.Do.Args.Code != "EPS-L" { // nobody knows how long it travels
		t.Fatalf("do %+v", d.Do.Args)
	}
	w.wantDo(w.want(w.scan("SF-A-1"), Needs, MsgNoCoolant), DoCoolant)
	w.wantDo(w.want(w.scan("DRYICE-1"), OK, MsgCooled), DoWaitLabel)
	w.wantDo(w.want(w.scan("DRYICE-1"), DoneAlready, MsgCooled), DoWaitLabel) // each of the two packs is scanned
	w.restart()
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestGoodsMayWantMoreLifeThanTheWarehouse(t *testing.T) {
	w := picking(t, line("milk", 3, "L1", byExpiry, func(l *Line) { l.MinLife = 10 }))
	w.env.Policy.MinLifeDays = 3
	d := w.want(w.read(Reading{Key: "MILK", Expiry: "2026-05-29"}), Blocked, MsgShortLife)
	if d.What.Args.N != 10 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.read(Reading{Key: "MILK", Expiry: "2026-05-30"}), OK, MsgUnitPicked)
}

func TestRulesOfTheColdAreChecked(t *testing.T) {
	for _, p := range []Policy{{Cold: []ColdRule{{Ambient, 1, 2}}}, {Cold: []ColdRule{{Frozen, 2, 2}}}, {Cold: []ColdRule{{Frozen, 1, maxHoldS + 1}}}, {Cold: []ColdRule{{Frozen, 1, 2}, {Frozen, 1, 2}}},
		{Coolants: []CoolantRule{{Temp: Frozen, Code: "a b"}}}, {Transits: []TransitRule{{Hours: -1}}}} {
		if p.CheckWork() == nil {
			t.Errorf("%+v is taken", p)
		}
	}
}

func TestAToteOfABatchThatIsOutForTooLongWaitsForALead(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 3, "F1", frozen)), ship1("B", line("ice", 1, "F1", frozen)))
	w.want(w.card(CmdBatch), OK, MsgBatch)
	w.want(w.scan("ICE"), OK, MsgInHand)
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	w.wait(21 * time.Minute)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	w.want(w.scan("ICE"), OK, MsgInHand)
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	w.wantPicked("S-A", 2)
}

func TestTheClockIsThatOfTheOldestGoodsThereAreNow(t *testing.T) {
	s := ship1("A", line("ice", 3, "F1", frozen))
	s.Parcels = append(s.Parcels, Parcel{No: 2, ID: "P2", Waybill: Waybill{Number: "SF-A-2"}})
	w := coldWorld(t, s)
	w.scan("A")
	w.scan("ICE")
	w.want(w.scan("SF-A-2"), OK, MsgBoxTurned)
	w.wait(5 * time.Minute)
	w.scan("ICE")
	w.want(w.card(CmdUnbox), ConfirmAgain, MsgAskUnbox)
	w.want(w.scan("SF-A-1"), OK, MsgBoxEmptied)
	if s := w.ship("S-A"); len(s.Out) != 1 || s.Out[0].Box != 2 {
		t.Fatalf("clocks %+v, want that of the second box", s.Out)
	}
	w.wait(time.Minute)
	w.scan("ICE")
	for i := range w.ship("S-A").Out {
		if out := w.outFor("S-A", i); out > 2*time.Minute {
			t.Fatalf("clock %d counts %s", i, out)
		}
	}
}

func TestGoodsLeftInTheToteKeepTheirTimeWhileABoxIsInTheCold(t *testing.T) {
	s := ship1("A", line("ice", 2, "F1", frozen))
	s.PackCheck = PackEach
	w := coldWorld(t, s)
	w.numbers = []string{"SF-NEW-2"}
	w.scan("A")
	w.scan("ICE")
	w.wait(5 * time.Minute)
	w.scan("ICE")
	w.want(w.scan("ICE"), OK, MsgUnitPacked)
	w.card(CmdNextBox)
	w.want(w.scan("SF-A-1"), OK, MsgLabelled)
	w.card(CmdRelease)
	w.card(CmdCold)
	w.want(w.scan("SF-A-1"), OK, MsgChilled)
	w.card(CmdQueue)
	w.wait(4 * time.Minute)
	want := func(when string, box ...int) {
		t.Helper()
		s := w.ship("S-A")
		for i, no := range box {
			if c := s.clock(no, Frozen); len(s.Out) != len(box) || c == nil || i == 1 && c.OutFor(w.now) < 9*time.Minute || i == 0 && c.OutFor(w.now) > 6*time.Minute {
				t.Fatalf("%s: clocks %+v", when, s.Out)
			}
		}
	}
	want("the box is in the cold, the tote is not", 1, 0)
	w.scan("A")
	w.want(w.scan("ICE"), OrderDone, MsgOrderPacked)
	want("packed", 1, 2)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	want("back in the tote", 1, 0)
}

func TestGoodsInTheHandAreOutOfTheCold(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 3, "F1", frozen)), ship1("B", line("ice", 1, "F1", frozen)))
	w.card(CmdBatch)
	w.scan("ICE")
	w.wait(3 * time.Minute)
	w.want(w.scan("ICE"), OK, MsgInHand)
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	if got := w.outFor("S-A", 0); got < 3*time.Minute {
		t.Fatalf("counts %s", got)
	}
}

func TestGoodsThatAreTooWarmAreToldOnceUntilALeadDecides(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 2, "F1", frozen)))
	w.scan("A")
	w.scan("ICE")
	tell := func(want int) {
		t.Helper()
		drafts := w.ship("S-A").WarmEvents(&w.env.Policy, w.now)
		if len(drafts) != want {
			t.Fatalf("%d events, want %d", len(drafts), want)
		}
		w.change("S-A", func(s *Shipment) {
			for i := range drafts {
				Apply(s, StandardFlow(), &drafts[i])
			}
		})
	}
	w.wait(19 * time.Minute)
	tell(0)
	w.wait(2 * time.Minute)
	tell(1)
	tell(0)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	tell(0)
	w.wait(21 * time.Minute)
	tell(1)
}

// TestGoodsTakenOutUnderAClockThatWasAheadWaitForALead: once the clock is right nobody knows
// for how long they have been out, so they are not taken for fresh. The lead's pass starts
// their time anew; a chill card that does not know either lets nothing pass.
func TestGoodsTakenOutUnderAClockThatWasAheadWaitForALead(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 4, "F1", frozen)))
	w.scan("A")
	w.wait(4 * 24 * time.Hour)
	w.scan("ICE")
	w.wait(-4*24*time.Hour + time.Minute)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
	w.card(CmdCold)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
	w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.wait(19 * time.Minute)
	w.want(w.scan("ICE"), OK, MsgUnitPicked)
	w.wait(2 * time.Minute)
	w.want(w.scan("ICE"), Blocked, MsgTooWarm)
}
