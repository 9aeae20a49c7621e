package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// pull reads one page of a bench's feed.
func pull(url, key string, cursor int64) (reply wire.FeedReply, err error) {
	req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/v1/stations/bench-1/feed?cursor=%d&max=7&wait=1", url, cursor), nil)
	if err != nil {
		return reply, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply, err
	}
	defer resp.Body.Close()
	return reply, json.NewDecoder(resp.Body).Decode(&reply)
}

// publish sends a flow template of its own until a centre confirms it.
func publish(urls []string, key string, n int) error {
	f := *order.StandardFlow()
	f.ID, f.Version = fmt.Sprintf("flow-%03d", n), 1
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	for try := n; ; try++ {
		var out struct {
			ID   string `json:"id"`
			Code string `json:"code"`
		}
		status, err := post(urls[try%len(urls)]+"/v1/flows", key, body, &out)
		if err == nil && status == http.StatusOK {
			return nil
		}
		if err == nil && status < 500 {
			return fmt.Errorf("flow %d: %d %s", n, status, out.Code)
		}
	}
}

// TestACursorMissesNothingThatSeveralProcessesWriteWhenOneIsKilled lets three processes
// write to one feed, of which two are killed in the middle, while a bench follows it by
// cursor through the third. What was confirmed must have come, once and in order.
func TestACursorMissesNothingThatSeveralProcessesWriteWhenOneIsKilled(t *testing.T) {
	store := database(t)
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
	s := startServer(t, store)
	enrol(t, s, store, "bench-1")
	s.stop()
	bench := addKey(t, store, "--scope", "station", "--station", "bench-1")
	staff := addKey(t, store, "--scope", "flows:write")
	a, one := spawn(t, store)
	b, two := spawn(t, store)
	_, three := spawn(t, store)
	urls := []string{one, two, three}

	const flows = 240
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var wait sync.WaitGroup
		gate := make(chan struct{}, 12)
		for n := range flows {
			gate <- struct{}{}
			wait.Go(func() {
				if err := publish(urls, staff, n); err != nil {
					t.Error(err)
				}
				<-gate
			})
			for at, p := range map[int]interface{ Kill() error }{flows / 3: a.Process, flows * 2 / 3: b.Process} {
				if n == at {
					if err := p.Kill(); err != nil {
						t.Error(err)
					}
				}
			}
		}
		wait.Wait()
	}()
	seen, cursor, done := map[string]int{}, int64(0), false
	for {
		select {
		case <-ended:
			done = true
		default:
		}
		reply, err := pull(three, bench, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range reply.Rows {
			if row.FS <= cursor {
				t.Errorf("row %d comes after %d", row.FS, cursor)
			}
			cursor = row.FS
			seen[row.ID]++
		}
		cursor = reply.Next
		if done && reply.UpToDate && len(reply.Rows) == 0 {
			break
		}
	}
	for n := range flows {
		if id := fmt.Sprintf("flow-%03d@1", n); seen[id] != 1 {
			t.Errorf("%s came %d times", id, seen[id])
		}
	}
}
