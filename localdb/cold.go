package localdb

import (
	"fmt"

	"pickstation/order"
)

// PutCold remembers an alert of a cold place until it is over, so that a restart does
// not forget it.
func (tx *Tx) PutCold(a order.ColdAlert) error {
	if a.Over {
		return tx.exec("DELETE FROM cold WHERE device=? AND kind=?", string(a.Probe), string(a.Kind))
	}
	return tx.exec("INSERT INTO cold VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET since=excluded.since, milli_c=excluded.milli_c",
		string(a.Probe), string(a.Kind), millis(a.Since), a.MilliC)
}

// Cold returns the alerts of cold places that are not over, oldest first.
func (db *DB) Cold() (list []order.ColdAlert, err error) {
	err = db.w.query("SELECT device, kind, since, milli_c FROM cold ORDER BY since, device, kind", func(r row) error {
		list = append(list, order.ColdAlert{Probe: order.DeviceID(r.text(0)), Kind: order.ColdKind(r.text(1)),
			Since: fromMillis(r.int(2)), MilliC: int(r.int(3))})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	return list, nil
}

// OutOfCold returns the open shipments, and the cancelled ones whose goods are to be put
// back, with cold goods whose time out of the cold is counted; at most limit.
func (db *DB) OutOfCold(limit int) (list []order.OutRow, err error) {
	err = db.w.query(`SELECT id, ref, out_clocks, cancelled, stage FROM shipments WHERE out_clocks <> '' AND gone = 0 AND (cancelled = 0
			OR EXISTS (SELECT 1 FROM instructions i WHERE i.shipment = shipments.id AND i.done = 0)) ORDER BY last DESC LIMIT ?`, func(r row) error {
		o := order.OutRow{Shipment: order.ShipmentID(r.text(0)), Ref: r.text(1), Over: r.int(3) != 0,
			Packed: order.Stage(r.text(4)).Rank() >= order.StageAwaitingDispatch.Rank()}
		list = append(list, o)
		return fromJSON(r.text(2), &list[len(list)-1].Clocks)
	}, int64(limit))
	return list, err
}

// putOut stores how long cold goods of a shipment have been out, as the feed tells it.
func (tx *Tx) putOut(sid int64, s *order.Shipment) error {
	return tx.exec("UPDATE shipments SET out_clocks=? WHERE sid=?", toJSON(s.Out), sid)
}
