package gs1

import (
	"slices"
	"strings"
)

// ElementString joins elements as they are encoded in a label, with GS where an FNC1 is needed: after every element that
// is not of predefined length, except the last (GS1 General Specifications, "Predefined length"). The FNC1 in first position is the symbol's.
func ElementString(elements []Element) (string, error) {
	var b strings.Builder
	for i, e := range elements {
		if err := CheckValue(e.AI, e.Value); err != nil {
			return "", err
		}
		b.WriteString(e.AI)
		b.WriteString(e.Value)
		if i < len(elements)-1 && !find(e.AI).fixed {
			b.WriteByte(GS)
		}
	}
	if err := CheckPairs(elements); err != nil {
		return "", err
	}
	return b.String(), nil
}

// Compact orders elements so that as few separators as possible are needed: predefined lengths first, otherwise as given.
func Compact(elements []Element) []Element {
	out := slices.Clone(elements)
	slices.SortStableFunc(out, func(a, b Element) int { return separators(a) - separators(b) })
	return out
}

func separators(e Element) int {
	if d := find(e.AI); d != nil && d.fixed {
		return 0
	}
	return 1
}

// Bracketed writes elements for people: (01)09506000134352(10)ABC. Opening brackets inside a value are escaped with a
// backslash, so ParseBracketed reads it back.
func Bracketed(elements []Element) string {
	var b strings.Builder
	for _, e := range elements {
		b.WriteByte('(')
		b.WriteString(e.AI)
		b.WriteByte(')')
		b.WriteString(strings.ReplaceAll(e.Value, "(", `\(`))
	}
	return b.String()
}

// ParseBracketed reads elements written as (AI)value and appends them to dst. A composite symbol is written as two such
// runs with | between them.
func ParseBracketed(dst []Element, s string, o Options) ([]Element, error) {
	from := len(dst)
	linear, stacked, composite := strings.Cut(s, "|(")
	dst, err := parseBracketed(dst, linear, from, o)
	if err == nil && composite {
		dst, err = parseBracketed(dst, "("+stacked, from, o)
	}
	if err == nil {
		err = associations(dst[from:], o.Required)
	}
	if err != nil {
		return dst[:from], err
	}
	return dst, nil
}

func parseBracketed(dst []Element, s string, from int, o Options) ([]Element, *Error) {
	if s == "" {
		return dst, &Error{Code: DataEmpty}
	}
	for rest := s; rest != ""; {
		ai, after, closed := strings.Cut(rest[1:], ")")
		if rest[0] != '(' || !closed {
			return dst, &Error{Code: BracketsMalformed, Value: s}
		}
		d := define(ai, o)
		if d == nil {
			return dst, &Error{Code: UnknownAI, Value: s, Pos: len(s) - len(rest) + 1, Len: len(ai)}
		}
		if after == "" {
			return dst, &Error{Code: BracketsMalformed, Value: s}
		}
		var value string
		value, rest = bracketedValue(after)
		if err := d.whole(ai, value); err != nil {
			return dst, err
		}
		if len(dst)-from >= MaxElements {
			return dst, &Error{Code: TooManyAIs}
		}
		dst = append(dst, Element{AI: ai, Value: value})
	}
	return dst, nil
}

// bracketedValue takes the value up to the next bracket that is not escaped.
func bracketedValue(s string) (value, rest string) {
	at := 0
	for {
		i := strings.IndexByte(s[at:], '(')
		if i < 0 {
			at = len(s)
			break
		}
		at += i
		if at == 0 || s[at-1] != '\\' {
			break
		}
		at++
	}
	return strings.ReplaceAll(s[:at], `\(`, "("), s[at:]
}

// CanonicalStem is the resolver under which links are written when none is named.
const CanonicalStem = "https://id.gs1.org"

// DigitalLink writes elements as a GS1 Digital Link URI under stem ("" stands for CanonicalStem). The first element that can be a
// key becomes the key; its qualifiers follow in their order; the others become query parameters, predefined lengths first.
func DigitalLink(stem string, elements []Element, o Options) (string, error) {
	k := slices.IndexFunc(elements, func(e Element) bool { d := find(e.AI); return d != nil && d.key })
	if k < 0 {
		return "", &Error{Code: NoPrimaryKey}
	}
	if stem == "" {
		stem = CanonicalStem
	}
	key := find(elements[k].AI)
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(stem, "/"))
	path := append([]string{key.ai}, key.bestQualifiers(elements)...)
	for _, ai := range path {
		value, present := Value(elements, ai)
		if !present {
			continue
		}
		b.WriteString("/" + ai + "/")
		escapeTo(&b, value, false)
	}
	separator := byte('?')
	for _, wantFixed := range []bool{true, false} {
		for i, e := range elements {
			d := define(e.AI, o)
			if d == nil {
				return "", &Error{Code: UnknownAI, Value: e.AI, Len: len(e.AI)}
			}
			if _, repeated := Value(elements[:i], e.AI); repeated || d.fixed != wantFixed || slices.Contains(path, e.AI) {
				continue
			}
			if d.index >= 0 && !d.attribute || d.index < 0 && !o.UnknownAttributes {
				return "", &Error{Code: NotAnAttribute, AI: e.AI}
			}
			b.WriteByte(separator)
			separator = '&'
			b.WriteString(e.AI + "=")
			escapeTo(&b, e.Value, true)
		}
	}
	return b.String(), nil
}

// bestQualifiers picks the alternative of which most are there; the first of equals.
func (d *definition) bestQualifiers(elements []Element) []string {
	var best []string
	most := 0
	for _, alternative := range d.qualifiers {
		n := 0
		for _, ai := range alternative {
			if _, ok := Value(elements, ai); ok {
				n++
			}
		}
		if n > most {
			best, most = alternative, n
		}
	}
	return best
}

// escapeTo writes s with everything but RFC 3986's unreserved characters escaped.
func escapeTo(b *strings.Builder, s string, inQuery bool) {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case sets[c]&cset64 != 0 || c == '.' || c == '~':
			b.WriteByte(c)
		case c == ' ' && inQuery:
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
}
