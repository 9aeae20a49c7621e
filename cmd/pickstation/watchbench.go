package main

import (
	"context"
	"time"

	"pickstation/devices"
	"pickstation/station"
)

// benchEvery is how often the machine is looked at: free space, the clock, the
// certificate, what the scanners have counted.
const benchEvery = 10 * time.Second

// watchBench tells the loop how the machine is, until ctx ends. What it tells fails only
// when the loop has ended.
func (s *session) watchBench(ctx context.Context, clock station.Clock, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	var told station.Host
	var disk int64 = -1
	reads := map[string]station.Reads{}
	var counted []byte
	for {
		if free, total, err := s.db.DiskFree(); err == nil && free>>20 != disk {
			disk = free >> 20
			_ = s.loop.SetDisk(ctx, free, total)
		}
		if h := (station.Host{ClockOff: clock.Now().Sub(clock.Wall()).Truncate(time.Second), CertUntil: s.certUntil()}); h != told {
			told = h
			_ = s.loop.SetHost(ctx, h)
		}
		for _, d := range s.devs.states() {
			if r := readsOf(d); d.Kind == "scanner" && r != reads[d.Device] {
				reads[d.Device] = r
				_ = s.loop.SetReads(ctx, d.Device, r)
			}
		}
		_ = s.loop.Tick(ctx)
		counted = s.keepCounted(ctx, counted)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// readsOf is what a scanner has counted.
func readsOf(d devices.State) station.Reads {
	return station.Reads{Scans: d.Health.Frames, NoReads: d.Health.NoReads, Bad: d.Health.BadFrames}
}

// certUntil is when the station's certificate ends; zero where it has none.
func (s *session) certUntil() time.Time {
	if s.cfg.Central.URL == "" {
		return time.Time{}
	}
	id, err := identityIn(s.cfg.DataDir)
	if err != nil {
		return time.Time{}
	}
	return id.NotAfter()
}
