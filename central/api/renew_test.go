package api_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pickstation/central"
	centralapi "pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/central/pki"
	"pickstation/order"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// tlsCentre is a centre over real TLS whose clock the test moves.
type tlsCentre struct {
	*centraltest.Centre
	url    string
	future atomic.Int64 // how far the clock of centre and stations is ahead
	seen   watched
}

// watched tells that somebody looks for news, and counts reads by whether they may wait.
type watched struct {
	central.Store
	asked            chan struct{}
	patient, hurried *atomic.Int64
}

func (w watched) Read(ctx context.Context, fn func(central.Reader) error) error {
	if central.IsPatient(ctx) {
		w.patient.Add(1)
	} else {
		w.hurried.Add(1)
	}
	return w.Store.Read(ctx, fn)
}

func (w watched) Changed(station order.StationID) <-chan struct{} {
	news := w.Store.Changed(station)
	select {
	case w.asked <- struct{}{}:
	default:
	}
	return news
}

func (c *tlsCentre) now() time.Time { return time.Now().Add(time.Duration(c.future.Load())) }

func startTLS(t *testing.T, life time.Duration) *tlsCentre {
	t.Helper()
	c := &tlsCentre{Centre: centraltest.New(t)}
	c.seen = watched{c.Store, make(chan struct{}, 1), &atomic.Int64{}, &atomic.Int64{}}
	vault, err := central.OpenVault(c.Path+".key", false)
	if err != nil {
		t.Fatal(err)
	}
	if c.Service, err = central.New(t.Context(), c.seen, vault, central.Config{Now: c.now}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if c.CA, err = pki.Open(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key"), life); err != nil {
		t.Fatal(err)
	}
	c.CA.SetClock(c.now)
	srv, err := centralapi.New(c.Service, c.CA)
	if err != nil {
		t.Fatal(err)
	}
	front := centraltest.NewFront(t, c.CA)
	front.Answer(srv.Handler())
	c.url = front.URL
	return c
}

// enrolled returns the data folder of an enrolled station.
func (c *tlsCentre) enrolled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c.enrol(t, dir)
	return dir
}

// enrol enrols the station of a data folder, perhaps again.
func (c *tlsCentre) enrol(t *testing.T, dir string) {
	t.Helper()
	code, err := c.NewEnrolCode(t.Context(), "bench-1", "", time.Hour)
	if err == nil {
		_, err = api.Enrol(t.Context(), api.Enrolment{URL: c.url, Code: code + "." + c.CA.Fingerprint(), Dir: dir})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c *tlsCentre) client(t *testing.T, dir string) (*api.Client, *api.Identity) {
	t.Helper()
	id, err := api.Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	id.Now = c.now
	client, err := api.New(id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client, id
}

// beat says how a heartbeat is met: "" or class and code.
func beat(t *testing.T, client *api.Client) string {
	t.Helper()
	_, err := client.Beat(t.Context(), wire.Heartbeat{Proto: wire.Proto})
	var e *api.Error
	if errors.As(err, &e) {
		return e.Class() + " " + e.Code()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

const day = 24 * time.Hour

func TestACertificateIsRenewedAtTwoThirdsAndNobodyIsLockedOut(t *testing.T) {
	c := startTLS(t, 30*day)
	dir := c.enrolled(t)
	client, id := c.client(t, dir)
	if got := time.Until(id.RenewAt()); got < 19*day || got > 20*day {
		t.Errorf("renewed after %s of 30 days", got)
	}
	if done, err := client.RenewIfDue(t.Context(), c.now().Add(19*day)); done || err != nil {
		t.Errorf("renewed too early: %v %v", done, err)
	}
	c.future.Store(int64(21 * day))
	// The answer of a first try is lost: the old certificate goes on.
	if _, err := c.Renew(t.Context(), c.CA, "bench-1", central.Certificate{}, centraltest.Request(t)); err != nil {
		t.Fatal(err)
	}
	equalText(t, "after a lost renewal", beat(t, client), "")
	before := t.TempDir()
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	older, _ := c.client(t, before)
	if done, err := client.RenewIfDue(t.Context(), c.now()); !done || err != nil {
		t.Fatalf("renew: %v %v", done, err)
	}
	equalText(t, "the old one before the new one was used", beat(t, older), "")
	equalText(t, "the new one", beat(t, client), "")
	equalText(t, "the old one then", beat(t, older), "park certificate_replaced")
	if done, err := client.RenewIfDue(t.Context(), c.now()); done || err != nil {
		t.Errorf("renewed twice: %v %v", done, err)
	}
	c.future.Store(int64(45 * day)) // the first certificate has expired
	again, id := c.client(t, dir)
	equalText(t, "after a restart", beat(t, again), "")
	if left := id.NotAfter().Sub(c.now()); left < 5*day || left > 7*day {
		t.Errorf("%s are left", left)
	}
	c.future.Store(int64(60 * day))
	late, _ := c.client(t, dir)
	equalText(t, "expired", refusedBeat(t, late), "park certificate_refused")
}

// refusedBeat says how a heartbeat is met at a new connection. The centre hangs up after
// its alert, and the alert may be lost with that.
func refusedBeat(t *testing.T, client *api.Client) (met string) {
	t.Helper()
	for range 20 {
		client.Close()
		if met = beat(t, client); met != "network no_answer" {
			break
		}
	}
	return met
}

// expired is a station whose certificate has expired while its connection stands.
func expired(t *testing.T) (c *tlsCentre, dir string, client *api.Client, id *api.Identity) {
	t.Helper()
	c = startTLS(t, time.Hour)
	dir = c.enrolled(t)
	client, id = c.client(t, dir)
	equalText(t, "at first", beat(t, client), "")
	c.future.Store(int64(2 * time.Hour))
	return c, dir, client, id
}

// A station goes on running when its certificate has expired or was revoked; who enrols it
// anew need not start it again.
func TestAStationThatIsEnrolledAnewWhileItRunsIsLetIn(t *testing.T) {
	c, dir, client, id := expired(t)
	equalText(t, "expired", refusedBeat(t, client), "park certificate_refused")
	c.enrol(t, dir)
	equalText(t, "enrolled anew", refusedBeat(t, client), "")
	if done, err := client.RenewIfDue(t.Context(), id.NotAfter().Add(2*time.Hour)); !done || err != nil {
		t.Errorf("renewed then: %v %v", done, err)
	}
	equalText(t, "with that", beat(t, client), "")
	if err := c.Revoke(t.Context(), "bench-1"); err != nil {
		t.Fatal(err)
	}
	equalText(t, "revoked", beat(t, client), "park certificate_revoked")
	c.enrol(t, dir)
	equalText(t, "enrolled once more", beat(t, client), "")
}

// A machine whose clock lost the date, or was set to another year, syncs and renews.
func TestAClockThatIsAYearOffStopsNeitherSyncNorRenewal(t *testing.T) {
	c := startTLS(t, 90*day)
	dir := c.enrolled(t)
	for name, off := range map[string]time.Duration{"a year ahead": 365 * day, "a year behind": -365 * day, "at the beginning of time": -56 * 365 * day} {
		client, id := c.client(t, dir)
		id.Now = func() time.Time { return c.now().Add(off) }
		equalText(t, name, beat(t, client), "")
	}
	c.future.Store(int64(70 * day)) // the centre has made its own certificate anew three times
	client, id := c.client(t, dir)
	id.Now = func() time.Time { return c.now().Add(-365 * day) }
	equalText(t, "later", beat(t, client), "")
	if done, err := client.RenewIfDue(t.Context(), c.now()); !done || err != nil { // business time is the centre's by now
		t.Fatalf("renew: %v %v", done, err)
	}
	equalText(t, "renewed", beat(t, client), "")
}

func TestARevokedStationIsRefusedAtOnceAndMayEnrolAgain(t *testing.T) {
	c := startTLS(t, 30*day)
	dir := c.enrolled(t)
	client, _ := c.client(t, dir)
	equalText(t, "before", beat(t, client), "")
	if _, err := c.Renew(t.Context(), c.CA, "bench-1", central.Certificate{}, centraltest.Request(t)); err != nil {
		t.Fatal(err)
	}
	if err := c.Revoke(t.Context(), "bench-1"); err != nil {
		t.Fatal(err)
	}
	equalText(t, "on the same connection", beat(t, client), "park certificate_revoked")
	_, err := client.Feed(t.Context(), 0, 1, 0)
	if e := (*api.Error)(nil); !errors.As(err, &e) || e.Status() != http.StatusForbidden {
		t.Errorf("want 403: %v", err)
	}
	if done, err := client.RenewIfDue(t.Context(), c.now().Add(21*day)); done || err == nil {
		t.Errorf("a revoked station renews: %v %v", done, err)
	}
	again, _ := c.client(t, c.enrolled(t))
	equalText(t, "enrolled again", beat(t, again), "")
	equalText(t, "with the revoked one", beat(t, client), "park certificate_replaced")
	if err := c.Revoke(t.Context(), "nobody"); err == nil {
		t.Error("nobody is revoked")
	}
}

// A connection outlives the certificate that it was made with.
func TestAnExpiredCertificateIsRefusedOnAConnectionThatWasMadeBefore(t *testing.T) {
	c, dir, client, _ := expired(t)
	equalText(t, "on the same connection", beat(t, client), "park certificate_expired")
	c.enrol(t, dir)
	equalText(t, "enrolled anew", refusedBeat(t, client), "")
}

// A stolen terminal hears nothing any more, also where it was waiting for news already.
func TestARevokedStationThatWaitsForNewsGetsNone(t *testing.T) {
	c := startTLS(t, 30*day)
	client, _ := c.client(t, c.enrolled(t))
	got, err := client.Feed(t.Context(), 0, 100, 0)
	if err != nil {
		t.Fatal(err)
	}
	<-c.seen.asked
	waits := make(chan error, 1)
	go func() {
		_, err := client.Feed(t.Context(), got.Next, 100, 50*time.Second)
		waits <- err
	}()
	<-c.seen.asked
	if err := c.Revoke(t.Context(), "bench-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "NEWS", Codes: []order.ItemCode{{Key: "6900000000001"}}}}); err != nil {
		t.Fatal(err)
	}
	if err := <-waits; err == nil || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("got %v", err)
	}
}

// All that a poll reads may wait behind what others read, its certificate included.
func TestAPollIsPatientAndAHeartbeatIsNot(t *testing.T) {
	c := startTLS(t, 30*day)
	client, _ := c.client(t, c.enrolled(t))
	c.seen.patient.Store(0)
	c.seen.hurried.Store(0)
	if _, err := client.Feed(t.Context(), 0, 1, 0); err != nil || c.seen.patient.Load() == 0 || c.seen.hurried.Load() != 0 {
		t.Errorf("a poll: %d reads may wait, %d may not, %v", c.seen.patient.Load(), c.seen.hurried.Load(), err)
	}
	c.seen.patient.Store(0)
	if got := beat(t, client); got != "" || c.seen.patient.Load() != 0 || c.seen.hurried.Load() == 0 {
		t.Errorf("a heartbeat: %d reads may wait, %d may not, %s", c.seen.patient.Load(), c.seen.hurried.Load(), got)
	}
}

func equalText(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, wanted %q", what, got, want)
	}
}
