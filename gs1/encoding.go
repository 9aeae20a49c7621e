package gs1

import "unicode/utf8"

// Encoding is how the bytes of a text are to be understood.
type Encoding uint8

// The encodings that are told apart. GBK is recognised, not converted.
const (
	ASCII Encoding = iota
	UTF8
	GBK
	Binary
)

// String gives the encoding's stable name.
func (e Encoding) String() string {
	return [...]string{"ascii", "utf-8", "gbk", "binary"}[min(e, Binary)]
}

// EncodingOf tells how text is encoded: ASCII; valid UTF-8; else GBK if every byte beyond ASCII opens a pair that GBK knows; else
// binary.
func EncodingOf(text string) Encoding {
	i := 0
	for i < len(text) && text[i] < 0x80 {
		i++
	}
	switch {
	case i == len(text):
		return ASCII
	case utf8.ValidString(text[i:]):
		return UTF8
	case isGBK(text[i:]):
		return GBK
	}
	return Binary
}

// isGBK: lead byte 81–FE, trail byte 40–FE without 7F (GBK 1.0).
func isGBK(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 {
			continue
		}
		if s[i] == 0x80 || s[i] == 0xff || i+1 == len(s) {
			return false
		}
		if i++; s[i] < 0x40 || s[i] == 0x7f || s[i] == 0xff {
			return false
		}
	}
	return true
}
