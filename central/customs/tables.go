package customs

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"pickstation/order"
)

//go:embed tables/*.txt
var tableFiles embed.FS

// currency is a currency of the messages.
type currency struct {
	code   string
	digits int // of the minor unit
}

// tables are the code tables of customs.
type tables struct {
	countries  map[string]string // ISO 3166-1 alpha-2 to customs code
	countryOf  map[string]string // customs code to name
	currencies map[string]currency
	unitCode   map[string]string // name to code
	units      map[string]bool   // by code
	transport  map[string]string
	wraps      map[string]string
	districts  map[string]string
	hs         map[string]bool // six digits
	replies    map[string]replyStatus
}

// replyStatus is what a status of a reply means.
type replyStatus struct {
	effect Effect
	words  string
}

var codeTables = sync.OnceValue(func() *tables {
	t := &tables{countries: map[string]string{}, countryOf: map[string]string{}, currencies: map[string]currency{},
		unitCode: map[string]string{}, units: map[string]bool{}, transport: map[string]string{}, wraps: map[string]string{},
		districts: map[string]string{}, hs: map[string]bool{}, replies: map[string]replyStatus{}}
	each("countries", 3, func(f []string) { t.countries[f[1]], t.countryOf[f[0]] = f[0], f[2] })
	each("currencies", 4, func(f []string) { t.currencies[f[1]] = currency{f[0], int(f[2][0] - '0')} })
	each("units", 2, func(f []string) { t.unitCode[f[1]], t.units[f[0]] = f[0], true })
	each("transport", 2, func(f []string) { t.transport[f[0]] = f[1] })
	each("wraps", 2, func(f []string) { t.wraps[f[0]] = f[1] })
	each("districts", 2, func(f []string) { t.districts[f[0]] = f[1] })
	each("replies", 3, func(f []string) { t.replies[f[0]] = replyStatus{Effect(f[1]), f[2]} })
	each("hs2022", 2, func(f []string) {
		for sub := range strings.FieldsSeq(f[1]) {
			t.hs[f[0]+sub] = true
		}
	})
	return t
})

// each reads a table: one entry a line, n fields, the last one taking the rest.
func each(name string, n int, row func([]string)) {
	data, err := tableFiles.ReadFile("tables/" + name + ".txt")
	if err != nil {
		panic("customs table " + name + ": " + err.Error()) // embedded
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, " ", n)
		if len(f) != n {
			panic(fmt.Sprintf("customs table %s: line %q", name, line))
		}
		row(f)
	}
}

// unknownCode is the error of a value that a code table does not have.
func unknownCode(field, value, table, do string) *order.Error {
	return order.Errorf("unknown_code", "%s %q is not in customs' table of %s", field, clip(value), table).WithHint("%s", do)
}

// clip keeps a value that is shown in an error short.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

// Country returns the customs code of a country by its ISO 3166-1 alpha-2 code. field
// is named in the error of an unknown one.
func Country(field, iso string) (string, error) {
	if code, ok := codeTables().countries[strings.ToUpper(strings.TrimSpace(iso))]; ok {
		return code, nil
	}
	return "", unknownCode(field, iso, "countries", "give the country as ISO 3166-1 alpha-2, such as JP; for one that customs do not list ask the declarant")
}

// Currency returns the customs code of an ISO 4217 currency and the digits of its
// minor unit.
func Currency(field, iso string) (code string, digits int, err error) {
	if c, ok := codeTables().currencies[strings.ToUpper(strings.TrimSpace(iso))]; ok {
		return c.code, c.digits, nil
	}
	return "", 0, unknownCode(field, iso, "currencies", "declare in a currency that customs list, such as CNY, as ISO 4217 code")
}

// Unit returns the customs code of a unit given by its Chinese name or its code.
func Unit(field, unit string) (string, error) {
	unit = strings.TrimSpace(unit)
	if code, ok := codeTables().unitCode[unit]; ok {
		return code, nil
	}
	if codeTables().units[unit] {
		return unit, nil
	}
	return "", unknownCode(field, unit, "units", "give the unit by its name or code in customs' table, such as 件, 个, 千克 or 011")
}

// Transport checks a means of transport by its code.
func Transport(field, code string) error {
	if _, ok := codeTables().transport[code]; ok {
		return nil
	}
	return unknownCode(field, code, "means of transport", "use the code of customs' table, such as 5 for 航空运输")
}

// Wrap checks a kind of packing by its code.
func Wrap(field, code string) error {
	if _, ok := codeTables().wraps[code]; ok {
		return nil
	}
	return unknownCode(field, code, "kinds of packing", "use the code of customs' table, such as 2 for 纸箱")
}

// Office checks a customs office: four digits, the first two a customs district.
func Office(field, code string) error {
	if len(code) == 4 && digits(code) && codeTables().districts[code[:2]] != "" {
		return nil
	}
	return unknownCode(field, code, "customs offices", "give the office's four digits, such as 6400 for Haikou")
}

// HS checks a commodity code of China: ten digits, of which the first six are a
// subheading of the Harmonized System 2022.
func HS(field, code string) error {
	switch {
	case len(code) != 10 || !digits(code):
		return order.Errorf("bad_hs", "%s %q is not a commodity code of ten digits", field, clip(code)).
			WithHint("give China's ten-digit commodity code, without dots")
	case !codeTables().hs[code[:6]]:
		return order.Errorf("bad_hs", "%s %q: %s is no subheading of the Harmonized System 2022", field, code, code[:6]).
			WithHint("look the goods up in the tariff and correct the code")
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
