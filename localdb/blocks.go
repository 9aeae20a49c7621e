package localdb

import (
	"encoding/json"
	"fmt"

	"pickstation/order"
)

// applyBlock stores a block of numbers. One that is here already keeps its place: what
// was given out is never given out again.
func (tx *Tx) applyBlock(body []byte) error {
	var b order.NumberBlock
	if err := decode(body, &b); err != nil {
		return err
	}
	if b.ID == "" || len(b.ID) > maxID || b.From < 0 || b.To < b.From || b.To-b.From >= maxQty ||
		b.Number(b.From) == "" || b.Number(b.To) == "" {
		return bad("a block of numbers needs an id, a form and a range")
	}
	if here, err := tx.db.w.one("SELECT 1 FROM blocks WHERE id = ?", b.ID); here != nil || err != nil {
		return err
	}
	next, err := tx.unused(&b)
	if err != nil {
		return err
	}
	return tx.exec("INSERT INTO blocks VALUES(?,?,?,?,?)", b.ID, string(b.Log), string(b.Carrier), next, body)
}

// unused returns the first serial of a block behind those that parcels here carry. A block
// whose row was lost comes again as it was, with the next reading of the feed.
func (tx *Tx) unused(b *order.NumberBlock) (int64, error) {
	next := b.From
	err := tx.db.w.query("SELECT waybill FROM parcels UNION ALL SELECT waybill FROM handovers", func(r row) error {
		if n, ok := b.Serial(r.text(0)); ok && n >= next && n <= b.To {
			next = n + 1
		}
		return nil
	})
	return next, err
}

// NextNumber takes the next waybill number of a carrier from the blocks leased to the
// open log. It becomes the parcel's with the event that names parcel and number, which
// must be appended in the same transaction: a transaction that is rolled back has
// given nothing out. ok is false when no number is left; then the print is parked
// until the centre sends a block, and none is invented. Blocks of older logs are never
// touched, for a copy of this database may use them elsewhere.
func (tx *Tx) NextNumber(carrier order.CarrierID) (number string, ok bool, err error) {
	r, err := tx.db.w.one("SELECT id, next, body FROM blocks WHERE log = ? AND carrier = ? AND next <= json_extract(CAST(body AS TEXT),'$.to') ORDER BY id LIMIT 1",
		string(tx.db.logs.cur().ID), string(carrier))
	if err != nil || r == nil {
		return "", false, err
	}
	var b order.NumberBlock
	if err := json.Unmarshal(r.blob(2), &b); err != nil {
		return "", false, fmt.Errorf("read block %s: %w", r.text(0), err)
	}
	n := r.int(1)
	return b.Number(n), true, tx.exec("UPDATE blocks SET next=? WHERE id=?", n+1, b.ID)
}

// NumbersLeft returns how many numbers of a carrier the blocks of the open log hold.
func (db *DB) NumbersLeft(carrier order.CarrierID) (int, error) {
	r, err := db.w.one("SELECT coalesce(sum(json_extract(CAST(body AS TEXT),'$.to') - next + 1), 0) FROM blocks WHERE log = ? AND carrier = ?",
		string(db.logs.cur().ID), string(carrier))
	if err != nil || r == nil {
		return 0, err
	}
	return int(r.int(0)), nil
}

// numbersUsed returns by carrier how many numbers of a log's blocks were given out.
func numbersUsed(c *conn, log order.LogID) (map[order.CarrierID]int64, error) {
	used := map[order.CarrierID]int64{}
	err := c.query("SELECT carrier, sum(next - json_extract(CAST(body AS TEXT),'$.from')) FROM blocks WHERE log = ? GROUP BY carrier", func(r row) error {
		used[order.CarrierID(r.text(0))] = r.int(1)
		return nil
	}, string(log))
	return used, err
}
