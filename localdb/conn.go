package localdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// conn is one SQLite connection with its prepared statements, used by one
// goroutine at a time. It talks to the driver directly: database/sql adds about
// 15 µs of pool and context work to every statement of the scan path.
type conn struct {
	c     *sqlite3.SQLiteConn
	stmts map[string]*sqlite3.SQLiteStmt
}

// row is one result row; columns are int64, float64, string, []byte or nil.
type row []driver.Value

func (r row) int(i int) int64 {
	v, _ := r[i].(int64)
	return v
}

func (r row) text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func (r row) blob(i int) []byte {
	switch v := r[i].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

func openConn(dsn string) (*conn, error) {
	c, err := (&sqlite3.SQLiteDriver{}).Open(dsn)
	if err != nil {
		return nil, err
	}
	return &conn{c: c.(*sqlite3.SQLiteConn), stmts: map[string]*sqlite3.SQLiteStmt{}}, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.c.Close())...)
}

// prepare returns the statement of a constant text, prepared once.
func (c *conn) prepare(text string) (*sqlite3.SQLiteStmt, error) {
	if s := c.stmts[text]; s != nil {
		return s, nil
	}
	s, err := c.c.Prepare(text)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", text, err)
	}
	st := s.(*sqlite3.SQLiteStmt)
	c.stmts[text] = st
	return st, nil
}

// exec runs a statement to its end. Query is used for writes too: it binds and
// steps in one crossing into C, where Exec needs one per parameter.
func (c *conn) exec(text string, args ...driver.Value) error {
	return c.query(text, nil, args...)
}

// query calls each for every row; the row is valid during the call only.
func (c *conn) query(text string, each func(row) error, args ...driver.Value) error {
	s, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := s.Query(args)
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

// queryUntil is query that ends with ctx, also within a row that takes long. The driver
// takes the first step before it listens, so the first row should come at once.
func (c *conn) queryUntil(ctx context.Context, text string, each func(row) error) error {
	s, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, nil)
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

func eachRow(rows driver.Rows, each func(row) error) (err error) {
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	dest := make(row, len(rows.Columns()))
	for {
		switch err := rows.Next(dest); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if each == nil {
			continue
		}
		if err := each(dest); err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			return err
		}
	}
}

// errStop ends a query from within; it is not an error.
var errStop = errors.New("enough rows")

// one returns the first row, or nil where there is none.
func (c *conn) one(text string, args ...driver.Value) (row, error) {
	var first row
	err := c.query(text, func(r row) error {
		if first == nil {
			first = append(row(nil), r...)
		}
		return nil
	}, args...)
	return first, err
}

// script runs several statements without parameters.
func (c *conn) script(text string) error {
	_, err := c.c.Exec(text, nil)
	return err
}

// fatal says whether an error means that this connection can no longer vouch for
// what it writes: anything of the disk, of memory or of the file's structure.
func fatal(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrNomem,
		sqlite3.ErrReadonly, sqlite3.ErrCantOpen:
		return true
	}
	return false
}

func isCode(err error, code sqlite3.ErrNo) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.Code == code
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
