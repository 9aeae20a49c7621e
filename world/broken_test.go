package world

import (
	"context"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// broken removes one rule each; the world must notice.
type broken struct {
	noGrace        bool // the centre leases again before a lease is over
	noHashes       bool // the centre has other hashes than it took
	noGone         bool // a bench is not told that a shipment was taken away
	noInstructions bool // a bench is not told what to do about a conflict
	noConflicts    bool // nobody is told that two benches moved the same goods
	noRewind       bool // a bench does not send again what a restored centre lacks
	noSweep        bool // work that does not come with a feed read again stays
	ackAll         bool // everything counts as acknowledged with the first answer
	pruneAcked     bool // a bench deletes what is acknowledged, in a backup of the centre or not
	ackEarly       bool // the operator is told before the event is stored
	noHearing      bool // the centre does not notice two machines of one name
	oldBlocks      bool // a restored bench goes on in the block of its old log
}

// maxTries is in how many worlds a broken rule is looked for. The known seed shows it in
// the first; after a change elsewhere, which lets every world go another way, it may take
// some more.
const maxTries = 500

// TestEveryBrokenRuleIsNoticed removes one rule at a time.
func TestEveryBrokenRuleIsNoticed(t *testing.T) {
	for name, c := range map[string]struct {
		b     broken
		first int64 // seed that is known to show it; others are tried after it
	}{
		"leases overlap":                              {broken{noGrace: true}, 1},
		"hashes are not the stored ones":              {broken{noHashes: true}, 2},
		"benches keep what was taken away":            {broken{noGone: true}, 3},
		"instructions do not come":                    {broken{noInstructions: true}, 0},
		"two benches at one shipment is no news":      {broken{noConflicts: true}, 11},
		"a restored centre is not sent what it lacks": {broken{noRewind: true}, 11},
		"what the feed does not bring stays":          {broken{noSweep: true}, 3},
		"all counts as acknowledged":                  {broken{ackAll: true}, 0},
		"what is acknowledged is deleted":             {broken{pruneAcked: true}, 1},
		"the operator is told too early":              {broken{ackEarly: true}, 0},
		"two machines of one name are one":            {broken{noHearing: true}, 17},
		"a restored bench uses its old numbers":       {broken{oldBlocks: true}, 32},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range int64(maxTries) {
				if _, why := live(c.first+seed, models, c.b); why != "" {
					t.Logf("seed %d: %s", c.first+seed, strings.SplitN(why, "\n", 2)[0])
					return
				}
			}
			t.Error("the worlds did not notice")
		})
	}
}

// brokenStore removes rules of the centre.
type brokenStore struct {
	central.Store
	w *world
}

func (s brokenStore) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	return s.Store.Write(ctx, func(tx central.Tx) error { return fn(brokenTx{tx, &s.w.broken}) })
}

type brokenTx struct {
	central.Tx
	b *broken
}

func (t brokenTx) Available(warehouse string, expired time.Time, limit int) ([]*central.Shipment, error) {
	if t.b.noGrace {
		expired = expired.Add(leaseFor + graceFor)
	}
	return t.Tx.Available(warehouse, expired, limit)
}

func (t brokenTx) Hashes(logNo int64, from, to uint64) (map[uint64]order.Hash, error) {
	all, err := t.Tx.Hashes(logNo, from, to)
	if t.b.noHashes {
		for seq := range all {
			all[seq] = order.Hash{}
		}
	}
	return all, err
}

func (t brokenTx) Emit(warehouse string, station order.StationID, kind, id string) error {
	if t.b.noGone && kind == string(wire.RowWorkGone) || t.b.noInstructions && kind == string(wire.RowInstruction) {
		return nil
	}
	return t.Tx.Emit(warehouse, station, kind, id)
}

func (t brokenTx) PutStation(st *central.Station) error {
	if t.b.noHearing {
		st.Hearing = central.Hearing{}
	}
	return t.Tx.PutStation(st)
}

func (t brokenTx) AddException(e central.Exception) (bool, error) {
	if t.b.noConflicts && e.Code == central.ExcTwoStations {
		return false, nil
	}
	return t.Tx.AddException(e)
}
