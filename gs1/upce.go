package gs1

// ExpandUPCE writes the number of a UPC-E symbol, number system 0 or 1, six digits and the check digit, as the UPC-A of 12
// digits that it stands for (GS1 General Specifications, "UPC-E barcodes"). The check digit is that of the UPC-A.
func ExpandUPCE(s string) (string, error) {
	switch {
	case !allDigits(s):
		return "", &Error{Code: KeyNotDigits, Value: s, Len: len(s)}
	case len(s) != 8 || s[0] > '1':
		return "", &Error{Code: KeyLength, Value: s, Len: len(s)}
	}
	var long string
	switch six := s[1:7]; six[5] {
	case '0', '1', '2':
		long = six[:2] + six[5:] + "0000" + six[2:5]
	case '3':
		long = six[:3] + "00000" + six[3:5]
	case '4':
		long = six[:4] + "00000" + six[4:5]
	default:
		long = six[:5] + "0000" + six[5:]
	}
	long = s[:1] + long + s[7:]
	if !ValidCheckDigit(long) {
		return "", &Error{Code: KeyCheckDigit, Value: s, Pos: 7, Len: 1}
	}
	return long, nil
}
