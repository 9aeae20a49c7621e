package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/central/records"
	"pickstation/central/sqlite"
	"pickstation/order"
	"pickstation/sync/wire"
)

// lived makes a centre on a SQLite file that has worked: orders, a bench with a lease
// and events, one of them unreadable, and texts that PostgreSQL cannot keep as they are.
func lived(t *testing.T) (file string, b *bench, log order.LogID, hashes []order.Hash) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "c.db")
	store := "--store=sqlite:" + file
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"Asia/Shanghai"}`), store)
	mustCLI(t, "import", "--format", "json", store, write(t, "o.json", twoOrders))
	s := startServer(t, store)
	b = enrol(t, s, store, "bench-1")
	if _, err := b.Beat(t.Context(), wire.Heartbeat{Proto: wire.Proto, Req: "hb", Want: 1}); err != nil {
		t.Fatal(err)
	}
	log = order.LogID(strings.Repeat("5a", 16))
	hashes = []order.Hash{order.LogStart(log)}
	var bodies [][]byte
	for i, body := range []string{"{not an event", `{"s":2,"k":"odd\u0000kind","kv":1,"t":1,"mono":0,"boot":"b","st":"bench-1"}`} {
		bodies, hashes = append(bodies, []byte(body)), append(hashes, order.Chain(hashes[i], []byte(body)))
	}
	reply, err := b.Push(t.Context(), pushHeader(log, 0, hashes), bodies)
	if err != nil || reply.Code != wire.CodeOK || reply.HWM != 2 {
		t.Fatalf("push: %+v, %v", reply, err)
	}
	s.stop()
	return file, b, log, hashes
}

func pushHeader(log order.LogID, base int, hashes []order.Hash) wire.PushHeader {
	return wire.PushHeader{Proto: wire.Proto, Req: "r", Timeline: 1, Schema: wire.Schema, Log: log, Base: uint64(base), BaseHash: hashes[base],
		N: len(hashes) - 1 - base, EndHash: hashes[len(hashes)-1], SentAt: time.Now()}
}

func TestAMovedCentreGoesOnWhereTheFileStopped(t *testing.T) {
	file, _, log, hashes := lived(t)
	old := "--store=sqlite:" + file
	before := mustCLI(t, "orders", "list", old) + mustCLI(t, "orders", "show", "1001", old) + mustCLI(t, "stations", "list", old) + mustCLI(t, "policy", "show", old)
	at, keys := pgtest.Database(t), filepath.Join(t.TempDir(), "keys")
	out := mustCLI(t, "move", "--from", "sqlite:"+file, "--to", at, "--keys", keys)
	if !strings.Contains(out, `"events":2`) || !strings.Contains(out, `"orders":2`) {
		t.Errorf("it prints %s", out)
	}
	now := "--store=" + at + " --keys=" + keys
	after := mustCLI(t, "orders", "list", now) + mustCLI(t, "orders", "show", "1001", now) + mustCLI(t, "stations", "list", now) + mustCLI(t, "policy", "show", now)
	if before != after {
		t.Errorf("before the move\n%s\nafter it\n%s", before, after)
	}
	key := addKey(t, now, "--scope", "station", "--station", "bench-1")
	_, url := spawn(t, now)
	body := []byte(`{"s":3,"k":"noted","kv":1,"t":1,"mono":0,"boot":"b","st":"bench-1"}`)
	hashes = append(hashes, order.Chain(hashes[2], body))
	reply := pushFrom(t, url, key, log, 2, hashes, [][]byte{nil, nil, body})
	if reply.Code != wire.CodeOK || reply.HWM != 3 || reply.Timeline != 1 {
		t.Errorf("the log goes on with %+v", reply)
	}
	for _, args := range [][]string{{"orders", "list", old}, {"serve", "--addr", "127.0.0.1:0", old}} {
		if code, _, errOut := runCLI(t, args...); code != exitMissing || !strings.Contains(errOut, "was moved to postgres://") {
			t.Errorf("%v over the old file: exit %d: %s", args, code, errOut)
		}
	}
	if code, _, errOut := runCLI(t, "move", "--from", "sqlite:"+file, "--to", at, "--keys", keys); code != exitNo || !strings.Contains(errOut, "holds a centre already") {
		t.Errorf("moved twice: exit %d: %s", code, errOut)
	}
}

func TestAMoveThatWasInterruptedEndsWhenItIsRunAgain(t *testing.T) {
	file, _, _, _ := lived(t)
	at, keys := pgtest.Database(t), filepath.Join(t.TempDir(), "keys")
	half := func() {
		src, err := sqlite.Open(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		db, err := postgres.Open(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		cut := errors.New("the power went")
		err = src.Hold(t.Context(), func(s records.Source) (map[string]string, error) {
			if _, err := db.Load(t.Context(), s); err != nil {
				return nil, err
			}
			return nil, cut
		})
		if !errors.Is(err, cut) {
			t.Fatal(err)
		}
	}
	half()
	mustCLI(t, "orders", "list", "--store=sqlite:"+file) // the file is still the centre
	if err := copyKeys(file, keys); err != nil {
		t.Fatal(err)
	}
	now := "--store=" + at + " --keys=" + keys
	if code, _, errOut := runCLI(t, "orders", "list", now); code != exitMissing || !strings.Contains(errOut, "has not ended") {
		t.Errorf("a half-moved store: exit %d: %s", code, errOut)
	}
	half() // again, which finds everything there
	mustCLI(t, "move", "--from", "sqlite:"+file, "--to", at, "--keys", keys)
	mustCLI(t, "orders", "list", now)
}

func TestAMoveThatDiffersIsNotTaken(t *testing.T) {
	file, _, _, _ := lived(t)
	at, keys := pgtest.Database(t), filepath.Join(t.TempDir(), "keys")
	src, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err = src.Hold(t.Context(), func(s records.Source) (map[string]string, error) {
		_, err := db.Load(t.Context(), s)
		return nil, errors.Join(err, stop)
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	db.Close()
	// The file goes on for a while, as if nothing had happened.
	if err := src.Write(t.Context(), func(tx central.Tx) error { return tx.SetMeta("timeline", "2") }); err != nil {
		t.Fatal(err)
	}
	src.Close()
	code, _, errOut := runCLI(t, "move", "--from", "sqlite:"+file, "--to", at, "--keys", keys)
	if code != exitNo || !strings.Contains(errOut, "table meta") {
		t.Errorf("exit %d: %s", code, errOut)
	}
	mustCLI(t, "orders", "list", "--store=sqlite:"+file)
}

func TestAMoveRefusesWhatItMustNotTouch(t *testing.T) {
	file, _, _, _ := lived(t)
	at := pgtest.Database(t)
	keys := filepath.Dir(write(t, "central.key", "of another centre"))
	for _, x := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--from", "sqlite:" + file, "--to", at}, exitUsage, "--keys"},
		{[]string{"--from", file, "--to", at, "--keys", keys}, exitUsage, "--from"},
		{[]string{"--from", "sqlite:" + file, "--to", "sqlite:x", "--keys", keys}, exitUsage, "--to"},
		{[]string{"--from", "sqlite:" + file + "x", "--to", at, "--keys", keys}, exitMissing, "there is no store"},
		{[]string{"--from", "sqlite:" + file, "--to", at, "--keys", keys}, exitMissing, "keys of the store were not copied"},
		{[]string{"--from", "sqlite:" + file, "--to", "postgres://127.0.0.1:1/x", "--keys", keys}, exitMissing, "cannot use the database"},
	} {
		if code, _, errOut := runCLI(t, append([]string{"move"}, x.args...)...); code != x.code || !strings.Contains(errOut, x.want) {
			t.Errorf("%v: exit %d: %s", x.args, code, errOut)
		}
	}
	mustCLI(t, "orders", "list", "--store=sqlite:"+file)
}

func TestTheDaysOfEventsAreListed(t *testing.T) {
	store := database(t)
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
	if out := mustCLI(t, "events", "days", store); !strings.Contains(out, `{"table":"events_rest","rows":`) {
		t.Errorf("it prints %s", out)
	}
	if code, _, errOut := runCLI(t, "events", "detach", "--before", time.Now().Format(time.DateOnly), store); code != exitNo || !strings.Contains(errOut, "120 days") {
		t.Errorf("exit %d: %s", code, errOut)
	}
	if code, _, _ := runCLI(t, "events", "detach", "--before", "yesterday", store); code != exitUsage {
		t.Errorf("exit %d", code)
	}
	file := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), file)
	if code, _, _ := runCLI(t, "events", "days", file); code != exitUsage {
		t.Errorf("exit %d", code)
	}
}
