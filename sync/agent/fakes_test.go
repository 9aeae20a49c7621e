package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// fakeStation keeps one log in memory, as database and loop at once.
type fakeStation struct {
	mu      sync.Mutex // guards below
	log     Log
	hashes  []order.Hash // of seq 1 and up
	bodies  [][]byte
	tl      int64
	cursor  int64
	rows    int
	largest int // rows of the largest write
	writes  int
	fail    error // what the next write returns
	touched int
	held    map[int64]bool // places of the rows since the feed was last begun
	repulls int
	news    chan struct{}
}

func newFakeStation() *fakeStation {
	return &fakeStation{log: Log{ID: "0123456789abcdef0123456789abcdef"}, held: map[int64]bool{}, news: make(chan struct{}, 1)}
}

func (f *fakeStation) scan(n int) {
	f.mu.Lock()
	for range n {
		prev := order.LogStart(f.log.ID)
		if f.log.Last > 0 {
			prev = f.hashes[f.log.Last-1]
		}
		f.log.Last++
		body := fmt.Appendf(nil, `{"s":%d,"k":"noted"}`, f.log.Last)
		f.bodies, f.hashes = append(f.bodies, body), append(f.hashes, order.Chain(prev, body))
	}
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

func (f *fakeStation) Local(context.Context) (Local, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return Local{Timeline: f.tl, Cursor: f.cursor, Logs: []Log{f.log}, Unsent: int(f.log.Last - f.log.Acked)}, nil
}

func (f *fakeStation) HashAt(_ order.LogID, seq uint64) (order.Hash, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h, ok := f.hashAt(seq)
	return h, ok, nil
}

func (f *fakeStation) hashAt(seq uint64) (order.Hash, bool) {
	switch {
	case seq == 0:
		return order.LogStart(f.log.ID), true
	case seq > f.log.Last:
		return order.Hash{}, false
	}
	return f.hashes[seq-1], true
}

func (f *fakeStation) Events(_ context.Context, _ order.LogID, after uint64, limit, _ int) ([][]byte, order.Hash, order.Hash, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(uint64(limit), f.log.Last-after)
	base, _ := f.hashAt(after)
	end, _ := f.hashAt(after + n)
	return f.bodies[after : after+n], base, end, true, nil
}

func (f *fakeStation) Sums(context.Context) (int64, wire.Sums, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var s wire.Sum
	for fs := range f.held {
		s.Add(fs)
	}
	return f.cursor, wire.Sums{wire.RowWork: s.String()}, nil
}

// lose forgets a row that the feed brought.
func (f *fakeStation) lose(fs int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.held, fs)
}

func (f *fakeStation) reread() (n int, held int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.repulls, len(f.held)
}

func (f *fakeStation) write(_ context.Context, do func(Tx) ([]order.ShipmentID, error)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail; err != nil {
		f.fail = nil
		return err
	}
	f.writes++
	ids, err := do(f)
	f.touched += len(ids)
	return err
}

func (f *fakeStation) ApplyFeed(rows []wire.FeedRow, next, timeline int64) ([]order.ShipmentID, error) {
	f.rows += len(rows)
	f.largest = max(f.largest, len(rows))
	f.cursor, f.tl = next, timeline
	for _, r := range rows {
		f.held[r.FS] = true
	}
	return make([]order.ShipmentID, len(rows)), nil
}

func (f *fakeStation) Acked(_ order.LogID, acked, stable uint64) error {
	f.log.Acked, f.log.Stable = acked, stable
	return nil
}

func (f *fakeStation) NewLog(order.LogID, uint64, string) (bool, error) {
	return false, errors.New("no fork expected")
}

func (f *fakeStation) Rewind(tl int64) error {
	f.tl, f.cursor, f.log.Acked = tl, 0, 0
	return nil
}

func (f *fakeStation) Repull(tl int64) error {
	f.tl, f.cursor = tl, 0
	f.repulls++
	clear(f.held)
	return nil
}

func (f *fakeStation) FeedRead() ([]order.ShipmentID, error) { return nil, nil }
func (f *fakeStation) Renew([]wire.Renewal) error            { return nil }
func (f *fakeStation) Heard(time.Time) error                 { return nil }

// fakeCentre answers in virtual time.
type fakeCentre struct {
	mu     sync.Mutex // guards below
	down   error
	hwm    uint64
	hash   order.Hash
	pushes int
	beats  int
	feed   int
	flood  bool // answers a feed request with everything at once
	sums   int  // pages of the feed with sums
	more   int  // rows that are counted and never come
	old    bool // does not know of sums
}

// seen returns what has arrived so far.
func (c *fakeCentre) seen() (hwm uint64, pushes, beats int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hwm, c.pushes, c.beats
}

func (c *fakeCentre) arrived() uint64 { hwm, _, _ := c.seen(); return hwm }
func (c *fakeCentre) pushed() int     { _, n, _ := c.seen(); return n }
func (c *fakeCentre) beaten() int     { _, _, n := c.seen(); return n }

func (c *fakeCentre) enter(ctx context.Context) error {
	select {
	case <-time.After(20 * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	c.mu.Lock()
	if err := c.down; err != nil {
		c.mu.Unlock()
		return err
	}
	return nil
}

func (c *fakeCentre) Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	if err := c.enter(ctx); err != nil {
		return wire.PushReply{}, err
	}
	defer c.mu.Unlock()
	c.pushes++
	r := wire.PushReply{Req: h.Req, Timeline: 1, Code: wire.CodeOK}
	if h.Base == c.hwm {
		hash := h.BaseHash
		for _, b := range bodies {
			hash = order.Chain(hash, b)
		}
		if hash != h.EndHash || h.N != len(bodies) {
			r.Code = wire.CodeBad
			return r, nil
		}
		c.hwm, c.hash = h.Base+uint64(h.N), hash
	}
	r.End, r.HWM, r.HWMHash, r.Stable = h.Base+uint64(h.N), c.hwm, c.hash, c.hwm
	return r, nil
}

func (c *fakeCentre) Feed(ctx context.Context, cursor int64, limit int, wait time.Duration) (wire.FeedReply, error) {
	if err := c.enter(ctx); err != nil {
		return wire.FeedReply{}, err
	}
	n := c.feed
	flood := c.flood
	c.mu.Unlock()
	if cursor >= int64(n) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return wire.FeedReply{}, ctx.Err()
		}
	}
	if flood {
		limit = n
	}
	r := wire.FeedReply{Timeline: 1, Next: cursor}
	for i := cursor; i < int64(n) && len(r.Rows) < limit; i++ {
		r.Rows = append(r.Rows, wire.FeedRow{FS: i + 1})
		r.Next = i + 1
	}
	r.UpToDate = r.Next >= int64(n)
	return r, nil
}

func (c *fakeCentre) Sums(ctx context.Context, cursor int64, limit int) (wire.FeedReply, error) {
	r, err := c.Feed(ctx, cursor, limit, 0)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sums++; err != nil || !r.UpToDate || c.old {
		return r, err
	}
	var s wire.Sum
	for i := range c.feed + c.more {
		s.Add(int64(i + 1))
	}
	r.Sums = wire.Sums{wire.RowWork: s.String()}
	return r, nil
}

func (c *fakeCentre) asked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sums
}

func (c *fakeCentre) Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error) {
	if err := c.enter(ctx); err != nil {
		return wire.HeartbeatReply{}, err
	}
	defer c.mu.Unlock()
	c.beats++
	return wire.HeartbeatReply{Req: b.Req, Timeline: 1, Renewed: []wire.Renewal{{Shipment: "S1"}}}, nil
}

func (c *fakeCentre) set(down error) {
	c.mu.Lock()
	c.down = down
	c.mu.Unlock()
}

// running starts an agent in the bubble of a synctest and ends it with the test.
func running(t *testing.T, f *fakeStation, c *fakeCentre) (a *Agent, status func() Status) {
	var mu sync.Mutex
	var last Status
	a = New(Options{Config: DefaultConfig(), Centre: c, Source: f, Write: f.write, Notify: f.news,
		Status: func(s Status) { mu.Lock(); last = s; mu.Unlock() }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return a, func() Status { mu.Lock(); defer mu.Unlock(); return last }
}

// wait lets virtual time pass.
func wait(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// refusal is a failure that only a person can end.
type refusal struct{}

func (refusal) Error() string             { return "the certificate was revoked" }
func (refusal) Class() string             { return string(ClassPark) }
func (refusal) Code() string              { return "certificate_revoked" }
func (refusal) Hint() string              { return "enrol it again" }
func (refusal) RetryAfter() time.Duration { return 0 }
