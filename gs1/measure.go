package gs1

import (
	"strconv"
	"strings"
)

// Measure is a decimal quantity without rounding: Mantissa × 10^Exponent of Unit.
type Measure struct {
	AI       string
	Mantissa int64
	Exponent int    // 0 to -9: minus the number of decimals
	Unit     string // kg, m, l, °C, …; for money the ISO 4217 number, or "" for the local currency
}

// units by the first three digits of AIs 310n to 369n.
var units = map[string]string{
	"310": "kg", "311": "m", "312": "m", "313": "m", "314": "m2", "315": "l", "316": "m3",
	"320": "lb", "321": "in", "322": "ft", "323": "yd", "324": "in", "325": "ft", "326": "yd", "327": "in", "328": "ft", "329": "yd",
	"330": "kg", "331": "m", "332": "m", "333": "m", "334": "m2", "335": "l", "336": "m3", "337": "kg/m2",
	"340": "lb", "341": "in", "342": "ft", "343": "yd", "344": "in", "345": "ft", "346": "yd", "347": "in", "348": "ft", "349": "yd",
	"350": "in2", "351": "ft2", "352": "yd2", "353": "in2", "354": "ft2", "355": "yd2", "356": "ozt", "357": "oz",
	"360": "qt", "361": "gal", "362": "qt", "363": "gal", "364": "in3", "365": "ft3", "366": "yd3", "367": "in3", "368": "ft3", "369": "yd3",
}

// ParseMeasure reads the identifiers whose last digit is the number of decimals (31nn to 36nn, 390n to 393n, 395n), the
// temperatures (4330 to 4333, hundredths of a degree, a trailing minus) and the counts (30, 37).
func ParseMeasure(ai, value string) (Measure, error) {
	if err := CheckValue(ai, value); err != nil {
		return Measure{}, err
	}
	m := Measure{AI: ai}
	number := value
	switch {
	case ai == "30" || ai == "37":
	case len(ai) != 4:
		return Measure{}, &Error{Code: UnknownAI, Value: ai, Len: len(ai)}
	case units[ai[:3]] != "":
		m.Unit, m.Exponent = units[ai[:3]], -int(ai[3]-'0')
	case ai[:3] == "390" || ai[:3] == "392" || ai[:3] == "394" || ai[:3] == "395":
		m.Exponent = -int(ai[3] - '0')
	case ai[:3] == "391" || ai[:3] == "393":
		m.Unit, number, m.Exponent = value[:3], value[3:], -int(ai[3]-'0')
	case ai == "4330" || ai == "4332":
		m.Unit, m.Exponent = "°F", -2
	case ai == "4331" || ai == "4333":
		m.Unit, m.Exponent = "°C", -2
	default:
		return Measure{}, &Error{Code: UnknownAI, Value: ai, Len: len(ai)}
	}
	number, negative := strings.CutSuffix(number, "-")
	for i := range len(number) {
		m.Mantissa = m.Mantissa*10 + int64(number[i]-'0') // at most 15 digits
	}
	if negative {
		m.Mantissa = -m.Mantissa
	}
	return m, nil
}

// String writes the measure exactly: 1.250 kg.
func (m Measure) String() string {
	s := strconv.FormatInt(m.Mantissa, 10)
	sign := ""
	if m.Mantissa < 0 {
		sign, s = "-", s[1:]
	}
	if m.Exponent < 0 {
		if n := 1 - m.Exponent - len(s); n > 0 {
			s = strings.Repeat("0", n) + s
		}
		s = s[:len(s)+m.Exponent] + "." + s[len(s)+m.Exponent:]
	}
	if m.Unit != "" {
		s += " " + m.Unit
	}
	return sign + s
}

// Milligrams converts a weight, pounds and ounces rounded to the nearest milligram; false if it is no weight.
func (m Measure) Milligrams() (int64, bool) {
	var perUnit int64 // hundred-thousandths of a milligram
	switch m.Unit {
	case "kg":
		perUnit = 1_000_000_00000
	case "lb":
		perUnit = 453592_37000 // 0.45359237 kg exactly
	case "ozt":
		perUnit = 31103_47680
	default:
		return 0, false
	}
	divisor := int64(100_000)
	for range -m.Exponent {
		divisor *= 10
	}
	if m.Mantissa > 999_999 || m.Mantissa < -999_999 || m.Exponent < -5 || m.Exponent > 0 {
		return 0, false // no data field of these identifiers is longer
	}
	if m.Mantissa < 0 {
		return -((-m.Mantissa*perUnit + divisor/2) / divisor), true
	}
	return (m.Mantissa*perUnit + divisor/2) / divisor, true
}
