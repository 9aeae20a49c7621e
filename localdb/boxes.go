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
	var given codes
	given.add(p.Waybill.Number, rankWaybill, p.No)
	return tx.putCodes(sid, given)
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
