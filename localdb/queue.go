package localdb

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"pickstation/order"
)

const selectQueue = `SELECT (SELECT sum(picked) FROM lines WHERE sid = shipments.sid), id, ref, priority, promise, cold, lines, units,
	state, stage, owner, coalesce(nullif(slot, ''), tote), carrier, stop, cancelled FROM shipments`

var temps = []order.Temp{order.Ambient, order.Chilled, order.Frozen}

func coldRank(t order.Temp) int {
	for i, x := range temps {
		if x == t {
			return i
		}
	}
	return 0
}

// Queue returns open work, at most limit rows, and how much there is: first what the
// operator kept, then by priority, promise and cold chain.
func (db *DB) Queue(op order.OperatorID, limit int) ([]order.QueueRow, int, error) {
	if db.open < 0 {
		r, err := db.w.one("SELECT count(*) FROM shipments WHERE open = 1")
		if err != nil {
			return nil, 0, err
		}
		db.open = int(r.int(0))
	}
	var rows []order.QueueRow
	add := func(r row) error {
		q := order.QueueRow{Picked: int(r.int(0)), ID: order.ShipmentID(r.text(1)), Ref: r.text(2), Priority: int(r.int(3)),
			Promise: fromPromise(r.int(4)), Temp: temps[min(max(r.int(5), 0), 2)], Lines: int(r.int(6)), Units: int(r.int(7)),
			State: order.StateCode(r.text(8)), Stage: order.Stage(r.text(9)), Owner: order.OperatorID(r.text(10)),
			Tote: r.text(11), Hold: order.HoldCode(r.text(13)), Gone: r.int(14) == 1}
		if err := json.Unmarshal([]byte(r.text(12)), &q.Carrier); err != nil {
			return fmt.Errorf("read carrier: %w", err)
		}
		rows = append(rows, q)
		return nil
	}
	if op != "" {
		if err := db.w.query(selectQueue+" WHERE owner = ? AND owner <> '' AND open = 1 ORDER BY last DESC LIMIT ?", add,
			string(op), int64(limit)); err != nil {
			return nil, 0, err
		}
	}
	if n := int64(limit - len(rows)); n > 0 {
		if err := db.w.query(selectQueue+" WHERE open = 1 AND (? = '' OR owner <> ?) ORDER BY priority DESC, promise, cold DESC, sid LIMIT ?",
			add, string(op), string(op), n); err != nil {
			return nil, 0, err
		}
	}
	return rows, db.open, nil
}

// outbound are the parcels that are labelled and not handed over.
const outbound = ` FROM parcels p JOIN shipments s ON s.sid = p.sid WHERE p.labelled > 0 AND p.dispatched = 0 AND s.gone = 0`

// Outbound returns parcels that are labelled and not handed over, longest waiting
// first, and how many there are.
func (db *DB) Outbound(limit int) ([]order.OutboundRow, int, error) {
	rows, err := db.outbound("", int64(limit))
	if err != nil || len(rows) < limit {
		return rows, len(rows), err
	}
	r, err := db.w.one("SELECT count(*)" + outbound)
	if err != nil {
		return nil, 0, err
	}
	return rows, int(r.int(0)), nil
}

// ofCarrier leaves those of a carrier, whose id is the next argument.
const ofCarrier = " AND s.carrier ->> '$.id' = ?"

// Waiting returns the parcels that wait for a carrier, longest waiting first, at most
// limit.
func (db *DB) Waiting(c order.CarrierID, limit int) ([]order.OutboundRow, error) {
	return db.outbound(ofCarrier, string(c), int64(limit))
}

// WaitingBeside counts the parcels that wait for a carrier beside one of them.
func (db *DB) WaitingBeside(c order.CarrierID, id order.ShipmentID, parcel int) (int, error) {
	r, err := db.w.one("SELECT count(*)"+outbound+ofCarrier+" AND NOT (s.id = ? AND p.no = ?)", string(c), string(id), int64(parcel))
	if err != nil {
		return 0, err
	}
	return int(r.int(0)), nil
}

func (db *DB) outbound(of string, args ...driver.Value) (rows []order.OutboundRow, err error) {
	err = db.w.query("SELECT s.id, s.ref, p.no, p.waybill, s.carrier, p.labelled, s.stop"+outbound+of+" ORDER BY p.labelled, p.sid, p.no LIMIT ?", func(r row) error {
		o := order.OutboundRow{Shipment: order.ShipmentID(r.text(0)), Ref: r.text(1), Parcel: int(r.int(2)),
			Waybill: r.text(3), Since: fromMillis(r.int(5)), Hold: order.HoldCode(r.text(6))}
		if err := json.Unmarshal([]byte(r.text(4)), &o.Carrier); err != nil {
			return fmt.Errorf("read carrier: %w", err)
		}
		rows = append(rows, o)
		return nil
	}, args...)
	return rows, err
}
