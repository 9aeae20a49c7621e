package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// trickle sends a text byte by byte until the other end hangs up, and then says what it
// answered.
func trickle(t *testing.T, c net.Conn, text string) string {
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for i := range text {
			if _, err := c.Write([]byte{text[i]}); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
		}
	}()
	if err := c.SetReadDeadline(time.Now().Add(60 * time.Second)); err != nil {
		t.Error(err)
	}
	said, err := io.ReadAll(bufio.NewReader(c))
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Error("a caller that never comes to an end keeps its connection")
	}
	return string(said)
}

// TestHundredsOfCallersThatTrickleDoNotStopAStation opens connections that send a
// greeting, a header or a body byte by byte, while a station works.
func TestHundredsOfCallersThatTrickleDoNotStopAStation(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	s := startServer(t, store)
	b := enrol(t, s, store, "bench-1")
	key := addKey(t, store, "--scope", "station", "--station", "bench-1")
	address := strings.TrimPrefix(s.Listening, "https://")
	dial := func() net.Conn {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	encrypted := func() net.Conn {
		c := tls.Client(dial(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	const each = 100
	var slow sync.WaitGroup
	for range each {
		greeting, header, body := dial(), encrypted(), encrypted()
		slow.Go(func() { trickle(t, greeting, "\x16\x03\x01\x02\x00"+strings.Repeat("\x01", 1000)) })
		slow.Go(func() { trickle(t, header, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("x", 1000)) })
		if _, err := fmt.Fprintf(body, "POST /v1/stations/bench-1/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n", key); err != nil {
			t.Fatal(err)
		}
		go trickle(t, body, strings.Repeat("x", 1_000_000)) // for a minute; the test does not wait for it
	}
	log := order.LogID(strings.Repeat("0f", 16))
	for i := range 50 {
		if _, err := b.Beat(t.Context(), wire.Heartbeat{Proto: 1, Req: fmt.Sprint(i), Log: log}); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	slow.Wait()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for late := time.Now().Add(20 * time.Second); ; {
		resp, err := client.Get(s.Listening + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`pickcentral_refusals_total\{kind="no_request"\} (\d+)`).FindStringSubmatch(string(text))
		if found != nil {
			if n, _ := strconv.Atoi(found[1]); n == each { // digits
				return
			}
		}
		if time.Now().After(late) {
			t.Fatalf("counted: %v of %d", found, each)
		}
	}
}
