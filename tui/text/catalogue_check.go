package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Finding is what a language file lacks or has wrong.
type Finding struct {
	File, Section, Key string
	What               string
	Wrong              bool // the text is not used
}

// missing is what is said of a text that a file lacks.
const missing = "is missing; English is shown"

// Missing says whether the file lacks the text.
func (f Finding) Missing() bool { return f.What == missing }

// String is one line.
func (f Finding) String() string {
	var where []string
	for _, s := range []string{f.File, f.Section, f.Key} {
		if s != "" {
			where = append(where, Clean(s))
		}
	}
	return strings.Join(where, " ") + ": " + f.What
}

// judge says what is wrong with a text, and what its screen may not like.
func (s *section) judge(key, t string, p Pair) (found []Finding) {
	say := func(wrong bool, format string, args ...any) {
		found = append(found, Finding{Section: s.name, Key: key, What: fmt.Sprintf(format, args...), Wrong: wrong})
	}
	switch {
	case t == "":
		say(false, missing)
		return found
	case len(t) > maxText || !utf8.ValidString(t) || strings.HasPrefix(t, Missing):
		say(true, "is longer than %d bytes, no UTF-8, or begins with %q", maxText, Missing)
		return found
	}
	if s.name == "messages" {
		judgeTemplate(t, p, say)
	} else if got, want := verbs(t), verbs(p.EN); !slices.Equal(got, want) {
		say(true, "has the places %v, English has %v", got, want)
	} else if loose(t) != loose(p.EN) {
		say(true, "has a %% that begins no place; write %%%% for the sign")
	}
	if r, ok := unsafeRune(t); ok {
		say(true, "holds %U, which terminals do not show in a known width", r)
	} else if r, ok := unsureRune(t); ok && s.name != "messages" {
		say(false, "holds %q, which is two cells wide on terminals that are set up for Chinese", r)
	}
	return found
}

// judgeTemplate compares the fields of a template with those of the other languages.
func judgeTemplate(t string, p Pair, say func(bool, string, ...any)) {
	parts, err := parse(t)
	if err != nil {
		say(true, "%v", err)
		return
	}
	known, needed := map[string]bool{}, map[string]bool{}
	for _, other := range []string{p.EN, p.ZH} {
		o, err := parse(other)
		if err == nil {
			eachField(o, func(f string, optional bool) { known[f] = true })
		}
	}
	if o, err := parse(p.EN); err == nil {
		eachField(o, func(f string, optional bool) { needed[f] = needed[f] || !optional })
	}
	eachField(parts, func(f string, _ bool) {
		if !known[f] {
			say(true, "has the field {%s}, which is empty here", f)
		}
		delete(needed, f)
	})
	for f, must := range needed {
		if must {
			say(false, "does not say {%s}", f)
		}
	}
}

func eachField(parts []part, do func(field string, optional bool)) {
	for _, p := range parts {
		if p.field != "" {
			do(p.field, false)
		}
		for _, q := range p.opt {
			if q.field != "" {
				do(q.field, true)
			}
		}
	}
}

var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z%]`)

// verbs are the places of a format, in order.
func verbs(s string) []string { return verb.FindAllString(s, -1) }

// loose counts the %-signs of a format that begin no place.
func loose(s string) int { return strings.Count(verb.ReplaceAllString(s, ""), "%") }

// unsafeRune returns a rune that [Clean] would change or drop.
func unsafeRune(s string) (rune, bool) {
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
			return r, true
		}
	}
	if Clean(s) != s {
		r, _ := utf8.DecodeRuneInString(s)
		return r, true
	}
	return 0, false
}

// unsureRune returns a rune whose width is "ambiguous" (Unicode Standard Annex 11).
func unsureRune(s string) (rune, bool) {
	east, other := runewidth.Condition{EastAsianWidth: true}, runewidth.Condition{}
	for _, r := range s {
		if east.RuneWidth(r) != other.RuneWidth(r) {
			return r, true
		}
	}
	return 0, false
}
