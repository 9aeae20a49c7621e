package localdb

import (
	"pickstation/order"
	"pickstation/sync/wire"
)

// applyGone takes a shipment away. Its row stays until it is purged, so that its
// numbers still say what became of it; nobody can start it any more.
func (tx *Tx) applyGone(g wire.Gone) error {
	if g.Shipment == "" {
		return bad("it names no shipment")
	}
	sid, err := tx.db.sid(g.Shipment)
	if err != nil || sid == 0 {
		return err
	}
	if err := tx.dropInner(sid); err != nil {
		return err
	}
	return tx.exec("UPDATE shipments SET gone=?, gone_why=?, open=0, lease_until=0, lease_mono=0 WHERE sid=? AND gone=0",
		tx.db.now(), clip(g.Why), sid)
}

// Repull begins the feed again. Work that does not come with it any more is taken
// away when the feed was read to its end.
func (tx *Tx) Repull(timeline int64) error {
	tx.feed = true
	tx.db.reading++
	return tx.exec("UPDATE sync SET cursor=0, reading=?, timeline=?", tx.db.reading, timeline)
}

// FeedRead says that the feed was read to its end. After a new beginning, work that
// did not come with it is no longer this station's; what the centre has not heard of
// everything done here stays until it has. It returns the shipments it took away.
func (tx *Tx) FeedRead() (gone []order.ShipmentID, err error) {
	db := tx.db
	if db.swept == db.reading {
		return nil, nil
	}
	tx.feed = true
	heard := farFuture // rows before this one are acknowledged
	for i := range db.logs.all {
		if l := &db.logs.all[i]; l.Unsent() > 0 {
			heard = l.lsn(l.Acked + 1)
			break
		}
	}
	var stale []order.ShipmentID
	waits := false
	err = db.w.query("SELECT sid, id FROM shipments WHERE gone = 0 AND "+notRead("shipments"), func(r row) error {
		last, err := tx.lastOwn(r.int(0))
		if err == nil && last < heard {
			stale = append(stale, order.ShipmentID(r.text(1)))
		} else {
			waits = true
		}
		return err
	}, string(wire.RowWork), db.reading)
	if err != nil {
		return nil, err
	}
	for _, id := range stale {
		if err := tx.applyGone(wire.Gone{Shipment: id, Why: "not_leased"}); err != nil {
			return nil, err
		}
	}
	if len(stale) > 0 {
		db.open = -1
	}
	swept, err := tx.sweepTasks(heard == farFuture)
	if err == nil {
		err = tx.sweepPickups()
	}
	if err != nil {
		return nil, err
	}
	if waits || !swept {
		return stale, nil
	}
	db.swept = db.reading
	if err := tx.exec("DELETE FROM held WHERE reading < ?", db.reading); err != nil {
		return nil, err
	}
	return stale, tx.exec("UPDATE sync SET swept=?", db.swept)
}
