package gs1

import "strings"

// ISO/IEC 15434: [)> RS, then per format an indicator of two digits and its fields between GS, ended by RS; EOT at the end.
// Data Matrix symbols with Macro 05 and 06 are sent in the same shape.

const (
	envelopeHead = "[)>"
	rs           = '\x1e'
	eot          = '\x04'
	maxFields    = 512 // in one envelope; a symbol of 7,089 characters could hold thousands of empty ones
)

// EnvelopeFormat is one format of an ISO 15434 envelope: 05 holds GS1 element strings, 06 data identifiers (ANSI MH10.8.2), 12
// supplier data of the electronics trade.
type EnvelopeFormat struct {
	Indicator string
	Fields    []string
}

// ParseISO15434 takes an envelope apart. An end that is cut off is forgiven, since readers often strip EOT.
func ParseISO15434(s string) ([]EnvelopeFormat, error) {
	formats, _, err := parseEnvelope(s)
	return formats, asError(err)
}

func parseEnvelope(s string) (formats []EnvelopeFormat, closed bool, err *Error) {
	body, ok := strings.CutPrefix(s, envelopeHead+string(rs))
	if !ok {
		return nil, false, &Error{Code: EnvelopeMalformed, Value: s}
	}
	body, closed = strings.CutSuffix(body, string(eot))
	body, ended := strings.CutSuffix(body, string(rs))
	fields := 0
	for format := range strings.SplitSeq(body, string(rs)) {
		if len(format) < 2 || !allDigits(format[:2]) || len(format) > 2 && format[2] != GS {
			return nil, false, &Error{Code: EnvelopeMalformed, Value: s}
		}
		f := EnvelopeFormat{Indicator: format[:2]}
		if len(format) > 3 {
			f.Fields = strings.SplitN(format[3:], string(GS), maxFields+1)
		}
		if fields += len(f.Fields); fields > maxFields {
			return nil, false, &Error{Code: EnvelopeMalformed, Value: s}
		}
		formats = append(formats, f)
	}
	return formats, closed && ended, nil
}

// DataIdentifier cuts a field of format 06 into its identifier, up to three digits and a letter, and its value; "" if the field
// does not begin with one.
func DataIdentifier(field string) (id, value string) {
	n := 0
	for n < len(field) && n < 3 && isDigit(field[n]) {
		n++
	}
	if n < len(field) && field[n] >= 'A' && field[n] <= 'Z' {
		return field[:n+1], field[n+1:]
	}
	return "", field
}
