package localdb

import (
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// TestProgressOfARestoredStationIsNotCountedTwice: the centre's progress includes what
// this log and a later one, which this database does not have, told it. Events that the
// centre has are not put on top of it, whether or not that was ever acknowledged here.
func TestProgressOfARestoredStationIsNotCountedTwice(t *testing.T) {
	for name, c := range map[string]struct {
		mark   uint64 // of this log at the centre
		other  bool   // it has another event there
		picked int    // centre's progress
		want   int
	}{
		"all was heard":                       {3, false, 5, 5},
		"a part was heard":                    {1, false, 4, 6},
		"nothing was heard":                   {0, false, 3, 6},
		"something else stands at our number": {2, true, 4, 7},
	} {
		t.Run(name, func(t *testing.T) {
			db, h := openNew(t)
			give(t, db, h, testShipment("S1", 1, 9))
			s := mustShipment(t, db, "S1")
			var hashes []order.Hash
			inTx(t, db, func(tx *Tx) error {
				for range 3 {
					if err := do(tx, s, pick(1, 1)); err != nil {
						return err
					}
					hashes = append(hashes, tx.db.logs.hash)
				}
				return nil
			})
			log := db.Log()
			inTx(t, db, func(tx *Tx) error { return tx.startLog(StartedRestored) })
			w := wire.Work{Shipment: testShipment("S1", 1, 9), Lease: lease(h), SeenLog: "of the lost disk", Seen: 7,
				Marks: []wire.Mark{{Log: "of the lost disk", Seq: 7}}}
			w.Shipment.Lines[0].Picked = c.picked
			if c.mark > 0 {
				m := wire.Mark{Log: log, Seq: c.mark, Hash: hashes[c.mark-1]}
				if c.other {
					m.Hash[0] ^= 1
				}
				w.Marks = append(w.Marks, m)
			}
			apply(t, db, 2, workRow(t, 2, w))
			if got := mustShipment(t, db, "S1").Lines[0].Picked; got != c.want {
				t.Errorf("%d picked, not %d", got, c.want)
			}
		})
	}
}

func TestAnInstructionIsOpenAgainWhenOnlyTheCentreTookItAsDone(t *testing.T) {
	db, _ := openNew(t)
	row := func(id string, done bool) wire.FeedRow {
		return rowOf(t, 1, wire.RowInstruction, id, order.Instruction{ID: id, Kind: order.InstructPutBack, Shipment: "S1", Done: done})
	}
	apply(t, db, 1, row("theirs", true), row("ours", false))
	inTx(t, db, func(tx *Tx) error { return do(tx, nil, order.Event{Type: order.EventInstructed, V: 1, Reason: "ours"}) })
	apply(t, db, 2, row("theirs", false), row("ours", false)) // the centre was restored
	open, err := db.Instructions(10)
	if err != nil || len(open) != 1 || open[0].ID != "theirs" {
		t.Errorf("open: %+v %v", open, err)
	}
}
