package tui

import (
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// TestAColdPlaceOutOfItsLimitsStandsOnEveryScreen: a picker sees it, not only who asks
// for the status; a good probe says nothing, and a scale is no scanner.
func TestAColdPlaceOutOfItsLimitsStandsOnEveryScreen(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	v := &station.View{Bench: order.Bench{Screen: order.ScreenQueue, Operator: "li"},
		Devices: []station.DeviceView{{Name: "gun1", Kind: "scanner", Status: "absent"}, {Name: "scale1", Kind: "scale", Status: "online"}},
		Probes: []station.ProbeView{{Name: "cold-1", Alert: order.TooWarm, Worst: -11500, Since: now.Add(-12 * time.Minute)},
			{Name: "cold-2", State: "measured", MilliC: -20000}}}
	for _, lang := range []string{"en", "zh"} {
		for _, size := range []Size{{W: 80, H: 24}, {W: 40, H: 16}} {
			got := Render(v, size, Options{Lang: lang, Profile: Mono, Now: now})
			if !strings.Contains(got, "cold-1") || strings.Contains(got, "cold-2") {
				t.Errorf("%s %v:\n%s", lang, size, got)
			}
		}
	}
	got := Render(v, Size{W: 80, H: 24}, Options{Lang: "en", Profile: Mono, Now: now})
	if !strings.Contains(got, "too warm -11.5 C") {
		t.Errorf("the worst temperature is missing:\n%s", got)
	}
	if strings.Contains(got, "gun1") {
		t.Errorf("no scanner answers, but the screen names one device:\n%s", got)
	}
}
