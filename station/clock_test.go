package station_test

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// setBack is a clock whose wall was set back while the machine's own time goes on.
type setBack struct {
	*handClock
	by time.Duration
}

func (c setBack) Now() time.Time  { return c.handClock.Now().Add(-c.by) }
func (c setBack) Wall() time.Time { return c.Now() }

// TestTimeGoesOnWhenTheClockWasSetBack: business time is never before the last event,
// and never stands still either, else no question could be answered by repetition.
func TestTimeGoesOnWhenTheClockWasSetBack(t *testing.T) {
	b := newBench(t, goods("1", 1, 5))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.stop()
	b.start(func(o *station.Options) { o.Clock = setBack{b.clock, 24 * time.Hour} })
	first := b.scan(badgeMei)
	if first.Decision.Verdict != order.ConfirmAgain {
		t.Fatalf("another badge: %+v", first.Decision)
	}
	b.clock.advance(time.Second)
	second := b.scan(badgeMei)
	if second.Decision.Verdict != order.OK {
		t.Fatalf("the same badge a second later: %+v", second.Decision)
	}
	if d := second.Input.At.Sub(first.Input.At); d < 900*time.Millisecond || d > 2*time.Second {
		t.Errorf("a second took %v", d)
	}
}
