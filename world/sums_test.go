package world

import (
	"context"
	"fmt"
	"slices"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// config is the agent's: an older program does not compare what it holds.
func (b *bench) config() agent.Config {
	c := b.w.pace.step
	if b.age >= 0 && !b.w.broken.noSums {
		c.SumEvery, c.ReadAgain = b.w.pace.sumEvery, b.w.pace.sumAgain
	}
	return c
}

// askSums takes a request for the end of the feed to the centre.
func (b *bench) askSums(a agent.SendSums) {
	b.exchange("", func(answer func(agent.Input)) {
		r, err := b.w.centre.svc.Sums(context.Background(), b.id, a.Cursor, a.Max)
		b.w.must(err)
		answer(agent.Input{Kind: agent.Fed, Req: a.Req, Feed: r})
	})
}

// addUp answers the agent's question for what is held.
func (b *bench) addUp(a agent.AddUp) {
	gen := b.gen
	b.w.after(1, func() {
		if !b.up || b.gen != gen {
			return
		}
		cursor, sums, err := b.db.Sums(context.Background())
		b.w.must(err)
		b.step(agent.Input{Kind: agent.Summed, Req: a.Req, Held: agent.Held{Cursor: cursor, Sums: sums}})
	})
}

// checkSums wants a bench to hold what the centre says (I6).
func (w *world) checkSums(r central.Reader, b *bench) error {
	theirs, err := r.FeedSums(central.DefaultWarehouse, b.id, 0)
	if err != nil {
		return err
	}
	_, held, err := b.db.Sums(context.Background())
	if kinds := theirs.Differ(held); len(kinds) > 0 {
		w.fail("%s holds other %v than the centre says: %v, not %v", b.id, kinds, held, theirs)
	}
	return err
}

// loseRow lets the disk of a bench lose the row of some work.
func (w *world) loseRow(b *bench) {
	if !b.up || b.age < 0 { // an older program does not compare
		return
	}
	rows, _, err := b.db.Queue("", 30)
	w.must(err)
	if len(rows) == 0 {
		return
	}
	id := rows[w.r.Intn(len(rows))].ID
	w.happens("row lost", b.no)
	b.crash()
	w.must(b.at.lose(id))
}

// lose deletes the row of a shipment behind the station's back.
func (m *realMachine) lose(id order.ShipmentID) error {
	return m.change("DELETE FROM shipments WHERE id = ?", string(id))
}

func (m *modelMachine) lose(id order.ShipmentID) error {
	delete(m.disk.work, id)
	m.disk.ids = slices.DeleteFunc(slices.Clone(m.disk.ids), func(x order.ShipmentID) bool { return x == id })
	return nil
}

// diskHeld is where a thing stands in the feed, and which reading of it brought it.
type diskHeld struct {
	fs      int64
	reading int
}

// hold notes a row of the feed.
func (tx *modelTx) hold(r *wire.FeedRow) {
	if r.Kind == wire.RowWorkGone {
		delete(tx.held, parkedRow{string(wire.RowWork), r.ID})
		delete(tx.parked, parkedRow{string(wire.RowWork), r.ID})
		return
	}
	tx.held[parkedRow{string(r.Kind), r.ID}] = diskHeld{r.FS, tx.reading}
}

// wasHere says whether the feed had brought a shipment that is not here any more.
func (tx *modelTx) wasHere(id order.ShipmentID) bool {
	_, ok := tx.held[parkedRow{string(wire.RowWork), string(id)}]
	return ok
}

// readNow says whether a shipment came with the present reading of the feed.
func (tx *modelTx) readNow(id order.ShipmentID) bool {
	h, ok := tx.held[parkedRow{string(wire.RowWork), string(id)}]
	return ok && h.reading == tx.reading
}

// forgetOlder forgets what did not come with the feed when it was read again.
func (tx *modelTx) forgetOlder() {
	for row, h := range tx.held {
		if h.reading < tx.reading {
			delete(tx.held, row)
		}
	}
}

// Sums adds up what is held.
func (db *modelDB) Sums(context.Context) (int64, wire.Sums, error) {
	all := map[wire.RowKind]wire.Sum{}
	for row, h := range db.held {
		w, work := db.work[order.ShipmentID(row.id)], row.kind == string(wire.RowWork) && !db.parked[row]
		if h.reading == db.reading && (!work || w != nil && !w.gone) {
			s := all[wire.RowKind(row.kind)]
			s.Add(h.fs)
			all[wire.RowKind(row.kind)] = s
		}
	}
	sums := wire.Sums{}
	for k, s := range all {
		sums[k] = s.String()
	}
	return db.cursor, sums, nil
}

// FeedSums adds up what a station has to hold.
func (t memoryTx) FeedSums(_ string, station order.StationID, _ int64) (wire.Sums, error) {
	all := map[wire.RowKind]wire.Sum{}
	for _, k := range []wire.RowKind{wire.RowWork, wire.RowInstruction, wire.RowFlow, wire.RowPolicy} {
		all[k] = wire.Sum{}
	}
	for i := range t.m.feed {
		r := &t.m.feed[i]
		s, counted := all[wire.RowKind(r.Kind)]
		if !counted || r.Station != "" && r.Station != station || !t.counts(r) {
			continue
		}
		if r.Kind == string(wire.RowWork) {
			if sh, err := t.Shipment(order.ShipmentID(r.ID)); err != nil || sh == nil || sh.LeaseStation != station {
				return nil, fmt.Errorf("the feed of %s has %s, which is not leased to it: %w", station, r.ID, err)
			}
		}
		s.Add(r.FS)
		all[wire.RowKind(r.Kind)] = s
	}
	sums := wire.Sums{}
	for k, s := range all {
		sums[k] = s.String()
	}
	return sums, nil
}
