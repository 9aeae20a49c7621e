package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// daysBack is how many past days of a moved store get partitions of their own.
const daysBack = 400

// Load takes over all tables of another store in one transaction, which compares what
// arrived with what was sent, by the number of rows and a checksum of each table. The
// database must be empty (code target_not_empty), or hold a load of the same store
// that was not released (central.MetaMoving), which is compared then and not repeated.
// A centre is not started over it until [Store.Release].
func (s *Store) Load(ctx context.Context, src records.Source) (map[string]int64, error) {
	tables, err := src.Tables(ctx)
	if err != nil {
		return nil, err
	}
	first, last, err := src.EventSpan(ctx)
	if err != nil {
		return nil, err
	}
	if last > 0 {
		from, to := time.UnixMilli(first), time.UnixMilli(last)
		if earliest := time.Now().AddDate(0, 0, -daysBack); from.Before(earliest) {
			from = earliest
		}
		if now := time.Now(); to.After(now) {
			to = now
		}
		if err := s.MakeDays(ctx, from, to); err != nil {
			return nil, unavailable(err)
		}
	}
	c, err := connect(ctx, s.cfg)
	if err != nil {
		return nil, unavailable(err)
	}
	defer s.hangUp(c)
	rows := map[string]int64{}
	err = c.inTransaction(func() error { return c.load(ctx, src, tables, rows) })
	return rows, unavailable(err)
}

func (c *conn) load(ctx context.Context, src records.Source, tables []records.Table, rows map[string]int64) error {
	h := &records.Handle{DB: c}
	// Of two moves to one database the second waits and then finds it taken.
	if _, err := h.Next("partitions", 0); err != nil {
		return err
	}
	moving, err := h.Meta(central.MetaMoving)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if moving != "" {
			break
		}
		if err := c.empty(t); err != nil {
			return err
		}
	}
	for _, t := range tables {
		sent, err := c.transfer(ctx, src, t, moving == "")
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		if err := c.compare(t, sent); err != nil {
			return err
		}
		rows[t.Name] = sent.Rows
	}
	return h.SetMeta(central.MetaMoving, "1")
}

func (c *conn) empty(t records.Table) error {
	var n int64
	_, err := c.One("SELECT count(*) FROM "+pgx.Identifier{t.Name}.Sanitize()+without(t), nil, &n)
	if err == nil && n > 0 {
		return order.Errorf("target_not_empty", "the database holds a centre already: %d rows in %s", n, t.Name).
			WithHint("make a new database for the move: createdb --template=template0 --encoding=UTF8 NAME")
	}
	return err
}

// ownSettings are those of a store for itself, or for its move.
var ownSettings = []string{central.MetaMoving, central.MetaMoved, metaOrigin}

// without leaves rows out that belong to the engine or to the move.
func without(t records.Table) string {
	switch t.Name {
	case "counters":
		return " WHERE name <> 'partitions'"
	case "meta":
		return " WHERE name NOT IN ('" + strings.Join(ownSettings, "', '") + "')"
	}
	return ""
}

func moved(t records.Table, values []any) bool {
	name, _ := values[0].(string)
	return (t.Name != "counters" || !records.OwnCounters[name]) &&
		(t.Name != "meta" || !slices.Contains(ownSettings, name))
}

// transfer copies a table, or only sums it up where it is here already.
func (c *conn) transfer(ctx context.Context, src records.Source, t records.Table, write bool) (*records.Sum, error) {
	sum, sent := &records.Sum{}, make(chan []any, 64)
	read := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(sent)
		read <- src.Rows(ctx, t, func(values []any) error {
			if !moved(t, values) {
				return nil
			}
			row := plain(values)
			if err := sum.Add(row); err != nil {
				return err
			}
			if !write {
				return nil
			}
			for i, v := range row {
				if b, ok := v.([]byte); ok {
					row[i] = slices.Clone(b)
				}
			}
			select {
			case sent <- row:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var err error
	if write {
		if err = c.flush(); err == nil {
			_, err = c.pg.CopyFrom(ctx, pgx.Identifier{t.Name}, t.Columns, &inflow{rows: sent})
		}
		cancel()
	}
	for range sent { // until the reader has ended
		continue
	}
	if e := <-read; e != nil && !errors.Is(e, context.Canceled) {
		err = errors.Join(e, err)
	}
	return sum, err
}

// inflow gives rows of a channel to COPY.
type inflow struct {
	rows <-chan []any
	row  []any
}

// Next waits for a row.
func (f *inflow) Next() bool {
	var ok bool
	f.row, ok = <-f.rows
	return ok
}

// Values returns the row.
func (f *inflow) Values() ([]any, error) { return f.row, nil }

// Err is none: whoever fills the channel tells.
func (f *inflow) Err() error { return nil }

// compare reads a table back.
func (c *conn) compare(t records.Table, want *records.Sum) error {
	if err := c.flush(); err != nil {
		return err
	}
	names := make([]string, len(t.Columns))
	for i, name := range t.Columns {
		names[i] = pgx.Identifier{name}.Sanitize()
	}
	rows, err := c.pg.Query(c.ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+pgx.Identifier{t.Name}.Sanitize()+without(t))
	if err != nil {
		return err
	}
	defer rows.Close()
	var have records.Sum
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		if err := have.Add(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if have.String() != want.String() {
		return order.Errorf("move_differs", "table %s: sent %s, arrived %s", t.Name, want, &have).
			WithHint("nothing was moved; drop the database, make a new one and move again")
	}
	return nil
}

// Release lets centres start over a store that was loaded.
func (s *Store) Release(ctx context.Context) error {
	return s.Write(ctx, func(tx central.Tx) error { return tx.SetMeta(central.MetaMoving, "") })
}
