package labels

import (
	"strings"
	"unicode"
)

// Masking of personal data on domestic express waybills, GB/T 41833-2022 "Specification for express electronic waybill":
// at least one character of the name, at least six digits of the phone and the unit and room of the address are hidden;
// the carrier holds them electronically. Each function hides more where it is in doubt. Masking twice changes nothing
// that matters: nothing hidden comes back.

const maskMark = '*'

// hiddenPhoneDigits is the number of phone digits that GB/T 41833-2022 asks to hide.
const hiddenPhoneDigits = 6

// MaskName keeps the first character of every word and hides the rest: 王海涛 → 王**, John Smith → J*** S****. A name of a
// single character is hidden whole, and so is every word when hiding the rest would hide nothing.
func MaskName(name string) string {
	out := []rune(name)
	hidden, first := 0, true
	for i, r := range out {
		switch {
		case unicode.IsSpace(r):
			first = true
		case r == maskMark:
			hidden, first = hidden+1, false
		case first && !unicode.Is(unicode.M, r):
			first = false
		case !unicode.IsPunct(r):
			out[i] = maskMark
			hidden++
		}
	}
	if hidden > 0 {
		return string(out)
	}
	for i, r := range out {
		if !unicode.IsSpace(r) {
			out[i] = maskMark
		}
	}
	return string(out)
}

// MaskPhone hides at least six digits in the middle of a number and keeps at most three in front and two behind:
// 13812345678 → 138******78. A number of six digits or fewer is hidden whole. Letters and numerals of any script count as
// digits, so a number written in words is hidden too; separators stay, so that people see what kind of number it is.
func MaskPhone(phone string) string {
	out := []rune(phone)
	n := 0
	for _, r := range out {
		if phoneRune(r) {
			n++
		}
	}
	keep := min(max(n-hiddenPhoneDigits, 0), 5)
	front := (keep + 1) / 2
	back := keep / 2
	k := 0
	for i, r := range out {
		if !phoneRune(r) {
			continue
		}
		if k >= front && k < n-back {
			out[i] = maskMark
		}
		k++
	}
	return string(out)
}

func phoneRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == maskMark }

// phoneRun is how many digits in a row make free text look like a phone or identity number.
const phoneRun = 7

// MaskNumbers hides phone numbers in free text such as a buyer's remark: every run of seven digits or more, read through
// blanks and hyphens, is masked as a phone number.
func MaskNumbers(text string) string {
	out := []rune(text)
	for i := 0; i < len(out); {
		if !unicode.IsDigit(out[i]) {
			i++
			continue
		}
		end, digits := i, 0
		for j := i; j < len(out) && (unicode.IsDigit(out[j]) || out[j] == '-' || out[j] == ' '); j++ {
			if unicode.IsDigit(out[j]) {
				digits, end = digits+1, j+1
			}
		}
		if digits >= phoneRun {
			copy(out[i:end], []rune(MaskPhone(string(out[i:end]))))
		}
		i = end
	}
	return string(out)
}

// The words that follow a number in an address and say what it counts.
var (
	privateWords = []string{"单元", "室", "房", "户", "层", "楼", "铺", "门", "号房", "号室", "号铺", "号单元", "單元", "戶", "層", "樓", "F", "f"}
	publicWords  = []string{"号楼", "號樓", "栋", "幢", "座", "号", "號", "弄", "巷", "路", "街", "道", "大道", "村", "组", "社", "队", "里", "环", "期",
		"区", "米", "公里", "国道", "省道", "县道", "胡同", "组团", "坊", "园", "庄", "屯", "店"}
	roomWords = []string{"room", "rm", "unit", "apt", "apartment", "flat", "suite", "ste", "floor", "fl", "#"}
)

// MaskAddress hides unit, floor and room numbers and keeps street and building: "吉泰五路88号3栋2单元501室" →
// "吉泰五路88号3栋*单元***室". Numbers that may be a room (behind a hyphen, at the end, three digits and more without a
// word for them) are hidden as well. Give the room in a field of its own where the source has one; MaskAll hides that
// whole.
func MaskAddress(address string) string {
	out := []rune(address)
	for i := 0; i < len(out); {
		end, number := token(out, i)
		if number {
			hideNumber(out, i, end)
		}
		i = end
	}
	return string(out)
}

// token is the end of what starts at i and whether it is a number: Latin letters with digits and hyphens ("3-2-501",
// "B1203"), or Chinese numerals.
func token(rs []rune, i int) (end int, number bool) {
	end = i
	if hanNumeral(rs[i]) {
		for end < len(rs) && hanNumeral(rs[end]) {
			end++
		}
		return end, true
	}
	part := func(j int) bool { return latinOrDigit(rs[j]) || rs[j] == maskMark }
	if !part(i) {
		return i + 1, false
	}
	for j := i; j < len(rs) && (part(j) || numberJoint(rs[j]) && j+1 < len(rs) && part(j+1)); j++ {
		number = number || unicode.IsDigit(rs[j]) || rs[j] == maskMark
		end = j + 1
	}
	return end, number || startsWithAny(rs[end:], privateWords)
}

// hideNumber masks what is private of the number out[from:to].
func hideNumber(out []rune, from, to int) {
	after := out[to:]
	switch {
	case startsWithAny(after, []string{"号楼", "號樓"}):
		return // a building; "楼" alone is a floor
	case startsWithAny(after, privateWords) || roomWordBefore(out[:from]):
		hide(out, from, to)
		return
	case hanNumeral(out[from]):
		return // a numeral inside a name: 五常街道, 三亚
	}
	public := startsWithAny(after, publicWords)
	if j := lastJoint(out, from, to); j >= 0 && (!public || to-j > 3) {
		hide(out, firstJoint(out, from, to), to) // building-unit-room
		return
	}
	if !public && (to-from >= 3 || len(after) == 0) {
		hide(out, from, to)
	}
}

// hide masks out[from:to] up to blanks and punctuation.
func hide(out []rune, from, to int) {
	for i := from; i < to; i++ {
		if !unicode.IsSpace(out[i]) && !unicode.IsPunct(out[i]) {
			out[i] = maskMark
		}
	}
}

// MaskAll hides everything but blanks and punctuation.
func MaskAll(s string) string {
	out := []rune(s)
	hide(out, 0, len(out))
	return string(out)
}

func lastJoint(rs []rune, from, to int) int {
	for j := to - 1; j > from; j-- {
		if numberJoint(rs[j]) {
			return j
		}
	}
	return -1
}

func firstJoint(rs []rune, from, to int) int {
	for j := from; j < to; j++ {
		if numberJoint(rs[j]) {
			return j
		}
	}
	return from
}

// roomWordBefore reports whether the text ends in a word such as "Room" or "Apt.".
func roomWordBefore(rs []rune) bool {
	s := strings.ToLower(strings.TrimRight(string(rs[max(0, len(rs)-12):]), " ."))
	for _, w := range roomWords {
		head, ok := strings.CutSuffix(s, w)
		if ok && (head == "" || w == "#" || !latinOrDigit([]rune(head)[len([]rune(head))-1])) {
			return true
		}
	}
	return false
}

func startsWithAny(rs []rune, words []string) bool {
	s := string(rs[:min(len(rs), 4)])
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func latinOrDigit(r rune) bool {
	return unicode.IsDigit(r) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

func numberJoint(r rune) bool { return strings.ContainsRune("-－—–#/·", r) }

func hanNumeral(r rune) bool {
	return strings.ContainsRune("零〇一二三四五六七八九十百两甲乙丙丁戊", r)
}
