package agent

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Tx, under the lock of write.

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
