package order

import (
	"testing"
	"time"
)

// The numbers are those of the project's acceptance scenarios for a station.

func TestScenario1EachCodeOfAnOrderOpensIt(t *testing.T) {
	for _, code := range []string{"A", "s-a", "TOTE-A", "A-03-2", "MANGO", "MANGO-12", "SF-A-1"} {
		t.Run(code, func(t *testing.T) {
			w := newWorld(t, ship1("A", line("mango", 2, "A-03-2"), line("tea", 1, "A-04-1")))
			w.wantDo(w.want(w.scan(code), OK, MsgOpened), DoGoTo)
			w.wantScreen(ScreenPick)
			if w.ship("S-A").Owner != "li" {
				t.Fatal("nobody owns the opened order")
			}
		})
	}
}

func TestScenario2SeveralOrdersAtALocationAreNotOpened(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "A-03-2")), ship1("B", line("lychee", 1, "A-03-2")))
	d := w.wantDo(w.want(w.scan("A-03-2"), Ambiguous, MsgSeveral), DoNarrower)
	if d.What.Args.N != 2 || w.bench.Shipment != "" {
		t.Fatalf("opened %q, counted %d orders", w.bench.Shipment, d.What.Args.N)
	}
	w.want(w.scan("TOTE-B"), OK, MsgOpened)
}

func TestReadingsThatNameDifferentOrdersAreAmbiguous(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "A-03-2")), ship1("B", line("lychee", 1, "B-1")))
	w.want(w.scan("x", Reading{Key: "MANGO"}, Reading{Key: "LYCHEE"}), Ambiguous, MsgSeveral)
}

func TestAReadingOfOpenWorkGoesBeforeOneOfTheCatalogue(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "A-03-2")))
	w.products = []Product{{SKU: "other", Codes: []ItemCode{{Key: "OTHER"}}}}
	w.want(w.scan("x", Reading{Key: "OTHER"}, Reading{Key: "A"}), OK, MsgOpened)
}

func TestScenario3AnOrderThatMustShipCompleteIsRefusedByName(t *testing.T) {
	s := ship1("A", line("mango", 2, "A-03-2"))
	s.Complete = true
	s.SetHold(Hold{Code: Backordered, Stops: true})
	w := newWorld(t, s)
	for _, code := range []string{"A", "TOTE-A"} {
		d := w.want(w.scan(code), Blocked, MsgHeld)
		if d.What.Args.Ref != "A" || d.What.Args.Reason != string(Backordered) {
			t.Fatalf("says %+v", d.What.Args)
		}
		if d.Events[0].Shipment != "S-A" {
			t.Fatal("the refusal does not name its shipment")
		}
	}
}

func TestScenario4AToteOfOtherWorkIsRefusedByKindAndName(t *testing.T) {
	s := ship1("R7", line("mango", 2, "A-03-2"))
	s.Flow, s.State = "returns", "awaiting_return"
	w := newWorld(t, s)
	d := w.want(w.scan("TOTE-R7"), OtherOrder, MsgToteReserved)
	if d.What.Args.Ref != "R7" || d.What.Args.Reason != string(TaskReturn) || d.What.Args.Code != "TOTE-R7" {
		t.Fatalf("says %+v", d.What.Args)
	}
	if d = w.want(w.scan("R7"), Blocked, MsgNotAllowed); d.What.Args.Ref != "R7" || d.What.Args.Name.ZH != "待收货" {
		t.Fatalf("says %+v", d.What.Args)
	}
}

func TestScenario5AfterARestartTheSameToteGoesOn(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "A-03-2")))
	w.scan("TOTE-A")
	w.scan("MANGO")
	w.restart()
	w.want(w.scan("TOTE-A"), DoneAlready, MsgOpenAlready)
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 2)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 0)
	if w.ship("S-A").Owner != "li" {
		t.Fatal("the operator lost the work")
	}
}

func TestScenario8OnlyTheSameCodeTakesOver(t *testing.T) {
	taken := func(t *testing.T) *world {
		s := ship1("A", line("mango", 3, "A-03-2"))
		s.Owner, s.Lines[0].Picked = "mei", 1
		w := newWorld(t, s, ship1("B", line("lychee", 1, "B-1")))
		d := w.wantDo(w.want(w.scan("A"), Taken, MsgBelongsTo), DoScanAgain)
		if d.What.Args.Who != "韩梅梅" || d.What.Args.Ref != "A" {
			t.Fatalf("says %+v", d.What.Args)
		}
		w.wait(time.Second)
		return w
	}
	t.Run("same code", func(t *testing.T) {
		w := taken(t)
		w.want(w.scan("A"), OK, MsgTakenOver)
		if w.ship("S-A").Owner != "li" {
			t.Fatal("not taken over")
		}
		w.wantPicked("S-A", 1)
	})
	t.Run("another code of the same order asks anew", func(t *testing.T) {
		w := taken(t)
		w.want(w.scan("TOTE-A"), Taken, MsgBelongsTo)
	})
	t.Run("another order opens that order", func(t *testing.T) {
		w := taken(t)
		w.want(w.scan("B"), OK, MsgOpened)
		if w.ship("S-A").Owner != "mei" {
			t.Fatal("taken over by another code")
		}
	})
	t.Run("YES does not take over", func(t *testing.T) {
		w := taken(t)
		w.want(w.card(CmdYes), ConfirmAgain, MsgBelongsTo)
		w.want(w.scan("A"), OK, MsgTakenOver)
	})
	t.Run("cancelled meanwhile", func(t *testing.T) {
		w := taken(t)
		w.change("S-A", func(s *Shipment) { s.Cancelled = true })
		w.want(w.scan("A"), Blocked, MsgCancelled)
	})
	t.Run("withdrawn meanwhile", func(t *testing.T) {
		w := taken(t)
		w.ships = w.ships[1:]
		w.want(w.scan("A"), Blocked, MsgWorkGone)
	})
	t.Run("a third person has it meanwhile", func(t *testing.T) {
		w := taken(t)
		w.change("S-A", func(s *Shipment) { s.Owner = "boss" })
		d := w.want(w.scan("A"), Taken, MsgBelongsTo)
		if d.What.Args.Who != "王组长" {
			t.Fatalf("says %+v", d.What.Args)
		}
	})
}

func TestScenario43AnUnknownCodeKeepsTheOpenOrder(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "A-03-2")))
	w.scan("A")
	d := w.wantDo(w.want(w.scan("NONSENSE"), Unknown, MsgUnknownCode), DoWanted)
	if w.bench.Shipment != "S-A" || d.Do.Args.Location != "A-03-2" {
		t.Fatalf("bench %+v, do %+v", w.bench, d.Do)
	}
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
}

func TestScenario44ACancelledOrderIsTold(t *testing.T) {
	s := ship1("A", line("mango", 3, "A-03-2"))
	s.Cancelled, s.State = true, "cancelled"
	w := newWorld(t, s)
	w.wantDo(w.want(w.scan("A"), Blocked, MsgCancelled), DoSetAside)
	if w.bench.Shipment != "" {
		t.Fatal("a cancelled order is on the bench")
	}
}

func TestScenario45TwoOperatorsAtTheSameLastLineHaveOneOwner(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "A-03-2")))
	w.want(w.scan("A"), OK, MsgOpened)
	w.card(CmdSignOut)
	w.want(w.card(CmdKeep), OK, MsgSignedOut)
	w.want(w.scan("B-MEI"), OK, MsgSignedIn)
	w.want(w.scan("MANGO"), Taken, MsgBelongsTo)
	w.wantPicked("S-A", 0)
}

func TestWorkUnderNoLeaseIsNotBegunButFinished(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "A-03-2")))
	w.unleased["S-A"] = true
	w.wantDo(w.want(w.scan("A"), Blocked, MsgNoLease), DoReconnect)
	w.unleased["S-A"] = false
	w.scan("A")
	w.unleased["S-A"] = true // it ended after opening, before the first unit
	w.want(w.scan("MANGO"), Blocked, MsgNoLease)
	w.want(w.card(CmdShort), Blocked, MsgNoLease)
	w.unleased["S-A"] = false
	w.scan("MANGO")
	w.unleased["S-A"] = true
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
}

func TestAnOrderBeforeItsReleaseIsNotOpened(t *testing.T) {
	for state, v := range map[StateCode]MsgCode{"paid": MsgNotAllowed, "awaiting_payment": MsgNotAllowed, "no_such": MsgNotAllowed} {
		s := ship1("A", line("mango", 2, "A-03-2"))
		s.State = state
		w := newWorld(t, s)
		w.wantDo(w.want(w.scan("A"), Blocked, v), DoCallLead)
	}
}

func TestAFinishedOrderIsDoneAlready(t *testing.T) {
	s := ship1("A", line("mango", 1, "A-03-2"))
	s.Lines[0].Picked, s.Parcels[0].Labelled, s.State = 1, true, "awaiting_dispatch"
	w := newWorld(t, s)
	w.want(w.scan("A"), DoneAlready, MsgFinished)
}

func TestGoodsOfTheCatalogueAloneOpenNothing(t *testing.T) {
	w := newWorld(t)
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}, Home: "C-9"}, {SKU: "fig", Codes: []ItemCode{{Key: "FIG"}}}}
	w.places = []LocationID{"Z-1"}
	w.wantDo(w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder), DoPutBack)
	w.wantDo(w.want(w.scan("FIG"), WrongItem, MsgNotInOrder), DoSetAside)
	w.want(w.scan("Z-1"), WrongKind, MsgLocation)
	w.want(w.scan("NOBODY"), Unknown, MsgUnknownCode)
}

func TestALeadIsAskedAboutWorkThatWasPutAsideWhereverItIsScanned(t *testing.T) {
	w := outbound(t)
	w.change("S-A", func(s *Shipment) { s.SetHold(Hold{Code: ToVerify, Stops: true}) })
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgHeld), DoCallLead)
	w.bench.Lead = true
	w.want(w.scan("SF-A-1"), ConfirmAgain, MsgAskUnhold)
	w.wantDo(w.want(w.card(CmdYes), OK, MsgUnheld), DoScanParcel)
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
	w = picking(t, line("mango", 2, "L1"))
	w.bench.Lead = true
	w.change("S-A", func(s *Shipment) { s.SetHold(Hold{Code: ToVerify, Stops: true}) })
	w.want(w.scan("MANGO"), ConfirmAgain, MsgAskUnhold)
	w.wantPicked("S-A", 0)
	w.wantDo(w.want(w.card(CmdYes), OK, MsgUnheld), DoGoTo)
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.change("S-A", func(s *Shipment) { s.SetHold(Hold{Code: Intercepted, Stops: true}) })
	w.wantDo(w.want(w.scan("MANGO"), Blocked, MsgHeld), DoLeadHeld)
}
