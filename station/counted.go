package station

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pickstation/order"
)

// counted is what a station has counted, for its next start: the shift of a busy bench has
// more events than a start reads, how long scans waited is in none of them, and a gun's rate
// is of triggers that no event tells of.
type counted struct {
	Mark       order.Hash          `json:"mark"` // of the newest event that is counted
	Today      TodayView           `json:"today"`
	Shift      ShiftView           `json:"shift"`
	Last       ShiftView           `json:"last"`
	Waits      waitCounts          `json:"waits"`
	WaitedLast waitCounts          `json:"waited_last"`
	Reads      map[string]readRate `json:"reads,omitempty"` // by scanner
}

// waitCounts are waits as they are kept.
type waitCounts struct {
	Since  time.Time     `json:"since"`
	Counts map[int]int32 `json:"counts"` // those that are not zero
}

func (w *waits) counted() waitCounts {
	c := waitCounts{Since: w.since, Counts: map[int]int32{}}
	for i, n := range w.counts {
		if n > 0 {
			c.Counts[i] = n
		}
	}
	return c
}

func (c *waitCounts) waits() (w waits) {
	w.since = c.Since
	for i, n := range c.Counts {
		if i >= 0 && i < waitBuckets && n > 0 {
			w.counts[i], w.n = n, w.n+int(n)
		}
	}
	return w
}

// Counted returns what the station has counted, for Options.Counted of its next start: no
// name stands in it, and nothing of it is needed to work.
func (l *Loop) Counted(ctx context.Context) (body []byte, err error) {
	err = l.Read(ctx, func(Store) (err error) {
		c := counted{Mark: l.shift.mark, Today: l.seen.today, Shift: l.shift.now, Last: l.shift.last,
			Waits: l.shift.waits.counted(), WaitedLast: l.shift.waitedLast.counted(), Reads: map[string]readRate{}}
		for name, r := range l.seen.rates {
			c.Reads[name] = *r
		}
		body, err = json.Marshal(&c)
		return err
	})
	return body, err
}

// recall counts events, oldest first, on top of what was counted before. Where the newest one
// that was counted is not among them (the log was restored, or is another one), only the
// waits of the same shift are kept.
func recall(saved []byte, events []order.Event, began func(time.Time) time.Time, zone *time.Location) (s shift, today TodayView, reads map[string]readRate) {
	var c counted
	if json.Unmarshal(saved, &c) != nil {
		c = counted{}
	}
	at := -1
	if c.Mark != (order.Hash{}) {
		at = slices.IndexFunc(events, func(e order.Event) bool { return e.Hash == c.Mark })
	}
	if at >= 0 {
		s = shift{now: c.Shift, last: c.Last, waits: c.Waits.waits(), waitedLast: c.WaitedLast.waits(), mark: c.Mark}
		today = c.Today
	}
	for i := range events[at+1:] {
		e := &events[at+1+i]
		s.add(e, began(e.Time()))
		today.count(e, zone)
	}
	if at < 0 && c.Shift.Began.Equal(s.now.Began) {
		s.waits, s.waitedLast = c.Waits.waits(), c.WaitedLast.waits()
	}
	return s, today, c.Reads
}
