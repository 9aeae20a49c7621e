package order

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTheNearestNameIsTheOneThatWasMeant(t *testing.T) {
	known := Fields(reflect.TypeFor[Policy](), "json")
	for _, want := range []string{"pin_roles", "batch_size", "returns.grades.photo"} {
		if !slices.Contains(known, want) {
			t.Fatalf("%s is not among %v", want, known)
		}
	}
	for word, want := range map[string]string{"pin_role": "pin_roles", "PIN-ROLES": "pin_roles", "batchsize": "batch_size", "bacth_size": "batch_size",
		"cold_benchs": "cold_benches", "returns.grade": "returns.grades", "colour_of_the_door": "", "x": "", "": "", strings.Repeat("a", 1000): ""} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%.20q is near %q, want %q", word, got, want)
		}
	}
}

func FuzzNearest(f *testing.F) {
	f.Add("pin_role", "pin_roles")
	f.Add("\xff", "é")
	f.Fuzz(func(t *testing.T, word, known string) {
		if got := Nearest(word, []string{known}); got != "" && got != known {
			t.Errorf("%q is no known word", got)
		}
	})
}
