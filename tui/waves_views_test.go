package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View { return map[string]*station.View{"queue_waves": waveWaits()} })
}

// waveWaits is a queue with a wave of each kind that its command begins.
func waveWaits() *station.View {
	v := queueing()
	v.Instructions = nil
	v.Waves = []station.WaveView{{ID: "W000000012", Mode: order.BatchCluster, Orders: 8}, {ID: "W000000013", Mode: order.BatchWall, Orders: 12}}
	return v
}
