package order

import (
	"strings"
	"testing"
	"time"
)

var (
	salt     = []byte("0123456789abcdef")
	pinBoss  = HashPIN("271828", salt)
	withPINs = func(w *world) {
		w.people["B-BOSS"].PIN, w.people["B-BOSS"].PINDigits = pinBoss, 6
		w.env.Policy.PINRoles = []Role{RoleLead}
	}
)

// typed is a PIN as the keyboard gives it.
func (w *world) typed(pin string) Decision {
	w.Helper()
	d := w.do(Input{Text: pin, Source: Keyed})
	if kept := stored(d.Events) + stored(d.Bench) + stored(d.What) + stored(d.Do); strings.Contains(kept, pin) {
		w.Fatalf("the PIN is kept: %s", kept)
	}
	return d
}

func TestARoleThatAsksForAPINSignsInWithBadgeAndPIN(t *testing.T) {
	w := unmanned(t, ship1("A", line("mango", 1, "L1")))
	withPINs(w)
	w.want(w.scan("B-LI"), OK, MsgSignedIn) // a picker needs none
	w.card(CmdSignOut)
	d := w.wantDo(w.want(w.scan("B-BOSS"), Needs, MsgAskPIN), DoPIN)
	if q := d.Bench.Question; q.Digits != 6 || d.Bench.Operator != "" {
		t.Fatalf("bench %+v", d.Bench)
	}
	w.want(w.typed("111111"), Blocked, MsgWrongPIN)
	w.want(w.scan("A"), WrongKind, MsgNotABadge) // anything else is no answer
	w.want(w.typed("271828"), Unknown, MsgUnknownBadge)
	w.scan("B-BOSS")
	w.want(w.key(CmdNo), OK, MsgDropped)
	w.scan("B-BOSS")
	w.restart()
	w.want(w.typed("271828"), OK, MsgSignedIn)
	if !w.bench.Lead || w.bench.WrongPINs != 0 {
		t.Fatalf("bench %+v", w.bench)
	}
}

// closedToPINs has a bench at which too many wrong PINs were typed.
func closedToPINs(t *testing.T) *world {
	t.Helper()
	w := unmanned(t, ship1("A", line("mango", 1, "L1")))
	withPINs(w)
	w.scan("B-BOSS")
	for range pinTries {
		w.want(w.typed("000000"), Blocked, MsgWrongPIN)
	}
	w.want(w.scan("B-BOSS"), Blocked, MsgPINWait)
	return w
}

func TestAClockThatWasAheadDoesNotCloseTheBenchToPINsUntilThen(t *testing.T) {
	w := closedToPINs(t)
	w.wait(-96 * time.Hour)
	w.want(w.scan("B-BOSS"), Needs, MsgAskPIN)
	w.want(w.typed("271828"), OK, MsgSignedIn)
}

func TestFiveWrongPINsCloseTheBenchToPINsForAMinute(t *testing.T) {
	w := closedToPINs(t)
	w.restart()
	w.wait(59 * time.Second)
	w.want(w.scan("B-BOSS"), Blocked, MsgPINWait)
	w.wait(2 * time.Second)
	w.want(w.scan("B-BOSS"), Needs, MsgAskPIN)
	w.want(w.typed("271828"), OK, MsgSignedIn)
}

func TestABadgeWithoutAPINIsNoLeadWhereLeadsNeedOne(t *testing.T) {
	w := unmanned(t, ship1("A", line("mango", 1, "L1")))
	w.env.Policy.PINRoles = []Role{RoleLead}
	w.want(w.scan("B-BOSS"), Blocked, MsgNoPIN)
	w.wantScreen(ScreenSignIn)
}

func TestAnOverrideTakesBadgeAndPINAndRecordsWhoAndWhy(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	withPINs(w)
	w.env.WordAge = 100 * time.Hour
	w.scan("A")
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoScanLead)
	w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
	w.want(w.scan("B-BOSS"), Needs, MsgAskPIN)
	w.want(w.typed("999999"), Blocked, MsgWrongPIN)
	d := w.want(w.typed("271828"), OK, MsgOverridden)
	e := d.Events[0]
	if len(d.Prints) != 1 || e.Auth != "boss" || e.Reason != "print_gate" || e.WordS == 0 || e.By != "li" {
		t.Fatalf("prints %v, the trace is %+v", d.Prints, e)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.card(CmdDispatch)
	w.want(w.scan("SF-A-1"), Blocked, MsgDispatchGate) // one override is for one step
}

func TestAHandOverToALeadTakesTheirPIN(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1")))
	withPINs(w)
	w.scan("A")
	w.scan("MANGO")
	w.scan("B-BOSS")
	w.wait(time.Second)
	w.want(w.scan("B-BOSS"), Needs, MsgAskPIN)
	w.want(w.typed("271828"), OK, MsgSignedIn)
	if w.bench.Operator != "boss" || w.ship("S-A").Owner != "boss" {
		t.Fatalf("bench %+v", w.bench)
	}
}

func TestPickersPickAndPackersPackWhereRolesAreKeptApart(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1"), line("tea", 1, "L2")))
	w.people["B-MEI"].Roles = []Role{RolePacker}
	w.env.Policy.StrictRoles = true
	w.scan("A")
	w.scan("MANGO")
	w.wantDo(w.want(w.scan("TEA"), OrderDone, MsgOrderPicked), DoBringTotes)
	w.wantScreen(ScreenQueue)
	w.want(w.scan("A"), Blocked, MsgNotYourRole)
	w.want(w.card(CmdDispatch), Blocked, MsgNotYourRole)
	w.card(CmdSignOut)
	w.want(w.scan("B-MEI"), OK, MsgSignedIn)
	w.want(w.card(CmdBatch), Blocked, MsgNotYourRole)
	w.want(w.scan("A"), OK, MsgResumed)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.want(w.card(CmdDispatch), OK, MsgInDispatch)
	w.scan("B-BOSS")
	w.wait(time.Second)
	w.want(w.scan("B-BOSS"), OK, MsgSignedIn)
	w.want(w.scan("SF-A-1"), OK, MsgDispatched) // a lead does everything
}

func TestACallStandsUntilALeadsBadgeAnswersIt(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1")))
	w.scan("A")
	w.scan("MANGO")
	d := w.want(w.card(CmdCall), OK, MsgCalled)
	if e := d.Events[0]; e.Type != EventCalled || e.Shipment != "S-A" || d.Bench.Called.Ref != "A" {
		t.Fatalf("event %+v, bench %+v", e, d.Bench.Called)
	}
	w.wait(time.Minute)
	if d = w.want(w.card(CmdCall), DoneAlready, MsgCalledYet); d.What.Args.AgeS < 60 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.restart()
	w.want(w.scan("B-LI"), OK, MsgResumed)
	if w.bench.Called == nil {
		t.Fatal("the call is forgotten")
	}
	w.scan("B-MEI") // no lead
	if w.bench.Called == nil {
		t.Fatal("somebody else has answered the call")
	}
	d = w.want(w.scan("B-BOSS"), OK, MsgLeadCame)
	if e := d.Events[0]; e.Type != EventCallEnded || e.Auth != "boss" || e.Shipment != "S-A" || e.Since == 0 {
		t.Fatalf("event %+v", e)
	}
	if w.bench.Called != nil || w.bench.Operator != "li" {
		t.Fatalf("bench %+v", w.bench)
	}
}

func TestPINVerifiersAreUnderstoodAndBounded(t *testing.T) {
	// Of the reference implementation's own tests (phc-winner-argon2, src/test.c).
	if !CheckPIN("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password") {
		t.Error("the reference implementation's verifier is not understood")
	}
	for _, bad := range []string{"", "271828", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$YWJjZGVmZ2hpamtsbW5vcA",
		"$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$YWJjZGVmZ2hpamtsbW5vcA", "$argon2id$v=19$m=64,t=4000000000,p=1$c2FsdHNhbHQ$YWJjZGVmZ2hpamtsbW5vcA",
		"$argon2id$v=19$m=64,t=1,p=1$$", "$argon2id$v=16$m=64,t=1,p=1$c2FsdHNhbHQ$YWJjZGVmZ2hpamtsbW5vcA"} {
		if CheckPIN(bad, "271828") {
			t.Errorf("%q is taken for a verifier", bad)
		}
	}
	if !CheckPIN(pinBoss, "271828") || CheckPIN(pinBoss, "271829") {
		t.Error("a PIN is not known again")
	}
	for text, want := range map[string]bool{"1234": true, "12345678": true, "123": false, "123456789": false, "12a4": false, "１２３４": false} {
		if IsPIN(text) != want {
			t.Errorf("%q", text)
		}
	}
}

func FuzzCheckPIN(f *testing.F) {
	f.Add(pinBoss, "271828")
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$YWJjZGVmZ2hpamtsbW5vcA", "1234")
	f.Fuzz(func(t *testing.T, verifier, pin string) { CheckPIN(verifier, pin) })
}
