package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/tui"
	"pickstation/tui/text"
)

// session is everything of a station that stands on one opening of its database:
// after a commit that failed it ends, and the next one goes through the safe open.
type session struct {
	cfg      *Config
	log      *slog.Logger
	db       *localdb.DB
	loop     *station.Loop
	devs     *benchDevices
	printers *printers
	agent    *syncAgent // nil without a centre
	copier   *copier    // nil where no copy is kept
	cold     *coldPlaces
	sink     *sink
	watch    watchers
	guard    *tui.Guard
	flight   *flight
	wg       sync.WaitGroup
}

// hooks are what the caller of a session wants to hear.
type hooks struct {
	onVerdict func(station.Outcome)
	onView    func(*station.View)
	extra     func(ctx context.Context, s *session) error // runs beside the loop; its end ends the session
	guard     *tui.Guard                                  // gives the terminal back when a goroutine panics, nil none

	every    time.Duration // how often the machine is looked at, 0 as a station does
	patience time.Duration // with the folder of copies, 0 as a station does

	// Put between the loop and its database, and between the devices and the loop, by
	// tests that end the process at a certain step; nil for none.
	aroundStore func(station.Store) station.Store
	aroundSink  func(benchSink) benchSink
}

// runStation keeps a station going until ctx ends: a session whose commit failed is
// followed by another. The devices stay open all the while.
func runStation(ctx context.Context, cfg *Config, log *slog.Logger, h hooks) error {
	devs := newBenchDevices(cfg, log, h.aroundSink)
	defer devs.close()
	held := outlasting{devs: devs, folder: newCopyFolder(cfg, cmp.Or(h.patience, copyPatience))}
	for {
		err := runSession(ctx, cfg, log, h, &held)
		if ctx.Err() != nil || !held.again(err) {
			return err
		}
		log.Error("open_again", "err", err, "scans", held.lost.Scans)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// outlasting is what outlasts a session.
type outlasting struct {
	devs   *benchDevices
	folder *copyFolder     // of copies, nil none
	lost   station.Unsaved // the scans that the sessions so far could not save
	opens  int             // how often the database was opened in vain since a commit failed
}

// reopens bounds how often the database is opened in vain after a commit that failed, a second
// apart: a disk that is reset and somebody who holds the folder for a moment are there again by then.
const reopens = 30

// again says whether another session follows one that ended so.
func (o *outlasting) again(err error) bool {
	if notSaved(err) {
		o.opens = 1
		return true
	}
	var e *order.Error
	if o.opens == 0 || o.opens > reopens || !errors.As(err, &e) || e.Code != "database_open" && e.Code != "station_running" {
		return false
	}
	o.opens++
	return true
}

// notSaved says whether a session ended because a commit failed.
func notSaved(err error) bool {
	var e *order.Error
	return errors.As(err, &e) && e.Code == "not_saved"
}

// runSession opens the database, runs the station on it and closes everything but the
// devices; those, too, when no other session follows.
func runSession(ctx context.Context, cfg *Config, log *slog.Logger, h hooks, held *outlasting) (err error) {
	devs := held.devs
	s := &session{cfg: cfg, log: log, guard: h.guard, devs: devs}
	clock := station.NewSystemClock()
	db, err := localdb.Open(ctx, localdb.Options{Dir: cfg.DataDir, Clock: localdb.Clock{
		Wall: clock.Wall, Mono: func() int64 { return clock.Mono().Milliseconds() }, Boot: clock.Boot()}})
	if err != nil {
		return err
	}
	s.db, held.opens = db, 0
	defer db.Close()
	clock.SetOffset(db.ClockOffset(), false)
	s.flight = startFlight(cfg.DataDir, log)
	defer s.flight.close()
	whole := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		s.wg.Wait()
		if s.copier != nil {
			s.copier.end(context.WithoutCancel(ctx), !notSaved(err))
		}
	}()
	defer cancel()
	if err := s.assemble(ctx, clock, h, held); err != nil {
		return err
	}
	defer func() {
		if whole.Err() == nil && notSaved(err) {
			devs.detach()
			held.lost = s.loop.Unsaved()
			return
		}
		devs.close() // before the database: the answers that leave last are noted there
	}()
	ended := make(chan error, 1)
	if err := s.serveSocket(ctx); err != nil {
		log.Error("socket", "err", err) // the commands go without; the bench works
	}
	s.start(ctx, clock, h, ended)
	loopErr := make(chan error, 1)
	s.run("loop", func() { loopErr <- s.loop.Run(ctx) })
	devs.attach(s.sink)
	select {
	case err = <-loopErr:
	case err = <-ended:
		cancel()
		err = errors.Join(err, <-loopErr)
	}
	cancel()
	return err
}

// assemble wires the parts to each other; nothing runs yet but the devices.
func (s *session) assemble(ctx context.Context, clock station.Clock, h hooks, held *outlasting) error {
	answer := newGunAnswer(s.db, s.log, s.devs)
	var st station.Store = store{s.db}
	if h.aroundStore != nil {
		st = h.aroundStore(st)
	}
	s.loop = station.New(station.Options{
		Station: order.StationID(s.cfg.Station), Store: st, Clock: clock, Lang: s.cfg.Lang, Langs: text.Languages(), Answer: answer,
		Unsaved: held.lost, Alone: s.cfg.Central.URL == "", Counted: readCounted(s.cfg.DataDir),
		OnVerdict: func(o station.Outcome) {
			answer.weighed(o)
			s.flight.note(&o, s.loop.View())
			if h.onVerdict != nil {
				h.onVerdict(o)
			}
		},
		Verify:  s.verify,
		OnPrint: func() { s.printers.wake() },
		OnEvents: func() {
			if s.agent != nil {
				s.agent.notify()
			}
		},
	})
	var err error
	if s.printers, err = newPrinters(ctx, s, clock); err != nil {
		return err
	}
	if s.agent, err = newSyncAgent(ctx, s, clock); err != nil {
		return err
	}
	if s.copier, err = newCopier(s, clock, held.folder); err != nil {
		return err
	}
	if s.cold, err = newColdPlaces(s.cfg, s.db, s.loop); err != nil {
		return err
	}
	s.sink = &sink{ctx: ctx, loop: s.loop, answer: answer, cold: s.cold, watch: &s.watch}
	_, err = s.devs.open()
	return err
}

// start runs the goroutines beside the loop. Each ends with ctx.
func (s *session) start(ctx context.Context, clock station.Clock, h hooks, ended chan<- error) {
	s.printers.run(ctx, s.run)
	if s.agent != nil {
		s.run("sync", func() { s.agent.run(ctx) })
	}
	if s.copier != nil {
		s.run("copy", func() { s.copier.run(ctx) })
	}
	s.run("cold", func() { s.cold.run(ctx) })
	s.run("bench", func() { s.watchBench(ctx, clock, cmp.Or(h.every, benchEvery)) })
	s.run("check", func() { s.checkAll(ctx) })
	s.run("housekeeping", func() { s.housekeep(ctx, clock) })
	if h.onView != nil {
		s.run("views", func() {
			for {
				select {
				case v := <-s.loop.Views():
					h.onView(v)
				case <-ctx.Done():
					return
				}
			}
		})
	}
	if h.extra != nil {
		s.run("bench", func() {
			if err := h.extra(ctx, s); err != nil || ctx.Err() == nil {
				ended <- err
			}
		})
	}
}

// run starts a goroutine that the session waits for.
func (s *session) run(name string, f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		if s.guard == nil {
			f()
			return
		}
		s.guard.Run(name, f)
	}()
}

// checkBack is how many events of the log are verified before the first scan.
const checkBack = 10_000

// verify checks the end of the event log before the first scan; the rest of the
// database is checked beside the work.
func (s *session) verify(ctx context.Context) error {
	r, err := s.db.NewReader()
	if err != nil {
		return err
	}
	defer r.Close()
	return r.CheckRecent(ctx, checkBack)
}

// checkAll checks the whole database beside the work, once a start, and tells the
// screen what it finds.
func (s *session) checkAll(ctx context.Context) {
	r, err := s.db.NewReader()
	if err != nil {
		s.log.Error("check", "err", err)
		return
	}
	defer r.Close()
	found := ""
	if err = r.QuickCheck(ctx); err != nil {
		found = err.Error()
	} else if rep, err := r.CheckAll(ctx); err != nil {
		found = err.Error()
	} else if len(rep.Findings) > 0 {
		found = rep.Findings[0]
	}
	if found != "" && ctx.Err() == nil {
		s.log.Error("check", "found", found)
		_ = s.loop.SetDamaged(ctx, found) // fails only when the loop has ended
	}
}
