package localdb

import (
	"fmt"

	"pickstation/order"
)

// putBox stores what no plan has of a parcel: that the bench made it, and the number
// that the bench gave it, by which it is found from then on.
func (tx *Tx) putBox(sid int64, p *order.Parcel) error {
	plan, err := tx.db.plan(sid)
	if err != nil || plan == nil {
		return err
	}
	planned := plan.Parcel(p.No)
	if planned != nil && planned.Waybill.Number == p.Waybill.Number {
		return nil
	}
	err = tx.exec(`INSERT OR IGNORE INTO parcels(sid, no, waybill, weight_g, prints, print_requests, printed_version, labelled, dispatched,
		last, extra) VALUES(?,?,'',0,0,0,0,0,0,0,?)`, sid, p.No, boolInt(p.Extra))
	if err != nil || p.Waybill.Number == "" {
		return err
	}
	if err := tx.exec("UPDATE parcels SET waybill=? WHERE sid=? AND no=?", p.Waybill.Number, sid, p.No); err != nil {
		return err
	}
	return tx.exec("INSERT OR IGNORE INTO codes VALUES(?,?,?,?)", order.CodeKey(p.Waybill.Number), rankWaybill, sid, p.No)
}

// dropOwnCodes deletes the codes that stand in no plan: of numbers that the bench gave, of
// the tote it learnt, and of the place where that was brought.
func (tx *Tx) dropOwnCodes(sid int64) error {
	type code struct {
		key      string
		rank, no int
	}
	var own []code
	err := tx.db.w.query("SELECT no, waybill FROM parcels WHERE sid = ? AND waybill <> ''", func(r row) error {
		own = append(own, code{order.CodeKey(r.text(1)), rankWaybill, int(r.int(0))})
		return nil
	}, sid)
	if err != nil {
		return err
	}
	r, err := tx.db.w.one("SELECT slot, stands FROM shipments WHERE sid = ?", sid)
	if err != nil {
		return err
	}
	if r != nil {
		own = append(own, code{order.CodeKey(r.text(0)), rankTote, 0}, code{order.CodeKey(r.text(1)), rankLocation, 0})
	}
	for _, c := range own {
		if err := tx.exec("DELETE FROM codes WHERE key=? AND rank=? AND sid=? AND no=?", c.key, c.rank, sid, c.no); err != nil {
			return err
		}
	}
	return nil
}

// Number returns the nth number, from 0, that the blocks of the open log still hold of
// a carrier's waybills, or "". [Tx.NextNumber] takes them in this order.
func (db *DB) Number(c order.CarrierID, nth int) (number string, err error) {
	err = db.w.query("SELECT next, body FROM blocks WHERE log = ? AND carrier = ? ORDER BY id", func(r row) error {
		var b order.NumberBlock
		if err := decode(r.blob(1), &b); err != nil {
			return fmt.Errorf("read block: %w", err)
		}
		left := int(max(b.To-r.int(0)+1, 0))
		if nth < left {
			number = b.Number(r.int(0) + int64(nth))
			return errStop
		}
		nth -= left
		return nil
	}, string(db.logs.cur().ID), string(c))
	return number, err
}
