package postgres_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// centres opens several centres beside one database, each with a store of its own, as
// several processes have.
func centres(t *testing.T, n int) []*centraltest.Centre {
	t.Helper()
	url, keys, clock := pgtest.Database(t), filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	all := make([]*centraltest.Centre, n)
	for i := range all {
		all[i] = centraltest.Over(t, open(t, url), keys, clock)
	}
	return all
}

func TestTheSameOrderSentAtOnceToSeveralCentresIsTakenOnce(t *testing.T) {
	all := centres(t, 3)
	var wait sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	ids := map[order.OrderID]bool{}
	for i := range 400 {
		wait.Go(func() {
			res, err := all[i%len(all)].Intake(t.Context(), centraltest.By(), []central.OrderIn{centraltest.Order("1")})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			outcomes[res[0].Outcome]++
			ids[res[0].ID] = true
		})
	}
	wait.Wait()
	if outcomes[central.OutcomeNew] != 1 || outcomes[central.OutcomeUnchanged] != 399 || len(ids) != 1 {
		t.Errorf("outcomes %v, ids %v", outcomes, ids)
	}
	counts, err := all[0].Counts(t.Context())
	if err != nil || counts["orders"] != 1 || counts["shipments"] != 1 {
		t.Errorf("counts %v, %v", counts, err)
	}
}

func TestBatchesInAnotherOrderAtSeveralCentresMakeEachOrderOnce(t *testing.T) {
	all := centres(t, 3)
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			var batch []central.OrderIn // its own, for intake tidies what it gets
			for n := range 30 {
				batch = append(batch, centraltest.Order(fmt.Sprint(n)))
			}
			if i%2 == 1 {
				slices.Reverse(batch)
			}
			if _, err := all[i%len(all)].Intake(t.Context(), centraltest.By(), batch); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	counts, err := all[0].Counts(t.Context())
	if err != nil || counts["orders"] != 30 || counts["shipments"] != 30 {
		t.Errorf("counts %v, %v", counts, err)
	}
}

// TestALogPushedToSeveralCentresIsStoredOnce sends overlapping ranges of one log to
// several centres at once, from its first event on.
func TestALogPushedToSeveralCentresIsStoredOnce(t *testing.T) {
	all := centres(t, 3)
	in := centraltest.Order("1")
	in.Lines[0].Qty = 300
	id := all[0].Put(t, in)
	b := all[0].NewBench(t, "bench-1")
	all[0].Lease(t, b, 1)
	sh := all[0].View(t, id).Shipments[0]
	b.NewLog() // no centre has seen it
	for range 300 {
		b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Verdict: order.OK})
	}
	var wait sync.WaitGroup
	for i := range 24 {
		wait.Go(func() {
			for end := uint64(10 + i); ; end = min(end+25, 300) {
				h, bodies := b.Message(0, end)
				reply, err := all[i%len(all)].Push(t.Context(), b.ID, h, bodies)
				if err != nil || reply.Code != wire.CodeOK || reply.HWM < end || reply.HWMHash != b.Hash(reply.HWM) {
					t.Errorf("push to %d: %s, mark %d, %v", end, reply.Code, reply.HWM, err)
				}
				if err != nil || end == 300 {
					return
				}
			}
		})
	}
	wait.Wait()
	got := all[1].View(t, id).Shipments[0]
	if got.Lines[0].Picked != 300 {
		t.Errorf("picked %d of 300", got.Lines[0].Picked)
	}
	err := all[2].Store.Read(t.Context(), func(r central.Reader) error {
		log, err := r.Log(b.Log)
		if err != nil {
			return err
		}
		hashes, err := r.Hashes(log.No, 1, 1000)
		if log.HWM != 300 || len(hashes) != 300 {
			t.Errorf("mark %d, %d events", log.HWM, len(hashes))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBenchesThatAskSeveralCentresAtOnceGetDifferentWork(t *testing.T) {
	all := centres(t, 3)
	for i := range 40 {
		all[0].Put(t, centraltest.Order(fmt.Sprint(i)))
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	granted := 0
	for i := range 12 {
		b := all[0].NewBench(t, order.StationID(fmt.Sprint("bench-", i)))
		wait.Go(func() {
			reply, err := all[i%len(all)].Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Req: "hb", Log: b.Log, Want: 3})
			mu.Lock()
			defer mu.Unlock()
			granted += reply.Granted
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	counts, err := all[0].Counts(t.Context())
	if err != nil || granted != 36 || counts["leases"] != 36 {
		t.Errorf("granted %d, leases %d, %v", granted, counts["leases"], err)
	}
}

func TestAFeedThatSeveralCentresWriteHasNoGap(t *testing.T) {
	all := centres(t, 3)
	before := feed(t, all[0])
	var wait sync.WaitGroup
	for i := range 90 {
		wait.Go(func() {
			err := all[i%len(all)].Store.Write(t.Context(), func(tx central.Tx) error {
				return tx.Emit("main", "", "product", fmt.Sprint(i))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	refs := feed(t, all[1])[len(before):]
	for i, r := range refs {
		if want := before[len(before)-1].FS + int64(i) + 1; r.FS != want {
			t.Fatalf("number %d, want %d", r.FS, want)
		}
	}
	if len(refs) != 90 {
		t.Errorf("%d rows", len(refs))
	}
}

func feed(t *testing.T, c *centraltest.Centre) (refs []central.FeedRef) {
	t.Helper()
	err := c.Store.Read(t.Context(), func(r central.Reader) (err error) {
		refs, err = r.FeedAfter("main", "none", 0, 500)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return refs
}

// TestTransactionsThatWaitForEachOtherBothSucceed lets two centres lock two orders
// against the order of locks; the one that loses runs again.
func TestTransactionsThatWaitForEachOtherBothSucceed(t *testing.T) {
	all := centres(t, 2)
	ids := []order.OrderID{all[0].Put(t, centraltest.Order("1")), all[0].Put(t, centraltest.Order("2"))}
	var both sync.WaitGroup // until each has its first lock
	both.Add(2)
	var wait sync.WaitGroup
	runs := make([]int, 2)
	for i, c := range all {
		wait.Go(func() {
			err := c.Store.Write(t.Context(), func(tx central.Tx) error {
				runs[i]++
				for n := range ids {
					o, err := tx.LockOrder(ids[(i+n)%2])
					if err != nil {
						return err
					}
					if runs[i] == 1 && n == 0 {
						both.Done()
						both.Wait()
					}
					o.Priority++
					if err := tx.PutOrder(o); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, id := range ids {
		err := all[0].Store.Read(t.Context(), func(r central.Reader) error {
			o, err := r.Order(id)
			if err == nil && o.Priority != 2 {
				t.Errorf("order %s was changed %d times", id, o.Priority)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if runs[0]+runs[1] < 3 { // who lost may lose again, to a slow winner
		t.Errorf("runs %v: nobody lost", runs)
	}
}

func TestCentresThatStartAtOnceMakeOneCentre(t *testing.T) {
	url, keys := pgtest.Database(t), filepath.Join(t.TempDir(), "c")
	vault, err := central.OpenVault(keys, true)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			s, err := postgres.Open(t.Context(), url)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := central.New(t.Context(), s, vault, central.Config{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	other, err := central.OpenVault(keys+"2", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := central.New(t.Context(), open(t, url), other, central.Config{}); err == nil {
		t.Error("a centre started with the key of another one")
	}
	err = open(t, url).Read(context.Background(), func(r central.Reader) error {
		refs, err := r.FeedAfter("main", "none", 0, 100)
		kinds := map[string]int{}
		for _, ref := range refs {
			kinds[ref.Kind]++
		}
		if kinds["policy"] != 1 || refs[len(refs)-1].FS != int64(len(refs)) {
			t.Errorf("the warehouse was made several times: %v", refs)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
