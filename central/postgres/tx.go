package postgres

import (
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// copyFrom is the number of events from which COPY is worth its round trips.
const copyFrom = 8

// tx is a [central.Tx] with READ COMMITTED and row locks: each statement sees what is
// committed, and a lock returns the newest row. Locks are taken in the order log,
// order key or order, shipments (an order's row is the lock of its shipments too),
// warehouse. What is made when it is missing has no row to lock; there the counter
// that gives its number is taken first (gate), which the maker needs anyway.
//
// The counter row of a warehouse's feed is the one that everybody wants. It is
// locked last: references wait until the commit, or until somebody asks for the feed.
type tx struct {
	records.Handle
	c     *conn
	gates map[string]bool
	feed  []reference
	// written is how many of feed have been written, which holds the counter rows.
	written int
}

// reference is a change of a feed that waits for its number.
type reference struct {
	warehouse string
	station   order.StationID
	kind, id  string
	gone      bool
}

var _ central.Tx = (*tx)(nil)

func newTx(c *conn) *tx {
	return &tx{Handle: records.Handle{DB: c}, c: c, gates: map[string]bool{}}
}

// gate holds a counter's row until the commit; it gives no number away.
func (t *tx) gate(counter string) error {
	if t.gates[counter] {
		return nil
	}
	_, err := t.Next(counter, 0)
	t.gates[counter] = err == nil
	return err
}

// locked reads a thing with its lock; where it is missing, it takes the gate and
// looks again, for somebody may have made it meanwhile.
func locked[T any](t *tx, counter string, get func() (*T, error)) (*T, error) {
	v, err := get()
	if v != nil || err != nil {
		return v, err
	}
	if err := t.gate(counter); err != nil {
		return nil, err
	}
	return get()
}

// LockStation returns a station and holds it.
func (t *tx) LockStation(id order.StationID) (*central.Station, error) {
	return records.Doc[central.Station](&t.Handle, "SELECT body FROM stations WHERE id = ? FOR UPDATE", id)
}

// LockLog returns an event log's state and holds it.
func (t *tx) LockLog(id order.LogID) (*central.Log, error) {
	return locked(t, "log", func() (*central.Log, error) { return t.LogWhere("id = ? FOR UPDATE", id) })
}

// LockOrder returns an order and holds it with its shipments.
func (t *tx) LockOrder(id order.OrderID) (*central.Order, error) {
	return t.OrderWhere("id = ? FOR UPDATE", id)
}

// LockOrderKey holds the key of an order. The gate comes first, so that batches with
// the same orders in another order do not wait for each other in a circle.
func (t *tx) LockOrderKey(channel, external string) (*central.Order, error) {
	if err := t.gate("order"); err != nil {
		return nil, err
	}
	return t.OrderWhere("channel = ? AND external = ? FOR UPDATE", channel, external)
}

const lockedShipments = "SELECT shipments.body FROM shipments JOIN orders ON orders.id = shipments.order_id WHERE "

// LockShipment returns a shipment and holds it with its order, the order's row first.
func (t *tx) LockShipment(id order.ShipmentID) (*central.Shipment, error) {
	return records.Doc[central.Shipment](t.c, lockedShipments+"shipments.id = ? FOR UPDATE OF orders, shipments", id)
}

// Available lists and holds shipments that may be leased. It passes over those that
// another transaction holds, so that benches which ask at once get different work.
func (t *tx) Available(warehouse string, expired time.Time, n int) ([]*central.Shipment, error) {
	return records.Docs[central.Shipment](t.c, lockedShipments+`warehouse = ? AND open = 1
			AND (lease_station = '' OR lease_until_ms < ?)
		ORDER BY rank, promise_ms, age_ms, shipments.id LIMIT ? FOR UPDATE OF orders, shipments SKIP LOCKED`,
		warehouse, expired.UnixMilli(), records.Limit(n))
}

// Station returns a station and holds it: who reads one in a transaction notes on it
// that it was seen.
func (t *tx) Station(id order.StationID) (*central.Station, error) {
	return records.Doc[central.Station](t.c, "SELECT body FROM stations WHERE id = ? FOR UPDATE", id)
}

// Return returns a return and holds it.
func (t *tx) Return(id string) (*central.Return, error) {
	return records.Doc[central.Return](t.c, "SELECT body FROM returns WHERE id = ? FOR UPDATE", id)
}

// ReturnByKey holds the key of a return.
func (t *tx) ReturnByKey(channel, external string) (*central.Return, error) {
	return locked(t, "return", func() (*central.Return, error) {
		return records.Doc[central.Return](t.c,
			"SELECT body FROM returns WHERE channel = ? AND external = ? FOR UPDATE", channel, external)
	})
}

// Instruction returns an instruction and holds it.
func (t *tx) Instruction(id string) (*central.Instruction, error) {
	return records.Doc[central.Instruction](t.c, "SELECT body FROM instructions WHERE id = ? FOR UPDATE", id)
}

// Warehouse returns a warehouse; where it is missing, nobody else can make it.
func (t *tx) Warehouse(id string) (*central.Warehouse, error) {
	return locked(t, "warehouse", func() (*central.Warehouse, error) { return t.Handle.Warehouse(id) })
}

// Meta returns a setting. Every push reads the timeline; who reads another one in a
// transaction is the start of a centre, and centres start one after the other.
func (t *tx) Meta(key string) (string, error) {
	if key != "timeline" {
		if err := t.gate("meta"); err != nil {
			return "", err
		}
	}
	return t.Handle.Meta(key)
}

// AddEvents appends events, many with COPY.
func (t *tx) AddEvents(rows []central.EventRow) error {
	if len(rows) < copyFrom {
		return t.Handle.AddEvents(rows)
	}
	if err := t.c.flush(); err != nil {
		return err
	}
	t.c.sent++
	_, err := t.c.pg.CopyFrom(t.c.ctx, pgx.Identifier{"events"}, records.EventColumns(),
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return plain(records.EventValues(&rows[i])), nil }))
	return err
}

// Emit puts a reference at the end of the feed.
func (t *tx) Emit(warehouse string, station order.StationID, kind, id string) error {
	t.feed = append(t.feed, reference{warehouse, station, kind, id, false})
	return nil
}

// Withdraw takes a reference out of the feed.
func (t *tx) Withdraw(warehouse string, station order.StationID, kind, id string) error {
	t.feed = append(t.feed, reference{warehouse, station, kind, id, true})
	return nil
}

// FeedHead returns the newest reference for a station, this transaction's included.
func (t *tx) FeedHead(warehouse string, station order.StationID) (head, counter int64, err error) {
	if err := t.writeFeed(); err != nil {
		return 0, 0, err
	}
	return t.Handle.FeedHead(warehouse, station)
}

// FeedAfter returns references past a cursor, this transaction's included.
func (t *tx) FeedAfter(warehouse string, station order.StationID, cursor int64, n int) ([]central.FeedRef, error) {
	if err := t.writeFeed(); err != nil {
		return nil, err
	}
	return t.Handle.FeedAfter(warehouse, station, cursor, n)
}

// writeFeed gives the references that wait their numbers, in the order in which they
// came; counters are locked in the order of the warehouses' names.
func (t *tx) writeFeed() error {
	fresh := t.feed[t.written:]
	emitted := map[string]int64{}
	for _, r := range fresh {
		if !r.gone {
			emitted[r.warehouse]++
		}
	}
	next := map[string]int64{}
	for _, warehouse := range slices.Sorted(maps.Keys(emitted)) {
		first, err := t.Next("feed "+warehouse, emitted[warehouse])
		if err != nil {
			return err
		}
		next[warehouse] = first
	}
	for _, r := range fresh {
		if r.gone {
			if err := t.Handle.Withdraw(r.warehouse, r.station, r.kind, r.id); err != nil {
				return err
			}
			continue
		}
		if err := t.PutReference(r.warehouse, r.station, r.kind, r.id, next[r.warehouse]); err != nil {
			return err
		}
		next[r.warehouse]++
	}
	t.written = len(t.feed)
	return nil
}
