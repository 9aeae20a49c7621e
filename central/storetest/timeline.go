package storetest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// timelinePast lets several stations at once tell of a timeline that the centre is behind.
func timelinePast(t *testing.T, s central.Store) {
	const stations = 6
	c := centreOver(t, s)
	heard := time.Now().Add(365 * 24 * time.Hour).Unix()
	got := make([]int64, stations)
	var all sync.WaitGroup
	for i := range stations {
		id := order.StationID(fmt.Sprint("bench-", i))
		write(t, s, func(tx central.Tx) error {
			return tx.PutStation(&central.Station{ID: id, Warehouse: central.DefaultWarehouse, BoxKey: boxKey(t), EnrolledAt: noon})
		})
		var raw [16]byte
		_, _ = rand.Read(raw[:])
		log := order.LogID(hex.EncodeToString(raw[:]))
		start := order.LogStart(log)
		all.Go(func() {
			r, err := c.Push(t.Context(), id, wire.PushHeader{Proto: wire.Proto, Req: "r", Timeline: heard, Schema: wire.Schema, Log: log, BaseHash: start, EndHash: start}, nil)
			if err != nil || r.Code != wire.CodeGap {
				t.Errorf("%s: %+v %v", id, r, err)
			}
			got[i] = r.Timeline
		})
	}
	all.Wait()
	for i, line := range got {
		if line <= heard || line != got[0] {
			t.Errorf("bench-%d hears of timeline %d after %d, bench-0 of %d", i, line, heard, got[0])
		}
	}
	told, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	if err != nil || len(told) != 1 || told[0].Code != central.ExcTimeline {
		t.Errorf("told: %+v %v", told, err)
	}
}
