package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// onEachStore runs a test on every kind of store. The store it gets is what a command
// line names it with; spread makes arguments of it.
func onEachStore(t *testing.T, test func(t *testing.T, store string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, "--store=sqlite:"+filepath.Join(t.TempDir(), "c.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, database(t)) })
}

// database makes an empty database and a folder for its keys, which serve is to make.
func database(t *testing.T) string {
	t.Helper()
	return "--store=" + pgtest.Database(t) + " --keys=" + filepath.Join(t.TempDir(), "keys")
}

// spread makes two arguments of a store with keys.
func spread(args []string) []string {
	var all []string
	for _, a := range args {
		if strings.HasPrefix(a, "--store=postgres") {
			all = append(all, strings.Fields(a)...)
			continue
		}
		all = append(all, a)
	}
	return all
}

func TestADatabaseWithoutACentreIsNotRead(t *testing.T) {
	code, _, errOut := runCLI(t, "orders", "list", database(t))
	if code != exitMissing || !strings.Contains(errOut, "there is no store in this database") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestTheKeysOfADatabaseAreNotMadeTwice(t *testing.T) {
	store := database(t)
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
	at, _, _ := strings.Cut(store, " ")
	code, _, errOut := runCLI(t, "policy", "show", at+" --keys="+t.TempDir())
	if code != exitMissing || !strings.Contains(errOut, "Put the key file back") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestAServerThatWasLeftBehindIsRefusedUntilItIsSaidToBeTheRightOne(t *testing.T) {
	store := database(t)
	mustCLI(t, "import", "--format", "json", store, write(t, "o.json", twoOrders))
	_, keys, _ := strings.Cut(store, " --keys=")
	note := filepath.Join(keys, "central.origin")
	seen, err := os.ReadFile(note)
	cluster, _, ok := strings.Cut(string(seen), "/")
	if err != nil || !ok {
		t.Fatalf("%q %v", seen, err)
	}
	if err := os.WriteFile(note, []byte(cluster+"/000000FF\n"), 0o600); err != nil { // promoted many times since
		t.Fatal(err)
	}
	code, _, errOut := runCLI(t, "orders", "list", store)
	if code != exitNo || !strings.Contains(errOut, "was promoted") || !strings.Contains(errOut, "pickcentral restored") {
		t.Errorf("exit %d: %s", code, errOut)
	}
	mustCLI(t, "restored", store)
	if out := mustCLI(t, "orders", "list", store); strings.Count(out, "\n") != 2 {
		t.Errorf("orders: %s", out)
	}
}

// TestTwoProcessesBesideOneDatabaseTakeEverythingOnce lets two centres take the same
// order 400 times and the same station's log at once.
func TestTwoProcessesBesideOneDatabaseTakeEverythingOnce(t *testing.T) {
	store := database(t)
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
	s := startServer(t, store)
	enrol(t, s, store, "bench-1")
	s.stop()
	stationKey := addKey(t, store, "--scope", "station", "--station", "bench-1")
	shopKey := addKey(t, store, "--scope", "orders:write")
	_, one := spawn(t, store)
	_, two := spawn(t, store)
	urls := []string{one, two}

	log := order.LogID(strings.Repeat("5a", 16))
	hashes := []order.Hash{order.LogStart(log)}
	var bodies [][]byte
	for i := range 200 {
		e := order.Event{Type: order.EventNoted, V: 1, At: 1, Station: "bench-1", Boot: "b"}
		if err := e.Seal(uint64(i+1), hashes[i]); err != nil {
			t.Fatal(err)
		}
		hashes, bodies = append(hashes, e.Hash), append(bodies, e.Body)
	}
	var wait sync.WaitGroup
	gate := make(chan struct{}, 16) // requests at once
	for i := range 400 {
		wait.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			var out struct{ Results []struct{ Outcome string } }
			body := `{"orders":[{"channel":"k","external_id":"0","lines":[{"sku":"A","qty":1}],"receiver":{"name":"x"}}]}`
			status, err := post(urls[i%2]+"/v1/orders:batch", shopKey, []byte(body), &out)
			if err != nil || status != 200 || !slices.Contains([]string{"new", "unchanged"}, out.Results[0].Outcome) {
				t.Errorf("order %d: %d %v %+v", i, status, err, out)
			}
		})
		if i%20 != 0 {
			continue
		}
		wait.Go(func() {
			end := 10 * (i/20 + 1)
			reply := pushFrom(t, urls[i/20%2], stationKey, log, 0, hashes[:end+1], bodies[:end])
			if reply.Code != wire.CodeOK || reply.HWM < uint64(end) || reply.HWMHash != hashes[reply.HWM] {
				t.Errorf("push to %d: %+v", end, reply)
			}
		})
	}
	wait.Wait()
	ordersOnce(t, store, 1)
	reply := pushFrom(t, one, stationKey, log, 0, hashes, bodies)
	if reply.Code != wire.CodeOK || reply.HWM != 200 || reply.HWMHash != hashes[200] {
		t.Errorf("in the end: %s, mark %d", reply.Code, reply.HWM)
	}
	var shown struct {
		Order struct{ Shipments []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(mustCLI(t, "orders", "show", "0", store)), &shown); err != nil {
		t.Fatal(err)
	}
	if n := len(shown.Order.Shipments); n > 1 {
		t.Error(fmt.Sprint(n, " shipments of one order"))
	}
}
