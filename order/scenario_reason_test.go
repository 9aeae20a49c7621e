package order

import (
	"reflect"
	"slices"
	"testing"
)

// reasoned has a warehouse that lists reasons, some for everything, some for one gate.
func reasoned(w *world) *world {
	w.env.Policy.Reasons = []ReasonRule{
		{Code: "customer", Name: Names{"客户同意", "customer agreed"}, For: []Gate{GateSubstitute}},
		{Code: "scale", Name: Names{"秤坏", "scale is broken"}, For: []Gate{GateWeight}},
		{Code: "other", Name: Names{"其他", "other"}},
	}
	return w
}

func (w *world) wantWhy(d Decision, typ EventType, auth, why string) *Event {
	w.Helper()
	i := slices.IndexFunc(d.Events, func(e Event) bool { return e.Type == typ })
	if i < 0 || d.Events[i].Auth != auth || d.Events[i].Why != why {
		w.Fatalf("want %s by %s because %s, got %+v", typ, auth, why, d.Events)
	}
	return &d.Events[i]
}

func TestAReasonIsChosenForWhatALeadLetsPassAtTheHandOver(t *testing.T) {
	w := reasoned(newWorld(t, packedFor("A", "sf", 1)))
	w.card(CmdDispatch)
	w.env.WordAge = -1
	w.want(w.scan("SF-A-1"), Blocked, MsgDispatchGate)
	d := w.wantDo(w.want(w.scan("B-BOSS"), Needs, MsgAskReason), DoReason)
	if q := d.Bench.Question; len(q.Choices) != 1 || q.Choices[0].Code != "other" {
		t.Fatalf("lists %+v", q.Choices)
	}
	w.want(w.card(CmdYes), WrongKind, MsgAskReason) // a reason is chosen, not nodded at
	w.want(w.card(Choice(2)), WrongKind, MsgAskReason)
	w.restart()
	d = w.want(w.card(Choice(1)), OK, MsgOverridden)
	w.wantWhy(d, EventDispatched, "boss", "other")
	w.want(w.card(Choice(1)), WrongKind, MsgNoQuestion) // one step, never a switch
}

func TestAReasonIsChosenForAHoldThatIsLifted(t *testing.T) {
	w := reasoned(unmanned(t, ship1("A", line("mango", 1, "L1"))))
	w.change("S-A", func(s *Shipment) { s.SetHold(Hold{Code: ToVerify, Stops: true}) })
	w.scan("B-BOSS")
	w.want(w.scan("A"), ConfirmAgain, MsgAskUnhold)
	w.want(w.card(CmdYes), Needs, MsgAskReason)
	w.wantWhy(w.want(w.key(Choice(1)), OK, MsgUnheld), EventUnheld, "boss", "other")
	if w.ship("S-A").Stopped() != nil {
		t.Fatal("it is still held")
	}
}

func TestWithoutAListNobodyIsAskedWhy(t *testing.T) {
	w := newWorld(t, packedFor("A", "sf", 1))
	w.card(CmdDispatch)
	w.env.WordAge = -1
	w.scan("SF-A-1")
	w.wantWhy(w.want(w.scan("B-BOSS"), OK, MsgOverridden), EventDispatched, "boss", "")
}

func TestUntilTheWarehouseListsItsOwnALeadChoosesFromTheStandardReasons(t *testing.T) {
	w := newWorld(t, packedFor("A", "sf", 1), packedFor("B", "sf", 1))
	w.env.Policy.Reasons = DefaultPolicy().Reasons
	if err := w.env.Policy.CheckWork(); err != nil {
		t.Fatal(err)
	}
	w.card(CmdDispatch)
	w.env.WordAge = -1
	w.scan("SF-A-1")
	d := w.wantDo(w.want(w.scan("B-BOSS"), Needs, MsgAskReason), DoReason)
	if n := len(d.Bench.Question.Choices); n < 3 || n > 5 {
		t.Fatalf("lists %d reasons", n)
	}
	w.wantWhy(w.want(w.card(Choice(3)), OK, MsgOverridden), EventDispatched, "boss", "carrier_waits")
	for _, g := range leadGates {
		if n := len(w.env.Policy.reasonsFor(g)); n < 3 || n > 5 {
			t.Errorf("%d reasons for %s", n, g)
		}
	}
	for _, g := range []Gate{GateShort, GateDamaged, GateSkip} {
		if n := len(w.env.Policy.reasonsFor(g)); n != 0 { // a picker is asked only where the warehouse wants it
			t.Errorf("%d reasons for %s", n, g)
		}
	}
}

func TestReasonsThatNobodyCanChooseAreRefused(t *testing.T) {
	for name, list := range map[string][]ReasonRule{
		"no name": {{Code: "a"}}, "twice": {{Code: "a", Name: Names{"a", "a"}}, {Code: "a", Name: Names{"a", "a"}}},
		"no gate": {{Code: "a", Name: Names{"a", "a"}, For: []Gate{"door"}}},
		"too many": {{Code: "1", Name: Names{"a", "a"}}, {Code: "2", Name: Names{"a", "a"}}, {Code: "3", Name: Names{"a", "a"}},
			{Code: "4", Name: Names{"a", "a"}}, {Code: "5", Name: Names{"a", "a"}}, {Code: "6", Name: Names{"a", "a"}},
			{Code: "7", Name: Names{"a", "a"}}, {Code: "8", Name: Names{"a", "a"}}, {Code: "9", Name: Names{"a", "a"}}, {Code: "10", Name: Names{"a", "a"}}},
	} {
		p := DefaultPolicy()
		p.Reasons = list
		if p.CheckWork() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// swapping has an order that lacks mango, and papaya in the catalogue.
func swapping(t *testing.T) *world {
	t.Helper()
	w := reasoned(newWorld(t, ship1("A", line("mango", 3, "L1", func(l *Line) { l.WeightG = 500; l.PriceEach = Money{Minor: 900, Currency: "CNY"} }), line("fig", 1, "L2")),
		ship1("B", line("kiwi", 1, "L8"))))
	w.products = []Product{
		{SKU: "papaya", Name: Names{"木瓜", "papaya"}, Codes: []ItemCode{{Key: "PAPAYA"}}, Home: "L5", WeightG: 700, SpreadG: 9},
		{SKU: "ice", Name: Names{"冰", "ice"}, Codes: []ItemCode{{Key: "ICE"}}, Temp: Frozen},
		{SKU: "mango", Codes: []ItemCode{{Key: "MANGO"}}}}
	w.scan("A")
	w.scan("MANGO")
	return w
}

// swappingBatch has a batch at the line of an order that lacks mango.
func swappingBatch(t *testing.T) *world {
	t.Helper()
	w := reasoned(newWorld(t, ship1("A", line("mango", 2, "L1"), line("fig", 1, "L2")), ship1("B", line("fig", 1, "L2"))))
	w.products = []Product{{SKU: "papaya", Name: Names{"木瓜", "papaya"}, Codes: []ItemCode{{Key: "PAPAYA"}}, Home: "L1"}}
	w.card(CmdBatch)
	return w
}

// swap lets papaya go out instead of what is missing, on a lead's word.
func (w *world) swap() {
	w.Helper()
	w.card(CmdSubst)
	w.scan("B-BOSS")
	w.card(Choice(1))
	w.want(w.scan("PAPAYA"), OK, MsgSubstituted)
}

func TestOtherGoodsGoOutOnALeadsWordAndReason(t *testing.T) {
	w := swapping(t)
	if d := w.wantDo(w.want(w.card(CmdSubst), Needs, MsgAskSubst), DoScanLead); d.What.Args.N != 2 {
		t.Fatalf("asks %+v", d.What.Args)
	}
	w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
	d := w.want(w.scan("B-BOSS"), Needs, MsgAskReason)
	if len(d.Bench.Question.Choices) != 2 {
		t.Fatalf("lists %+v", d.Bench.Question.Choices)
	}
	w.wantDo(w.want(w.card(Choice(1)), Needs, MsgScanSubst), DoScanSubst)
	w.wantPicked("S-A", 1, 0)
	w.want(w.scan("MANGO"), WrongItem, MsgSubstSame)
	w.want(w.scan("ICE"), Blocked, MsgSubstCold)
	w.want(w.scan("NOTHING"), Unknown, MsgUnknownCode)
	w.restart()
	d = w.wantDo(w.want(w.scan("PAPAYA"), OK, MsgSubstituted), DoGoTo)
	w.wantWhy(d, EventSubstituted, "boss", "customer")
	if d.Do.Args.Location != "L5" {
		t.Fatalf("sends to %s", d.Do.Args.Location)
	}
	s := w.ship("S-A")
	if n := s.Lines[2]; n.No != 3 || n.Instead != 1 || n.Qty != 2 || n.WeightG != 700 || n.SpreadG != 9 || n.PriceEach.Minor != 900 || s.Lines[0].Qty != 1 {
		t.Fatalf("lines %+v", s.Lines)
	}
	w.want(w.scan("MANGO"), OverQty, MsgAllCounted)
	w.want(w.scan("PAPAYA"), OK, MsgUnitPicked)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	times(2, func() { w.scan("PAPAYA") })
	w.want(w.scan("FIG"), OrderDone, MsgOrderPicked)
	if g, ok := s.WeightIn(1); ok || g != 0 { // fig has no weight
		t.Fatalf("weighs %d", g)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestDeclaredGoodsAreNotSubstituted(t *testing.T) {
	w := swapping(t)
	w.change("S-A", func(s *Shipment) { s.Customs = CustomsBonded })
	w.want(w.card(CmdSubst), Blocked, MsgSubstCustoms)
	w.change("S-A", func(s *Shipment) { s.Customs = CustomsNone })
	w.card(CmdSubst)
	w.scan("B-BOSS")
	w.card(Choice(1))
	w.change("S-A", func(s *Shipment) { s.Declare = &Declaration{} }) // meanwhile
	w.want(w.scan("PAPAYA"), Blocked, MsgSubstCustoms)
	if len(w.ship("S-A").Lines) != 2 {
		t.Fatal("it was substituted")
	}
}

func TestInABatchOtherGoodsGoOutToo(t *testing.T) {
	w := swappingBatch(t)
	w.swap()
	times(2, func() { w.want(w.scan("PAPAYA"), OK, MsgInHand) })
	w.want(w.scan("TOTE-1"), LineDone, MsgPut)
	w.wantPicked("S-A", 0, 0, 2)
}

func TestUndoTakesASubstitutionBack(t *testing.T) {
	w := swapping(t)
	before := w.ship("S-A").copied()
	w.swap()
	w.scan("PAPAYA")
	w.restart()
	w.want(w.card(CmdUndo), OK, MsgUndone) // the unit first
	d := w.wantDo(w.want(w.card(CmdUndo), OK, MsgUndone), DoGoTo)
	if e := d.Events[0]; e.Type != EventUndone || e.Reason != string(EventSubstituted) || e.Line != 1 || e.No != 3 || e.Qty != 2 {
		t.Fatalf("event %+v", e)
	}
	if d.Do.Args.SKU != "mango" || d.Do.Args.N != 2 || d.What.Args.Need != 3 {
		t.Fatalf("says %+v, goes on with %+v", d.What.Args, d.Do.Args)
	}
	if got := w.ship("S-A").Lines; len(got) != 2 || !reflect.DeepEqual(got, before.Lines) {
		t.Fatalf("lines %+v, want %+v", got, before.Lines)
	}
	w.swap() // and again, under the same number
	times(2, func() { w.scan("PAPAYA") })
	w.want(w.scan("FIG"), OrderDone, MsgOrderPicked)
}

func TestALabelOnAnEarlierBoxDoesNotKeepASubstitution(t *testing.T) {
	w := swapping(t)
	w.change("S-A", func(s *Shipment) {
		s.Parcels = append(s.Parcels, Parcel{No: 2, ID: "P2", Waybill: Waybill{Number: "SF-A-2"}})
	})
	w.want(w.card(CmdNextBox), OK, MsgBoxClosed)
	w.want(w.scan("SF-A-1"), OK, MsgLabelled)
	w.swap()
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort)
	w.want(w.card(CmdYes), LineDone, MsgShorted)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo) // the unit lies in the box with the label
}

func TestInABatchUndoTakesASubstitutionBackToo(t *testing.T) {
	w := swappingBatch(t)
	w.swap()
	d := w.want(w.card(CmdUndo), OK, MsgUndone)
	if l := w.ship("S-A").Lines; len(l) != 2 || l[0].Qty != 2 || d.What.Args.Need != 2 {
		t.Fatalf("lines %+v, says %+v", l, d.What.Args)
	}
	times(2, func() { w.want(w.scan("MANGO"), OK, MsgInHand) })
	w.want(w.scan("TOTE-1"), LineDone, MsgPut)
}

func TestASubstitutionThatIsNotThereCannotBeTakenBack(t *testing.T) {
	s := ship1("A", line("mango", 3, "L1"))
	Apply(s, StandardFlow(), &Event{Type: EventSubstituted, Line: 1, No: 2, Qty: 2, Sub: &Product{SKU: "papaya"}})
	s.Lines[1].Picked = 1
	for want, e := range map[Anomaly]Event{AnomalyNoLine: {No: 7, Line: 1, Qty: 2}, AnomalyUnderPick: {No: 2, Line: 1, Qty: 2}} {
		e.Type, e.Reason = EventUndone, string(EventSubstituted)
		if c := Apply(s, StandardFlow(), &e); c.Anomaly != want || len(s.Lines) != 2 || s.Lines[0].Qty != 1 {
			t.Errorf("%+v gives %+v, lines %+v", e, c, s.Lines)
		}
	}
}

func TestASubstitutionWithoutGoodsIsAnAnomaly(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	for _, e := range []Event{{Type: EventSubstituted, Line: 1, No: 2, Qty: 1}, {Type: EventSubstituted, Line: 9, No: 2, Qty: 1, Sub: &Product{}},
		{Type: EventSubstituted, Line: 1, No: 1, Qty: 1, Sub: &Product{}}} {
		if c := Apply(s, StandardFlow(), &e); c.Anomaly != AnomalyNoLine || len(s.Lines) != 1 {
			t.Errorf("%+v gives %+v", e, c)
		}
	}
}

func TestGoodsThatGoOutInsteadBringNothingOfTheOldOnes(t *testing.T) {
	s := ship1("A", line("mango", 3, "L1"))
	old := &s.Lines[0]
	old.Track.Weight, old.Oldest, old.MinLife, old.PackRank = true, "2026-12-01", 90, 1
	old.Picked, old.NetG = 1, 512
	Apply(s, StandardFlow(), &Event{Type: EventSubstituted, Line: 1, No: 2, Qty: 2,
		Sub: &Product{SKU: "papaya", MinLife: 5, PackRank: 7, Track: Tracking{Weight: true}}})
	if got := s.Line(2); got == nil || got.Picked != 0 || got.NetG != 0 || got.Oldest != "" || got.MinLife != 5 || got.PackRank != 7 {
		t.Errorf("the new line is %+v", got)
	}
	if got := s.Line(1); got.Picked != 1 || got.NetG != 512 || got.Qty != 1 {
		t.Errorf("the old line is %+v", got)
	}
}

// leavingOut has a warehouse that lists reasons for what pickers leave out.
func leavingOut(w *world) *world {
	w.env.Policy.Reasons = []ReasonRule{{Code: "not-there", Name: Names{EN: "not there"}, For: []Gate{GateShort}},
		{Code: "crushed", Name: Names{EN: "crushed"}, For: []Gate{GateShort, GateDamaged}}, {Code: "blocked", Name: Names{EN: "blocked"}, For: []Gate{GateSkip}}}
	return w
}

func TestAPickerChoosesWhyUnitsAreLeftOutOfABatch(t *testing.T) {
	w := leavingOut(batching(t))
	d := w.wantDo(w.want(w.card(CmdSkip), Needs, MsgAskSkip), DoReason)
	if len(d.Bench.Question.Choices) != 1 || d.Bench.Focus != 1 || len(d.Bench.Batch.Skipped) != 0 {
		t.Fatalf("bench %+v", d.Bench)
	}
	d = w.want(w.card(Choice(1)), OK, MsgSkippedLine)
	w.wantWhy(d, EventSkipped, "", "blocked")
	if d.Bench.Shipment != "S-B" {
		t.Fatalf("at %s", d.Bench.Shipment)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantDo(w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort), DoReason)
	w.restart()
	d = w.want(w.key(Choice(2)), LineDone, MsgShorted) // the digit counts, too
	w.wantWhy(d, EventShorted, "", "crushed")
	w.want(w.key(Choice(2)), WrongKind, MsgNoQuestion)
	if l := w.ship("S-A").Lines[0]; l.Short != 10 || l.ShortReason != outOfStock {
		t.Fatalf("line %+v", l)
	}
}

func TestAReasonForALineThatTheCentreTookAwayOpensNothing(t *testing.T) {
	w := leavingOut(picking(t, line("mango", 3, "L1"), line("fig", 1, "L2"), line("tea", 1, "L3")))
	w.card(CmdSkip)
	w.change("S-A", func(s *Shipment) { s.Lines[0].Qty = 0 })
	w.want(w.card(Choice(1)), WrongKind, MsgNoQuestion)
	w.card(CmdDamaged)
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.want(w.card(Choice(1)), Blocked, MsgCancelled)
}

func TestReasonsOfALeadAreNoneForWhatIsLeftOut(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"), line("fig", 1, "L2"))
	w.env.Policy.Reasons = []ReasonRule{{Code: "other", Name: Names{EN: "other"}}}
	w.want(w.card(CmdSkip), OK, MsgSkippedLine)
	w.wantDo(w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort), DoScanYes)
}
