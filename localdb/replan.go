package localdb

import (
	"encoding/json"
	"fmt"
	"slices"

	"pickstation/order"
)

// putPlan stores a shipment whose plan changed at the bench: a line has another lot, or
// other goods. The centre makes the same of the event, so that its next row agrees.
func (tx *Tx) putPlan(sid int64, s *order.Shipment, lsn int64) error {
	tx.feed = true // a rollback looks everything up again
	old, err := tx.db.plan(sid)
	if err != nil || old == nil {
		return err
	}
	plan := *old
	plan.Lines = planOf(s).Lines
	body, err := json.Marshal(&plan)
	if err != nil {
		return fmt.Errorf("store plan: %w", err)
	}
	if err := tx.dropCodes(sid); err != nil {
		return err
	}
	cold, units := ranked(s)
	if err := tx.exec("UPDATE shipments SET plan=?, cold=?, lines=?, units=? WHERE sid=?", body, cold, len(s.Lines), units, sid); err != nil {
		return err
	}
	if err := tx.exec("DELETE FROM lines WHERE sid=?", sid); err != nil {
		return err
	}
	if err := tx.putLines(sid, s, lsn); err != nil {
		return err
	}
	return tx.putCodes(sid, codesOf(s))
}

// putLines stores the lines of a shipment with their progress.
func (tx *Tx) putLines(sid int64, s *order.Shipment, last int64) error {
	for i := range s.Lines {
		l := &s.Lines[i]
		if err := tx.exec("INSERT INTO lines VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", sid, l.No, l.Qty, string(l.SKU), l.Name.ZH, l.Name.EN,
			string(l.Location), l.Picked, l.Packed, l.Short, l.ShortReason, toJSON(l.Serials), toJSON(l.Lots), last, toJSON(l.Boxes), l.NetG, toJSON(l.Packs)); err != nil {
			return err
		}
	}
	return nil
}

// WithGoods returns shipments that have lines with goods of that key, picked or not, and
// were not handed over.
func (db *DB) WithGoods(key string, limit int) ([]order.ShipmentID, error) {
	return db.ids(`SELECT DISTINCT s.id FROM codes c JOIN shipments s ON s.sid = c.sid
		WHERE c.key = ? AND c.rank = ? AND s.gone = 0 AND s.done = 0 ORDER BY s.sid LIMIT ?`, key, int64(rankItem), int64(limit))
}

// Picked returns open shipments all of whose goods are picked and that nobody has packed,
// with goods of that key.
func (db *DB) Picked(key string, limit int) ([]order.ShipmentID, error) {
	return db.ids(`SELECT DISTINCT s.id FROM codes c JOIN shipments s ON s.sid = c.sid
		WHERE c.key = ? AND c.rank = ? AND s.open = 1 AND s.stage = ? ORDER BY s.sid LIMIT ?`, key, int64(rankItem), string(order.StagePicked), int64(limit))
}

// Product returns the catalogue entry of a SKU, or nil.
func (db *DB) Product(sku order.SKU) (*order.Product, error) {
	r, err := db.w.one("SELECT body FROM products WHERE sku = ?", string(sku))
	if err != nil || r == nil {
		return nil, err
	}
	p := new(order.Product)
	if err := json.Unmarshal(r.blob(0), p); err != nil {
		return nil, fmt.Errorf("read product: %w", err)
	}
	return p, nil
}

// keepSubstituted puts lines of other goods, which no plan of the centre has yet, into a
// new plan, and takes those out that were taken back here.
func keepSubstituted(s, own *order.Shipment) {
	for i := range s.Lines {
		l := s.Lines[i]
		if l.Instead == 0 || own.Line(l.No) != nil {
			continue
		}
		if old, was := s.Line(l.Instead), own.Line(l.Instead); old != nil && was != nil && was.Qty == old.Qty+l.Qty {
			old.Qty = was.Qty
			s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(o order.Line) bool { return o.No == l.No })
			break
		}
	}
	for i := range own.Lines {
		l := own.Lines[i]
		old := s.Line(l.Instead)
		if l.Instead == 0 || old == nil || s.Line(l.No) != nil || l.Qty > old.Qty {
			continue
		}
		old.Qty -= l.Qty
		s.Lines = append(s.Lines, l)
	}
}

// maxWeighed is of how many lines a shipment has at most whose boxes are judged by weight
// with what the catalogue has learnt since: more kinds of goods are not told apart anyway.
const maxWeighed = 50

// fillWeights gives lines without a unit weight, or without its spread, what the catalogue has by now.
// Declared goods keep what they were declared with.
func (db *DB) fillWeights(p *order.Shipment) error {
	if len(p.Lines) > maxWeighed || p.Customs != order.CustomsNone {
		return nil
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.WeightG > 0 && l.SpreadG > 0 {
			continue
		}
		v, err := db.Product(l.SKU)
		if err != nil {
			return err
		}
		if v != nil {
			l.FillWeight(v)
		}
	}
	return nil
}
