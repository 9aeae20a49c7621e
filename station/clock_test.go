package station_test

import (
	"slices"
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

// year is how far ahead the clocks of these tests are.
const year = 365 * 24 * time.Hour

// milk is an order for goods that expire soon, and the code of a pack that is good for a
// week, and of one that ended yesterday.
func milk(id string) (s order.Shipment, good, ended string) {
	s = goods(id, 1, 9)
	s.Lines[0].Track.Expiry = true
	s.Lines[0].Codes = []order.ItemCode{{Key: "09521234000013"}}
	return s, "]C1010952123400001317260309", "]C1010952123400001317260301"
}

// TestOneScanUnderAClockThatWasAheadDoesNotMoveTheBenchForGood: the log shows the leap, so
// the clock that was put right is believed, also after a start and days later.
func TestOneScanUnderAClockThatWasAheadDoesNotMoveTheBenchForGood(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"a year": year, "four days": 96*time.Hour + time.Minute} {
		for _, restarts := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s, good, ended := milk("1")
				b := newBench(t, s)
				b.want(order.OK, badgeLi, "X1", good)
				b.clock.set(ahead)
				b.scan("NONSENSE")
				b.clock.advance(time.Hour)
				b.clock.set(0)
				if restarts {
					b.restart()
				}
				if v := b.settle(); !hasAlert(v, b.clock.Now(), station.AlertFuture) {
					t.Error("nobody is told that the last event lies in the future")
				}
				o := b.scan(good)
				if o.Decision.Verdict != order.OK || o.Input.At.Sub(b.clock.Now()).Abs() > time.Minute {
					t.Fatalf("good milk at %v: %s %s", o.Input.At, o.Decision.Verdict, o.Decision.What.Code)
				}
				if v := b.settle(); hasAlert(v, b.clock.Now(), station.AlertFuture) {
					t.Error("the alert stays")
				}
				b.want(order.Blocked, ended)
				b.clock.advance(5 * 24 * time.Hour)
				b.want(order.OK, good)
				b.clock.advance(3 * 24 * time.Hour)
				b.want(order.Blocked, good)
			})
		}
	}
}

// TestAClockThatIsSetBackLetsNoExpiredGoodsPass: what the log does not show to have been
// ahead is not believed without the centre, neither by hours nor into a past that was lived.
func TestAClockThatIsSetBackLetsNoExpiredGoodsPass(t *testing.T) {
	for name, back := range map[string]time.Duration{"hours": 20 * time.Hour, "days": 60 * time.Hour, "before the log": year} {
		for _, restarts := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s, good, _ := milk("1")
				b := newBench(t, s)
				b.want(order.OK, badgeLi, "X1", good)
				for range 8 {
					b.clock.advance(24 * time.Hour)
					b.scan("NONSENSE")
				}
				b.want(order.Blocked, good)
				b.clock.set(-back)
				if restarts {
					b.restart()
				}
				b.want(order.Blocked, good)
				if v := b.settle(); !hasAlert(v, b.clock.Now(), station.AlertFuture) {
					t.Error("nobody is told")
				}
			})
		}
	}
}

// TestALongHolidayIsNoLeap: the clock could be set back into it.
func TestALongHolidayIsNoLeap(t *testing.T) {
	s, good, _ := milk("1")
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", good)
	b.clock.advance(8 * 24 * time.Hour)
	b.want(order.Blocked, good)
	b.clock.set(-36 * time.Hour) // the machine knows by its own time that it was a pause
	b.want(order.Blocked, good)
	b.restart()
	b.want(order.Blocked, good)

	b = newBench(t, s)
	b.want(order.OK, badgeLi, "X1", good)
	b.stop()
	b.clock.advance(8 * 24 * time.Hour)
	b.start(func(o *station.Options) { o.Clock = rebooted{b.clock} })
	b.want(order.Blocked, good)
	b.clock.set(-20 * time.Hour) // nobody knows, and hours are not worth the risk
	b.want(order.Blocked, good)
}

// rebooted is the clock after another start of the machine.
type rebooted struct{ *handClock }

func (rebooted) Boot() string { return "boot-2" }

// TestTheCentresTimeIsBelievedWhateverTheLogSays.
func TestTheCentresTimeIsBelievedWhateverTheLogSays(t *testing.T) {
	s, good, _ := milk("1")
	b := newBench(t, s)
	b.clock.set(5 * time.Hour)
	b.want(order.OK, badgeLi, "X1", good)
	b.clock.set(0)
	if o := b.scan(good); o.Input.At.Before(b.clock.Now().Add(4 * time.Hour)) {
		t.Errorf("a clock that was set back by hours is believed: %v", o.Input.At)
	}
	b.clock.hear()
	b.clock.set(-year)
	if o := b.scan(good); o.Decision.Verdict != order.OK || !o.Input.At.Equal(b.clock.Now()) {
		t.Errorf("the centre's time is %v, the bench's %v", b.clock.Now(), o.Input.At)
	}
}

func hasAlert(v *station.View, now time.Time, code station.AlertCode) bool {
	return slices.ContainsFunc(v.Alerts(now), func(a station.Alert) bool { return a.Code == code })
}
