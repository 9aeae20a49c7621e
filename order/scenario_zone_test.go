package order

import "testing"

func inZoneOf(z string) func(*Line) { return func(l *Line) { l.Zone = z } }

// zoned has two orders over zones dry and cold at a bench of zone dry.
func zoned(t *testing.T) *world {
	t.Helper()
	a := ship1("A", line("mango", 2, "D1", inZoneOf("dry")), line("ice", 1, "C1", inZoneOf("cold")), line("tea", 1, "D2", inZoneOf("dry")))
	a.Tote = ""
	b := ship1("B", line("ice", 2, "C1", inZoneOf("cold")))
	w := unmanned(t, a, b)
	w.env.Policy.Zones = []string{"dry"}
	w.want(w.scan("B-LI"), OK, MsgSignedIn)
	return w
}

// atZone is the next zone's picker, at a bench of that zone.
func (w *world) atZone(z string) {
	w.card(CmdSignOut)
	w.env.Policy.Zones = []string{z}
	w.want(w.scan("B-MEI"), OK, MsgSignedIn)
}

func TestAnOrderGoesOnToTheNextZoneInItsTote(t *testing.T) {
	w := zoned(t)
	w.scan("A")
	times(2, func() { w.scan("MANGO") })
	if d := w.bench; d.Focus == 2 {
		t.Fatal("sends into the other zone")
	}
	w.want(w.scan("ICE"), WrongItem, MsgZoneLater)
	d := w.wantDo(w.want(w.scan("TEA"), LineDone, MsgZoneDone), DoPassOn)
	if d.What.Args.N != 3 || d.What.Args.Need != 4 || d.What.Args.Location != "cold" {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wantScreen(ScreenPick)
	w.restart()
	w.want(w.card(CmdShort), WrongKind, MsgNotNow) // nothing of it is here
	w.want(w.scan("NONSENSE"), Unknown, MsgUnknownCode)
	d = w.wantDo(w.want(w.scan("TOTE-7"), OK, MsgPassed), DoBringZone)
	if e := d.Events[0]; e.Type != EventPassed || e.Slot != "TOTE-7" || e.Reason != "cold" {
		t.Fatalf("the centre is told %+v", e)
	}
	w.wantPicked("S-A", 2, 0, 1)
	if s := w.ship("S-A"); s.Owner != "" || s.Slot != "TOTE-7" {
		t.Fatalf("owner %q, slot %q", s.Owner, s.Slot)
	}
	w.wantScreen(ScreenQueue)

	w.atZone("cold")
	d = w.wantDo(w.want(w.scan("TOTE-7"), OK, MsgResumed), DoGoTo)
	if d.What.Args.N != 3 || d.Do.Args.Location != "C1" {
		t.Fatalf("goes on with %+v, %+v", d.What.Args, d.Do.Args)
	}
	w.want(w.scan("ICE"), OrderDone, MsgOrderPicked)
	w.wantState("S-A", "picked")
}

func TestTheToteOfAnotherOrderIsNotPassedOn(t *testing.T) {
	w := zoned(t)
	w.scan("A")
	times(2, func() { w.scan("MANGO") })
	w.scan("TEA")
	w.want(w.scan("TOTE-B"), OtherOrder, MsgToteTaken)
	w.change("S-A", func(s *Shipment) { s.Slot = "TOTE-1" })
	w.want(w.scan("TOTE-2"), WrongItem, MsgToteWrong)
	w.want(w.scan("TOTE-1"), OK, MsgPassed)
}

func TestAnOrderOfAnotherZoneIsSentThere(t *testing.T) {
	w := zoned(t)
	d := w.wantDo(w.want(w.scan("B"), OtherOrder, MsgOtherZone), DoBringZone)
	if d.What.Args.Location != "cold" {
		t.Fatalf("sends to %+v", d.What.Args)
	}
}

func TestAShortageEndsTheZoneToo(t *testing.T) {
	w := zoned(t)
	w.scan("A")
	times(2, func() { w.scan("MANGO") })
	w.card(CmdShort)
	w.wantDo(w.want(w.card(CmdYes), LineDone, MsgShorted), DoPassOn)
	w.want(w.scan("TOTE-7"), OK, MsgPassed)
}

func TestABatchPassesItsTotesOn(t *testing.T) {
	w := zoned(t)
	w.want(w.card(CmdBatch), OK, MsgBatch)
	if len(w.bench.Batch.Members) != 1 { // B has nothing in this zone
		t.Fatalf("members %+v", w.bench.Batch.Members)
	}
	times(2, func() { w.scan("MANGO") })
	w.scan("TOTE-7")
	w.scan("TEA")
	d := w.want(w.scan("TOTE-7"), OrderDone, MsgBatchPicked)
	found := false
	for _, e := range d.Events {
		found = found || e.Type == EventPassed && e.Slot == "TOTE-7" && e.Reason == "cold"
	}
	if !found || w.ship("S-A").Owner != "" {
		t.Fatalf("events %+v", d.Events)
	}
	w.atZone("cold")
	w.want(w.scan("TOTE-7"), OK, MsgResumed)
}

func TestAWaveOfTheCentreIsWhatTheBatchIs(t *testing.T) {
	wave := func(s *Shipment, m BatchMode) *Shipment { s.Wave = &Wave{ID: "W1", Mode: m, Orders: 2}; return s }
	a, b := wave(ship1("A", line("mango", 1, "L1")), BatchWall), wave(ship1("B", line("mango", 2, "L1")), BatchWall)
	b.Priority = -5 // a wave is not taken apart
	c := ship1("C", line("mango", 1, "L1"))
	w := newWorld(t, c, a, b)
	if d := w.want(w.card(CmdBatch), OK, MsgBatch); d.What.Args.N != 1 || w.bench.Batch.member("S-C") == nil {
		t.Fatalf("a plain batch takes %+v", w.bench.Batch.Members)
	}
	w.card(CmdQueue)
	w.want(w.card(CmdWall), OK, MsgBatch)
	if x := w.bench.Batch; x.Wave != "W1" || len(x.Members) != 2 || x.member("S-C") != nil {
		t.Fatalf("the wall has %+v", x)
	}
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.scan("B-LI")
	if x := w.bench.Batch; x == nil || x.Wave != "W1" || len(x.Members) != 2 || x.Mode != BatchWall {
		t.Fatalf("it came back as %+v", x)
	}
}
