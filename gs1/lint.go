package gs1

// lint checks one component. It answers "" or the code of what is wrong, with the place: the first wrong byte
// and how many bytes are concerned.
type lint func(s string) (code Code, pos, length int)

// checks names every check the dictionary uses. The coupon layouts of 8110 and 8112 are recognised, not decoded:
// only that they are digits is checked.
var checks = map[string]lint{
	"csum":           lintCheckDigit,
	"csumalpha":      lintCheckPair,
	"gcppos1":        lintCompanyPrefix,
	"gcppos2":        lintCompanyPrefixSecond,
	"hasnondigit":    lintHasNonDigit,
	"hh":             lintHour,
	"hhmi":           lintHourMinute,
	"mi":             lintMinute,
	"ss":             lintSecond,
	"hyphen":         lintHyphen,
	"iban":           lintIBAN,
	"importeridx":    lintImporterIndex,
	"iso3166":        lintISO3166,
	"iso3166999":     lintISO3166Or999,
	"iso3166alpha2":  lintISO3166Alpha2,
	"iso4217":        lintISO4217,
	"iso5218":        lintISO5218,
	"latitude":       lintLatitude,
	"longitude":      lintLongitude,
	"mediatype":      lintMediaType,
	"nonzero":        lintNonZero,
	"nozeroprefix":   lintNoZeroPrefix,
	"packagetype":    lintPackageType,
	"pcenc":          lintPercentEncoding,
	"pieceoftotal":   lintPieceOfTotal,
	"posinseqslash":  lintPositionInSequence,
	"winding":        lintWinding,
	"yesno":          lintYesNo,
	"yymmd0":         lintYYMMD0,
	"yymmdd":         lintYYMMDD,
	"yyyymmd0":       lintYYYYMMD0,
	"yyyymmdd":       lintYYYYMMDD,
	"zero":           lintZero,
	"couponcode":     numeric.check,
	"couponposoffer": numeric.check,
}

// charset is one of the four character sets of element strings (GS1 General Specifications, "GS1 AI encodable
// character sets").
type charset uint8

const (
	numeric charset = 1 << iota // N
	cset82                      // X
	cset39                      // Y
	cset64                      // Z, file-safe base64
)

func charsetOf(letter byte) charset {
	switch letter {
	case 'N':
		return numeric
	case 'X':
		return cset82
	case 'Y':
		return cset39
	case 'Z':
		return cset64
	}
	panic("gs1: rules table names an unknown character set")
}

const (
	digits   = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	smalls   = "abcdefghijklmnopqrstuvwxyz"
	// order82 lists CSET 82 in the order of its values.
	order82 = `!"%&'()*+,-./` + digits + ":;<=>?" + capitals + "_" + smalls
)

// sets tells for each byte in which character sets it is.
var sets = func() (s [256]charset) {
	add := func(set charset, chars string) {
		for i := range len(chars) {
			s[chars[i]] |= set
		}
	}
	add(numeric, digits)
	add(cset82, order82)
	add(cset39, "#-/"+digits+capitals)
	add(cset64, "-_"+digits+capitals+smalls)
	return s
}()

// check tests every character of s.
func (c charset) check(s string) (Code, int, int) {
	end := len(s)
	if c == cset64 {
		for end > 0 && s[end-1] == '=' {
			end--
		}
		// Padding is optional; where there is some, the whole must be a multiple of three (as the reference has it).
		if pads := len(s) - end; pads > 2 || pads > 0 && len(s)%3 != 0 {
			return InvalidCSET64Padding, end, pads
		}
	}
	for i := range end {
		if sets[s[i]]&c == 0 {
			return c.fault(), i, 1
		}
	}
	return "", 0, 0
}

func (c charset) fault() Code {
	switch c {
	case numeric:
		return NonDigitCharacter
	case cset39:
		return InvalidCSET39Character
	case cset64:
		return InvalidCSET64Character
	}
	return InvalidCSET82Character
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// lintCheckDigit: modulo-10 check digit, GS1 General Specifications, "Check digit calculation".
func lintCheckDigit(s string) (Code, int, int) {
	if s == "" {
		return TooShortForCheckDigit, 0, 0
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	if !ValidCheckDigit(s) {
		return IncorrectCheckDigit, len(s) - 1, 1
	}
	return "", 0, 0
}

// lintCompanyPrefix: a GS1 company prefix has at least four digits, GS1 General Specifications, "GS1 Company Prefix".
func lintCompanyPrefix(s string) (Code, int, int) {
	if len(s) < 4 {
		return TooShortForGCP, 0, len(s)
	}
	for i := range 4 {
		if !isDigit(s[i]) {
			return InvalidGCPPrefix, i, 1
		}
	}
	return "", 0, 0
}

// lintCompanyPrefixSecond is lintCompanyPrefix after one leading character (indicator or extension digit).
func lintCompanyPrefixSecond(s string) (Code, int, int) {
	if len(s) < 2 {
		return TooShortForGCP, 0, len(s)
	}
	code, p, n := lintCompanyPrefix(s[1:])
	return code, p + 1, n
}

// lintHasNonDigit: a value of digits alone is not allowed.
func lintHasNonDigit(s string) (Code, int, int) {
	if allDigits(s) {
		return RequiresNonDigitCharacter, 0, len(s)
	}
	return "", 0, 0
}

// lintHyphen: the trailing minus of a temperature, AIs (4330) to (4333).
func lintHyphen(s string) (Code, int, int) {
	for i := range len(s) {
		if s[i] != '-' {
			return NotHyphen, 0, len(s)
		}
	}
	if s == "" {
		return NotHyphen, 0, 0
	}
	return "", 0, 0
}

// lintImporterIndex: one character of A-Z a-z 0-9 - _, EU 2018/574 as used by AI (7040).
func lintImporterIndex(s string) (Code, int, int) {
	if len(s) != 1 {
		return ImporterIndexNotOneCharacter, 0, len(s)
	}
	if sets[s[0]]&cset64 == 0 {
		return InvalidImporterIndexCharacter, 0, 1
	}
	return "", 0, 0
}

func lintNonZero(s string) (Code, int, int) {
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	for i := range len(s) {
		if s[i] != '0' {
			return "", 0, 0
		}
	}
	return IllegalZeroValue, 0, len(s)
}

// lintNoZeroPrefix: the number does not begin with 0, so a lone 0 is wrong as well; AI (8011).
func lintNoZeroPrefix(s string) (Code, int, int) {
	if s != "" && s[0] == '0' {
		return IllegalZeroPrefix, 0, 1
	}
	return numeric.check(s)
}

func lintZero(s string) (Code, int, int) {
	for i := range len(s) {
		if s[i] != '0' {
			return NotZero, 0, len(s)
		}
	}
	if s == "" {
		return NotZero, 0, 0
	}
	return "", 0, 0
}

func oneOf(s, allowed string, fault Code) (Code, int, int) {
	if len(s) == 1 {
		for i := range len(allowed) {
			if s[0] == allowed[i] {
				return "", 0, 0
			}
		}
	}
	return fault, 0, len(s)
}

// lintWinding: face out, face in or undefined, AI (8001).
func lintWinding(s string) (Code, int, int) { return oneOf(s, "019", InvalidWindingDirection) }

func lintYesNo(s string) (Code, int, int) { return oneOf(s, "01", NotZeroOrOne) }

// lintISO5218: not known, male, female, not applicable.
func lintISO5218(s string) (Code, int, int) { return oneOf(s, "0129", InvalidBiologicalSexCode) }

// lintPercentEncoding: RFC 3986, 2.1.
func lintPercentEncoding(s string) (Code, int, int) {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		if i+2 >= len(s) {
			return InvalidPercentSequence, i, len(s) - i
		}
		if !isHex(s[i+1]) || !isHex(s[i+2]) {
			return InvalidPercentSequence, i, 3
		}
		i += 2
	}
	return "", 0, 0
}

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' <= 5 }

// lintPieceOfTotal: two numbers of equal width, 1 ≤ piece ≤ total, AIs (8006) and (8026).
func lintPieceOfTotal(s string) (Code, int, int) {
	if len(s) == 0 || len(s)%2 != 0 {
		return InvalidLengthForPieceOfTotal, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	half := len(s) / 2
	piece, total := s[:half], s[half:]
	if code, _, _ := lintZero(piece); code == "" {
		return ZeroPieceNumber, 0, half
	}
	if code, _, _ := lintZero(total); code == "" {
		return ZeroTotalPieces, half, half
	}
	if piece > total {
		return PieceNumberExceedsTotal, 0, len(s)
	}
	return "", 0, 0
}

// lintPositionInSequence: "2/3", AI (7258).
func lintPositionInSequence(s string) (Code, int, int) {
	slash := 0
	for slash < len(s) && isDigit(s[slash]) {
		slash++
	}
	if slash == 0 || slash >= len(s)-1 || s[slash] != '/' || !allDigits(s[slash+1:]) {
		return PositionInSequenceMalformed, 0, len(s)
	}
	pos, end := s[:slash], s[slash+1:]
	switch {
	case pos[0] == '0':
		return IllegalZeroPrefix, 0, len(pos)
	case end[0] == '0':
		return IllegalZeroPrefix, slash + 1, len(end)
	case len(pos) > len(end) || len(pos) == len(end) && pos > end:
		return PositionExceedsEnd, 0, len(s)
	}
	return "", 0, 0
}

func lintLatitude(s string) (Code, int, int) {
	return lintCoordinate(s, "1800000000", LatitudeInvalidLength, InvalidLatitude)
}

func lintLongitude(s string) (Code, int, int) {
	return lintCoordinate(s, "3600000000", LongitudeInvalidLength, InvalidLongitude)
}

// lintCoordinate: ten digits of 1e-7 degree above the pole or the antimeridian, AI (4309).
func lintCoordinate(s, most string, length, rng Code) (Code, int, int) {
	if len(s) != 10 {
		return length, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	if s > most {
		return rng, 0, 10
	}
	return "", 0, 0
}
