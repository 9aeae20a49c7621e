package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// linkedBench is a station with a real centre behind a line that can be cut.
type linkedBench struct {
	*liveBench
	cfg  *Config
	line *relay
	loop chan *station.Loop
}

func newLinkedBench(t *testing.T) *linkedBench {
	t.Helper()
	dir := t.TempDir()
	c := liveCentre(t, dir)
	line, err := newRelay(t.Context(), "127.0.0.1:0", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	cfg := enrolAt(t, c, stationConfig(t, dir, "https://"+line.Addr()))
	return &linkedBench{liveBench: &liveBench{T: t, data: cfg.DataDir}, cfg: cfg, line: line}
}

// run starts the station; what it returns ends it.
func (b *linkedBench) run() (stop func()) {
	b.Helper()
	b.loop = make(chan *station.Loop, 1)
	b.hooks = hooks{every: 20 * time.Millisecond, patience: 500 * time.Millisecond, extra: func(ctx context.Context, s *session) error {
		b.loop <- s.loop
		<-ctx.Done()
		return nil
	}}
	b.serve(b.cfg)
	return b.stop
}

// at waits until a condition holds as it would at another time, or does not.
func (b *linkedBench) at(code station.AlertCode, when func(*station.View) time.Time, holds bool) {
	b.Helper()
	what := string(code)
	if !holds {
		what += " over"
	}
	b.await(what, func(v *station.View) bool {
		return holds == slices.ContainsFunc(v.Alerts(when(v)), func(a station.Alert) bool { return a.Code == code })
	})
}

// change runs a statement on the station's file while no station runs.
func (b *linkedBench) change(statement string) {
	b.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(b.data, "station.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		b.Fatal(err)
	}
}

func soon(*station.View) time.Time { return time.Now().Add(time.Minute) }

func TestConditionsOfLinkCertificateClockAndDatabaseComeAndGoWithTheRealThing(t *testing.T) {
	b := newLinkedBench(t)
	stop := b.run()
	b.await("the centre", func(v *station.View) bool { return v.Sync.Online && !v.Health.CertUntil.IsZero() })
	b.at(station.AlertCentre, soon, false)

	// The certificate that the centre gave, at another time.
	b.at(station.AlertCertEnding, func(v *station.View) time.Time { return v.Health.CertUntil.Add(-24 * time.Hour) }, true)
	b.at(station.AlertCertExpired, func(v *station.View) time.Time { return v.Health.CertUntil.Add(time.Second) }, true)
	b.at(station.AlertCertEnding, soon, false)

	b.line.Cut()
	b.at(station.AlertCentre, soon, true)
	loop := <-b.loop
	if err := loop.Scan(t.Context(), station.Scan{Device: "gun1", Frame: 1, Text: "NONSENSE", LastByte: time.Now()}); err != nil {
		t.Fatal(err)
	}
	b.await("an event unsent", func(v *station.View) bool { return v.Sync.Unsent > 0 })
	b.at(station.AlertBacklogOld, func(*station.View) time.Time { return time.Now().Add(25 * time.Hour) }, true)
	b.line.Restore()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
	b.at(station.AlertCentre, soon, false)
	b.at(station.AlertBacklogOld, func(*station.View) time.Time { return time.Now().Add(25 * time.Hour) }, false)
	stop()

	// The centre's clock, as this station believes it, is ten minutes ahead; then it speaks.
	b.change("UPDATE sync SET offset_ms = 600000")
	b.line.Cut()
	stop = b.run()
	b.at(station.AlertClock, soon, true)
	stop()
	b.change("UPDATE sync SET offset_ms = 0")

	b.change("UPDATE events SET at = at + 1")
	stop = b.run()
	b.at(station.AlertDamaged, soon, true)
	stop()
	b.change("UPDATE events SET at = at - 1")
	stop = b.run()
	b.await("the check's end", func(v *station.View) bool { return !v.Health.Checking })
	b.at(station.AlertDamaged, soon, false)
	stop()
	if n := len(b.events(order.EventRefused)); n != 1 {
		t.Errorf("%d events of one scan", n)
	}
}
