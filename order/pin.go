package order

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Length of a PIN, digits.
const (
	MinPIN = 4
	MaxPIN = 8
)

// Cost of a new verifier: 19 MiB, two passes, one lane, as OWASP's password storage
// cheat sheet has it for argon2id. A sign-in takes some tens of milliseconds by it.
const (
	pinMemory = 19 * 1024 // KiB
	pinPasses = 2
	pinKey    = 32 // bytes
)

// Limits of what a verifier may cost, so that no row of a feed can stop a bench.
const (
	maxPINMemory = 64 * 1024 // KiB
	maxPINPasses = 10
)

// IsPIN says whether a text is of digits only, and as long as a PIN is.
func IsPIN(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) >= MinPIN && len(text) <= MaxPIN
}

// HashPIN returns the argon2id verifier of a PIN (RFC 9106) in the PHC string format; the
// salt is 16 random bytes.
func HashPIN(pin string, salt []byte) string {
	key := argon2.IDKey([]byte(pin), salt, pinPasses, pinMemory, 1, pinKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, pinMemory, pinPasses, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// CheckPIN says whether a verifier is that of the PIN. One that is not understood, or
// costs more than a bench can bear, is of no PIN.
func CheckPIN(verifier, pin string) bool {
	part := strings.Split(verifier, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false
	}
	var m, t, p uint32
	if n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &m, &t, &p); n != 3 || err != nil {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(part[4])
	want, err2 := base64.RawStdEncoding.DecodeString(part[5])
	switch {
	case err1 != nil, err2 != nil, len(salt) < 8, len(salt) > 64, len(want) < 16, len(want) > 64,
		m < 8, m > maxPINMemory, t < 1, t > maxPINPasses, p < 1, p > 4, m < 8*p:
		return false
	}
	got := argon2.IDKey([]byte(pin), salt, t, m, uint8(p), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}
