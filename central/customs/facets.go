package customs

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"pickstation/order"
)

// Dec is a decimal with five digits after the point, decimal(19,5) of the messages, as
// a whole number of hundred-thousandths.
type Dec int64

// decOne is one as a Dec.
const decOne = 100_000

// maxDec bounds decimals to 19 digits, which an int64 nearly is.
const maxDec = Dec(1<<63 - 1)

// String writes the decimal without needless zeros: "1.5", "0", "12".
func (d Dec) String() string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	s := fmt.Sprintf("%d.%05d", uint64(d)/decOne, uint64(d)%decOne)
	return sign + strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// facet is what a field of a message must keep.
type facet struct {
	index    int
	name     string
	required bool
	min, max int  // characters; both 0 for no bound
	digits   int  // most digits of a whole number, 0 no bound
	personal bool // shown masked in errors
}

var facetCache sync.Map // reflect.Type to []facet

// facetsOf reads the tags of a message part: `ceb:"name,req,len=36"`, with req for a
// field that must be there, len, min and max in characters, digits for whole numbers,
// personal for what errors mask.
func facetsOf(t reflect.Type) []facet {
	if f, ok := facetCache.Load(t); ok {
		return f.([]facet)
	}
	all := make([]facet, 0, t.NumField())
	for i := range t.NumField() {
		parts := strings.Split(t.Field(i).Tag.Get("ceb"), ",")
		f := facet{index: i, name: parts[0]}
		for _, p := range parts[1:] {
			key, value, _ := strings.Cut(p, "=")
			n, _ := strconv.Atoi(value)
			switch key {
			case "req":
				f.required = true
			case "len":
				f.min, f.max = n, n
			case "max":
				f.max = n
			case "digits":
				f.digits = n
			case "personal":
				f.personal = true
			default:
				panic("customs: tag of " + t.Name() + "." + t.Field(i).Name)
			}
		}
		if f.required && f.max > 0 && f.min == 0 {
			f.min = 1
		}
		all = append(all, f)
	}
	facetCache.Store(t, all)
	return all
}

// Problem is a field that a message may not have as it is.
type Problem struct {
	Field string // its path in the message
	Value string // as it is, masked where it is personal
	What  string
	Do    string
}

// String tells the problem in one line.
func (p Problem) String() string {
	if p.Value == "" {
		return strings.TrimSpace(p.Field + " " + p.What)
	}
	return fmt.Sprintf("%s %q %s", p.Field, clip(p.Value), p.What)
}

// problems collects what is wrong with a message.
type problems []Problem

func (ps *problems) add(field, value, what, do string) {
	*ps = append(*ps, Problem{field, value, what, do})
}

// note adds an error of a table or check.
func (ps *problems) note(err error) {
	if e, ok := err.(*order.Error); ok { //nolint:errorlint // the checks of this package return it bare
		*ps = append(*ps, Problem{Field: e.Msg, Do: e.Hint})
	}
}

// maxTold bounds how many problems an error tells.
const maxTold = 10

// err returns what is wrong as one error, or nil.
func (ps problems) err(op string) error {
	if len(ps) == 0 {
		return nil
	}
	texts := make([]string, 0, maxTold)
	for i := range ps[:min(len(ps), maxTold)] {
		texts = append(texts, ps[i].String())
	}
	if more := len(ps) - maxTold; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return (&order.Error{Code: "customs_fields", Op: op, Msg: strings.Join(texts, "; ")}).WithHint("%s", ps[0].Do)
}

// writer writes a message and notes what its fields break.
type writer struct {
	bytes.Buffer
	bare  bool // no name space
	found problems
}

func (w *writer) open(name string) { w.WriteString("<" + w.qualified(name) + ">") }
func (w *writer) shut(name string) { w.WriteString("</" + w.qualified(name) + ">\n") }

func (w *writer) qualified(name string) string {
	if w.bare {
		return name
	}
	return "ceb:" + name
}

// part writes the fields of a struct in the order in which they stand there. Optional
// fields that are empty are left out.
func (w *writer) part(name, path string, v any) {
	rv := reflect.ValueOf(v)
	w.open(name)
	w.WriteByte('\n')
	for _, f := range facetsOf(rv.Type()) {
		value, set := w.value(rv.Field(f.index), f, path+name+"/"+f.name)
		if !set && !f.required {
			continue
		}
		w.open(f.name)
		_ = xml.EscapeText(&w.Buffer, []byte(value)) // a buffer takes everything
		w.shut(f.name)
	}
	w.shut(name)
}

// value returns the text of a field, and checks its facets.
func (w *writer) value(rv reflect.Value, f facet, path string) (text string, set bool) {
	switch v := rv.Interface().(type) {
	case Dec:
		if v < 0 {
			w.found.add(path, v.String(), "is negative", "correct prices, quantities and weights")
		}
		if v == maxDec {
			w.found.add(path, "", "has more than 19 digits", "correct prices, quantities and weights")
		}
		return v.String(), v != 0
	case int:
		text := strconv.Itoa(v)
		if v < 0 || f.digits > 0 && len(text) > f.digits {
			w.found.add(path, text, fmt.Sprintf("is not a whole number of at most %d digits", f.digits), "correct the quantity")
		}
		return text, v != 0
	case string:
		w.check(v, f, path)
		return v, v != ""
	}
	panic("customs: field of a type that is not written")
}

// check holds a text against its facets.
func (w *writer) check(v string, f facet, path string) {
	shown := v
	if f.personal {
		shown = mask(v)
	}
	n := utf8.RuneCountInString(v)
	switch {
	case v == "" && !f.required:
	case strings.TrimSpace(v) == "":
		w.found.add(path, "", "is missing", "complete the order or the declarant's profile")
	case !utf8.ValidString(v) || strings.ContainsFunc(v, notXML):
		w.found.add(path, "", "holds a character that XML cannot carry", "correct the text")
	case f.min == f.max && f.max > 0 && n != f.max:
		w.found.add(path, shown, fmt.Sprintf("has %d characters, wanted %d", n, f.max), "correct the value")
	case f.max > 0 && n > f.max:
		w.found.add(path, shown, fmt.Sprintf("has %d characters, at most %d", n, f.max), "shorten the value")
	}
}

// notXML says whether XML 1.0 cannot carry a character, not even escaped.
func notXML(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError
}
