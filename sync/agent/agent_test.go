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

// Tx, under the lock of write.

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

func TestBacklogDrainsWithoutAScanToTriggerIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{}
		f.scan(100_000)
		<-f.news // nobody tells
		_, status := running(t, f, c)
		wait(20 * time.Second)
		if c.arrived() != 100_000 || f.log.Acked != 100_000 {
			t.Errorf("the centre has %d, acknowledged %d", c.arrived(), f.log.Acked)
		}
		if st := status(); !st.Online || st.Problem != "" {
			t.Errorf("%+v", st)
		}
	})
}

func TestNewEventsAreSentSoonAndTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{}
		running(t, f, c)
		wait(5 * time.Second)
		before := c.pushed()
		for range 10 {
			f.scan(1)
			wait(5 * time.Millisecond)
		}
		wait(300 * time.Millisecond)
		if c.arrived() != 10 {
			t.Errorf("%d of 10 arrived within 300 ms", c.arrived())
		}
		if n := c.pushed() - before; n > 2 {
			t.Errorf("10 scans within 50 ms made %d pushes", n)
		}
	})
}

func TestOutageIsShownAndOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{}
		a, status := running(t, f, c)
		wait(5 * time.Second)
		c.set(errors.New("cable pulled"))
		f.scan(50)
		wait(6 * time.Hour)
		if st := status(); st.Online || st.Problem != "no_answer" {
			t.Errorf("%+v", st)
		}
		f.scan(50)
		c.set(nil)
		a.Kick()
		wait(time.Second)
		if st := status(); !st.Online || st.Problem != "" || c.arrived() != 100 {
			t.Errorf("%+v, centre has %d", st, c.arrived())
		}
		beats := c.beaten()
		wait(time.Hour)
		if n := c.beaten() - beats; n < 55 || n > 65 {
			t.Errorf("%d heartbeats in an idle hour", n)
		}
	})
}

func TestFeedIsWrittenInPortions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 1234, flood: true}
		running(t, f, c)
		wait(5 * time.Second)
		if f.rows != 1234 || f.cursor != 1234 || f.largest > 200 || f.touched < 1234 {
			t.Errorf("%d rows to cursor %d, at most %d in one write", f.rows, f.cursor, f.largest)
		}
	})
}

func TestPortionOfTheFeedIsSmallEnoughToWaitFor(t *testing.T) {
	row := func(size int) wire.FeedRow { return wire.FeedRow{Body: make([]byte, size)} }
	for _, c := range []struct {
		rows []wire.FeedRow
		want int
	}{
		{nil, 0},
		{[]wire.FeedRow{row(1 << 20)}, 1},
		{[]wire.FeedRow{row(1 << 20), row(1)}, 1},
		{[]wire.FeedRow{row(1), row(1), row(1), row(1), row(1)}, 4},
		{[]wire.FeedRow{row(30 << 10), row(30 << 10), row(30 << 10)}, 2},
	} {
		if got := portion(c.rows, 4); got != c.want {
			t.Errorf("%d rows: %d, want %d", len(c.rows), got, c.want)
		}
	}
}

func TestFailedWriteIsSaidAndRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{}
		_, status := running(t, f, c)
		wait(5 * time.Second)
		f.mu.Lock()
		f.fail = errors.New("disk full")
		f.mu.Unlock()
		f.scan(7)
		wait(time.Second)
		if st := status(); st.Problem != "not_saved" {
			t.Errorf("%+v", st)
		}
		wait(time.Minute)
		if st := status(); st.Problem != "" || !st.Online || f.log.Acked != 7 || c.arrived() != 7 {
			t.Errorf("%+v, acknowledged %d", st, f.log.Acked)
		}
	})
}

func TestDrainEndsWhenAllIsSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 500}
		f.scan(3000)
		conf := DefaultConfig()
		conf.FeedWait = 0
		a := New(Options{Config: conf, Centre: c, Source: f, Write: f.write})
		if err := a.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if f.log.Acked != 3000 || f.cursor != 500 || c.beaten() != 1 {
			t.Errorf("acknowledged %d, cursor %d, %d heartbeats", f.log.Acked, f.cursor, c.beaten())
		}
		c.set(errors.New("cable pulled"))
		f.scan(1)
		err := New(Options{Config: conf, Centre: c, Source: f, Write: f.write}).Drain(t.Context())
		var e *order.Error
		if !errors.As(err, &e) || e.Code != "no_answer" || e.Hint == "" {
			t.Errorf("without a centre: %v", err)
		}
		c.set(refusal{})
		began := time.Now()
		err = New(Options{Config: conf, Centre: c, Source: f, Write: f.write}).Drain(t.Context())
		if !errors.As(err, &e) || e.Code != "certificate_revoked" || e.Hint != "enrol it again" || !errors.Is(err, ErrStuck) {
			t.Errorf("refused: %v", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it tried again for %v although that does not help", took)
		}
	})
}

// refusal is a failure that only a person can end.
type refusal struct{}

func (refusal) Error() string { return "the certificate was revoked" }
func (refusal) Class() string { return string(ClassPark) }
func (refusal) Code() string  { return "certificate_revoked" }
func (refusal) Hint() string  { return "enrol it again" }

func (refusal) RetryAfter() time.Duration { return 0 }
