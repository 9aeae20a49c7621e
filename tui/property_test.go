package tui

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// anyText draws texts that are plausible, hostile or anything.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(nasty), rapid.SampledFrom([]string{"", "A-03-2", "芒果", "online", "ready", "sf"}),
		rapid.String(), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }))
}

// known values make the interesting screens likely; other values occur as well.
var known = map[reflect.Type][]string{
	reflect.TypeFor[order.Screen]():       {"sign_in", "queue", "pick", "pack", "label", "dispatch"},
	reflect.TypeFor[order.Temp]():         {"", "chilled", "frozen"},
	reflect.TypeFor[order.QuestionKind](): {"take_over", "short", "sign_out", "override", "reprint"},
	reflect.TypeFor[order.PrintState]():   {"", "queued", "sending", "done", "failed", "parked"},
}

func init() {
	for _, v := range order.Verdicts() {
		t := reflect.TypeFor[order.Verdict]()
		known[t] = append(known[t], string(v))
	}
	for _, c := range order.MsgCodes() {
		t := reflect.TypeFor[order.MsgCode]()
		known[t] = append(known[t], string(c))
	}
}

// draw fills any value of a view.
func draw(rt *rapid.T, v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if rapid.Bool().Draw(rt, "time") {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(rapid.Int64().Draw(rt, "at")))))
		}
		return
	}
	if v.Type() == reflect.TypeFor[*time.Location]() {
		v.Set(reflect.ValueOf(rapid.SampledFrom([]*time.Location{nil, time.UTC, haikou}).Draw(rt, "zone")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		if list := known[v.Type()]; list != nil && rapid.IntRange(0, 9).Draw(rt, "known") > 0 {
			v.SetString(rapid.SampledFrom(list).Draw(rt, "value"))
			return
		}
		v.SetString(anyText().Draw(rt, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64()).Draw(rt, "int"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(rt, "uint"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(rt, "bool"))
	case reflect.Struct:
		for i := range v.NumField() {
			draw(rt, v.Field(i))
		}
	case reflect.Pointer:
		if rapid.IntRange(0, 3).Draw(rt, "set") > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			draw(rt, v.Elem())
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 4).Draw(rt, "len")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			draw(rt, v.Index(i))
		}
	}
}

func TestAnyViewFitsAnyWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var v station.View
		draw(rt, reflect.ValueOf(&v).Elem())
		size := Size{rapid.IntRange(1, 140).Draw(rt, "w"), rapid.IntRange(1, 48).Draw(rt, "h")}
		o := Options{Lang: rapid.SampledFrom([]string{text.ZH, text.EN, ""}).Draw(rt, "lang"), Now: noon,
			Profile: rapid.SampledFrom([]Profile{Color16, Mono}).Draw(rt, "profile"),
			ASCII:   rapid.Bool().Draw(rt, "ascii"), Cold: rapid.Bool().Draw(rt, "cold"),
			Demo: rapid.Bool().Draw(rt, "demo"), Quit: rapid.Bool().Draw(rt, "quit")}
		s := Render(&v, size, o)
		checkBounds(helper{rt}, s, size)
		if s != Render(&v, size, o) {
			rt.Error("the same view gives two screens")
		}
	})
}

// helper lets checkBounds report to rapid.
type helper struct{ *rapid.T }

// Helper has no counterpart in rapid.
func (helper) Helper() {}

func FuzzRenderText(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, 80, 24)
	}
	f.Fuzz(func(t *testing.T, s string, w, h int) {
		v := nastyView()
		v.Bench.OperatorName, v.Work.Ref = s, s
		v.Work.Current.Name, v.Work.Current.Location = order.Names{ZH: s, EN: s}, order.LocationID(s)
		v.Verdict.What.Args.Name = order.Names{ZH: s}
		size := Size{1 + abs(w)%150, 1 + abs(h)%60}
		checkBounds(t, Render(v, size, options(text.ZH, Color16)), size)
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
