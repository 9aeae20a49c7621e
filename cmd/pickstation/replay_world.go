package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"pickstation/devices"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
	"pickstation/tui"
	"pickstation/tui/text"
)

// replay is a station in a world of its own: the real loop and the real database
// code on a copy, with clock, ids, printer and centre in the recording's hands.
type replay struct {
	dir    string
	clock  *replayClock
	db     *localdb.DB
	loop   *station.Loop
	lang   string
	net    string
	paper  string // printer's condition, "" ready
	frame  uint64
	window tui.Size       // in which screens are painted, zero none
	fs     int64          // place of the newest feed row
	logs   int            // event logs begun
	scale  *station.Scale // what the scale shows, nil none
	fails  atomic.Bool    // the disk takes no commit

	adopted         map[order.OperatorID]bool // people of the database whose badge is the replay's
	told, otherwise int                       // recorded answers that were compared, and those that were others
	paperIn         *replayPrinter            // prints for real, nil: papers are only said to be printed

	mu       sync.Mutex // guards below
	outcomes []heard

	cancel context.CancelFunc
	ended  chan error
}

// replayStart is when a replay without a history begins.
var replayStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func newReplay(ctx context.Context, dir, lang string, start time.Time) (*replay, error) {
	r := &replay{dir: dir, clock: &replayClock{now: start}, lang: lang, net: "up"}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	return r, r.setNet(ctx, "up")
}

// open starts the station on its database, as a start of the program does.
func (r *replay) open(ctx context.Context) error {
	db, err := localdb.Open(ctx, localdb.Options{Dir: r.dir,
		Clock: localdb.Clock{Wall: r.clock.Wall, Mono: func() int64 { return r.clock.Mono().Milliseconds() }, Boot: r.clock.Boot()},
		LogID: func() order.LogID { r.logs++; return replayLog(r.logs) }})
	if err != nil {
		return err
	}
	r.db = db
	if e, err := db.LastEvent(); r.loop == nil && err == nil && e != nil && e.Time().After(r.clock.Now()) {
		r.clock.set(e.Time()) // of a copy that was made later
	}
	r.loop = station.New(station.Options{Station: "replay", Store: replayStore{store{db}, &r.fails}, Clock: r.clock, Lang: r.lang,
		OnVerdict: func(o station.Outcome) {
			r.mu.Lock()
			r.outcomes = append(r.outcomes, r.hear(o))
			r.mu.Unlock()
		}})
	ctx, r.cancel = context.WithCancel(ctx)
	r.ended = make(chan error, 1)
	r.startPrinter()
	ended, loop := r.ended, r.loop
	go func() { ended <- loop.Run(ctx) }()
	return nil
}

// replayLog is the id of the nth event log that a replay begins.
func replayLog(n int) order.LogID { return order.LogID(fmt.Sprintf("%032x", n)) }

func (r *replay) close() {
	r.cancel()
	err := <-r.ended
	_ = errors.Join(err, r.db.Close()) // of a copy that is deleted next
}

// restart ends the station and starts it again: what the last commit left is there.
func (r *replay) restart(ctx context.Context) error {
	r.close()
	if err := r.open(ctx); err != nil {
		return err
	}
	if err := r.setNet(ctx, r.net); err != nil {
		return err
	}
	if r.paper != "" {
		return r.setPrinter(ctx, r.paper)
	}
	if r.scale != nil {
		return r.loop.SetScale(ctx, *r.scale)
	}
	return nil
}

// applyWork stores a feed snapshot.
func (r *replay) applyWork(ctx context.Context, name string, stdin io.Reader) error {
	f := io.NopCloser(stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return &failure{exitMissing, "replay: " + err.Error(), "check the name after --work", err}
		}
		f = file
	}
	defer f.Close()
	var snap workSnapshot
	err := json.NewDecoder(f).Decode(&snap)
	if err == nil && snap.Rows == nil {
		err = errors.New("it has no rows")
	}
	if err != nil {
		return &failure{exitNo, "replay: the work file is no feed snapshot: " + err.Error(),
			"compare it with: pickstation replay --work - --example", err}
	}
	if err := r.feed(ctx, &snap); err != nil {
		return &failure{exitNo, "replay: the work file is no feed snapshot: " + err.Error(),
			"compare it with: pickstation replay --work - --example", err}
	}
	return nil
}

// feed stores what the centre sends.
func (r *replay) feed(ctx context.Context, snap *workSnapshot) error {
	rows, err := snap.rows(r.db, r.clock.Wall())
	if err != nil {
		return err
	}
	for i := range rows {
		r.fs++
		rows[i].FS = r.fs
	}
	return r.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) {
		return tx.(*localdb.Tx).ApplyFeed(rows, r.fs, 1)
	})
}

// scan gives one frame to the loop as the devices would.
func (r *replay) scan(ctx context.Context, device order.DeviceID, raw []byte) error {
	s := station.Scan{Device: device, Frame: r.frame + 1, Text: string(raw), LastByte: time.Now()}
	if len(raw) > devices.MaxFrame || len(raw) == 0 {
		s.Text, s.Noise = "", max(len(raw), 1)
	}
	return r.loop.Scan(ctx, s)
}

// setScale shows what stands on the scale; a weight that stands still counts.
func (r *replay) setScale(ctx context.Context, state string, grams int) error {
	r.scale = &station.Scale{Name: "scale", State: state, Grams: grams, Counts: state == "stable" && grams > 0}
	return r.loop.SetScale(ctx, *r.scale)
}

// setNet tells the loop how the line to the centre is; while it is up the centre
// has just spoken.
func (r *replay) setNet(ctx context.Context, net string) error {
	switch net {
	case "up":
		r.clock.word = r.clock.Now()
	case "down":
	default:
		return fmt.Errorf("net %q is neither up nor down", net)
	}
	r.net = net
	return r.loop.SetSync(ctx, station.SyncView{Online: net == "up", LastWord: r.clock.word})
}

func (r *replay) setPrinter(ctx context.Context, condition string) error {
	if r.paperIn != nil {
		return r.paperIn.turn(condition)
	}
	r.paper = condition
	if condition == "ready" || condition == "ok" {
		r.paper = ""
	}
	return r.loop.SetPrinter(ctx, station.PrinterView{Name: "replay", Status: condition})
}

// settle lets the printer do what it can, until nothing moves any more.
func (r *replay) settle(ctx context.Context) error {
	if r.paperIn != nil {
		return r.paperIn.printAll(ctx)
	}
	for {
		var jobs []order.PrintResult
		if err := r.loop.Read(ctx, func(station.Store) (err error) {
			jobs, err = r.db.PrintQueue(100)
			for i := range jobs {
				jobs[i].Contents = r.says(&jobs[i])
			}
			return err
		}); err != nil {
			return err
		}
		moved := false
		for _, j := range jobs {
			if j.State == order.PrintParked || r.paper != "" && j.State == order.PrintFailed {
				continue
			}
			moved = true
			j.At = r.clock.Now()
			j.State, j.Ref = order.PrintDone, "replay"
			if r.paper != "" {
				j.State, j.Ref, j.Code, j.Err = order.PrintFailed, "", r.paper, r.paper
			}
			if err := r.loop.Printed(ctx, j); err != nil {
				return err
			}
		}
		if !moved {
			return nil
		}
	}
}

// says is what the paper of a job says of the goods.
func (r *replay) says(j *order.PrintResult) string {
	s, err := r.db.Shipment(j.Shipment)
	if err != nil || s == nil || s.Parcel(j.Parcel) == nil {
		return ""
	}
	return s.ContentsMark(s.Parcel(j.Parcel), j.Kind)
}

// heard is an outcome with a copy of the line it was about.
type heard struct {
	station.Outcome
	said order.Decision // what the bench said: the decision, or that it is not saved
	line *order.Line
}

// hear runs on the loop's goroutine, where the shipment may be read.
func (r *replay) hear(o station.Outcome) heard {
	h := heard{Outcome: o, said: o.Decision}
	if o.Err != nil {
		h.said = order.Decision{Verdict: order.NotSaved, What: order.Message{Code: order.MsgNotSaved}, Do: order.Message{Code: order.DoRestart}, Bench: r.loop.View().Bench}
		return h
	}
	if w := o.Work; w != nil {
		no := 0
		for i := range o.Decision.Events {
			no = max(no, o.Decision.Events[i].Line)
		}
		l := w.Line(no)
		if l == nil && (h.Decision.Bench.Screen == order.ScreenPick || h.Decision.Bench.Screen == order.ScreenPack) {
			l = order.CurrentLine(w, h.Decision.Bench)
		}
		if l != nil {
			c := *l
			h.line = &c
		}
	}
	return h
}

// drain turns what happened since the last line into answers; a line that caused
// no verdict still gets one.
func (r *replay) drain() []replayOut {
	r.mu.Lock()
	outcomes := r.outcomes
	r.outcomes = nil
	r.mu.Unlock()
	v := r.loop.View()
	var out []replayOut
	for i := range outcomes {
		if !outcomes[i].Async && len(out) == 0 {
			out = append(out, r.answer(&outcomes[i]))
		}
	}
	if len(out) == 0 {
		out = append(out, r.answer(&heard{said: order.Decision{Bench: v.Bench}}))
	}
	for i := range outcomes {
		if outcomes[i].Async {
			out = append(out, r.answer(&outcomes[i]))
		}
	}
	return out
}

// answer describes one outcome; the counts are those after it.
func (r *replay) answer(o *heard) replayOut {
	d := &o.said
	a := replayOut{Verdict: d.Verdict, Screen: d.Bench.Screen, Shipment: d.Bench.Shipment, Events: []json.RawMessage{}, Async: o.Async}
	if d.Verdict != "" {
		a.Tone, a.code = d.Verdict.Tone(), d.What.Code
		a.What, a.Do = text.Line(r.lang, d.What), text.Line(r.lang, d.Do)
	}
	for i := range d.Events {
		e := &d.Events[i]
		a.Events = append(a.Events, json.RawMessage(e.Body))
		if a.Parcel == 0 {
			a.Parcel = e.Parcel
		}
		if a.Shipment == "" {
			a.Shipment = e.Shipment
		}
	}
	if l := o.line; l != nil {
		a.Line, a.SKU, a.Picked, a.Need = l.No, l.SKU, l.Picked, l.Qty
	}
	return a
}

// replayClock is a clock that moves only when the recording says so.
type replayClock struct {
	mu   sync.Mutex // guards below
	now  time.Time
	mono time.Duration // never goes back
	word time.Time     // centre's last word; used by the replaying goroutine alone
}

func (c *replayClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *replayClock) Wall() time.Time { return c.Now() }

func (c *replayClock) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mono
}

func (c *replayClock) Boot() string { return "replay" }

func (c *replayClock) Heard() bool { return false }

func (c *replayClock) SetOffset(time.Duration, bool) {}

func (c *replayClock) advance(d time.Duration) {
	c.mu.Lock()
	c.now, c.mono = c.now.Add(d), c.mono+max(d, 0)
	c.mu.Unlock()
}

// set moves the clock to a time. Time that is set back is the wall clock's alone.
func (c *replayClock) set(t time.Time) { c.advance(t.Sub(c.Now())) }

// put sets the wall clock alone.
func (c *replayClock) put(t time.Time) {
	c.mu.Lock()
	c.now = t
	c.mu.Unlock()
}

// touch moves the clock by a millisecond, so that no two lines share an instant.
func (c *replayClock) touch() { c.advance(time.Millisecond) }

// workSnapshot is a feed as a file: the rows a centre would send. Operators may give
// their badge in the clear and work its receiver, for a replay has keys of its own.
type workSnapshot struct {
	Rows []wire.FeedRow `json:"rows"`
}
