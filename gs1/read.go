package gs1

import "strings"

// Flags tell what Read forgave or noticed.
type Flags uint16

// The flags of a scan.
const (
	FlagNoAIM          Flags = 1 << iota // the scanner sends no AIM identifiers: switch them on
	FlagForeignAIM                       // the identifier is none of those the GS1 General Specifications list
	FlagLeadingGS                        // one separator before the first element was dropped
	FlagECI                              // escape sequences of the ECI protocol were resolved
	FlagCheckDigitDone                   // the reader had stripped the check digit; it was computed again
	FlagAddOn                            // a two- or five-digit add-on was cut off
	FlagBrackets                         // the data holds printed brackets: (01)…
	FlagGS1InPlain                       // element strings in a symbol that is not marked as GS1
	FlagSeveral                          // more than one reading besides the text: the expectation must decide
	FlagMissingFNC1                      // a separator seems to be missing: see Splits
	FlagOpenEnvelope                     // an ISO 15434 envelope without its end
	FlagNonASCII                         // text beyond ASCII: see Encoding
	FlagShortNumber                      // a UPC-A of 12 or an EAN-8 of 8 digits under ]E0, which stands for 13
	FlagUPCE                             // a UPC-E that was sent short: its UPC-A is among the readings
)

var flagNames = [...]string{"no_aim", "foreign_aim", "leading_gs", "eci", "check_digit_done", "add_on", "brackets",
	"gs1_in_plain", "several", "missing_fnc1", "open_envelope", "non_ascii", "short_number", "upc_e"}

// Has tells whether all of the given flags are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Names lists the set flags by their stable snake_case names.
func (f Flags) Names() []string {
	names := []string{}
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Reading is one way to understand a scan.
type Reading struct {
	Kind     Kind
	Text     string           // the payload: digits, address, number or text as scanned, without the AIM identifier
	Elements []Element        // of GS1 data, a Digital Link, a composite component or an envelope of format 05
	Envelope []EnvelopeFormat // of an ISO 15434 envelope
	Carrier  Carrier          // of a waybill number
	Encoding Encoding         // of text
}

// Scan is what the station knows about one scan: every possible reading, most telling first, the plain text last.
type Scan struct {
	Raw       string
	Symbology Symbology
	AIM       string // the identifier, "" if the scanner sent none
	Flags     Flags
	Readings  []Reading
	Err       error // why data that is marked as GS1, or looks so, could not be read as such
	data      string
}

// Kind is the kind of the most telling reading.
func (s *Scan) Kind() Kind {
	if len(s.Readings) == 0 {
		return KindText
	}
	return s.Readings[0].Kind
}

// As finds the reading of a kind; false if there is none.
func (s *Scan) As(k Kind) (Reading, bool) {
	for i := range s.Readings {
		if s.Readings[i].Kind == k {
			return s.Readings[i], true
		}
	}
	return Reading{}, false
}

// Splits lists the ways in which the data can be read if up to three separators (FNC1) are missing in it, the ones with the
// fewest missing first. It never chooses: take one only where exactly one fits the open work. See the function Splits.
func (s *Scan) Splits(limit int) (splits [][]Element, all bool) {
	if s.Flags.Has(FlagBrackets) || strings.IndexByte(s.data, '(') == 0 {
		return nil, true
	}
	return Splits(s.data, limit)
}

// Read understands a scan with the tolerance of a warehouse: identifiers the standard does not list, none at all, a
// stray leading separator. It never guesses: where more than one reading is possible all are returned, and what the
// caller expects decides. The last reading is always the plain text.
func Read(raw string) Scan { return new(Reader).Read(raw) }

// Reader is Read with reused memory: a Scan is valid until the next call. The zero value is ready; not for concurrent use.
type Reader struct {
	elements [2 * MaxElements]Element
	used     int
	readings [8]Reading
}

// Read is the function Read; it allocates nothing for the usual GS1 and item symbols.
func (r *Reader) Read(raw string) Scan {
	s := Scan{Raw: raw, Readings: r.readings[:0]}
	r.used = 0
	if raw == "" {
		s.Err = &Error{Code: EmptyScan}
		return s
	}
	e := aimOf(raw)
	s.data = raw
	if e.known {
		s.AIM, s.Symbology, s.data = raw[:3], e.symbology, raw[3:]
		if !e.listed {
			s.Flags |= FlagForeignAIM
		}
	} else {
		s.Flags |= FlagNoAIM
	}
	text := s.data
	if e.eci {
		s.data = resolveECI(&s)
	}
	if len(s.data) > 1 && s.data[0] == GS {
		s.data = s.data[1:]
		s.Flags |= FlagLeadingGS
	}
	switch e.content {
	case elementContent:
		r.elementStrings(&s)
	case numberContent:
		r.number(&s, numberLength(e.symbology))
	case addOnContent:
		r.withAddOn(&s)
	case itfContent:
		r.interleaved(&s, e.stripped)
	default:
		r.unmarked(&s)
	}
	if len(s.Readings) > 1 {
		s.Flags |= FlagSeveral
	}
	return r.finish(s, text)
}

// finish adds the text reading and looks for signs of a lost separator.
func (r *Reader) finish(s Scan, text string) Scan {
	if s.Flags&FlagECI != 0 {
		text = s.data
	}
	encoding := EncodingOf(text)
	if encoding != ASCII {
		s.Flags |= FlagNonASCII
	}
	s.Readings = append(s.Readings, Reading{Kind: KindText, Text: text, Encoding: encoding})
	if g, ok := s.As(KindGS1); ok && s.Flags&FlagBrackets == 0 && suspicious(g.Elements) {
		s.Flags |= FlagMissingFNC1
	} else if e := asFault(s.Err); e != nil && separatorCouldHelp(e.Code) {
		if some, _ := Splits(s.data, 1); len(some) > 0 {
			s.Flags |= FlagMissingFNC1
		}
	}
	return s
}

// parse runs a parser into the Reader's own room. On error the reading is not made and the error is the scan's.
func (r *Reader) parse(s *Scan, kind Kind, data string, by func([]Element, string, Options) ([]Element, error)) bool {
	room := r.elements[r.used:r.used:len(r.elements)]
	elements, err := by(room, data, Options{})
	if err != nil {
		if s.Err == nil {
			s.Err = err
		}
		return false
	}
	r.used = min(r.used+len(elements), len(r.elements))
	s.Readings = append(s.Readings, Reading{Kind: kind, Text: data, Elements: elements})
	return true
}

func (r *Reader) elementStrings(s *Scan) { r.parse(s, KindGS1, s.data, ParseElements) }

// number reads what an EAN or UPC symbol holds: its number, perhaps a composite component or an add-on as a second message.
func (r *Reader) number(s *Scan, length int) {
	data := s.data
	if len(data) > length+3 && (data[length:length+3] == "]E1" || data[length:length+3] == "]E2") && allDigits(data[length+3:]) {
		data = data[:length]
		s.Flags |= FlagAddOn
	}
	if n := len(data); length == 13 && (n == 8 || n == 12) && ValidCheckDigit(data) {
		length = n
		s.Flags |= FlagShortNumber
		if n == 8 {
			defer r.upce(s, data) // it may be either
		}
	}
	if length != 8 && len(data) == 8 && r.upce(s, data) {
		return
	}
	reading, err := parseNumber(r.elements[:0], data, length, Options{})
	if err == nil {
		err = reading.associations(false)
	}
	if err != nil {
		s.Err = err
		return
	}
	s.Readings = append(s.Readings, reading)
}

// withAddOn reads an EAN-13 and its add-on of two or five digits in one message.
func (r *Reader) withAddOn(s *Scan) {
	if n := len(s.data); n == 15 || n == 18 {
		if number := s.data[:13]; allDigits(s.data) && ValidCheckDigit(number) {
			s.Flags |= FlagAddOn
			s.Readings = append(s.Readings, Reading{Kind: KindGTIN, Text: number})
			return
		}
	}
	r.number(s, 13)
}

// interleaved reads ITF: fourteen digits are a case's GTIN (GS1 General Specifications, "ITF-14"), other lengths are in-house.
func (r *Reader) interleaved(s *Scan, stripped bool) {
	number := s.data
	if stripped && len(number) == 13 && allDigits(number) {
		number += string(rune(CheckDigit(number)))
		s.Flags |= FlagCheckDigitDone
	}
	if len(number) == 14 && ValidCheckDigit(number) {
		s.Readings = append(s.Readings, Reading{Kind: KindGTIN, Text: number})
		return
	}
	r.waybills(s)
}

// unmarked reads data that nothing marks as GS1: every reading that is possible.
func (r *Reader) unmarked(s *Scan) {
	data := s.data
	switch {
	case strings.HasPrefix(data, envelopeHead):
		r.envelope(s)
		return
	case hasWebScheme(data):
		r.address(s)
		return
	case data != "" && data[0] == '(':
		elements, err := ParseBracketed(nil, data, Options{})
		if err == nil {
			s.Flags |= FlagBrackets
			s.Readings = append(s.Readings, Reading{Kind: KindGS1, Text: data, Elements: elements})
		} else if c := asFault(err).Code; c != BracketsMalformed && c != UnknownAI {
			s.Err = err // other text in brackets is no faulty element string
		}
		return
	}
	separated := strings.IndexByte(data, GS) >= 0 || s.Flags&FlagLeadingGS != 0
	if separated {
		r.elementsInPlain(s)
		return
	}
	if n := len(data); (n == 8 || n == 12 || n == 13 || n == 14) && ValidCheckDigit(data) {
		s.Readings = append(s.Readings, Reading{Kind: KindGTIN, Text: data})
	}
	r.upce(s, data)
	r.waybills(s)
	if table.prefix(data) != nil {
		r.elementsInPlain(s)
		if s.Err != nil && !beginsProven(data) {
			s.Err = nil // text that happens to begin like an element string is no faulty one
		}
	}
}

// upce adds the reading of a UPC-E that was sent short; false where data is none.
func (r *Reader) upce(s *Scan, data string) bool {
	if len(data) != 8 || data[0] > '1' {
		return false
	}
	long, err := ExpandUPCE(data)
	if err != nil {
		return false
	}
	s.Flags |= FlagUPCE
	s.Readings = append(s.Readings, Reading{Kind: KindGTIN, Text: long})
	return true
}

// beginsProven tells whether data begins with a data field that proves itself, such as a GTIN with its check digit.
func beginsProven(data string) bool {
	d := table.prefix(data)
	if d == nil || !d.proves || !d.fixed || len(data) < len(d.ai)+d.max {
		return false
	}
	_, f := d.take(data[len(d.ai) : len(d.ai)+d.max])
	return f.code == ""
}

func (r *Reader) elementsInPlain(s *Scan) {
	if r.parse(s, KindGS1, s.data, ParseElements) && s.AIM != "" {
		s.Flags |= FlagGS1InPlain
	}
}

// address reads a web address: a Digital Link if it holds a GS1 key, else a plain link.
func (r *Reader) address(s *Scan) {
	if isWebAddress(s.data) && r.parse(s, KindDigitalLink, s.data, ParseDigitalLink) {
		return
	}
	if e := asFault(s.Err); e != nil && !aboutContent(e.Code) {
		s.Err = nil // not a Digital Link at all, and not meant to be one
	}
	s.Readings = append(s.Readings, Reading{Kind: KindURL, Text: s.data})
}

// asFault is the error as this package's own, which is never wrapped inside a Scan; nil for none.
func asFault(err error) *Error {
	e, _ := err.(*Error) //nolint:errorlint // errors.As allocates, and this is the scan path
	return e
}

// aboutContent tells a faulty Digital Link from an address that is none: only the former got as far as a key's value.
func aboutContent(c Code) bool {
	switch c {
	case NoKeyInPath, URIIllegalCharacters, URIIllegalDomain, URIMissingDomainAndPath, URIIllegalScheme:
		return false
	}
	return true
}

func hasWebScheme(s string) bool {
	return len(s) >= 8 && (strings.EqualFold(s[:8], "https://") || strings.EqualFold(s[:7], "http://"))
}

func (r *Reader) waybills(s *Scan) {
	var found [4]Carrier
	for _, c := range carriersOf(found[:0], s.data) {
		s.Readings = append(s.Readings, Reading{Kind: KindCarrier, Text: s.data, Carrier: c})
	}
}

func (r *Reader) envelope(s *Scan) {
	formats, closed, err := parseEnvelope(s.data)
	if err != nil {
		s.Err = err
		return
	}
	if !closed {
		s.Flags |= FlagOpenEnvelope
	}
	reading := Reading{Kind: KindISO15434, Text: s.data, Envelope: formats}
	for _, f := range formats {
		if f.Indicator == "05" {
			elements, err := ParseElements(reading.Elements, strings.Join(f.Fields, string(GS)), Options{})
			if err != nil && s.Err == nil {
				s.Err = err
			}
			reading.Elements = elements
		}
	}
	s.Readings = append(s.Readings, reading)
}

// resolveECI undoes the ECI protocol (ISO/IEC 15424, AIM ECI): \nnnnnn switches the character set, \\ is a backslash.
func resolveECI(s *Scan) string {
	data := s.data
	if strings.IndexByte(data, '\\') < 0 {
		return data
	}
	s.Flags |= FlagECI
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] == '\\' {
			if len(data) >= i+7 && allDigits(data[i+1:i+7]) {
				i += 6
				continue
			}
			if i+1 < len(data) && data[i+1] == '\\' {
				i++
			}
		}
		out = append(out, data[i])
	}
	return string(out)
}
