package ipp

import (
	"encoding/binary"
	"fmt"
)

// Decode reads a message; rest is the document behind it.
func Decode(b []byte) (m Message, rest []byte, err error) {
	if len(b) < 9 {
		return m, nil, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	if b[0] < 1 || b[0] > 2 {
		return m, nil, fmt.Errorf("%w: version %d.%d", ErrMalformed, b[0], b[1])
	}
	m.Code = int(binary.BigEndian.Uint16(b[2:]))
	m.RequestID = int(binary.BigEndian.Uint32(b[4:]))
	d := decoder{b: b[8:]}
	for {
		tag, ok := d.byte()
		if !ok {
			return m, nil, fmt.Errorf("%w: no end of attributes", ErrMalformed)
		}
		switch {
		case tag == endOfAttributes:
			return m, d.b, nil
		case tag < firstValueTag:
			m.Groups = append(m.Groups, Group{Tag: tag})
		case len(m.Groups) == 0:
			return m, nil, fmt.Errorf("%w: a value before the first group", ErrMalformed)
		default:
			if err := d.attribute(tag, &m.Groups[len(m.Groups)-1]); err != nil {
				return m, nil, err
			}
		}
	}
}

type decoder struct{ b []byte }

func (d *decoder) byte() (byte, bool) {
	if len(d.b) == 0 {
		return 0, false
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c, true
}

// run reads a two-byte length and that many bytes.
func (d *decoder) run() (string, bool) {
	if len(d.b) < 2 {
		return "", false
	}
	n := int(binary.BigEndian.Uint16(d.b))
	if len(d.b) < 2+n {
		return "", false
	}
	s := string(d.b[2 : 2+n])
	d.b = d.b[2+n:]
	return s, true
}

// attribute reads one value and adds it to the group; without a name it belongs to the attribute before it.
func (d *decoder) attribute(tag byte, g *Group) error {
	name, v, err := d.value(tag, 0)
	if err != nil {
		return err
	}
	switch {
	case name != "":
		g.Attrs = append(g.Attrs, Attribute{Name: name, Values: []Value{v}})
	case len(g.Attrs) == 0:
		return fmt.Errorf("%w: a value without an attribute", ErrMalformed)
	default:
		a := &g.Attrs[len(g.Attrs)-1]
		a.Values = append(a.Values, v)
	}
	return nil
}

func (d *decoder) value(tag byte, depth int) (string, Value, error) {
	name, ok := d.run()
	if !ok {
		return "", Value{}, fmt.Errorf("%w: cut off in a name", ErrMalformed)
	}
	raw, ok := d.run()
	if !ok {
		return "", Value{}, fmt.Errorf("%w: cut off in the value of %q", ErrMalformed, name)
	}
	v := Value{Tag: tag, Str: raw}
	switch tag {
	case TagInteger, TagEnum:
		if len(raw) != 4 {
			return "", Value{}, fmt.Errorf("%w: a number of %d bytes in %q", ErrMalformed, len(raw), name)
		}
		v.Int, v.Str = int(int32(binary.BigEndian.Uint32([]byte(raw)))), ""
	case TagBoolean:
		if len(raw) != 1 || raw[0] > 1 {
			return "", Value{}, fmt.Errorf("%w: a boolean in %q", ErrMalformed, name)
		}
		v.Int, v.Str = int(raw[0]), ""
	case TagTextLanguage, TagNameLanguage:
		v.Str = withoutLanguage(raw)
	case TagCollection:
		if depth >= maxCollectionDepth {
			return "", Value{}, fmt.Errorf("%w: collections too deep", ErrMalformed)
		}
		var err error
		v.Members, err = d.members(depth + 1)
		v.Str = ""
		return name, v, err
	}
	return name, v, nil
}

// withoutLanguage takes the text out of a value that carries its language (RFC 8010, 3.9).
func withoutLanguage(raw string) string {
	d := decoder{b: []byte(raw)}
	if _, ok := d.run(); !ok {
		return raw
	}
	text, ok := d.run()
	if !ok {
		return raw
	}
	return text
}

// members reads a collection up to its end (RFC 8010, 3.1.6).
func (d *decoder) members(depth int) ([]Attribute, error) {
	var out []Attribute
	for {
		tag, ok := d.byte()
		if !ok || tag < firstValueTag {
			return nil, fmt.Errorf("%w: a collection without an end", ErrMalformed)
		}
		_, v, err := d.value(tag, depth)
		switch {
		case err != nil:
			return nil, err
		case tag == TagEndCollection:
			return out, nil
		case tag == TagMemberName:
			out = append(out, Attribute{Name: v.Str})
		case len(out) == 0:
			return nil, fmt.Errorf("%w: a member without a name", ErrMalformed)
		default:
			a := &out[len(out)-1]
			a.Values = append(a.Values, v)
		}
	}
}
