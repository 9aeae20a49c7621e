package records

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// Table is a table of the store as a whole, for a move to another engine.
type Table struct {
	Name    string
	Columns []string
	Types   []string // of the portable subset: TEXT, BIGINT, BLOB
}

// Source is a store that is moved: nobody writes to it meanwhile.
type Source interface {
	// Tables lists all tables; one that refers to another comes after it.
	Tables(ctx context.Context) ([]Table, error)
	// Rows calls row for every row of a table, with values of the types int64, string,
	// []byte and nil, which are valid during the call.
	Rows(ctx context.Context, t Table, row func(values []any) error) error
	// EventSpan returns the first and last moment at which events were received, Unix
	// milliseconds; zeros when there are none.
	EventSpan(ctx context.Context) (first, last int64, err error)
}

// OwnCounters are counters that an engine has for itself; they are not moved.
var OwnCounters = map[string]bool{"partitions": true}

// Sum is what two tables with the same rows have in common, in whatever order these
// come: their number, and the sum of their SHA-256 as four numbers.
type Sum struct {
	Rows  int64
	parts [4]uint64
	hash  hash.Hash
	buf   []byte
}

// Add takes one row into account.
func (s *Sum) Add(values []any) error {
	s.buf = s.buf[:0]
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			s.buf = append(s.buf, 'n')
		case int64:
			s.buf = binary.BigEndian.AppendUint64(append(s.buf, 'i'), uint64(v))
		case string:
			s.buf = append(binary.BigEndian.AppendUint64(append(s.buf, 's'), uint64(len(v))), v...)
		case []byte:
			s.buf = append(binary.BigEndian.AppendUint64(append(s.buf, 'b'), uint64(len(v))), v...)
		default:
			return fmt.Errorf("sum a row: a value of type %T", v)
		}
	}
	if s.hash == nil {
		s.hash = sha256.New()
	}
	s.hash.Reset()
	s.hash.Write(s.buf)
	sum := s.hash.Sum(nil)
	for i := range s.parts {
		s.parts[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
	s.Rows++
	return nil
}

// String returns the number of rows and 64 hex digits; equal tables have equal ones.
func (s *Sum) String() string {
	var b []byte
	for _, p := range s.parts {
		b = binary.BigEndian.AppendUint64(b, p)
	}
	return fmt.Sprintf("%d rows %s", s.Rows, hex.EncodeToString(b))
}
