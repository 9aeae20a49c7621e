package api

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Limits of answers, bytes.
const (
	maxReply = 4 << 20
	maxFeed  = 64 << 20
)

// Deadlines of calls. A feed request may wait on top.
const (
	pushTimeout = 40 * time.Second
	callTimeout = 20 * time.Second
)

// Client talks to one centre as one station. It is safe for concurrent use.
type Client struct {
	base    string
	station order.StationID
	http    atomic.Pointer[http.Client]
	zstd    *zstd.Encoder // EncodeAll is safe for concurrent use

	shown    atomic.Pointer[Identity]         // the identity that connections show, nil before the enrolment
	believed atomic.Pointer[x509.Certificate] // of the centre, against the clock here; nil none
}

// New returns a client of an enrolled station.
func New(id *Identity) (*Client, error) {
	base, err := checkURL(id.URL)
	if err != nil {
		return nil, err
	}
	c, err := newClient(base, id.Station, nil)
	if err != nil {
		return nil, err
	}
	c.dial(id)
	return c, nil
}

// dial makes new connections show an identity; the ones in use end with their calls.
func (c *Client) dial(id *Identity) {
	tr := Transport()
	tr.TLSClientConfig = id.tls()
	tr.TLSClientConfig.Time = c.judgedAt(id)
	c.shown.Store(id)
	if old := c.http.Swap(httpClient(tr)); old != nil {
		old.CloseIdleConnections()
	}
}

func httpClient(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: rt,
		// A centre does not redirect; following one would hand the message to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func newClient(base string, station order.StationID, rt http.RoundTripper) (*Client, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	c := &Client{base: base, station: station, zstd: enc}
	c.http.Store(httpClient(rt))
	return c, nil
}

// Transport returns what a station's connections are made with: it has a deadline on
// everything that the calls' own deadlines do not cover well: a dead HTTP/2 connection is noticed by pings, not by the next push.
func Transport() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		IdleConnTimeout:        2 * time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second, WriteByteTimeout: 10 * time.Second},
	}
}

// checkURL returns the address without a trailing path. Plain HTTP is taken on a
// loopback address only: elsewhere anybody could read along.
func checkURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", order.Errorf("bad_centre_url", "%q is not the address of a centre", text).
			WithHint("write it as https://HOST:PORT")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return "", order.Errorf("plain_http", "plain HTTP is used on this machine only, not to %s", u.Host).
			WithHint("write the address as https://%s", u.Host)
	}
	return u.Scheme + "://" + u.Host, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Close lets go of the connections.
func (c *Client) Close() { c.http.Load().CloseIdleConnections() }

func (c *Client) path(name string) string {
	return c.base + "/v1/stations/" + url.PathEscape(string(c.station)) + "/" + name
}

// Push sends a range of the event log. A reply that refuses it (gap, fork, fenced,
// split, bad, upgrade) is a reply, not an error.
func (c *Client) Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	var reply wire.PushReply
	head, err := json.Marshal(h)
	if err != nil {
		return reply, fmt.Errorf("encode push: %w", err)
	}
	var plain bytes.Buffer
	plain.Write(head)
	plain.WriteByte('\n')
	for _, b := range bodies {
		plain.Write(b)
		plain.WriteByte('\n')
	}
	body, encoding := plain.Bytes(), ""
	if len(body) > 512 { // below that the frame outweighs what is won
		body, encoding = c.zstd.EncodeAll(body, nil), "zstd"
	}
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.path("push"), bytes.NewReader(body))
	if err != nil {
		return reply, fmt.Errorf("make push: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	err = c.do(req, maxReply, &reply, func(status int) bool {
		switch status {
		case http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusUpgradeRequired:
			return true
		}
		return false
	}, func() bool { return knownCode(reply.Code) })
	return reply, err
}

func knownCode(c wire.Code) bool {
	switch c {
	case wire.CodeOK, wire.CodeGap, wire.CodeFork, wire.CodeFenced, wire.CodeSplit, wire.CodeBad, wire.CodeUpgrade, wire.CodeBusy:
		return true
	}
	return false
}

// Feed asks for rows after a cursor; the centre may wait so long for news.
func (c *Client) Feed(ctx context.Context, cursor int64, max int, wait time.Duration) (wire.FeedReply, error) {
	return c.page(ctx, cursor, max, wait, url.Values{})
}

// Sums is Feed without a wait; a reply that ends the feed also says what the station has
// to hold, where the centre knows how.
func (c *Client) Sums(ctx context.Context, cursor int64, max int) (wire.FeedReply, error) {
	return c.page(ctx, cursor, max, 0, url.Values{"sums": {"true"}})
}

func (c *Client) page(ctx context.Context, cursor int64, max int, wait time.Duration, q url.Values) (wire.FeedReply, error) {
	var reply wire.FeedReply
	ctx, cancel := context.WithTimeout(ctx, callTimeout+wait)
	defer cancel()
	q.Set("cursor", strconv.FormatInt(cursor, 10))
	q.Set("max", strconv.Itoa(min(max, wire.MaxFeedRows)))
	q.Set("wait", strconv.FormatInt(int64(wait/time.Second), 10)+"s")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.path("feed")+"?"+q.Encode(), nil)
	if err != nil {
		return reply, fmt.Errorf("make feed request: %w", err)
	}
	return reply, c.do(req, maxFeed, &reply, nil, func() bool { return reply.Timeline > 0 && len(reply.Rows) <= 10*wire.MaxFeedRows })
}

// Beat sends a heartbeat.
func (c *Client) Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error) {
	var reply wire.HeartbeatReply
	return reply, c.post(ctx, c.path("heartbeat"), b, &reply, func() bool { return reply.Timeline > 0 })
}

// post sends one JSON message and reads one.
func (c *Client) post(ctx context.Context, to string, msg, reply any, ok func() bool) error {
	body, err := json.Marshal(msg)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make message: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	return c.do(req, maxReply, reply, nil, ok)
}

// do sends a request and reads its answer. also names statuses beside 200 whose body
// may be the answer; ok says whether what was read is one. A station that was enrolled
// anew while it ran asks again with its new certificate.
func (c *Client) do(req *http.Request, limit int64, reply any, also func(status int) bool, ok func() bool) error {
	id := c.shown.Load()
	err := c.ask(req, limit, reply, also, ok)
	if err != nil && id != nil && c.enrolledAnew(id, err) && rewound(req) {
		err = c.ask(req, limit, reply, also, ok)
	}
	return err
}

// rewound makes a request's body ready to be sent again.
func rewound(req *http.Request) bool {
	if req.GetBody == nil {
		return true
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}

func (c *Client) ask(req *http.Request, limit int64, reply any, also func(status int) bool, ok func() bool) error {
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Load().Do(req)
	if err != nil && c.clockIsWrong(err) && rewound(req) {
		resp, err = c.http.Load().Do(req)
	}
	if err != nil {
		return transportError(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return transportError(fmt.Errorf("the answer broke off: %w", err))
	}
	if int64(len(body)) > limit {
		return badReply(fmt.Sprintf("the answer is larger than %d MiB", limit>>20), nil)
	}
	good := resp.StatusCode == http.StatusOK
	if !good && (also == nil || !also(resp.StatusCode)) {
		return statusError(resp, body, time.Now())
	}
	err = json.Unmarshal(body, reply)
	if err == nil && !ok() {
		err = errors.New("it lacks what such an answer has")
	}
	switch {
	case err == nil:
		return nil
	case !good:
		return statusError(resp, body, time.Now())
	case len(bytes.TrimSpace(body)) == 0:
		return badReply("the answer is empty", nil)
	}
	return badReply("the answer is not the centre's", err)
}
