package localdb

import "pickstation/order"

const selectPrints = `SELECT id, shipment, parcel, no, version, state, ref, code, err, updated, created, attempts, operator FROM print_jobs`

func scanPrint(r row) order.PrintResult {
	return order.PrintResult{JobID: r.int(0), Shipment: order.ShipmentID(r.text(1)), Parcel: int(r.int(2)), No: int(r.int(3)),
		Version: int(r.int(4)), State: order.PrintState(r.text(5)), Ref: r.text(6), Code: r.text(7), Err: r.text(8),
		At: fromMillis(r.int(9)), Asked: fromMillis(r.int(10)), Attempts: int(r.int(11)),
		By: order.OperatorID(r.text(12))}
}

// PrintQueue returns jobs that are not done, in the order in which they were asked for.
func (db *DB) PrintQueue(limit int) (jobs []order.PrintResult, err error) {
	err = db.w.query(selectPrints+" WHERE state <> 'done' ORDER BY id LIMIT ?", func(r row) error {
		jobs = append(jobs, scanPrint(r))
		return nil
	}, int64(limit))
	return jobs, err
}

// PrintCounts returns how many jobs wait, and how many are parked for a person.
func (db *DB) PrintCounts() (waiting, parked int, err error) {
	r, err := db.w.one("SELECT count(*) - count(CASE state WHEN 'parked' THEN 1 END), count(CASE state WHEN 'parked' THEN 1 END) FROM print_jobs WHERE state <> 'done'")
	if err != nil {
		return 0, 0, err
	}
	return int(r.int(0)), int(r.int(1)), nil
}

// LastPrint returns the latest job of a parcel, or nil.
func (db *DB) LastPrint(id order.ShipmentID, parcel int) (*order.PrintResult, error) {
	r, err := db.w.one(selectPrints+" WHERE shipment = ? AND parcel = ? ORDER BY id DESC LIMIT 1", string(id), int64(parcel))
	if err != nil || r == nil {
		return nil, err
	}
	p := scanPrint(r)
	return &p, nil
}
