package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// workerEnv holds the plan of a bench with its picker that run in a process of their own.
const workerEnv = "PICKSTATION_TEST_WORKER"

// worker says where a bench stands.
type worker struct {
	Dir     string // of the picker's journal, the station's data and its devices
	Station string
	Centre  string // URL
	Printer string // URI
	Seed    uint64
}

func (w *worker) config() *Config {
	return &Config{Station: w.Station, DataDir: filepath.Join(w.Dir, "data"), Lang: "en", DevDir: filepath.Join(w.Dir, "dev"),
		Central: CentralConfig{URL: w.Centre}, Work: WorkConfig{Want: 2}, Printer: PrinterEntry{URI: w.Printer},
		Paper:   &PrinterEntry{URI: "spool:" + filepath.Join(w.Dir, "papers")},
		Scanner: []ScannerEntry{{demoGun, demoGun, "generic-acknak"}}}
}

// over is the file that tells a picker to go home once all is sent.
func (w *worker) over() string { return filepath.Join(w.Dir, "over") }

// runWorker is the process: a station, and a picker who works until the shift is over.
func runWorker(plan string) error {
	var w worker
	if err := json.Unmarshal([]byte(plan), &w); err != nil {
		return err
	}
	cfg := w.config()
	if err := cfg.check(); err != nil {
		return err
	}
	profile, err := devices.ProfileNamed(cfg.Scanner[0].Profile)
	if err != nil {
		return err
	}
	gun := sim.NewScanner(profile, sim.Options{AckTimeout: 5 * time.Second})
	if err := gun.Plug(cfg.DevDir, demoGun); err != nil {
		return err
	}
	defer func() { _ = gun.Unplug() }()
	journal, err := openJournal(filepath.Join(w.Dir, "simulator.jsonl"))
	if err != nil {
		return err
	}
	defer journal.Close()
	outcomes, changed := make(chan station.Outcome, mailbox), newLatest()
	return runStation(context.Background(), cfg, slog.New(slog.NewTextHandler(os.Stderr, nil)), hooks{
		onVerdict: func(o station.Outcome) {
			if !o.Async && o.Input.Device == demoGun {
				outcomes <- o
			}
		},
		onView: changed.put,
		extra: func(ctx context.Context, s *session) error {
			r := &robot{view: s.loop.View, outcomes: outcomes, changed: changed.c, gun: gun, journal: journal,
				rng: rand.New(rand.NewPCG(w.Seed, uint64(len(journal.lines)))), took: map[scanKind]int{}}
			return w.work(ctx, s, r)
		}})
}

// work scans until the shift is over and the centre has everything.
func (w *worker) work(ctx context.Context, s *session, r *robot) error {
	for {
		v := s.loop.View()
		_, err := os.Stat(w.over())
		if over := err == nil; over && v != nil && v.Sync.Unsent == 0 && v.Bench.Shipment == "" && len(v.Outbound) == 0 {
			return nil
		}
		step, ok := step{}, false
		if v != nil {
			step, ok = w.next(v, r)
		}
		if !ok {
			select {
			case <-r.changed:
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond): // the file is no view
			}
			continue
		}
		if _, err := r.do(ctx, step); err != nil {
			return err
		}
	}
}

// next is what the picker scans now. A label that may be out and may not be is looked for
// at the printer, and asked for once more.
func (w *worker) next(v *station.View, r *robot) (step, bool) {
	if v.Bench.Question != nil && v.Bench.Question.Kind == order.AskReprint {
		return command(order.CmdYes), true
	}
	if v.Work != nil && v.Bench.Screen == order.ScreenLabel {
		for i := range v.Work.Parcels {
			if p := &v.Work.Parcels[i]; !p.Labelled && p.Print == order.PrintParked {
				return command(order.CmdPrint), true
			}
		}
	}
	handOver := len(v.Outbound) > 0 && (v.QueueTotal == 0 || r.rng.IntN(3) == 0)
	st, ok := r.next(v, handOver)
	if wrong, isWrong := r.wrong(v); ok && isWrong && r.rng.IntN(wrongEvery) == 0 {
		return wrong, true
	}
	return st, ok
}
