package localdb

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pickstation/order"
)

// Ranks of codes: what names a shipment comes before what a shipment contains.
const (
	rankShipment = iota + 1
	rankWaybill
	rankTote
	rankItem
	rankLocation
)

var rankKind = map[int64]order.RefKind{rankShipment: order.RefShipment, rankWaybill: order.RefWaybill,
	rankTote: order.RefTote, rankItem: order.RefItem, rankLocation: order.RefLocation}

// maxCodeRows bounds how many rows of one code are looked at for open work.
const maxCodeRows = 256

// Find returns what a key names: open work first, then the catalogue and the
// locations; at most limit references. Lines without units to pick are not work.
func (db *DB) Find(key string, limit int) ([]order.Ref, error) {
	open, closed, all, err := db.findWork(key, limit, "")
	if err == nil && !all { // a tote that has had hundreds of orders has an open one all the same
		open, _, _, err = db.findWork(key, limit, " AND s.open = 1 AND (c.rank < 4 OR c.no = 0 OR l.qty-l.picked-l.short > 0)")
	}
	if err != nil {
		return nil, err
	}
	refs := slices.Concat(open, closed)
	if len(refs) < limit {
		if refs, err = db.findKnown(refs, key); err != nil {
			return nil, err
		}
	}
	return refs[:min(len(refs), limit)], nil
}

// findWork returns the work that a key names, open and closed; all is false where there is
// more than was looked at.
func (db *DB) findWork(key string, limit int, which string) (open, closed []order.Ref, all bool, err error) {
	n := 0
	err = db.w.query(`SELECT c.rank, c.no, s.id, s.ref, s.owner, s.open, s.gone, l.sku, l.name_zh, l.name_en, l.location, l.qty-l.picked-l.short, s.done, s.stands
		FROM codes c JOIN shipments s ON s.sid = c.sid LEFT JOIN lines l ON c.rank >= 4 AND l.sid = c.sid AND l.no = c.no
		WHERE c.key = ?`+which+` ORDER BY c.rank, c.sid, c.no LIMIT ?`, func(r row) error {
		n++
		ref := order.Ref{Kind: rankKind[r.int(0)], Shipment: order.ShipmentID(r.text(2)), Order: r.text(3),
			Owner: order.OperatorID(r.text(4))}
		place := r.int(0) == rankLocation && r.int(1) == 0 // where its tote stands
		inner := r.int(0) >= rankItem && !place
		if place {
			ref.Location = order.LocationID(r.text(13))
		} else if inner {
			ref.Line, ref.SKU, ref.Location = int(r.int(1)), order.SKU(r.text(7)), order.LocationID(r.text(10))
			ref.Name = order.Names{ZH: r.text(8), EN: r.text(9)}
		} else if r.int(0) == rankWaybill {
			ref.Parcel = int(r.int(1))
		}
		switch {
		case r.int(5) == 1 && (!inner || r.int(11) > 0):
			open = append(open, ref)
		case !inner && !place && (r.int(6) == 0 || r.int(12) > 0):
			closed = append(closed, ref)
		}
		if len(open) >= limit {
			return errStop
		}
		return nil
	}, key, int64(maxCodeRows))
	return open, closed, n < maxCodeRows || len(open) >= limit, err
}

// findKnown adds what the catalogue and the list of locations know of a key.
func (db *DB) findKnown(refs []order.Ref, key string) ([]order.Ref, error) {
	err := db.w.query("SELECT p.body FROM product_codes c JOIN products p ON p.sku = c.sku WHERE c.key = ? LIMIT 20", func(r row) error {
		var p order.Product
		if err := json.Unmarshal(r.blob(0), &p); err != nil {
			return fmt.Errorf("read product: %w", err)
		}
		refs = append(refs, order.Ref{Kind: order.RefProduct, SKU: p.SKU, Name: p.Name, Location: p.Home})
		return nil
	}, key)
	if err != nil {
		return nil, err
	}
	l, err := db.place(key)
	if err != nil || l == nil {
		return refs, err
	}
	return append(refs, order.Ref{Kind: order.RefLocation, Location: l.ID}), nil
}

// Place returns a place of the warehouse, or nil where nobody knows it.
func (db *DB) Place(id order.LocationID) (*order.Location, error) {
	return db.place(order.CodeKey(string(id)))
}

func (db *DB) place(key string) (*order.Location, error) {
	r, err := db.w.one("SELECT body FROM locations WHERE key = ?", key)
	if err != nil || r == nil {
		return nil, err
	}
	l := new(order.Location)
	if err := json.Unmarshal(r.blob(0), l); err != nil {
		return nil, fmt.Errorf("read location: %w", err)
	}
	return l, nil
}

// Badge returns the operator of a badge code, or nil; without the key to which the
// warehouse's badge key is sealed no badge is known. Several operators under one badge
// are an error of the master data: the first who may work is taken.
func (db *DB) Badge(code string) (*order.Operator, error) {
	key, err := db.badgeKey()
	if err != nil || len(key) == 0 {
		return nil, err
	}
	var best *order.Operator
	err = db.w.query("SELECT body FROM operators WHERE badge = ? ORDER BY id LIMIT 20", func(r row) error {
		o, err := db.operator(r.blob(0))
		if err == nil && (best == nil || best.Disabled && !o.Disabled) {
			best = o
		}
		return err
	}, order.BadgeHash(key, code))
	return best, err
}

// OperatorName returns a name to show, or the id where it is not known.
func (db *DB) OperatorName(id order.OperatorID) string {
	r, err := db.w.one("SELECT body FROM operators WHERE id = ?", string(id))
	if err != nil || r == nil {
		return string(id)
	}
	o, err := db.operator(r.blob(0))
	if err != nil || o.Name == "" {
		return string(id)
	}
	return o.Name
}

// Operator returns a person by id, or nil.
func (db *DB) Operator(id order.OperatorID) (*order.Operator, error) {
	r, err := db.w.one("SELECT body FROM operators WHERE id = ?", string(id))
	if err != nil || r == nil {
		return nil, err
	}
	return db.operator(r.blob(0))
}

// OwnedBy returns the shipment that the operator kept open, or "".
func (db *DB) OwnedBy(id order.OperatorID) (order.ShipmentID, error) {
	if id == "" {
		return "", nil
	}
	r, err := db.w.one("SELECT id FROM shipments WHERE owner = ? AND owner <> '' AND open = 1 ORDER BY last DESC LIMIT 1", string(id))
	if err != nil || r == nil {
		return "", err
	}
	return order.ShipmentID(r.text(0)), nil
}

// Instruction returns the oldest open instruction for a shipment, or nil.
func (db *DB) Instruction(id order.ShipmentID) (*order.Instruction, error) {
	list, err := db.instructions("SELECT body FROM instructions WHERE done = 0 AND shipment = ? ORDER BY at, id LIMIT 1", string(id))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Instructions returns what the centre asks for and is not confirmed yet, oldest first.
func (db *DB) Instructions(limit int) ([]order.Instruction, error) {
	return db.instructions("SELECT body FROM instructions WHERE done = 0 ORDER BY at, id LIMIT ?", int64(limit))
}

func (db *DB) instructions(text string, args ...driver.Value) (list []order.Instruction, err error) {
	err = db.w.query(text, func(r row) error {
		var i order.Instruction
		if err := json.Unmarshal(r.blob(0), &i); err != nil {
			return fmt.Errorf("read instruction: %w", err)
		}
		list = append(list, i)
		return nil
	}, args...)
	return list, err
}

// Policy returns the warehouse's policy, or the default before the first pull.
func (db *DB) Policy() (order.Policy, error) {
	if db.policy != nil {
		return *db.policy, nil
	}
	p, _, err := db.readPolicy()
	if err != nil {
		return order.DefaultPolicy(), err
	}
	db.policy = &p
	return p, nil
}

type flowKey struct {
	id      string
	version int
}

// Flow returns a flow template; the presets are always there. One that is not known
// is an error with code unknown_flow.
func (db *DB) Flow(id string, version int) (*order.Flow, error) {
	if f := db.flows[flowKey{id, version}]; f != nil {
		return f, nil
	}
	f, err := db.readFlow(id, version)
	if err != nil {
		return nil, err
	}
	db.flows[flowKey{id, version}] = f
	return f, nil
}

func (db *DB) readFlow(id string, version int) (*order.Flow, error) {
	r, err := db.w.one("SELECT body FROM flows WHERE id = ? AND version = ?", id, int64(version))
	if err != nil {
		return nil, err
	}
	if r != nil {
		return order.ParseFlow(r.blob(0))
	}
	for _, f := range []*order.Flow{order.StandardFlow(), order.ReturnsFlow(), order.PickupFlow()} {
		if f.ID == id && f.Version == version || id == "" && f.ID == "standard" {
			return f, nil
		}
	}
	return nil, order.Errorf("unknown_flow", "flow %q version %d is not known here", id, version).
		WithHint("connect the station to the centre once")
}

// leaseMargin is taken off a lease after a reboot, when only the wall clock is left
// to measure it with.
const leaseMargin = 2 * time.Minute

// LeaseValid says whether the station may start or go on with a shipment at a
// business time. It counts on the monotonic clock; after a reboot on the wall clock,
// less a margin.
func (db *DB) LeaseValid(id order.ShipmentID, at time.Time) bool {
	r, err := db.w.one("SELECT lease_until, lease_mono, lease_boot FROM shipments WHERE id = ? AND gone = 0", string(id))
	if err != nil || r == nil || r.int(0) == 0 {
		return false
	}
	if r.text(2) == db.clock.Boot {
		return db.clock.Mono() < r.int(1)
	}
	return at.Before(fromMillis(r.int(0)).Add(-leaseMargin))
}

// Word returns how long ago the centre answered last; ok is false when it never has.
func (db *DB) Word() (age time.Duration, ok bool, err error) {
	r, err := db.w.one("SELECT word, word_mono, word_boot FROM sync")
	if err != nil || r == nil || r.int(0) == 0 {
		return 0, false, err
	}
	age = db.clock.Wall().Sub(fromMillis(r.int(0)))
	if r.text(2) == db.clock.Boot {
		age = time.Duration(db.clock.Mono()-r.int(1)) * time.Millisecond
	}
	return max(age, 0), true, nil
}

// ClockOffset returns the centre's clock less the wall clock here: as it is now where the
// centre was heard in this run, else as it was when the centre was heard last.
func (db *DB) ClockOffset() time.Duration { return db.centre.Offset() }

// CentreHeard says whether ClockOffset was heard in this run and holds whatever the wall
// clock does.
func (db *DB) CentreHeard() bool { return db.centre.Heard() }

// now is the centre's time, Unix ms.
func (db *DB) now() int64 { return db.centre.Now() }
