package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"pickstation/central/records"
	"pickstation/order"
)

// Hold keeps everybody from writing to the store while fn reads it. When fn returns
// without an error, the store is marked with the settings that fn returns, durably;
// otherwise nothing is changed. It refuses a store that a process is writing to (code
// store_busy).
func (s *Store) Hold(ctx context.Context, fn func(src records.Source) (marks map[string]string, err error)) error {
	db, err := sql.Open("sqlite3", dsn(s.path, "mode=rw&_synchronous=EXTRA"))
	if err != nil {
		return openError(s.path, err)
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return openError(s.path, err)
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return (&order.Error{Code: "store_busy", Op: "hold " + s.path, Msg: "another process writes to the store", Err: err}).
			WithHint("stop pickcentral serve first")
	}
	marks, err := fn(&source{c})
	for name, value := range marks {
		if err == nil {
			_, err = c.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES (?, ?)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		}
	}
	if err != nil {
		_, e := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, e)
	}
	_, err = c.ExecContext(context.WithoutCancel(ctx), "COMMIT")
	return err
}

// source is the store as it is while it is held.
type source struct{ c *sql.Conn }

// Tables lists all tables in the order in which they were made.
func (s *source) Tables(ctx context.Context) ([]records.Table, error) {
	var all []records.Table
	err := s.each(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name <> 'goose_db_version' ORDER BY rowid`, func(rows *sql.Rows) error {
		var t records.Table
		err := rows.Scan(&t.Name)
		all = append(all, t)
		return err
	})
	for i := range all {
		if err != nil {
			break
		}
		err = s.each(ctx, "SELECT name, type FROM pragma_table_info("+quote(all[i].Name)+") ORDER BY cid", func(rows *sql.Rows) error {
			var name, kind string
			err := rows.Scan(&name, &kind)
			all[i].Columns, all[i].Types = append(all[i].Columns, name), append(all[i].Types, kind)
			return err
		})
	}
	return all, err
}

// Rows calls row for every row of a table.
func (s *source) Rows(ctx context.Context, t records.Table, row func(values []any) error) error {
	values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	return s.each(ctx, "SELECT "+strings.Join(t.Columns, ", ")+" FROM "+t.Name, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			var err error
			if values[i], err = typed(v, t.Types[i]); err != nil {
				return fmt.Errorf("%s.%s: %w", t.Name, t.Columns[i], err)
			}
		}
		return row(values)
	})
}

// typed returns a value in the type of its column, for SQLite keeps any value in any.
func typed(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if kind == "BIGINT" {
			return v, nil
		}
	case string:
		switch kind {
		case "TEXT":
			return v, nil
		case "BLOB":
			return []byte(v), nil
		}
	case []byte:
		switch kind {
		case "BLOB":
			return v, nil
		case "TEXT":
			return string(v), nil
		}
	}
	return nil, fmt.Errorf("a %T in a column of type %s", v, kind)
}

// EventSpan returns when the first and the last event were received.
func (s *source) EventSpan(ctx context.Context) (first, last int64, err error) {
	err = s.c.QueryRowContext(ctx, "SELECT coalesce(min(received_ms), 0), coalesce(max(received_ms), 0) FROM events").Scan(&first, &last)
	return first, last, err
}

func (s *source) each(ctx context.Context, query string, row func(rows *sql.Rows) error) error {
	rows, err := s.c.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func quote(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }
