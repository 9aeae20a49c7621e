package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Bounds of the centre's ingest, events per second (two cores, the database's
// included).
const (
	unappliedPG   = 60_000
	appliedPG     = 25_000
	appliedSQLite = 20_000
)

// ingestAhead is how many benches push at once.
const ingestAhead = 4

// ingest is how many events a second the centre takes: chain verified, stored,
// durable; first such that change no shipment, then the work of a day.
func ingest(e *env) ([]result, error) {
	var all []result
	for _, one := range []struct {
		name  string
		make  func(string) (*hub, error)
		limit [2]float64
	}{
		{"pg", e.onPostgres, [2]float64{unappliedPG, appliedPG}},
		{"sqlite", e.onFile, [2]float64{0, appliedSQLite}},
	} {
		h, err := one.make("ingest-" + one.name)
		if err != nil {
			return all, err
		}
		plain, applied, err := ingestOn(e, h)
		if err = errors.Join(err, h.close()); err != nil {
			return all, fmt.Errorf("%s: %w", one.name, err)
		}
		all = append(all, of(one.name+"_ingest_unapplied", plain, "events/s", one.limit[0]),
			of(one.name+"_ingest_applied", applied, "events/s", one.limit[1]))
	}
	return all, nil
}

// ingestOn returns the median rates of rounds in turn.
func ingestOn(e *env, h *hub) (plain, applied float64, err error) {
	stations, err := h.stations(ingestAhead)
	if err != nil {
		return 0, 0, err
	}
	rounds, size := e.rounds(20), 4
	work, err := h.work(stations, rounds*size*ingestAhead)
	if err != nil {
		return 0, 0, err
	}
	without := make([]*tape, ingestAhead)
	with := make([]*tape, ingestAhead)
	for i := range stations {
		without[i], with[i] = newTape(2*i), newTape(2*i+1)
	}
	var a, b []float64
	for n := range rounds {
		for i, st := range stations {
			without[i].fresh()
			with[i].fresh()
			for range 4000 {
				without[i].add(order.Event{Type: order.EventRefused, V: order.EventVersion, At: time.Now().UnixMilli(), Boot: "bench",
					By: "op1", Station: st, Device: "gun1", Source: order.Scanned, Verdict: order.Unknown, Code: "6909999999999"})
			}
			for _, sh := range work[st][n*size : (n+1)*size] {
				for _, ev := range script(st, &sh) {
					with[i].add(ev)
				}
			}
		}
		x, err := h.pushAll(stations, without)
		if err != nil {
			return 0, 0, err
		}
		y, err := h.pushAll(stations, with)
		if err != nil {
			return 0, 0, err
		}
		a, b = append(a, x), append(b, y)
	}
	_, err = e.storeCount(h)
	return median(a), median(b), err
}

// pushAll lets every station push what is on its tape and returns events per second.
func (h *hub) pushAll(stations []order.StationID, tapes []*tape) (float64, error) {
	began, n := time.Now(), 0
	errs := make([]error, len(stations))
	var wait sync.WaitGroup
	for i, st := range stations {
		n += len(tapes[i].bodies)
		wait.Go(func() { errs[i] = h.pushTape(st, tapes[i]) })
	}
	wait.Wait()
	return float64(n) / time.Since(began).Seconds(), errors.Join(errs...)
}

func (h *hub) pushTape(st order.StationID, t *tape) error {
	for from := 0; from < len(t.bodies); from += wire.MaxPushEvents {
		end := min(from+wire.MaxPushEvents, len(t.bodies))
		reply, err := h.svc.Push(context.Background(), st, t.header(from, end), t.bodies[from:end])
		if err != nil {
			return err
		}
		if reply.Code != wire.CodeOK || reply.HWM != t.base+uint64(end) {
			return fmt.Errorf("push of %s: %s %s, mark %d", st, reply.Code, reply.Message, reply.HWM)
		}
	}
	return nil
}

// tape is an event log as a station has it: what was written last, in canonical
// bytes, behind a number of events that are gone.
type tape struct {
	log    order.LogID
	base   uint64
	bodies [][]byte
	hashes []order.Hash // hashes[0] is of base
}

func newTape(n int) *tape {
	log := order.LogID(fmt.Sprintf("%032x", n+1))
	return &tape{log: log, hashes: []order.Hash{order.LogStart(log)}}
}

// fresh forgets what was written.
func (t *tape) fresh() {
	t.base += uint64(len(t.bodies))
	t.bodies, t.hashes = nil, t.hashes[len(t.hashes)-1:]
}

func (t *tape) add(e order.Event) {
	if err := e.Seal(t.base+uint64(len(t.bodies))+1, t.hashes[len(t.hashes)-1]); err != nil {
		panic(err) // plain data always encodes
	}
	t.bodies, t.hashes = append(t.bodies, e.Body), append(t.hashes, e.Hash)
}

// header opens a push of the events from (left out) to end on the tape.
func (t *tape) header(from, end int) wire.PushHeader {
	return wire.PushHeader{Proto: wire.Proto, Req: strings.Repeat("0", 36), Timeline: 1, Schema: wire.Schema, Log: t.log,
		Base: t.base + uint64(from), BaseHash: t.hashes[from], N: end - from, EndHash: t.hashes[end], SentAt: time.Now(), App: "bench"}
}
