package localdb

import (
	"errors"

	"pickstation/order"
)

// eachCode calls do for every code that leads to a shipment.
func eachCode(s *order.Shipment, do func(key string, rank, no int) error) error {
	one := func(text string, rank, no int) error {
		if key := order.CodeKey(text); key != "" {
			return do(key, rank, no)
		}
		return nil
	}
	if err := one(string(s.ID), rankShipment, 0); err != nil {
		return err
	}
	for _, o := range s.Orders {
		if err := one(o.External, rankShipment, 0); err != nil {
			return err
		}
		if err := one(string(o.ID), rankShipment, 0); err != nil {
			return err
		}
	}
	if s.Pickup != "" {
		if err := do(pickupKey(s.Pickup), rankShipment, 0); err != nil {
			return err
		}
	}
	for _, tote := range []string{s.Tote, s.Slot} {
		if err := one(tote, rankTote, 0); err != nil {
			return err
		}
	}
	if err := one(string(s.Stands), rankLocation, 0); err != nil {
		return err
	}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		if err := one(p.Waybill.Number, rankWaybill, p.No); err != nil {
			return err
		}
		if err := one(string(p.ID), rankWaybill, p.No); err != nil {
			return err
		}
		for _, n := range p.VoidWaybills {
			if err := one(n, rankWaybill, p.No); err != nil {
				return err
			}
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if err := one(string(l.Location), rankLocation, l.No); err != nil {
			return err
		}
		for _, key := range l.Keys() {
			if key == "" {
				continue
			}
			if err := do(key, rankItem, l.No); err != nil {
				return err
			}
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
	if err := tx.dropOwnCodes(sid); err != nil {
		return err
	}
	return eachCode(plan, func(key string, rank, no int) error {
		return tx.exec("DELETE FROM codes WHERE key=? AND rank=? AND sid=? AND no=?", key, rank, sid, no)
	})
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
	return eachCode(plan, func(key string, rank, no int) error {
		if rank < rankItem {
			return nil
		}
		return tx.exec("DELETE FROM codes WHERE key=? AND rank=? AND sid=? AND no=?", key, rank, sid, no)
	})
}
