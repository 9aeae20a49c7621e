package gs1

import "strings"

// Code names what is wrong with a scan. Codes are stable snake_case words, fit for logs, tests and translations.
type Code string

// Error says why a scan, an element string, a link or a key was refused.
type Error struct {
	Code  Code
	AI    string // the application identifier concerned; "" if it is not about one
	Value string // the data field, link or scan concerned
	Pos   int    // where in Value the wrong part begins, in bytes
	Len   int    // how long the wrong part is, in bytes; 0 if the whole is meant
	Other string // the second identifier of a forbidden pair, or the identifiers that are missing
}

// Error says in one line what is wrong.
func (e *Error) Error() string {
	var b strings.Builder
	if e.AI != "" {
		b.WriteString("AI (")
		b.WriteString(e.AI)
		b.WriteString("): ")
	}
	b.WriteString(phrases[e.Code].what)
	if e.Other != "" {
		b.WriteString(" ")
		b.WriteString(e.Other)
	}
	if e.Len > 0 && e.Pos >= 0 && e.Pos+e.Len <= len(e.Value) {
		b.WriteString(": ")
		b.WriteString(quoted(e.Value[e.Pos : e.Pos+e.Len]))
		if e.Len < len(e.Value) {
			b.WriteString(" in ")
			b.WriteString(quoted(e.Value))
		}
	}
	return b.String()
}

// Hint says what to do next.
func (e *Error) Hint() string { return phrases[e.Code].do }

// quoted shows hostile bytes safely: printable ASCII as it is, the rest as <hex>, cut at 60 bytes.
func quoted(s string) string {
	const hexDigits = "0123456789ABCDEF"
	cut := len(s) > 60
	if cut {
		s = s[:60]
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			b.WriteString("<")
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
			b.WriteString(">")
		}
	}
	b.WriteByte('"')
	if cut {
		b.WriteString("…")
	}
	return b.String()
}

// asError keeps a nil *Error from becoming a non-nil error.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}
