package main

import (
	"encoding/json"
	"strings"
	"testing"

	"pickstation/devices/sim"
	"pickstation/station"
)

func TestTheShiftIsTheSameFromTheStationAndFromItsDatabase(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	b := newLiveBench(t, "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n", nil, map[string]plugged{"gun": gun})
	b.allOnline(1)
	b.send(gun, "BADGE-LI", "X1", "ITEM-1", "NO-SUCH-CODE", "ITEM-1")
	b.await("two units", func(v *station.View) bool { return v.Work != nil && v.Work.Picked == 2 })
	ask := func() shiftReport {
		t.Helper()
		out, code, _ := cli(t, "status", "--shift", "--json", "--config", b.config)
		var r shiftReport
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || strings.Count(out, "\n") != 1 {
			t.Fatal(err, code, out)
		}
		return r
	}
	live := ask()
	if !live.Running || live.Shift.Scans != 5 || live.Shift.Wrong != 1 || live.Shift.Units != 2 || len(live.Shift.People) != 1 || live.P99MS <= 0 {
		t.Errorf("the running station: %+v", live)
	}
	text, code, _ := cli(t, "status", "--shift", "--config", b.config)
	if code != 0 || !strings.Contains(text, "5, 1 wrong (20.0 %)") || !strings.Contains(text, "2 picked") {
		t.Errorf("for a person:\n%s", text)
	}
	today := func() scanStatus {
		t.Helper()
		out, code, _ := cli(t, "status", "--json", "--config", b.config)
		var r statusReport
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
			t.Fatal(err, code, out)
		}
		return scanStatus{Today: r.Scans.Today, WrongToday: r.Scans.WrongToday, UnitsToday: r.Scans.UnitsToday, ShippedToday: r.Scans.ShippedToday}
	}
	liveDay := today()
	b.stop()
	if got := today(); got != liveDay || got.Today != 5 || got.WrongToday != 1 || got.UnitsToday != 2 {
		t.Errorf("the day is %+v from the database, %+v from the station", got, liveDay)
	}
	stored := ask()
	if stored.Running || stored.Station != "bench-1" || stored.Shift.Scans != live.Shift.Scans || stored.Shift.Units != live.Shift.Units || !stored.Shift.Began.Equal(live.Shift.Began) {
		t.Errorf("its database: %+v", stored)
	}
}
