package order

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// differ gives each field of a struct in turn another value, those of structs in it too, and
// calls each with the path of the field that differs.
func differ(t *testing.T, v reflect.Value, path string, each func(path string)) {
	for i := range v.NumField() {
		f, name := v.Field(i), path+"."+v.Type().Field(i).Name
		old := reflect.ValueOf(f.Interface())
		switch {
		case f.Type() == reflect.TypeFor[time.Time]():
			f.Set(reflect.ValueOf(time.Unix(1, 0)))
		case f.Kind() == reflect.Struct:
			differ(t, f, name, each)
			continue
		case f.Kind() == reflect.String:
			f.SetString("other")
		case f.Kind() == reflect.Int || f.Kind() == reflect.Int64:
			f.SetInt(7)
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case f.Kind() == reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
		default:
			t.Fatalf("%s: a kind that the test does not know: %s", name, f.Kind())
		}
		each(name)
		f.Set(old)
	}
}

func TestABenchIsTheSameOnlyWhereEachFieldIs(t *testing.T) {
	var bench, zero Bench
	n := 0
	differ(t, reflect.ValueOf(&bench).Elem(), "Bench", func(path string) {
		n++
		if bench.Same(&zero) || zero.Same(&bench) {
			t.Errorf("%s differs, and the benches pass as the same", path)
		}
		other := bench
		if !bench.Same(&other) {
			t.Errorf("%s: a copy is not the same", path)
		}
	})
	if n < 30 {
		t.Error(fmt.Sprint("only fields seen: ", n))
	}
	a := Bench{Pending: &Pending{Line: 1}, Question: &Question{Kind: AskLot}}
	b := Bench{Pending: &Pending{Line: 1}, Question: &Question{Kind: AskLot}}
	if !a.Same(&b) {
		t.Error("benches with the same in other places differ")
	}
	if b.Pending.Units = 2; a.Same(&b) {
		t.Error("goods in the hand differ, and the benches pass as the same")
	}
}
