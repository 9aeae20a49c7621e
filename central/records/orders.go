package records

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pickstation/central"
	"pickstation/order"
)

// Meta returns a setting of the store.
func (c *Handle) Meta(key string) (string, error) {
	var v string
	_, err := c.One("SELECT value FROM meta WHERE name = ?", []any{key}, &v)
	return v, err
}

// SetMeta stores a setting.
func (c *Handle) SetMeta(key, value string) error {
	return c.Exec(`INSERT INTO meta (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, key, value)
}

// Next takes n numbers from a counter.
func (c *Handle) Next(counter string, n int64) (int64, error) {
	var last int64
	_, err := c.One(`INSERT INTO counters (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value`,
		[]any{counter, n}, &last)
	return last - n + 1, err
}

// Take takes n numbers from a counter; a single writer makes nobody wait.
func (c *Handle) Take(counter string, n int64) (int64, error) {
	if c.Numbers != nil {
		return c.Numbers(counter, n)
	}
	return c.Next(counter, n)
}

// OrderOf reads an order as it is stored, with its sealed receiver.
func OrderOf(body, receiver []byte) (*central.Order, error) {
	o, err := Parse[central.Order](body)
	if err != nil {
		return nil, err
	}
	o.Receiver = receiver
	return o, nil
}

// OrderWhere returns the one order that fits a condition, or nil.
func (c *Handle) OrderWhere(where string, args ...any) (*central.Order, error) {
	var body, receiver []byte
	ok, err := c.One("SELECT body, receiver FROM orders WHERE "+where, args, &body, &receiver)
	if !ok || err != nil {
		return nil, err
	}
	return OrderOf(body, receiver)
}

// Order returns an order by id.
func (c *Handle) Order(id order.OrderID) (*central.Order, error) { return c.OrderWhere("id = ?", id) }

// LockOrder returns an order; a single writer is the lock.
func (c *Handle) LockOrder(id order.OrderID) (*central.Order, error) { return c.Order(id) }

// OrderByKey returns an order by the shop's own number.
func (c *Handle) OrderByKey(channel, external string) (*central.Order, error) {
	return c.OrderWhere("channel = ? AND external = ?", channel, external)
}

// LockOrderKey returns the order with that key; a single writer is the lock.
func (c *Handle) LockOrderKey(channel, external string) (*central.Order, error) {
	return c.OrderByKey(channel, external)
}

// ReadAhead does nothing: an engine in the same process answers as fast one by one.
func (c *Handle) ReadAhead(central.Ahead) error { return nil }

// Orders lists orders by id.
func (c *Handle) Orders(f central.OrderFilter) ([]*central.Order, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	for _, t := range []struct{ column, value string }{
		{"channel", f.Channel}, {"external", f.External}, {"state", string(f.State)}} {
		if t.value != "" {
			where, args = append(where, t.column+" = ?"), append(args, t.value)
		}
	}
	return c.ordersWhere(strings.Join(where, " AND "), append(args, Limit(f.Limit))...)
}

// Private lists old orders that have a receiver.
func (c *Handle) Private(before time.Time, after order.OrderID, n int) ([]*central.Order, error) {
	return c.ordersWhere("receiver IS NOT NULL AND received_ms < ? AND id > ?", ms(before), after, Limit(n))
}

// ordersWhere lists the orders that fit a condition; the last argument is how many.
func (c *Handle) ordersWhere(where string, args ...any) ([]*central.Order, error) {
	var all []*central.Order
	err := c.Each("SELECT body, receiver FROM orders WHERE "+where+" ORDER BY id LIMIT ?", args, func(scan func(...any) error) error {
		var body, receiver []byte
		if err := scan(&body, &receiver); err != nil {
			return err
		}
		o, err := OrderOf(body, receiver)
		all = append(all, o)
		return err
	})
	return all, err
}

// Limit applies the bounds of [central.OrderFilter] to a length of a list.
func Limit(n int) int {
	if n <= 0 {
		n = 100
	}
	return min(n, 500)
}

// PutOrder stores an order.
func (c *Handle) PutOrder(o *central.Order) error {
	body, err := text(o)
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO orders (id, channel, external, state, received_ms, body, receiver)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body, receiver = excluded.receiver`,
		o.ID, o.Channel, o.External, o.State, ms(o.ReceivedAt), body, o.Receiver)
}

// Shipment returns a shipment.
func (c *Handle) Shipment(id order.ShipmentID) (*central.Shipment, error) {
	return Doc[central.Shipment](c, "SELECT body FROM shipments WHERE id = ?", id)
}

// LockShipment returns a shipment; a single writer is the lock.
func (c *Handle) LockShipment(id order.ShipmentID) (*central.Shipment, error) { return c.Shipment(id) }

// ShipmentsOf returns the shipments of an order.
func (c *Handle) ShipmentsOf(id order.OrderID) ([]*central.Shipment, error) {
	return Docs[central.Shipment](c, "SELECT body FROM shipments WHERE order_id = ? ORDER BY id", id)
}

// LeasedTo returns the shipments that a station holds.
func (c *Handle) LeasedTo(station order.StationID) ([]*central.Shipment, error) {
	return Docs[central.Shipment](c, "SELECT body FROM shipments WHERE lease_station = ? ORDER BY id", station)
}

// Held returns in short what a station holds. A row that an older program has written has
// no short form.
func (c *Handle) Held(station order.StationID) (all []central.Held, err error) {
	err = c.Each("SELECT brief, CASE WHEN brief = '' THEN body ELSE '' END FROM shipments WHERE lease_station = ? ORDER BY id",
		[]any{station}, func(scan func(...any) error) error {
			var brief, body []byte
			if err := scan(&brief, &body); err != nil {
				return err
			}
			h, err := readHeld(brief, body)
			all = append(all, h)
			return err
		})
	return all, err
}

func readHeld(brief, body []byte) (central.Held, error) {
	if len(brief) > 0 {
		h, err := Parse[central.Held](brief)
		if err != nil {
			return central.Held{}, err
		}
		return *h, nil
	}
	sh, err := Parse[central.Shipment](body)
	if err != nil {
		return central.Held{}, err
	}
	return central.HeldOf(sh), nil
}

// Available lists shipments that may be leased, best first.
func (c *Handle) Available(f central.FreeFilter) ([]*central.Shipment, error) {
	where, args := Free(f)
	return Docs[central.Shipment](c, "SELECT body FROM shipments WHERE "+where, args...)
}

// Free is the condition, order and limit of a list of shipments that may be leased, with its
// arguments.
func Free(f central.FreeFilter) (where string, args []any) {
	where = "warehouse = ? AND open = 1 AND (lease_station = '' OR lease_until_ms < ?)"
	args = []any{f.Warehouse, ms(f.Expired)}
	if len(f.Zones) > 0 && len(f.Others) > 0 {
		var begins, has []string
		for _, zone := range f.Others {
			begins, args = append(begins, "substr(zones, 1, length(?)) = ?"), append(args, zoneList(zone), zoneList(zone))
		}
		for _, zone := range f.Zones {
			has, args = append(has, "replace(zones, ?, '') <> zones"), append(args, zoneList(zone))
		}
		where += " AND (NOT (" + strings.Join(begins, " OR ") + ") OR " + strings.Join(has, " OR ") + ")"
	}
	return where + " ORDER BY rank, promise_ms, age_ms, shipments.id LIMIT ?", append(args, Limit(f.Limit))
}

// zoneList is how a shipment's zones are stored: each name in quotes after a comma, and found by
// that, for a quote in a name has a backslash before it.
func zoneList(zones ...string) string {
	var list strings.Builder
	for _, zone := range zones {
		list.WriteString("," + strconv.Quote(zone))
	}
	return list.String()
}

// PutShipment stores a shipment.
func (c *Handle) PutShipment(s *central.Shipment) error {
	body, err := text(s)
	if err != nil {
		return err
	}
	promise := int64(math.MaxInt64) // no promise goes last
	if !s.Promise.IsZero() {
		promise = ms(s.Promise)
	}
	brief := ""
	if s.LeaseStation != "" {
		if brief, err = text(central.HeldOf(s)); err != nil {
			return err
		}
	}
	return c.Exec(`INSERT INTO shipments (id, order_id, warehouse, open, rank, promise_ms, age_ms,
			lease_station, lease_until_ms, state, brief, zones, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET open = excluded.open, rank = excluded.rank,
			promise_ms = excluded.promise_ms, lease_station = excluded.lease_station,
			lease_until_ms = excluded.lease_until_ms, state = excluded.state, brief = excluded.brief, zones = excluded.zones,
			body = excluded.body`,
		s.ID, s.Order, s.Warehouse, flag(s.Open()), -s.Priority, promise, ms(s.Age),
		s.LeaseStation, ms(s.LeaseUntil), s.State, brief, zoneList(s.OpenZones()...), body)
}

// Number returns a waybill number, or nil.
func (c *Handle) Number(number string) (*central.Number, error) {
	var n central.Number
	var t int64
	ok, err := c.One("SELECT number, carrier, state, shipment, parcel, at_ms FROM numbers WHERE number = ?", []any{number},
		&n.Number, &n.Carrier, &n.State, &n.Shipment, &n.Parcel, &t)
	if !ok || err != nil {
		return nil, err
	}
	n.At = at(t)
	return &n, nil
}

// AddNumber stores a new waybill number.
func (c *Handle) AddNumber(n central.Number) error {
	added, err := c.Affected(`INSERT INTO numbers (number, carrier, state, shipment, parcel, at_ms)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING`,
		n.Number, n.Carrier, n.State, n.Shipment, n.Parcel, ms(n.At))
	if err == nil && added == 0 {
		return order.Errorf("not_unique", "waybill number %s was given out before", n.Number).
			WithHint("raise the carrier's counter past the numbers in use")
	}
	return err
}

// SetNumber changes the state of a waybill number.
func (c *Handle) SetNumber(number, state string) error {
	return c.Exec("UPDATE numbers SET state = ? WHERE number = ?", state, number)
}

// AddTimeline appends a row to a timeline.
func (c *Handle) AddTimeline(r central.TimelineRow) error {
	return c.Exec(`INSERT INTO timeline (subject, n, kind, state, shipment, at_ms, received_ms, by_who, station, source, note)
		SELECT ?, coalesce(max(n), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM timeline WHERE subject = ?`,
		r.Subject, r.Kind, r.State, r.Shipment, ms(r.At), ms(r.ReceivedAt), r.By, r.Station, r.Source, r.Note, r.Subject)
}

// Timeline returns what is told about an order or a return, in the order in which
// the centre heard it, with the names of the operators joined.
func (c *Handle) Timeline(subject string) ([]central.TimelineRow, error) {
	var all []central.TimelineRow
	err := c.Each(`SELECT n, kind, state, shipment, at_ms, received_ms, by_who, station, source, note
		FROM timeline WHERE subject = ? ORDER BY n`, []any{subject}, func(scan func(...any) error) error {
		r := central.TimelineRow{Subject: subject}
		var t, heard int64
		err := scan(&r.N, &r.Kind, &r.State, &r.Shipment, &t, &heard, &r.By, &r.Station, &r.Source, &r.Note)
		r.At, r.ReceivedAt = at(t), at(heard)
		all = append(all, r)
		return err
	})
	for i := range all {
		if err != nil || all[i].By == "" {
			continue
		}
		all[i].ByName, err = c.OperatorName(order.OperatorID(all[i].By))
	}
	return all, err
}

// AddException stores an exception once per key.
func (c *Handle) AddException(e central.Exception) (bool, error) {
	var known int64
	if ok, err := c.One("SELECT id FROM exceptions WHERE uniq = ?", []any{e.Key}, &known); ok || err != nil {
		return false, err
	}
	id, err := c.Take("exception", 1)
	if err != nil {
		return false, err
	}
	e.ID = id
	body, err := text(e)
	if err != nil {
		return false, err
	}
	n, err := c.Affected(`INSERT INTO exceptions (id, uniq, order_id, closed_ms, body) VALUES (?, ?, ?, 0, ?)
		ON CONFLICT (uniq) DO NOTHING`, id, e.Key, e.Order, body)
	return n > 0, err
}

// Exceptions lists exceptions, oldest first.
func (c *Handle) Exceptions(f central.ExceptionFilter) ([]central.Exception, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	if !f.Closed {
		where = append(where, "closed_ms = 0")
	}
	if f.Order != "" {
		where, args = append(where, "order_id = ?"), append(args, f.Order)
	}
	if f.Key != "" {
		where, args = append(where, "substr(uniq, 1, ?) = ?"), append(args, utf8.RuneCountInString(f.Key), f.Key)
	}
	found, err := Docs[central.Exception](c, "SELECT body FROM exceptions WHERE "+strings.Join(where, " AND ")+
		" ORDER BY id LIMIT ?", append(args, Limit(f.Limit))...)
	all := make([]central.Exception, len(found))
	for i, e := range found {
		if e != nil {
			all[i] = *e
		}
	}
	return all, err
}

// CloseException marks an exception as handled.
func (c *Handle) CloseException(id int64, by string, t time.Time) error {
	e, err := Doc[central.Exception](c, "SELECT body FROM exceptions WHERE id = ?", id)
	if err != nil {
		return err
	}
	if e == nil {
		return order.Errorf("not_found", "there is no exception %d", id).WithHint("list them with GET /v1/exceptions")
	}
	e.ClosedAt, e.ClosedBy = t, by
	body, err := text(e)
	if err != nil {
		return err
	}
	return c.Exec("UPDATE exceptions SET closed_ms = ?, body = ? WHERE id = ?", ms(t), body, id)
}
