package central

import (
	"cmp"
	"fmt"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
)

// clockOffAtMost is by how much a station's clock may differ from the centre's until
// a person hears of it.
const clockOffAtMost = 5 * time.Minute

// ahead is how far a station's clock is ahead of the centre's when its message comes,
// less than 0 behind; known is false where it does not say when it was sent, as what came
// in a file does not.
func (s *Service) ahead(sent time.Time) (off time.Duration, known bool) {
	if sent.IsZero() {
		return 0, false
	}
	return sent.Sub(s.now()), true
}

// clockError estimates how far the time of an event is ahead of the centre's, 0 where it
// fits. A station that has heard the centre stamps by the centre's time, whatever its
// clock says, so what the clock is off by counts only as far as the stamp follows it. A
// clock that was set right since shows where the event lies in the future.
func (f *fold) clockError(e *order.Event) time.Duration {
	off := f.clockOff + time.Duration(e.At-cmp.Or(e.Wall, e.At))*time.Millisecond
	off = max(off, e.Time().Sub(f.s.now()))
	if off.Abs() <= clockOffAtMost {
		return 0
	}
	return off
}

// futureEvent tells a person, once a log, of events that lie ahead of the centre's time.
func (f *fold) futureEvent(r *ingest.Row) error {
	off := r.Event.Time().Sub(f.s.now())
	if f.toldAhead || r.Bad != "" || r.Duplicate || off <= clockOffAtMost {
		return nil
	}
	f.toldAhead = true
	return f.s.raise(f.tx, Exception{Key: ExcAhead + ":" + string(f.log.ID), Code: ExcAhead, Station: f.station.ID, Log: f.log.ID, Seq: r.Seq,
		Detail: fmt.Sprintf("an event of %s is %s ahead of the centre's time", f.station.ID, off.Round(time.Minute))})
}

// timed is a timeline's note that says where the time beside it is not to be believed.
func (f *fold) timed(e *order.Event, note string) string {
	off := f.clockError(e)
	if off == 0 {
		return note
	}
	word := "ahead"
	if off < 0 {
		word = "behind"
	}
	if note != "" {
		note += "; "
	}
	return note + fmt.Sprintf("by a clock that was %s %s", off.Abs().Round(time.Minute), word)
}
