package gs1

import "strings"

// Kind is what a scan turned out to be.
type Kind uint8

// The kinds of readings.
const (
	KindText        Kind = iota // anything else: a shop's own code, a location, a command
	KindGS1                     // element strings
	KindGTIN                    // a bare item number: EAN, UPC, ITF-14
	KindDigitalLink             // a GS1 Digital Link URI
	KindURL                     // another web address
	KindCarrier                 // a carrier's waybill number
	KindISO15434                // an ISO 15434 envelope, as on suppliers' labels
)

var kindNames = [...]string{"text", "gs1", "gtin", "digital_link", "url", "carrier", "iso15434"}

// String gives the kind's stable name in snake_case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Message is one scan as the GS1 General Specifications read it.
type Message struct {
	Symbology Symbology
	AIM       string // the identifier, "]C1"
	Reading
}

// Parse judges a scan as the GS1 General Specifications do: AIM identifier, then data. It is strict: an identifier the
// specifications do not list, a doubled separator or a wrong check digit is an error. Read is the tolerant sister.
func Parse(scan string, o Options) (Message, error) { return ParseInto(nil, scan, o) }

// ParseInto is Parse with room for the elements, so that nothing is allocated where room suffices. On error the message still
// tells symbology and kind.
func ParseInto(room []Element, scan string, o Options) (Message, error) {
	var m Message
	if len(scan) < 3 || scan[0] != ']' {
		return m, &Error{Code: MissingSymbologyIdentifier, Value: scan}
	}
	e := aimOf(scan)
	m.AIM, m.Symbology = scan[:3], e.symbology
	data := scan[3:]
	m.Text = data
	if !e.listed {
		return m, &Error{Code: UnsupportedSymbologyIdentifier, Value: scan, Len: 3}
	}
	var err *Error
	switch {
	case e.content == numberContent:
		m.Kind = KindGTIN
		m.Reading, err = parseNumber(room, data, numberLength(e.symbology), o)
	case e.content == elementContent:
		m.Kind = KindGS1
		m.Elements, err = parseElements(room[:0], data, o)
	case isWebAddress(data):
		m.Kind = KindDigitalLink
		m.Elements, err = parseDigitalLink(room[:0], data, o)
	}
	if err == nil {
		err = m.associations(o.Required)
	}
	if err != nil {
		m.Elements = nil
		return m, err
	}
	return m, nil
}

// associations judges the element strings of a reading. A bare number with a composite component counts as its (01).
func (r *Reading) associations(required bool) *Error {
	if r.Kind == KindGTIN && len(r.Elements) > 0 {
		return associations(append([]Element{{AI: "01", Value: pad14(r.Text)}}, r.Elements...), required)
	}
	return associations(r.Elements, required)
}

func numberLength(s Symbology) int {
	if s == EAN8 {
		return 8
	}
	return 13
}

// composite opens the second message of an EAN or UPC symbol with a composite component on top.
const composite = "|]e0"

// parseNumber reads an EAN or UPC number and its composite component, which comes as a second message
// (GS1 General Specifications, "Symbology identifiers").
func parseNumber(room []Element, data string, length int, o Options) (Reading, *Error) {
	r := Reading{Kind: KindGTIN, Text: data}
	if len(data) < length {
		return r, &Error{Code: PrimaryDataTooShort, Value: data, Len: len(data)}
	}
	number, rest := data[:length], data[length:]
	r.Text = number
	hasComposite := strings.HasPrefix(rest, composite)
	switch {
	case rest != "" && !hasComposite:
		return r, &Error{Code: PrimaryDataTooLong, Value: data, Len: len(data)}
	case !allDigits(number):
		return r, &Error{Code: PrimaryDataNotDigits, Value: number, Len: len(number)}
	case !ValidCheckDigit(number):
		return r, &Error{Code: PrimaryCheckDigitIncorrect, Value: number, Pos: length - 1, Len: 1}
	}
	if !hasComposite {
		return r, nil
	}
	var err *Error
	r.Elements, err = parseElements(room[:0], rest[len(composite):], o)
	return r, err
}

// isWebAddress: the reference takes only all-small or all-capital schemes.
func isWebAddress(s string) bool {
	for _, scheme := range [...]string{"https://", "HTTPS://", "http://", "HTTP://"} {
		if strings.HasPrefix(s, scheme) {
			return true
		}
	}
	return false
}
