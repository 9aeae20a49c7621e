package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// run runs a statement past the store.
func run(t *testing.T, url, query string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

// query asks for one value past the store.
func query(t *testing.T, url, text string, into any) error {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRow(text).Scan(into)
}

func refused(t *testing.T, what, url, code string) {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	if err == nil {
		s.Close()
	}
	var known *order.Error
	if !errors.As(err, &known) || known.Code != code || known.Hint == "" {
		t.Errorf("%s: %v", what, err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("%s: the password is shown: %v", what, err)
	}
}

// with returns a URL with one more parameter.
func with(t *testing.T, at, name, value string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestADatabaseThatCannotBeUsedIsRefusedWithTheNextStep(t *testing.T) {
	at := pgtest.Database(t)
	refused(t, "no server", "postgres://me:secret@127.0.0.1:1/x", "store_open")
	refused(t, "no URL", "postgres://me:secret@[::1/x", "store_open")
	refused(t, "no database", strings.Replace(at, "/test_", "/absent_", 1), "store_open")
	refused(t, "commits that are not durable", with(t, at, "synchronous_commit", "off"), "not_durable")
	run(t, at, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/latin"
	refused(t, "another encoding", u.String(), "store_open")
}

func TestANewerDatabaseIsRefusedWithTheNextStep(t *testing.T) {
	at := pgtest.Database(t)
	s, err := postgres.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	run(t, at, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)")
	refused(t, "newer", at, "newer_database")
}

func TestAWriteAfterTheEndIsRefused(t *testing.T) {
	s, err := postgres.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(central.Tx) error { return nil })
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "store_closed" {
		t.Errorf("got %v", err)
	}
}

func TestACommitOfAnotherProcessWakesWhoWaits(t *testing.T) {
	at := pgtest.Database(t)
	a, b := open(t, at), open(t, at)
	woken, other := a.Changed("s1"), a.Changed("s2")
	if err := b.Write(t.Context(), func(tx central.Tx) error { return tx.Emit("main", "s1", "work", "1") }); err != nil {
		t.Fatal(err)
	}
	<-woken
	select {
	case <-other:
		t.Error("a station was woken by the news of another one")
	default:
	}
	if err := b.Write(t.Context(), func(tx central.Tx) error { return tx.Emit("main", "", "flow", "1") }); err != nil {
		t.Fatal(err)
	}
	<-other
}

// TestConnectionsThatWereCutAreMadeAnew ends all connections, as a restart of the
// server does.
func TestConnectionsThatWereCutAreMadeAnew(t *testing.T) {
	at := pgtest.Database(t)
	s := open(t, at)
	set := func(value string) error {
		return s.Write(t.Context(), func(tx central.Tx) error { return tx.SetMeta("a", value) })
	}
	if err := set("1"); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		run(t, at, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	}
	for range 20 { // more often than there are connections to read with
		cut()
		err := s.Read(t.Context(), func(r central.Reader) error {
			v, err := r.Meta("a")
			if err == nil && v != "1" {
				t.Errorf("read %q", v)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := set("2"); err != nil {
		t.Error(err)
	}
	// Cut in the middle, nothing is stored and the caller hears of it.
	err := s.Write(t.Context(), func(tx central.Tx) error {
		if _, err := tx.Next("n", 5); err != nil {
			return err
		}
		cut()
		return tx.SetMeta("a", "3")
	})
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "store_write" {
		t.Errorf("a write without a connection: %v", err)
	}
	err = s.Write(t.Context(), func(tx central.Tx) error {
		v, err := tx.Meta("a")
		n, err2 := tx.Next("n", 1)
		if v != "2" || n != 1 {
			t.Errorf("after the cut: %q, counter %d", v, n)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
	woken := s.Changed("s1")
	other := open(t, at)
	if err := other.Write(t.Context(), func(tx central.Tx) error { return tx.Emit("main", "s1", "work", "1") }); err != nil {
		t.Fatal(err)
	}
	<-woken
}

// TestAServerThatKeepsNothingAnyMoreIsAway changes its settings between two connections, as a
// takeover by a server with settings of its own does.
func TestAServerThatKeepsNothingAnyMoreIsAway(t *testing.T) {
	at := pgtest.Database(t)
	s := open(t, at)
	set := func(value string) {
		t.Helper()
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		run(t, at, "ALTER DATABASE "+strings.TrimPrefix(u.Path, "/")+" SET synchronous_commit = "+value)
		run(t, at, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	}
	write := func() error {
		return s.Write(t.Context(), func(tx central.Tx) error { return tx.SetMeta("a", "1") })
	}
	set("off")
	for range 2 {
		read := s.Read(t.Context(), func(r central.Reader) error { _, err := r.Meta("a"); return err })
		for what, err := range map[string]error{"read": read, "write": write(), "ready": s.Ready(t.Context())} {
			if !asksAgain(err) || !strings.Contains(err.Error(), "synchronous_commit=off") {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	refused(t, "a start over it", at, "not_durable")
	set("on")
	if err := write(); err != nil {
		t.Error(err)
	}
}

func TestACallerThatLeavesDoesNotStopTheNext(t *testing.T) {
	s := open(t, pgtest.Database(t))
	ctx, cancel := context.WithCancel(t.Context())
	_ = s.Write(ctx, func(tx central.Tx) error { // whether it hears of the commit is open
		cancel()
		return tx.SetMeta("a", "1")
	})
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.SetMeta("b", "1") }); err != nil {
		t.Error(err)
	}
}

func TestABackupRestoresIntoAnEmptyDatabaseWithANewTimeline(t *testing.T) {
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("psql is not installed (Debian: postgresql-client)")
	}
	keys, clock := filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	c := centraltest.Over(t, open(t, with(t, pgtest.Database(t), "password", "secret")), keys, clock)
	id := c.Put(t, centraltest.Order("1"))
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	b.Pick(&c.View(t, id).Shipments[0].Shipment)
	c.PushRange(t, b, 0, 4)
	file := filepath.Join(t.TempDir(), "copy.sql")
	if err := c.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if got := c.PushRange(t, b, 4, 6); got.Stable != 4 {
		t.Errorf("stable at %d", got.Stable)
	}
	at := pgtest.Database(t)
	cmd := exec.CommandContext(t.Context(), psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", file, at)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
	restored := centraltest.Over(t, open(t, at), keys, clock)
	reply := restored.PushRange(t, b, 6, 6)
	if reply.Timeline <= 1 || reply.Code != wire.CodeGap || reply.HWM != 4 {
		t.Errorf("restored centre answers timeline %d code %s mark %d", reply.Timeline, reply.Code, reply.HWM)
	}
	if got := restored.PushRange(t, b, 4, 6); got.Code != wire.CodeOK || restored.View(t, id).State != "picked" {
		t.Errorf("sent again: %s, %s", got.Code, restored.View(t, id).State)
	}
}

func TestABackupWithoutItsProgramNamesWhatToInstall(t *testing.T) {
	s := open(t, pgtest.Database(t))
	t.Setenv("PATH", t.TempDir())
	_, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.sql"))
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "backup" || !strings.Contains(known.Hint, "postgresql-client") {
		t.Errorf("got %v", err)
	}
}

// TestTextsCompareByTheirBytes makes a database whose own order of texts is another
// one, where the server knows such.
func TestTextsCompareByTheirBytes(t *testing.T) {
	at := pgtest.Database(t)
	run(t, at, "CREATE DATABASE worded TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'")
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/worded"
	s := open(t, u.String())
	err = s.Write(t.Context(), func(tx central.Tx) error {
		for _, id := range []order.StationID{"b", "B", "a", "Ä"} {
			if err := tx.PutStation(&central.Station{ID: id, Warehouse: "main"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Read(t.Context(), func(r central.Reader) error {
		all, err := r.Stations("main")
		got := ""
		for _, st := range all {
			got += string(st.ID)
		}
		if got != "BabÄ" {
			t.Errorf("order %s", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
