package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Sum says in three numbers which rows of a kind somebody holds, in no order. A row
// stands for itself by its place in the feed: a thing that changes takes a new place, and
// no place is used twice within a timeline. So neither bodies nor ids are looked at, and
// a database can add it up.
type Sum struct {
	N       int64 // rows
	Places  int64 // sum of their places
	Squares int64 // sum of (fs mod SumPrime)² mod SumPrime
}

// SumPrime keeps the squares of places, and a sum of four thousand million of them, within
// 63 bits.
const SumPrime = 1<<31 - 1

// sumForm begins a sum that was added up as [Sum] says; others are not compared.
const sumForm = "1:"

// Add adds the row at a place.
func (s *Sum) Add(fs int64) {
	m := fs % SumPrime
	*s = Sum{s.N + 1, s.Places + fs, s.Squares + m*m%SumPrime}
}

// String is the sum as it is sent.
func (s Sum) String() string { return fmt.Sprintf("%s%d:%d:%d", sumForm, s.N, s.Places, s.Squares) }

// Sums are the sums of rows by their kind, as they are sent.
type Sums map[RowKind]string

// Differ returns the kinds, in order, of which s names another sum than held. A kind that
// is not named in held has no rows there.
func (s Sums) Differ(held Sums) (kinds []RowKind) {
	for _, k := range slices.Sorted(maps.Keys(s)) {
		have, ok := held[k]
		if !ok {
			have = Sum{}.String()
		}
		if strings.HasPrefix(s[k], sumForm) && s[k] != have {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
