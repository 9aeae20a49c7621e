package labels

import (
	"strings"
	"unicode"
)

// Scripts that the fonts do not hold or that need shaping beyond what is done here. Where letters stand one by one for
// sounds they are written in Latin letters, as the post of the destination reads them; where not, the text is refused:
// a row of boxes is no address.

// latinLetters transliterates scripts letter by letter: Armenian (ISO 9985 without its signs) and Georgian (national
// system of 2002). Hebrew, which leaves its vowels out, would not be readable.
var latinLetters = letterTable(
	'ա', "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts w p k o f ev",
	'ა', "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h",
)

// letterTable numbers the words of each list from its first letter on.
func letterTable(list ...any) map[rune]string {
	m := map[rune]string{}
	for i := 0; i+1 < len(list); i += 2 {
		first := list[i].(rune)
		for k, latin := range strings.Fields(list[i+1].(string)) {
			m[first+rune(k)] = latin
		}
	}
	return m
}

// The scripts of India have one layout in Unicode: the same letter stands at the same place of each block of 128. Romanised
// as ISO 15919 does, without its signs above and below.
const (
	indicFirst, indicLast = 0x0900, 0x0D7F
	indicVirama           = 0x4D
	indicConsonant        = 0x15 // up to indicConsonantEnd, and 0x58 to 0x5F
	indicConsonantEnd     = 0x39
)

var indicLetters = map[rune]string{
	0x01: "m", 0x02: "m", 0x03: "h", 0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0C: "li", 0x0D: "e", 0x0E: "e",
	0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au", 0x15: "k", 0x16: "kh", 0x17: "g", 0x18: "gh", 0x19: "n", 0x1A: "c", 0x1B: "ch",
	0x1C: "j", 0x1D: "jh", 0x1E: "n", 0x1F: "t", 0x20: "th", 0x21: "d", 0x22: "dh", 0x23: "n", 0x24: "t", 0x25: "th", 0x26: "d", 0x27: "dh", 0x28: "n",
	0x29: "n", 0x2A: "p", 0x2B: "ph", 0x2C: "b", 0x2D: "bh", 0x2E: "m", 0x2F: "y", 0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "l", 0x35: "v",
	0x36: "sh", 0x37: "sh", 0x38: "s", 0x39: "h", 0x3C: "", 0x3D: "'", 0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x44: "ri",
	0x45: "e", 0x46: "e", 0x47: "e", 0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au", 0x4D: "", 0x57: "au", 0x58: "q", 0x59: "kh", 0x5A: "g",
	0x5B: "z", 0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y", 0x64: ".", 0x65: ".", 0x70: ".",
}

// romanised writes letters that no face draws in Latin ones, and names the scripts it did so for.
func romanised(s string, rep *Report) string {
	if !strings.ContainsFunc(s, romanisable) {
		return s
	}
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if !romanisable(r) {
			b.WriteRune(r)
			continue
		}
		rep.romanised(scriptOf(r))
		latin, vowel := latinOf(r)
		if firstOfWord(rs, i) && latin != "" {
			latin = strings.ToUpper(latin[:1]) + latin[1:]
		}
		b.WriteString(latin)
		if vowel && !(i+1 < len(rs) && indicSign(rs[i+1])) && !lastOfWord(rs, i) {
			b.WriteByte('a')
		}
	}
	return b.String()
}

// latinOf is a letter in Latin letters; vowel tells that an "a" follows unless a sign says otherwise. The "a" at the end
// of a word is silent.
func latinOf(r rune) (latin string, vowel bool) {
	if r >= indicFirst && r <= indicLast {
		at := r & 0x7F
		if at >= 0x66 && at <= 0x6F {
			return string('0' + at - 0x66), false
		}
		return indicLetters[at], at >= indicConsonant && at <= indicConsonantEnd || at >= 0x58 && at <= 0x5F
	}
	return latinLetters[unicode.ToLower(r)], false
}

// indicSign reports vowel signs, the virama and the dot that changes a consonant.
func indicSign(r rune) bool {
	at := r & 0x7F
	return r >= indicFirst && r <= indicLast && (at >= 0x3E && at <= indicVirama || at == 0x3C || at == 0x57)
}

// romanisable reports letters and signs that romanised knows.
func romanisable(r rune) bool {
	if r >= indicFirst && r <= indicLast {
		_, ok := indicLetters[r&0x7F]
		return ok || unicode.IsDigit(r)
	}
	_, ok := latinLetters[unicode.ToLower(r)]
	return ok
}

func firstOfWord(rs []rune, i int) bool { return i == 0 || !romanisable(rs[i-1]) }

func lastOfWord(rs []rune, i int) bool {
	return !firstOfWord(rs, i) && (i+1 == len(rs) || !romanisable(rs[i+1]))
}

// scriptOf is the name of a letter's script, "" for what belongs to none or to all.
func scriptOf(r rune) string {
	for _, name := range scriptNames {
		if unicode.Is(unicode.Scripts[name], r) {
			return name
		}
	}
	return ""
}

// undrawn counts letters in a row of a script that no face draws. Two make a word, which the report names; one alone is an
// ornament, as people put into nicknames.
type undrawn struct {
	script string
	n      int
}

func (u *undrawn) letter(r rune, rep *Report) {
	script := ""
	if unicode.IsLetter(r) || unicode.Is(unicode.M, r) {
		script = scriptOf(r)
	}
	if script == "" || script != u.script {
		u.n = 0
	}
	u.script = script
	if u.n++; u.n >= 2 && script != "" {
		rep.refused(script)
	}
}

// scriptNames are the scripts that the fonts lack, those with the most readers first.
var scriptNames = []string{"Devanagari", "Bengali", "Tamil", "Telugu", "Gujarati", "Kannada", "Malayalam", "Gurmukhi", "Oriya", "Sinhala", "Hebrew", "Armenian", "Georgian",
	"Myanmar", "Khmer", "Lao", "Tibetan", "Ethiopic", "Mongolian", "Thaana", "Syriac", "Javanese", "Cherokee", "Canadian_Aboriginal", "Tifinagh", "Nko", "Yi", "Tai_Le",
	"New_Tai_Lue", "Tai_Tham", "Tai_Viet", "Cham", "Balinese", "Sundanese", "Lepcha", "Limbu", "Meetei_Mayek", "Adlam", "Vai"}
