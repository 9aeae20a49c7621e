package order

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSignInWantsAValidBadge(t *testing.T) {
	w := unmanned(t, ship1("A", line("mango", 1, "L1")))
	w.people["B-OLD"] = &Operator{ID: "old", Name: "Old", ValidUntil: w.now}
	w.want(w.scan("A"), WrongKind, MsgNotABadge)
	w.want(w.scan("PS:UNDO"), WrongKind, MsgNotABadge)
	w.want(w.scan("PS:YES"), WrongKind, MsgNotABadge)
	w.want(w.scan("NOBODY"), Unknown, MsgUnknownBadge)
	w.want(w.scan("B-GONE"), Blocked, MsgBadgeInvalid)
	w.want(w.scan("B-OLD"), Blocked, MsgBadgeInvalid)
	w.want(w.card(CmdLang), OK, MsgLanguage)
	w.want(w.scan("b-li"), OK, MsgSignedIn)
	if w.bench.Operator != "li" || w.bench.Lang != "zh" {
		t.Fatalf("bench %+v", w.bench)
	}
	for _, e := range w.events[:6] {
		if e.Code != "" && e.Code != "PS:LANG" {
			t.Fatalf("event at sign-in holds %q", e.Code)
		}
	}
}

func TestLanguageIsTheOperatorsElseTheBenchs(t *testing.T) {
	w := unmanned(t)
	w.card(CmdLang)
	w.scan("B-MEI")
	if w.bench.Lang != "en" {
		t.Fatalf("language %q", w.bench.Lang)
	}
}

func TestOnesOwnBadgeAgainIsDoneAlready(t *testing.T) {
	w := picking(t, line("mango", 1, "L1"))
	w.want(w.scan("B-LI"), DoneAlready, MsgSignedInYet)
	w.want(w.scan("B-GONE"), Blocked, MsgBadgeInvalid)
}

func TestHandOverKeepsTheOpenWorkAndItsCounts(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"), line("fig", 1, "L2"))
	w.scan("MANGO")
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskHandOver)
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskHandOver) // bounced
	w.want(w.card(CmdYes), ConfirmAgain, MsgAskHandOver)
	w.wait(time.Second)
	n := len(w.events)
	w.want(w.scan("B-MEI"), OK, MsgSignedIn)
	w.wantPicked("S-A", 1, 0)
	w.wantScreen(ScreenPick)
	if w.ship("S-A").Owner != "mei" || w.bench.Operator != "mei" {
		t.Fatalf("owner %s, bench %+v", w.ship("S-A").Owner, w.bench)
	}
	var types []EventType
	for _, e := range w.events[n:] {
		types = append(types, e.Type)
	}
	if !slices.Equal(types, []EventType{EventSignedOut, EventSignedIn, EventTakenOver}) || w.events[n].By != "li" || w.events[n+1].By != "mei" {
		t.Fatalf("events %v", types)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 0, 0)
}

func TestHandOverToABadgeThatEndedMeanwhileIsRefused(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.scan("B-MEI")
	w.wait(time.Second)
	w.people["B-MEI"].Disabled = true
	if d := w.scan("B-MEI"); d.Verdict != Blocked || w.bench.Operator != "li" {
		t.Fatalf("%s, operator %s", d.Verdict, w.bench.Operator)
	}
}

func TestHandOverAtTheDockStaysThere(t *testing.T) {
	w := outbound(t)
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskHandOver)
	w.wait(time.Second)
	w.wantDo(w.want(w.scan("B-MEI"), OK, MsgSignedIn), DoScanParcel)
	w.wantScreen(ScreenDispatch)
}

func TestSignOutKeepsOrReleasesOpenWork(t *testing.T) {
	t.Run("keep", func(t *testing.T) {
		w := picking(t, line("mango", 3, "L1"))
		w.scan("MANGO")
		w.wantDo(w.want(w.card(CmdSignOut), Needs, MsgAskSignOut), DoKeepRelease)
		w.want(w.card(CmdYes), WrongKind, MsgAskSignOut)
		w.want(w.card(CmdKeep), OK, MsgSignedOut)
		w.wantScreen(ScreenSignIn)
		d := w.want(w.scan("B-LI"), OK, MsgResumed)
		if d.What.Args.N != 1 || d.What.Args.Need != 3 || w.bench.Shipment != "S-A" {
			t.Fatalf("resumed %+v", d.What.Args)
		}
	})
	t.Run("release", func(t *testing.T) {
		w := picking(t, line("mango", 3, "L1"))
		w.scan("MANGO")
		w.key(CmdSignOut)
		w.want(w.key(CmdRelease), OK, MsgSignedOut)
		if w.ship("S-A").Owner != "" {
			t.Fatal("still owned")
		}
		w.want(w.scan("B-MEI"), OK, MsgSignedIn)
		w.want(w.scan("A"), OK, MsgResumed)
		w.wantPicked("S-A", 1)
	})
	t.Run("nothing open", func(t *testing.T) {
		w := newWorld(t)
		w.want(w.card(CmdKeep), WrongKind, MsgNotNow)
		w.want(w.card(CmdRelease), WrongKind, MsgNotNow)
		w.want(w.card(CmdSignOut), OK, MsgSignedOut)
	})
	t.Run("kept work that was stopped is not resumed", func(t *testing.T) {
		w := picking(t, line("mango", 3, "L1"))
		w.card(CmdSignOut)
		w.card(CmdKeep)
		w.change("S-A", func(s *Shipment) { s.Cancelled = true })
		w.want(w.scan("B-LI"), OK, MsgSignedIn)
	})
}

func TestHoldPutsTheWorkAside(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.wantDo(w.want(w.card(CmdHold), OK, MsgHeldNow), DoSetAside)
	w.wantScreen(ScreenQueue)
	if d := w.want(w.scan("A"), Blocked, MsgHeld); d.What.Args.Reason != string(ToVerify) {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.card(CmdHold), WrongKind, MsgNotNow)
}

func TestCommandsOutOfPlaceAreRefused(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1")))
	for _, c := range []Command{CmdShort, CmdDamaged, CmdSkip, CmdPrint, CmdHold, CmdKeep} {
		w.want(w.card(c), WrongKind, MsgNotNow)
	}
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	w.want(w.scan("PS:FLY"), Unknown, MsgUnknownCommand)
	w.scan("A")
	w.wantDo(w.want(w.card(CmdDispatch), Needs, MsgNotNow), DoFinishFirst)
	w.want(w.card(CmdQueue), OK, MsgReleased)
}

// Gates: steps that cannot be undone in the physical world.

func TestThePrintGateKnowsTheAgeOfTheLastWord(t *testing.T) {
	limit := 24 * time.Hour
	for _, c := range []struct {
		name   string
		age    time.Duration
		limitS int
		leased bool
		open   bool
	}{
		{"young", limit, 24 * 3600, true, true},
		{"old", limit + time.Second, 24 * 3600, true, false},
		{"never heard", -1, 24 * 3600, true, false},
		{"no limit", -1, 0, true, true},
		{"no lease", 0, 24 * 3600, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := picking(t, line("mango", 1, "L1"), line("fig", 1, "L2"))
			w.scan("FIG")
			w.env.WordAge, w.env.Policy.PrintWordAgeS, w.unleased["S-A"] = c.age, c.limitS, !c.leased
			d := w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked) // the unit counts either way
			if open := len(w.prints) == 1; open != c.open || (d.Do.Code == DoScanLead) == c.open {
				t.Fatalf("prints %v, do %s", w.prints, d.Do.Code)
			}
		})
	}
}

func TestALeadsBadgeOpensAGateAndIsNamed(t *testing.T) {
	w := picking(t, line("mango", 1, "L1"))
	w.env.WordAge = -1
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoScanLead)
	w.want(w.card(CmdCall), OK, MsgCalled) // calling the lead keeps the question
	w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
	w.want(w.scan("B-GONE"), Blocked, MsgNotLead)
	w.want(w.card(CmdYes), WrongKind, MsgPrintGate)
	d := w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	if e := d.Events[0]; e.Auth != "boss" || e.By != "li" || e.WordS != -1 || e.Type != EventPrintRequested {
		t.Fatalf("event %+v", e)
	}
	if w.bench.Operator != "li" || len(w.prints) != 1 {
		t.Fatalf("operator %s, prints %v", w.bench.Operator, w.prints)
	}
}

func TestALeadOverridesNothingButTheGate(t *testing.T) {
	gated := func(t *testing.T) *world {
		w := picking(t, line("mango", 1, "L1"))
		w.env.WordAge = -1
		w.scan("MANGO")
		return w
	}
	w := gated(t)
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.want(w.scan("B-BOSS"), Blocked, MsgCancelled)
	w = gated(t)
	w.change("S-A", func(s *Shipment) { s.Parcels[0].Waybill.Number = "" })
	w.want(w.scan("B-BOSS"), Blocked, MsgNoWaybill)
	w = gated(t)
	w.want(w.card(CmdPrint), Blocked, MsgPrintGate)
	w.want(w.scan("SF-A-1"), Blocked, MsgNotPrinted) // another scan clears the question
	w.want(w.scan("B-BOSS"), ConfirmAgain, MsgAskHandOver)
}

func TestTheHandOverGateIsOpenedByALead(t *testing.T) {
	w := outbound(t)
	w.env.WordAge = 13 * time.Hour
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgDispatchGate), DoScanLead)
	w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
	d := w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	if e := d.Events[0]; e.Type != EventDispatched || e.Auth != "boss" || e.WordS != 13*3600 {
		t.Fatalf("event %+v", e)
	}
	w.wantState("S-A", "dispatched")
}

func TestALeadDoesNotHandOverWhatWasStoppedMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*Shipment)
		v    Verdict
		what MsgCode
	}{
		"cancelled": {func(s *Shipment) { s.Cancelled = true }, Blocked, MsgCancelled},
		"gone":      {func(s *Shipment) { s.Parcels[0].Dispatched = true }, DoneAlready, MsgDispatchedYet},
		"void":      {func(s *Shipment) { s.Version, s.Parcels[0].PrintedVersion = 2, 1 }, Blocked, MsgPaperVoid},
		"no parcel": {func(s *Shipment) { s.Parcels = nil }, Unknown, MsgUnknownCode},
	} {
		t.Run(name, func(t *testing.T) {
			w := outbound(t)
			w.env.WordAge = -1
			w.scan("SF-A-1")
			w.change("S-A", c.do)
			w.want(w.scan("B-BOSS"), c.v, c.what)
		})
	}
	w := outbound(t)
	w.env.WordAge = -1
	w.scan("SF-A-1")
	w.ships = w.ships[1:]
	w.want(w.scan("B-BOSS"), Unknown, MsgUnknownCode)
}

// Flows: a command that the flow does not allow is refused at the station.

func TestStepsTheFlowLacksAreRefused(t *testing.T) {
	without := func(on Trigger) *Flow {
		f := *StandardFlow()
		f.Edges = slices.DeleteFunc(slices.Clone(f.Edges), func(e Edge) bool { return e.On == on })
		return &f
	}
	t.Run("pick", func(t *testing.T) {
		w := picking(t, line("mango", 2, "L1"))
		w.flow = without(TriggerPickDone)
		w.want(w.scan("MANGO"), Blocked, MsgNotAllowed)
		w.want(w.card(CmdShort), Blocked, MsgNotAllowed)
	})
	t.Run("label", func(t *testing.T) {
		w := labelling(t)
		w.flow = without(TriggerPackDone)
		w.want(w.scan("SF-A-1"), Blocked, MsgNotAllowed)
	})
	t.Run("undo", func(t *testing.T) {
		w := labelling(t)
		w.flow = without(TriggerReopened)
		w.want(w.card(CmdUndo), Blocked, MsgNotAllowed)
	})
	t.Run("hand over", func(t *testing.T) {
		w := outbound(t)
		w.env.Flows = func(string, int) (*Flow, error) { return without(TriggerDispatch), nil }
		w.want(w.scan("SF-A-1"), Blocked, MsgNotAllowed)
	})
	t.Run("open", func(t *testing.T) {
		w := newWorld(t, ship1("A", line("mango", 2, "L1")))
		w.env.Flows = func(string, int) (*Flow, error) { return without(TriggerPickDone), nil }
		w.want(w.scan("A"), Blocked, MsgNotAllowed)
	})
}

func TestAScannerIsAskedForItsRole(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1")))
	last := func() Event { return w.events[len(w.events)-1] }
	d := w.want(w.scan("PS:ROLE:"+strings.ToUpper(string(gun1))), OK, MsgRole)
	if e := last(); e.Type != EventNoted || e.Reason != "role" || e.Device != gun1 || e.Code != RolePrefix+strings.ToUpper(string(gun1)) {
		t.Errorf("recorded as %+v", e)
	}
	if d.Bench.Screen != ScreenQueue {
		t.Errorf("the bench went to %s", d.Bench.Screen)
	}
	w.wantDo(w.want(w.scan("PS:ROLE:gun9"), WrongKind, MsgRoleOther), DoAssignRole)
	if e := last(); e.Type != EventRefused || e.Device != gun1 || e.Code != "PS:ROLE:gun9" {
		t.Errorf("recorded as %+v", e)
	}
	for _, text := range []string{"PS:ROLE:", "PS:ROLE:张三", "PS:ROLE:" + strings.Repeat("x", 21), "PS:ROLE:a b"} {
		w.want(w.scan(text), Unknown, MsgUnknownCommand)
		if e := last(); e.Code != "" && e.Code[0] != '#' {
			t.Errorf("%q stands in the log as %q", text, e.Code)
		}
	}
}
