package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// asMain makes the test binary act as pickcentral, so that it can be killed.
const asMain = "PICKCENTRAL_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(pgtest.Main(m))
}

// spawn starts pickcentral serve as a process of its own.
func spawn(t *testing.T, store string) (*exec.Cmd, string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], spread([]string{"serve", "--plain", "--addr", "127.0.0.1:0", store})...)
	c.Env = append(os.Environ(), asMain+"=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var r ready
	if err != nil || json.Unmarshal(line, &r) != nil {
		t.Fatalf("serve says %q, %v", line, err)
	}
	return c, r.Listening
}

func addKey(t *testing.T, store string, args ...string) string {
	t.Helper()
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(mustCLI(t, append([]string{"keys", "add", store}, args...)...)), &made); err != nil {
		t.Fatal(err)
	}
	return made.Key
}

func post(url, key string, body []byte, into any) (int, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, json.NewDecoder(resp.Body).Decode(into)
}

// TestNothingConfirmedIsLostWhenTheCentreIsKilled kills the centre while a station
// pushes and a shop sends orders; what was confirmed must be there afterwards, and
// sending again must double nothing.
func TestNothingConfirmedIsLostWhenTheCentreIsKilled(t *testing.T) {
	onEachStore(t, killed)
}

func killed(t *testing.T, store string) {
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
	s := startServer(t, store)
	enrol(t, s, store, "bench-1")
	s.stop()
	stationKey := addKey(t, store, "--scope", "station", "--station", "bench-1")
	shopKey := addKey(t, store, "--scope", "orders:write")

	log := order.LogID(strings.Repeat("5a", 16))
	hashes := []order.Hash{order.LogStart(log)}
	var bodies [][]byte
	acked, orders := uint64(0), 0
	for round := range 6 {
		c, url := spawn(t, store)
		shop := sendOrders(url, shopKey, orders)
		for range 10 + 7*round { // the kill comes at another place each time
			e := order.Event{Type: order.EventNoted, V: 1, At: 1, Station: "bench-1", Boot: "b"}
			if err := e.Seal(uint64(len(hashes)), hashes[len(hashes)-1]); err != nil {
				t.Fatal(err)
			}
			hashes, bodies = append(hashes, e.Hash), append(bodies, e.Body)
			reply := pushFrom(t, url, stationKey, log, acked, hashes, bodies)
			if reply.Code != wire.CodeOK || reply.HWMHash != hashes[reply.HWM] {
				t.Fatalf("round %d: %+v", round, reply)
			}
			acked = reply.HWM
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // it was killed
		orders = <-shop
	}
	_, url := spawn(t, store)
	reply := pushFrom(t, url, stationKey, log, 0, hashes, bodies)
	if reply.Code != wire.CodeOK || reply.HWM != acked || reply.HWMHash != hashes[acked] {
		t.Errorf("after the kills: %s, mark %d of %d", reply.Code, reply.HWM, acked)
	}
	ordersOnce(t, store, orders)
}

// sendOrders sends orders from number n on until the centre is gone, and then tells
// how many were confirmed in all.
func sendOrders(url, key string, n int) <-chan int {
	done := make(chan int)
	go func() {
		for {
			var out struct{ Results []struct{ Outcome string } }
			body := fmt.Sprintf(`{"orders":[{"channel":"k","external_id":"%d","lines":[{"sku":"A","qty":1}],"receiver":{"name":"x"}}]}`, n)
			if status, err := post(url+"/v1/orders:batch", key, []byte(body), &out); err != nil || status != 200 {
				done <- n
				return
			}
			n++
		}
	}()
	return done
}

func ordersOnce(t *testing.T, store string, n int) {
	t.Helper()
	seen := map[string]int{}
	for line := range strings.Lines(mustCLI(t, "orders", "list", store)) {
		var o struct{ External string }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		seen[o.External]++
	}
	for i := range n {
		if seen[fmt.Sprint(i)] != 1 {
			t.Errorf("order %d is there %d times", i, seen[fmt.Sprint(i)])
		}
	}
}

func pushFrom(t *testing.T, url, key string, log order.LogID, base uint64, hashes []order.Hash, bodies [][]byte) wire.PushReply {
	t.Helper()
	end := uint64(len(bodies))
	h, err := json.Marshal(wire.PushHeader{Proto: 1, Req: "r", Schema: 1, Log: log, Base: base, BaseHash: hashes[base],
		N: int(end - base), EndHash: hashes[end]})
	if err != nil {
		t.Fatal(err)
	}
	var reply wire.PushReply
	body := append(append(h, '\n'), bytes.Join(bodies[base:], []byte("\n"))...)
	if _, err := post(url+"/v1/stations/bench-1/push", key, body, &reply); err != nil {
		t.Fatal(err)
	}
	return reply
}
