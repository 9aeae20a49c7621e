package postgres

import (
	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// ahead is what a caller said that it would ask for, read in a few statements instead of
// one for each line of each order. It lasts until its caller ends; what the caller
// stores meanwhile takes the place.
type ahead struct {
	orders   map[central.OrderKey]*central.Order // nil: no order has the key
	products map[goodsKey]*order.Product         // nil: not in the catalogue
	places   map[goodsKey]*order.Location        // nil: not on the map
	has      map[string]bool                     // warehouses that were looked at for any product
	houses   map[string]*central.Warehouse
	newest   map[string]int // versions of flows
}

type goodsKey struct{ warehouse, id string }

// ReadAhead locks the keys in their order, and reads the goods and where they lie.
func (t *tx) ReadAhead(want central.Ahead) error {
	a := &ahead{orders: map[central.OrderKey]*central.Order{}, products: map[goodsKey]*order.Product{}, places: map[goodsKey]*order.Location{},
		has: map[string]bool{}, houses: map[string]*central.Warehouse{}, newest: map[string]int{}}
	if err := t.lockKeys(a, want.Keys); err != nil {
		return err
	}
	for warehouse, skus := range want.Goods {
		ids := texts(skus)
		for _, id := range ids {
			a.products[goodsKey{warehouse, id}] = nil
		}
		places := texts(want.Places[warehouse])
		err := each(t.c, "SELECT k.n, t.body FROM unnest(?::text[]) WITH ORDINALITY AS k(id, n) JOIN products t ON t.id = k.id AND t.warehouse = ?",
			ids, warehouse, func(i int, p *order.Product) {
				a.products[goodsKey{warehouse, ids[i]}] = p
				places = append(places, string(p.Home))
			})
		if err != nil {
			return err
		}
		for _, id := range places {
			a.places[goodsKey{warehouse, id}] = nil
		}
		if len(places) == 0 {
			continue
		}
		err = each(t.c, "SELECT k.n, t.body FROM unnest(?::text[]) WITH ORDINALITY AS k(id, n) JOIN locations t ON t.id = k.id AND t.warehouse = ?",
			places, warehouse, func(i int, l *order.Location) { a.places[goodsKey{warehouse, places[i]}] = l })
		if err != nil {
			return err
		}
	}
	t.ahead = a
	return nil
}

// lockKeys holds the orders that have one of the keys, in the order of the keys.
func (t *tx) lockKeys(a *ahead, keys []central.OrderKey) error {
	channels, externals := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		channels[i], externals[i] = storable(k.Channel), storable(k.External)
		a.orders[k] = nil
	}
	return t.Each(`SELECT k.n, o.body, o.receiver FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS k(channel, external, n)
		JOIN orders o ON o.channel = k.channel AND o.external = k.external ORDER BY k.n FOR UPDATE OF o`, []any{channels, externals},
		func(scan func(...any) error) error {
			var n int
			var body, receiver []byte
			if err := scan(&n, &body, &receiver); err != nil {
				return err
			}
			o, err := records.OrderOf(body, receiver)
			a.orders[keys[n-1]] = o
			return err
		})
}

// each gives documents of a warehouse by the place of their id in the list.
func each[T any](c *conn, query string, ids []string, warehouse string, take func(i int, v *T)) error {
	known := make([]string, len(ids))
	for i, id := range ids {
		known[i] = storable(id)
	}
	return c.Each(query, []any{known, warehouse}, func(scan func(...any) error) error {
		var n int
		var body []byte
		if err := scan(&n, &body); err != nil {
			return err
		}
		v, err := records.Parse[T](body)
		if err == nil {
			take(n-1, v)
		}
		return err
	})
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// copied returns a document that its caller may change.
func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	own := *v
	return &own
}

// LockOrderKey holds the order with a key.
func (t *tx) LockOrderKey(channel, external string) (*central.Order, error) {
	if t.ahead != nil {
		k := central.OrderKey{Channel: channel, External: external}
		if o, ok := t.ahead.orders[k]; ok {
			delete(t.ahead.orders, k) // who asks again wants what was stored since
			return o, nil
		}
	}
	return t.OrderWhere("channel = ? AND external = ? FOR UPDATE", channel, external)
}

// Product returns a catalogue entry.
func (t *tx) Product(warehouse string, sku order.SKU) (*order.Product, error) {
	if t.ahead != nil {
		if p, ok := t.ahead.products[goodsKey{warehouse, string(sku)}]; ok {
			return copied(p), nil
		}
	}
	return t.Handle.Product(warehouse, sku)
}

// PutProduct stores a catalogue entry.
func (t *tx) PutProduct(warehouse string, p *order.Product) (bool, error) {
	t.ahead = nil
	return t.Handle.PutProduct(warehouse, p)
}

// HasProducts looks for any catalogue entry.
func (t *tx) HasProducts(warehouse string) (bool, error) {
	if t.ahead == nil {
		return t.Handle.HasProducts(warehouse)
	}
	if has, ok := t.ahead.has[warehouse]; ok {
		return has, nil
	}
	has, err := t.Handle.HasProducts(warehouse)
	if err == nil {
		t.ahead.has[warehouse] = has
	}
	return has, err
}

// Location returns a place.
func (t *tx) Location(warehouse string, id order.LocationID) (*order.Location, error) {
	if t.ahead != nil {
		if l, ok := t.ahead.places[goodsKey{warehouse, string(id)}]; ok {
			return copied(l), nil
		}
	}
	return t.Handle.Location(warehouse, id)
}

// PutLocation stores a place.
func (t *tx) PutLocation(warehouse string, l *order.Location) (bool, error) {
	t.ahead = nil
	return t.Handle.PutLocation(warehouse, l)
}

// NewestFlow returns the newest version of a flow template.
func (t *tx) NewestFlow(id string) (int, error) {
	if t.ahead == nil {
		return t.Handle.NewestFlow(id)
	}
	if v, ok := t.ahead.newest[id]; ok {
		return v, nil
	}
	v, err := t.Handle.NewestFlow(id)
	if err == nil {
		t.ahead.newest[id] = v
	}
	return v, err
}

// PutFlow stores a flow template.
func (t *tx) PutFlow(f *order.Flow) error {
	t.ahead = nil
	return t.Handle.PutFlow(f)
}

// PutWarehouse stores a warehouse.
func (t *tx) PutWarehouse(w *central.Warehouse) error {
	t.ahead = nil
	return t.Handle.PutWarehouse(w)
}

// house is the warehouse that was read for an order before.
func (t *tx) house(id string) *central.Warehouse {
	if t.ahead == nil {
		return nil
	}
	return copied(t.ahead.houses[id])
}
