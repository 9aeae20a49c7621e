package agent

import (
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Log is where one event log of the station stands, as the database has it.
type Log struct {
	ID     order.LogID
	Base   uint64 // events up to here were pruned
	Last   uint64 // last event that counts
	Acked  uint64 // the centre has the events up to here
	Stable uint64 // the centre cannot lose the events up to here
	Closed bool
	// Follows is the last event of the log that this one replaces, nil for the first.
	Follows *order.FactID
}

// Local is what the database says at the time of an input.
type Local struct {
	Timeline int64 // the centre's as last heard, 0 never
	Cursor   int64 // of the feed
	Logs     []Log // in the order in which they were written, the open one last
	Unsent   int
	OldestAt time.Time                 // business time of the oldest unsent event
	Held     int                       // open shipments
	Used     map[order.CarrierID]int64 // numbers of the open log's blocks that were given to parcels
}

func (l *Local) log(id order.LogID) *Log {
	for i := range l.Logs {
		if l.Logs[i].ID == id {
			return &l.Logs[i]
		}
	}
	return nil
}

// Class says how a failure is met.
type Class string

// Classes of failures.
const (
	ClassNetwork  Class = "network"  // no answer: try again
	ClassRetry    Class = "retry"    // the centre cannot now, or something else answered: try again
	ClassClock    Class = "clock"    // a clock is wrong: put it right, then it works
	ClassPark     Class = "park"     // it will not work before somebody does something
	ClassSplit    Class = "split"    // the message was too large
	ClassSnapshot Class = "snapshot" // the cursor is too old: pull from the beginning
)

// Failure is why a request had no answer that counts.
type Failure struct {
	Class      Class
	Code       string // stable
	Detail     string
	Hint       string        // next step for a person, "" there is none of its own
	RetryAfter time.Duration // as the centre asked, 0 it did not
}

// InputKind says what happened.
type InputKind int

// Inputs.
const (
	Tick   InputKind = iota // time went on, or there are new events
	Kick                    // a person or the network says: try now
	Pushed                  // answer to a push
	Fed                     // answer to a feed request
	Beaten                  // answer to a heartbeat
	Summed                  // what is held was added up
	Failed                  // a request had no answer that counts
)

// Input is one thing that happened, with the time, a random number and the
// database's view at that moment.
type Input struct {
	Kind  InputKind
	Now   time.Time
	Rand  float64 // evenly from [0,1)
	ID    string  // fresh, for a request that Step may start
	Local Local

	Req       string // request that was answered or failed
	Push      wire.PushReply
	HashAtHWM order.Hash // hash of our own event at Push.HWM
	HashKnown bool       // whether we have that event
	Feed      wire.FeedReply
	Beat      wire.HeartbeatReply
	Failure   Failure
	Held      Held
}

// Held is what the feed has brought and is still here, with the cursor at which that was
// added up.
type Held struct {
	Cursor int64
	Sums   wire.Sums
}

// Action is something Step wants done. Writes of one step are one transaction, and
// are done before requests are sent.
type Action interface{ isAction() }

// Requests and writes.
type (
	// SendPush asks for events of a log after a number to be pushed; with Max 0 it asks
	// only whether the centre has the same log.
	SendPush struct {
		Req      string
		Timeline int64
		Log      order.LogID
		After    uint64
		Max      int
		MaxBytes int
	}
	// SendFeed asks for feed rows after a cursor.
	SendFeed struct {
		Req    string
		Cursor int64
		Max    int
		Wait   time.Duration
	}
	// SendSums asks for feed rows after a cursor without a wait, and at the end of the feed
	// for what is to be held by then.
	SendSums struct {
		Req    string
		Cursor int64
		Max    int
	}
	// AddUp asks for what is held here.
	AddUp struct{ Req string }
	// SendBeat asks for a heartbeat.
	SendBeat struct{ Req string }

	// SetAcked stores up to where the centre has a log; it may go back.
	SetAcked struct {
		Log           order.LogID
		Acked, Stable uint64
	}
	// StartLog closes a log before At, and starts a new one with the events from At on.
	StartLog struct {
		Log order.LogID
		At  uint64
		Why string
	}
	// Rewind notes a new timeline: nothing counts as acknowledged, the feed starts again.
	Rewind struct{ Timeline int64 }
	// Repull starts the feed from its beginning.
	Repull struct{ Timeline int64 }
	// ApplyFeed stores feed rows with the cursor after them.
	ApplyFeed struct {
		Rows     []wire.FeedRow
		Next     int64
		Timeline int64
	}
	// FeedRead says that the feed was read to its end.
	FeedRead struct{}
	// Renew prolongs leases.
	Renew struct{ Leases []wire.Renewal }
	// Heard notes that the centre answered, and what its clock says.
	Heard struct{ ServerAt time.Time }
)

func (SendPush) isAction()  {}
func (SendFeed) isAction()  {}
func (SendSums) isAction()  {}
func (AddUp) isAction()     {}
func (SendBeat) isAction()  {}
func (SetAcked) isAction()  {}
func (StartLog) isAction()  {}
func (Rewind) isAction()    {}
func (Repull) isAction()    {}
func (ApplyFeed) isAction() {}
func (FeedRead) isAction()  {}
func (Renew) isAction()     {}
func (Heard) isAction()     {}

// Config are the agent's times and sizes.
type Config struct {
	Want         int           // shipments the station wants to hold
	BeatEvery    time.Duration // at most 5 minutes, else a restored centre is noticed late
	FeedWait     time.Duration // how long a feed request may wait for news
	FeedRows     int           // rows of one feed request, and of one write
	Timeout      time.Duration // after which an unanswered request counts as lost
	BackoffFirst time.Duration
	BackoffMax   time.Duration
	SumEvery     time.Duration // how often what is held is compared with what the centre says, 0 never
	ReadAgain    time.Duration // least time between two readings of the whole feed because of that
}

// DefaultConfig returns what a station uses.
func DefaultConfig() Config {
	return Config{Want: 40, BeatEvery: time.Minute, FeedWait: 25 * time.Second, FeedRows: 200, Timeout: time.Minute,
		BackoffFirst: time.Second, BackoffMax: 5 * time.Minute, SumEvery: time.Hour, ReadAgain: time.Hour}
}

// State is what the agent remembers between inputs; everything durable is in Local.
// It is a value.
type State struct {
	out   slot // pushes and heartbeats, one at a time
	feed  slot // feed requests, one at a time
	max   int  // events of the next push
	bytes int  // bytes of the next push, 0 the protocol's limit
	heavy int  // pushes in a row that the centre may not have managed in time

	detours    int       // gaps and forks since the last push that was taken
	lastPush   time.Time // last answer to a push, zero none since the start
	asks       int       // pushes of nothing since the start
	lastBeat   time.Time
	beatHeld   int         // open shipments at the last heartbeat
	beatLog    order.LogID // open log at the last heartbeat, if the centre had events of it: such a log gets waybill numbers
	beatLost   bool        // the last heartbeat has not been answered
	beatWanted bool        // one is to follow the last one soon
	lastHeard  time.Time
	sums       sums
	problem    Failure // latest, zero none
}

// slot is one line of requests to the centre, with its own back-off.
type slot struct {
	req    string // in flight, "" none
	kind   InputKind
	log    order.LogID
	after  uint64
	n      int
	cursor int64 // that a feed request went out with
	sums   bool  // it asks for sums, too
	sentAt time.Time
	until  time.Time // when it counts as lost
	fails  int       // in a row
	nextAt time.Time // not before
}

// Status is what the station shows of the centre.
type Status struct {
	Online   bool
	LastWord time.Time // last answer of the centre, zero never
	Problem  string    // stable code, "" nothing is wrong
	Detail   string
	Differs  string // kinds of rows of which the station holds other ones than the centre says, "" none
	Rereads  int    // how often the whole feed was read again because of that, since the start
}

// Status returns how things stand. One failure alone is not shown as offline.
func (s *State) Status() Status {
	fails := max(s.out.fails, s.feed.fails)
	st := Status{LastWord: s.lastHeard, Online: !s.lastHeard.IsZero() && fails < 2, Differs: s.sums.differs, Rereads: s.sums.rereads}
	if fails > 0 {
		st.Problem, st.Detail = s.problem.Code, s.problem.Detail
	}
	return st
}

// Wake returns when Step wants its next Tick if nothing happens before.
func (s *State) Wake(c Config, now time.Time) time.Time {
	next := now.Add(c.BeatEvery)
	add := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	for _, sl := range []*slot{&s.out, &s.feed} {
		if sl.req != "" {
			add(sl.until)
		}
	}
	if s.out.req == "" {
		beat := s.lastBeat.Add(c.BeatEvery)
		if s.beatWanted {
			beat = s.lastBeat.Add(beatSoon)
		}
		if beat.Before(s.out.nextAt) {
			beat = s.out.nextAt
		}
		add(beat)
		if s.out.nextAt.After(now) {
			add(s.out.nextAt)
		}
	}
	if s.feed.req == "" {
		add(s.feed.nextAt)
	}
	return next
}
