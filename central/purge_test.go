package central_test

import (
	"errors"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

const day = 24 * time.Hour

func hasReceiver(t *testing.T, c *centraltest.Centre, id order.OrderID) bool {
	t.Helper()
	has := false
	err := c.Store.Read(t.Context(), func(r central.Reader) error {
		o, err := r.Order(id)
		has = len(o.Receiver) > 0
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return has
}

// shipped takes an order in and has it handed over.
func shipped(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, external string) order.OrderID {
	t.Helper()
	id := c.Put(t, centraltest.Order(external))
	sh := c.View(t, id).Shipments[0]
	base := uint64(len(b.Events))
	b.Ship(&sh.Shipment)
	c.PushRange(t, b, base, uint64(len(b.Events)))
	if v := c.View(t, id); v.Stage != order.StageDispatched {
		t.Fatalf("order %s stands at %s", external, v.Stage)
	}
	return id
}

func purged(t *testing.T, c *centraltest.Centre, want int) {
	t.Helper()
	if n, err := c.Purge(t.Context()); n != want || err != nil {
		t.Errorf("%d receivers deleted, want %d: %v", n, want, err)
	}
}

func TestReceiversAreDeletedWhenAnOrderIsOverForLongEnough(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	open := c.Put(t, centraltest.Order("open"))
	c.Clock.Advance(20 * day) // an old order, handed over now
	gone := shipped(t, c, b, "gone")
	cancelled := c.Put(t, centraltest.Order("cancelled"))
	if _, err := c.Cancel(t.Context(), centraltest.By(), cancelled, "no"); err != nil {
		t.Fatal(err)
	}
	c.Clock.Advance(29 * day)
	purged(t, c, 0)
	c.Clock.Advance(2 * day)
	purged(t, c, 2)
	purged(t, c, 0)
	if !hasReceiver(t, c, open) || hasReceiver(t, c, gone) || hasReceiver(t, c, cancelled) {
		t.Error("the wrong receivers were deleted")
	}
	// What is over stays what it was, and tells so.
	res, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{centraltest.Order("gone")})
	if err != nil || res[0].Outcome != central.OutcomeUnchanged {
		t.Errorf("the same order again: %+v, %v", res, err)
	}
	other := centraltest.Order("gone")
	other.Receiver.Phone = "13900000000"
	res, err = c.Intake(t.Context(), centraltest.By(), []central.OrderIn{other})
	if err != nil || res[0].Code != "receiver_deleted" || res[0].Hint == "" {
		t.Errorf("another receiver for it: %+v, %v", res, err)
	}
	rows, err := c.Timeline(t.Context(), centraltest.By(), gone)
	if err != nil || rows[len(rows)-1].Note != "receiver deleted" {
		t.Errorf("timeline %+v, %v", rows, err)
	}
}

func TestAWarehouseSaysHowLongReceiversAreKept(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	p, err := c.Policy(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	p.PurgeDays = 5
	if err := c.SetPolicy(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	id := shipped(t, c, b, "1")
	c.Clock.Advance(6 * day)
	purged(t, c, 1)
	_, err = c.ChangeAddress(t.Context(), centraltest.By(), id, centraltest.Order("1").Receiver)
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "receiver_deleted" {
		t.Errorf("another address: %v", err)
	}
}
