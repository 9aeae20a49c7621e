package station_test

import (
	"context"
	"crypto/rand"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/nacl/box"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		runChild(dir)
		return
	}
	if dir := os.Getenv(printChildDir); dir != "" {
		runPrintChild(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// handClock is a clock that tests turn.
type handClock struct {
	mu    sync.Mutex // guards below
	now   time.Time
	wrong time.Duration // the wall clock is ahead by so much
	heard bool          // the centre was heard
}

func newHandClock() *handClock {
	return &handClock{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heard {
		return c.now
	}
	return c.now.Add(c.wrong)
}

func (c *handClock) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.Add(c.wrong)
}

func (c *handClock) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.now.UnixNano())
}

func (c *handClock) Heard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard
}

func (c *handClock) Boot() string                  { return "boot-1" }
func (c *handClock) SetOffset(time.Duration, bool) {}

// set lets the wall clock be wrong by a time from now on.
func (c *handClock) set(wrong time.Duration) {
	c.mu.Lock()
	c.wrong = wrong
	c.mu.Unlock()
}

// hear lets the centre speak.
func (c *handClock) hear() {
	c.mu.Lock()
	c.heard = true
	c.mu.Unlock()
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
}

func (c *handClock) forDB() localdb.Clock {
	return localdb.Clock{Wall: c.Wall, Mono: func() int64 { return c.Mono().Milliseconds() }, Boot: c.Boot()}
}

// dbStore is the real database as the loop sees it.
type dbStore struct{ *localdb.DB }

func (s dbStore) Begin() (station.Tx, error) {
	tx, err := s.DB.Begin()
	if err != nil {
		return nil, err
	}
	return tx, nil
}

// Badges of the test warehouse.
const (
	badgeLi  = "BADGE-LI"
	badgeMei = "BADGE-MEI"
)

var badgeKey = []byte("the warehouse's badge key")

// answer is what a scanner was told.
type answer struct {
	device order.DeviceID
	frame  uint64
	tone   order.Tone
}

// bench is a station on the real database in a folder of its own.
type bench struct {
	testing.TB
	dir   string
	clock *handClock
	db    *localdb.DB
	logID order.LogID
	loop  *station.Loop

	counted  []byte // of the next start
	outcomes chan station.Outcome
	frames   map[order.DeviceID]uint64
	cancel   context.CancelFunc
	ended    chan error
	stopped  bool

	mu       sync.Mutex // guards below
	answers  []answer
	onAnswer func(answer)
	prints   int
	events   int
}

// Answer implements station.Answerer.
func (b *bench) Answer(device order.DeviceID, frame uint64, tone order.Tone) {
	a := answer{device, frame, tone}
	b.mu.Lock()
	b.answers = append(b.answers, a)
	hook := b.onAnswer
	b.mu.Unlock()
	if hook != nil {
		hook(a)
	}
}

func (b *bench) heard() []answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]answer(nil), b.answers...)
}

// newBench fills a new database with shipments and the people, and starts its loop.
func newBench(t testing.TB, list ...order.Shipment) *bench {
	t.Helper()
	b := stock(t, t.TempDir(), list...)
	b.start(nil)
	return b
}

// stock fills a new database; its loop is not started.
func stock(t testing.TB, dir string, list ...order.Shipment) *bench {
	t.Helper()
	key, err := localdb.EnsureBoxKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{TB: t, dir: dir, clock: newHandClock(), frames: map[order.DeviceID]uint64{}}
	b.open()
	seal := func(v any) []byte {
		sealed, err := box.SealAnonymous(nil, mustJSON(t, v), &key.Public, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	sealedKey, err := box.SealAnonymous(nil, badgeKey, &key.Public, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	policy := order.DefaultPolicy()
	policy.PrintWordAgeS, policy.DispatchWordAgeS = 0, 0
	rows := []wire.FeedRow{
		{Kind: wire.RowPolicy, ID: "policy", Body: mustJSON(t, wire.Policy{Policy: policy, BadgeKey: sealedKey})},
		{Kind: wire.RowOperator, ID: "li", Body: mustJSON(t, order.Operator{ID: "li", Name: "李雷", Roles: []order.Role{order.RolePicker},
			BadgeHash: order.BadgeHash(badgeKey, badgeLi)})},
		{Kind: wire.RowOperator, ID: "mei", Body: mustJSON(t, order.Operator{ID: "mei", Name: "韩梅梅", Roles: []order.Role{order.RoleLead},
			BadgeHash: order.BadgeHash(badgeKey, badgeMei)})},
	}
	for _, s := range list {
		rows = append(rows, b.workRow(s, seal(order.Receiver{Name: "张三", Phone: "13800001234", Country: "CN", Province: "海南省",
			City: "海口市", District: "龙华区", Street: "滨海大道1号2栋301室"})))
	}
	tx, err := b.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].FS = int64(i + 1)
	}
	if _, err := tx.ApplyFeed(rows, int64(len(rows)), 1); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if parked := b.parked(); parked > 0 {
		t.Fatalf("%d of the test's own rows were parked", parked)
	}
	return b
}

func (b *bench) parked() int {
	b.Helper()
	r := b.reader()
	defer r.Close()
	list, err := r.Parked(10)
	if err != nil {
		b.Fatal(err)
	}
	return len(list)
}

func (b *bench) workRow(s order.Shipment, sealed []byte) wire.FeedRow {
	b.Helper()
	w := wire.Work{Shipment: s, Sealed: sealed,
		Lease: order.Lease{Token: 1, Until: b.clock.Now().Add(1000 * time.Hour), GrantS: 1000 * 3600}}
	return wire.FeedRow{Kind: wire.RowWork, ID: string(s.ID), Body: mustJSON(b, w)}
}

func openFor(dir string, clock *handClock) (*localdb.DB, error) {
	return localdb.Open(context.Background(), localdb.Options{Dir: dir, Clock: clock.forDB()})
}

func (b *bench) open() {
	b.Helper()
	db, err := openFor(b.dir, b.clock)
	if err != nil {
		b.Fatal(err)
	}
	b.db, b.logID = db, db.Log()
	b.Cleanup(func() { db.Close() })
}

// start runs a loop on the open database; set may change its options.
func (b *bench) start(set func(*station.Options)) {
	b.Helper()
	opt := station.Options{Station: "st1", Store: dbStore{b.db}, Clock: b.clock, Answer: b, Counted: b.counted,
		OnVerdict: func(o station.Outcome) { b.outcomes <- o },
		OnPrint:   func() { b.mu.Lock(); b.prints++; b.mu.Unlock() },
		OnEvents:  func() { b.mu.Lock(); b.events++; b.mu.Unlock() }}
	if set != nil {
		set(&opt)
	}
	b.outcomes = make(chan station.Outcome, 20_000) // no test has more scans that it does not look at
	b.loop, b.ended, b.stopped = station.New(opt), make(chan error, 1), false
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	loop, ended := b.loop, b.ended
	go func() { ended <- loop.Run(ctx) }()
	b.Cleanup(b.stop)
}

// stop ends the loop regularly.
func (b *bench) stop() {
	b.Helper()
	if b.stopped {
		return
	}
	b.cancel()
	if err := b.wait(); err != nil {
		b.Errorf("the loop ended with %v", err)
	}
}

// wait returns how the loop ended.
func (b *bench) wait() error {
	b.Helper()
	b.stopped = true
	select {
	case err := <-b.ended:
		b.cancel()
		return err
	case <-time.After(patience):
		b.Fatal("the loop does not end")
		return nil
	}
}

// patience is how long a test waits for what must come before it gives up.
const patience = 30 * time.Second

// restart closes everything as a crash would leave it to the next start.
func (b *bench) restart() {
	b.Helper()
	b.stop()
	if err := b.db.Close(); err != nil {
		b.Fatal(err)
	}
	b.open()
	b.start(nil)
}

// post scans without waiting for the verdict.
func (b *bench) post(device order.DeviceID, text string) uint64 {
	b.Helper()
	b.frames[device]++
	n := b.frames[device]
	if err := b.loop.Scan(context.Background(), station.Scan{Device: device, Frame: n, Text: text, LastByte: time.Now()}); err != nil {
		b.Fatal(err)
	}
	return n
}

// next waits for the next outcome.
func (b *bench) next() station.Outcome {
	b.Helper()
	select {
	case o := <-b.outcomes:
		return o
	case <-time.After(patience):
		b.Fatal("no verdict")
		return station.Outcome{}
	}
}

// scan scans and returns what was decided.
func (b *bench) scan(text string) station.Outcome {
	b.Helper()
	b.post("gun1", text)
	return b.next()
}

// want scans texts and demands the verdict for each.
func (b *bench) want(v order.Verdict, texts ...string) {
	b.Helper()
	for _, text := range texts {
		if o := b.scan(text); o.Err != nil || o.Decision.Verdict != v {
			b.Fatalf("scan %q: %s (%s %+v) %v, want %s", text, o.Decision.Verdict, o.Decision.What.Code, o.Decision.What.Args, o.Err, v)
		}
	}
}

// say scans the code of a command.
func (b *bench) say(c order.Command) station.Outcome {
	b.Helper()
	return b.scan(order.CommandPrefix + string(c))
}

// settle waits until the loop has nothing left to do.
func (b *bench) settle() *station.View {
	b.Helper()
	if err := b.loop.Write(context.Background(), func(station.Tx) ([]order.ShipmentID, error) { return nil, nil }); err != nil {
		b.Fatal(err)
	}
	return b.loop.View()
}
