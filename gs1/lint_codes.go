package gs1

import (
	"sort"
	"strings"
)

// Checks against code lists, and the two check-character schemes that are not modulo 10.

// lintISO3166: three-digit country code, ISO 3166-1.
func lintISO3166(s string) (Code, int, int) { return listed(s, countryNumbers, NotISO3166) }

// lintISO3166Or999 also takes 999, which stands for several countries or a supranational body.
func lintISO3166Or999(s string) (Code, int, int) {
	if s == "999" {
		return "", 0, 0
	}
	return listed(s, countryNumbers, NotISO3166Or999)
}

// lintISO3166Alpha2: two-letter country code, ISO 3166-1.
func lintISO3166Alpha2(s string) (Code, int, int) { return listed(s, countryLetters, NotISO3166Alpha2) }

// lintISO4217: three-digit currency code, ISO 4217.
func lintISO4217(s string) (Code, int, int) { return listed(s, currencyNumbers, NotISO4217) }

// lintPackageType: UN/ECE Recommendation 21 with the additions of GS1 EDI's PackageTypeCode.
func lintPackageType(s string) (Code, int, int) { return listed(s, packageTypes, InvalidPackageType) }

// lintMediaType: AIDC media type, GS1 General Specifications, "AIDC media type values", AI (7241); the rest is reserved.
func lintMediaType(s string) (Code, int, int) {
	if len(s) == 2 && allDigits(s) {
		if n := number2(s); n >= 1 && n <= 10 || n >= 80 {
			return "", 0, 0
		}
	}
	return InvalidMediaType, 0, len(s)
}

func listed(s string, list []string, fault Code) (Code, int, int) {
	if i := sort.SearchStrings(list, s); i < len(list) && list[i] == s {
		return "", 0, 0
	}
	return fault, 0, len(s)
}

// lintIBAN: ISO 13616-1; modulo 97 of ISO 7064.
func lintIBAN(s string) (Code, int, int) {
	if len(s) < 4 {
		return IBANTooShort, 0, len(s)
	}
	if code, _, _ := lintISO3166Alpha2(s[:2]); code != "" {
		return IllegalIBANCountryCode, 0, 2
	}
	if len(s) > 34 {
		return IBANTooLong, 0, len(s)
	}
	if len(s) <= 10 {
		return IBANTooShort, 0, len(s)
	}
	sum := 0
	for i := range len(s) {
		at := (i + 4) % len(s)
		switch c := s[at]; {
		case isDigit(c):
			sum = (sum*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			sum = (sum*100 + int(c-'A') + 10) % 97
		default:
			return InvalidIBANCharacter, at, 1
		}
	}
	if sum != 1 {
		return IncorrectIBANChecksum, 2, 2
	}
	return "", 0, 0
}

// checkPairPrimes are the weights of the check pair from right to left, as many as the longest field needs.
var checkPairPrimes = func() (p [97]int) {
	n := 0
	for candidate := 2; n < len(p); candidate++ {
		prime := true
		for i := range n {
			if candidate%p[i] == 0 {
				prime = false
				break
			}
		}
		if prime {
			p[n] = candidate
			n++
		}
	}
	return p
}()

const checkPairAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// lintCheckPair: the two check characters of GMN and MUDI, GS1 General Specifications, "Check character
// calculation (for alphanumeric keys)".
func lintCheckPair(s string) (Code, int, int) {
	if len(s) < 2 {
		return TooShortForCheckPair, 0, len(s)
	}
	body := s[:len(s)-2]
	if len(body) > len(checkPairPrimes) {
		return TooLongForCheckPair, 0, len(s)
	}
	if code, p, n := cset82.check(body); code != "" {
		return code, p, n
	}
	if hi, lo := checkPair(body); s[len(s)-2] != hi || s[len(s)-1] != lo {
		return IncorrectCheckPair, len(body), 2
	}
	return "", 0, 0
}

// checkPair computes the two characters for a body of at most 97 characters of CSET 82.
func checkPair(body string) (hi, lo byte) {
	sum := 0
	for i := range len(body) {
		sum += strings.IndexByte(order82, body[i]) * checkPairPrimes[len(body)-1-i]
	}
	sum %= 1021
	return checkPairAlphabet[sum>>5], checkPairAlphabet[sum&31]
}
