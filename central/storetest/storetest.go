// Package storetest is what every [central.Store] must pass.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/central"
	"pickstation/order"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Run runs the suite; open makes an empty store that ends with the test.
func Run(t *testing.T, open func(t *testing.T) central.Store) {
	for name, test := range map[string]func(t *testing.T, s central.Store){
		"a failed write leaves nothing":               failedWrite,
		"writers that share a commit fail alone":      failAlone,
		"a panic is an error of its writer only":      panics,
		"a cancelled writer writes nothing":           cancelled,
		"a reader sees one moment":                    snapshot,
		"counters have no gaps and no doubles":        counters,
		"a feed cursor never passes a row to come":    feedOrder,
		"a feed holds the latest of each":             feedLatest,
		"a key of an order belongs to one order":      orderKey,
		"orders are listed by id in pages":            orderPages,
		"available shipments come best first":         available,
		"a waybill number is given out once":          numbers,
		"an exception is raised once":                 exceptionOnce,
		"an enrolment code works once and in time":    enrolCode,
		"a timeline keeps its order and joins names":  timeline,
		"logs get numbers and epochs":                 logs,
		"an event is stored once":                     events,
		"a fact is known from either side":            facts,
		"reference data tells whether it changed":     reference,
		"keys, stations and warehouses come back":     roundTrip,
		"returns and tracking come back":              returns,
		"a change wakes who waits":                    changed,
		"a backup is whole and made of one moment":    backup,
		"what is not there is nil without an error":   absent,
		"a large body and every rune come back whole": runes,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func write(t *testing.T, s central.Store, fn func(tx central.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s central.Store, fn func(r central.Reader) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func meta(t *testing.T, s central.Store, key string) (v string) {
	t.Helper()
	read(t, s, func(r central.Reader) (err error) {
		v, err = r.Meta(key)
		return err
	})
	return v
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func code(err error) string {
	var known *order.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

var errStop = errors.New("stop")

func failedWrite(t *testing.T, s central.Store) {
	err := s.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.SetMeta("a", "1"); err != nil {
			return err
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Errorf("error %v", err)
	}
	same(t, "meta", meta(t, s, "a"), "")
}

func failAlone(t *testing.T, s central.Store) {
	var all sync.WaitGroup
	var mu sync.Mutex
	failed := 0
	for i := range 100 {
		all.Go(func() {
			err := s.Write(t.Context(), func(tx central.Tx) error {
				if err := tx.SetMeta(fmt.Sprint(i), "x"); err != nil {
					return err
				}
				if _, err := tx.Next("n", 1); err != nil {
					return err
				}
				if i%2 == 1 {
					return errStop
				}
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
			}
			if (err != nil) != (i%2 == 1) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	for i := range 100 {
		if got := meta(t, s, fmt.Sprint(i)) == "x"; got != (i%2 == 0) {
			t.Errorf("writer %d: stored %v", i, got)
		}
	}
	write(t, s, func(tx central.Tx) error {
		n, err := tx.Next("n", 1)
		same(t, "counter", n, int64(51))
		return err
	})
}

func panics(t *testing.T, s central.Store) {
	err := s.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.SetMeta("a", "1"); err != nil {
			return err
		}
		var none *central.Order
		return tx.PutOrder(none)
	})
	same(t, "error", code(err), "internal")
	same(t, "meta", meta(t, s, "a"), "")
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("b", "2") })
	same(t, "the next writer", meta(t, s, "b"), "2")
}

func cancelled(t *testing.T, s central.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, func(tx central.Tx) error { return tx.SetMeta("a", "1") }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	same(t, "meta", meta(t, s, "a"), "")
}

func snapshot(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "1") })
	read(t, s, func(r central.Reader) error {
		before, err := r.Meta("a")
		if err != nil {
			return err
		}
		write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "2") }) // does not wait for the reader
		after, err := r.Meta("a")
		same(t, "within one read", []string{before, after}, []string{"1", "1"})
		return err
	})
	same(t, "afterwards", meta(t, s, "a"), "2")
}

func counters(t *testing.T, s central.Store) {
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for range 50 {
		all.Go(func() {
			var first int64
			err := s.Write(t.Context(), func(tx central.Tx) (err error) {
				first, err = tx.Next("n", 2)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[first] || seen[first+1] {
				t.Errorf("number %d given twice, or %v", first, err)
			}
			seen[first], seen[first+1] = true, true
		})
	}
	all.Wait()
	for i := int64(1); i <= 100; i++ {
		if !seen[i] {
			t.Errorf("number %d is missing", i)
		}
	}
}

// feedOrder lets eight writers emit while a reader follows: it must see every row.
func feedOrder(t *testing.T, s central.Store) {
	const writers, rows = 8, 40
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range rows {
					station := order.StationID("")
					if i%2 == 1 {
						station = "s1"
					}
					err := s.Write(t.Context(), func(tx central.Tx) error {
						return tx.Emit("main", station, "work", fmt.Sprintf("%d-%d", w, i))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}()
	seen, cursor := map[string]bool{}, int64(0)
	pull := func() {
		read(t, s, func(r central.Reader) error {
			refs, err := r.FeedAfter("main", "s1", cursor, 7)
			for _, ref := range refs {
				if ref.FS <= cursor {
					t.Errorf("row %d after cursor %d", ref.FS, cursor)
				}
				seen[ref.ID], cursor = true, ref.FS
			}
			return err
		})
	}
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true
		default:
		}
		pull()
	}
	for last := int64(-1); last != cursor; {
		last = cursor
		pull()
	}
	same(t, "rows seen", len(seen), writers*rows)
}

func feedLatest(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, e := range []struct {
			station order.StationID
			id      string
		}{{"", "a"}, {"s1", "w"}, {"s2", "x"}, {"", "b"}, {"", "a"}} {
			if err := tx.Emit("main", e.station, "work", e.id); err != nil {
				return err
			}
		}
		if err := tx.Emit("other", "", "work", "z"); err != nil {
			return err
		}
		if err := tx.Emit("main", "s1", "work", "gone"); err != nil {
			return err
		}
		return tx.Withdraw("main", "s1", "work", "gone")
	})
	read(t, s, func(r central.Reader) error {
		refs, err := r.FeedAfter("main", "s1", 0, 100)
		if err != nil {
			return err
		}
		var got []string
		for _, ref := range refs {
			got = append(got, fmt.Sprint(ref.FS, ref.ID))
		}
		same(t, "rows", got, []string{"2w", "4b", "5a"})
		head, counter, err := r.FeedHead("main", "s1")
		same(t, "head and counter", []int64{head, counter}, []int64{5, 6})
		return err
	})
}

func anOrder(n int) *central.Order {
	return &central.Order{ID: order.OrderID(fmt.Sprintf("O%07d", n)), Channel: "c", External: fmt.Sprint(n), State: "paid",
		ReceivedAt: noon, Receiver: []byte{1, 2, 3}, Lines: []central.LineIn{{SKU: "A", Qty: 1}}}
}

func orderKey(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(anOrder(1)) })
	twin := anOrder(2)
	twin.External = "1"
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.PutOrder(twin) }); err == nil {
		t.Error("two orders have one key")
	}
	changed := anOrder(1)
	changed.State, changed.Receiver = "picked", []byte{9}
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(changed) })
	write(t, s, func(tx central.Tx) error {
		o, err := tx.LockOrderKey("c", "1")
		same(t, "by key", o, changed)
		if err != nil {
			return err
		}
		o, err = tx.LockOrder("O0000001")
		same(t, "by id", o, changed)
		return err
	})
}

func orderPages(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for i := range 10 {
			o := anOrder(i)
			if i%3 == 0 {
				o.State = "picked"
			}
			if err := tx.PutOrder(o); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r central.Reader) error {
		var got []order.OrderID
		f := central.OrderFilter{State: "picked", Channel: "c", Limit: 3}
		for {
			page, err := r.Orders(f)
			if err != nil || len(page) == 0 {
				same(t, "orders", got, []order.OrderID{"O0000000", "O0000003", "O0000006", "O0000009"})
				return err
			}
			for _, o := range page {
				got = append(got, o.ID)
				f.After = o.ID
			}
		}
	})
}

func aShipment(id string, of order.OrderID) *central.Shipment {
	s := &central.Shipment{Order: of, Stage: order.StageAwaitingPick, Age: noon}
	s.ID, s.Warehouse, s.State = order.ShipmentID(id), "main", "awaiting_pick"
	s.Lines = []order.Line{{No: 1, SKU: "A", Qty: 2}}
	return s
}

func available(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutOrder(anOrder(1)); err != nil {
			return err
		}
		for id, change := range map[string]func(*central.Shipment){
			"plain":     func(*central.Shipment) {},
			"older":     func(x *central.Shipment) { x.Age = noon.Add(-time.Hour) },
			"promised":  func(x *central.Shipment) { x.Promise = noon.Add(5 * time.Hour) },
			"sooner":    func(x *central.Shipment) { x.Promise = noon.Add(2 * time.Hour) },
			"first":     func(x *central.Shipment) { x.Priority = 9 },
			"expired":   func(x *central.Shipment) { x.LeaseStation, x.LeaseUntil = "s1", noon.Add(-time.Hour); x.Priority = -1 },
			"leased":    func(x *central.Shipment) { x.LeaseStation, x.LeaseUntil = "s1", noon.Add(time.Hour) },
			"cancelled": func(x *central.Shipment) { x.Cancelled = true },
			"held":      func(x *central.Shipment) { x.Holds = []order.Hold{{Code: order.ToVerify, Stops: true}} },
			"picked":    func(x *central.Shipment) { x.Stage = order.StagePicked },
			"started":   func(x *central.Shipment) { x.Lines[0].Picked = 1 },
			"elsewhere": func(x *central.Shipment) { x.Warehouse = "other" },
		} {
			x := aShipment(id, "O0000001")
			change(x)
			if err := tx.PutShipment(x); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r central.Reader) error {
		all, err := r.Available("main", noon, 100)
		var got []string
		for _, x := range all {
			got = append(got, string(x.ID))
		}
		same(t, "available", got, []string{"first", "sooner", "promised", "older", "plain", "expired"})
		if err != nil {
			return err
		}
		leased, err := r.LeasedTo("s1")
		same(t, "leased", len(leased), 2)
		if err != nil {
			return err
		}
		of, err := r.ShipmentsOf("O0000001")
		same(t, "of the order", len(of), 12)
		return err
	})
}

func numbers(t *testing.T, s central.Store) {
	n := central.Number{Number: "SF1", Carrier: "SF", State: central.NumberIssued, Shipment: "S1", Parcel: 1, At: noon}
	write(t, s, func(tx central.Tx) error { return tx.AddNumber(n) })
	err := s.Write(t.Context(), func(tx central.Tx) error { return tx.AddNumber(n) })
	same(t, "again", code(err), "not_unique")
	write(t, s, func(tx central.Tx) error { return tx.SetNumber("SF1", central.NumberVoid) })
	n.State = central.NumberVoid
	read(t, s, func(r central.Reader) error {
		got, err := r.Number("SF1")
		same(t, "number", got, &n)
		return err
	})
}

func exceptionOnce(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for i, want := range []bool{true, false} {
			got, err := tx.AddException(central.Exception{Key: "k", Code: "c", Order: "O1", At: noon})
			if err != nil || got != want {
				return fmt.Errorf("exception %d: new %v, %w", i, got, err)
			}
		}
		_, err := tx.AddException(central.Exception{Key: "k2", Code: "c", At: noon})
		return err
	})
	write(t, s, func(tx central.Tx) error { return tx.CloseException(1, "me", noon) })
	read(t, s, func(r central.Reader) error {
		open, err := r.Exceptions(central.ExceptionFilter{})
		same(t, "open", open, []central.Exception{{ID: 2, Code: "c", At: noon}})
		if err != nil {
			return err
		}
		all, err := r.Exceptions(central.ExceptionFilter{Closed: true, Order: "O1"})
		same(t, "closed ones of the order", all, []central.Exception{{ID: 1, Code: "c", Order: "O1", At: noon, ClosedAt: noon, ClosedBy: "me"}})
		return err
	})
	err := s.Write(t.Context(), func(tx central.Tx) error { return tx.CloseException(9, "me", noon) })
	same(t, "closing nothing", code(err), "not_found")
}

func enrolCode(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, h := range []string{"a", "b"} {
			if err := tx.AddEnrolCode(central.EnrolCode{Hash: h, Station: "s1", Warehouse: "main", Until: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	take := func(hash string, at time.Time) (got *central.EnrolCode) {
		write(t, s, func(tx central.Tx) (err error) {
			got, err = tx.TakeEnrolCode(hash, at)
			return err
		})
		return got
	}
	if take("a", noon.Add(time.Second)) != nil || take("c", noon) != nil {
		t.Error("a late or unknown code works")
	}
	first := take("a", noon.Add(-time.Second))
	if first == nil || first.Station != "s1" || first.Warehouse != "main" {
		t.Errorf("code: %+v", first)
	}
	if take("a", noon.Add(-time.Second)) != nil {
		t.Error("a code works twice")
	}
}

func timeline(t *testing.T, s central.Store) {
	want := []central.TimelineRow{
		{Subject: "O1", N: 1, Kind: "state", State: "paid", At: noon, ReceivedAt: noon, By: "op1", ByName: "张三", Source: "scanned"},
		{Subject: "O1", N: 2, Kind: "hold", Shipment: "S1", At: noon.Add(-time.Hour), ReceivedAt: noon, Station: "s1", Source: "system", Note: "n"},
	}
	write(t, s, func(tx central.Tx) error {
		if _, err := tx.PutOperator("main", &order.Operator{ID: "op1", Name: "张三"}); err != nil {
			return err
		}
		for _, row := range want {
			if err := tx.AddTimeline(row); err != nil {
				return err
			}
		}
		return tx.AddTimeline(central.TimelineRow{Subject: "O2", Kind: "state", At: noon, ReceivedAt: noon})
	})
	read(t, s, func(r central.Reader) error {
		got, err := r.Timeline("O1")
		same(t, "timeline", got, want)
		return err
	})
}

func logs(t *testing.T, s central.Store) {
	a := &central.Log{ID: "a", Station: "s1", HWM: 5, Hash: order.Hash{1}, LastAt: noon}
	b := &central.Log{ID: "b", Station: "s1"}
	c := &central.Log{ID: "c", Station: "s2"}
	write(t, s, func(tx central.Tx) error { return errors.Join(tx.PutLog(a), tx.PutLog(b), tx.PutLog(c)) })
	a.Closed, a.Stable, a.HWM = true, 3, 1<<40
	write(t, s, func(tx central.Tx) error { return tx.PutLog(a) })
	write(t, s, func(tx central.Tx) error {
		got, err := tx.LockLog("a")
		same(t, "log", got, a)
		return err
	})
	read(t, s, func(r central.Reader) error {
		newest, err := r.NewestLog("s1")
		same(t, "newest", newest, b)
		return err
	})
	same(t, "epochs", []int64{a.Epoch, b.Epoch, c.Epoch}, []int64{1, 2, 1})
	if a.No == b.No || a.No == 0 {
		t.Errorf("numbers %d %d", a.No, b.No)
	}
}

func events(t *testing.T, s central.Store) {
	var rows []central.EventRow
	for i := range uint64(10) {
		rows = append(rows, central.EventRow{LogNo: 1, Seq: i + 1, Hash: order.Hash{byte(i)}, Type: "picked", At: noon, ReceivedAt: noon, Body: []byte("{}")})
	}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(rows) })
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.AddEvents(rows[4:5]) }); err == nil {
		t.Error("an event was stored twice")
	}
	read(t, s, func(r central.Reader) error {
		got, err := r.Hashes(1, 3, 4)
		same(t, "hashes", got, map[uint64]order.Hash{3: {2}, 4: {3}})
		return err
	})
}

func facts(t *testing.T, s central.Store) {
	l := &central.Log{ID: "a", Station: "s1"}
	own := order.FactID{Log: "a", Seq: 1, Hash: order.Hash{7}}
	again := order.FactID{Log: "z", Seq: 9, Hash: order.Hash{8}}
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutLog(l); err != nil {
			return err
		}
		if err := tx.AddEvents([]central.EventRow{{LogNo: l.No, Seq: 1, Hash: own.Hash, Body: []byte("x")}}); err != nil {
			return err
		}
		for _, want := range []bool{true, false} {
			if got, err := tx.AddFact(again); err != nil || got != want {
				return fmt.Errorf("new %v, %w", got, err)
			}
		}
		other := own
		other.Hash = order.Hash{6}
		for f, want := range map[order.FactID]bool{own: true, again: true, other: false} {
			if got, err := tx.HasFact(f); err != nil || got != want {
				return fmt.Errorf("fact %v known %v, %w", f, got, err)
			}
		}
		got, err := tx.Reissued("z", 1, 20)
		same(t, "re-issued", got, map[uint64]order.Hash{9: {8}})
		return err
	})
}

func reference(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, want := range []bool{true, false} {
			a, err1 := tx.PutProduct("main", &order.Product{SKU: "A"})
			b, err2 := tx.PutLocation("main", &order.Location{ID: "L"})
			c, err3 := tx.PutOperator("main", &order.Operator{ID: "o"})
			if err := errors.Join(err1, err2, err3); err != nil || a != want || b != want || c != want {
				return fmt.Errorf("changed %v %v %v, want %v: %w", a, b, c, want, err)
			}
		}
		is, err := tx.PutProduct("main", &order.Product{SKU: "A", WeightG: 5})
		same(t, "another weight", is, true)
		if err != nil {
			return err
		}
		p, err := tx.Product("main", "A")
		same(t, "product", p, &order.Product{SKU: "A", WeightG: 5})
		if err != nil {
			return err
		}
		elsewhere, err := tx.Product("other", "A")
		same(t, "of another warehouse", elsewhere == nil, true)
		if err != nil {
			return err
		}
		f := order.StandardFlow()
		if err := tx.PutFlow(f); err != nil {
			return err
		}
		got, err := tx.Flow("standard", 1)
		same(t, "flow", got, f)
		if err := tx.PutFlow(f); err == nil {
			t.Error("a flow's version was stored twice")
		}
		return err
	})
}

func roundTrip(t *testing.T, s central.Store) {
	st := &central.Station{ID: "s1", Warehouse: "main", BoxKey: []byte{1}, CertSerial: "aa", NotAfter: noon, EnrolledAt: noon, SeenAt: noon}
	k := central.Key{ID: "K1", Hash: "h", Name: "n", Scopes: []string{"a"}, Channel: "c", CreatedAt: noon}
	w := &central.Warehouse{ID: "main", Policy: order.DefaultPolicy(), SetAt: noon, BadgeKey: []byte{5}}
	in := &central.Instruction{Station: "s1", Instruction: order.Instruction{ID: "i", Kind: order.InstructStop, Shipment: "S1", At: noon}}
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.PutStation(st), tx.PutKey(k), tx.PutWarehouse(w), tx.PutInstruction(in))
	})
	k.RevokedAt = noon
	write(t, s, func(tx central.Tx) error { return tx.PutKey(k) })
	read(t, s, func(r central.Reader) error {
		st2, err1 := r.Station("s1")
		k2, err2 := r.KeyByHash("h")
		w2, err3 := r.Warehouse("main")
		all, err4 := r.Warehouses()
		in2, err5 := r.InstructionsOf("S1")
		same(t, "station", st2, st)
		same(t, "key", k2, &k)
		same(t, "warehouse", w2, w)
		same(t, "warehouses", all, []*central.Warehouse{w})
		same(t, "instructions", in2, []*central.Instruction{in})
		return errors.Join(err1, err2, err3, err4, err5)
	})
}

func returns(t *testing.T, s central.Store) {
	ret := &central.Return{ID: "R1", Channel: "c", External: "e", State: "x", CreatedAt: noon, ReceivedAt: noon}
	e := central.TrackingEvent{Waybill: "w", Event: "deliver", At: noon, ReceivedAt: noon, Outcome: "waiting"}
	earlier := central.TrackingEvent{Waybill: "w", Event: "collect", At: noon.Add(-time.Hour), ReceivedAt: noon, Outcome: "waiting"}
	write(t, s, func(tx central.Tx) error {
		for _, want := range []bool{true, false} {
			if is, err := tx.PutTracking(e); err != nil || is != want {
				return fmt.Errorf("new %v, %w", is, err)
			}
		}
		_, err := tx.PutTracking(earlier)
		e.Outcome = "applied"
		return errors.Join(err, tx.SetTracking(e), tx.PutReturn(ret))
	})
	read(t, s, func(r central.Reader) error {
		got, err1 := r.Tracking("w")
		byKey, err2 := r.ReturnByKey("c", "e")
		byID, err3 := r.Return("R1")
		same(t, "tracking by its times", got, []central.TrackingEvent{earlier, e})
		same(t, "return", []*central.Return{byKey, byID}, []*central.Return{ret, ret})
		return errors.Join(err1, err2, err3)
	})
}

func changed(t *testing.T, s central.Store) {
	ch := s.Changed()
	select {
	case <-ch:
		t.Fatal("woken by nothing")
	default:
	}
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "1") })
	<-ch
}

func backup(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.SetMeta("a", "1"), tx.PutLog(&central.Log{ID: "l", Station: "s1", HWM: 7}))
	})
	path := filepath.Join(t.TempDir(), "copy")
	marks, err := s.Backup(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "marks", marks, map[order.LogID]uint64{"l": 7})
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("copy: %v, %v", info, err)
	}
	if _, err := s.Backup(t.Context(), path); code(err) != "backup" {
		t.Errorf("a second copy to the same name: %v", err)
	}
}

func absent(t *testing.T, s central.Store) {
	read(t, s, func(r central.Reader) error {
		a, e1 := r.Order("x")
		b, e2 := r.OrderByKey("x", "y")
		c, e3 := r.Shipment("x")
		d, e4 := r.Number("x")
		e, e5 := r.Station("x")
		f, e6 := r.KeyByHash("x")
		g, e7 := r.Log("x")
		h, e8 := r.NewestLog("x")
		i, e9 := r.Flow("x", 1)
		j, e10 := r.Return("x")
		k, e11 := r.Warehouse("x")
		if a != nil || b != nil || c != nil || d != nil || e != nil || f != nil || g != nil || h != nil || i != nil || j != nil || k != nil {
			t.Error("something is there")
		}
		name, e12 := r.OperatorName("x")
		same(t, "name", name, "")
		return errors.Join(e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12)
	})
}

func runes(t *testing.T, s central.Store) {
	o := anOrder(1)
	o.External = "𠮷 'x\" \\ %_ ; --"
	o.Receiver = make([]byte, 1<<16)
	for range 2000 {
		o.Lines = append(o.Lines, central.LineIn{SKU: "鮮", Name: order.Names{ZH: "芒果🥭"}, Qty: 1})
	}
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(o) })
	read(t, s, func(r central.Reader) error {
		got, err := r.OrderByKey("c", o.External)
		same(t, "order", got, o)
		return err
	})
}
