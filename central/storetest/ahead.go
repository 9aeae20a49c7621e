package storetest

import (
	"testing"

	"pickstation/central"
	"pickstation/order"
)

// readAhead: what is asked for after it was announced is what would have been answered
// without, what the transaction stores meanwhile included.
func readAhead(t *testing.T, s central.Store) {
	strange := "\x00\xff?'1"
	write(t, s, func(tx central.Tx) error {
		odd := anOrder(2)
		odd.External = strange
		for _, o := range []*central.Order{anOrder(1), odd} {
			if err := tx.PutOrder(o); err != nil {
				return err
			}
		}
		if _, err := tx.PutLocation("main", &order.Location{ID: "L", Walk: 7}); err != nil {
			return err
		}
		_, err := tx.PutProduct("main", &order.Product{SKU: "A", WeightG: 5, Home: "L"})
		return err
	})
	want := central.Ahead{Keys: []central.OrderKey{{Channel: "c", External: "1"}, {Channel: "c", External: "3"}, {Channel: "c", External: strange}},
		Goods:  map[string][]order.SKU{"main": {"A", "none", order.SKU(strange)}, "other": {"A"}},
		Places: map[string][]order.LocationID{"main": {"none"}}}
	write(t, s, func(tx central.Tx) error {
		if err := tx.ReadAhead(want); err != nil {
			return err
		}
		if err := aheadKeys(t, tx, strange); err != nil {
			return err
		}
		return aheadGoods(t, tx, strange)
	})
	// It is over with its caller: another one sees what was committed since.
	write(t, s, func(tx central.Tx) error {
		p, err := tx.Product("main", "none")
		if p == nil || p.WeightG != 9 {
			t.Errorf("product %+v", p)
		}
		return err
	})
}

// aheadKeys asks for orders.
func aheadKeys(t *testing.T, tx central.Tx, strange string) error {
	keys := func(external string) (id string) {
		o, err := tx.LockOrderKey("c", external)
		if err != nil {
			t.Error(err)
		}
		if o != nil {
			id = string(o.ID)
		}
		return id
	}
	same(t, "known", keys("1"), "O0000001")
	same(t, "known by a strange key", keys(strange), "O0000002")
	same(t, "not announced", keys("4"), "")
	same(t, "unknown", keys("3"), "")
	if err := tx.PutOrder(anOrder(3)); err != nil {
		return err
	}
	same(t, "made since", keys("3"), "O0000003")
	return nil
}

// aheadGoods asks for articles and places.
func aheadGoods(t *testing.T, tx central.Tx, strange string) error {
	for range 2 { // the answer is the caller's own
		p, err := tx.Product("main", "A")
		if err != nil || p == nil || p.WeightG != 5 {
			t.Errorf("product %+v %v", p, err)
			return err
		}
		p.WeightG = 6
	}
	for _, at := range [][2]string{{"main", "none"}, {"main", strange}, {"other", "A"}} {
		if p, err := tx.Product(at[0], order.SKU(at[1])); p != nil || err != nil {
			t.Errorf("product %q: %+v %v", at, p, err)
		}
	}
	home, err := tx.Location("main", "L")
	if err != nil || home == nil || home.Walk != 7 {
		t.Errorf("home %+v %v", home, err)
	}
	if _, err := tx.PutProduct("main", &order.Product{SKU: "none", WeightG: 9}); err != nil {
		return err
	}
	p, err := tx.Product("main", "none")
	if p == nil {
		t.Error("what was stored since is not there")
	}
	return err
}
