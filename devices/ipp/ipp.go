// Package ipp encodes and decodes Internet Printing Protocol messages (RFC 8010, RFC 8011): what a label printer needs,
// written for hostile input. It opens nothing and sends nothing.
package ipp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Operations (RFC 8011, 5.4.15).
const (
	PrintJob             = 0x0002
	CancelJob            = 0x0008
	GetJobAttributes     = 0x0009
	GetJobs              = 0x000a
	GetPrinterAttributes = 0x000b
)

// Status codes (RFC 8011, Appendix B).
const (
	OK                      = 0x0000
	NotPossible             = 0x0404
	NotFound                = 0x0406
	RequestTooLarge         = 0x0408
	FormatNotSupported      = 0x040a
	AttributesNotSupported  = 0x040b
	OperationNotSupported   = 0x0501
	ServiceUnavailable      = 0x0502
	DeviceError             = 0x0504
	TemporaryError          = 0x0505
	NotAcceptingJobs        = 0x0506
	Busy                    = 0x0507
	firstErrorStatus        = 0x0400
	maxAttributeValueLength = 0x7fff
)

// Group tags (RFC 8010, 3.5.1).
const (
	OperationGroup   = 0x01
	JobGroup         = 0x02
	endOfAttributes  = 0x03
	PrinterGroup     = 0x04
	UnsupportedGroup = 0x05
)

// Value tags (RFC 8010, 3.5.2).
const (
	TagNoValue         = 0x13
	TagInteger         = 0x21
	TagBoolean         = 0x22
	TagEnum            = 0x23
	TagCollection      = 0x34
	TagTextLanguage    = 0x35
	TagNameLanguage    = 0x36
	TagEndCollection   = 0x37
	TagText            = 0x41
	TagName            = 0x42
	TagKeyword         = 0x44
	TagURI             = 0x45
	TagCharset         = 0x47
	TagLanguage        = 0x48
	TagMimeType        = 0x49
	TagMemberName      = 0x4a
	firstValueTag      = 0x10
	maxCollectionDepth = 8
)

// Value is one value of an attribute. Integers and enums are in Int, booleans in Int as 0 or 1, strings in Str, everything
// else keeps its bytes in Str. The members of a collection are in Members.
type Value struct {
	Tag     byte
	Int     int
	Str     string
	Members []Attribute
}

// Attribute is a name with its values.
type Attribute struct {
	Name   string
	Values []Value
}

// Group is a run of attributes under one group tag.
type Group struct {
	Tag   byte
	Attrs []Attribute
}

// Message is a request or a response without its document.
type Message struct {
	Code      int // operation, or status code
	RequestID int
	Groups    []Group
}

// String makes a value of a textual syntax.
func String(tag byte, s string) Value { return Value{Tag: tag, Str: s} }

// Integer makes an integer value.
func Integer(n int) Value { return Value{Tag: TagInteger, Int: n} }

// Enum makes an enum value.
func Enum(n int) Value { return Value{Tag: TagEnum, Int: n} }

// Boolean makes a boolean value.
func Boolean(b bool) Value {
	v := Value{Tag: TagBoolean}
	if b {
		v.Int = 1
	}
	return v
}

// Collection makes a collection value.
func Collection(members ...Attribute) Value { return Value{Tag: TagCollection, Members: members} }

// Attr makes an attribute.
func Attr(name string, values ...Value) Attribute { return Attribute{Name: name, Values: values} }

// Keywords makes a keyword attribute.
func Keywords(name string, words ...string) Attribute {
	a := Attribute{Name: name}
	for _, w := range words {
		a.Values = append(a.Values, String(TagKeyword, w))
	}
	return a
}

// Find gives the values of an attribute in the group, nil when it is not there.
func (g Group) Find(name string) []Value {
	for _, a := range g.Attrs {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

// Int gives the first value of an attribute as a number; ok false when it is none.
func (g Group) Int(name string) (n int, ok bool) {
	v := g.Find(name)
	if len(v) == 0 || !slices.Contains([]byte{TagInteger, TagEnum, TagBoolean}, v[0].Tag) {
		return 0, false
	}
	return v[0].Int, true
}

// Strings gives the values of an attribute as text.
func (g Group) Strings(name string) []string {
	var out []string
	for _, v := range g.Find(name) {
		if v.Str != "" {
			out = append(out, v.Str)
		}
	}
	return out
}

// Group gives the first group with this tag, an empty one when there is none.
func (m Message) Group(tag byte) Group {
	for _, g := range m.Groups {
		if g.Tag == tag {
			return g
		}
	}
	return Group{Tag: tag}
}

// StatusError is a response that says no.
type StatusError struct {
	Code    int
	Message string // the printer's own words, may be empty
}

// Error names the status code.
func (e *StatusError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("ipp status 0x%04x", e.Code)
	}
	return fmt.Sprintf("ipp status 0x%04x: %s", e.Code, e.Message)
}

// Retryable says that the same request may succeed later (RFC 8011, B.1.5).
func (e *StatusError) Retryable() bool {
	return slices.Contains([]int{ServiceUnavailable, DeviceError, TemporaryError, NotAcceptingJobs, Busy}, e.Code)
}

// Err gives a StatusError when the message is a response that says no.
func (m Message) Err() error {
	if m.Code < firstErrorStatus {
		return nil
	}
	e := &StatusError{Code: m.Code}
	if s := m.Group(OperationGroup).Strings("status-message"); len(s) > 0 {
		e.Message = s[0]
	}
	return e
}

// Encode gives the message as bytes, IPP version 2.0; the document follows it.
func (m Message) Encode() []byte {
	b := []byte{2, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(m.Code))
	b = binary.BigEndian.AppendUint32(b, uint32(m.RequestID))
	for _, g := range m.Groups {
		b = append(b, g.Tag)
		for _, a := range g.Attrs {
			name := a.Name
			for _, v := range a.Values {
				b = v.append(b, name)
				name = "" // further values of a set carry no name
			}
		}
	}
	return append(b, endOfAttributes)
}

func (v Value) append(b []byte, name string) []byte {
	switch v.Tag {
	case TagInteger, TagEnum:
		return field(b, v.Tag, name, string(binary.BigEndian.AppendUint32(nil, uint32(int32(v.Int)))))
	case TagBoolean:
		return field(b, v.Tag, name, string([]byte{byte(v.Int & 1)}))
	case TagCollection:
		b = field(b, v.Tag, name, "")
		for _, m := range v.Members {
			b = field(b, TagMemberName, "", m.Name)
			for _, mv := range m.Values {
				b = mv.append(b, "")
			}
		}
		return field(b, TagEndCollection, "", "")
	}
	return field(b, v.Tag, name, v.Str)
}

func field(b []byte, tag byte, name, value string) []byte {
	name, value = name[:min(len(name), maxAttributeValueLength)], value[:min(len(value), maxAttributeValueLength)]
	b = append(b, tag)
	b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}

// ErrMalformed is every way in which bytes are no IPP message.
var ErrMalformed = errors.New("malformed ipp message")
