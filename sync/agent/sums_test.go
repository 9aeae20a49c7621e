package agent

import (
	"testing"
	"testing/synctest"
	"time"

	"pickstation/sync/wire"
)

func TestARowThatWasLostHereIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 450}
		_, status := running(t, f, c)
		wait(3 * time.Hour)
		if n, held := f.reread(); n != 0 || held != 450 || c.asked() < 2 || c.asked() > 20 || status().Differs != "" {
			t.Fatalf("all is well: %d rows, read again %d times, %d pages with sums, %+v", held, n, c.asked(), status())
		}
		f.lose(17)
		wait(90 * time.Minute)
		if n, held := f.reread(); n != 1 || held != 450 {
			t.Errorf("%d rows, read again %d times", held, n)
		}
		if s := status(); s.Differs != "" || s.Rereads != 1 || s.Problem != "" || !s.Online {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhatReadingAgainDoesNotMendIsReadEverMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 450, more: 1}
		_, status := running(t, f, c)
		wait(2 * time.Hour)
		if s := status(); s.Differs != "work" || s.Rereads == 0 || !s.Online || s.Problem != "" {
			t.Errorf("%+v", s)
		}
		wait(4 * 24 * time.Hour)
		if n, _ := f.reread(); n < 6 || n > 10 {
			t.Errorf("read again %d times in four days", n)
		}
		c.mu.Lock()
		c.more = 0
		c.mu.Unlock()
		wait(25 * time.Hour)
		if s := status(); s.Differs != "" {
			t.Errorf("equal again: %+v", s)
		}
	})
}

func TestRowsThatAreLostAllTheTimeAreReadAgainOnceAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 450}
		a, _ := running(t, f, c)
		wait(time.Hour)
		for range 6 * 4 {
			f.lose(17)
			a.Kick()
			wait(15 * time.Minute)
		}
		if n, _ := f.reread(); n < 4 || n > 7 {
			t.Errorf("read again %d times in six hours", n)
		}
	})
}

func TestACentreWithoutSumsIsAskedRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := newFakeStation(), &fakeCentre{feed: 450, old: true}
		_, status := running(t, f, c)
		f.lose(17)
		wait(10 * time.Hour)
		if n, _ := f.reread(); n != 0 || c.asked() < 9 || c.asked() > 11 || status().Differs != "" {
			t.Errorf("read again %d times, %d pages with sums, %+v", n, c.asked(), status())
		}
	})
}

// TestSumsThatTheFeedOvertookAreNotCompared lets rows come between the centre's word and
// the look at what is held.
func TestSumsThatTheFeedOvertookAreNotCompared(t *testing.T) {
	d := newDriver(t)
	d.c.SumEvery = time.Minute
	d.in(Input{Kind: Tick})
	d.now = d.now.Add(2 * d.c.Timeout)
	d.in(Input{Kind: Tick})
	d.now = d.now.Add(2 * time.Second)
	ask := must[SendSums](t, d.in(Input{Kind: Tick}))
	reply := d.sums(ask, 10)
	none[AddUp](t, reply)
	add := must[AddUp](t, d.in(Input{Kind: Tick}))
	none[Repull](t, d.in(Input{Kind: Summed, Req: add.Req, Held: Held{Cursor: 11}}))
	none[Repull](t, d.in(Input{Kind: Summed, Req: add.Req, Held: Held{Cursor: 10}})) // it was answered
	if d.s.sums.theirs != nil || d.s.sums.adding != "" || d.s.Status().Differs != "" {
		t.Errorf("%+v", d.s.sums)
	}
}

// sums answers a request for the end of the feed: work at place 10.
func (d *driver) sums(ask SendSums, next int64) []Action {
	return d.in(Input{Kind: Fed, Req: ask.Req, Feed: wire.FeedReply{Timeline: d.local.Timeline, Next: next, UpToDate: true,
		Sums: wire.Sums{wire.RowWork: "1:1:10:100"}}})
}
