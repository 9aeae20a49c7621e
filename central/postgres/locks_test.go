package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
)

// step reads a thing as a transaction that is about to change it does, and returns
// what tells how often it was changed; change makes one more.
type step func(tx central.Tx) (seen int, change func() error, err error)

func onOrder(get func(tx central.Tx) (*central.Order, error)) step {
	return func(tx central.Tx) (int, func() error, error) {
		o, err := get(tx)
		if err != nil {
			return 0, nil, err
		}
		if o == nil {
			n, err := tx.Take("order", 1)
			if err != nil {
				return 0, nil, err
			}
			o = &central.Order{ID: order.OrderID(fmt.Sprint("O9-", n)), Channel: "c", External: "new", State: "paid"}
		}
		seen := o.Priority
		return seen, func() error { o.Priority++; return tx.PutOrder(o) }, nil
	}
}

func onShipment(tx central.Tx, id order.ShipmentID) (int, func() error, error) {
	sh, err := tx.LockShipment(id)
	if err != nil {
		return 0, nil, err
	}
	return sh.Priority, func() error { sh.Priority++; return tx.PutShipment(sh) }, nil
}

func onLog(id order.LogID) step {
	return func(tx central.Tx) (int, func() error, error) {
		l, err := tx.LockLog(id)
		if err != nil {
			return 0, nil, err
		}
		if l == nil {
			l = &central.Log{ID: id, Station: "s1"}
		}
		return int(l.HWM), func() error { l.HWM++; return tx.PutLog(l) }, nil
	}
}

func onReturn(get func(tx central.Tx) (*central.Return, error)) step {
	return func(tx central.Tx) (int, func() error, error) {
		r, err := get(tx)
		if err != nil {
			return 0, nil, err
		}
		if r == nil {
			n, err := tx.Take("return", 1)
			if err != nil {
				return 0, nil, err
			}
			r = &central.Return{ID: fmt.Sprint("R9-", n), Channel: "c", External: "new"}
		}
		return len(r.Reason), func() error { r.Reason += "x"; return tx.PutReturn(r) }, nil
	}
}

func onStation(tx central.Tx) (int, func() error, error) {
	st, err := tx.Station("s1")
	if err != nil {
		return 0, nil, err
	}
	return len(st.App), func() error { st.App += "x"; return tx.PutStation(st) }, nil
}

func onWarehouse(tx central.Tx) (int, func() error, error) {
	w, err := tx.Warehouse("new")
	if err != nil {
		return 0, nil, err
	}
	if w != nil {
		return 1, func() error { return nil }, nil
	}
	return 0, func() error { return tx.PutWarehouse(&central.Warehouse{ID: "new", BadgeKey: []byte{1}}) }, nil
}

func onInstruction(tx central.Tx) (int, func() error, error) {
	in, err := tx.Instruction("i")
	if err != nil {
		return 0, nil, err
	}
	return len(in.Ref), func() error { in.Ref += "x"; return tx.PutInstruction(in) }, nil
}

func onMeta(tx central.Tx) (int, func() error, error) {
	v, err := tx.Meta("vault2")
	return len(v), func() error { return tx.SetMeta("vault2", v+"x") }, err
}

// TestWhoReadsToChangeWaitsForWhoHolds lets one centre read a thing and another one
// read the same (or its whole) before the first has changed it. One of them must see
// the other's change: the second, which waits, or, where there was nothing to wait
// for, the first, which runs again.
func TestWhoReadsToChangeWaitsForWhoHolds(t *testing.T) {
	at, keys := pgtest.Database(t), t.TempDir()+"/c"
	a := centraltest.Over(t, open(t, at), keys, centraltest.NewClock())
	b := centraltest.Over(t, open(t, at), keys, centraltest.NewClock())
	id := a.Put(t, centraltest.Order("1"))
	sh := a.View(t, id).Shipments[0].ID
	err := a.Store.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.PutStation(&central.Station{ID: "s1", Warehouse: "main"}); err != nil {
			return err
		}
		if err := tx.PutReturn(&central.Return{ID: "R1", Channel: "c", External: "old"}); err != nil {
			return err
		}
		if err := tx.PutLog(&central.Log{ID: "old", Station: "s1"}); err != nil {
			return err
		}
		in := &central.Instruction{Station: "s1"}
		in.ID = "i"
		return tx.PutInstruction(in)
	})
	if err != nil {
		t.Fatal(err)
	}
	shipment := func(tx central.Tx) (int, func() error, error) { return onShipment(tx, sh) }
	byID := onOrder(func(tx central.Tx) (*central.Order, error) { return tx.LockOrder(id) })
	whole := func(tx central.Tx) (int, func() error, error) { // the order at first, its shipment when it changes
		if _, err := tx.LockOrder(id); err != nil {
			return 0, nil, err
		}
		plain, err := tx.Shipment(sh)
		if err != nil {
			return 0, nil, err
		}
		return plain.Priority, func() error {
			_, change, err := shipment(tx)
			if err != nil {
				return err
			}
			return change()
		}, nil
	}
	for name, pair := range map[string][2]step{
		"an order":                     {byID, byID},
		"an order and its key":         {byID, onOrder(func(tx central.Tx) (*central.Order, error) { return tx.LockOrderKey("shop", "1") })},
		"a key without an order":       twice(onOrder(func(tx central.Tx) (*central.Order, error) { return tx.LockOrderKey("c", "new") })),
		"a shipment":                   {shipment, shipment},
		"a shipment through its order": {whole, shipment},
		"a log":                        twice(onLog("old")),
		"a log that is new":            twice(onLog("new")),
		"a return":                     twice(onReturn(func(tx central.Tx) (*central.Return, error) { return tx.Return("R1") })),
		"a return by its key":          twice(onReturn(func(tx central.Tx) (*central.Return, error) { return tx.ReturnByKey("c", "old") })),
		"a key without a return":       twice(onReturn(func(tx central.Tx) (*central.Return, error) { return tx.ReturnByKey("c", "new") })),
		"a station":                    twice(onStation),
		"a warehouse that is new":      twice(onWarehouse),
		"an instruction":               twice(onInstruction),
		"a setting":                    twice(onMeta),
	} {
		t.Run(name, func(t *testing.T) {
			runs, before, after := meet(t, at, a.Store, b.Store, pair)
			if fresh := nothingToLock[name]; runs != 1 && !fresh || runs > 2 || (after <= before) == (runs == 1) {
				t.Errorf("the first ran %d times and saw %d, the second saw %d", runs, before, after)
			}
		})
	}
}

var nothingToLock = map[string]bool{"a key without an order": true, "a log that is new": true, "a key without a return": true}

func twice(s step) [2]step { return [2]step{s, s} }

func meet(t *testing.T, at string, a, b central.Store, pair [2]step) (runs, before, after int) {
	held, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		<-held
		err := b.Write(t.Context(), func(tx central.Tx) error {
			seen, change, err := pair[1](tx)
			after = seen
			if err != nil {
				return err
			}
			return change()
		})
		if err != nil {
			t.Error(err)
		}
	}()
	err := a.Write(t.Context(), func(tx central.Tx) error {
		runs++
		seen, change, err := pair[0](tx)
		before = seen
		if err != nil {
			return err
		}
		if runs == 1 {
			close(held)
			waits(t, at, ended)
		}
		return change()
	})
	if err != nil {
		t.Error(err)
	}
	<-ended
	return runs, before, after
}

// waits returns when a connection of the database waits for a lock, or when what
// should have waited has ended.
func waits(t *testing.T, at string, ended <-chan struct{}) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close(ctx)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 0; n == 0 && err == nil; {
		err = c.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// TestWorkThatAnotherTransactionHoldsIsPassedOver asks for work while another centre
// holds the best.
func TestWorkThatAnotherTransactionHoldsIsPassedOver(t *testing.T) {
	at, keys := pgtest.Database(t), t.TempDir()+"/c"
	a := centraltest.Over(t, open(t, at), keys, centraltest.NewClock())
	b := open(t, at)
	a.Put(t, centraltest.Order("1"))
	a.Put(t, centraltest.Order("2"))
	take := func(tx central.Tx) (id order.ShipmentID, err error) {
		all, err := tx.Available(central.FreeFilter{Warehouse: "main", Expired: centraltest.Start, Limit: 1})
		for _, sh := range all {
			id = sh.ID
		}
		return id, err
	}
	err := a.Store.Write(t.Context(), func(tx central.Tx) error {
		first, err := take(tx)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return b.Write(ctx, func(tx central.Tx) error {
			second, err := take(tx)
			if first == "" || second == "" || first == second {
				t.Errorf("both were given %s, %s", first, second)
			}
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
}
