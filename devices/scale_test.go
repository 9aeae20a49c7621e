package devices_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// latin1 undoes the JSON file's one rune per byte.
func latin1(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

func TestScalesReadWhatTheirManualsSay(t *testing.T) {
	type vector struct {
		Proto, Tx, Rx, Weight, Unit, Error, OK string
		Stable, Net                            bool
	}
	states := map[string]devices.WeightState{
		"busy_or_not_stable_in_time": devices.Motion, "motion (bit0)": devices.Motion, "overload": devices.Over, "over_capacity (bit1)": devices.Over,
		"underload": devices.Under, "under_zero (bit2)": devices.Under, "syntax": devices.Unreadable, "transmission": devices.Unreadable, "logical": devices.Unreadable,
	}
	for _, v := range vectors[vector](t, "gs1-vectors/scales.jsonl") {
		t.Run(v.Proto+" "+v.Rx, func(t *testing.T) {
			if v.OK != "" && v.Tx != "B" {
				t.Skip("an answer to a command that the station does not send")
			}
			got := devices.ReadScale(t, v.Proto, latin1(v.Rx))
			if v.OK != "" {
				if len(got) != 0 {
					t.Errorf("a passed self test is a reading: %+v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d readings", len(got))
			}
			w := got[0]
			if v.Error != "" {
				if w.State != states[v.Error] {
					t.Errorf("state %s, want %s", w.State, states[v.Error])
				}
				return
			}
			if (w.State == devices.Stable) != v.Stable || w.Net != v.Net {
				t.Errorf("state %s net %v", w.State, w.Net)
			}
			if unit, _, _ := strings.Cut(v.Unit, " "); unit != "" && w.Unit != unit {
				t.Errorf("unit %q, want %q", w.Unit, v.Unit)
			}
			want, _ := new(big.Rat).SetString(v.Weight)
			if have := decimal(w); have.Cmp(want) != 0 {
				t.Errorf("weight %s, want %s", have.FloatString(3), v.Weight)
			}
			if digits := len(v.Weight) - strings.IndexByte(v.Weight, '.') - 1; w.Exp != -digits {
				t.Errorf("exponent %d: the scale's own precision is %d digits", w.Exp, digits)
			}
		})
	}
}

func decimal(w devices.Weight) *big.Rat {
	r := new(big.Rat).SetInt64(w.Mantissa)
	for range -w.Exp {
		r.Mul(r, big.NewRat(1, 10))
	}
	return r
}

func TestWeightsInMilligramsAreExact(t *testing.T) {
	for _, c := range []struct {
		mantissa int64
		exp      int
		unit     string
		mg       int64
		ok       bool
	}{
		{1250, -3, "kg", 1_250_000, true}, {-20, -3, "kg", -20_000, true}, {10000, -2, "g", 100_000, true}, {1234, -2, "lb", 5_597_330, true},
		{1, 0, "oz", 28_350, true}, {1, 0, "pud", 0, false}, {1, 99, "kg", 0, false},
	} {
		w := devices.Weight{State: devices.Stable, Mantissa: c.mantissa, Exp: c.exp, Unit: c.unit}
		if mg, ok := w.Milligrams(); mg != c.mg || ok != c.ok {
			t.Errorf("%+v: %d %v", c, mg, ok)
		}
	}
	if _, ok := (devices.Weight{State: devices.Over, Unit: "kg"}).Milligrams(); ok {
		t.Error("an overload has a weight")
	}
}

func TestEveryScaleOverTheRealDriver(t *testing.T) {
	for _, name := range []string{"toledo8217", "mt-sics", "cas22", "cas-swii", "and18", "ohaus"} {
		t.Run(name, func(t *testing.T) {
			p := profile(t, name, devices.BackendLinux)
			s := sim.NewScale(p)
			s.Settle, s.Every = 2, 10*time.Millisecond
			if p.PollMS > 0 {
				p.PollMS = 10
			}
			dir := t.TempDir()
			if err := s.Plug(dir, "scale"); err != nil {
				t.Fatal(err)
			}
			r := newRecord()
			b, err := devices.Start(devices.Config{DevDir: dir, Scales: []devices.ScaleConfig{{Name: "scale1", Port: "scale", Profile: p}}}, r)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			weigh := func(what string, ok func(devices.Weight) bool) {
				t.Helper()
				r.await(t, what, func() bool { return len(r.weighs) > 0 && ok(r.weighs[len(r.weighs)-1]) })
			}
			weigh("an empty pan", func(w devices.Weight) bool { return w.State == devices.Stable && w.Mantissa == 0 && !w.Counts })
			s.Put("1.250", "kg", false)
			weigh("a parcel", func(w devices.Weight) bool {
				mg, ok := w.Milligrams()
				return w.State == devices.Stable && ok && mg == 1_250_000 && w.Counts
			})
			b.TakeWeight("scale1")
			s.Put("0.500", "kg", false)
			weigh("a second parcel put beside the first does not count", func(w devices.Weight) bool {
				return w.State == devices.Stable && w.Mantissa == 500 && !w.Counts
			})
			s.Put("0.000", "kg", false)
			weigh("the empty pan", func(w devices.Weight) bool { return w.State == devices.Stable && w.Mantissa == 0 })
			s.Put("0.500", "kg", false)
			weigh("the second parcel alone", func(w devices.Weight) bool { return w.State == devices.Stable && w.Mantissa == 500 && w.Counts })
			s.SetState(devices.Motion)
			weigh("a hand on the pan", func(w devices.Weight) bool { return w.State == devices.Motion && !w.Counts })
			s.SetState(devices.Under)
			weigh("a lifted pan", func(w devices.Weight) bool {
				return (w.State == devices.Under || w.State == devices.Stable && w.Mantissa < 0) && !w.Counts
			})
			s.SetState(devices.Stable)
			s.Put("0", "kg", false)
			weigh("a display without decimals", func(w devices.Weight) bool { return w.State == devices.Stable && w.Mantissa == 0 && w.Unit == "kg" })
			s.SetState(devices.Over)
			if name != "ohaus" { // its manual names no overload line
				weigh("an overload", func(w devices.Weight) bool { return w.State == devices.Over && w.Mantissa == 0 && !w.Counts })
			}
			s.Mute(true)
			weigh("silence", func(w devices.Weight) bool { return w.State == devices.Stale && !w.Counts })
			if err := s.Unplug(); err != nil {
				t.Fatal(err)
			}
			r.awaitStatus(t, "scale1", devices.Absent)
			for _, w := range r.weighs {
				if w.State != devices.Stable && w.Counts {
					t.Errorf("%+v counts", w)
				}
				if w.State == devices.Unreadable {
					t.Errorf("what the scale says by its manual is not understood: %+v", w)
				}
			}
		})
	}
}

func TestAScaleInTheWrongUnitIsNotBelieved(t *testing.T) {
	p := profile(t, "toledo8217", "")
	p.PollMS = 10
	s := sim.NewScale(p)
	s.Put("12.34", "lb", false)
	dir := t.TempDir()
	if err := s.Plug(dir, "scale"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Unplug() }()
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: dir, Scales: []devices.ScaleConfig{{Name: "scale1", Port: "scale", Profile: p}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r.await(t, "a refusal", func() bool {
		return len(r.weighs) > 0 && r.weighs[0].State == devices.Unreadable && strings.Contains(r.weighs[0].Note, "lb")
	})
}

func FuzzScales(f *testing.F) {
	for _, s := range []string{"\x0201.250\r", "S S     100.00 g\r\n", "ST,GS,1\xc0,000013.5 kg\r\n", "\x01\x02S 01.250kgg\x03\x04", "ST,GS,+0012.34kg\r\n", "-    0.480 kg   ?NET\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, p := range []string{"toledo8217", "mt-sics", "cas22", "cas-swii", "and18", "ohaus"} {
			for _, w := range devices.ReadScale(t, p, b) {
				if w.State == devices.Stable && w.Unit == "" {
					t.Errorf("%s: %q is a weight without a unit: %+v", p, b, w)
				}
				w.Milligrams()
			}
		}
	})
}
