package tui

import (
	"sync"

	"pickstation/station"
)

// Mailbox hands views to the screen: one slot, in which a newer view takes the place
// of one that was not fetched. So the station's loop never waits for a terminal, and
// a slow terminal shows the latest state instead of a queue of old ones.
type Mailbox struct {
	mu   sync.Mutex // orders writers, so that the newest view wins
	slot chan *station.View
}

// NewMailbox returns an empty mailbox.
func NewMailbox() *Mailbox { return &Mailbox{slot: make(chan *station.View, 1)} }

// Put publishes a view. It never blocks and may be called from any goroutine; a view
// older than the one in the slot is dropped.
func (m *Mailbox) Put(v *station.View) {
	if v == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case old := <-m.slot:
		if old.N > v.N {
			v = old
		}
	default:
	}
	m.slot <- v // empty: only Put fills it, under the lock
}

// Views is where the screen fetches them.
func (m *Mailbox) Views() <-chan *station.View { return m.slot }
