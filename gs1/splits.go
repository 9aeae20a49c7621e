package gs1

import "sort"

// A label printed without the FNC1 after a variable-length field cannot be read with certainty: in 10LOT7717260531 the lot may
// be LOT77 with a use-by date behind it, or LOT7717260531. This file lists the possibilities; choosing is not its business.

const (
	maxLostSeparators = 3     // more would let any text be read as anything
	splitSteps        = 20000 // hostile input must not cost more than a few milliseconds
	maxSplits         = 64
)

// Splits lists up to limit ways of reading data as valid element strings if up to three separators were lost in it; each has
// at least one lost separator more than the data itself shows. Fewest lost first; of equals those with more fields that
// prove themselves, by a check digit or a date. A scanner that drops one separator drops them all, so the fewest are not the
// likeliest: who wants to be certain asks for all. all is false where there may be more than are listed.
func Splits(data string, limit int) (splits [][]Element, all bool) {
	sp := splitter{data: data, steps: splitSteps}
	lost := 1
	for ; lost <= maxLostSeparators && len(sp.found) < limit; lost++ {
		before := len(sp.found)
		sp.walk(0, lost, make([]Element, 0, 16))
		equals := sp.found[before:]
		sort.SliceStable(equals, func(i, j int) bool { return telling(equals[i]) > telling(equals[j]) })
	}
	all = lost > maxLostSeparators && len(sp.found) <= limit && len(sp.found) < maxSplits && sp.steps >= 0
	return sp.found[:min(len(sp.found), max(limit, 0))], all
}

type splitter struct {
	data  string
	steps int
	found [][]Element
}

// walk reads on from p with exactly so many lost separators to place.
func (sp *splitter) walk(p, lost int, path []Element) {
	if sp.steps--; sp.steps < 0 || len(path) >= MaxElements || len(sp.found) >= maxSplits {
		return
	}
	if p == len(sp.data) {
		if lost == 0 && associations(path, false) == nil {
			sp.found = append(sp.found, append([]Element(nil), path...))
		}
		return
	}
	d := table.prefix(sp.data[p:])
	if d == nil {
		return
	}
	ai := sp.data[p : p+len(d.ai)]
	p += len(ai)
	rest := field(sp.data[p:], d.max)
	if n, f := d.take(rest); f.code == "" {
		end := p + n
		if end == len(sp.data) || sp.data[end] == GS || d.fixed {
			after := end
			if after < len(sp.data) && sp.data[after] == GS {
				after++
			}
			sp.walk(after, lost, append(path, Element{ai, sp.data[p:end]}))
		}
	}
	if d.fixed || lost == 0 {
		return
	}
	for n := min(len(rest), d.max); n >= max(d.min, 1); n-- {
		if p+n == len(sp.data) || sp.data[p+n] == GS || table.prefix(sp.data[p+n:]) == nil {
			continue // nothing is lost there
		}
		if took, f := d.take(rest[:n]); f.code == "" && took == n {
			sp.walk(p+n, lost-1, append(path, Element{ai, sp.data[p : p+n]}))
		}
	}
}

// telling counts the elements whose value proves itself.
func telling(elements []Element) int {
	n := 0
	for _, e := range elements {
		if d := find(e.AI); d != nil && d.proves {
			n++
		}
	}
	return n
}

// separatorCouldHelp tells whether a refusal could come from a lost separator.
func separatorCouldHelp(c Code) bool {
	return c == DataTooLong || c == IncorrectLength || c == UnknownAI || c == InvalidCSET82Character || c == NonDigitCharacter
}

// suspicious tells whether a variable-length value ends in something that reads as further elements, beginning with one that
// proves itself and that is not there yet.
func suspicious(elements []Element) bool {
	for i := range elements {
		d := find(elements[i].AI)
		if d == nil || d.fixed || d.max-d.min < 3 {
			continue
		}
		v := elements[i].Value
		for p := max(d.min, 1); p+8 <= len(v); p++ {
			tail := table.prefix(v[p:])
			if tail == nil || !tail.proves {
				continue
			}
			if _, there := Value(elements, tail.ai); there {
				continue
			}
			if parses(v[p:]) {
				return true
			}
		}
	}
	return false
}
