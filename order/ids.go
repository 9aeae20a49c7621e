package order

import (
	"strings"
	"time"
)

// Identifiers of the domain. All are opaque text that compares byte by byte.
type (
	OrderID    string // OrderID names an order at the centre.
	ShipmentID string // ShipmentID names a shipment 出库单.
	ParcelID   string // ParcelID names a parcel 包裹.
	OperatorID string // OperatorID names a person; never their name or badge.
	StationID  string // StationID names a bench terminal.
	DeviceID   string // DeviceID is the configured name of a scanner or scale.
	SKU        string // SKU is a stock keeping unit 货品编码.
	LocationID string // LocationID is a storage place 货位, as printed on its label.
	CarrierID  string // CarrierID is a carrier's code, such as SF or YTO.
	LogID      string // LogID is the random 128-bit name of an event log, 32 hex digits.
)

// Names is a text in the two languages of the product.
type Names struct {
	ZH string `json:"zh,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the text in lang ("zh" or "en"), or the other one where it is missing.
func (n Names) In(lang string) string {
	if lang == "zh" && n.ZH != "" || n.EN == "" {
		return n.ZH
	}
	return n.EN
}

// Money is an amount in minor units of an ISO 4217 currency.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Temp is the temperature class of goods. The zero value is ambient.
type Temp string

// Temperature classes.
const (
	Ambient Temp = ""
	Chilled Temp = "chilled" // 冷藏, 0 to 8 °C
	Frozen  Temp = "frozen"  // 冷冻, at or below -18 °C
)

// Cold says whether goods of the class belong to the cold chain.
func (t Temp) Cold() bool { return t == Chilled || t == Frozen }

// Date is a calendar day "2006-01-02" in the warehouse's zone; empty is unknown.
type Date string

// DateOf returns the calendar day of t in t's own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// AddDays returns the day n days later, or "" for an unknown or malformed day.
func (d Date) AddDays(n int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return DateOf(t.AddDate(0, 0, n))
}

// CodeKey returns the form in which codes are stored and compared: GTINs (8, 12,
// 13 or 14 digits with a right check digit, GS1 General Specifications 7.9) as 14
// digits, everything else trimmed and in upper case.
func CodeKey(text string) string {
	text = strings.TrimSpace(text)
	switch len(text) {
	case 8, 12, 13, 14:
		if gtinChecks(text) {
			return "00000000000000"[len(text):] + text
		}
	}
	return strings.ToUpper(text)
}

func gtinChecks(s string) bool {
	sum := 0
	for i := range len(s) {
		c := s[len(s)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
