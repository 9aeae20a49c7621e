package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pickstation/devices/sim"
	"pickstation/order"
)

// after is what is known of the second unit when the station has started over.
type after struct {
	counted bool // it counts
	asked   bool // the station has asked about it
}

func TestAStationKilledAtAnyStepCountsEveryUnitOnceOrAsks(t *testing.T) {
	for _, profile := range []string{"generic-acknak", "honeywell-hostack", "zebra-ssi"} {
		for _, same := range []bool{true, false} {
			for _, step := range []killStep{killReceived, killBegun, killAppended, killCommitting, killCommitted, killAnswering,
				killLeaving, killLeft, killNoted, failCommit} {
				name := fmt.Sprintf("%s/%s/same article %v", profile, step, same)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					surviveKill(t, profile, step, same)
				})
			}
		}
	}
}

// surviveKill scans a unit, then one of the same or another article at which the station ends, and goes on.
func surviveKill(t *testing.T, profile string, step killStep, same bool) {
	line, want := 2, after{}
	if same {
		line = 1
	}
	text := fmt.Sprintf("ITEM-%d", line)
	goods := [3]int{0, 1, 0}
	goods[line]++
	stored := step != killReceived && step != killBegun && step != killAppended && step != killCommitting && step != failCommit
	answered := step == killLeft || step == killNoted
	switch {
	case answered: // the scanner has gone on
		want = after{counted: true}
	case step == failCommit: // the driver lives on, and knows what it has refused
		want = after{counted: true}
	case profile == "zebra-ssi" && !stored:
		// Its first sending is lost with the process. Where the unit before was of the same article, the second sending
		// looks like one of that unit.
		want = after{counted: !same, asked: same}
	case profile == "zebra-ssi":
		want = after{counted: true, asked: step == killLeaving}
	default:
		want = after{counted: true, asked: stored}
	}
	b := newDoomedBench(t, profile, step, 4)
	b.took("BADGE-LI", "X1", "ITEM-1")
	ended := make(chan sim.Outcome, 1)
	if profile == "honeywell-hostack" || answered {
		b.gun.Options.Tries = 1
	}
	b.hasty.Store(!answered)
	go func() { ended <- b.scan(text) }()
	if step == failCommit { // the devices stay open, and a scan waits until the station is back
		b.hears(saidReopened)
	} else {
		b.dead()
		b.start()
	}
	close(b.resume)
	if out := <-ended; out != sim.Acked { // Host ACK gives up with an error tone, and the operator scans again
		if profile != "honeywell-hostack" || answered {
			t.Fatalf("the scanner's end: %s; %s", out, b.errs)
		}
		b.took(text)
	} else if !answered {
		b.hears(saidNoted)
	}
	c := b.count()
	wantPicked := goods
	if !want.counted {
		wantPicked[line]--
	}
	if c.picked != wantPicked || (c.asked > 0) != want.asked {
		t.Fatalf("picked %v, asked %d times; goods %v, want counted %v, asked %v; log: %s", c.picked, c.asked, goods, want.counted, want.asked, b.tail())
	}
	b.goOn(text, c, goods, line, step, same)
}

// goOn is the operator after the restart: answers the question as the screen's count demands, then scans a new unit.
func (b *doomedBench) goOn(text string, c doomedCount, goods [3]int, line int, step killStep, same bool) {
	b.Helper()
	if c.picked != goods { // fewer than the goods in hand: the same scan again means yes
		waitFor(b.T, order.RepeatAfter+50*time.Millisecond)
		b.took(text)
	}
	if c := b.count(); c.picked != goods {
		b.Fatalf("picked %v after the question, goods %v", c.picked, goods)
	}
	b.took(text)
	goods[line]++
	unheard := step == killLeft // the station cannot know that the scanner has its answer
	repeated := b.asked() > c.asked
	if repeated != unheard {
		b.Errorf("a new unit was asked about: %v, want %v", repeated, unheard)
	}
	if repeated || b.count().picked != goods {
		waitFor(b.T, order.RepeatAfter+50*time.Millisecond)
		b.took(text)
	}
	if c := b.count(); c.picked != goods {
		b.Errorf("picked %v at the end, goods %v (same article %v); log: %s", c.picked, goods, same, b.tail())
	}
}

func (b *doomedBench) asked() int { return b.count().asked }

// tail tells the end of the log in words.
func (b *doomedBench) tail() string {
	var out strings.Builder
	for _, e := range eventsOf(b.T, b.Dir) {
		fmt.Fprintf(&out, "%s %s %s %s; ", e.Type, e.Verdict, e.Msg, e.Code)
	}
	return out.String()
}

// waitFor lets the time pass that a person needs; a question counts a repetition only after it.
func waitFor(t *testing.T, d time.Duration) {
	t.Helper()
	rest(t.Context(), d)
}
