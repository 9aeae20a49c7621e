package labels

import (
	_ "embed"
	"strings"
	"sync"
)

// countries are lines of an ISO 3166-1 alpha-2 code, a tab and the English short name,
// as Unicode CLDR has them; parts of China stand as papers of its customs name them.
// Kept here because the tables of x/text for it add megabytes to the program.
//
//go:embed countries.tsv
var countries string

var countryNames = sync.OnceValue(func() map[string]string {
	names := make(map[string]string, 256)
	for row := range strings.Lines(countries) {
		code, name, _ := strings.Cut(strings.TrimSuffix(row, "\n"), "\t")
		names[code] = strings.ToUpper(name)
	}
	return names
})

// countryName is the English name, in capitals, of an ISO 3166-1 alpha-2 code; anything
// else stays as it is.
func countryName(code string) string {
	if name := countryNames()[code]; name != "" {
		return name
	}
	return code
}
