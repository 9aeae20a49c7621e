package localdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// What the feed brought is noted in the table held: each thing with its place in the feed,
// and with a checksum of the row that it became where only the feed changes that. So rows
// that a damaged disk, or somebody with another program, lost or changed are found when
// the station compares what it holds with what the centre says: such rows do not count.

// place is where things of a kind are stored.
type place struct {
	table string
	is    string // condition for the row of the thing whose id is %s
	body  string // what only the feed changes, NULL without the row
}

var places = map[wire.RowKind]place{
	wire.RowWork:        {"shipments", "shipments.id = %s AND shipments.gone = 0 AND NOT (" + partsLost + ")", "substr(shipments.id, 1, 0)"},
	wire.RowTask:        {"tasks", "tasks.id = %s", "substr(tasks.id, 1, 0)"},
	wire.RowProduct:     {"products", "products.sku = %s", "products.body"},
	wire.RowLocation:    {"locations", "locations.key = %s", "locations.body"},
	wire.RowOperator:    {"operators", "operators.id = %s", "operators.badge || ' ' || CAST(operators.body AS TEXT)"},
	wire.RowFlow:        {"flows", "flows.id || '@' || flows.version = %s", "flows.body"},
	wire.RowPolicy:      {"policy", "policy.one = 1 AND %s <> ''", "policy.body"},
	wire.RowInstruction: {"instructions", "instructions.id = %s", "instructions.body"},
}

// partsLost is a condition for shipments whose lines or parcels are not all there.
const partsLost = `shipments.lines <> (SELECT count(*) FROM lines l WHERE l.sid = shipments.sid) OR json_valid(shipments.plan) = 0
	OR coalesce(json_array_length(shipments.plan, '$.parcels'), 0) > (SELECT count(*) FROM parcels p WHERE p.sid = shipments.sid)`

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(body []byte) int64 { return int64(crc32.Checksum(body, castagnoli)) }

// heldID is the id under which a thing is noted, and found in its place.
func heldID(r *wire.FeedRow) string {
	if r.Kind == wire.RowLocation {
		return order.CodeKey(clip(r.ID))
	}
	return clip(r.ID)
}

// hold notes that a row was stored, or parked.
func (tx *Tx) hold(r *wire.FeedRow) error {
	sum, err := tx.stored(r)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO held(kind, id, fs, sum, reading) VALUES(?,?,?,?,?)
		ON CONFLICT DO UPDATE SET fs=excluded.fs, sum=excluded.sum, reading=excluded.reading`,
		clip(string(r.Kind)), heldID(r), r.FS, sum, tx.db.reading)
}

// holdLate notes that a row that was parked is stored now.
func (tx *Tx) holdLate(r *wire.FeedRow) error {
	sum, err := tx.stored(r)
	if err != nil {
		return err
	}
	return tx.exec("UPDATE held SET sum=? WHERE kind=? AND id=? AND fs=?", sum, clip(string(r.Kind)), heldID(r), r.FS)
}

// notRead is a condition for the rows of a table that did not come with the present reading
// of the feed. Its parameters are the kind and that reading.
func notRead(table string) string {
	return "NOT EXISTS (SELECT 1 FROM held WHERE held.kind = ? AND held.id = " + table + ".id AND held.reading = ?)"
}

// letGo notes that a thing was taken away.
func (tx *Tx) letGo(kind wire.RowKind, id string) error {
	return tx.exec("DELETE FROM held WHERE kind=? AND id=?", string(kind), clip(id))
}

// stored returns the checksum of what a thing became here, 0 where it became nothing.
func (tx *Tx) stored(r *wire.FeedRow) (int64, error) {
	p, ok := places[r.Kind]
	if !ok {
		return 0, nil
	}
	found, err := tx.db.w.one("SELECT "+p.body+" FROM "+p.table+" WHERE "+fmt.Sprintf(p.is, "?"), heldID(r))
	if err != nil || found == nil {
		return 0, err
	}
	return checksum(found.blob(0)), nil
}

// Sums adds up what the feed has brought since it was last begun and is still here, with
// the cursor of the feed. Rows that are parked count: the station has them.
func (r *Reader) Sums(ctx context.Context) (cursor int64, sums wire.Sums, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err = r.inRead(func() error {
		v, err := r.c.one("SELECT cursor, reading FROM sync")
		if err != nil {
			return err
		}
		cursor = v.int(0)
		sums, err = r.sums(ctx, v.int(1))
		return err
	})
	return cursor, sums, err
}

func (r *Reader) sums(ctx context.Context, reading int64) (wire.Sums, error) {
	type place struct {
		kind string
		fs   int64
	}
	parked := map[place]bool{}
	err := r.c.query("SELECT kind, fs FROM parked_rows", func(v row) error { parked[place{v.text(0), v.int(1)}] = true; return nil })
	if err != nil {
		return nil, err
	}
	all := map[wire.RowKind]wire.Sum{}
	kinds := slices.Sorted(maps.Keys(places))
	for _, k := range kinds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, sum := places[k], wire.Sum{}
		err := r.c.query("SELECT held.fs, held.sum, "+p.body+" FROM held LEFT JOIN "+p.table+" ON "+fmt.Sprintf(p.is, "held.id")+" WHERE held.kind = ? AND held.reading = ?", func(v row) error {
			if parked[place{string(k), v.int(0)}] || v[2] != nil && v.int(1) == checksum(v.blob(2)) {
				sum.Add(v.int(0))
			}
			return nil
		}, string(k), reading)
		if err != nil {
			return nil, err
		}
		all[k] = sum
	}
	args := []driver.Value{reading}
	for _, k := range kinds {
		args = append(args, string(k))
	}
	err = r.c.query("SELECT kind, fs FROM held WHERE reading = ? AND kind NOT IN (?"+strings.Repeat(",?", len(kinds)-1)+")", func(v row) error {
		sum := all[wire.RowKind(v.text(0))]
		sum.Add(v.int(1))
		all[wire.RowKind(v.text(0))] = sum
		return nil
	}, args...)
	sums := wire.Sums{}
	for k, s := range all {
		sums[k] = s.String()
	}
	return sums, err
}

// lost makes good for a shipment that was here and is not any more: what it left behind is
// deleted, for its row's number may be another one's next, and what was done here and the
// centre has not seen is put on top of what the centre sent. It returns the row of the last
// own event, 0 where there is none, or the shipment is a new one.
func (tx *Tx) lost(w *wire.Work) (last int64, err error) {
	was, err := tx.db.w.one("SELECT 1 FROM held WHERE kind = ? AND id = ?", string(wire.RowWork), string(w.Shipment.ID))
	if err != nil || was == nil {
		return 0, err
	}
	if !tx.tidied { // a thousand rows that were parked look as if they had been lost
		if err := dropOrphans(func(text string) error { return tx.exec(text) }); err != nil {
			return 0, err
		}
		tx.tidied = true
	}
	seen, err := tx.seenLSN(w.Marks, w.SeenLog, w.Seen)
	if err != nil {
		return 0, err
	}
	from := max(seen+1, tx.db.logs.back(maxRebase))
	found, err := tx.db.w.one("SELECT coalesce(max(lsn), 0) FROM events WHERE lsn >= ? AND lsn < ? AND shipment = ?", from, tx.db.logs.end(), string(w.Shipment.ID))
	if err != nil || found.int(0) == 0 {
		return 0, err
	}
	return found.int(0), tx.rebase(w, from)
}

// dropRest deletes what is still there of a lost shipment whose row's number a new one has
// got: its numbers must not lead to that one.
func (tx *Tx) dropRest(sid int64) error {
	rest, err := tx.db.w.one("SELECT 1 FROM lines WHERE sid = ? LIMIT 1", sid)
	if err != nil || rest == nil {
		return err
	}
	return errors.Join(tx.exec("DELETE FROM codes WHERE sid = ?", sid), tx.exec("DELETE FROM lines WHERE sid = ?", sid))
}

// dropOrphans deletes what belongs to shipments that are not here.
func dropOrphans(exec func(text string) error) error {
	for _, table := range []string{"lines", "parcels", "codes", "serials"} {
		if err := exec("DELETE FROM " + table + " WHERE sid NOT IN (SELECT sid FROM shipments)"); err != nil {
			return err
		}
	}
	return nil
}
