package localdb

import (
	"errors"

	"pickstation/order"
)

// code is what leads to a shipment when it is scanned.
type code struct {
	key  string // see order.CodeKey
	rank int    // what it is a code of
	no   int    // of the line or parcel, 0 the whole shipment
}

type codes []code

// add adds the code of a text, where it has one.
func (c *codes) add(text string, rank, no int) {
	if key := order.CodeKey(text); key != "" {
		*c = append(*c, code{key, rank, no})
	}
}

// codesOf are the codes of a shipment as its plan has them.
func codesOf(s *order.Shipment) (all codes) {
	all.add(string(s.ID), rankShipment, 0)
	for _, o := range s.Orders {
		all.add(o.External, rankShipment, 0)
		all.add(string(o.ID), rankShipment, 0)
	}
	if s.Pickup != "" {
		all = append(all, code{pickupKey(s.Pickup), rankShipment, 0})
	}
	all.add(s.Tote, rankTote, 0)
	all.add(s.Slot, rankTote, 0)
	all.add(string(s.Stands), rankLocation, 0)
	for i := range s.Parcels {
		p := &s.Parcels[i]
		all.add(p.Waybill.Number, rankWaybill, p.No)
		all.add(string(p.ID), rankWaybill, p.No)
		for _, n := range p.VoidWaybills {
			all.add(n, rankWaybill, p.No)
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		all.add(string(l.Location), rankLocation, l.No)
		for _, key := range l.Keys() {
			if key != "" {
				all = append(all, code{key, rankItem, l.No})
			}
		}
	}
	return all
}

func (tx *Tx) putCodes(sid int64, all codes) error {
	for _, c := range all {
		if err := tx.exec("INSERT OR IGNORE INTO codes VALUES(?,?,?,?)", c.key, c.rank, sid, c.no); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) deleteCodes(sid int64, all codes) error {
	for _, c := range all {
		if err := tx.exec("DELETE FROM codes WHERE key=? AND rank=? AND sid=? AND no=?", c.key, c.rank, sid, c.no); err != nil {
			return err
		}
	}
	return nil
}

// dropCodes deletes the codes of the plan that is stored. Of one that is damaged they are
// looked for: they do not stand together.
func (tx *Tx) dropCodes(sid int64) error {
	plan, err := tx.db.plan(sid)
	if errors.Is(err, errPlan) {
		return tx.exec("DELETE FROM codes WHERE sid = ?", sid)
	}
	if err != nil || plan == nil {
		return err
	}
	delete(tx.db.plans, sid)
	own, err := tx.ownCodes(sid)
	if err != nil {
		return err
	}
	return tx.deleteCodes(sid, append(own, codesOf(plan)...))
}

// ownCodes are the codes that stand in no plan: of numbers that the bench gave, of the
// tote it learnt, and of the place where that was brought.
func (tx *Tx) ownCodes(sid int64) (own codes, err error) {
	err = tx.db.w.query("SELECT no, waybill FROM parcels WHERE sid = ? AND waybill <> ''", func(r row) error {
		own.add(r.text(1), rankWaybill, int(r.int(0)))
		return nil
	}, sid)
	if err != nil {
		return nil, err
	}
	r, err := tx.db.w.one("SELECT slot, stands FROM shipments WHERE sid = ?", sid)
	if err == nil && r != nil {
		own.add(r.text(0), rankTote, 0)
		own.add(r.text(1), rankLocation, 0)
	}
	return own, err
}

// dropInner deletes the codes of a shipment's goods and places; of a plan that is damaged
// they are looked for, as in dropCodes.
func (tx *Tx) dropInner(sid int64) error {
	plan, err := tx.db.plan(sid)
	if errors.Is(err, errPlan) {
		return tx.exec("DELETE FROM codes WHERE sid=? AND rank>=?", sid, rankItem)
	}
	if err != nil || plan == nil {
		return err
	}
	var inner codes
	for _, c := range codesOf(plan) {
		if c.rank >= rankItem {
			inner = append(inner, c)
		}
	}
	return tx.deleteCodes(sid, inner)
}
