package gs1

import "strings"

// GS is the byte that scanners send for FNC1 between element strings (GS1 General Specifications, section 7, FNC1).
const GS = '\x1d'

// MaxElements is how many element strings one message may hold, as in the GS1 Barcode Syntax Engine.
const MaxElements = 64

// Element is one element string: an application identifier and its data field.
type Element struct {
	AI    string
	Value string
}

// Options widen or narrow what the parsers accept. The zero value judges syntax, pairings and repeats.
type Options struct {
	// Required also asks for the identifiers that must accompany others. Ask for it only of all barcodes of an item
	// taken together, see Merge.
	Required bool
	// UnknownAIs lets identifiers pass that the dictionary does not hold, where their length is clear.
	UnknownAIs bool
	// UnknownAttributes lets such identifiers stand in the query of a Digital Link.
	UnknownAttributes bool
	// ShortGTINs pads a GTIN of 8, 12 or 13 digits in a Digital Link to 14.
	ShortGTINs bool
	// KeyNames reads the words of early Digital Links, such as gtin and ser, as identifiers.
	KeyNames bool
}

// ParseElements splits data, as a scanner sends it after the AIM identifier of a GS1 symbol, into its element strings
// and appends them to dst. The elements are substrings of data; nothing is allocated while dst has room.
func ParseElements(dst []Element, data string, o Options) ([]Element, error) {
	from := len(dst)
	dst, err := parseElements(dst, data, o)
	if err == nil {
		err = associations(dst[from:], o.Required)
	}
	if err != nil {
		return dst[:from], err
	}
	return dst, nil
}

func parseElements(dst []Element, data string, o Options) ([]Element, *Error) {
	if data == "" {
		return dst, &Error{Code: DataEmpty}
	}
	from := len(dst)
	for p := 0; p < len(data); {
		d := table.prefix(data[p:])
		if d == nil && o.UnknownAIs {
			d = unknownPrefix(data[p:])
		}
		if d == nil {
			return dst, &Error{Code: UnknownAI, Value: data, Pos: p, Len: min(4, len(data)-p)}
		}
		ai := data[p : p+len(d.ai)]
		p += len(d.ai)
		value := field(data[p:], d.max)
		n, f := d.take(value)
		if f.code != "" {
			return dst, f.of(ai, value)
		}
		if len(dst)-from >= MaxElements {
			return dst, &Error{Code: TooManyAIs}
		}
		dst = append(dst, Element{AI: ai, Value: data[p : p+n]})
		p += n
		if p == len(data) {
			break
		}
		if data[p] == GS {
			p++ // also after a predefined length and at the very end: superfluous, not wrong
		} else if !d.fixed {
			return dst, &Error{Code: DataTooLong, AI: ai, Value: data[p-n:]}
		}
	}
	return dst, nil
}

// field is s up to the next separator, but no longer than one byte more than limit.
func field(s string, limit int) string {
	if len(s) > limit+1 {
		s = s[:limit+1]
	}
	if i := strings.IndexByte(s, GS); i >= 0 {
		s = s[:i]
	}
	return s
}

// fault is what is wrong with a data field; kept by value so that trying costs no memory.
type fault struct {
	code     Code
	pos, len int
}

func (f fault) of(ai, value string) *Error {
	return &Error{Code: f.code, AI: ai, Value: value, Pos: f.pos, Len: f.len}
}

// take checks the components of a data field and answers how many bytes of s they take.
func (d *definition) take(s string) (int, fault) {
	if s == "" {
		return 0, fault{code: AIDataEmpty}
	}
	p := 0
	for i := range d.parts {
		c := &d.parts[i]
		n := min(c.max, len(s)-p)
		if n == 0 && c.optional {
			continue
		}
		if n < c.min {
			return 0, fault{code: IncorrectLength}
		}
		part := s[p : p+n]
		code, at, length := c.set.check(part)
		for k := 0; code == "" && k < len(c.checks); k++ {
			code, at, length = c.checks[k](part)
		}
		if code != "" {
			return 0, fault{code, p + at, length}
		}
		p += n
	}
	return p, fault{}
}

// parses tells whether data is a run of valid element strings, without keeping them.
func parses(data string) bool {
	for p := 0; p < len(data); {
		d := table.prefix(data[p:])
		if d == nil {
			return false
		}
		p += len(d.ai)
		n, f := d.take(field(data[p:], d.max))
		if p += n; f.code != "" {
			return false
		}
		if p < len(data) {
			if data[p] == GS {
				p++
			} else if !d.fixed {
				return false
			}
		}
	}
	return true
}

// whole checks a data field that stands alone, as in brackets and links.
func (d *definition) whole(ai, s string) *Error {
	switch {
	case len(s) < d.min:
		return &Error{Code: DataTooShort, AI: ai, Value: s}
	case len(s) > d.max:
		return &Error{Code: DataTooLong, AI: ai, Value: s}
	}
	if i := strings.IndexByte(s, '^'); i >= 0 {
		return &Error{Code: IllegalCaret, AI: ai, Value: s, Pos: i, Len: 1}
	}
	if _, f := d.take(s); f.code != "" {
		return f.of(ai, s)
	}
	return nil
}

// CheckValue tests one data field against its identifier: characters, length, check digits, dates, code lists.
func CheckValue(ai, value string) error {
	d := find(ai)
	if d == nil {
		return &Error{Code: UnknownAI, Value: ai, Len: len(ai)}
	}
	return asError(d.whole(ai, value))
}

// predefined gives the data length by the first two digits, also for identifiers not yet assigned
// (GS1 General Specifications, "Element strings with predefined length"). Prefix 23 left the list when (235) was assigned.
func predefined(prefix int) int {
	switch {
	case prefix == 0:
		return 18
	case prefix <= 3:
		return 14
	case prefix == 4:
		return 16
	case prefix >= 11 && prefix <= 19, prefix >= 31 && prefix <= 36:
		return 6
	case prefix == 20:
		return 2
	case prefix == 41:
		return 13
	}
	return 0
}

// unknownPrefix makes up a definition for an identifier that the dictionary lacks but whose length its first two
// digits tell.
func unknownPrefix(s string) *definition {
	if len(s) < 2 || !allDigits(s[:2]) {
		return nil
	}
	n := int(table.length[number2(s)])
	if n == 0 || len(s) < n {
		return nil
	}
	return unknown(s[:n])
}

// unknown makes up a definition for ai. It refuses what begins like a known identifier, or is the beginning of one.
func unknown(ai string) *definition {
	if len(ai) < 2 || len(ai) > 4 || !allDigits(ai) {
		return nil
	}
	if n := int(table.length[number2(ai)]); n != 0 && n != len(ai) {
		return nil
	}
	d := &definition{ai: ai, index: -1, max: 90, min: 1}
	if n := predefined(number2(ai)); n > 0 && table.length[number2(ai)] != 0 {
		d.fixed, d.min, d.max = true, n, n
	}
	d.parts = []component{{set: cset82, min: d.min, max: d.max}}
	return d
}

// define finds the definition of exactly ai, made up where the options allow it.
func define(ai string, o Options) *definition {
	if d := find(ai); d != nil {
		return d
	}
	if o.UnknownAIs && table.prefix(ai) == nil {
		return unknown(ai)
	}
	return nil
}

// Value finds the data field of an identifier; false if it is not there.
func Value(elements []Element, ai string) (string, bool) {
	for i := range elements {
		if elements[i].AI == ai {
			return elements[i].Value, true
		}
	}
	return "", false
}
