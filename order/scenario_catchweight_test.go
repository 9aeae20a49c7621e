package order

import "testing"

func byWeight(l *Line) { l.Track.Weight, l.WeightG = true, 5000 }

func TestGoodsOfCatchWeightCountWithTheirOwnWeight(t *testing.T) {
	w := newWorld(t, ship1("A", line("ham", 3, "L1", byWeight, checkOnly)))
	w.scan("A")
	w.wantDo(w.want(w.scan("HAM"), Needs, MsgNeedWeight), DoWeighUnit)
	w.wantPicked("S-A", 0)
	w.want(w.read(Reading{NetG: 5120}), OK, MsgUnitPicked) // its label
	w.want(w.read(Reading{Key: "HAM", NetG: 4870}), OK, MsgUnitPicked)
	w.scan("HAM")
	if !w.ship("S-A").WantsWeight(&w.bench) {
		t.Fatal("the scale is not asked")
	}
	for _, in := range []Input{{WeightG: 5000}, {Stable: true, WeightG: -3}, {Stable: true, WeightG: maxNetG + 1}} {
		in.Source, in.Device, in.At = Weighed, "scale1", w.now
		if d := w.do(in); d.Verdict.Good() {
			t.Errorf("%+v: %s", in, d.What.Code)
		}
	}
	w.want(w.do(Input{Source: Weighed, Device: "scale1", At: w.now, Stable: true, WeightG: 5010}), OrderDone, MsgOrderPicked)
	if l := w.ship("S-A").Lines[0]; l.NetG != 5120+4870+5010 {
		t.Fatalf("together %d g", l.NetG)
	}
	if g, ok := w.ship("S-A").WeightIn(1); !ok || g != 15000 {
		t.Errorf("the box holds %d g", g)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if l := w.ship("S-A").Lines[0]; l.NetG != 5120+4870 || l.Picked != 2 {
		t.Fatalf("after UNDO %+v", l)
	}
}

func TestACaseOfCatchWeightIsRefusedWithoutItsWeight(t *testing.T) {
	w := newWorld(t, ship1("A", line("ham", 20, "L1", byWeight)))
	w.scan("A")
	w.wantDo(w.want(w.scan("HAM-12"), OverQty, MsgTooMany), DoWeighUnit)
	w.want(w.read(Reading{Key: "HAM-12", NetG: 60700}), OK, MsgUnitPicked)
	if l := w.ship("S-A").Lines[0]; l.NetG != 60700 || l.Picked != 12 {
		t.Fatalf("%+v", l)
	}
}

func TestAWeightIsNothingToGoodsThatAreNotWeighed(t *testing.T) {
	w := newWorld(t, ship1("A", line("tea", 2, "L1")))
	w.scan("A")
	d := w.want(w.read(Reading{Key: "TEA", NetG: 999}), OK, MsgUnitPicked)
	if d.Events[0].WeightG != 0 || w.ship("S-A").Lines[0].NetG != 0 {
		t.Errorf("%+v", d.Events[0])
	}
}
