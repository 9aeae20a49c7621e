package devices_test

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func TestProbesReadWhatTheirMakersSay(t *testing.T) {
	for _, v := range vectors[struct{ Tx, Rx, Enc, Value, Error string }](t, "gs1-vectors/probes.jsonl") {
		m := devices.ProbeMap{Slave: 1, Function: 4, Register: 1, Kind: "int16", Scale: 10}
		if v.Tx != "" {
			if got := hex.EncodeToString(m.Request()); got != v.Tx {
				t.Errorf("request %s, want %s", got, v.Tx)
			}
			continue
		}
		b, err := hex.DecodeString(v.Rx)
		if err != nil {
			t.Fatal(err)
		}
		m.Function = int(b[1] &^ 0x80)
		if strings.HasPrefix(v.Enc, "offset10000") {
			m.Kind = "offset10000"
		}
		got, err := m.Parse(b)
		if v.Error != "" {
			if err == nil || !strings.Contains(err.Error(), "illegal data address") {
				t.Errorf("%s: %v, want %s", v.Rx, err, v.Error)
			}
			continue
		}
		want, _ := new(big.Rat).SetString(v.Value)
		want.Mul(want, big.NewRat(1000, 1))
		if err != nil || want.Cmp(new(big.Rat).SetInt64(got)) != 0 {
			t.Errorf("%s (%s): %d %v, want %s", v.Rx, v.Enc, got, err, v.Value)
		}
		if again := m.Reply(m.Registers(got)); !bytes.Equal(again, b) {
			t.Errorf("encoded %x, want %s", again, v.Rx)
		}
		for i := range b {
			bad := bytes.Clone(b)
			bad[i] ^= 0x04
			if v, err := m.Parse(bad); err == nil {
				t.Errorf("a bit flipped in byte %d reads %d", i, v)
			}
		}
	}
}

func TestFloatProbes(t *testing.T) {
	for _, kind := range []string{"float32", "float32-swapped"} {
		m := devices.ProbeMap{Slave: 1, Function: 3, Kind: kind}
		if got, err := m.Parse(m.Reply(m.Registers(-18_500))); err != nil || got != -18_500 {
			t.Errorf("%s: %d %v", kind, got, err)
		}
		for _, f := range []float32{float32(math.NaN()), float32(math.Inf(1)), 1e30, -300} {
			bits := math.Float32bits(f)
			b := []byte{byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}
			if kind == "float32-swapped" {
				b = []byte{b[2], b[3], b[0], b[1]}
			}
			if got, err := m.Parse(m.Reply(b)); err == nil {
				t.Errorf("%s: %v is %d", kind, f, got)
			}
		}
	}
}

func TestAProbeOverTheRealDriver(t *testing.T) {
	p := profile(t, "probe-xymd02", devices.BackendLinux)
	p.PollMS = 20
	s := sim.NewProbe(p)
	dir := t.TempDir()
	if err := s.Plug(dir, "probe"); err != nil {
		t.Fatal(err)
	}
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: dir, Probes: []devices.ProbeConfig{{Name: "cold1", Port: "probe", Profile: p}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	next := func(what string, ok func(devices.Temperature) bool) {
		t.Helper()
		r.mu.Lock()
		from := len(r.temps)
		r.mu.Unlock()
		r.await(t, what, func() bool {
			for _, v := range r.temps[from:] {
				if ok(v) {
					return true
				}
			}
			return false
		})
	}
	next("a sample", func(v devices.Temperature) bool { return v.State == devices.Measured && v.MilliC == -18_000 })
	for fault, want := range map[sim.ProbeFault]devices.TemperatureState{
		sim.ProbeException: devices.Refused, sim.ProbeBadCRC: devices.Garbled, sim.ProbeStranger: devices.Garbled,
		sim.ProbeSilent: devices.Silent, sim.ProbeHalf: devices.Garbled,
	} {
		s.Fail(fault, 1)
		next(string(fault), func(v devices.Temperature) bool { return v.State == want && v.MilliC == 0 && v.Note != "" })
		next("a sample after "+string(fault), func(v devices.Temperature) bool { return v.State == devices.Measured })
	}
	s.Set(4_100)
	next("another temperature", func(v devices.Temperature) bool { return v.MilliC == 4_100 })
	if err := s.Unplug(); err != nil {
		t.Fatal(err)
	}
	r.awaitStatus(t, "cold1", devices.Absent)
}

func TestALateAnswerIsNotTakenForTheNextOne(t *testing.T) {
	p := profile(t, "probe-xymd02", devices.BackendLinux)
	p.PollMS = 600 // the late answer comes while nothing is asked
	s := sim.NewProbe(p)
	s.Set(99_000)
	s.Fail(sim.ProbeLate, 1)
	dir := t.TempDir()
	if err := s.Plug(dir, "probe"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Unplug() }()
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: dir, Probes: []devices.ProbeConfig{{Name: "cold1", Port: "probe", Profile: p}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r.await(t, "the time-out", func() bool { return len(r.temps) > 0 })
	s.Set(-18_000)
	r.await(t, "the late answer as noise", func() bool {
		return slices.ContainsFunc(r.states, func(st devices.State) bool { return st.Noise != nil })
	})
	r.await(t, "two samples more", func() bool { return len(r.temps) > 2 })
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.temps[0].State != devices.Silent || r.temps[1].MilliC != -18_000 || r.temps[2].MilliC != -18_000 {
		t.Errorf("the late answer was believed: %+v", r.temps)
	}
}

func TestAColdRoomRaisesAlertsForTimeNotForSamples(t *testing.T) {
	w := devices.ColdWatch{Limits: devices.ColdLimits{MaxMilliC: -15_000, MinMilliC: -30_000, For: time.Minute, Gap: 5 * time.Minute}}
	t0 := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	push := func(sec int, milliC int64) []devices.ColdAlert {
		return w.Push(devices.Temperature{State: devices.Measured, MilliC: milliC, At: t0.Add(time.Duration(sec) * time.Second)})
	}
	quiet := func(what string, a []devices.ColdAlert) {
		t.Helper()
		if len(a) != 0 {
			t.Errorf("%s: %+v", what, a)
		}
	}
	quiet("a good sample", push(0, -18_000))
	quiet("the door is open", push(30, -10_000))
	quiet("and closed", push(60, -18_000))
	quiet("open again", push(90, -12_000))
	quiet("not for long yet", push(149, -9_000))
	a := push(150, -11_000)
	if len(a) != 1 || a[0].Kind != "too-warm" || a[0].MilliC != -9_000 || !a[0].Since.Equal(t0.Add(90*time.Second)) || a[0].Over {
		t.Fatalf("%+v", a)
	}
	quiet("told once", push(180, -11_000))
	if a = push(210, -18_000); len(a) != 1 || !a[0].Over {
		t.Fatalf("%+v", a)
	}
	quiet("a sample that failed is none", w.Push(devices.Temperature{State: devices.Silent, At: t0.Add(400 * time.Second)}))
	if a = w.Tick(t0.Add(510 * time.Second)); len(a) != 1 || a[0].Kind != "no-samples" {
		t.Fatalf("%+v", a)
	}
	quiet("told once", w.Tick(t0.Add(520*time.Second)))
	if a = push(600, -18_000); len(a) != 1 || !a[0].Over || a[0].Kind != "no-samples" {
		t.Fatalf("%+v", a)
	}
	quiet("too cold", push(610, -31_000))
	if a = push(670, -32_000); len(a) != 1 || a[0].Kind != "too-cold" || a[0].MilliC != -32_000 {
		t.Fatalf("%+v", a)
	}
}

func FuzzModbusReply(f *testing.F) {
	for _, s := range []string{"01040201317974", "018402c2c1", "010302ff9bb81f"} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []string{"int16", "offset10000", "float32", "float32-swapped"} {
			v, err := devices.ProbeMap{Slave: 1, Function: 4, Kind: kind, Scale: 10}.Parse(b)
			if err == nil && (v < -273_150 || v > 2_000_000) {
				t.Errorf("%x reads %d", b, v)
			}
		}
	})
}
