package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// handOverEvery is after how many packed orders the robot hands parcels over.
const handOverEvery = 10

// wrongEvery is how often the robot scans wrong on purpose: once in so many scans.
const wrongEvery = 15

// drainPatience is how long the backlog may take to drain once the line is up.
const drainPatience = 5 * time.Minute

// summary is the last line of an unattended demo.
type summary struct {
	Orders            int     `json:"orders"`
	Shipments         int     `json:"shipments"`
	Parcels           int     `json:"parcels"`
	Scans             int     `json:"scans"`
	WrongScans        int     `json:"wrong_scans"`
	Labels            int     `json:"labels"`
	EventsStored      int     `json:"events_stored"`
	EventsSynced      int     `json:"events_synced"`
	Lost              int     `json:"lost"`
	Duplicated        int     `json:"duplicated"`
	CentralDispatched int     `json:"central_dispatched"`
	P50MS             float64 `json:"p50_ms"`
	P99MS             float64 `json:"p99_ms"`
	Units             int     `json:"units"`
	ScansPerSecond    float64 `json:"scans_per_s"`
	Strange           int     `json:"strange"` // wrong scans taken, right ones refused
	Detail            string  `json:"detail,omitempty"`
}

// auto plays the demo unattended and compares the three records at the end.
func (st *stage) auto(ctx context.Context, stdout, stderr io.Writer) error {
	outcomes := make(chan station.Outcome, mailbox)
	changed := newLatest()
	var sum summary
	h := hooks{
		onVerdict: func(o station.Outcome) {
			if !o.Async && o.Input.Device == demoGun {
				outcomes <- o
			}
		},
		onView: changed.put,
	}
	h.extra = func(ctx context.Context, s *session) error {
		r := &robot{view: s.loop.View, outcomes: outcomes, changed: changed.c, gun: st.guns[0], journal: st.journal,
			rng: rand.New(rand.NewPCG(st.o.seed, uint64(len(st.journal.lines))))}
		had, err := readStationRecord(ctx, st.cfg.DataDir)
		if err != nil {
			return err
		}
		r.took = map[scanKind]int{scanLabel: len(had.labelled), scanHand: len(had.dispatched)}
		began, first := time.Now(), len(st.journal.lines)
		progress := newProgress(stderr)
		if err := st.shift(ctx, s, r, progress); err != nil {
			return err
		}
		scans := len(st.journal.lines) - first
		sum.ScansPerSecond = float64(scans) / time.Since(began).Seconds()
		if err := st.drain(ctx, s); err != nil {
			return err
		}
		progress.done()
		sum.Strange, sum.Detail = r.strange, r.detail
		p50, p99, _ := s.loop.Latency()
		sum.P50MS, sum.P99MS = ms(p50), ms(p99)
		return st.audit(ctx, &sum)
	}
	if err := runStation(ctx, st.cfg, st.log, h); err != nil {
		return fail(exitNo, err, "see station.log and central.log in "+st.dir)
	}
	if ctx.Err() != nil {
		return &failure{code: exitNo, what: "demo: stopped", do: "start it again with the same --dir to go on", err: ctx.Err()}
	}
	line, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, string(line))
	if sum.Lost != 0 || sum.Duplicated != 0 || sum.Strange != 0 {
		return &failure{code: exitNo, what: fmt.Sprintf("demo: lost %d, duplicated %d, strange verdicts %d %s", sum.Lost,
			sum.Duplicated, sum.Strange, sum.Detail), do: "keep the folder and look at simulator.jsonl and station.db"}
	}
	return nil
}

// mailbox holds verdicts that the robot has not looked at.
const mailbox = 64

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// shift works until every order is handed over.
func (st *stage) shift(ctx context.Context, s *session, r *robot, p *progress) error {
	for {
		v := s.loop.View()
		if v == nil {
			if err := r.wait(ctx); err != nil {
				return err
			}
			continue
		}
		done, all := r.took[scanLabel], st.total
		st.weather(done)
		p.show(done, all)
		handed := r.took[scanHand]
		if done >= all && handed >= all && v.Bench.Shipment == "" {
			return nil
		}
		handOver := len(v.Outbound) > 0 && (done >= all || done-handed >= handOverEvery)
		s, ok := r.next(v, handOver)
		if !ok {
			if err := r.wait(ctx); err != nil {
				return err
			}
			continue
		}
		if w, isWrong := r.wrong(v); isWrong && r.rng.IntN(wrongEvery) == 0 {
			s = w
		}
		if _, err := r.do(ctx, s); err != nil {
			return err
		}
	}
}

// weather cuts and restores the line as the flags say.
func (st *stage) weather(done int) {
	if st.o.offlineAt == 0 {
		return
	}
	restore := st.o.onlineAt
	if restore == 0 {
		restore = st.total
	}
	cut := done >= st.o.offlineAt && done < restore
	switch {
	case cut && !st.line.IsCut():
		st.line.Cut()
	case !cut && st.line.IsCut():
		st.line.Restore()
	}
}

// drain waits until the centre has every event.
func (st *stage) drain(ctx context.Context, s *session) error {
	st.line.Restore()
	deadline := time.NewTimer(drainPatience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		n := 0
		err := s.loop.Read(ctx, func(db station.Store) (err error) {
			n, _, err = db.Unsent()
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-tick.C:
		case <-st.centre.ended:
			return order.Errorf("no_centre", "pickcentral has ended by itself, %d events are not there", n).
				WithHint("start the demo again with the same --dir; see central.log there")
		case <-deadline.C:
			v := s.loop.View()
			return order.Errorf("not_synced", "%d events are not at the centre: %s %s", n, v.Sync.Problem, v.Sync.Detail)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// progress is a line on a terminal; in a pipe it is quiet.
type progress struct {
	w    io.Writer
	last int
}

func newProgress(w io.Writer) *progress {
	if !isTerminal(w) {
		w = nil
	}
	return &progress{w: w, last: -1}
}

func (p *progress) show(done, all int) {
	if p.w == nil || done == p.last {
		return
	}
	p.last = done
	fmt.Fprintf(p.w, "\r%d of %d orders packed", done, all)
}

func (p *progress) done() {
	if p.w != nil {
		fmt.Fprintln(p.w)
	}
}
