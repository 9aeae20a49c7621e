package storetest

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// parkedNewer holds events as an older program holds what it cannot read, and lets this
// one start on the same store.
func parkedNewer(t *testing.T, s central.Store) {
	c := centreOver(t, s)
	sh := parkedShipment(t, s, c)
	held := parkedLog{id: order.LogID(strings.Repeat("ab", 16))}
	held.add(t, order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Verdict: order.OK})
	held.add(t, order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 2, Verdict: order.OK})
	held.hold(t, s, "unknown_event", "newer_version")
	future := parkedLog{id: order.LogID(strings.Repeat("cd", 16))}
	future.add(t, order.Event{Type: "of_the_future", Shipment: sh.ID})
	future.add(t, order.Event{Type: order.EventPicked, V: order.EventVersion + 1, Shipment: sh.ID, Line: 1, Qty: 1})
	future.push(t, c)

	waits := parkedNow(t, s)
	equal(t, "waiting", waits, []string{"1 unknown_event", "2 newer_version", "1 unknown_event", "2 newer_version"})
	equal(t, "alarms", openAlarms(t, c), 4)
	counts := make(chan int, 2)
	var both sync.WaitGroup
	for range 2 { // two processes start at once
		both.Go(func() {
			n, err := c.Reapply(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Error(err)
			}
			counts <- n
		})
	}
	both.Wait()
	equal(t, "applied", <-counts+<-counts, 2)
	read(t, s, func(r central.Reader) error {
		now, err := r.Shipment(sh.ID)
		equal(t, "picked", now.Lines[0].Picked, 3)
		return err
	})
	equal(t, "still waiting", parkedNow(t, s), []string{"1 unknown_event", "2 newer_version"})
	equal(t, "alarms that are left", openAlarms(t, c), 2)
	if n, err := c.Reapply(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d %v", n, err)
	}
}

func parkedShipment(t *testing.T, s central.Store, c *central.Service) *central.Shipment {
	t.Helper()
	by := central.By{Who: "shop", Source: "api"}
	res, err := c.Intake(t.Context(), by, []central.OrderIn{{Channel: "shop", External: "P1", PaidAt: noon, Carrier: "SF",
		Receiver: resident(1),
		Lines:    []central.LineIn{{SKU: "MANGO", Qty: 5, Location: "A-01"}}}})
	if err != nil || res[0].Outcome != central.OutcomeNew {
		t.Fatalf("%+v %v", res, err)
	}
	write(t, s, func(tx central.Tx) error {
		return tx.PutStation(&central.Station{ID: "bench-1", Warehouse: central.DefaultWarehouse, BoxKey: boxKey(t), EnrolledAt: noon})
	})
	var all []*central.Shipment
	read(t, s, func(r central.Reader) (err error) {
		all, err = r.ShipmentsOf(res[0].ID)
		return err
	})
	if len(all) != 1 {
		t.Fatalf("%d shipments", len(all))
	}
	return all[0]
}

// boxKey is the public half of a bench's key.
func boxKey(t *testing.T) []byte {
	t.Helper()
	pub, _, err := box.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pub[:]
}

// parkedLog is an event log of a bench.
type parkedLog struct {
	id     order.LogID
	events []order.Event
}

func (l *parkedLog) hash() order.Hash {
	if n := len(l.events); n > 0 {
		return l.events[n-1].Hash
	}
	return order.LogStart(l.id)
}

func (l *parkedLog) add(t *testing.T, e order.Event) {
	t.Helper()
	if e.V == 0 {
		e.V = order.EventVersion
	}
	e.At, e.Station, e.Boot, e.By, e.Source = noon.UnixMilli(), "bench-1", "boot", "op1", order.Scanned
	if err := e.Seal(uint64(len(l.events))+1, l.hash()); err != nil {
		t.Fatal(err)
	}
	l.events = append(l.events, e)
}

// hold stores the events as a program does that cannot read them, each for a reason.
func (l *parkedLog) hold(t *testing.T, s central.Store, why ...string) {
	t.Helper()
	write(t, s, func(tx central.Tx) error {
		log := &central.Log{ID: l.id, Station: "bench-1", HWM: uint64(len(l.events)), Hash: l.hash(), LastAt: noon}
		if err := tx.PutLog(log); err != nil {
			return err
		}
		for i, e := range l.events {
			key := why[i] + ":" + string(l.id) + ":event type " + string(e.Type)
			if why[i] == "newer_version" {
				key = why[i] + ":" + string(l.id) + ":2"
			}
			if _, err := tx.AddException(central.Exception{Key: key, Code: why[i], Station: "bench-1", Log: l.id, Seq: e.Seq, At: noon}); err != nil {
				return err
			}
			if err := tx.AddEvents([]central.EventRow{{LogNo: log.No, Seq: e.Seq, Hash: e.Hash, At: noon, ReceivedAt: noon, Outcome: string(wire.Parked), Why: why[i], Body: e.Body}}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *parkedLog) push(t *testing.T, c *central.Service) {
	t.Helper()
	l.pushAs(t, c, "bench-1")
}

func (l *parkedLog) pushAs(t *testing.T, c *central.Service, station order.StationID) {
	t.Helper()
	h := wire.PushHeader{Proto: wire.Proto, Req: "r", Timeline: 1, Schema: wire.Schema, Log: l.id, BaseHash: order.LogStart(l.id), N: len(l.events), EndHash: l.hash()}
	var bodies [][]byte
	for _, e := range l.events {
		bodies = append(bodies, e.Body)
	}
	if r, err := c.Push(t.Context(), station, h, bodies); err != nil || r.Code != wire.CodeOK && r.Code != wire.CodeFork {
		t.Fatalf("%+v %v", r, err)
	}
}

// parkedNow reads what waits, one at a time.
func parkedNow(t *testing.T, s central.Store) (all []string) {
	t.Helper()
	var logNo int64
	var seq uint64
	for {
		var page []central.ParkedEvent
		read(t, s, func(r central.Reader) (err error) {
			page, err = r.Parked(logNo, seq, 1)
			return err
		})
		if len(page) == 0 {
			return all
		}
		logNo, seq = page[0].LogNo, page[0].Seq
		all = append(all, string(rune('0'+seq))+" "+page[0].Why)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

func openAlarms(t *testing.T, c *central.Service) int {
	t.Helper()
	all, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
