package api_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// TestHostilePushesAreRefusedAndCounted sends what a broken or hostile station can send:
// nothing of it is taken, and the metrics tell of each.
func TestHostilePushesAreRefusedAndCounted(t *testing.T) {
	s := serve(t)
	b, thief := s.NewBench(t, "bench-1"), s.NewBench(t, "bench-2")
	key := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	other := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-2"})
	b.Add(order.Event{Type: order.EventNoted})
	good := message(t, b)
	for i, want := range []wire.Outcome{wire.Applied, wire.Duplicate, wire.Duplicate} { // a replay
		status, reply := s.push(t, key, "", good)
		if status != 200 || len(reply.Results) != 1 || reply.Results[0].Outcome != want {
			t.Errorf("push %d: %d %+v", i, status, reply)
		}
	}
	thief.Log = b.Log // somebody else's log, over the thief's own name
	thief.Add(order.Event{Type: order.EventNoted})
	thief.Add(order.Event{Type: order.EventNoted})
	h, bodies := thief.Message(0, 2)
	reply, err := s.Push(t.Context(), "bench-2", h, bodies)
	if err != nil || reply.Code != wire.CodeFenced || reply.HWM != 0 || reply.HWMHash != (order.Hash{}) {
		t.Errorf("another station's log: %+v %v", reply, err)
	}
	if status, _ := s.push(t, other, "", good); status != 403 {
		t.Errorf("another station's address: %d", status)
	}
	if status, _ := s.push(t, key, "", append(good, make([]byte, wire.MaxPushBytes)...)); status != 413 {
		t.Errorf("too large: %d", status)
	}
	if status, _ := s.push(t, key, "zstd", good); status != 422 {
		t.Errorf("damaged: %d", status)
	}
	_, text := s.call(t, "GET", "/metrics", "", "")
	for _, line := range []string{`pickcentral_events_total{kind="applied"} 1`, `pickcentral_events_total{kind="duplicate"} 2`,
		`pickcentral_pushes_total{kind="fenced"} 1`, `pickcentral_pushes_total{kind="split"} 1`, `pickcentral_pushes_total{kind="bad"} 1`,
		`pickcentral_refusals_total{kind="wrong_station"} 1`} {
		if !strings.Contains(text, line) {
			t.Errorf("the metrics do not tell %s", line)
		}
	}
}

// TestWhatAnybodyMaySendIsSmall counts on a centre with gigabytes: 1,500 callers without a
// key, each of whom sent 200 kB of an enrolment and no more, took 640 MB for a minute.
func TestWhatAnybodyMaySendIsSmall(t *testing.T) {
	s := serve(t)
	for size, want := range map[int]int{20 << 10: 422, 33 << 10: 413} {
		if status, text := s.call(t, "POST", "/v1/enrol", "", `{"code":"`+strings.Repeat("x", size)+`"}`); status != want {
			t.Errorf("%d bytes: %d %s", size, status, text)
		}
	}
}

// TestCallersThatNeverEndHoldNobodyUp opens many connections that send a header byte by
// byte; they are closed and counted, and others are served meanwhile.
func TestCallersThatNeverEndHoldNobodyUp(t *testing.T) {
	s := serve(t)
	srv := s.api.HTTP()
	srv.ReadHeaderTimeout, srv.ReadTimeout = 300*time.Millisecond, 300*time.Millisecond
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	t.Cleanup(func() { srv.Close(); <-ended })
	var slow []net.Conn
	for range 100 {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := fmt.Fprint(c, "POST /v1/stations/bench-1/push HTTP/1.1\r\nHost: x\r\nContent-Le"); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	resp, err := http.Get("http://" + ln.Addr().String() + "/healthz")
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("while others are slow: %v %v", resp, err)
	}
	resp.Body.Close()
	for _, c := range slow {
		if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(c)
		for err = nil; err == nil; {
			_, err = r.ReadString('\n') // until it is closed
		}
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Fatal("a caller that never ends its header keeps its connection")
		}
	}
	// A connection is counted right after it was closed.
	for late := time.Now().Add(20 * time.Second); ; {
		_, text := s.call(t, "GET", "/metrics", "", "")
		if strings.Contains(text, `pickcentral_refusals_total{kind="no_request"} 100`) {
			return
		}
		if time.Now().After(late) {
			t.Fatal("the metrics do not tell of them")
		}
	}
}
