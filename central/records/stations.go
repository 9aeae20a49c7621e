package records

import (
	"slices"
	"strings"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// Station returns a station.
func (c *Handle) Station(id order.StationID) (*central.Station, error) {
	return Doc[central.Station](c, "SELECT body FROM stations WHERE id = ?", id)
}

// Stations lists the stations of a warehouse.
func (c *Handle) Stations(warehouse string) ([]*central.Station, error) {
	return Docs[central.Station](c, "SELECT body FROM stations WHERE ? IN ('', warehouse) ORDER BY id", warehouse)
}

// PutStation stores a station.
func (c *Handle) PutStation(s *central.Station) error {
	body, err := text(s)
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO stations (id, warehouse, body) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET warehouse = excluded.warehouse, body = excluded.body`, s.ID, s.Warehouse, body)
}

// AddEnrolCode stores a one-time code.
func (c *Handle) AddEnrolCode(e central.EnrolCode) error {
	return c.Exec("INSERT INTO enrol_codes (hash, station, warehouse, until_ms, used_ms) VALUES (?, ?, ?, ?, 0)",
		e.Hash, e.Station, e.Warehouse, ms(e.Until))
}

// TakeEnrolCode uses a code up.
func (c *Handle) TakeEnrolCode(hash string, now time.Time) (*central.EnrolCode, error) {
	var e central.EnrolCode
	var until int64
	ok, err := c.One(`UPDATE enrol_codes SET used_ms = ? WHERE hash = ? AND used_ms = 0 AND until_ms > ?
		RETURNING hash, station, warehouse, until_ms`, []any{ms(now), hash, ms(now)},
		&e.Hash, &e.Station, &e.Warehouse, &until)
	if !ok || err != nil {
		return nil, err
	}
	e.Until, e.UsedAt = at(until), now
	return &e, nil
}

// storedKey carries the hash beside the fields that may be shown.
type storedKey struct {
	central.Key
	Hash string `json:"hash"`
}

// KeyByHash returns the bearer key with that hash, or nil.
func (c *Handle) KeyByHash(hash string) (*central.Key, error) {
	k, err := Doc[storedKey](c, "SELECT body FROM access_keys WHERE hash = ?", hash)
	if k == nil || err != nil {
		return nil, err
	}
	k.Key.Hash = k.Hash
	return &k.Key, nil
}

// Keys lists all bearer keys.
func (c *Handle) Keys() ([]central.Key, error) {
	found, err := Docs[storedKey](c, "SELECT body FROM access_keys ORDER BY id")
	if err != nil {
		return nil, err
	}
	var all []central.Key
	for _, k := range found {
		k.Key.Hash = k.Hash
		all = append(all, k.Key)
	}
	return all, nil
}

// PutKey stores a bearer key.
func (c *Handle) PutKey(k central.Key) error {
	body, err := text(storedKey{k, k.Hash})
	if err != nil {
		return err
	}
	return c.Exec(`INSERT INTO access_keys (id, hash, body) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body`, k.ID, k.Hash, body)
}

const logColumns = "id, no, station, epoch, hwm, hash, stable, closed, last_ms"

// scanLog reads the columns of a log.
func scanLog(scan func(...any) error) (central.Log, error) {
	var l central.Log
	var hash string
	var hwm, stable, closed, last int64
	if err := scan(&l.ID, &l.No, &l.Station, &l.Epoch, &hwm, &hash, &stable, &closed, &last); err != nil {
		return l, err
	}
	l.HWM, l.Stable, l.LastAt = uint64(hwm), uint64(stable), at(last)
	l.Closed = closed != 0
	return l, l.Hash.UnmarshalText([]byte(hash))
}

// LogWhere returns the one log that fits a condition, or nil.
func (c *Handle) LogWhere(where string, args ...any) (*central.Log, error) {
	var found *central.Log
	err := c.Each("SELECT "+logColumns+" FROM logs WHERE "+where, args, func(scan func(...any) error) error {
		l, err := scanLog(scan)
		found = &l
		return err
	})
	return found, err
}

// LogsOf returns the station's logs, the newest first.
func (c *Handle) LogsOf(station order.StationID, limit int) (all []central.Log, err error) {
	err = c.Each("SELECT "+logColumns+" FROM logs WHERE station = ? ORDER BY epoch DESC LIMIT ?", []any{station, int64(limit)},
		func(scan func(...any) error) error {
			l, err := scanLog(scan)
			all = append(all, l)
			return err
		})
	return all, err
}

// Log returns an event log's state.
func (c *Handle) Log(id order.LogID) (*central.Log, error) { return c.LogWhere("id = ?", id) }

// LockStation returns a station; a single writer is the lock.
func (c *Handle) LockStation(id order.StationID) (*central.Station, error) { return c.Station(id) }

// LockLog returns an event log's state; a single writer is the lock.
func (c *Handle) LockLog(id order.LogID) (*central.Log, error) { return c.Log(id) }

// NewestLog returns the station's newest log.
func (c *Handle) NewestLog(station order.StationID) (*central.Log, error) {
	return c.LogWhere("station = ? ORDER BY epoch DESC LIMIT 1", station)
}

// PutLog stores an event log's state.
func (c *Handle) PutLog(l *central.Log) error {
	if l.No > 0 {
		return c.Exec("UPDATE logs SET hwm = ?, hash = ?, stable = ?, closed = ?, last_ms = ? WHERE id = ?",
			int64(l.HWM), l.Hash.String(), int64(l.Stable), flag(l.Closed), ms(l.LastAt), l.ID)
	}
	var err error
	if l.No, err = c.Take("log", 1); err != nil {
		return err
	}
	if l.Epoch, err = c.Next("epoch "+string(l.Station), 1); err != nil {
		return err
	}
	return c.Exec(`INSERT INTO logs (`+logColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.ID, l.No, l.Station, l.Epoch, int64(l.HWM), l.Hash.String(), int64(l.Stable), flag(l.Closed), ms(l.LastAt))
}

// Hashes returns the hashes of stored events.
func (c *Handle) Hashes(logNo int64, from, to uint64) (map[uint64]order.Hash, error) {
	all := map[uint64]order.Hash{}
	err := c.Each("SELECT seq, hash FROM events WHERE log_no = ? AND seq BETWEEN ? AND ?",
		[]any{logNo, int64(from), int64(to)}, func(scan func(...any) error) error {
			var seq int64
			var h []byte
			if err := scan(&seq, &h); err != nil {
				return err
			}
			var hash order.Hash
			copy(hash[:], h)
			all[uint64(seq)] = hash
			return nil
		})
	return all, err
}

// Reissued returns events of a log that came in through another one.
func (c *Handle) Reissued(log order.LogID, from, to uint64) (map[order.FactID]bool, error) {
	all := map[order.FactID]bool{}
	err := c.Each("SELECT seq, hash FROM facts WHERE log = ? AND seq BETWEEN ? AND ?",
		[]any{log, int64(from), int64(to)}, func(scan func(...any) error) error {
			var seq int64
			var text string
			if err := scan(&seq, &text); err != nil {
				return err
			}
			var h order.Hash
			err := h.UnmarshalText([]byte(text))
			all[order.FactID{Log: log, Seq: uint64(seq), Hash: h}] = true
			return err
		})
	return all, err
}

// eventColumns are the columns of an event, in the order of [EventValues].
var eventColumns = []string{"log_no", "seq", "hash", "type", "shipment", "at_ms", "received_ms", "outcome", "why", "body"}

// EventColumns names the columns of an event.
func EventColumns() []string { return slices.Clone(eventColumns) }

// EventValues returns the values of an event's columns.
func EventValues(e *central.EventRow) []any {
	return []any{e.LogNo, int64(e.Seq), e.Hash[:], e.Type, e.Shipment, ms(e.At), ms(e.ReceivedAt), e.Outcome, e.Why, e.Body}
}

var addEvent = "INSERT INTO events (" + strings.Join(eventColumns, ", ") + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

// AddEvents appends events.
func (c *Handle) AddEvents(rows []central.EventRow) error {
	for i := range rows {
		if err := c.Exec(addEvent, EventValues(&rows[i])...); err != nil {
			return err
		}
	}
	return nil
}

// AddFact notes a re-issued event.
func (c *Handle) AddFact(f order.FactID) (bool, error) {
	n, err := c.Affected("INSERT INTO facts (log, seq, hash) VALUES (?, ?, ?) ON CONFLICT (log, seq, hash) DO NOTHING",
		f.Log, int64(f.Seq), f.Hash.String())
	return n > 0, err
}

// HasFact looks for an event in its own log and among the re-issued ones.
func (c *Handle) HasFact(f order.FactID) (bool, error) {
	var n int64
	ok, err := c.One("SELECT 1 FROM facts WHERE log = ? AND seq = ? AND hash = ?",
		[]any{f.Log, int64(f.Seq), f.Hash.String()}, &n)
	if ok || err != nil {
		return ok, err
	}
	return c.One(`SELECT 1 FROM logs JOIN events ON events.log_no = logs.no
		WHERE logs.id = ? AND events.seq = ? AND events.hash = ?`, []any{f.Log, int64(f.Seq), f.Hash[:]}, &n)
}

// FeedAfter merges the station's references with those of its warehouse.
func (c *Handle) FeedAfter(warehouse string, station order.StationID, cursor int64, n int) ([]central.FeedRef, error) {
	var all []central.FeedRef
	// Each arm is an index walk that stops after n rows.
	err := c.Each(`SELECT fs, station, kind, id FROM (
			SELECT * FROM (SELECT fs, station, kind, id FROM feed
				WHERE warehouse = ? AND station = '' AND fs > ? ORDER BY fs LIMIT ?) AS a
			UNION ALL
			SELECT * FROM (SELECT fs, station, kind, id FROM feed
				WHERE warehouse = ? AND station = ? AND fs > ? ORDER BY fs LIMIT ?) AS b) AS both_
		ORDER BY fs LIMIT ?`, []any{warehouse, cursor, n, warehouse, station, cursor, n, n},
		func(scan func(...any) error) error {
			var r central.FeedRef
			err := scan(&r.FS, &r.Station, &r.Kind, &r.ID)
			all = append(all, r)
			return err
		})
	return all, err
}

// FeedHead returns the newest reference for a station.
func (c *Handle) FeedHead(warehouse string, station order.StationID) (head, counter int64, err error) {
	var own int64
	_, err = c.One(`SELECT coalesce((SELECT max(fs) FROM feed WHERE warehouse = ? AND station = ''), 0),
			coalesce((SELECT max(fs) FROM feed WHERE warehouse = ? AND station = ?), 0),
			coalesce((SELECT value FROM counters WHERE name = ?), 0)`,
		[]any{warehouse, warehouse, station, "feed " + warehouse}, &head, &own, &counter)
	return max(head, own), counter, err
}

// Emit puts a reference at the end of the feed.
func (c *Handle) Emit(warehouse string, station order.StationID, kind, id string) error {
	n, err := c.Next("feed "+warehouse, 1)
	if err != nil {
		return err
	}
	return c.PutReference(warehouse, station, kind, id, n)
}

// PutReference puts a reference into the feed under a number that it took before.
func (c *Handle) PutReference(warehouse string, station order.StationID, kind, id string, n int64) error {
	return c.Exec(`INSERT INTO feed (warehouse, station, kind, id, fs) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (warehouse, station, kind, id) DO UPDATE SET fs = excluded.fs`, warehouse, station, kind, id, n)
}

// Withdraw takes a reference out of the feed.
func (c *Handle) Withdraw(warehouse string, station order.StationID, kind, id string) error {
	return c.Exec("DELETE FROM feed WHERE warehouse = ? AND station = ? AND kind = ? AND id = ?", warehouse, station, kind, id)
}
