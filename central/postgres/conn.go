package postgres

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"pickstation/central/records"
)

// conn is one connection as a [records.DB]. What nobody needs the answer of waits
// and travels with the next statement that is needed, in one round trip. One
// goroutine uses it at a time.
type conn struct {
	pg      *pgx.Conn
	ctx     context.Context // of the transaction that runs; statements have no time of their own
	waiting pgx.Batch
	sent    int               // round trips since the connection was made
	numeral map[string]string // statements with their parameters numbered
}

var _ records.DB = (*conn)(nil)

func connect(ctx context.Context, cfg *pgx.ConnConfig) (*conn, error) {
	pg, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &conn{pg: pg, ctx: ctx, numeral: map[string]string{}}, nil
}

// direct runs statements without parameters at once, past those that wait, and
// returns the tag of the last one.
func (c *conn) direct(query string) (string, error) {
	c.sent++
	tag, err := c.pg.Exec(c.ctx, query, pgx.QueryExecModeSimpleProtocol)
	return tag.String(), err
}

// queue adds a statement to those that wait.
func (c *conn) queue(query string, args []any) *pgx.QueuedQuery {
	sql, ok := c.numeral[query]
	if !ok {
		sql = numbered(query)
		c.numeral[query] = sql
	}
	return c.waiting.Queue(sql, plain(args)...)
}

// forget drops what waits past the first n statements.
func (c *conn) forget(n int) {
	kept := c.waiting.QueuedQueries[:n]
	c.waiting = pgx.Batch{QueuedQueries: kept}
}

// flush sends what waits in one round trip; the first error ends it.
func (c *conn) flush() error {
	if c.waiting.Len() == 0 {
		return nil
	}
	b := c.waiting
	c.waiting = pgx.Batch{}
	c.sent++
	return c.pg.SendBatch(c.ctx, &b).Close()
}

// Exec puts a statement among those that wait.
func (c *conn) Exec(query string, args ...any) error {
	c.queue(query, args)
	return nil
}

// Affected runs a statement and returns the number of rows that it changed.
func (c *conn) Affected(query string, args ...any) (n int64, err error) {
	c.queue(query, args).Exec(func(tag pgconn.CommandTag) error {
		n = tag.RowsAffected()
		return nil
	})
	return n, c.flush()
}

// One scans a single row; it says false when there is none.
func (c *conn) One(query string, args []any, into ...any) (ok bool, err error) {
	c.queue(query, args).QueryRow(func(row pgx.Row) error {
		err := row.Scan(into...)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	err = c.flush()
	return ok && err == nil, err
}

// Each calls row for every row of the answer.
func (c *conn) Each(query string, args []any, row func(scan func(...any) error) error) error {
	c.queue(query, args).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		for rows.Next() {
			if err := row(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return c.flush()
}

// numbered writes $1, $2 … for the question marks of the portable statements, which
// hold none in texts.
func numbered(query string) string {
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// plain returns arguments as plain types, with texts that the engine takes.
func plain(args []any) []any {
	all := make([]any, len(args))
	for i, a := range args {
		if v := reflect.ValueOf(a); v.Kind() == reflect.String {
			a = storable(v.String())
		}
		all[i] = a
	}
	return all
}

// escape starts a byte that PostgreSQL cannot keep in a text, as \x1a and two
// hexadecimal digits. It escapes itself, so that different texts stay different.
const escape = '\x1a'

// storable writes a text in valid UTF-8 without NUL. Every other text stays as it is.
// Such bytes come from events of a broken bench and from hostile queries: the first
// must be stored, the second find nothing.
func storable(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 && strings.IndexByte(s, escape) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == escape || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%c%02x", escape, s[i])
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
