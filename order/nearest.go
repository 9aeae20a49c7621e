package order

import (
	"reflect"
	"slices"
	"strings"
)

// Fields lists the names that a struct's fields have in a file, by the struct tag of its
// format, those of structs inside it behind a dot: "returns.grades.photo".
func Fields(t reflect.Type, tag string) (names []string) {
	return fieldsOf(t, tag, "", nil)
}

func fieldsOf(t reflect.Type, tag, in string, above []reflect.Type) (names []string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || slices.Contains(above, t) {
		return nil
	}
	above = append(slices.Clone(above), t)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		switch {
		case f.Anonymous && name == "":
			names = append(names, fieldsOf(f.Type, tag, in, above)...)
		case name != "" && name != "-":
			names = append(append(names, in+name), fieldsOf(f.Type, tag, in+name+".", above)...)
		}
	}
	return names
}

// Nearest returns which of the known words somebody meant who wrote another, "" where none
// is near: at most every third letter may be wrong, missing or in its neighbour's place.
func Nearest(word string, known []string) (best string) {
	plain := func(s string) []rune { return []rune(strings.ReplaceAll(strings.ToLower(s), "-", "_")) }
	w := plain(word)
	if len(w) > 100 {
		return ""
	}
	least := len(w)/3 + 1
	for _, k := range known {
		if d := distance(w, plain(k)); d < least || d == least && best == "" && d < len(w) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters that must be put in, left out, changed or swapped with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b []rune) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range now {
		now[j] = j
	}
	for i := range a {
		before, last, now = last, now, before
		now[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			now[j+1] = min(last[j]+change, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
	}
	return now[len(b)]
}
