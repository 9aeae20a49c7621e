package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

// doomEnv holds the doom of a station that runs in a process of its own.
const doomEnv = "PICKSTATION_TEST_DOOM"

// killStep is a place between the last byte of a scan and the note that its answer has left.
type killStep string

// The steps, in the order in which a scan passes them.
const (
	killReceived   killStep = "received"   // the frame is whole, the loop does not have it
	killBegun      killStep = "begun"      // it is decided, its transaction is open
	killAppended   killStep = "appended"   // its event is in the transaction
	killCommitting killStep = "committing" // everything is in the transaction
	killCommitted  killStep = "committed"  // it is durable
	killAnswering  killStep = "answering"  // the answer is about to leave, and that is not noted
	killLeaving    killStep = "leaving"    // … and that is noted
	killLeft       killStep = "left"       // the answer has left, and that is not noted
	killNoted      killStep = "noted"      // … and that is noted
	failCommit     killStep = "disk"       // nobody is killed: the commit fails, and the station starts over
)

// saidNoted is what the station process says when an answer has left and that is noted.
const saidNoted = "noted"

// saidReopened is what it says when it opens its database again.
const saidReopened = "reopened"

// doom says where a station runs and when it ends.
type doom struct {
	Dir, DevDir, Profile string
	Step                 killStep // "" never
	Frame                uint64   // at which scan of this session
}

// strike ends the process as kill -9 does.
func (d *doom) strike(step killStep, frame uint64) {
	if d.Step != step || d.Frame != frame {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// runDoomed is the station process. It says on its output when the scanner is online.
func runDoomed(plan string) error {
	var d doom
	if err := json.Unmarshal([]byte(plan), &d); err != nil {
		return err
	}
	cfg := &Config{Station: "bench-1", DataDir: d.Dir, DevDir: d.DevDir, Scanner: []ScannerEntry{{"gun1", "gun", d.Profile}}}
	if err := cfg.check(); err != nil {
		return err
	}
	opened := 0
	return runStation(context.Background(), cfg, slog.New(slog.NewTextHandler(os.Stderr, nil)), hooks{
		aroundStore: func(s station.Store) station.Store {
			if opened++; opened > 1 {
				fmt.Println(saidReopened)
			}
			return &doomedStore{s, &d}
		},
		aroundSink: func(s benchSink) benchSink { return &doomedSink{s, &d} },
	})
}

type doomedSink struct {
	benchSink
	doom *doom
}

func (s *doomedSink) Scan(f devices.Frame) {
	s.doom.strike(killReceived, f.Seq)
	s.benchSink.Scan(f)
}

func (s *doomedSink) State(st devices.State) {
	s.benchSink.State(st)
	fmt.Println(st.Status)
}

func (s *doomedSink) Answering(device string, seq uint64) {
	s.doom.strike(killAnswering, seq)
	s.benchSink.Answering(device, seq)
	s.doom.strike(killLeaving, seq)
}

func (s *doomedSink) Answered(device string, seq uint64) {
	s.doom.strike(killLeft, seq)
	s.benchSink.Answered(device, seq)
	s.doom.strike(killNoted, seq)
	fmt.Println(saidNoted)
}

type doomedStore struct {
	station.Store
	doom *doom
}

type doomedTx struct {
	station.Tx
	doom  *doom
	frame uint64
}

func (s *doomedStore) Begin() (station.Tx, error) {
	tx, err := s.Store.Begin()
	return &doomedTx{Tx: tx, doom: s.doom}, err
}

func (tx *doomedTx) Unwrap() station.Tx { return tx.Tx }

func (tx *doomedTx) Append(e *order.Event) error {
	tx.frame = max(tx.frame, e.Frame)
	tx.doom.strike(killBegun, e.Frame)
	err := tx.Tx.Append(e)
	tx.doom.strike(killAppended, e.Frame)
	return err
}

func (tx *doomedTx) Commit() error {
	tx.doom.strike(killCommitting, tx.frame)
	if tx.doom.Step == failCommit && tx.frame == tx.doom.Frame {
		tx.doom.Step = ""
		return errors.Join(errors.New("input/output error"), tx.Rollback())
	}
	err := tx.Tx.Commit()
	tx.doom.strike(killCommitted, tx.frame)
	return err
}

// doomedBench is a bench whose station is a process of its own, with the scanner and the operator in this one.
type doomedBench struct {
	*testing.T
	doom
	gun    *sim.Scanner
	hasty  atomic.Bool   // the next scan's first sending is not waited for: the process that would answer is killed
	resume chan struct{} // closed when a scan may be sent again
	proc   *exec.Cmd
	says   chan string // what the station says of its scanner
	errs   *lockedBuffer
}

const doomedPatience = 10 * time.Second

// stockBench fills a station's database with one shipment of two articles, and one person.
func stockBench(t *testing.T, dir string, change func(*order.Shipment)) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := localdb.EnsureBoxKey(dir); err != nil {
		t.Fatal(err)
	}
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := order.Shipment{ID: "S1", Version: 1, Orders: []order.OrderRef{{ID: "O1", Channel: "shop", External: "X1"}},
		Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF"}},
		Parcels: []order.Parcel{{No: 1, ID: "P1", Waybill: order.Waybill{Number: "SF1"}}}}
	for i := 1; i <= 2; i++ {
		s.Lines = append(s.Lines, order.Line{No: i, SKU: order.SKU(fmt.Sprintf("SKU%d", i)), Qty: 50, Walk: i,
			Name: order.Names{ZH: "芒果", EN: "Mango"}, Codes: []order.ItemCode{{Key: fmt.Sprintf("ITEM-%d", i)}}})
	}
	if change != nil {
		change(&s)
	}
	body := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	policy := order.DefaultPolicy()
	policy.PrintWordAgeS, policy.DispatchWordAgeS = 0, 0 // this station has no centre whose word could be old
	snap := workSnapshot{Rows: []wire.FeedRow{{Kind: wire.RowPolicy, ID: "policy", Body: body(wire.Policy{Policy: policy})},
		{Kind: wire.RowOperator, ID: "li", Body: json.RawMessage(`{"id":"li","name":"Li","roles":["picker","packer"],"badge":"BADGE-LI"}`)},
		{Kind: wire.RowWork, ID: "S1", Body: body(struct {
			wire.Work
			Receiver order.Receiver `json:"receiver"`
		}{wire.Work{Shipment: s}, order.Receiver{Name: "张三", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市",
			District: "龙华区", Street: "滨海大道1号2栋301室"}})}}}
	rows, err := snap.rows(db, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ApplyFeed(rows, int64(len(rows)), 1); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func newDoomedBench(t *testing.T, profile string, step killStep, frame uint64) *doomedBench {
	t.Helper()
	p, err := devices.ProfileNamed(profile)
	if err != nil {
		t.Fatal(err)
	}
	b := &doomedBench{T: t, doom: doom{filepath.Join(t.TempDir(), "data"), t.TempDir(), profile, step, frame}, resume: make(chan struct{})}
	stockBench(t, b.Dir, nil)
	b.gun = sim.NewScanner(p, sim.Options{AckTimeout: doomedPatience, Faults: func(try int) sim.Fault {
		if try > 1 {
			select {
			case <-b.resume:
			case <-time.After(doomedPatience):
				t.Errorf("the scanner wants to send again before the station is back: %s", b.errs)
			}
		}
		return sim.Fault{Hasty: b.hasty.Swap(false)}
	}})
	if err := b.gun.Plug(b.DevDir, "gun"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.gun.Unplug() })
	b.start()
	return b
}

// start starts the station process and waits until it reads the scanner.
func (b *doomedBench) start() {
	b.Helper()
	plan, err := json.Marshal(b.doom)
	if err != nil {
		b.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	b.proc, b.errs, b.says = exec.Command(self), &lockedBuffer{}, make(chan string, 64)
	b.proc.Env = append(os.Environ(), doomEnv+"="+string(plan))
	b.proc.Stderr = b.errs
	out, err := b.proc.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := b.proc.Start(); err != nil {
		b.Fatal(err)
	}
	proc, says := b.proc, b.says
	b.Cleanup(func() { _ = proc.Process.Kill(); _ = proc.Wait() })
	go func(out io.Reader) {
		defer close(says)
		for in := bufio.NewScanner(out); in.Scan(); {
			says <- in.Text()
		}
	}(out)
	b.hears(string(devices.Online))
}

// hears waits until the station says something.
func (b *doomedBench) hears(what string) {
	b.Helper()
	late := time.After(doomedPatience)
	for {
		select {
		case s, ok := <-b.says:
			if !ok {
				b.Fatalf("the station has ended: %s", b.errs)
			}
			if s == what {
				return
			}
		case <-late:
			b.Fatalf("the station does not say %s: %s", what, b.errs)
		}
	}
}

// dead waits until the station was killed.
func (b *doomedBench) dead() {
	b.Helper()
	for range b.says {
	}
	_ = b.proc.Wait() // killed
	b.Step = ""
}

// scan pulls the trigger and waits until the scanner has its answer or gives up.
func (b *doomedBench) scan(text string) sim.Outcome {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), doomedPatience)
	defer cancel()
	res, err := b.gun.Send(ctx, []byte(text))
	if err != nil {
		b.Fatalf("scan %q: %v", text, err)
	}
	return res.Outcome
}

// took demands that the station takes a scan at once.
func (b *doomedBench) took(texts ...string) {
	b.Helper()
	for _, text := range texts {
		if got := b.scan(text); got != sim.Acked {
			b.Fatalf("scan %q: %s; %s", text, got, b.errs)
		}
		b.hears(saidNoted)
	}
}

// doomedCount is what the station's log holds.
type doomedCount struct {
	picked [3]int // by line
	asked  int    // questions whether a scan is one sent again
}

func (b *doomedBench) count() doomedCount {
	b.Helper()
	var c doomedCount
	for _, e := range eventsOf(b.T, b.Dir) {
		switch {
		case e.Type == order.EventPicked:
			c.picked[e.Line] += e.Qty
		case e.Type == order.EventAsked && e.Reason == string(order.AskResend):
			c.asked++
		}
	}
	return c
}

// eventsOf reads the event log of a data folder.
func eventsOf(t *testing.T, dir string) (list []order.Event) {
	t.Helper()
	r, err := localdb.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	st, err := r.SyncState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range st.Logs {
		bodies, _, _, _, err := r.Events(t.Context(), l.ID, 0, 10_000, 8<<20)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range bodies {
			e, err := order.ParseEvent(body)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, e)
		}
	}
	return list
}
