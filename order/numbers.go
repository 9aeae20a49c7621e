package order

import (
	"fmt"
	"strconv"
	"strings"

	"pickstation/gs1"
)

// NumberCheck names how the last digit of a waybill number is made.
type NumberCheck string

// Check digits of waybill numbers.
const (
	CheckNone NumberCheck = ""
	CheckS10  NumberCheck = "s10"  // UPU standard S10, over eight digits
	CheckMod7 NumberCheck = "mod7" // air waybills: the serial modulo 7
)

// NumberForm is how a carrier's waybill numbers look: prefix, serial with leading
// zeros, check digit, suffix.
type NumberForm struct {
	Prefix string      `json:"prefix,omitempty"`
	Width  int         `json:"width"` // digits of the serial
	Check  NumberCheck `json:"check,omitempty"`
	Suffix string      `json:"suffix,omitempty"`
}

// maxNumberWidth keeps serials within an int64.
const maxNumberWidth = 18

// Number formats a serial; "" where the form has no such number.
func (f NumberForm) Number(serial int64) string {
	text := fmt.Sprintf("%0*d", min(max(f.Width, 1), maxNumberWidth), serial)
	if serial < 0 || len(text) != f.Width {
		return ""
	}
	switch f.Check {
	case CheckNone:
	case CheckS10:
		c := gs1.S10CheckDigit(text)
		if c == 0 {
			return ""
		}
		text += string(rune(c))
	case CheckMod7:
		text += strconv.FormatInt(serial%7, 10)
	default:
		return "" // a check digit of a newer version
	}
	return f.Prefix + text + f.Suffix
}

// Serial is the inverse of Number.
func (f NumberForm) Serial(number string) (serial int64, ok bool) {
	text, ok := strings.CutPrefix(number, f.Prefix)
	if !ok || len(text) < f.Width || f.Width < 1 || f.Width > maxNumberWidth {
		return 0, false
	}
	serial, err := strconv.ParseInt(text[:f.Width], 10, 64)
	return serial, err == nil && f.Number(serial) == number
}

// NumberBlock is a range of waybill or S10 numbers leased to one event log: extra
// parcels, own-fleet and S10 numbers come from it without asking anybody. A station
// that starts a new log, for whatever reason, never uses an older log's block, so that
// no copy of a database gives a number out twice.
type NumberBlock struct {
	ID      string    `json:"id"`
	Log     LogID     `json:"log"`
	Carrier CarrierID `json:"carrier"`
	NumberForm
	From int64 `json:"from"` // first serial
	To   int64 `json:"to"`   // last serial, inclusive
}
