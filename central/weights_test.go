package central_test

import (
	"fmt"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// weighed is a centre with a carton of 100 g, an article whose weight nobody knows and
// one whose weight is given, and a bench that weighs a box of three apples and two pears.
func weighed(t *testing.T) (c *centraltest.Centre, weigh func(n, grams int, e order.Event)) {
	t.Helper()
	c = centraltest.New(t)
	p := order.DefaultPolicy()
	p.Packagings = []order.Packaging{{Code: "M", TareG: 100}}
	if err := c.SetPolicy(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	catalogue(t, c, 0)
	b := c.NewBench(t, "bench-1")
	return c, func(n, grams int, e order.Event) {
		t.Helper()
		id := c.Put(t, centraltest.Order(fmt.Sprint(n)))
		c.Lease(t, b, 50)
		sh := shipment(t, c, id)
		b.Pick(sh)
		b.Add(order.Event{Type: order.EventBoxed, Shipment: sh.ID, Parcel: 1, Box: "M"})
		e.Type, e.Shipment, e.Parcel, e.WeightG = order.EventWeighed, sh.ID, 1, grams
		if e.Source == "" {
			e.Source = order.Weighed
		}
		b.Add(e)
		b.Label(sh)
		b.Dispatch(sh)
		c.PushAll(t, b)
	}
}

func catalogue(t *testing.T, c *centraltest.Centre, apple int) {
	t.Helper()
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE", WeightG: apple, Codes: []order.ItemCode{{Key: "6901234567892"}}},
		{SKU: "PEAR", WeightG: 200, Codes: []order.ItemCode{{Key: "PEAR"}}}}); err != nil {
		t.Fatal(err)
	}
}

func apple(t *testing.T, c *centraltest.Centre) (p order.Product) {
	t.Helper()
	if err := c.Store.Read(t.Context(), func(r central.Reader) error {
		v, err := r.Product("main", "APPLE")
		if v != nil {
			p = *v
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAWeightIsLearntFromParcelsAndComesToTheBenches(t *testing.T) {
	c, weigh := weighed(t)
	for n := range 4 {
		weigh(n, 500+3*150+n-2, order.Event{})
	}
	if p := apple(t, c); p.WeightG != 0 {
		t.Fatalf("after four parcels: %+v", p)
	}
	weigh(4, 500+3*150, order.Event{})
	weigh(5, 9000, order.Event{})                    // a wrong parcel
	weigh(6, 9000, order.Event{Auth: "boss"})        // let pass by a lead
	weigh(7, 9000, order.Event{Source: order.Keyed}) // not by a scale
	p := apple(t, c)
	if p.WeightG < 149 || p.WeightG > 151 || p.Learnt < 5 || p.SpreadG < 1 || p.SpreadG > 9 {
		t.Fatalf("learnt %+v", p)
	}
	b := c.NewBench(t, "bench-2")
	rows, _ := c.FeedAll(t, b, 0)
	found := false
	for _, r := range rows {
		found = found || r.ID == "APPLE"
	}
	if !found {
		t.Error("the benches are not told")
	}
	catalogue(t, c, 0) // an import that knows no weight leaves what was learnt
	if got := apple(t, c); got.WeightG != p.WeightG || got.Learnt == 0 {
		t.Errorf("after an import: %+v", got)
	}
	catalogue(t, c, 170)
	for n := range 6 {
		weigh(10+n, 500+3*150, order.Event{})
	}
	if got := apple(t, c); got.WeightG != 170 || got.Learnt != 0 {
		t.Errorf("what a person gave was overwritten: %+v", got)
	}
}
