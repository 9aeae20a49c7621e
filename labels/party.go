package labels

import (
	"fmt"
	"strconv"
	"strings"
)

// Party is a sender or receiver as it is to be printed, before masking.
type Party struct {
	Name         string `json:"name"`
	Phone        string `json:"phone,omitempty"`
	PhoneVirtual bool   `json:"phone_virtual,omitempty"` // a relay number of the platform; printed whole, since it is all a courier has
	Company      bool   `json:"company,omitempty"`       // a firm; its data is not personal
	Country      string `json:"country,omitempty"`       // ISO 3166-1 alpha-2 or a name as the destination writes it
	PostCode     string `json:"post_code,omitempty"`
	Province     string `json:"province,omitempty"`
	City         string `json:"city,omitempty"`
	District     string `json:"district,omitempty"`
	Street       string `json:"street,omitempty"` // street, number, building; may be several lines
	Unit         string `json:"unit,omitempty"`   // unit, floor, room, where the source keeps it apart
	Email        string `json:"email,omitempty"`
	TaxID        string `json:"tax_id,omitempty"` // EORI, IOSS, USCC, VAT as the form asks
}

// Line is the address in Chinese order, from the province down, on one line.
func (p Party) Line() string {
	var b strings.Builder
	last := ""
	for _, s := range []string{p.Province, p.City, p.District, p.Street, p.Unit} {
		s = strings.TrimSpace(s)
		if s == "" || s == last && s != p.Street { // 北京市 北京市: cities without a province level
			continue
		}
		if b.Len() > 0 && !joinsTight(last, s) {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		last = s
	}
	return b.String()
}

// joinsTight reports whether two parts of an address need no blank between them, as Chinese does.
func joinsTight(before, after string) bool {
	var a, b rune
	for _, r := range before {
		a = r
	}
	for _, r := range after {
		b = r
		break
	}
	return ideographic(a) || ideographic(b)
}

// Lines is the address in international order (UPU S42: from the room up to the country,
// whose name stands in capitals), one part a line.
func (p Party) Lines() []string {
	var out []string
	add := func(parts ...string) {
		var s []string
		for _, q := range parts {
			if q = strings.TrimSpace(q); q != "" {
				s = append(s, q)
			}
		}
		if len(s) > 0 {
			out = append(out, strings.Join(s, ", "))
		}
	}
	add(p.Unit, p.Street)
	add(p.District, p.City)
	add(strings.TrimSpace(p.Province+" "+p.PostCode), countryName(p.Country))
	return out
}

// Money is an amount in the smallest unit of a currency of ISO 4217.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217 code
}

// Bounds of the numbers on one line of a paper, so that sums of them never overflow.
const (
	maxQty   = 1_000_000
	maxGrams = 1_000_000_000     // 1000 tonnes
	maxMinor = 1_000_000_000_000 // ten billion of a currency with two decimals
	maxTotal = maxMinor * 1_000_000
)

// minorDigits lists the currencies that do not have two decimals (ISO 4217 table A.1).
var minorDigits = map[string]int{
	"BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3,
	"LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

// Amount is the number alone, with the currency's decimals: 1234 JPY → "1234", 1234 CNY → "12.34".
func (m Money) Amount() string {
	digits, ok := minorDigits[m.Currency]
	if !ok {
		digits = 2
	}
	sign, n := "", uint64(m.Minor)
	if m.Minor < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatUint(n, 10)
	if digits == 0 {
		return sign + s
	}
	for len(s) <= digits {
		s = "0" + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}

// String is the amount with its currency: "CNY 12.34".
func (m Money) String() string { return strings.TrimSpace(m.Currency + " " + m.Amount()) }

// kilograms writes a weight in grams as kilograms with three decimals, as customs forms and carriers ask.
func kilograms(grams int64) string {
	sign := ""
	n := uint64(grams)
	if grams < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%03d", sign, n/1000, n%1000)
}
