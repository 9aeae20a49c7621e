package customs

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"pickstation/order"
)

// Kinds of identity documents, as the messages name them.
const (
	IDCard  = "1" // resident identity card 身份证
	IDOther = "2"
)

// IDNumber is the number of an identity document. Whatever prints, formats or logs it
// shows it masked; Plain is for the message to customs alone.
type IDNumber string

// Plain returns the number itself.
func (n IDNumber) Plain() string { return string(n) }

// String returns the number masked: the first and the last character stay.
func (n IDNumber) String() string { return mask(string(n)) }

// GoString returns the number masked.
func (n IDNumber) GoString() string { return n.String() }

// Format writes the number masked, whatever the verb.
func (n IDNumber) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(n.String())) }

// LogValue logs the number masked.
func (n IDNumber) LogValue() slog.Value { return slog.StringValue(n.String()) }

func mask(s string) string {
	r := []rune(s)
	for i := range r {
		if len(r) < 5 || i > 0 && i < len(r)-1 {
			r[i] = '*'
		}
	}
	return string(r)
}

// Buyer is who bought and pays. It is personal data: sealed at the centre, absent from
// timelines and logs, never part of what a station is given.
type Buyer struct {
	Name   string     `json:"name" doc:"as in the identity document"`
	Phone  string     `json:"phone,omitempty" doc:"default: the receiver's"`
	IDType string     `json:"id_type,omitempty" enum:",1,2" doc:"1 resident identity card (default), 2 another document"`
	ID     IDNumber   `json:"id_number" doc:"number of the document; it is kept sealed and stands in the message to customs only"`
	Born   order.Date `json:"born,omitempty" doc:"date of birth, where the number does not tell it"`
}

// LogValue logs nothing personal.
func (b Buyer) LogValue() slog.Value { return slog.StringValue("buyer with document " + b.ID.String()) }

// Kind returns the kind of document.
func (b *Buyer) Kind() string {
	if b.IDType == "" {
		return IDCard
	}
	return b.IDType
}

// Check says what is wrong with the buyer's identity. The number of an identity card
// must be whole (GB 11643-1999); of other documents it must only be there.
func (b *Buyer) Check() error {
	bad := func(format string, args ...any) error {
		return order.Errorf("bad_identity", format, args...).WithHint("ask the buyer and send the order again")
	}
	switch {
	case strings.TrimSpace(b.Name) == "":
		return bad("the buyer's name is missing")
	case b.Kind() == IDOther:
		if n := len(strings.TrimSpace(b.ID.Plain())); n == 0 || n > 60 {
			return bad("the number of the buyer's document is missing or too long")
		}
		if b.Born != "" && !date(string(b.Born), time.DateOnly) {
			return bad("the buyer's date of birth is no date")
		}
		return nil
	case b.Kind() != IDCard:
		return bad("identity document type %q is not known, use 1 or 2", clip(b.IDType))
	}
	_, err := CheckID(b.ID)
	return err
}

// BirthDate returns the buyer's date of birth, "" where it is not known.
func (b *Buyer) BirthDate() order.Date {
	if b.Kind() == IDCard {
		if born, err := CheckID(b.ID); err == nil {
			return born
		}
	}
	return b.Born
}

// idProvinces are the first two digits of the regions of GB/T 2260, with those of the
// residence permits of Hong Kong, Macao and Taiwan (81, 82, 83). Counties are not
// compared: numbers keep the code of a county that has long been renamed or merged.
const idProvinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"

// CheckID checks the number of a resident identity card and returns the date of birth
// that it tells: 17 digits and a check character, ISO 7064 MOD 11-2 (GB 11643-1999).
func CheckID(n IDNumber) (order.Date, error) {
	s := strings.ToUpper(n.Plain())
	bad := func(what string) (order.Date, error) {
		return "", order.Errorf("bad_identity", "identity number %s: %s", n, what).
			WithHint("ask the buyer for the number on the identity card and send the order again")
	}
	if len(s) != 18 || !digits(s[:17]) || s[17] != 'X' && (s[17] < '0' || s[17] > '9') {
		return bad("18 characters are wanted, digits and at the end perhaps an X")
	}
	if !strings.Contains(idProvinces, s[:2]) {
		return bad("the region at its head is not known")
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1800 {
		return bad("there is no date of birth in it")
	}
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	if s[17] != "10X98765432"[sum%11] {
		return bad("its check character is wrong")
	}
	return order.DateOf(born), nil
}

func date(s, layout string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}

// usccAlphabet are the characters of the unified social credit code, in the order of
// their values; I, O, S, V and Z are not used.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckUSCC checks a unified social credit code 统一社会信用代码: 18 characters, the
// last one a check character, MOD 31-3 (GB 32100-2015).
func CheckUSCC(code string) error {
	bad := func(what string) error {
		return order.Errorf("bad_uscc", "unified social credit code %q: %s", clip(code), what).
			WithHint("copy the code from the business licence")
	}
	if len(code) != 18 {
		return bad("18 characters are wanted")
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, code[i])
		if v < 0 {
			return bad(fmt.Sprintf("character %d may not stand in it", i+1))
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	if code[17] != usccAlphabet[(31-sum%31)%31] {
		return bad("its check character is wrong")
	}
	return nil
}
