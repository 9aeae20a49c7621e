package station_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pickstation/order"
)

// A batch of two orders, the program started again after every scan and no centre in
// reach: what is in the hand, the totes that were learnt and the counts are as they were.
func TestScenarios9And20To22ABatchSurvivesARestartAtEveryScan(t *testing.T) {
	b := newBench(t, goods("1", 2, 2), goods("2", 2, 1))
	step := func(v order.Verdict, text string) order.Decision {
		t.Helper()
		o := b.scan(text)
		if o.Err != nil || o.Decision.Verdict != v {
			t.Fatalf("scan %q: %s %s %+v %v, want %s", text, o.Decision.Verdict, o.Decision.What.Code, o.Decision.What.Args, o.Err, v)
		}
		b.restart()
		return o.Decision
	}
	step(order.OK, badgeLi)
	step(order.OK, "PS:BATCH")
	step(order.OK, item(1))
	step(order.OK, item(1))
	if n := b.stored("1").Lines[0].Picked; n != 0 {
		t.Fatalf("%d picked before the put", n)
	}
	step(order.OverQty, item(1))
	step(order.LineDone, "SLOT-1")
	step(order.OK, item(1)) // order 2 at the same place
	step(order.OtherOrder, "SLOT-1")
	step(order.LineDone, "SLOT-2")
	d := step(order.OK, item(2))
	if d.Do.Args.Code != "SLOT-1" {
		t.Fatalf("proposes %+v", d.Do.Args)
	}
	step(order.OK, "SLOT-1")
	step(order.OK, "PS:UNDO")
	step(order.OK, item(2))
	step(order.OK, item(2))
	step(order.LineDone, "SLOT-1")
	step(order.OK, item(2))
	step(order.OrderDone, "SLOT-2")
	if v := b.settle(); v.Bench.Batch != nil || v.Bench.Screen != order.ScreenQueue {
		t.Fatalf("bench %+v", v.Bench)
	}
	step(order.OK, "SLOT-2") // the tote opens its order for packing
	if v := b.settle(); v.Work == nil || v.Work.ID != "2" || v.Bench.Screen != order.ScreenLabel {
		t.Fatalf("work %+v", v.Work)
	}
	b.printed()
	step(order.OK, "SF10002")
	if s := b.stored("2"); s.Slot != "" || s.Owner != "" {
		t.Errorf("a packed order keeps slot %q and owner %q", s.Slot, s.Owner)
	}
	step(order.Unknown, "SLOT-2")
}

// What scanners send while a bench works on batches and at a put wall: every scan is one
// verdict, nothing is over-picked, and the counts are those of the events.
func TestRandomScansOverBatchesAndWallsAddUp(t *testing.T) {
	for seed := range uint64(3) {
		var list []order.Shipment
		for n := 1; n <= 10; n++ {
			list = append(list, goods(fmt.Sprint(n), 3, 3))
		}
		b := newBench(t, list...)
		rng := rand.New(rand.NewPCG(seed, 3))
		const scans = 800
		for i := range scans {
			b.clock.advance(time.Duration(rng.IntN(900)) * time.Millisecond)
			b.post("gun1", batchText(rng, b))
			if o := b.next(); o.Err != nil {
				t.Fatal(o.Err)
			}
			if i%200 == 199 {
				b.restart()
			}
		}
		b.settle()
		verdicts, picked := tally(b.log())
		if verdicts != scans {
			t.Errorf("%d scans left %d verdicts in the log", scans, verdicts)
		}
		b.stop()
		total := 0
		for _, s := range list {
			got, err := b.db.Shipment(s.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range got.Lines {
				total += l.Picked
				if n := picked[fmt.Sprint(s.ID, "/", l.No)]; n != l.Picked || l.Picked+l.Short > l.Qty {
					t.Errorf("shipment %s line %d: %d picked and %d short of %d, the events say %d", s.ID, l.No, l.Picked, l.Short, l.Qty, n)
				}
			}
		}
		if total < 10 {
			t.Errorf("seed %d: %d units in all, the mix says nothing", seed, total)
		}
	}
}

// batchText is what a careless picker scans: mostly what the screen asks for.
func batchText(rng *rand.Rand, b *bench) string {
	v := b.loop.View()
	if v != nil && rng.IntN(10) < 6 {
		for _, s := range v.Slots {
			if s.Here && len(v.Bench.Hand) > 0 && rng.IntN(2) == 0 {
				if s.Slot != "" {
					return s.Slot
				}
				return "SLOT-" + string(s.Shipment)
			}
		}
		if v.Work != nil && v.Work.Current != nil {
			return item(v.Work.Current.No)
		}
	}
	commands := []order.Command{order.CmdBatch, order.CmdBatch, order.CmdWall, order.CmdWall, order.CmdUndo, order.CmdUndo, order.CmdSkip,
		order.CmdQueue, order.CmdShort, order.CmdYes, order.CmdNo, order.CmdNextBox, order.CmdUnbox, order.CmdSignOut, order.CmdKeep}
	switch k := rng.IntN(20); {
	case k < 6:
		return item(1 + rng.IntN(3))
	case k < 10:
		return fmt.Sprintf("SLOT-%d", 1+rng.IntN(10))
	case k < 11:
		return fmt.Sprintf("X%d", 1+rng.IntN(10))
	case k < 12:
		return badgeLi
	case k < 13:
		return "CASE-1"
	case k < 14:
		return fmt.Sprintf("SF1000%d", 1+rng.IntN(10))
	}
	return order.CommandPrefix + string(commands[rng.IntN(len(commands))])
}
