package central_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// used returns what a buyer has used of a quota.
func used(t *testing.T, c *centraltest.Centre, id order.OrderID) (used int64, state string) {
	t.Helper()
	if err := c.Store.Read(t.Context(), func(r central.Reader) error {
		u, err := r.QuotaUse(id)
		if err != nil || u == nil {
			return err
		}
		state = u.State
		used, err = r.QuotaUsed(u.Quota)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return used, state
}

func TestFiftyOrdersAtOnceTakeTheQuotaTenTimes(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	ids := make([]order.OrderID, 50)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			in := declared(fmt.Sprint(i), order.CustomsDutyFree)
			in.Lines = in.Lines[:1]
			in.Lines[0].Qty, in.Lines[0].Price.Minor = 1, 1_000_000 // ¥10,000 of ¥100,000
			ids[i] = c.Put(t, in)
		})
	}
	wg.Wait()
	allocated, held := 0, 0
	for _, id := range ids {
		switch hold, _ := refusal(t, c, id); hold {
		case "":
			allocated++
		case "over_quota":
			held++
		default:
			t.Errorf("held for %q", hold)
		}
	}
	if allocated != 10 || held != 40 {
		t.Errorf("%d allocated, %d held", allocated, held)
	}
}

func TestAQuotaIsGivenBackOnce(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	in := declared("1", order.CustomsDutyFree) // ¥100 × 5
	first := c.Put(t, in)
	second := c.Put(t, declared("2", order.CustomsDutyFree))
	n, state := used(t, c, first)
	equal(t, "held", fmt.Sprint(n, state), "100000held")
	for range 2 {
		if _, err := c.Cancel(t.Context(), centraltest.By(), second, "no"); err != nil {
			t.Fatal(err)
		}
	}
	n, state = used(t, c, second)
	equal(t, "cancelled", fmt.Sprint(n, state), "50000released")

	c.Lease(t, b, 5)
	sh := shipment(t, c, first)
	b.Ship(sh)
	c.PushAll(t, b)
	n, state = used(t, c, first)
	equal(t, "handed over", fmt.Sprint(n, state), "50000committed")

	back := central.ReturnIn{Channel: "shop", External: "R1", Order: first, Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 1, PriceEach: order.Money{Minor: 10_000, Currency: "CNY"}}}}
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), back)
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []order.Trigger{order.TriggerApprove, order.TriggerReceive, order.TriggerRefund, order.TriggerRefund} {
		if _, err := c.MoveReturn(t.Context(), centraltest.By(), ret.ID, on); err != nil {
			t.Fatalf("%s: %v", on, err)
		}
	}
	n, _ = used(t, c, first)
	equal(t, "one came back", n, int64(40_000))
	if _, err := c.Review(t.Context(), centraltest.By(), first); err != nil {
		t.Fatal(err)
	}
	n, state = used(t, c, first)
	equal(t, "reviewed after it left", fmt.Sprint(n, state), "40000committed")
	// Next year has a quota of its own.
	next := declared("3", order.CustomsDutyFree)
	next.PaidAt = time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC)
	n, _ = used(t, c, c.Put(t, next))
	equal(t, "next year", n, int64(50_000))
}

func TestThePartOfTheQuotaThatIsLeftCountsWhereDutyIsPaid(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Lines = in.Lines[:1]
	in.Lines[0].Qty, in.Lines[0].Price.Minor = 1, 9_990_000
	c.Put(t, in)
	more := declared("2", order.CustomsDutyFree)
	more.Declaration.DutyPaid = true
	id := c.Put(t, more)
	hold, _ := refusal(t, c, id)
	n, _ := used(t, c, id)
	equal(t, "held", hold, "")
	equal(t, "used", n, int64(10_000_000))
}

func TestAnOrderThatChangesItsRegimeGivesTheQuotaBack(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	id := c.Put(t, in)
	n, state := used(t, c, id)
	equal(t, "duty-free", fmt.Sprint(n, state), "50000held")
	for i, regime := range []order.CustomsMode{order.CustomsExport, order.CustomsBonded, order.CustomsNone} {
		next := declared("1", regime)
		if regime == order.CustomsNone {
			next.Declaration = nil
		}
		equal(t, string(regime), c.Put(t, next), id)
		_, state := used(t, c, id)
		equal(t, fmt.Sprint("state after ", regime), state, []string{"released", "held", "released"}[i])
	}
	var left int64
	for _, regime := range []order.CustomsMode{order.CustomsDutyFree, order.CustomsBonded} {
		other := c.Put(t, declared("other-"+string(regime), regime))
		n, _ := used(t, c, other)
		left += n
	}
	equal(t, "used by the others alone", left, int64(100_000))
}

func TestAQuotaStaysHeldWhileAChangedAddressIsPutRight(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Lines[0].Price.Minor = 3_000_000 // ¥90,000 and ¥200
	id := c.Put(t, in)
	rc := in.Receiver
	rc.Province = "海南省"
	if _, err := c.ChangeAddress(t.Context(), centraltest.By(), id, rc); err != nil {
		t.Fatal(err)
	}
	_, state := used(t, c, id)
	equal(t, "state", state, "held")
	if c.View(t, id).Shipments[0].Stopped() == nil {
		t.Error("the shipment goes on")
	}
	other := declared("2", order.CustomsDutyFree)
	other.Lines[0].Price.Minor = 1_000_000
	if hold, _ := refusal(t, c, c.Put(t, other)); hold != "over_quota" {
		t.Errorf("another order takes what is held: %q", hold)
	}
}

func TestAHoldOfCustomsStopsNoDomesticOrder(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	id := c.Put(t, in)
	in.Receiver.Province = "海南省"
	c.Put(t, in)
	if c.View(t, id).Shipments[0].Stopped() == nil {
		t.Fatal("the shipment goes on")
	}
	in.Customs, in.Declaration = order.CustomsNone, nil
	c.Put(t, in)
	if h := c.View(t, id).Shipments[0].Stopped(); h != nil {
		t.Errorf("stopped for %s", h.Code)
	}
}

func TestAnOrderIsNotCountedAgainstItself(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Lines[0].Price.Minor = 2_000_000 // ¥60,000 and ¥200 of ¥100,000
	id := c.Put(t, in)
	in.Receiver.Street = "试验巷 2 号"
	c.Put(t, in)
	if hold, _ := refusal(t, c, id); hold != "" {
		t.Errorf("held for %q", hold)
	}
	n, state := used(t, c, id)
	equal(t, "used", fmt.Sprint(n, state), "6020000held")
}
