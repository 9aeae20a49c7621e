package postgres_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// pair is a primary with a standby that follows it, and two centres that know both, as a
// user without rights on the server.
type pair struct {
	*testing.T
	primary, standby *pgtest.Server
	at               string // both
	old              string // the primary alone
	centres          []*centraltest.Centre
	keys             string
	clock            *centraltest.Clock
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{T: t, primary: pgtest.Own(t)}
	var err error
	if p.old, err = p.primary.Database(t.Context()); err != nil {
		t.Fatal(err)
	}
	database, _, _ := strings.Cut(p.old[strings.LastIndexByte(p.old, '/')+1:], "?")
	run(t, p.old, "CREATE ROLE pick LOGIN; ALTER DATABASE "+database+" OWNER TO pick; GRANT CREATE, USAGE ON SCHEMA public TO pick")
	p.old = strings.Replace(p.old, "postgres@", "pick@", 1)
	p.standby = p.primary.Standby(t)
	if p.at, err = p.primary.Both(p.old, p.standby); err != nil {
		t.Fatal(err)
	}
	p.keys, p.clock = filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	for range 2 {
		p.centres = append(p.centres, centraltest.Over(t, open(t, p.at), p.keys, p.clock))
	}
	return p
}

// failOver kills the primary and makes the standby one.
func (p *pair) failOver() {
	p.Helper()
	if err := errors.Join(p.primary.Kill(), p.standby.Promote(p.Context())); err != nil {
		p.Fatal(err)
	}
}

// lost is the time in which nothing reaches the standby any more.
func (p *pair) lost() {
	p.Helper()
	if err := p.primary.CutOff(p.Context(), p.standby); err != nil {
		p.Fatal(err)
	}
}

// put sends an order until it is taken.
func (p *pair) put(c *centraltest.Centre, external string) order.OrderID {
	p.Helper()
	for {
		res, err := c.Intake(p.Context(), centraltest.By(), []central.OrderIn{centraltest.Order(external)})
		if err == nil {
			return res[0].ID
		}
		if !asksAgain(err) {
			p.Fatal(err)
		}
	}
}

// TestAStandbyThatWasPromotedWithoutTheLastCommitsStartsANewTimeline lets a primary die
// with confirmed commits that its standby never got. Each process finds that out by
// itself, before it does anything else there.
func TestAStandbyThatWasPromotedWithoutTheLastCommitsStartsANewTimeline(t *testing.T) {
	p := newPair(t)
	one, two := p.centres[0], p.centres[1]
	kept := one.Put(t, centraltest.Order("kept"))
	b := one.NewBench(t, "bench-1")
	b.Pick(&one.View(t, kept).Shipments[0].Shipment)
	one.PushRange(t, b, 0, 3)
	p.lost()
	lost := one.View(t, one.Put(t, centraltest.Order("lost")))
	if got := two.PushRange(t, b, 3, 6); got.Code != wire.CodeOK || got.HWM != 6 || got.Timeline != 1 {
		t.Fatalf("before: %+v", got)
	}
	waits := two.Store.Changed(b.ID)
	p.failOver()

	fresh := one.View(t, p.put(one, "lost"))
	if fresh.ID == lost.ID || fresh.Shipments[0].ID == lost.Shipments[0].ID ||
		fresh.Shipments[0].Parcels[0].Waybill.Number == lost.Shipments[0].Parcels[0].Waybill.Number {
		t.Errorf("given out again: %s and %s", fresh.ID, lost.ID)
	}
	<-waits // by its long poll, a bench hears of it at once
	line := two.PushRange(t, b, 6, 6).Timeline
	for _, c := range p.centres {
		if got := c.PushRange(t, b, 6, 6); got.Code != wire.CodeGap || got.HWM != 3 || got.Timeline != line || line <= 1 {
			t.Errorf("after: %+v, want a gap after 3 on timeline %d", got, line)
		}
	}
	for _, c := range p.centres {
		if got := c.PushAll(t, b); got.Code != wire.CodeOK || got.HWM != 6 {
			t.Errorf("sent again: %+v", got)
		}
	}
	v := two.View(t, kept)
	if sh := v.Shipments[0]; v.State != "picked" || sh.Lines[0].Picked != 3 || sh.Lines[1].Picked != 2 {
		t.Errorf("order %s, picked %d and %d", v.State, sh.Lines[0].Picked, sh.Lines[1].Picked)
	}
}

// TestAPrimaryThatComesBackAfterAStandbyWasPromotedIsNotWorkedWith starts the old
// primary again, which stands before the new one in the URL.
func TestAPrimaryThatComesBackAfterAStandbyWasPromotedIsNotWorkedWith(t *testing.T) {
	p := newPair(t)
	p.put(p.centres[0], "1")
	p.lost()
	p.failOver()
	p.put(p.centres[0], "2")
	p.put(p.centres[1], "3")
	if err := p.primary.Restart(); err != nil {
		t.Fatal(err)
	}
	for _, c := range p.centres {
		p.cut()
		p.put(c, "4")
		for _, external := range []string{"1", "2", "3", "4"} {
			if _, err := c.Find(t.Context(), centraltest.By(), external); err != nil {
				t.Errorf("order %s: %v", external, err)
			}
		}
	}
	var n int
	if err := query(t, p.old, "SELECT count(*) FROM orders", &n); err != nil || n != 1 {
		t.Errorf("%d orders at the old primary, %v", n, err)
	}
}

// cut ends all connections at the new primary.
func (p *pair) cut() {
	p.Helper()
	at, err := p.standby.Both(p.old, p.primary)
	if err != nil {
		p.Fatal(err)
	}
	run(p.T, at, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'pickcentral'`)
}

// TestAnOldPrimaryIsNotWorkedWithByACentreThatStartsLater is what a process of its own
// cannot know: that another one here has worked with the new primary.
func TestAnOldPrimaryIsNotWorkedWithByACentreThatStartsLater(t *testing.T) {
	p := newPair(t)
	note := filepath.Join(t.TempDir(), "central.origin")
	p.put(p.over(p.at, note), "1")
	p.lost()
	p.put(p.over(p.at, note), "lost")
	p.failOver()
	p.put(p.over(p.at, note), "2")
	if err := p.primary.Restart(); err != nil {
		t.Fatal(err)
	}
	later := p.over(p.at, note)
	p.put(later, "3")
	if _, err := later.Find(t.Context(), centraltest.By(), "2"); err != nil {
		t.Errorf("order 2: %v", err)
	}
	s, err := postgres.OpenAfter(t.Context(), p.old, note)
	if err == nil {
		s.Close()
	}
	var known *order.Error
	if !asksAgain(err) || !errors.As(err, &known) || !strings.Contains(known.Hint, "pickcentral restored") {
		t.Errorf("the old primary: %v", err)
	}
	if err := os.Remove(note); err != nil { // as pickcentral restored does
		t.Fatal(err)
	}
	if _, err := p.over(p.old, note).Find(t.Context(), centraltest.By(), "lost"); err != nil {
		t.Errorf("put back on purpose: %v", err)
	}
}

// over makes a centre over a database, with a note of the server.
func (p *pair) over(at, note string) *centraltest.Centre {
	p.Helper()
	s, err := postgres.OpenAfter(p.Context(), at, note)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { s.Close() })
	return centraltest.Over(p.T, s, p.keys, p.clock)
}

func TestAStandbyAloneIsRefusedWithTheNextStep(t *testing.T) {
	p := newPair(t)
	at, err := p.standby.Both(p.old, p.standby)
	if err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(t.Context(), at)
	if err == nil {
		s.Close()
	}
	if !asksAgain(err) || !strings.Contains(err.Error(), "standby") {
		t.Errorf("got %v", err)
	}
}

// TestABackupIsOfThePrimaryWhateverItsPlaceInTheStoresName names the standby first, as after a
// failover whose old primary follows now.
func TestABackupIsOfThePrimaryWhateverItsPlaceInTheStoresName(t *testing.T) {
	p := newPair(t)
	p.put(p.centres[0], "1")
	at, err := p.standby.Both(p.old, p.primary)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, at).Backup(t.Context(), filepath.Join(t.TempDir(), "copy.sql")); err != nil {
		t.Error(err)
	}
}

// TestAServerThatStartsAgainKeepsTheTimeline is the other half: a crash loses nothing.
func TestAServerThatStartsAgainKeepsTheTimeline(t *testing.T) {
	p := newPair(t)
	p.put(p.centres[0], "1")
	if err := errors.Join(p.primary.Kill(), p.primary.Restart()); err != nil {
		t.Fatal(err)
	}
	p.put(p.centres[1], "2")
	b := p.centres[0].NewBench(t, "bench-1")
	if got := p.centres[0].PushAll(t, b); got.Timeline != 1 {
		t.Errorf("timeline %d", got.Timeline)
	}
}

// TestACopyThatPickcentralDidNotMakeIsNoticedInAnotherServer restores a plain dump.
func TestACopyThatPickcentralDidNotMakeIsNoticedInAnotherServer(t *testing.T) {
	for _, name := range []string{"pg_dump", "psql"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(name, " is not installed (Debian: postgresql-client)")
		}
	}
	first := pgtest.Own(t)
	at, err := first.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, clock := filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	c := centraltest.Over(t, open(t, at), keys, clock)
	id := c.Put(t, centraltest.Order("1"))
	b := c.NewBench(t, "bench-1")
	file := filepath.Join(t.TempDir(), "dump.sql")
	to := pgtest.Database(t)
	for _, cmd := range []*exec.Cmd{exec.CommandContext(t.Context(), "pg_dump", "-f", file, at),
		exec.CommandContext(t.Context(), "psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", file, to)} {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	for range 2 { // it is noticed once
		restored := centraltest.Over(t, open(t, to), keys, clock)
		if got := restored.PushAll(t, b).Timeline; got != clock.Now().Unix() {
			t.Errorf("timeline %d", got)
		}
		if restored.View(t, id).External != "1" {
			t.Error("the order is not there")
		}
	}
}

// TestAStandbyThatDoesNotKeepWhatItConfirmsIsNotWorkedWith promotes one whose own settings
// say so.
func TestAStandbyThatDoesNotKeepWhatItConfirmsIsNotWorkedWith(t *testing.T) {
	p := newPair(t)
	p.put(p.centres[0], "1")
	if err := errors.Join(p.standby.Kill(), p.standby.Restart("fsync=off")); err != nil {
		t.Fatal(err)
	}
	p.failOver()
	for _, c := range p.centres {
		_, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{centraltest.Order("2")})
		if !asksAgain(err) || !strings.Contains(err.Error(), "fsync=off") {
			t.Errorf("got %v", err)
		}
	}
	if err := errors.Join(p.standby.Kill(), p.standby.Restart("fsync=on")); err != nil {
		t.Fatal(err)
	}
	p.put(p.centres[0], "2")
}
