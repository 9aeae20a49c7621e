package records

import (
	"pickstation/central"
	"pickstation/order"
)

// Warehouse returns a warehouse.
func (c *Handle) Warehouse(id string) (*central.Warehouse, error) {
	var body, key []byte
	ok, err := c.One("SELECT body, badge_key FROM warehouses WHERE id = ?", []any{id}, &body, &key)
	if !ok || err != nil {
		return nil, err
	}
	w, err := Parse[central.Warehouse](body)
	if err != nil {
		return nil, err
	}
	w.BadgeKey = key
	return w, nil
}

// Warehouses lists all warehouses.
func (c *Handle) Warehouses() ([]*central.Warehouse, error) {
	var ids []string
	err := c.Each("SELECT id FROM warehouses ORDER BY id", nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	var all []*central.Warehouse
	for _, id := range ids {
		if err != nil {
			break
		}
		var w *central.Warehouse
		w, err = c.Warehouse(id)
		all = append(all, w)
	}
	return all, err
}

// PutWarehouse stores a warehouse.
func (c *Handle) PutWarehouse(w *central.Warehouse) error {
	plain := *w
	plain.BadgeKey = nil // in its own column, sealed
	body, err := text(plain)
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO warehouses (id, body, badge_key) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, badge_key = excluded.badge_key`, w.ID, body, w.BadgeKey)
}

// changed stores a body and says whether it is another one than before.
func (c *Handle) changed(query string, v any, args ...any) (bool, error) {
	body, err := text(v)
	if err != nil {
		return false, err
	}
	n, err := c.Affected(query, append(args, body)...)
	return n > 0, err
}

// Product returns a catalogue entry.
func (c *Handle) Product(warehouse string, sku order.SKU) (*order.Product, error) {
	return Doc[order.Product](c, "SELECT body FROM products WHERE warehouse = ? AND id = ?", warehouse, sku)
}

// HasProducts looks for any catalogue entry.
func (c *Handle) HasProducts(warehouse string) (bool, error) {
	var n int64
	return c.One("SELECT 1 FROM products WHERE warehouse = ? LIMIT 1", []any{warehouse}, &n)
}

// PutProduct stores a catalogue entry.
func (c *Handle) PutProduct(warehouse string, p *order.Product) (bool, error) {
	return c.changed(`INSERT INTO products (warehouse, id, body) VALUES (?, ?, ?)
		ON CONFLICT (warehouse, id) DO UPDATE SET body = excluded.body WHERE products.body <> excluded.body`, p, warehouse, p.SKU)
}

// Location returns a place.
func (c *Handle) Location(warehouse string, id order.LocationID) (*order.Location, error) {
	return Doc[order.Location](c, "SELECT body FROM locations WHERE warehouse = ? AND id = ?", warehouse, id)
}

// PutLocation stores a place.
func (c *Handle) PutLocation(warehouse string, l *order.Location) (bool, error) {
	return c.changed(`INSERT INTO locations (warehouse, id, body) VALUES (?, ?, ?)
		ON CONFLICT (warehouse, id) DO UPDATE SET body = excluded.body WHERE locations.body <> excluded.body`, l, warehouse, l.ID)
}

// Operator returns a person of a warehouse.
func (c *Handle) Operator(warehouse string, id order.OperatorID) (*order.Operator, error) {
	return Doc[order.Operator](c, "SELECT body FROM operators WHERE id = ? AND warehouse = ?", id, warehouse)
}

// OperatorName returns the name of an operator of any warehouse.
func (c *Handle) OperatorName(id order.OperatorID) (string, error) {
	o, err := Doc[order.Operator](c, "SELECT body FROM operators WHERE id = ? ORDER BY warehouse LIMIT 1", id)
	if o == nil || err != nil {
		return "", err
	}
	return o.Name, nil
}

// PutOperator stores a person.
func (c *Handle) PutOperator(warehouse string, o *order.Operator) (bool, error) {
	return c.changed(`INSERT INTO operators (id, warehouse, body) VALUES (?, ?, ?)
		ON CONFLICT (id, warehouse) DO UPDATE SET body = excluded.body WHERE operators.body <> excluded.body`, o, o.ID, warehouse)
}

// Flow returns a flow template.
func (c *Handle) Flow(id string, version int) (*order.Flow, error) {
	return Doc[order.Flow](c, "SELECT body FROM flows WHERE id = ? AND version = ?", id, version)
}

// NewestFlow returns the newest version of a flow template.
func (c *Handle) NewestFlow(id string) (version int, err error) {
	_, err = c.One("SELECT coalesce(max(version), 0) FROM flows WHERE id = ?", []any{id}, &version)
	return version, err
}

// Flows lists all flow templates.
func (c *Handle) Flows() ([]*order.Flow, error) {
	return Docs[order.Flow](c, "SELECT body FROM flows ORDER BY id, version")
}

// PutFlow stores a flow template.
func (c *Handle) PutFlow(f *order.Flow) error {
	body, err := text(f)
	if err != nil {
		return err
	}
	return c.Exec("INSERT INTO flows (id, version, body) VALUES (?, ?, ?)", f.ID, f.Version, body)
}

// Instruction returns an instruction.
func (c *Handle) Instruction(id string) (*central.Instruction, error) {
	return Doc[central.Instruction](c, "SELECT body FROM instructions WHERE id = ?", id)
}

// InstructionsOf returns the instructions for a shipment.
func (c *Handle) InstructionsOf(shipment order.ShipmentID) ([]*central.Instruction, error) {
	return Docs[central.Instruction](c, "SELECT body FROM instructions WHERE shipment = ? ORDER BY id", shipment)
}

// PutInstruction stores an instruction.
func (c *Handle) PutInstruction(i *central.Instruction) error {
	body, err := text(i)
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO instructions (id, shipment, body) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body`, i.ID, i.Shipment, body)
}

// Return returns a return.
func (c *Handle) Return(id string) (*central.Return, error) {
	return Doc[central.Return](c, "SELECT body FROM returns WHERE id = ?", id)
}

// ReturnByKey returns a return by the shop's own number.
func (c *Handle) ReturnByKey(channel, external string) (*central.Return, error) {
	return Doc[central.Return](c, "SELECT body FROM returns WHERE channel = ? AND external = ?", channel, external)
}

// PutReturn stores a return.
func (c *Handle) PutReturn(r *central.Return) error {
	body, err := text(r)
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO returns (id, channel, external, order_id, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, body = excluded.body`,
		r.ID, r.Channel, r.External, r.Order, body)
}

// Tracking returns what carriers told about a waybill, in the order of its times.
func (c *Handle) Tracking(waybill string) ([]central.TrackingEvent, error) {
	var all []central.TrackingEvent
	err := c.Each(`SELECT event, at_ms, received_ms, outcome, place FROM tracking
		WHERE waybill = ? ORDER BY at_ms, received_ms, event`, []any{waybill}, func(scan func(...any) error) error {
		e := central.TrackingEvent{Waybill: waybill}
		var t, heard int64
		err := scan(&e.Event, &t, &heard, &e.Outcome, &e.Place)
		e.At, e.ReceivedAt = at(t), at(heard)
		all = append(all, e)
		return err
	})
	return all, err
}

// PutTracking stores a carrier's event once.
func (c *Handle) PutTracking(e central.TrackingEvent) (bool, error) {
	n, err := c.Affected(`INSERT INTO tracking (waybill, event, at_ms, received_ms, outcome, place)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (waybill, at_ms, event) DO NOTHING`,
		e.Waybill, e.Event, ms(e.At), ms(e.ReceivedAt), e.Outcome, e.Place)
	return n > 0, err
}

// SetTracking changes the outcome of a carrier's event.
func (c *Handle) SetTracking(e central.TrackingEvent) error {
	return c.Exec("UPDATE tracking SET outcome = ? WHERE waybill = ? AND at_ms = ? AND event = ?",
		e.Outcome, e.Waybill, ms(e.At), e.Event)
}

// Counts returns the gauges.
func (c *Handle) Counts() (map[string]int64, error) {
	all := map[string]int64{}
	for name, query := range map[string]string{
		"orders":     "SELECT count(*) FROM orders",
		"shipments":  "SELECT count(*) FROM shipments",
		"leases":     "SELECT count(*) FROM shipments WHERE lease_station <> ''",
		"exceptions": "SELECT count(*) FROM exceptions WHERE closed_ms = 0",
		"stations":   "SELECT count(*) FROM stations",
	} {
		var n int64
		if _, err := c.One(query, nil, &n); err != nil {
			return nil, err
		}
		all[name] = n
	}
	return all, nil
}
