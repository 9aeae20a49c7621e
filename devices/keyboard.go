package devices

import "encoding/binary"

// keyEvent is the size of one input_event of the kernel on 64-bit machines (linux/input.h): 16 bytes of time, then type,
// code and value.
const keyEvent = 24

// Event type and key codes of linux/input-event-codes.h that mean something here.
const (
	evSyn, synDropped = 0, 3 // the kernel's queue ran over, and events are lost
	evKey             = 1

	keyEnter, keyTab, keySpace               = 28, 15, 57
	keyLeftCtrl, keyRightCtrl                = 29, 97
	keyLeftShift, keyRightShift              = 42, 54
	keyLeftAlt, keyRightAlt                  = 56, 100
	keyCapsLock, keyF8, keyKPEnter, keyKPDot = 58, 66, 96, 83
)

// usKeys gives the characters of a US keyboard, plain and shifted, which is what wedge scanners type by default.
var usKeys = withRows(map[uint16][2]byte{
	keyEnter: {cr, cr}, keyKPEnter: {cr, cr}, keyTab: {tab, tab}, keySpace: {' ', ' '}, keyF8: {0x1d, 0x1d}, // F8 is how some type GS
	12: {'-', '_'}, 13: {'=', '+'}, 26: {'[', '{'}, 27: {']', '}'}, 39: {';', ':'}, 40: {'\'', '"'}, 41: {'`', '~'}, 43: {'\\', '|'},
	51: {',', '<'}, 52: {'.', '>'}, 53: {'/', '?'}, 55: {'*', '*'}, 74: {'-', '-'}, 78: {'+', '+'}, 98: {'/', '/'}, keyKPDot: {'.', '.'},
})

// keypadDigits are the digits of the keypad, with which Alt types a byte by its number.
var keypadDigits = map[uint16]byte{71: 7, 72: 8, 73: 9, 75: 4, 76: 5, 77: 6, 79: 1, 80: 2, 81: 3, 82: 0}

// withRows adds the four rows of digits and letters, whose codes follow each other.
func withRows(keys map[uint16][2]byte) map[uint16][2]byte {
	for _, row := range []struct {
		first          uint16
		plain, shifted string
	}{
		{2, "1234567890", "!@#$%^&*()"}, {16, "qwertyuiop", "QWERTYUIOP"}, {30, "asdfghjkl", "ASDFGHJKL"}, {44, "zxcvbnm", "ZXCVBNM"},
	} {
		for i := range len(row.plain) {
			keys[row.first+uint16(i)] = [2]byte{row.plain[i], row.shifted[i]}
		}
	}
	return keys
}

// keyboard turns key events into the bytes that were typed. Not safe for concurrent use; the zero value is ready.
type keyboard struct {
	rest             []byte // half an event
	shift, ctrl, alt int    // keys held
	caps             bool
	number           int // typed with Alt on the keypad
	digits           int
	dropped          bool // events are lost; what is typed from there on is not returned
}

// push takes events as the kernel gives them and returns the bytes typed.
func (k *keyboard) push(b []byte) (out []byte) {
	k.rest = append(k.rest, b...)
	for len(k.rest) >= keyEvent {
		e := k.rest[:keyEvent]
		k.rest = k.rest[keyEvent:]
		code := binary.NativeEndian.Uint16(e[18:])
		switch binary.NativeEndian.Uint16(e[16:]) {
		case evSyn:
			k.dropped = k.dropped || code == synDropped
		case evKey:
			if !k.dropped {
				out = k.key(out, code, int32(binary.NativeEndian.Uint32(e[20:])))
			}
		}
	}
	k.rest = append([]byte(nil), k.rest...)
	return out
}

// key handles one key; value 1 is pressed, 0 released, 2 repeated by being held.
func (k *keyboard) key(out []byte, code uint16, value int32) []byte {
	if value != 0 && value != 1 {
		return out
	}
	held := func(n *int) { *n = max(0, *n+int(value)*2-1) }
	switch code {
	case keyLeftShift, keyRightShift:
		held(&k.shift)
		return out
	case keyLeftCtrl, keyRightCtrl:
		held(&k.ctrl)
		return out
	case keyLeftAlt, keyRightAlt:
		held(&k.alt)
		if k.alt == 0 && k.digits > 0 && k.number < 256 {
			out = append(out, byte(k.number))
		}
		k.number, k.digits = 0, 0
		return out
	case keyCapsLock:
		k.caps = k.caps != (value == 1)
		return out
	}
	if value == 0 {
		return out
	}
	if d, ok := keypadDigits[code]; ok {
		if k.alt == 0 {
			return append(out, '0'+d)
		}
		if k.digits++; k.digits <= 4 {
			k.number = k.number*10 + int(d)
		}
		return out
	}
	return k.character(out, code)
}

// character adds what a key types with the modifiers held now.
func (k *keyboard) character(out []byte, code uint16) []byte {
	chars, ok := usKeys[code]
	if !ok {
		return out
	}
	c := chars[0]
	letter := c >= 'a' && c <= 'z'
	if (k.shift > 0) != (letter && k.caps) {
		c = chars[1]
	}
	if k.ctrl > 0 && c >= 0x40 && c <= 0x7f {
		c &= 0x1f
	}
	return append(out, c)
}
