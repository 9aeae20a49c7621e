package gs1

import "strings"

// CheckDigit computes the modulo-10 check digit for a run of digits without one, as in GTIN, SSCC, GLN, GSIN, GSRN, GRAI
// and GDTI (GS1 General Specifications, "Check digit calculation"). It answers 0 if body holds anything but digits.
func CheckDigit(body string) byte {
	if !allDigits(body) {
		return 0
	}
	return '0' + byte((10-weighted(body)%10)%10)
}

// weighted sums the digits by 3, 1, 3, … from the right.
func weighted(body string) int {
	sum, weight := 0, 3
	for i := len(body) - 1; i >= 0; i-- {
		sum += weight * int(body[i]-'0')
		weight = 4 - weight
	}
	return sum
}

// ValidCheckDigit tells whether number is all digits and its last one is the modulo-10 check digit of the others.
func ValidCheckDigit(number string) bool {
	n := len(number)
	return n > 0 && allDigits(number) && (weighted(number[:n-1])+int(number[n-1]-'0'))%10 == 0
}

// CheckPair computes the two check characters of a GMN or MUDI for a body without them (GS1 General Specifications,
// "Check character calculation (for alphanumeric keys)"). It fails on characters outside set 82 and on more than 97 of them.
func CheckPair(body string) (string, error) {
	if len(body) > len(checkPairPrimes) {
		return "", &Error{Code: TooLongForCheckPair, Value: body}
	}
	if code, p, n := cset82.check(body); code != "" {
		return "", &Error{Code: code, Value: body, Pos: p, Len: n}
	}
	hi, lo := checkPair(body)
	return string([]byte{hi, lo}), nil
}

func checkKey(s string, lengths ...int) error {
	fits := false
	for _, n := range lengths {
		fits = fits || len(s) == n
	}
	switch {
	case !allDigits(s):
		return &Error{Code: KeyNotDigits, Value: s, Len: len(s)}
	case !fits:
		return &Error{Code: KeyLength, Value: s, Len: len(s)}
	case !ValidCheckDigit(s):
		return &Error{Code: KeyCheckDigit, Value: s, Pos: len(s) - 1, Len: 1}
	}
	return nil
}

// CheckGTIN tests a GTIN of 8, 12, 13 or 14 digits.
func CheckGTIN(s string) error { return checkKey(s, 8, 12, 13, 14) }

// CheckSSCC tests an SSCC of 18 digits.
func CheckSSCC(s string) error { return checkKey(s, 18) }

// CheckGLN tests a GLN of 13 digits.
func CheckGLN(s string) error { return checkKey(s, 13) }

// NormalGTIN pads a valid GTIN of 8, 12 or 13 digits with zeros to the 14 that databases compare
// (GS1 General Specifications, AI (01)).
func NormalGTIN(s string) (string, error) {
	if err := CheckGTIN(s); err != nil {
		return "", err
	}
	return pad14(s), nil
}

const zeros = "00000000000000"

func pad14(s string) string {
	if len(s) >= 14 {
		return s
	}
	return zeros[len(s):] + s
}

// ShortGTIN drops the padding again: the number as printed under the bars, 8, 12, 13 or 14 digits. It leaves alone what
// is no 14-digit number.
func ShortGTIN(s string) string {
	if len(s) != 14 || !allDigits(s) {
		return s
	}
	for _, n := range []int{8, 12, 13} {
		if strings.HasPrefix(s, zeros[n:]) {
			return s[14-n:]
		}
	}
	return s
}

// MakeSSCC builds an SSCC from its extension digit (0 to 9), the company prefix (4 to 12 digits) and a serial number, which is
// padded to fill 17 digits (GS1 General Specifications, AI (00)).
func MakeSSCC(extension int, prefix string, serial uint64) (string, error) {
	if extension < 0 || extension > 9 || len(prefix) < 4 || len(prefix) > 12 {
		return "", &Error{Code: KeyLength, Value: prefix, Len: len(prefix)}
	}
	return makeKey(string(rune('0'+extension))+prefix, serial, 18)
}

// MakeGTIN builds a GTIN-14 from its indicator digit (0: a plain GTIN-13; 1 to 8: a case), the company prefix and the item
// number (GS1 General Specifications, AI (01)).
func MakeGTIN(indicator int, prefix string, item uint64) (string, error) {
	if indicator < 0 || indicator > 9 || len(prefix) < 4 || len(prefix) > 12 {
		return "", &Error{Code: KeyLength, Value: prefix, Len: len(prefix)}
	}
	return makeKey(string(rune('0'+indicator))+prefix, item, 14)
}

// MakeGLN builds a GLN from the company prefix and the location number (GS1 General Specifications, AIs (410) to (417)).
func MakeGLN(prefix string, location uint64) (string, error) {
	if len(prefix) < 4 || len(prefix) > 12 {
		return "", &Error{Code: KeyLength, Value: prefix, Len: len(prefix)}
	}
	return makeKey(prefix, location, 13)
}

func makeKey(head string, number uint64, length int) (string, error) {
	if !allDigits(head) {
		return "", &Error{Code: KeyNotDigits, Value: head, Len: len(head)}
	}
	room := length - 1 - len(head)
	tail := make([]byte, room)
	for i := room - 1; i >= 0; i-- {
		tail[i] = '0' + byte(number%10)
		number /= 10
	}
	if number > 0 {
		return "", &Error{Code: KeyLength, Value: head, Len: len(head)}
	}
	body := head + string(tail)
	return body + string(rune(CheckDigit(body))), nil
}
