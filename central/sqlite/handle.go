package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// handle is one connection with its prepared statements. It serves as
// [central.Reader] on the read-only pool and as [central.Tx] in the writer; one
// goroutine uses it at a time. Statements run with the background context: a
// cancelable one costs 9 µs a statement in the driver.
type handle struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newHandle(c *sql.Conn) *handle { return &handle{conn: c, stmts: map[string]*sql.Stmt{}} }

func (c *handle) close() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.conn.Close()
}

func (c *handle) stmt(query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	c.stmts[query] = s
	return s, nil
}

func (c *handle) exec(query string, args ...any) error {
	_, err := c.affected(query, args...)
	return err
}

func (c *handle) affected(query string, args ...any) (int64, error) {
	s, err := c.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// one scans a single row; it says false when there is none.
func (c *handle) one(query string, args []any, into ...any) (bool, error) {
	s, err := c.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls row for every row of the answer.
func (c *handle) each(query string, args []any, row func(scan func(...any) error) error) error {
	s, err := c.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// doc reads one JSON body; nil when there is none.
func doc[T any](c *handle, query string, args ...any) (*T, error) {
	var body []byte
	ok, err := c.one(query, args, &body)
	if !ok || err != nil {
		return nil, err
	}
	return parse[T](body)
}

// docs reads the JSON bodies of all rows.
func docs[T any](c *handle, query string, args ...any) ([]*T, error) {
	var all []*T
	err := c.each(query, args, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		v, err := parse[T](body)
		all = append(all, v)
		return err
	})
	return all, err
}

func parse[T any](body []byte) (*T, error) {
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

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
