package station_test

import (
	"testing"

	"pickstation/order"
	"pickstation/station"
)

func TestTheQueueTellsOfWavesThatWaitForWhoWorksThere(t *testing.T) {
	wave := func(id string, w order.Wave) order.Shipment {
		s := goods(id, 1, 1)
		s.Wave = &w
		return s
	}
	b := newBench(t, wave("1", order.Wave{ID: "W1", Mode: order.BatchCluster, Orders: 2, For: "mei"}),
		wave("2", order.Wave{ID: "W2", Mode: order.BatchCluster, Orders: 7}), wave("3", order.Wave{ID: "W3", Mode: order.BatchWall, Orders: 9}))
	b.want(order.OK, badgeLi)
	got := b.settle().Waves
	if len(got) != 2 || got[0] != (station.WaveView{ID: "W2", Mode: order.BatchCluster, Orders: 7}) || got[1].ID != "W3" {
		t.Errorf("waves %+v", got)
	}
	b.say(order.CmdWall)
	b.say(order.CmdRelease)
	b.say(order.CmdBatch)
	b.say(order.CmdQueue)
	if got := b.settle().Waves; len(got) != 2 {
		t.Errorf("given back: %+v", got)
	}
}
