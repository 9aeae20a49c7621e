package order_test

import (
	"testing"

	"pgregory.net/rapid"

	"pickstation/gs1"
	"pickstation/order"
)

func TestNumbersHaveTheirCheckDigit(t *testing.T) {
	s10 := order.NumberForm{Prefix: "RA", Width: 8, Check: order.CheckS10, Suffix: "GB"}
	air := order.NumberForm{Width: 9, Check: order.CheckMod7}
	for _, c := range []struct {
		form   order.NumberForm
		serial int64
		want   string
	}{
		{s10, 47312482, "RA473124829GB"}, // the example of UPU S10
		{s10, 100_000_000, ""},
		{air, 300000001, "3000000010"},
		{order.NumberForm{Prefix: "SF", Width: 13}, 1, "SF0000000000001"},
		{order.NumberForm{Prefix: "SF", Width: 13}, -1, ""},
		{order.NumberForm{Width: 3, Check: "of a newer version"}, 1, ""},
		{order.NumberForm{Width: 0}, 1, ""},
	} {
		if got := c.form.Number(c.serial); got != c.want {
			t.Errorf("%+v %d: %q, not %q", c.form, c.serial, got, c.want)
		}
	}
	if n := s10.Number(47312482); gs1.S10CheckDigit(n[2:10]) != n[10] {
		t.Errorf("%s has another check digit than the parser wants", n)
	}
}

func TestSerialIsTheInverseOfNumber(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := order.NumberForm{Prefix: rapid.SampledFrom([]string{"", "SF", "78"}).Draw(rt, "prefix"), Width: rapid.IntRange(0, 18).Draw(rt, "width"),
			Check: rapid.SampledFrom([]order.NumberCheck{"", order.CheckS10, order.CheckMod7}).Draw(rt, "check"), Suffix: rapid.SampledFrom([]string{"", "CN"}).Draw(rt, "suffix")}
		serial := rapid.Int64Min(0).Draw(rt, "serial")
		if n := f.Number(serial); n != "" {
			if got, ok := f.Serial(n); !ok || got != serial {
				rt.Fatalf("%+v: %d gives %q gives %d %v", f, serial, n, got, ok)
			}
		}
		if _, ok := f.Serial(rapid.String().Draw(rt, "text")); ok && f.Width == 0 {
			rt.Fatal("a form without digits has no numbers")
		}
	})
}
