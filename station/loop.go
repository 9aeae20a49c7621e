package station

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"pickstation/gs1"
	"pickstation/order"
)

// batchMax is how many messages are decided before one commit.
const batchMax = 64

// mailboxSize is how many messages may wait; a full mailbox blocks the sender, so
// that a scanner is not read faster than its scans can be stored.
const mailboxSize = 256

// Scan is one message from a scanner.
type Scan struct {
	Device   order.DeviceID
	Frame    uint64 // counts this device's scans since the program started
	Text     string // AIM identifier where one is known, then the data
	Noise    int    // bytes that are no scan; Text is empty then
	Unsure   bool   // may be an earlier scan sent again; never counted silently
	Waits    bool   // the scanner waits for its answer, and may send again what it sent before this start
	Resent   bool   // the scanner marks it as sent before, and this program did not see the first sending
	Packet   []byte // identity of its packet, nil where the protocol has none
	LastByte time.Time
}

// Answerer tells a scanner its verdict. Answer is called after the commit, from
// the loop's goroutine, and must not block.
type Answerer interface {
	Answer(device order.DeviceID, frame uint64, tone order.Tone)
}

// Options are what a loop works with.
type Options struct {
	Station   order.StationID
	Store     Store
	Clock     Clock
	Answer    Answerer                        // nil: nobody is told
	Verify    func(ctx context.Context) error // checks the log's recent chain; scans wait until it returns
	Lang      string                          // language before the first sign-in
	Langs     []string                        // languages that LANG turns to; none: zh and en
	Alone     bool                            // the station has no centre
	Unsaved   Unsaved                         // scans that were lost before this start, to be shown
	Counted   []byte                          // what the station had counted before this start, see Loop.Counted; nil nothing
	OnVerdict func(Outcome)                   // called after each commit, from the loop; nil for none
	OnPrint   func()                          // called after a commit that added print jobs
	OnEvents  func()                          // called after a commit that added events
}

// Unsaved counts scans that a failed commit took along and whose scanners could not be
// told: those that wait for no answer. A person must scan them again.
type Unsaved struct {
	Scans int
	At    time.Time // of the last of them, by this computer's clock
}

// UnsavedFor is how long such scans are shown, and counted together.
const UnsavedFor = 3 * time.Minute

// add counts one more, together with those that are still shown.
func (u *Unsaved) add(now time.Time) {
	if now.Sub(u.At) >= UnsavedFor {
		u.Scans = 0
	}
	u.Scans, u.At = u.Scans+1, now
}

// Outcome is a decided and stored input, for tests, replay and measurements.
type Outcome struct {
	Input    order.Input
	Raw      string // as scanned, with its code identifier; "" where nothing was scanned
	Decision order.Decision
	Work     *order.Shipment // shipment on the bench after the decision; not to be changed
	Async    bool            // nothing at the bench caused it
	Err      error           // the commit's, nothing was saved then
	Waited   time.Duration   // last byte of the scan to the commit; 0 where there was no scan
}

// Loop is the one owner of a bench's state.
type Loop struct {
	opt   Options
	mail  chan message
	views chan *View
	last  atomic.Pointer[View]
	done  chan struct{}

	endedBy atomic.Pointer[error] // why Run ended, where it failed
	// sending is held for reading by senders, so that Run knows when none is left
	// that could still put a message into the mailbox.
	sending sync.RWMutex

	// Owned by Run.
	bench     order.Bench
	ship      *order.Shipment // on the bench, nil none
	policy    order.Policy
	zone      *time.Location
	flows     map[flowKey]*order.Flow
	reader    gs1.Reader
	sense     sense // of time
	seen      status
	verdict   *Shown
	unsaved   Unsaved
	shift     shift
	page      page
	fresh     []order.Event               // of the batch, for the shift once they are durable
	refs      map[order.ShipmentID]string // numbers of orders that the shift's rows name
	lists     lists
	viewN     uint64
	checking  bool
	held      []message // scans that wait for the check
	next      message   // taken from the mailbox for the next batch, nil none
	touched   map[order.ShipmentID]*order.Shipment
	alike     map[order.SKU][]order.Twin         // what the database knows of goods that are mixed up
	walked    map[order.ShipmentID][]int         // lines of known shipments in the order in which they were worked on
	lastScans map[order.DeviceID]*order.LastScan // what each scanner may send again after this start
	papers    papers
	outcomes  []Outcome
	arrived   []time.Time // of the outcomes' scans: when their last byte came
	answers   []answer    // memory of the batch
	printsNew bool
	eventsNew bool
	lat       latency
}

type flowKey struct {
	id      string
	version int
}

// New returns a loop; Run starts it.
func New(opt Options) *Loop {
	if opt.Clock == nil {
		opt.Clock = NewSystemClock()
	}
	return &Loop{opt: opt, sense: sense{clock: opt.Clock, tail: opt.Store.Tail}, unsaved: opt.Unsaved, mail: make(chan message, mailboxSize), views: make(chan *View, 1),
		done: make(chan struct{}), flows: map[flowKey]*order.Flow{},
		touched: map[order.ShipmentID]*order.Shipment{}, alike: map[order.SKU][]order.Twin{}, walked: map[order.ShipmentID][]int{}}
}

// message is anything that enters the mailbox. handle runs on the loop's goroutine
// inside the batch's transaction, which it opens by calling l.tx.
type message interface {
	handle(l *Loop, b *batch) error
}

// send puts a message into the mailbox, waiting while it is full. A message that it
// took is decided, or answered with NOT SAVED.
func (l *Loop) send(ctx context.Context, m message) error {
	l.sending.RLock()
	defer l.sending.RUnlock()
	select {
	case <-l.done:
		return l.stopped()
	default:
	}
	select {
	case l.mail <- m:
		return nil
	case <-l.done:
		return l.stopped()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stopped is why the loop takes nothing any more: what ended it, where it failed.
func (l *Loop) stopped() error {
	if err := l.endedBy.Load(); err != nil {
		return *err
	}
	return errStopped
}

var errStopped = &order.Error{Code: "station_stopped", Msg: "the station loop has ended", Hint: "restart the station"}

// Scan hands a scan to the loop. It blocks while the mailbox is full.
func (l *Loop) Scan(ctx context.Context, s Scan) error { return l.send(ctx, scanMsg{s}) }

// Weight is what a scale shows.
type Weight struct {
	Device order.DeviceID
	Grams  int
	Stable bool
}

// Weigh hands a weight to the loop.
func (l *Loop) Weigh(ctx context.Context, w Weight) error { return l.send(ctx, weighMsg{w}) }

// Key hands a function key such as "F7" to the loop; keys without meaning are ignored.
func (l *Loop) Key(ctx context.Context, key string) error {
	cmd := order.KeyCommand(key)
	if cmd == "" {
		return nil
	}
	return l.send(ctx, keyMsg{cmd})
}

// PIN hands digits to the loop that a person typed as their PIN. Where none is asked for
// they are an unknown scan; no trace of them is kept.
func (l *Loop) PIN(ctx context.Context, digits string) error { return l.send(ctx, pinMsg{digits}) }

// Write runs fn inside the loop's next transaction and waits until it is durable.
// fn returns the shipments it changed, so that the bench is read again.
func (l *Loop) Write(ctx context.Context, fn func(Tx) ([]order.ShipmentID, error)) error {
	return l.WriteChange(ctx, func(tx Tx) (c Change, err error) {
		c.Shipments, err = fn(tx)
		return c, err
	})
}

// Change is what a write from outside has changed.
type Change struct {
	Shipments []order.ShipmentID
	// LogOnly: nothing but the event log itself, such as how much of it the centre has, or
	// that old events went. Lists, rules and papers are as they were and are not read
	// again; a busy bench hears so many times a second.
	LogOnly bool
	// Renumbered: events have other numbers now, by which UNDO names what it takes back.
	Renumbered bool
}

// WriteChange is Write for a function that says what kind of change it was.
func (l *Loop) WriteChange(ctx context.Context, fn func(Tx) (Change, error)) error {
	m := writeMsg{fn: fn, done: make(chan error, 1)}
	if err := l.send(ctx, m); err != nil {
		return err
	}
	return l.await(m.done)
}

// await waits for what became of a message.
func (l *Loop) await(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-l.done:
	}
	select {
	case err := <-done: // just before the end
		return err
	default:
		return l.stopped()
	}
}

// Read runs fn on the loop's goroutine, between two batches, and waits for it. fn
// may read the store and must not keep anything of it.
func (l *Loop) Read(ctx context.Context, fn func(Store) error) error {
	m := readMsg{fn: fn, done: make(chan error, 1)}
	if err := l.send(ctx, m); err != nil {
		return err
	}
	return l.await(m.done)
}

// Printed reports what became of a print job, and returns when that is durable: a label may
// leave only once the ledger says so. Of a job that nobody waits for any more nothing is
// noted; where it was to be sent the error has code [order.PrintNotWanted].
func (l *Loop) Printed(ctx context.Context, r PrintResult) error {
	m := printMsg{r, make(chan error, 1)}
	if err := l.send(ctx, m); err != nil {
		return err
	}
	return l.await(m.done)
}

// Views returns the mailbox of snapshots: it holds the newest one only.
func (l *Loop) Views() <-chan *View { return l.views }

// Unsaved returns what the next loop is to show. Call it after Run has returned.
func (l *Loop) Unsaved() Unsaved { return l.unsaved }

// View returns the newest snapshot, or nil before the first.
func (l *Loop) View() *View { return l.last.Load() }

// load reads the bench as the last commit left it.
func (l *Loop) load() error {
	st := l.opt.Store
	bench, err := st.Bench()
	if err != nil {
		return err
	}
	if bench.Screen == "" {
		bench.Screen = order.ScreenSignIn
	}
	l.bench = bench
	if err := l.loadPolicy(); err != nil {
		return err
	}
	if l.bench.Lang == "" {
		l.bench.Lang = cmp.Or(l.opt.Lang, l.policy.Lang, "zh")
	}
	if l.ship, err = l.loadShipment(bench.Shipment); err != nil {
		return err
	}
	if l.ship == nil && bench.Shipment != "" {
		l.clearBench()
	}
	e, err := st.LastEvent()
	if err != nil {
		return err
	}
	if e != nil {
		l.sense.note(e.Time())
	}
	if l.unsaved.Scans > 0 {
		l.verdict = &Shown{Verdict: order.NotSaved, What: order.Message{Code: order.MsgNotSaved, Args: order.Args{N: l.unsaved.Scans}},
			Do: order.Message{Code: order.DoScanOnce}, At: l.now(), Shown: time.Now(), Async: true}
	}
	l.lists.stale = true
	if err := l.loadCold(); err != nil {
		return err
	}
	return l.loadLastScans()
}

func (l *Loop) loadPolicy() error {
	p, err := l.opt.Store.Policy()
	if err != nil {
		return err
	}
	if l.zone == nil || p.Zone != l.policy.Zone { // which is a file to be read
		if l.zone, err = time.LoadLocation(p.Zone); err != nil {
			l.zone = time.UTC
		}
	}
	l.policy = p
	return nil
}

// recallBack is how far back UNDO reaches after a restart, in events.
const recallBack = 5000

// loadShipment reads a shipment with what UNDO may take back; "" gives nil.
func (l *Loop) loadShipment(id order.ShipmentID) (*order.Shipment, error) {
	if id == "" {
		return nil, nil
	}
	s, err := l.opt.Store.Shipment(id)
	if err != nil || s == nil {
		return nil, err
	}
	events, err := l.opt.Store.Recent(id, recallBack)
	if err != nil {
		return nil, err
	}
	s.Recall(events)
	if len(l.walked) >= walkedMax {
		maps.DeleteFunc(l.walked, func(id order.ShipmentID, _ []int) bool { return l.ship == nil || id != l.ship.ID })
	}
	var nos []int
	for i := range events {
		nos = walk(nos, &events[i])
	}
	l.walked[id] = nos
	return s, nil
}

func (l *Loop) flow(s *order.Shipment) (*order.Flow, error) { return l.flowOf(s.Flow, s.FlowVersion) }

func (l *Loop) flowOf(id string, version int) (*order.Flow, error) {
	k := flowKey{id, version}
	if f := l.flows[k]; f != nil {
		return f, nil
	}
	f, err := l.opt.Store.Flow(id, version)
	if err == nil {
		l.flows[k] = f
	}
	return f, err
}

// now is the business time.
func (l *Loop) now() time.Time { return l.sense.now() }

// errNotSaved wraps the error of a failed commit.
func errNotSaved(err error) error {
	var e *order.Error
	if errors.As(err, &e) && e.Code == "not_saved" {
		return err
	}
	return (&order.Error{Code: "not_saved", Op: "commit", Msg: "the last scans were not saved", Err: err}).
		WithHint("free disk space or check the disk; the station opens its database again")
}
