package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

const alertTables = `[[scanner]]
name = "gun1"
port = "gun"
profile = "missing-gun"
[[scanner]]
name = "gun2"
port = "gun2"
profile = "generic"
[[scale]]
name = "scale1"
port = "scale"
profile = "mt-sics"
[[probe]]
name = "cold-1"
port = "cold"
profile = "probe-xymd02"
limit_c = -15.0
for = "50ms"
gap = "10m"
every = "20ms"
[[probe]]
name = "cold-2"
port = "cold2"
profile = "probe-xymd02"
gap = "700ms"
every = "20ms"
[[profile]]
name = "missing-gun"
like = "generic"
no_read = "NOREAD"
`

// alerted waits until a condition holds; whether it has lasted long enough to be shown is
// the table's test.
func (b *liveBench) alerted(code station.AlertCode, subject string, holds bool) {
	b.Helper()
	what := string(code) + " of " + subject
	if !holds {
		what += " over"
	}
	b.await(what, func(v *station.View) bool {
		return holds == slices.ContainsFunc(v.Alerts(time.Now().Add(time.Minute)), func(a station.Alert) bool { return a.Code == code && a.Subject == subject })
	})
}

// Each condition that simulators and real files can bring about comes and goes with its cause.
func TestConditionsAreRaisedAndClearedByTheDevicesThemselves(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	gun2 := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	scale := sim.NewScale(profileOf(t, "mt-sics"))
	probe, probe2 := sim.NewProbe(profileOf(t, "probe-xymd02")), sim.NewProbe(profileOf(t, "probe-xymd02"))
	b := newHookedBench(t, alertTables, nil, map[string]plugged{"gun": gun, "gun2": gun2, "scale": scale, "cold": probe, "cold2": probe2},
		hooks{every: 20 * time.Millisecond})
	b.allOnline(5)
	b.await("nothing wrong", func(v *station.View) bool {
		return v.Printer.Status == "ready" && v.Scale != nil && v.Scale.State == "stable" && !v.Health.Checking && len(v.Alerts(time.Now().Add(time.Minute))) == 0
	})
	pull := func(d plugged, name string, code station.AlertCode, subject string) {
		t.Helper()
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		b.alerted(code, subject, true)
		if name == "" {
			return
		}
		if err := d.Plug(b.devDir, name); err != nil {
			t.Fatal(err)
		}
		b.alerted(code, subject, false)
	}
	pull(gun, "gun", station.AlertScanner, "gun1")
	pull(scale, "scale", station.AlertScale, "scale1")
	pull(probe, "cold", station.AlertProbe, "cold-1")
	pull(gun2, "", station.AlertScanner, "gun2")
	pull(gun, "gun", station.AlertNoScanner, "")
	if err := gun2.Plug(b.devDir, "gun2"); err != nil {
		t.Fatal(err)
	}
	b.alerted(station.AlertScanner, "gun2", false)

	probe.Set(-9_000)
	b.alerted(station.AlertCold, "cold-1", true)
	probe.Set(-18_000)
	b.alerted(station.AlertCold, "cold-1", false)

	pull(probe2, "cold2", station.AlertColdSilent, "cold-2")
	scale.Mute(true)
	b.alerted(station.AlertScaleSilent, "scale1", true)
	scale.Mute(false)
	b.alerted(station.AlertScaleSilent, "scale1", false)

	spool := filepath.Join(b.data, "spool")
	if err := os.Rename(spool, spool+".away"); err != nil {
		t.Fatal(err)
	}
	b.alerted(station.AlertPrinter, "", true)
	if err := os.Rename(spool+".away", spool); err != nil {
		t.Fatal(err)
	}
	b.alerted(station.AlertPrinter, "", false)

	long := strings.Repeat("X", devices.MaxFrame+10)
	for range 20 {
		b.send(gun2, "PS:LANG")
	}
	b.send(gun2, long, long)
	b.alerted(station.AlertNoise, "gun2", true)
	for range 100 {
		b.send(gun2, "PS:LANG")
	}
	b.alerted(station.AlertNoise, "gun2", false)
	for range 15 {
		b.send(gun, "NOREAD")
	}
	b.send(gun, "BADGE-LI", "X1", "NO-1", "NO-2", "NO-3")
	b.alerted(station.AlertNoReads, "gun1", true)
	for range 100 {
		b.send(gun, "PS:LANG")
	}
	b.alerted(station.AlertNoReads, "gun1", false)
}

// A paper that cannot be made is parked by the print worker itself; the alert says since
// when, and a restart of the program does not lose it.
func TestAParkedPrintIsAnAlertThatARestartKeeps(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic-acknak"), sim.Options{AckTimeout: livePatience})
	b := newLiveBench(t, gunTable, func(s *order.Shipment) {
		s.Lines = s.Lines[:1]
		s.Lines[0].Qty, s.Parcels[0].Waybill.Number = 1, "SF\u00e91"
	}, map[string]plugged{"gun": gun})
	b.allOnline(1)
	b.alerted(station.AlertParked, "", false)
	b.send(gun, "BADGE-LI", "X1", "ITEM-1")
	b.alerted(station.AlertParked, "", true)
	since := b.last.Printer.ParkedSince
	if age := time.Since(since); b.last.Printer.Parked != 1 || age < 0 || age > time.Hour {
		t.Errorf("%d parked since %v", b.last.Printer.Parked, since)
	}
	b.stop()
	b.start()
	b.alerted(station.AlertParked, "", true)
	if !b.last.Printer.ParkedSince.Equal(since) {
		t.Errorf("after a restart parked since %v, before %v", b.last.Printer.ParkedSince, since)
	}
}

func TestAScannerThatIsAbsentNamesItsNextStepEverywhere(t *testing.T) {
	gun2 := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	b := newLiveBench(t, "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n[[scanner]]\nname = \"gun2\"\nport = \"gun2\"\nprofile = \"generic\"\n",
		nil, map[string]plugged{"gun2": gun2})
	b.allOnline(1)
	for late := time.Now().Add(livePatience); !slices.ContainsFunc(b.last.Alerts(time.Now()), func(a station.Alert) bool { return a.Code == station.AlertScanner }); { // it must have lasted
		if time.Now().After(late) {
			t.Fatal("no alert")
		}
		b.send(gun2, "PS:LANG")
		b.last = <-b.views
	}
	out, code, _ := cli(t, "status", "--json", "--config", b.config)
	var r statusReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		t.Fatal(err, code, out)
	}
	want := alertStatus{Code: "scanner_down", Severity: "warn", Subject: "gun1", What: order.Names{ZH: "设备 gun1：未插", EN: "Device gun1: absent"},
		Do: order.Names{ZH: "把它插好", EN: "Plug it in"}}
	if len(r.Alerts) != 1 || r.Alerts[0].Since.IsZero() {
		t.Fatalf("alerts: %+v", r.Alerts)
	}
	if r.Alerts[0].Since = (time.Time{}); r.Alerts[0] != want {
		t.Errorf("alert %+v, want %+v", r.Alerts[0], want)
	}
	if out, _, _ := cli(t, "status", "--config", b.config); !strings.Contains(out, "Device gun1: absent: Plug it in") {
		t.Errorf("status:\n%s", out)
	}
	if out, _, _ := cli(t, "doctor", "--config", b.config); !strings.Contains(out, "gun1 is absent") || !strings.Contains(out, "nothing is wrong at the bench") {
		t.Errorf("doctor:\n%s", out)
	}
}
