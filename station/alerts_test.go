package station_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

var alertNow = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func well() *station.View {
	return &station.View{
		Devices: []station.DeviceView{{Name: "gun1", Kind: "scanner", Status: "online"}, {Name: "gun2", Kind: "scanner", Status: "online"},
			{Name: "scale1", Kind: "scale", Status: "online"}, {Name: "cold-1", Kind: "probe", Status: "online"}},
		Scale:   &station.ScaleView{Name: "scale1", State: "stable"},
		Probes:  []station.ProbeView{{Name: "cold-1", State: "measured", MilliC: -20000}},
		Printer: station.PrinterView{Name: "spool:/x", Status: "ready"},
		Sync:    station.SyncView{Online: true, LastWord: alertNow},
		Health:  station.HealthView{DiskFree: 1 << 30, CertUntil: alertNow.Add(100 * 24 * time.Hour)},
	}
}

// raise says how each condition comes about.
var raise = map[station.AlertCode]func(*station.View){
	station.AlertNotSaved:    func(v *station.View) { v.Health.NotSaved = true },
	station.AlertUnsaved:     func(v *station.View) { v.Health.Unsaved = station.Unsaved{Scans: 2, At: alertNow.Add(-time.Minute)} },
	station.AlertDamaged:     func(v *station.View) { v.Health.Damaged = "event 4 is missing" },
	station.AlertChecking:    func(v *station.View) { v.Health.Checking = true },
	station.AlertDiskFull:    func(v *station.View) { v.Health.DiskFree, v.Health.DiskLow, v.Health.DiskFull = 1<<20, true, true },
	station.AlertDiskLow:     func(v *station.View) { v.Health.DiskFree, v.Health.DiskLow = 100<<20, true },
	station.AlertNoScanner:   func(v *station.View) { v.Devices[0].Status, v.Devices[1].Status = "absent", "busy" },
	station.AlertScanner:     func(v *station.View) { v.Devices[0].Status = "absent" },
	station.AlertScale:       func(v *station.View) { v.Devices[2].Status = "denied" },
	station.AlertScaleSilent: func(v *station.View) { v.Scale.State = "stale" },
	station.AlertProbe:       func(v *station.View) { v.Devices[3].Status = "error" },
	station.AlertCold:        func(v *station.View) { v.Probes[0].Alert, v.Probes[0].Worst = order.TooWarm, -9500 },
	station.AlertColdSilent:  func(v *station.View) { v.Probes[0].Alert = order.NoSamples },
	station.AlertWarming:     func(v *station.View) { v.Out = outFor(12 * time.Minute) },
	station.AlertTooWarm:     func(v *station.View) { v.Out = outFor(20 * time.Minute) },
	station.AlertPrinter:     func(v *station.View) { v.Printer.Status = "media_empty" },
	station.AlertParked:      func(v *station.View) { v.Printer.Parked = 2 },
	station.AlertClock:       func(v *station.View) { v.Health.ClockOff = -3 * time.Minute },
	station.AlertFuture:      func(v *station.View) { v.Health.Ahead = 4 * 24 * time.Hour },
	station.AlertCertExpired: func(v *station.View) { v.Health.CertUntil = alertNow.Add(-time.Hour) },
	station.AlertCertEnding:  func(v *station.View) { v.Health.CertUntil = alertNow.Add(48 * time.Hour) },
	station.AlertCentre:      func(v *station.View) { v.Sync.Online, v.Sync.Problem = false, "network" },
	station.AlertBacklog:     func(v *station.View) { v.Sync.Unsent, v.Sync.Oldest = 9, alertNow.Add(-time.Hour) },
	station.AlertBacklogOld:  func(v *station.View) { v.Sync.Unsent, v.Sync.Oldest = 9, alertNow.Add(-25*time.Hour) },
	station.AlertDiffers:     func(v *station.View) { v.Sync.Differs = "work" },
	station.AlertCopy:        func(v *station.View) { v.Copy.Problem = station.CopyAbsent },
	station.AlertNoReads:     func(v *station.View) { v.Devices[0].Reads = station.ReadView{Triggers: 40, NoReads: 10} },
	station.AlertNoise:       func(v *station.View) { v.Devices[0].Reads = station.ReadView{Triggers: 40, Bad: 5} },
}

// outFor is frozen goods that have been out for so long; 20 minutes are allowed.
func outFor(d time.Duration) []station.OutView {
	return []station.OutView{{Ref: "1042", OutClock: order.OutClock{Temp: order.Frozen, Since: alertNow.Add(-d)}, WarnS: 600, HoldS: 1200}}
}

func codes(list []station.Alert) (all []station.AlertCode) {
	for _, a := range list {
		all = append(all, a.Code)
	}
	return all
}

func TestEachConditionIsRaisedAloneAndClearedWithItsCause(t *testing.T) {
	if got := well().Alerts(alertNow); len(got) != 0 {
		t.Fatalf("a bench on which all is well has alerts %v", codes(got))
	}
	for _, c := range station.Conditions() {
		do := raise[c.Code]
		if do == nil {
			t.Errorf("no way to raise %s", c.Code)
			continue
		}
		v := well()
		do(v)
		got := v.Alerts(alertNow)
		if len(got) != 1 || got[0].Code != c.Code || got[0].Severity != c.Severity {
			t.Errorf("%s: alerts %v", c.Code, codes(got))
			continue
		}
		if got[0].What.Code == "" || got[0].Do.Code == "" {
			t.Errorf("%s says nothing or no next step: %+v", c.Code, got[0])
		}
		for _, h := range c.HiddenBy {
			if raise[h] == nil {
				t.Errorf("%s is hidden by %s, which is no condition", c.Code, h)
			}
		}
	}
}

func TestACauseHidesWhatItExplains(t *testing.T) {
	for _, c := range [][2]station.AlertCode{
		{station.AlertCentre, station.AlertBacklog}, {station.AlertClock, station.AlertCentre}, {station.AlertCertExpired, station.AlertCentre},
		{station.AlertDiskFull, station.AlertDiskLow}, {station.AlertPrinter, station.AlertParked}, {station.AlertNotSaved, station.AlertUnsaved},
		{station.AlertNoScanner, station.AlertScanner}, {station.AlertScanner, station.AlertNoReads}, {station.AlertScale, station.AlertScaleSilent},
		{station.AlertColdSilent, station.AlertProbe}, {station.AlertCertExpired, station.AlertCertEnding}, {station.AlertBacklogOld, station.AlertBacklog},
		{station.AlertCentre, station.AlertDiffers},
	} {
		v := well()
		raise[c[1]](v)
		raise[c[0]](v)
		if got := codes(v.Alerts(alertNow)); len(got) != 1 || got[0] != c[0] {
			t.Errorf("%s and %s: alerts %v", c[0], c[1], got)
		}
	}
	v := well() // of another device nothing is explained
	raise[station.AlertNoReads](v)
	v.Devices[1].Status = "absent"
	if got := codes(v.Alerts(alertNow)); len(got) != 2 {
		t.Errorf("another gun: %v", got)
	}
}

func TestAStationWithoutACentreHasNoBacklog(t *testing.T) {
	for _, c := range []station.AlertCode{station.AlertBacklog, station.AlertBacklogOld} {
		v := well()
		raise[c](v)
		v.Sync.Alone = true
		if got := v.Alerts(alertNow); len(got) != 0 {
			t.Errorf("%v", codes(got))
		}
	}
	b := stock(t, t.TempDir())
	b.start(func(o *station.Options) { o.Alone = true })
	if b.scan("NONSENSE"); !b.settle().Sync.Alone {
		t.Error("the view does not know that the station is alone")
	}
}

func TestWhatEndsByItselfIsNotShown(t *testing.T) {
	for _, c := range station.Conditions() {
		if c.After == 0 {
			continue
		}
		v := well()
		raise[c.Code](v)
		since := func(d time.Duration) {
			at := alertNow.Add(-d)
			for i := range v.Devices {
				v.Devices[i].Since = at
			}
			v.Scale.Since, v.Printer.Since, v.Sync.Since, v.Sync.DiffersSince, v.Copy.Since = at, at, at, at, at
		}
		since(c.After - time.Millisecond)
		if got := v.Alerts(alertNow); len(got) != 0 {
			t.Errorf("%s is shown too early: %v", c.Code, codes(got))
		}
		since(c.After)
		if got := v.Alerts(alertNow); len(got) != 1 {
			t.Errorf("%s is not shown after %v", c.Code, c.After)
		}
	}
}

func TestTheGravestConditionComesFirst(t *testing.T) {
	v := well()
	for _, c := range []station.AlertCode{station.AlertChecking, station.AlertPrinter, station.AlertCold, station.AlertNotSaved} {
		raise[c](v)
	}
	want := []station.AlertCode{station.AlertNotSaved, station.AlertCold, station.AlertPrinter, station.AlertChecking}
	if got := codes(v.Alerts(alertNow)); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestADiskIsLowAtATenthAndFullAtATwentieth(t *testing.T) {
	for _, c := range []struct {
		free, total int64
		low, full   bool
	}{
		{100 << 20, 1000 << 20, false, false}, {99 << 20, 1000 << 20, true, false}, {50 << 20, 1000 << 20, true, false}, {49 << 20, 1000 << 20, true, true},
		{16 << 20, 48 << 20, false, false}, {15 << 20, 48 << 20, true, true}, // a small disk
		{9 << 30, 1 << 40, false, false}, {7 << 30, 1 << 40, true, false}, {3 << 30, 1 << 40, true, true}, // a large disk
	} {
		if low, full := station.DiskRoom(c.free, c.total); low != c.low || full != c.full {
			t.Errorf("%d of %d MB free: low %v, full %v", c.free>>20, c.total>>20, low, full)
		}
	}
}

// TestTheLoopKnowsSinceWhenAndHowWellAGunReads goes through the loop's own mailbox.
func TestTheLoopKnowsSinceWhenAndHowWellAGunReads(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	later := func(d time.Duration) []station.AlertCode { return codes(b.settle().Alerts(time.Now().Add(d))) }
	must(b.loop.SetDevice(ctx, station.DeviceView{Name: "gun1", Kind: "scanner", Status: "absent"}))
	must(b.loop.SetPrinter(ctx, station.PrinterView{Name: "p", Status: "jam"}))
	if got := later(0); len(got) != 0 {
		t.Errorf("at once: %v", got)
	}
	if got := later(time.Minute); !slices.Equal(got, []station.AlertCode{station.AlertNoScanner, station.AlertPrinter}) {
		t.Errorf("after a minute: %v", got)
	}
	must(b.loop.SetDevice(ctx, station.DeviceView{Name: "gun1", Kind: "scanner", Status: "online"}))
	must(b.loop.SetPrinter(ctx, station.PrinterView{Name: "p", Status: "ready"}))
	must(b.loop.SetReads(ctx, "gun1", station.Reads{Scans: 60, NoReads: 40}))
	if got := later(0); !slices.Equal(got, []station.AlertCode{station.AlertNoReads}) {
		t.Errorf("a gun that misses: %v", got)
	}
	must(b.loop.SetReads(ctx, "gun1", station.Reads{Scans: 115, NoReads: 40})) // its window was wiped
	must(b.loop.SetReads(ctx, "gun1", station.Reads{Scans: 170, NoReads: 40}))
	if got := later(0); len(got) != 0 {
		t.Errorf("a gun that reads again: %v", got)
	}
	must(b.loop.SetHost(ctx, station.Host{ClockOff: 2 * time.Minute, CertUntil: time.Now().Add(time.Hour)}))
	must(b.loop.SetDisk(ctx, 1<<20, 1<<30))
	if got := later(0); !slices.Equal(got, []station.AlertCode{station.AlertDiskFull, station.AlertClock, station.AlertCertEnding}) {
		t.Errorf("the machine: %v", got)
	}
	must(b.loop.SetHost(ctx, station.Host{}))
	must(b.loop.SetDisk(ctx, 1<<29, 1<<30))
	if got := later(0); len(got) != 0 {
		t.Errorf("all well again: %v", got)
	}
}
