// Package records holds what every SQL engine of the centre has in common: the
// tables, the statements over them, and the queue in which writers share a commit.
// The statements are of a portable subset: TEXT, BIGINT, BLOB, ? for parameters,
// ON CONFLICT and RETURNING. What an engine does in its own way (connections, locks,
// batches, backup) is in central/sqlite and central/postgres.
package records

import (
	"encoding/json"
	"fmt"
	"time"

	"pickstation/central"
	"pickstation/central/ingest"
	"pickstation/order"
)

// DB runs statements on one connection. One goroutine uses it at a time.
type DB interface {
	// Exec runs a statement whose answer nobody needs. It may be sent together with
	// the next one that is needed; its error then comes from there.
	Exec(query string, args ...any) error
	// Affected runs a statement and returns the number of rows that it changed.
	Affected(query string, args ...any) (int64, error)
	// One scans a single row; it says false when there is none.
	One(query string, args []any, into ...any) (bool, error)
	// Each calls row for every row of the answer. row must not run statements.
	Each(query string, args []any, row func(scan func(...any) error) error) error
}

// Handle asks and changes the tables over a connection. It is a [central.Reader],
// and, for an engine with a single writer, a [central.Tx].
type Handle struct {
	DB
	// Numbers gives out numbers of counters past the transaction; nil: Take is Next.
	Numbers func(counter string, n int64) (int64, error)
}

var _ central.Tx = (*Handle)(nil)

// Doc reads one JSON body; nil when there is none.
func Doc[T any](db DB, query string, args ...any) (*T, error) {
	var body []byte
	ok, err := db.One(query, args, &body)
	if !ok || err != nil {
		return nil, err
	}
	return Parse[T](body)
}

// Docs reads the JSON bodies of all rows.
func Docs[T any](db DB, query string, args ...any) ([]*T, error) {
	var all []*T
	err := db.Each(query, args, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		v, err := Parse[T](body)
		all = append(all, v)
		return err
	})
	return all, err
}

// Marks returns the high-water marks of all logs.
func Marks(db DB) (map[order.LogID]uint64, error) {
	marks := map[order.LogID]uint64{}
	err := db.Each("SELECT id, hwm FROM logs", nil, func(scan func(...any) error) error {
		var id order.LogID
		var hwm int64
		err := scan(&id, &hwm)
		marks[id] = uint64(hwm)
		return err
	})
	return marks, err
}

// Marks implements [central.Reader].
func (c *Handle) Marks() (map[order.LogID]uint64, error) { return Marks(c.DB) }

// Parse reads a stored JSON body.
func Parse[T any](body []byte) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(body, v); err != nil {
		return nil, fmt.Errorf("read stored %T: %w", *v, err)
	}
	return v, nil
}

func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at returns a moment that can be told, whatever older programs took in.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(min(max(ms, ingest.MinTime), ingest.MaxTime)).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
