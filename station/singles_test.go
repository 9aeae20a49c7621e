package station_test

import (
	"testing"

	"pickstation/order"
)

// ofWave is an order of one item in a wave of single items.
func ofWave(id, wave string, urgent int) order.Shipment {
	s := goods(id, 1, 1)
	s.Priority, s.Wave = urgent, &order.Wave{ID: wave, Mode: order.WaveSingle, Orders: 3}
	return s
}

// The queue says which item to scan and how many orders still want it; each scan opens
// and ends one.
func TestAWaveOfSingleItemsCountsDown(t *testing.T) {
	b := newBench(t, ofWave("1", "W1", 2), ofWave("2", "W1", 2), ofWave("3", "W2", 1), goods("4", 1, 2))
	b.want(order.OK, badgeLi)
	v := b.settle()
	if w := v.Singles; w == nil || w.Wave != "W1" || w.Left != 2 || w.Orders != 3 || w.Line.SKU == "" {
		t.Fatalf("%+v", v.Singles)
	}
	b.want(order.OrderDone, item(1))
	if v := b.settle(); v.Bench.Screen != order.ScreenLabel || v.Work.Picked != 1 {
		t.Fatalf("the scan opens %s", v.Bench.Screen)
	}
	b.say(order.CmdQueue)
	if w := b.settle().Singles; w == nil || w.Wave != "W1" || w.Left != 1 {
		t.Fatalf("after one: %+v", w)
	}
	b.want(order.OrderDone, item(1))
	b.say(order.CmdQueue)
	if w := b.settle().Singles; w == nil || w.Wave != "W2" || w.Left != 1 {
		t.Fatalf("after all of it: %+v", w)
	}
	b.want(order.OrderDone, item(1))
	b.say(order.CmdQueue)
	if w := b.settle().Singles; w != nil {
		t.Fatalf("after the last wave: %+v", w)
	}
}
