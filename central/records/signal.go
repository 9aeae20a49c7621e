package records

import (
	"sync"

	"pickstation/order"
)

// Signal wakes stations that wait for news of their feed. Each waits for itself, so
// that ten thousand of them do not all look whenever one has news.
type Signal struct {
	mu      sync.Mutex // guards waiting
	waiting map[order.StationID]chan struct{}
}

// NewSignal makes a signal that nobody has heard yet.
func NewSignal() *Signal { return &Signal{waiting: map[order.StationID]chan struct{}{}} }

// Changed returns a channel that is closed when the station's feed has news.
func (s *Signal) Changed(station order.StationID) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.waiting[station]
	if ch == nil {
		ch = make(chan struct{})
		s.waiting[station] = ch
	}
	return ch
}

// Announce tells stations of news; "" are all of them.
func (s *Signal) Announce(stations ...order.StationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, station := range stations {
		if station == "" {
			for _, ch := range s.waiting {
				close(ch)
			}
			clear(s.waiting)
			return
		}
		if ch := s.waiting[station]; ch != nil {
			close(ch)
			delete(s.waiting, station)
		}
	}
}

// Heads finds out which stations have news by the commits of whichever process: it
// remembers how far the feed of each warehouse was.
type Heads struct{ last map[string]int64 }

// Look returns who has news since the last look; the first one finds none.
func (h *Heads) Look(db DB) (stations []order.StationID, err error) {
	now := map[string]int64{}
	const prefix = "feed "
	err = db.Each("SELECT name, value FROM counters WHERE name >= 'feed ' AND name < 'feed!'", nil, func(scan func(...any) error) error {
		var name string
		var value int64
		err := scan(&name, &value)
		now[name] = value
		return err
	})
	if err != nil || h.last == nil {
		h.last = now
		return nil, err
	}
	for name, value := range now {
		last := h.last[name]
		if value == last {
			continue
		}
		err := db.Each("SELECT DISTINCT station FROM feed WHERE warehouse = ? AND fs > ?", []any{name[len(prefix):], last},
			func(scan func(...any) error) error {
				var station order.StationID
				err := scan(&station)
				stations = append(stations, station)
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	h.last = now
	return stations, nil
}
