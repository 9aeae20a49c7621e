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
