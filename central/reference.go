package central

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"reflect"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// warehouse returns a warehouse, making it with the default policy on first use: a
// badge key of its own, and all flows in its feed.
func (s *Service) warehouse(tx Tx, id string) (*Warehouse, error) {
	if id == "" {
		id = DefaultWarehouse
	}
	w, err := tx.Warehouse(id)
	if w != nil || err != nil {
		return w, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	w = &Warehouse{ID: id, Policy: order.DefaultPolicy(), BadgeKey: s.vault.Seal("badge key of "+id, key)}
	w.Policy.Warehouse = id
	if err := tx.PutWarehouse(w); err != nil {
		return nil, err
	}
	flows, err := tx.Flows()
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		if err := tx.Emit(id, "", string(wire.RowFlow), flowRowID(f.ID, f.Version)); err != nil {
			return nil, err
		}
	}
	return w, tx.Emit(id, "", string(wire.RowPolicy), id)
}

func (s *Service) badgeKey(w *Warehouse) ([]byte, error) {
	return s.vault.Open("badge key of "+w.ID, w.BadgeKey)
}

// SetPolicy stores a warehouse's policy, making the warehouse on first use. With
// onlyDefault it leaves a policy alone that a person has set.
func (s *Service) SetPolicy(ctx context.Context, p order.Policy, onlyDefault bool) error {
	if p.Warehouse == "" {
		p.Warehouse = DefaultWarehouse
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
		return order.Errorf("bad_zone", "time zone %q is not known", p.Zone).WithHint("use an IANA name such as Asia/Shanghai")
	}
	if p.ColdLeaseS < 0 || p.PickupWordAgeS < -1 || p.PrintWordAgeS < 0 || p.DispatchWordAgeS < 0 || p.MinLifeDays < 0 || p.PurgeDays < 0 {
		return order.Errorf("bad_policy", "the policy holds a negative number").WithHint("0 means no limit")
	}
	if err := p.CheckPapers(); err != nil {
		return err
	}
	if err := p.CheckWork(); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		w, err := s.warehouse(tx, p.Warehouse)
		if err != nil {
			return err
		}
		if onlyDefault && !w.SetAt.IsZero() || reflect.DeepEqual(w.Policy, p) {
			return nil
		}
		w.Policy = p
		if !onlyDefault {
			w.SetAt = s.now()
		}
		if err := tx.PutWarehouse(w); err != nil {
			return err
		}
		return tx.Emit(w.ID, "", string(wire.RowPolicy), w.ID)
	})
}

// Policy returns a warehouse's policy.
func (s *Service) Policy(ctx context.Context, warehouse string) (p order.Policy, err error) {
	if warehouse == "" {
		warehouse = DefaultWarehouse
	}
	err = s.store.Read(ctx, func(r Reader) error {
		w, err := r.Warehouse(warehouse)
		if err == nil && w == nil {
			err = notFound("warehouse", warehouse)
		}
		if err == nil {
			p = w.Policy
		}
		return err
	})
	return p, err
}

// Badge is an operator with the badge as it was read from a file; the badge is hashed
// with the warehouse's key and forgotten.
type Badge struct {
	order.Operator
	Badge string
	PIN   string // "" none
}

// pinSalt is a salt of the person's own, the same at each import, so that importing a file
// again changes nothing. The key keeps tables made beforehand from fitting.
func pinSalt(key []byte, id order.OperatorID) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("pin " + id))
	return m.Sum(nil)[:16]
}

// PutOperators stores operators; it returns how many were new or changed. PINs are hashed
// before the transaction: that takes tens of milliseconds each.
func (s *Service) PutOperators(ctx context.Context, warehouse string, all []Badge) (int, error) {
	var key []byte
	err := s.store.Write(ctx, func(tx Tx) error {
		w, err := s.warehouse(tx, warehouse)
		if err == nil {
			key, err = s.badgeKey(w)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	people := make([]order.Operator, len(all))
	for i := range all {
		o := all[i].Operator
		o.BadgeHash = order.BadgeHash(key, all[i].Badge)
		if pin := all[i].PIN; pin != "" {
			o.PIN, o.PINDigits = order.HashPIN(pin, pinSalt(key, o.ID)), len(pin)
		}
		people[i] = o
	}
	return s.putEach(ctx, warehouse, wire.RowOperator, len(people), func(tx Tx, w *Warehouse, i int) (string, bool, error) {
		is, err := tx.PutOperator(w.ID, &people[i])
		return string(people[i].ID), is, err
	})
}

// PutProducts stores catalogue entries; it returns how many were new or changed. Orders
// that waited for one of them go on.
func (s *Service) PutProducts(ctx context.Context, warehouse string, all []order.Product) (int, error) {
	changed, err := s.putEach(ctx, warehouse, wire.RowProduct, len(all), func(tx Tx, w *Warehouse, i int) (string, bool, error) {
		if err := checkProduct(&all[i]); err != nil {
			return "", false, err
		}
		if all[i].SpreadG == 0 {
			if was, err := tx.Product(w.ID, all[i].SKU); err != nil {
				return "", false, err
			} else if was != nil {
				keepLearnt(&all[i], was)
			}
		}
		is, err := tx.PutProduct(w.ID, &all[i])
		return string(all[i].SKU), is, err
	})
	if err != nil || changed == 0 {
		return changed, err
	}
	return changed, s.goodsKnown(ctx)
}

// keepLearnt leaves what was learnt until a person gives something else.
func keepLearnt(p, was *order.Product) {
	switch {
	case p.WeightG == 0 && was.Learnt > 0:
		p.WeightG, p.SpreadG, p.Learnt = was.WeightG, was.SpreadG, was.Learnt
	case p.WeightG > 0 && p.WeightG == was.WeightG && was.SpreadLearnt > 0:
		p.SpreadG, p.SpreadLearnt = was.SpreadG, was.SpreadLearnt
	}
}

// PutLocations stores places; it returns how many were new or changed.
func (s *Service) PutLocations(ctx context.Context, warehouse string, all []order.Location) (int, error) {
	return s.putEach(ctx, warehouse, wire.RowLocation, len(all), func(tx Tx, w *Warehouse, i int) (string, bool, error) {
		is, err := tx.PutLocation(w.ID, &all[i])
		return string(all[i].ID), is, err
	})
}

// putEach stores n things of a warehouse in one transaction and tells its stations of
// those that changed; it returns how many did. put stores the i-th and returns its id.
func (s *Service) putEach(ctx context.Context, warehouse string, kind wire.RowKind, n int,
	put func(tx Tx, w *Warehouse, i int) (id string, changed bool, err error)) (changed int, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		changed = 0
		w, err := s.warehouse(tx, warehouse)
		if err != nil {
			return err
		}
		for i := range n {
			id, is, err := put(tx, w, i)
			if err != nil {
				return err
			}
			if !is {
				continue
			}
			changed++
			if err := tx.Emit(w.ID, "", string(kind), id); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// AddProducts stores entries whose SKU has none yet; it returns how many.
func (s *Service) AddProducts(ctx context.Context, warehouse string, all []order.Product) (int, error) {
	fresh, err := missing(ctx, s, all, func(r Reader, p *order.Product) (*order.Product, error) {
		return r.Product(orMain(warehouse), p.SKU)
	})
	if err != nil || len(fresh) == 0 {
		return 0, err
	}
	return s.PutProducts(ctx, warehouse, fresh)
}

// AddLocations stores places that are not there yet; it returns how many.
func (s *Service) AddLocations(ctx context.Context, warehouse string, all []order.Location) (int, error) {
	fresh, err := missing(ctx, s, all, func(r Reader, l *order.Location) (*order.Location, error) {
		return r.Location(orMain(warehouse), l.ID)
	})
	if err != nil || len(fresh) == 0 {
		return 0, err
	}
	return s.PutLocations(ctx, warehouse, fresh)
}

// missing returns those of a list that the store does not have.
func missing[T any](ctx context.Context, s *Service, all []T, get func(r Reader, v *T) (*T, error)) ([]T, error) {
	fresh := make([]T, 0, len(all))
	err := s.store.Read(ctx, func(r Reader) error {
		for i := range all {
			have, err := get(r, &all[i])
			if err != nil {
				return err
			}
			if have == nil {
				fresh = append(fresh, all[i])
			}
		}
		return nil
	})
	return fresh, err
}

func orMain(warehouse string) string {
	if warehouse == "" {
		return DefaultWarehouse
	}
	return warehouse
}
