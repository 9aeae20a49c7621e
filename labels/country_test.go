package labels

import (
	"regexp"
	"strings"
	"testing"
)

func TestCountriesHaveACodeAndANameEach(t *testing.T) {
	row := regexp.MustCompile(`^[A-Z]{2}\t[\p{L}’.(][\p{L}’.,&() -]+$`)
	seen := map[string]bool{}
	for line := range strings.Lines(countries) {
		line = strings.TrimSuffix(line, "\n")
		if !row.MatchString(line) {
			t.Errorf("%q is no code and name", line)
		}
		if seen[line[:2]] {
			t.Errorf("%s stands twice", line[:2])
		}
		seen[line[:2]] = true
	}
	for _, code := range []string{"CN", "US", "DE", "FR", "JP", "KR", "GB", "RU", "TH", "VN"} {
		if !seen[code] {
			t.Errorf("%s is missing", code)
		}
	}
}

func TestACountryIsNamedAsItsPapersAsk(t *testing.T) {
	for code, want := range map[string]string{
		"FR": "FRANCE", "CI": "CÔTE D’IVOIRE", "HK": "HONG KONG, CHINA", "TW": "TAIWAN, CHINA", "MO": "MACAO, CHINA",
		"France": "France", "fr": "fr", "ZZ": "ZZ", "": "",
	} {
		if got := countryName(code); got != want {
			t.Errorf("countryName(%q) = %q, want %q", code, got, want)
		}
	}
}
