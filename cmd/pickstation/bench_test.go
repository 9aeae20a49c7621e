package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// liveBench is a whole station in this process, with simulated devices on its ports.
type liveBench struct {
	*testing.T
	config string // its file
	data   string
	devDir string
	views  chan *station.View
	last   *station.View
	stop   func() // ends the station; more than once is fine
	hooks  hooks  // of the station, but for its views
}

const livePatience = 30 * time.Second

// plugged is a simulated device.
type plugged interface {
	Plug(dir, name string) error
	Unplug() error
}

// newLiveBench starts a station with these tables in its configuration.
func newLiveBench(t *testing.T, tables string, change func(*order.Shipment), sims map[string]plugged) *liveBench {
	t.Helper()
	return newHookedBench(t, tables, change, sims, hooks{})
}

// newHookedBench is newLiveBench with something between the station's parts.
func newHookedBench(t *testing.T, tables string, change func(*order.Shipment), sims map[string]plugged, h hooks) *liveBench {
	t.Helper()
	b := &liveBench{T: t, hooks: h, data: filepath.Join(t.TempDir(), "data"), devDir: t.TempDir(), views: make(chan *station.View, 1)}
	stockBench(t, b.data, change)
	for name, d := range sims {
		if err := d.Plug(b.devDir, name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Unplug() })
	}
	if err := os.Mkdir(filepath.Join(b.data, "spool"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.config = filepath.Join(b.data, "pickstation.toml")
	text := fmt.Sprintf("station = \"bench-1\"\ndata_dir = %q\ndev_dir = %q\n%s", b.data, b.devDir, tables)
	if err := os.WriteFile(b.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b.start()
	return b
}

// start starts the station, again after stop.
func (b *liveBench) start() {
	b.Helper()
	cfg, err := loadConfig(b.config)
	if err != nil {
		b.Fatal(err)
	}
	b.serve(cfg)
}

// serve runs the station of a configuration.
func (b *liveBench) serve(cfg *Config) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	mail := newLatest()
	b.views, b.last = mail.c, nil
	h := b.hooks
	h.onView = mail.put
	go func() { ended <- runStation(ctx, cfg, slog.New(slog.DiscardHandler), h) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Errorf("the station ended with %v", err)
		}
	})
	b.Cleanup(b.stop)
}

// await waits for a view.
func (b *liveBench) await(what string, ok func(*station.View) bool) *station.View {
	b.Helper()
	late := time.After(livePatience)
	for {
		if b.last != nil && ok(b.last) {
			return b.last
		}
		select {
		case b.last = <-b.views:
		case <-late:
			b.Fatalf("%s is never seen; the last view: %+v, scale %+v, probes %+v, work %+v, printer %+v, verdict %+v", what, b.last.Bench, b.last.Scale, b.last.Probes, b.last.Work, b.last.Printer, b.last.Verdict)
		}
	}
}

// allOnline waits until n devices are read.
func (b *liveBench) allOnline(n int) {
	b.Helper()
	b.await("every device online", func(v *station.View) bool {
		up := 0
		for _, d := range v.Devices {
			if d.Status == string(devices.Online) {
				up++
			}
		}
		return up == n
	})
}

func (b *liveBench) events(typ order.EventType) (list []order.Event) {
	for _, e := range eventsOf(b.T, b.data) {
		if e.Type == typ {
			list = append(list, e)
		}
	}
	return list
}

// profileOf finds a profile for a simulator.
func profileOf(t *testing.T, name string) devices.Profile {
	t.Helper()
	p, err := devices.ProfileNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (b *liveBench) send(gun *sim.Scanner, texts ...string) {
	b.Helper()
	for _, text := range texts {
		ctx, cancel := context.WithTimeout(context.Background(), livePatience)
		_, err := gun.Send(ctx, []byte(text))
		cancel()
		if err != nil {
			b.Fatal(err)
		}
	}
}

const gunTable = "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic-acknak\"\n"

func TestTheScaleWeighsEveryParcelOnceWithoutAKey(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic-acknak"), sim.Options{AckTimeout: livePatience})
	scale := sim.NewScale(profileOf(t, "mt-sics"))
	scale.Settle = 2
	b := newLiveBench(t, gunTable+"[[scale]]\nname = \"scale1\"\nport = \"scale\"\nprofile = \"mt-sics\"\n", func(s *order.Shipment) {
		s.Lines = s.Lines[:1]
		s.Lines[0].Qty, s.Lines[0].WeightG = 2, 250
		s.Parcels = append(s.Parcels, order.Parcel{No: 2, ID: "P2", Waybill: order.Waybill{Number: "SF2"}})
	}, map[string]plugged{"gun": gun, "scale": scale})
	b.allOnline(2)
	b.await("an empty pan", func(v *station.View) bool { return v.Scale != nil && v.Scale.State == "stable" && v.Scale.Grams == 0 })
	b.send(gun, "BADGE-LI", "X1", "ITEM-1")
	scale.Put("0.530", "kg", false)
	b.await("the weight", func(v *station.View) bool {
		return v.Scale.State == "stable" && v.Scale.Grams == 530 && v.Scale.Expected == 0
	})
	if n := len(b.events(order.EventWeighed)); n != 0 {
		t.Errorf("%d weighings while goods are picked", n)
	}
	b.send(gun, "ITEM-1")
	b.await("the weighing", func(*station.View) bool { return len(b.events(order.EventWeighed)) == 1 })
	scale.Put("0.545", "kg", false)
	b.await("another weight", func(v *station.View) bool { return v.Scale.State == "stable" && v.Scale.Grams == 545 })
	b.await("the label", func(v *station.View) bool { return v.Work != nil && v.Work.Parcels[0].Print == order.PrintDone })
	b.send(gun, "SF1")
	b.await("the next parcel", func(v *station.View) bool { return v.Work.Parcels[0].Labelled })
	scale.Put("0.550", "kg", false)
	b.await("a third weight", func(v *station.View) bool { return v.Scale.State == "stable" && v.Scale.Grams == 550 })
	if w := b.events(order.EventWeighed); len(w) != 1 || w[0].WeightG != 530 || w[0].Parcel != 1 || w[0].Device != "scale1" || w[0].Source != order.Weighed {
		t.Errorf("weighings before the pan was empty: %+v", w)
	}
	scale.Put("0.000", "kg", false)
	b.await("an empty pan again", func(v *station.View) bool { return v.Scale.State == "stable" && v.Scale.Grams == 0 })
	scale.Put("0.610", "kg", false)
	b.await("the second weighing", func(*station.View) bool { return len(b.events(order.EventWeighed)) == 2 })
	if w := b.events(order.EventWeighed); w[1].Parcel != 2 || w[1].WeightG != 610 {
		t.Errorf("the second weighing: %+v", w[1])
	}
	if err := scale.Unplug(); err != nil {
		t.Fatal(err)
	}
	b.await("a scale that is gone", func(v *station.View) bool { return v.Scale.State == "stale" && v.Scale.Grams == 0 })
}

func TestAColdPlaceThatWarmsUpAlertsUntilItIsColdAgain(t *testing.T) {
	probe := sim.NewProbe(profileOf(t, "probe-xymd02"))
	probe.Set(-18_000)
	b := newLiveBench(t, `[[probe]]
name = "cold-1"
port = "cold"
profile = "probe-xymd02"
limit_c = -15.0
min_c = -30
for = "200ms"
gap = "700ms"
every = "20ms"
`, nil, map[string]plugged{"cold": probe})
	b.await("a sample", func(v *station.View) bool {
		return len(v.Probes) == 1 && v.Probes[0].State == "measured" && v.Probes[0].MilliC == -18_000
	})
	probe.Set(-9_500)
	b.await("the alert", func(v *station.View) bool { return v.Probes[0].Alert == order.TooWarm && v.Probes[0].Worst == -9_500 })
	probe.Set(-18_000)
	b.await("the end of the alert", func(v *station.View) bool { return v.Probes[0].Alert == "" })
	if err := probe.Unplug(); err != nil {
		t.Fatal(err)
	}
	b.await("the alert that nothing is known", func(v *station.View) bool { return v.Probes[0].Alert == order.NoSamples })
	if err := probe.Plug(b.devDir, "cold"); err != nil {
		t.Fatal(err)
	}
	b.await("the end of that", func(v *station.View) bool { return v.Probes[0].Alert == "" && v.Probes[0].State == "measured" })
	var got []string
	for _, e := range b.events(order.EventTemperature) {
		a := order.ColdAlertOf(&e)
		got = append(got, fmt.Sprintf("%s %v", a.Kind, a.Over))
		if a.Probe != "cold-1" || a.Since.After(e.Time()) || a.Kind == order.TooWarm && a.MilliC != -9_500 {
			t.Errorf("event %s", e.Body)
		}
	}
	if strings.Join(got, ", ") != "too_warm false, too_warm true, no_samples false, no_samples true" {
		t.Errorf("events: %v", got)
	}
}

func TestAColdAlertIsOverAfterARestartWhenThePlaceIsCold(t *testing.T) {
	probe := sim.NewProbe(profileOf(t, "probe-xymd02"))
	probe.Set(-9_500)
	b := newLiveBench(t, "[[probe]]\nname = \"cold-1\"\nport = \"cold\"\nprofile = \"probe-xymd02\"\nlimit_c = -15.0\nfor = \"200ms\"\nevery = \"20ms\"\n",
		nil, map[string]plugged{"cold": probe})
	b.await("the alert", func(v *station.View) bool { return len(v.Probes) == 1 && v.Probes[0].Alert == order.TooWarm })
	b.stop()
	probe.Set(-18_000)
	b.start()
	b.await("the end of the alert", func(v *station.View) bool {
		return len(v.Probes) == 1 && v.Probes[0].State == "measured" && v.Probes[0].Alert == ""
	})
	e := b.events(order.EventTemperature)
	if len(e) != 2 || e[0].Over || !e[1].Over || e[0].Since != e[1].Since || e[1].MilliC != -9_500 {
		t.Errorf("events: %+v", e)
	}
}

func TestDevicesAreWatchedThroughTheRunningStation(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic-acknak"), sim.Options{AckTimeout: livePatience})
	scale := sim.NewScale(profileOf(t, "mt-sics"))
	b := newLiveBench(t, gunTable+"[[scale]]\nname = \"scale1\"\nport = \"scale\"\nprofile = \"mt-sics\"\n", nil,
		map[string]plugged{"gun": gun, "scale": scale})
	b.allOnline(2)
	c := startCommand(t, newDevicesWatch(), strings.NewReader(""), "--config", b.config, "--count", "2")
	if l := c.await("status"); l["device"] != "gun1" || l["status"] != "online" || l["kind"] != "scanner" {
		t.Errorf("the first line: %v", l)
	}
	if l := c.await("status"); l["device"] != "scale1" || l["kind"] != "scale" {
		t.Errorf("the second line: %v", l)
	}
	b.send(gun, "BADGE-LI")
	if l := c.await("raw_hex"); l["device"] != "gun1" || l["text"] != "BADGE-LI" || l["via"] != "acknak" {
		t.Errorf("a scan: %v", l)
	}
	scale.Put("1.250", "kg", false)
	for l := c.await("weight"); l["weight"] != "1.250" || l["state"] != "stable"; l = c.await("weight") {
	}
	b.send(gun, "X1")
	if l := c.await("raw_hex"); l["text"] != "X1" {
		t.Errorf("a scan: %v", l)
	}
	if code := c.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	b.await("the work that was opened meanwhile", func(v *station.View) bool { return v.Work != nil && v.Work.ID == "S1" })
	c = startCommand(t, newDevicesWatch(), strings.NewReader(""), "--config", b.config, "--answer", "ok")
	if code := c.end(); code != exitUsage {
		t.Errorf("--answer beside a station that answers: exit code %d", code)
	}
}

func TestStatusAndDoctorTellHowTheDevicesAre(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic-acknak"), sim.Options{AckTimeout: livePatience})
	probe := sim.NewProbe(profileOf(t, "probe-xymd02"))
	probe.Set(4_000)
	b := newLiveBench(t, gunTable+"[[scale]]\nname = \"scale1\"\nport = \"scale\"\nprofile = \"mt-sics\"\n"+
		"[[probe]]\nname = \"cold-1\"\nport = \"cold\"\nprofile = \"probe-xymd02\"\nlimit_c = 2.0\nfor = \"1ms\"\nevery = \"20ms\"\n", nil,
		map[string]plugged{"gun": gun, "cold": probe})
	b.allOnline(2)
	b.send(gun, "BADGE-LI", "X1")
	b.await("the alert", func(v *station.View) bool { return len(v.Probes) == 1 && v.Probes[0].Alert == order.TooWarm })
	out, code, _ := cli(t, "status", "--json", "--config", b.config)
	var r statusReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		t.Fatal(err, code, out)
	}
	if len(r.Devices) != 3 || r.Devices[0].Kind != "scanner" || r.Devices[0].Frames != 2 || r.Devices[0].Answers != 2 ||
		r.Devices[1].Kind != "scale" || r.Devices[1].Status != "absent" || r.Devices[2].Kind != "probe" {
		t.Errorf("devices: %+v", r.Devices)
	}
	if len(r.Probes) != 1 || r.Probes[0].MilliC != 4_000 || r.Probes[0].Alert != "too_warm" {
		t.Errorf("probes: %+v", r.Probes)
	}
	out, code, _ = cli(t, "doctor", "--config", b.config)
	for _, want := range []string{"ok    scanner    gun1", "warn  scale      scale1 is absent", "fail  cold       cold-1 is too warm"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor does not say %q:\n%s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("doctor: exit code %d", code)
	}
}

func TestWhatADeviceHasCountedIsJudged(t *testing.T) {
	for name, c := range map[string]struct {
		d    deviceStatus
		want string
	}{
		"well":               {deviceStatus{Status: "online", Frames: 1000, NoReads: 10, NoReadRate: 0.01}, "ok"},
		"too few to tell":    {deviceStatus{Status: "online", Frames: 3, BadFrames: 2}, "ok"},
		"noise":              {deviceStatus{Status: "online", Frames: 100, BadFrames: 10}, "warn"},
		"nothing read":       {deviceStatus{Status: "online", Frames: 60, NoReads: 40, NoReadRate: 0.4}, "warn"},
		"comes and goes":     {deviceStatus{Status: "online", Frames: 100, Reconnects: 5}, "warn"},
		"answered late":      {deviceStatus{Status: "online", Frames: 100, AnswerP99MS: 1500}, "warn"},
		"another program's":  {deviceStatus{Status: "busy", Hint: "end it"}, "warn"},
		"not there, no hint": {deviceStatus{Status: "absent"}, "warn"},
	} {
		var got finding
		examineDevice(&c.d, func(check, result, what, do string) { got = finding{check, result, what, do} })
		if got.Result != c.want || (got.Result == "ok") != (got.Do == "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWeightsAreWrittenAsTheScaleShowsThem(t *testing.T) {
	for want, c := range map[string][2]int64{"1.250": {1250, -3}, "0.005": {5, -3}, "-0.020": {-20, -3}, "12": {12, 0}, "1200": {12, 2}, "-18.500": {-18500, -3}} {
		if got := decimalText(c[0], int(c[1])); got != want {
			t.Errorf("%d e%d: %s, want %s", c[0], c[1], got, want)
		}
	}
}

func TestDevicesOfAConfigurationAreChecked(t *testing.T) {
	for name, c := range map[string]struct{ tables, want string }{
		"a scale":                   {"[[scale]]\nname=\"s\"\nport=\"p\"\nprofile=\"mt-sics\"\n", ""},
		"a probe":                   {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\nlimit_c=-15.0\nfor=\"5m\"\n", ""},
		"a scanner's profile":       {"[[scale]]\nname=\"s\"\nport=\"p\"\nprofile=\"generic\"\n", "generic is one of a scanner"},
		"no profile":                {"[[scale]]\nname=\"s\"\nport=\"p\"\n", "profile"},
		"one name twice":            {gunTable + "[[scale]]\nname=\"gun1\"\nport=\"p\"\nprofile=\"mt-sics\"\n", "two devices are named"},
		"no port":                   {"[[probe]]\nname=\"s\"\nprofile=\"probe-srth\"\n", "needs a name and a port"},
		"a class that is none":      {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\nclass=\"cool\"\n", "is not frozen, chilled or ambient"},
		"limits that cross":         {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\nlimit_c=-20\nmin_c=-10\n", "is not above"},
		"a limit that is none":      {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\nlimit_c=nan\n", "no temperature"},
		"a time that is none":       {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\nfor=\"soon\"\n", "invalid duration"},
		"no time at all":            {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\ngap=\"0s\"\n", "above zero"},
		"asked less often than gap": {"[[probe]]\nname=\"s\"\nport=\"p\"\nprofile=\"probe-srth\"\ngap=\"10s\"\nevery=\"20s\"\n", "does not go with"},
	} {
		path := filepath.Join(t.TempDir(), "pickstation.toml")
		if err := os.WriteFile(path, []byte("station=\"b\"\ndata_dir=\"d\"\n"+c.tables), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(path)
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		case err == nil:
			if _, err := cfg.bench(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
