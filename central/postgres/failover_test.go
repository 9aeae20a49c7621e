package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// asksAgain says whether an error tells to send it again.
func asksAgain(err error) bool {
	var known *order.Error
	return errors.As(err, &known) && known.Code == "store_write" && known.Hint != ""
}

// traffic is a shop and benches that go on through every fault: what fails is sent
// again until it is confirmed.
type traffic struct {
	t       *testing.T
	centres []*centraltest.Centre
	mu      sync.Mutex // guards below
	orders  map[string]order.OrderID
	faults  int
}

// insist runs a call until it succeeds; every failure on the way must ask for that.
func (x *traffic) insist(call func() error) {
	for x.t.Context().Err() == nil {
		err := call()
		if err == nil {
			return
		}
		x.mu.Lock()
		x.faults++
		x.mu.Unlock()
		if !asksAgain(err) {
			x.t.Errorf("a fault of the database became: %v", err)
			return
		}
	}
}

// shop sends orders one by one.
func (x *traffic) shop(n, orders int) {
	for i := range orders {
		in := centraltest.Order(fmt.Sprintf("%d-%d", n, i))
		x.insist(func() error {
			res, err := x.centres[(n+i)%len(x.centres)].Intake(x.t.Context(), centraltest.By(), []central.OrderIn{in})
			if err == nil {
				x.mu.Lock()
				x.orders[in.External] = res[0].ID
				x.mu.Unlock()
			}
			return err
		})
	}
}

// bench pushes a log in small pushes.
func (x *traffic) bench(b *centraltest.Bench) {
	for at := uint64(0); at < uint64(len(b.Events)); {
		h, bodies := b.Message(at, min(at+7, uint64(len(b.Events))))
		x.insist(func() error {
			reply, err := x.centres[int(at)%len(x.centres)].Push(x.t.Context(), b.ID, h, bodies)
			if err == nil && reply.Code != wire.CodeOK {
				x.t.Errorf("push at %d: %s %s", at, reply.Code, reply.Message)
			}
			return err
		})
		at = min(at+7, uint64(len(b.Events)))
	}
}

// run lets traffic pass while harm is done, and checks that nothing is lost, doubled or
// half done.
func (x *traffic) run(harm func(done <-chan struct{})) {
	t := x.t
	x.orders = map[string]order.OrderID{}
	in := centraltest.Order("big")
	in.Lines[0].Qty = 1000
	big := x.centres[0].Put(t, in)
	sh := x.centres[0].View(t, big).Shipments[0]
	var benches []*centraltest.Bench
	var wait sync.WaitGroup
	for n := range 3 {
		b := x.centres[0].NewBench(t, order.StationID(fmt.Sprint("bench-", n)))
		for i := range 300 {
			e := order.Event{Type: order.EventNoted}
			if n == 0 {
				e = order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Verdict: order.OK}
			}
			e.No = i
			b.Add(e)
		}
		benches = append(benches, b)
		wait.Go(func() { x.bench(b) })
		wait.Go(func() { x.shop(n, 40) })
	}
	done, harmed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(harmed)
		harm(done)
	}()
	wait.Wait()
	close(done)
	<-harmed
	if x.faults == 0 {
		t.Log("nothing failed on the way")
	}
	x.check(benches, big)
}

func (x *traffic) check(benches []*centraltest.Bench, big order.OrderID) {
	t, c := x.t, x.centres[0]
	for _, b := range benches {
		if reply := c.PushAll(t, b); reply.Code != wire.CodeOK || reply.HWM != 300 || len(reply.Results) != 300 {
			t.Errorf("%s in the end: %s, mark %d", b.ID, reply.Code, reply.HWM)
		}
	}
	if got := c.View(t, big).Shipments[0].Lines[0].Picked; got != 300 {
		t.Errorf("%d units picked of 300", got)
	}
	numbers := map[string]bool{}
	for external, id := range x.orders {
		v := c.View(t, id)
		if v.External != external || len(v.Shipments) != 1 || numbers[v.Shipments[0].Parcels[0].Waybill.Number] {
			t.Errorf("order %s: %s with %d shipments", external, v.External, len(v.Shipments))
			continue
		}
		numbers[v.Shipments[0].Parcels[0].Waybill.Number] = true
	}
	counts, err := c.Counts(t.Context())
	if err != nil || counts["orders"] != 121 || counts["shipments"] != 121 || counts["exceptions"] != 0 {
		t.Errorf("counts %v, %v", counts, err)
	}
}

// TestAServerThatIsKilledAgainAndAgainLosesNothing kills PostgreSQL, as a power cut
// does, while two centres are at work.
func TestAServerThatIsKilledAgainAndAgainLosesNothing(t *testing.T) {
	server := pgtest.Own(t)
	at, err := server.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, clock := filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	x := &traffic{t: t}
	for range 2 {
		x.centres = append(x.centres, centraltest.Over(t, open(t, at), keys, clock))
	}
	x.run(func(<-chan struct{}) {
		for range 3 {
			if err := errors.Join(server.Kill(), server.Restart()); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestConnectionsThatAreCutAllTheTimeHalveNothing ends whatever connection there is,
// in the middle of transactions too.
func TestConnectionsThatAreCutAllTheTimeHalveNothing(t *testing.T) {
	at := pgtest.Database(t)
	keys, clock := filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	x := &traffic{t: t}
	for range 2 {
		x.centres = append(x.centres, centraltest.Over(t, open(t, at), keys, clock))
	}
	x.run(func(done <-chan struct{}) {
		for n := 0; n < 15; n++ {
			select {
			case <-done:
				return
			default:
			}
			run(t, at, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'pickcentral'`)
		}
	})
}

// TestWhatLosesAgainstOthersRunsAgainWhole lets the database refuse every 17th change
// of a shipment and every 23rd of an order as a conflict, in the middle of batches: a
// transaction of two changes loses ten times in a row less than once in ten million times.
func TestWhatLosesAgainstOthersRunsAgainWhole(t *testing.T) {
	at := pgtest.Database(t)
	c := centraltest.Over(t, open(t, at), filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	for table, every := range map[string]int{"shipments": 17, "orders": 23} {
		run(t, at, fmt.Sprintf(`CREATE SEQUENCE hits_%[1]s;
			CREATE FUNCTION lose_%[1]s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				IF nextval('hits_%[1]s') %% %[2]d = 0 THEN RAISE EXCEPTION 'another one was first' USING ERRCODE = '40001'; END IF;
				RETURN NEW;
			END $$;
			CREATE TRIGGER lose BEFORE INSERT OR UPDATE ON %[1]s FOR EACH ROW EXECUTE FUNCTION lose_%[1]s()`, table, every))
	}
	x := &traffic{t: t, centres: []*centraltest.Centre{c}}
	x.run(func(<-chan struct{}) {})
	if x.faults > 0 {
		t.Errorf("%d calls were told of conflicts", x.faults)
	}
}

// TestADatabaseThatMayOnlyBeReadIsNotReady starts the server as a standby behaves.
func TestADatabaseThatMayOnlyBeReadIsNotReady(t *testing.T) {
	server := pgtest.Own(t)
	at, err := server.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := centraltest.Over(t, open(t, at), filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	id := c.Put(t, centraltest.Order("1"))
	if err := c.Ready(t.Context()); err != nil {
		t.Errorf("before: %v", err)
	}
	if err := errors.Join(server.Kill(), server.Restart("default_transaction_read_only=on")); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(t.Context()); !asksAgain(err) {
		t.Errorf("read-only: %v", err)
	}
	if _, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{centraltest.Order("2")}); !asksAgain(err) {
		t.Errorf("an order: %v", err)
	}
	if got, err := c.Get(t.Context(), centraltest.By(), id); err != nil || got.External != "1" {
		t.Errorf("reading: %v, %v", got, err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(t.Context()); !asksAgain(err) {
		t.Errorf("without a server: %v", err)
	}
	if _, err := c.Get(t.Context(), centraltest.By(), id); !asksAgain(err) {
		t.Errorf("reading without a server: %v", err)
	}
	if err := server.Restart("default_transaction_read_only=off"); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("in the end: %v", err)
	}
}

// TestCallersThatShareACommitDoNotWaitForEachOthersLocks lets two callers of one
// store hold two orders that two callers of another one want the other way round, with
// their transactions merged: nobody is told of a deadlock, and nobody waits for long.
func TestCallersThatShareACommitDoNotWaitForEachOthersLocks(t *testing.T) {
	all := centres(t, 2)
	var ids []order.OrderID
	for i := range 8 {
		ids = append(ids, all[0].Put(t, centraltest.Order(fmt.Sprint(i))))
	}
	var wait sync.WaitGroup
	for n := range 160 {
		wait.Go(func() {
			err := all[n%2].Store.Write(t.Context(), func(tx central.Tx) error {
				o, err := tx.LockOrder(ids[n*5%8])
				if err != nil {
					return err
				}
				o.Priority++
				return tx.PutOrder(o)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	sum := 0
	for _, id := range ids {
		sum += all[0].View(t, id).Priority
	}
	if sum != 160 {
		t.Errorf("%d of 160 changes", sum)
	}
}
