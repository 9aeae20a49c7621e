package localdb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/agent"
)

// hall is a centre on PostgreSQL with a standby, and stations with work of their own.
type hall struct {
	*realCentre
	primary, standby *pgtest.Server
	benches          []*bench
	work             map[string]*bench // by order, who has it
	shipped          []string
}

const eachHas = 6 // orders of a station

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{realCentre: newRealCentre(t), primary: pgtest.Own(t), work: map[string]*bench{}}
	at, err := h.primary.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.standby = h.primary.Standby(t)
	if at, err = h.primary.Both(at, h.standby); err != nil {
		t.Fatal(err)
	}
	store, err := postgres.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	h.over(store)
	for i := range 3 {
		b := enrol(t, h.realCentre, order.StationID(fmt.Sprint("bench-", i)))
		h.orders(i*eachHas, (i+1)*eachHas)
		b.sync(eachHas)
		for ref := range b.queue() {
			h.work[ref] = b
		}
		h.benches = append(h.benches, b)
	}
	if len(h.work) != 3*eachHas {
		t.Fatalf("%d orders are at a bench", len(h.work))
	}
	return h
}

// ship lets each station hand over its next orders, all at once.
func (h *hall) ship(n int) {
	var all sync.WaitGroup
	for _, b := range h.benches {
		work := b.queue()
		var next []order.ShipmentID
		for ref, id := range work {
			if h.work[ref] == b && len(next) < n {
				next, h.shipped = append(next, id), append(h.shipped, ref)
			}
		}
		all.Go(func() {
			for _, id := range next {
				b.ship(id)
			}
		})
	}
	all.Wait()
}

func (h *hall) sync() {
	for _, b := range h.benches {
		b.sync(0)
	}
}

// TestAFailoverThatLosesConfirmedEventsLosesNoneInTheEnd lets stations hand over while
// the primary dies with events that it had confirmed and its standby never got.
func TestAFailoverThatLosesConfirmedEventsLosesNoneInTheEnd(t *testing.T) {
	h := newHall(t)
	h.ship(1)
	h.sync()
	if err := h.primary.CutOff(t.Context(), h.standby); err != nil {
		t.Fatal(err)
	}
	h.ship(1)
	h.sync() // confirmed, and not at the standby
	h.orders(90, 92)

	ctx, end := context.WithCancel(t.Context())
	var running sync.WaitGroup
	conf := agent.DefaultConfig()
	conf.Want, conf.FeedWait, conf.BackoffFirst, conf.BackoffMax = 0, time.Second, 20*time.Millisecond, 200*time.Millisecond
	for _, b := range h.benches {
		running.Go(func() {
			if err := agent.New(agent.Options{Config: conf, Centre: b.client, Source: b, Write: b.write, Boot: "b"}).Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	if err := h.primary.Kill(); err != nil {
		t.Fatal(err)
	}
	h.ship(2) // nobody at a bench waits for the centre
	if err := h.standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.ship(1)
	h.again(90, 92)
	end()
	running.Wait()
	h.sync()
	h.agree()
}

// again lets the shop send orders until they are taken.
func (h *hall) again(from, to int) {
	h.t.Helper()
	for {
		if h.svc.Ready(h.t.Context()) == nil {
			break
		}
	}
	h.orders(from, to)
}

// agree wants every order at the centre once, those that were handed over with all that
// was picked, and every event of every station once.
func (h *hall) agree() {
	t := h.t
	for _, ref := range h.shipped {
		v := h.order(ref)
		rows, err := h.svc.Timeline(t.Context(), shop, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range rows {
			if r.State == "dispatched" && r.Station == h.work[ref].id {
				n++
			}
		}
		if s := v.Shipments[0]; v.State != "dispatched" || n != 1 || s.Lines[0].Picked != 2 || s.Lines[1].Picked != 1 {
			t.Errorf("%s: %s, %d times handed over, picked %d and %d", ref, v.State, n, s.Lines[0].Picked, s.Lines[1].Picked)
		}
	}
	counts, err := h.svc.Counts(t.Context())
	if err != nil || counts["orders"] != int64(3*eachHas+2) || counts["exceptions"] != 0 {
		t.Errorf("counts %v, %v", counts, err)
	}
	for _, b := range h.benches {
		st, err := b.reader.SyncState(t.Context())
		if err != nil || len(st.Logs) != 1 || st.Timeline <= 1 {
			t.Errorf("%s: %+v, %v", b.id, st, err)
			continue
		}
		var log *central.Log
		hash, known, err := b.reader.HashAt(st.Logs[0].ID, st.Logs[0].Last)
		err = errors.Join(err, h.store.Read(t.Context(), func(r central.Reader) (err error) {
			log, err = r.Log(st.Logs[0].ID)
			return err
		}))
		if err != nil || !known || log == nil || log.HWM != st.Logs[0].Last || log.Hash != hash {
			t.Errorf("%s has %d events, the centre %+v, %v", b.id, st.Logs[0].Last, log, err)
		}
	}
}
