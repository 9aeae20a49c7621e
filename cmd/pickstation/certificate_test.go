package main

import (
	"path/filepath"
	"testing"
	"time"

	"pickstation/central"
	centralapi "pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/central/pki"
	"pickstation/central/sqlite"
	"pickstation/order"
	"pickstation/station"
)

// briefCentre is a centre whose certificates last as long as a test wants.
type briefCentre struct {
	*testing.T
	dir   string
	svc   *central.Service
	front *centraltest.Front
	pin   string // of its CA
}

func newBriefCentre(t *testing.T, dir string) *briefCentre {
	t.Helper()
	c := &briefCentre{T: t, dir: dir}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "central.db"))
	if err != nil {
		t.Fatal(err)
	}
	vault, err := central.OpenVault(filepath.Join(dir, "vault"), true)
	if err != nil {
		t.Fatal(err)
	}
	if c.svc, err = central.New(t.Context(), store, vault, central.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	ca, err := pki.Open(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key"), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c.pin, c.front = ca.Fingerprint(), centraltest.NewFront(t, ca)
	return c
}

// certify makes the centre give out certificates that last so long.
func (c *briefCentre) certify(life time.Duration) {
	c.Helper()
	ca, err := pki.Open(filepath.Join(c.dir, "ca.pem"), filepath.Join(c.dir, "ca.key"), life)
	if err != nil {
		c.Fatal(err)
	}
	srv, err := centralapi.New(c.svc, ca)
	if err != nil {
		c.Fatal(err)
	}
	c.front.Answer(srv.Handler())
}

func (c *briefCentre) enrol(cfg *Config) {
	c.Helper()
	code, err := c.svc.NewEnrolCode(c.Context(), order.StationID(cfg.Station), "", time.Hour)
	if err == nil {
		err = enrolStation(c.Context(), cfg, code+"."+c.pin)
	}
	if err != nil {
		c.Fatal(err)
	}
}

// expired is the alert of a certificate that has expired, nil none.
func expired(v *station.View) *station.Alert {
	for _, a := range v.Alerts(time.Now()) {
		if a.Code == station.AlertCertExpired {
			return &a
		}
	}
	return nil
}

// TestACertificateThatExpiresWhileTheStationRunsStopsSyncAlone lets one expire for real.
// Who enrols the station anew, as the screen says, need not start it again.
func TestACertificateThatExpiresWhileTheStationRunsStopsSyncAlone(t *testing.T) {
	dir := t.TempDir()
	c := newBriefCentre(t, dir)
	line, err := newRelay(t.Context(), "127.0.0.1:0", c.front.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	config := stationConfig(t, dir, "https://"+line.Addr())
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c.certify(3 * time.Second)
	c.enrol(cfg)
	b := &linkedBench{liveBench: &liveBench{T: t, data: cfg.DataDir}, cfg: cfg, line: line}
	b.run()
	ends := b.await("the centre", func(v *station.View) bool { return v.Sync.Online && !v.Health.CertUntil.IsZero() }).Health.CertUntil
	<-time.After(time.Until(ends) + time.Second)
	b.line.Cut()
	b.line.Restore() // the next connection shows it
	loop := <-b.loop
	if err := loop.Scan(t.Context(), station.Scan{Device: "gun1", Frame: 1, Text: "NONSENSE", LastByte: time.Now()}); err != nil {
		t.Fatalf("a scan: %v", err)
	}
	v := b.await("an event that stays here", func(v *station.View) bool { return v.Sync.Unsent > 0 && !v.Sync.Online })
	if a := expired(v); a == nil || a.Do.Code != order.DoAlertCertExpired {
		t.Errorf("the screen says %+v", v.Alerts(time.Now()))
	}
	if n := len(b.events(order.EventRefused)); n != 1 {
		t.Errorf("%d events of the scan", n)
	}

	c.certify(time.Hour)
	c.enrol(cfg)
	if _, code, err := cli(t, "sync", "--once", "--config", config); code != 0 {
		t.Errorf("sync: %d %v", code, err)
	}
	b.await("let in again", func(v *station.View) bool {
		return v.Sync.Online && v.Sync.Unsent == 0 && v.Health.CertUntil.After(ends) && expired(v) == nil
	})
}
