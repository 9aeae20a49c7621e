package gs1

import "strings"

// Label is a symbol to be printed or simulated.
type Label uint8

// The symbols that Transmit knows.
const (
	LabelQR Label = iota
	LabelDataMatrix
	LabelDotCode
	LabelGS1128
	LabelDataBarExpanded
	LabelDataBarOmni // also truncated and stacked
	LabelDataBarLimited
	LabelUPCA
	LabelUPCE // data as the 12 digits it expands to
	LabelEAN13
	LabelEAN8
)

// Transmit says what a reader with AIM identifiers sends for a label: simulators and the check of freshly printed labels need
// it (GS1 General Specifications, "Symbology identifiers"). In data a leading ^ stands for FNC1 in first position, further ^ for separators; a plain
// text that begins with ^ is written \^. A composite component follows after |. With addCheckDigit the number of an EAN, UPC or
// DataBar is given without its check digit.
func Transmit(label Label, data string, addCheckDigit bool) (string, error) {
	switch label {
	case LabelQR:
		return matrix("]Q1", "]Q3", data)
	case LabelDataMatrix:
		return matrix("]d1", "]d2", data)
	case LabelDotCode:
		return matrix("]J0", "]J1", data)
	}
	linear, stacked, isComposite := strings.Cut(data, "|")
	if isComposite {
		var err error
		if stacked, err = transmitted(stacked); err != nil {
			return "", err
		}
	}
	switch label {
	case LabelGS1128, LabelDataBarExpanded:
		return expanded(label, linear, stacked, isComposite)
	case LabelDataBarOmni, LabelDataBarLimited:
		number, err := primary(strings.TrimPrefix(linear, "^01"), 14, addCheckDigit)
		if err == nil && label == LabelDataBarLimited && number[0] > '1' {
			err = &Error{Code: NotForThisSymbology, Value: number, Len: 1} // DataBar Limited: indicator 0 or 1, ISO/IEC 24724
		}
		if err != nil {
			return "", err
		}
		return "]e001" + number + stacked, nil
	case LabelUPCA, LabelUPCE, LabelEAN13, LabelEAN8:
		return retail(label, linear, stacked, isComposite, addCheckDigit)
	}
	return "", &Error{Code: NotForThisSymbology, Value: data}
}

func matrix(plain, gs1 string, data string) (string, error) {
	if strings.HasPrefix(data, "^") {
		elements, err := transmitted(data)
		return gs1 + elements, err
	}
	if strings.HasPrefix(strings.TrimLeft(data, `\`), "^") {
		data = data[1:]
	}
	return plain + data, nil
}

// transmitted turns ^-notation into what is sent, after testing that it parses.
func transmitted(data string) (string, error) {
	rest, ok := strings.CutPrefix(data, "^")
	if !ok {
		return "", &Error{Code: MissingFNC1First, Value: data}
	}
	rest = strings.ReplaceAll(rest, "^", string(GS))
	if _, err := parseElements(nil, rest, Options{}); err != nil {
		return "", err
	}
	return rest, nil
}

func expanded(label Label, linear, stacked string, isComposite bool) (string, error) {
	sent, err := transmitted(linear)
	if err != nil {
		return "", err
	}
	if !isComposite {
		if label == LabelGS1128 {
			return "]C1" + sent, nil
		}
		return "]e0" + sent, nil
	}
	elements, _ := parseElements(nil, sent, Options{})
	if last := elements[len(elements)-1]; !find(last.AI).fixed && !strings.HasSuffix(sent, string(GS)) {
		sent += string(GS)
	}
	return "]e0" + sent + stacked, nil
}

func retail(label Label, linear, stacked string, isComposite, addCheckDigit bool) (string, error) {
	length, aim, pad := 13, "]E0", ""
	switch label {
	case LabelUPCA, LabelUPCE:
		length, pad = 12, "0" // sent as the EAN-13 it is
	case LabelEAN8:
		length, aim = 8, "]E4"
	}
	number, err := primary(strings.TrimPrefix(linear, "^01"+zeros[length:]), length, addCheckDigit)
	if err != nil {
		return "", err
	}
	if isComposite {
		return aim + pad + number + composite + stacked, nil
	}
	return aim + pad + number, nil
}

// primary tests the number of a linear symbol, and completes it where the check digit is to be added.
func primary(number string, length int, addCheckDigit bool) (string, error) {
	if addCheckDigit && len(number) == length-1 && allDigits(number) {
		number += string(rune(CheckDigit(number)))
	}
	if err := checkKey(number, length); err != nil {
		return "", err
	}
	return number, nil
}
