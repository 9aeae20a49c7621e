package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"pickstation/order"
	"pickstation/sync/wire"
)

// against returns a client of a test server.
func against(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c, err := newClient(srv.URL, "st1", Transport())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestPushCarriesTheEventsUntouched(t *testing.T) {
	var bodies [][]byte
	for i := range 300 {
		bodies = append(bodies, []byte(fmt.Sprintf(`{"s":%d,"k":"picked","future":{"x":[1, 2]},"o":"S<&>"}`, i+1)))
	}
	h := wire.PushHeader{Proto: 1, Req: "r1", Log: "l1", Base: 0, N: len(bodies), SentAt: time.Unix(9, 0).UTC()}
	for _, n := range []int{0, 1, 300} {
		h.N = n
		var got [][]byte
		var head wire.PushHeader
		c := against(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost || r.URL.Path != "/v1/stations/st1/push" || r.Header.Get("Content-Type") != "application/x-ndjson" {
				t.Errorf("%s %s %s", r.Method, r.URL, r.Header.Get("Content-Type"))
			}
			body := io.Reader(r.Body)
			if r.Header.Get("Content-Encoding") == "zstd" {
				z, err := zstd.NewReader(r.Body)
				if err != nil {
					t.Error(err)
					return
				}
				defer z.Close()
				body = z
			} else if n == 300 {
				t.Error("a long push is not compressed")
			}
			sc := bufio.NewScanner(body)
			for i := 0; sc.Scan(); i++ {
				if i == 0 {
					if err := json.Unmarshal(sc.Bytes(), &head); err != nil {
						t.Error(err)
					}
				} else {
					got = append(got, bytes.Clone(sc.Bytes()))
				}
			}
			fmt.Fprint(w, `{"req":"r1","tl":3,"code":"ok","end":300,"hwm":300,"hwm_hash":"00000000000000000000000000000001","server_at":"2026-01-01T00:00:00Z","next":{},"head":9}`)
		})
		r, err := c.Push(t.Context(), h, bodies[:n])
		if err != nil || r.Code != wire.CodeOK || r.HWM != 300 || r.Timeline != 3 || r.HWMHash[15] != 1 {
			t.Errorf("reply %+v %v", r, err)
		}
		if len(got) != n || n > 0 && !cmp.Equal(got, bodies[:n]) || !cmp.Equal(head, h) {
			t.Errorf("%d of %d events came, header %+v", len(got), n, head)
		}
	}
}

func TestRefusalsAreReplies(t *testing.T) {
	for status, code := range map[int]wire.Code{409: wire.CodeGap, 413: wire.CodeSplit, 422: wire.CodeBad, 426: wire.CodeUpgrade} {
		c := against(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"req":"r","tl":1,"code":%q,"hwm":7}`, code)
		})
		r, err := c.Push(t.Context(), wire.PushHeader{}, nil)
		if err != nil || r.Code != code || r.HWM != 7 {
			t.Errorf("%d: %+v %v", status, r, err)
		}
	}
}

func TestWhatIsNoAnswerIsClassified(t *testing.T) {
	problem := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(wire.Problem{Status: status, Code: code, Detail: "what", Hint: "do"})
		}
	}
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); io.WriteString(w, body) }
	}
	html := "<!doctype html><title>Please sign in</title>"
	for _, c := range []struct {
		name        string
		do          http.HandlerFunc
		class, code string
	}{
		{"500", page(500, "boom"), "retry", "bad_reply"},
		{"502 page", page(502, html), "retry", "bad_reply"},
		{"200 page", page(200, html), "retry", "bad_reply"},
		{"404 page", page(404, html), "retry", "bad_reply"},
		{"redirect", page(302, ""), "retry", "bad_reply"},
		{"204", page(204, ""), "retry", "bad_reply"},
		{"empty", page(200, ""), "retry", "bad_reply"},
		{"null", page(200, "null"), "retry", "bad_reply"},
		{"other JSON", page(200, `{"hello":"world"}`), "retry", "bad_reply"},
		{"cut JSON", page(200, `{"req":"r","tl":1,"rows":[{"fs":1`), "retry", "bad_reply"},
		{"wrong types", page(200, `{"req":1,"tl":"x","code":[]}`), "retry", "bad_reply"},
		{"garbage", page(200, "\x00\xff\xfe{{{"), "retry", "bad_reply"},
		{"centre's 503", problem(503, "busy"), "retry", "busy"},
		{"429", problem(429, "slow_down"), "retry", "slow_down"},
		{"401", problem(401, "certificate_replaced"), "park", "certificate_replaced"},
		{"403 of a proxy", page(403, html), "retry", "not_allowed"},
		{"410", problem(410, "snapshot"), "snapshot", "snapshot"},
		{"413", problem(413, "too_large"), "split", "too_large"},
		{"400", problem(400, "bad_request"), "park", "bad_request"},
		{"clock", problem(400, "clock"), "clock", "clock"},
		{"hang up", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "") }, "network", "no_answer"},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			hangUp(w, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"req\":")
		}, "network", "no_answer"},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "SSH-2.0-OpenSSH_9.2\r\n") }, "network", "no_answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := against(t, c.do)
			_, push := client.Push(t.Context(), wire.PushHeader{}, nil)
			_, feed := client.Feed(t.Context(), 0, 10, 0)
			_, beat := client.Beat(t.Context(), wire.Heartbeat{})
			for name, err := range map[string]error{"push": push, "feed": feed, "beat": beat} {
				var e *Error
				if !errors.As(err, &e) || e.Class() != c.class || e.Code() != c.code {
					t.Errorf("%s: %v (%+v)", name, err, e)
				} else if e.Hint() == "" || e.Error() == "" {
					t.Errorf("%s: no next step: %+v", name, e)
				}
			}
		})
	}
}

// hangUp writes raw bytes and closes the connection.
func hangUp(w http.ResponseWriter, raw string) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	buf.WriteString(raw)
	buf.Flush()
	conn.Close()
}

func TestHugeAnswersAreNotRead(t *testing.T) {
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"req":"`)
		chunk := strings.Repeat("x", 1<<20)
		for range 10 {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
		io.WriteString(w, `","tl":1,"code":"ok"}`)
	})
	_, err := c.Push(t.Context(), wire.PushHeader{}, nil)
	var e *Error
	if !errors.As(err, &e) || e.Class() != "retry" || !strings.Contains(err.Error(), "larger than 4 MiB") {
		t.Error(err)
	}
}

func TestHangingCentreIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	c := against(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Feed(ctx, 0, 10, 0)
	var e *Error
	if !errors.As(err, &e) || e.Class() != "network" || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestRefusedConnectionIsTheNetwork(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	c, err := newClient("http://"+addr, "st1", Transport())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Beat(t.Context(), wire.Heartbeat{})
	var e *Error
	if !errors.As(err, &e) || e.Class() != "network" {
		t.Error(err)
	}
}

func TestRetryAfterIsSecondsOrADateUpToAnHour(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "-3": 0, "99999999": time.Hour, "soon": 0,
		"Sun, 01 Mar 2026 12:01:00 GMT": time.Minute, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Mon, 01 Mar 2027 11:00:00 GMT": time.Hour} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "33")
		w.WriteHeader(503)
	})
	_, err := c.Beat(t.Context(), wire.Heartbeat{})
	var e *Error
	if !errors.As(err, &e) || e.RetryAfter() != 33*time.Second || e.Status() != 503 {
		t.Errorf("%+v", e)
	}
}

func TestFeedAsksAsAgreed(t *testing.T) {
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.String(); got != "/v1/stations/st1/feed?cursor=42&max=200&wait=25s" {
			t.Error(got)
		}
		fmt.Fprint(w, `{"tl":1,"rows":[{"fs":43,"type":"work","id":"S1","body":{"a":1}}],"next":43,"up_to_date":true}`)
	})
	r, err := c.Feed(t.Context(), 42, 200, 25*time.Second)
	if err != nil || r.Next != 43 || len(r.Rows) != 1 || string(r.Rows[0].Body) != `{"a":1}` {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSumsAreAskedForWithAPageThatDoesNotWait(t *testing.T) {
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.String(); got != "/v1/stations/st1/feed?cursor=43&max=200&sums=true&wait=0s" {
			t.Error(got)
		}
		fmt.Fprint(w, `{"tl":1,"rows":[],"next":43,"up_to_date":true,"sums":{"work":"1:1:43:1849"}}`)
	})
	r, err := c.Sums(t.Context(), 43, 200)
	if err != nil || r.Next != 43 || r.Sums[wire.RowWork] != "1:1:43:1849" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAddressOfACentreIsHTTPS(t *testing.T) {
	for text, want := range map[string]string{"https://c.example:8443/": "https://c.example:8443", "http://127.0.0.1:80": "http://127.0.0.1:80",
		"http://[::1]:80/x": "http://[::1]:80", "http://localhost:1": "http://localhost:1"} {
		if got, err := checkURL(text); got != want || err != nil {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
	for text, code := range map[string]string{"http://c.example": "plain_http", "ftp://c.example": "bad_centre_url", "": "bad_centre_url",
		"c.example:80": "bad_centre_url", "https://": "bad_centre_url", "http://127.0.0.1.example": "plain_http", "\x00": "bad_centre_url"} {
		_, err := checkURL(text)
		var e *order.Error
		if !errors.As(err, &e) || e.Code != code || e.Hint == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReplies(f *testing.F) {
	f.Add(200, []byte(`{"req":"r","tl":1,"code":"ok"}`))
	f.Add(409, []byte(`{"code":"fork","at":18446744073709551615}`))
	f.Add(200, []byte(`{"tl":1,"rows":[{"body":null}],"next":-1}`))
	f.Add(503, []byte(`<html>`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})
		c, err := newClient("http://127.0.0.1", "st1", rt)
		if err != nil {
			t.Fatal(err)
		}
		_, push := c.Push(t.Context(), wire.PushHeader{}, nil)
		_, feed := c.Feed(t.Context(), 0, 1, 0)
		_, beat := c.Beat(t.Context(), wire.Heartbeat{})
		for _, err := range []error{push, feed, beat} {
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Class() == "" || e.Code() == "") {
				t.Errorf("%d %q: %v", status, body, err)
			}
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
