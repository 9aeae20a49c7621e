package station_test

import (
	"context"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

func (b *bench) cold(a order.ColdAlert) *station.View {
	b.Helper()
	if err := b.loop.Cold(context.Background(), a); err != nil {
		b.Fatal(err)
	}
	return b.settle()
}

func TestAColdAlertIsAnEventAndStaysOnTheScreenOverARestartUntilItIsOver(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	since := b.clock.Now().Add(-12 * time.Minute)
	warm := order.ColdAlert{Probe: "cold-1", Kind: order.TooWarm, Since: since, MilliC: -11_500}
	if err := b.loop.SetTemperature(context.Background(), station.Temperature{Probe: "cold-1", State: "measured", MilliC: -12_000, At: since}); err != nil {
		t.Fatal(err)
	}
	v := b.cold(warm)
	want := station.ProbeView{Name: "cold-1", State: "measured", MilliC: -12_000, At: since, Alert: order.TooWarm, Since: since, Worst: -11_500}
	if len(v.Probes) != 1 || v.Probes[0] != want {
		t.Errorf("the screen shows %+v", v.Probes)
	}
	gap := order.ColdAlert{Probe: "cold-1", Kind: order.NoSamples, Since: since.Add(time.Minute)}
	if v := b.cold(gap); v.Probes[0].Alert != order.NoSamples {
		t.Errorf("silent: %+v", v.Probes)
	}
	b.restart()
	if v := b.settle(); len(v.Probes) != 1 || v.Probes[0].Alert != order.NoSamples {
		t.Errorf("after a restart: %+v", v.Probes)
	}
	gap.Over = true
	if v := b.cold(gap); v.Probes[0].Alert != order.TooWarm || v.Probes[0].Worst != -11_500 {
		t.Errorf("the other alert is shown again: %+v", v.Probes)
	}
	warm.Over = true
	if v := b.cold(warm); v.Probes[0].Alert != "" {
		t.Errorf("all is well: %+v", v.Probes)
	}
	b.restart()
	if v := b.settle(); len(v.Probes) != 0 {
		t.Errorf("over alerts come back: %+v", v.Probes)
	}
	var kinds []string
	for _, e := range b.log() {
		if e.Type == order.EventTemperature {
			a := order.ColdAlertOf(&e)
			kinds = append(kinds, string(a.Kind)+map[bool]string{true: " over"}[a.Over])
			if e.By != "" || e.Shipment != "" || e.Source != order.System || e.Station != "st1" {
				t.Errorf("event %s", e.Body)
			}
		}
	}
	if len(kinds) != 4 || kinds[0] != "too_warm" || kinds[1] != "no_samples" || kinds[2] != "no_samples over" || kinds[3] != "too_warm over" {
		t.Errorf("events: %v", kinds)
	}
}

// Goods that get too warm while nobody scans are told by the clock, once, also over a
// restart, and again when a lead's pass has run out.
func TestGoodsTooWarmAreToldWithoutAScan(t *testing.T) {
	g := goods("1", 2, 2)
	g.Lines[0].Temp, g.Lines[1].Temp = order.Frozen, order.Frozen
	b := newBench(t, g)
	b.decide(func(p *order.Policy) { p.Cold = []order.ColdRule{{Temp: order.Frozen, HoldS: 600}} })
	b.want(order.OK, badgeLi, "X1", item(1), order.CommandPrefix+string(order.CmdRelease))
	told := func(want int) {
		t.Helper()
		if err := b.loop.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.settle()
		n := 0
		for _, e := range b.log() {
			if e.Type == order.EventTooWarm {
				if n++; e.Shipment != g.ID || e.Reason != string(order.Frozen) || e.OutS < 600 || e.Source != order.System {
					t.Fatalf("event %+v", e)
				}
			}
		}
		if n != want {
			t.Fatalf("told %d times, want %d", n, want)
		}
	}
	b.clock.advance(9 * time.Minute)
	told(0)
	b.clock.advance(2 * time.Minute)
	told(1)
	b.restart()
	told(1)
}

// What is to be done about goods that get warm is what their order still lets do.
func TestTheAlertOfWarmGoodsSaysWhatCanBeDoneWithThem(t *testing.T) {
	g, other := goods("1", 1, 1), goods("2", 1, 2)
	g.Lines[0].Temp, other.Lines[0].Temp = order.Frozen, order.Frozen
	b := newBench(t, g, other)
	b.decide(func(p *order.Policy) { p.Cold = []order.ColdRule{{Temp: order.Frozen, WarnS: 300, HoldS: 600}} })
	says := func(do order.MsgCode) {
		t.Helper()
		if err := b.loop.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := b.settle()
		for _, a := range v.Alerts(b.clock.Wall()) {
			if a.Code == station.AlertWarming || a.Code == station.AlertTooWarm {
				if a.Do.Code != do {
					t.Errorf("says %s, want %s", a.Do.Code, do)
				}
				return
			}
		}
		t.Errorf("no alert, want %s", do)
	}
	b.want(order.OK, badgeLi)
	b.ship("1")
	b.clock.advance(6 * time.Minute)
	says(order.DoAlertWarmBox)
	b.restart()
	says(order.DoAlertWarmBox)
	b.clock.advance(5 * time.Minute)
	says(order.DoAlertHotBox)
	b.next() // the bench has told the centre, too
	b.want(order.OK, order.CommandPrefix+string(order.CmdCold), "SF10001", order.CommandPrefix+string(order.CmdCold), "PS:QUEUE")
	b.want(order.OK, "X2", item(1))
	b.clock.advance(6 * time.Minute)
	says(order.DoAlertWarming)
	b.clock.advance(5 * time.Minute)
	says(order.DoAlertTooWarm)
	v := b.settle() // the same goods of an order that was cancelled
	v.Out[0].Over, v.Out[0].HoldS = true, 3600
	if a := v.Alerts(b.clock.Wall()); len(a) == 0 || a[0].Do.Code != order.DoAlertWarmPut {
		t.Errorf("of goods that go back: %+v", a)
	}
}
