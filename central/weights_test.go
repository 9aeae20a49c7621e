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
func weighed(t *testing.T, c *centraltest.Centre) (weigh func(in central.OrderIn, grams int, e order.Event)) {
	t.Helper()
	p := order.DefaultPolicy()
	p.Packagings = []order.Packaging{{Code: "M", TareG: 100}}
	if err := c.SetPolicy(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	catalogue(t, c, 0)
	b := c.NewBench(t, "bench-1")
	return func(in central.OrderIn, grams int, e order.Event) {
		t.Helper()
		id := c.Put(t, in)
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
	c := centraltest.New(t)
	weigh := weighed(t, c)
	for n := range 4 {
		weigh(centraltest.Order(fmt.Sprint(n)), 500+3*150+n-2, order.Event{})
	}
	if p := apple(t, c); p.WeightG != 0 {
		t.Fatalf("after four parcels: %+v", p)
	}
	weigh(centraltest.Order("4"), 500+3*150, order.Event{})
	weigh(centraltest.Order("5"), 9000, order.Event{})                    // a wrong parcel
	weigh(centraltest.Order("6"), 9000, order.Event{Auth: "boss"})        // another, let pass by a lead
	weigh(centraltest.Order("7"), 9000, order.Event{Source: order.Keyed}) // not by a scale
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
		weigh(centraltest.Order(fmt.Sprint(10+n)), 500+3*150, order.Event{})
	}
	if got := apple(t, c); got.WeightG != 170 || got.Learnt != 0 {
		t.Errorf("what a person gave was overwritten: %+v", got)
	}
}

// heavy sends boxes of ten apples that weigh unit grams each, and returns what the catalogue then says.
func heavy(t *testing.T, c *centraltest.Centre, given, unit, boxes int, auth string) order.Product {
	t.Helper()
	weigh := weighed(t, c)
	catalogue(t, c, given)
	for n := range boxes {
		in := centraltest.Order(fmt.Sprint(n))
		in.Lines = in.Lines[:1]
		in.Lines[0].Qty = 10
		weigh(in, 100+10*unit, order.Event{Auth: auth})
	}
	return apple(t, c)
}

// Ten units of 1015 g where the catalogue says 1000 are asked about, and a lead lets them
// pass; the spread is learnt, and the next box is not asked about.
func TestASpreadIsLearntBesideAGivenWeight(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		p := heavy(t, c, 1000, 1015, 5, "boss")
		if p.WeightG != 1000 || p.Learnt != 0 || p.SpreadLearnt != 5 {
			t.Fatalf("learnt %+v", p)
		}
		in := centraltest.Order("next")
		in.Lines = in.Lines[:1]
		in.Lines[0].Qty = 10
		sh := shipment(t, c, c.Put(t, in))
		sh.Lines[0].Picked, sh.Parcels[0].Box = 10, "M"
		pol := order.DefaultPolicy()
		pol.Packagings = []order.Packaging{{Code: "M", TareG: 100}}
		x, ok := sh.ExpectWeight(&sh.Parcels[0], &pol)
		if off := 100 + 10*1015 - x.Grams; !ok || off > x.TolG || x.TolG > 500 {
			t.Errorf("a box that is %d g off is asked about: %+v", off, x)
		}
		catalogue(t, c, 1000) // an import that says the same leaves what was learnt
		if got := apple(t, c); got.SpreadG != p.SpreadG || got.SpreadLearnt == 0 {
			t.Errorf("after an import: %+v", got)
		}
		catalogue(t, c, 1015)
		if got := apple(t, c); got.SpreadG != 0 {
			t.Errorf("another weight keeps the spread of the old one: %+v", got)
		}
	})
}

func TestAGivenWeightThatIsWrongIsToldOnce(t *testing.T) {
	for _, x := range []struct{ unit, boxes, want int }{{1052, 9, 0}, {1052, 14, 1}, {1020, 14, 0}} {
		c := centraltest.New(t)
		heavy(t, c, 1000, x.unit, x.boxes, "")
		if raised(t, c, central.ExcWeightGiven) != x.want {
			t.Errorf("%d boxes of units of %d g: not told %d times", x.boxes, x.unit, x.want)
		}
	}
}

func TestASpreadThatAPersonGaveStays(t *testing.T) {
	c := centraltest.New(t)
	weigh := weighed(t, c)
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE", WeightG: 1000, SpreadG: 4}}); err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		in := centraltest.Order(fmt.Sprint(n))
		in.Lines = in.Lines[:1]
		weigh(in, 100+3*1025, order.Event{})
	}
	if p := apple(t, c); p.SpreadG != 4 || p.SpreadLearnt != 0 {
		t.Errorf("learnt %+v", p)
	}
}
