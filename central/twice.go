package central

import (
	"fmt"
	"slices"
	"time"

	"pickstation/order"
)

// returnsBeforeAlarm is how often a log must come back after another one was heard until
// a person is told: one request that was held up on its way may look like one return.
const returnsBeforeAlarm = 3

// returnsWithin is how soon one return must follow another to count with it. Machines that
// both run take turns within minutes, and a copy that is switched on for one shift a day
// comes and goes within two days. Requests that were held up, or a carried file that came
// late, do not come again and again in that time: over a year they would add up.
const returnsWithin = 48 * time.Hour

// Hearing is which of a station's logs its heartbeats named.
type Hearing struct {
	Log     order.LogID `json:"log"`
	Before  order.LogID `json:"before,omitempty"`  // the one before it
	Returns int         `json:"returns,omitempty"` // how often one of them came back after another, in a row
	At      time.Time   `json:"at,omitzero"`       // the newest return
	// Earlier are those before Before, newest first: a disk may have been copied more than once.
	Earlier []order.LogID `json:"earlier,omitempty"`
}

// maxEarlier is how many machines of one name, less two, are told apart.
const maxEarlier = 6

// hear notes which log a heartbeat names, and says whether it is another one than before.
// A station leaves a log for good when it starts another one, so two logs that take
// turns are two machines of one name, such as a disk and its copy, each of which went on
// in a log of its own: there is no fork that would show it.
func (h *Hearing) hear(log order.LogID, now time.Time) (other bool) {
	if log == "" || log == h.Log {
		return false
	}
	others := append([]order.LogID{h.Before}, h.Earlier...)
	i := slices.Index(others, log)
	if i < 0 || now.Sub(h.At) > returnsWithin {
		h.Returns = 0
	}
	if i >= 0 {
		others = slices.Delete(others, i, i+1)
		h.Returns, h.At = h.Returns+1, now
	}
	other = h.Log != ""
	others = slices.DeleteFunc(others, func(id order.LogID) bool { return id == "" })
	h.Log, h.Before, h.Earlier = log, h.Log, others[:min(len(others), maxEarlier)]
	return other
}

// twice tells two machines of one name of each other, for both have the same work, and
// a person of both once they have taken turns. A station that has just started a log is
// told, too: a copy of it may have gone on in the old one meanwhile. It writes to the feed, so it comes last.
func (s *Service) twice(tx Tx, st *Station) error {
	all, err := tx.LeasedTo(st.ID)
	if err != nil {
		return err
	}
	h := &st.Hearing
	if h.Returns >= returnsBeforeAlarm {
		key := fmt.Sprintf("%s:%s:%s:%s", ExcTwice, st.ID, clip(string(min(h.Log, h.Before))), clip(string(max(h.Log, h.Before))))
		if err := s.raise(tx, Exception{Key: key, Code: ExcTwice, Station: st.ID, Log: h.Log, Detail: fmt.Sprintf("two machines run as %s", st.ID)}); err != nil {
			return err
		}
	}
	for _, sh := range all {
		if err := s.emitWork(tx, sh); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere says whether events come from another machine of a station's name than the
// one that was heard last, which then has to be told of them.
func (f *fold) elsewhere() bool {
	return f.station.Hearing.Log != "" && f.station.Hearing.Log != f.log.ID
}
