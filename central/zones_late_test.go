package central_test

import (
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// lateZones is an order of two zones whose second bench is heard before the first one, as
// after a restore of the centre: the tote went on, and the centre does not know it yet.
type lateZones struct {
	*centraltest.Centre
	dry, cold *centraltest.Bench
	id        order.OrderID
	sh        *order.Shipment
}

func newLateZones(t *testing.T, c *centraltest.Centre, leased bool) *lateZones {
	t.Helper()
	z := &lateZones{Centre: c}
	z.dry, z.cold = zoned(t, c)
	z.id = c.Put(t, centraltest.Order("1"))
	if leased {
		equal(t, "granted", c.Lease(t, z.dry, 5).Granted, 1)
	}
	z.sh = shipment(t, c, z.id)
	z.dry.Add(order.Event{Type: order.EventOpened, Shipment: z.sh.ID})
	z.dry.Add(order.Event{Type: order.EventPicked, Shipment: z.sh.ID, Line: 1, Qty: 3})
	z.dry.Add(order.Event{Type: order.EventPassed, Shipment: z.sh.ID, Slot: "TOTE-7", Reason: "cold"})
	z.cold.Add(order.Event{Type: order.EventOpened, Shipment: z.sh.ID, By: "op2"})
	z.cold.Add(order.Event{Type: order.EventPicked, Shipment: z.sh.ID, Line: 2, Qty: 2, By: "op2"})
	return z
}

// together wants the order to be at the second bench, whole, with nothing to be told or put back.
func (z *lateZones) together(t *testing.T) {
	t.Helper()
	sh := shipment(t, z.Centre, z.id)
	if sh.Lines[0].Picked != 3 || sh.Lines[1].Picked != 2 || sh.Stopped() != nil {
		t.Errorf("picked %d and %d, holds %+v", sh.Lines[0].Picked, sh.Lines[1].Picked, sh.Holds)
	}
	z.open(t, 0)
	err := z.Store.Read(t.Context(), func(r central.Reader) error {
		all, err := r.InstructionsOf(z.sh.ID)
		for _, in := range all {
			if !in.Done {
				t.Errorf("%s is asked for %v", in.Station, in.Goods)
			}
		}
		full, err2 := r.Shipment(z.sh.ID)
		if err == nil && err2 == nil && full.LeaseStation != z.cold.ID {
			t.Errorf("it is at %q", full.LeaseStation)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// open wants so many exceptions to wait for a person.
func (z *lateZones) open(t *testing.T, n int) {
	t.Helper()
	if open, err := z.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) != n {
		t.Errorf("open: %+v %v", open, err)
	}
}

func TestAToteThatWentOnBeforeARestoreIsNoConflict(t *testing.T) {
	for name, leased := range map[string]bool{"the first bench had it in the backup": true, "nobody had it in the backup": false} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
				z := newLateZones(t, c, leased)
				c.PushAll(t, z.cold)
				for n := range uint64(3) {
					c.PushRange(t, z.dry, n, n+1)
				}
				z.together(t)
			})
		})
	}
}

func TestAToteThatWentOnAndLeftBeforeARestoreIsAskedOfNobody(t *testing.T) {
	c := centraltest.New(t)
	z := newLateZones(t, c, true)
	z.cold.Label(z.sh)
	z.cold.Dispatch(z.sh)
	c.PushAll(t, z.cold)
	c.PushAll(t, z.dry)
	err := z.Store.Read(t.Context(), func(r central.Reader) error {
		all, err := r.InstructionsOf(z.sh.ID)
		for _, in := range all {
			if !in.Done {
				t.Errorf("%s is asked for %v", in.Station, in.Goods)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if sh := shipment(t, c, z.id); sh.Lines[0].Picked != 3 || sh.Lines[1].Picked != 2 {
		t.Errorf("picked %d and %d", sh.Lines[0].Picked, sh.Lines[1].Picked)
	}
}

// A bench that the tote did not go to has no business with the order, whoever passes it on.
func TestABenchOfAnotherZoneStaysAConflict(t *testing.T) {
	c := centraltest.New(t)
	z := newLateZones(t, c, true)
	stranger := c.NewBench(t, "bench-3")
	stranger.Add(order.Event{Type: order.EventPicked, Shipment: z.sh.ID, Line: 2, Qty: 1})
	c.PushAll(t, stranger)
	c.PushAll(t, z.dry)
	z.open(t, 1)
	if sh := shipment(t, c, z.id); sh.Stopped() == nil {
		t.Error("the order goes on")
	}
}
