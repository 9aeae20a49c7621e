package station

import (
	"time"

	"pickstation/order"
)

// page is which day and shift it was when the clock was looked at last. Figures go by events;
// where the clock says that a day or a shift began in which nothing has happened, that one is
// shown, and what was counted stays as it is: a clock may be ahead.
type page struct {
	day   order.Date
	began time.Time // of the shift
}

func pageAt(now time.Time, p *order.Policy, zone *time.Location) page {
	return page{order.DateOf(now.In(zone)), p.ShiftStart(now, zone)}
}

// today is the figures of the day that it is.
func (p page) today(counted TodayView) TodayView {
	if counted.Day >= p.day {
		return counted
	}
	return TodayView{Day: p.day}
}

// shift is the shift that it is, and the one before.
func (p page) shift(counted shift) shift {
	counted.turn(p.began)
	return counted
}
