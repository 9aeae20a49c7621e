package devices_test

import (
	"testing"
	"time"

	"pickstation/devices"
)

func TestAnAlertThatWasRaisedBeforeARestartIsNotRaisedAgainAndEnds(t *testing.T) {
	start := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	limits := devices.ColdLimits{MaxMilliC: -15_000, MinMilliC: -40_000, For: 10 * time.Minute, Gap: 5 * time.Minute}
	sample := func(min int, milliC int64) devices.Temperature {
		return devices.Temperature{State: devices.Measured, MilliC: milliC, At: start.Add(time.Duration(min) * time.Minute)}
	}
	w := devices.ColdWatch{Limits: limits}
	w.Resume(devices.ColdAlert{Kind: "too-warm", Since: start.Add(-time.Hour), MilliC: -9_000})
	if got := w.Push(sample(0, -12_000)); len(got) != 0 {
		t.Errorf("raised again: %+v", got)
	}
	if got := w.Push(sample(1, -18_000)); len(got) != 1 || !got[0].Over || got[0].Kind != "too-warm" || got[0].MilliC != -9_000 || !got[0].Since.Equal(start.Add(-time.Hour)) {
		t.Errorf("the end: %+v", got)
	}
	w = devices.ColdWatch{Limits: limits}
	w.Resume(devices.ColdAlert{Kind: "no-samples", Since: start.Add(-time.Hour)})
	if got := w.Tick(start.Add(time.Hour)); len(got) != 0 {
		t.Errorf("raised again: %+v", got)
	}
	if got := w.Push(sample(61, -18_000)); len(got) != 1 || !got[0].Over || got[0].Kind != "no-samples" || !got[0].Since.Equal(start.Add(-time.Hour)) {
		t.Errorf("the end: %+v", got)
	}
}
