package postgres

import (
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// copyFrom is the number of events from which COPY is worth its round trips.
const copyFrom = 8

// tx is a [central.Tx] with READ COMMITTED and row locks: each statement sees what is
// committed, and a lock returns the newest row. Locks are taken in the order station, log,
// order key or order, shipments (an order's row is the lock of its shipments too),
// warehouse. Logs, orders and returns that are missing have no row to lock: two who
// make one at once meet in its unique key, and the second runs again (see again).
// Settings and warehouses are stored over each other, so there a counter's row is
// locked first (gate).
//
// A transaction may hold what several callers locked. Only the first of them may wait
// for a lock; the others give up after [shortWait] and run again as the first of a
// transaction, so that no two transactions wait for each other because of callers
// that have nothing to do with one another.
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
	hasty   bool // statements wait for locks for [shortWait] only
	ahead   *ahead
}

// reference is a change of a feed that waits for its number.
type reference struct {
	warehouse string
	station   order.StationID
	kind, id  string
	gone      bool
}

var _ central.Tx = (*tx)(nil)

func newTx(c *conn, n *numbers) *tx {
	t := &tx{c: c, gates: map[string]bool{}}
	t.Handle = records.Handle{DB: c, Numbers: func(counter string, want int64) (int64, error) {
		if t.gates[counter] { // this transaction holds the counter; nobody else can take from it
			return t.Handle.Next(counter, want)
		}
		return n.take(counter, want)
	}}
	return t
}

// shortWait is how long a caller waits for a lock that is not the first of its
// transaction.
const shortWait = "SET LOCAL lock_timeout = '15ms'"

// wait says whether statements may wait for locks as long as it takes.
func (t *tx) wait(long bool) error {
	if t.hasty == !long {
		return nil
	}
	t.hasty = !long
	if long {
		return t.Exec("SET LOCAL lock_timeout = 0")
	}
	return t.Exec(shortWait)
}

// Next takes numbers from a counter, whose row it holds until the commit.
func (t *tx) Next(counter string, n int64) (int64, error) {
	if n == 0 {
		var last int64
		_, err := t.One("SELECT value FROM counters WHERE name = ?", []any{counter}, &last)
		return last + 1, err
	}
	first, err := t.Handle.Next(counter, n)
	t.gates[counter] = t.gates[counter] || err == nil
	return first, err
}

// gate holds a counter's row until the commit; it gives no number away.
func (t *tx) gate(counter string) error {
	if t.gates[counter] {
		return nil
	}
	_, err := t.Handle.Next(counter, 0)
	t.gates[counter] = err == nil
	return err
}

// LockStation returns a station and holds it.
func (t *tx) LockStation(id order.StationID) (*central.Station, error) {
	return records.Doc[central.Station](&t.Handle, "SELECT body FROM stations WHERE id = ? FOR UPDATE", id)
}

// LockLog returns an event log's state and holds it.
func (t *tx) LockLog(id order.LogID) (*central.Log, error) {
	return t.LogWhere("id = ? FOR UPDATE", id)
}

// LockOrder returns an order and holds it with its shipments.
func (t *tx) LockOrder(id order.OrderID) (*central.Order, error) {
	return t.OrderWhere("id = ? FOR UPDATE", id)
}

const lockedShipments = "SELECT shipments.body FROM shipments JOIN orders ON orders.id = shipments.order_id WHERE "

// LockShipment returns a shipment and holds it with its order, the order's row first.
func (t *tx) LockShipment(id order.ShipmentID) (*central.Shipment, error) {
	return records.Doc[central.Shipment](t.c, lockedShipments+"shipments.id = ? FOR UPDATE OF orders, shipments", id)
}

// Available lists and holds shipments that may be leased. It passes over those that
// another transaction holds, so that benches which ask at once get different work.
func (t *tx) Available(f central.FreeFilter) ([]*central.Shipment, error) {
	where, args := records.Free(f)
	return records.Docs[central.Shipment](t.c, lockedShipments+where+" FOR UPDATE OF orders, shipments SKIP LOCKED", args...)
}

// HoldWave returns a wave and holds it, unless another transaction does.
func (t *tx) HoldWave(id string) (w *central.Wave, held bool, err error) {
	w, err = records.Doc[central.Wave](t.c, records.WaveByID+" FOR UPDATE SKIP LOCKED", "wave:"+id)
	if w != nil || err != nil {
		return w, err == nil, err
	}
	w, _, err = t.Handle.HoldWave(id)
	return nil, w == nil && err == nil, err
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

// ReturnByKey holds the return with a key.
func (t *tx) ReturnByKey(channel, external string) (*central.Return, error) {
	return records.Doc[central.Return](t.c,
		"SELECT body FROM returns WHERE channel = ? AND external = ? FOR UPDATE", channel, external)
}

// Task returns a task and holds it.
func (t *tx) Task(id order.TaskID) (*central.Task, error) {
	return records.Doc[central.Task](t.c, "SELECT body FROM tasks WHERE id = ? FOR UPDATE", id)
}

// Instruction returns an instruction and holds it.
func (t *tx) Instruction(id string) (*central.Instruction, error) {
	return records.Doc[central.Instruction](t.c, "SELECT body FROM instructions WHERE id = ? FOR UPDATE", id)
}

// Warehouse returns a warehouse; where it is missing, nobody else can make it.
func (t *tx) Warehouse(id string) (*central.Warehouse, error) {
	if w := t.house(id); w != nil {
		return w, nil
	}
	w, err := t.Handle.Warehouse(id)
	if w != nil && err == nil && t.ahead != nil {
		t.ahead.houses[id] = copied(w)
	}
	if w != nil || err != nil {
		return w, err
	}
	if err := t.gate("warehouse"); err != nil {
		return nil, err
	}
	return t.Handle.Warehouse(id) // somebody may have made it meanwhile
}

// Meta returns a setting. Those that are read while stations work (the timeline, what
// was granted to a log) belong to rows that are locked anyway; who reads another one
// in a transaction is the start of a centre, and centres start one after the other.
func (t *tx) Meta(key string) (string, error) {
	if key != "timeline" && !strings.HasPrefix(key, "block ") {
		if err := t.gate("meta"); err != nil {
			return "", err
		}
	}
	return t.Handle.Meta(key)
}

// AddEvents appends events, many with COPY. The log's row is held, so nobody else has a row
// that this could wait for; what it may wait for is the table, where that grows or is given
// a partition, and nobody who holds that waits for a row.
func (t *tx) AddEvents(rows []central.EventRow) error {
	if len(rows) < copyFrom {
		return t.Handle.AddEvents(rows)
	}
	hasty := t.hasty
	if err := t.wait(true); err != nil {
		return err
	}
	if err := t.c.flush(); err != nil {
		return err
	}
	t.c.sent++
	_, err := t.c.pg.CopyFrom(t.c.ctx, pgx.Identifier{"events"}, records.EventColumns(),
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return plain(records.EventValues(&rows[i])), nil }))
	if err != nil {
		return err
	}
	return t.wait(!hasty)
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
	if len(emitted) > 0 {
		if err := t.wait(true); err != nil {
			return err
		}
	}
	for _, warehouse := range slices.Sorted(maps.Keys(emitted)) {
		first, err := t.Handle.Next("feed "+warehouse, emitted[warehouse])
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
