package gs1

import "strings"

// Carrier names whose waybill number a reading is.
type Carrier string

// The carriers whose numbers are recognised.
const (
	S10        Carrier = "s10" // any postal operator: UPU standard S10
	UPS        Carrier = "ups"
	FedEx      Carrier = "fedex"
	DHL        Carrier = "dhl"
	USPS       Carrier = "usps"
	SF         Carrier = "sf"         // 顺丰
	YTO        Carrier = "yto"        // 圆通
	ZTO        Carrier = "zto"        // 中通
	JD         Carrier = "jd"         // 京东
	YunExpress Carrier = "yunexpress" // 云途
	Yodel      Carrier = "yodel"
)

// Carriers lists whose waybill number s can be, the most telling format first: those with a check digit, which is tested, before
// those without.
func Carriers(s string) []Carrier { return carriersOf(nil, s) }

// shape is one format of a carrier's numbers.
type shape struct {
	carrier Carrier
	fits    func(string) bool
}

// shapes lists the formats with a check digit first. The others are told by their letters and length only; those carriers publish no
// check digit.
var shapes = []shape{
	{S10, isS10},
	{UPS, isUPS},
	{USPS, isUSPS},
	{FedEx, isFedEx},
	{DHL, isDHLExpress},
	{SF, func(s string) bool { return lettersDigits(s, "SF", 12, 15) }},
	{YTO, func(s string) bool { return lettersDigits(s, "YT", 13, 15) }},
	{YunExpress, func(s string) bool { return lettersDigits(s, "YT", 16, 16) }},
	{ZTO, isZTO},
	{JD, isJD},
	{Yodel, func(s string) bool { return lettersDigits(s, "JJD", 16, 16) || lettersDigits(s, "JD", 16, 16) }},
	{DHL, isDHLPiece},
}

func carriersOf(dst []Carrier, s string) []Carrier {
	if len(s) < 9 || len(s) > 41 {
		return dst
	}
	for i := range shapes {
		if shapes[i].fits(s) {
			dst = append(dst, shapes[i].carrier)
		}
	}
	return dst
}

func lettersDigits(s, letters string, least, most int) bool {
	n := len(s) - len(letters)
	return n >= least && n <= most && strings.HasPrefix(s, letters) && allDigits(s[len(letters):])
}

func isCapital(c byte) bool { return c-'A' <= 25 }

// S10CheckDigit computes the check digit over the eight digits of a postal item number (UPU S10, 4.3); 0 if body is not
// eight digits.
func S10CheckDigit(body string) byte {
	if len(body) != 8 || !allDigits(body) {
		return 0
	}
	sum := 0
	for i, w := range [8]int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += w * int(body[i]-'0')
	}
	switch c := 11 - sum%11; c {
	case 10:
		return '0'
	case 11:
		return '5'
	default:
		return '0' + byte(c)
	}
}

// isS10: two letters of service, eight digits, check digit, country (UPU S10).
func isS10(s string) bool {
	if len(s) != 13 || !isCapital(s[0]) || !isCapital(s[1]) || s[10] != S10CheckDigit(s[2:10]) {
		return false
	}
	code, _, _ := lintISO3166Alpha2(s[11:])
	return code == ""
}

// isUPS: 1Z, fifteen letters or digits and a check digit; or an air waybill, one letter and ten digits.
func isUPS(s string) bool {
	if len(s) == 18 && s[:2] == "1Z" {
		return upsCheck(s[2:])
	}
	return len(s) == 11 && strings.IndexByte("AHJKTV", s[0]) >= 0 && allDigits(s[1:]) && upsCheck(s[1:])
}

// upsCheck: every second character counts double; a letter counts as its ASCII number less 63, modulo 10.
func upsCheck(s string) bool {
	last := len(s) - 1
	if !isDigit(s[last]) {
		return false
	}
	sum := 0
	for i := range last {
		var v int
		switch c := s[i]; {
		case isDigit(c):
			v = int(c - '0')
		case isCapital(c):
			v = (int(c) - 63) % 10
		default:
			return false
		}
		sum += v * (1 + i%2)
	}
	return (10-sum%10)%10 == int(s[last]-'0')
}

// isFedEx: Express of 12 and 34 digits and the ASTRA label's 32 by weights 1, 3, 7 modulo 11; Ground of 15, 18 and 22 by
// modulo 10. Those of 18 are an SSCC without its identifier, and begin with the kind of container.
func isFedEx(s string) bool {
	if !allDigits(s) {
		return false
	}
	switch len(s) {
	case 12:
		return fedExCheck(s)
	case 15:
		return ValidCheckDigit(s)
	case 18:
		return s[0] == '0' && strings.IndexByte("0124", s[1]) >= 0 && ValidCheckDigit(s)
	case 22:
		return s[:2] == "96" && ValidCheckDigit(s[7:])
	case 32:
		return s[0] == '3' && fedExCheck(s[16:28])
	case 34:
		return (s[0] != '9' || s[:2] == "96") && fedExCheck(s[20:])
	}
	return false
}

// fedExCheck weights the digits before the last by 1, 3, 7 from the right and takes modulo 11, then modulo 10.
func fedExCheck(s string) bool {
	weights := [3]int{1, 3, 7}
	sum, last := 0, len(s)-1
	for i := range last {
		sum += weights[i%3] * int(s[last-1-i]-'0')
	}
	return sum%11%10 == int(s[last]-'0')
}

// isUSPS: 20 digits, or an Intelligent Mail package barcode of 22 or 26 that begins with 91 to 95, perhaps after 420 and the
// postcode (USPS Publication 199).
func isUSPS(s string) bool {
	if !allDigits(s) {
		return false
	}
	if strings.HasPrefix(s, "420") {
		switch len(s) {
		case 30:
			return impb(s[8:])
		case 34:
			return impb(s[12:]) || impb(s[8:])
		}
	}
	if len(s) == 20 && s[:2] != "00" { // 00 is an SSCC with its identifier
		// The legacy number is checked as if its 91 were printed.
		return ValidCheckDigit(s) || (weighted(s[:19])+28+int(s[19]-'0'))%10 == 0
	}
	return impb(s)
}

func impb(s string) bool {
	return (len(s) == 22 || len(s) == 26) && s[0] == '9' && s[1] >= '1' && s[1] <= '5' && ValidCheckDigit(s)
}

// isDHLExpress: 9 or 10 digits and a check digit modulo 7.
func isDHLExpress(s string) bool {
	if n := len(s); n != 10 && n != 11 || !allDigits(s) {
		return false
	}
	rest := 0
	for i := range len(s) - 1 {
		rest = (rest*10 + int(s[i]-'0')) % 7
	}
	return rest == int(s[len(s)-1]-'0')
}

// isDHLPiece: piece numbers such as JJD… and JVGL…, and those of DHL eCommerce that begin with letters. Its plain fourteen
// digits carry no check digit and could be anything.
func isDHLPiece(s string) bool {
	if s[0] == 'J' {
		n := 1
		for n < len(s) && n < 4 && isCapital(s[n]) {
			n++
		}
		d := len(s) - n
		return n >= 3 && (d == 9 || d == 10 || s[:3] == "JJD" && d >= 17 && d <= 20) && allDigits(s[n:])
	}
	switch s[:2] {
	case "GM", "LX", "RX", "UV", "CN", "SG", "TH", "IN", "HK", "MY":
	default:
		return false
	}
	if isS10(s) {
		return false // LX…CN is a postal item
	}
	count := 0
	for i := 2; i < len(s); i++ {
		if isDigit(s[i]) {
			count++
		} else if !isCapital(s[i]) {
			return false
		}
	}
	return len(s) >= 12 && count*2 >= len(s)-2 // mostly digits: words are no parcel numbers
}

// isZTO: 12 to 15 digits that begin with 73, 75, 76, 77 or 78.
func isZTO(s string) bool {
	return len(s) >= 12 && len(s) <= 15 && s[0] == '7' && strings.IndexByte("35678", s[1]) >= 0 && allDigits(s)
}

// isJD: JD, up to two more letters, 11 to 15 digits; for one of several parcels its number and their count: -1-3-.
func isJD(s string) bool {
	rest, ok := strings.CutPrefix(s, "JD")
	for n := 0; n < 2 && rest != "" && isCapital(rest[0]); n++ {
		rest = rest[1:]
	}
	number, parcels, several := strings.Cut(rest, "-")
	if !ok || len(number) < 11 || len(number) > 15 || !allDigits(number) {
		return false
	}
	if !several {
		return true
	}
	piece, total, ok := strings.Cut(strings.TrimSuffix(parcels, "-"), "-")
	return ok && piece != "" && total != "" && len(piece) <= 4 && len(total) <= 4 && allDigits(piece) && allDigits(total)
}
