package central_test

import (
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

func TestGoodsThatNoCatalogueKnowsHoldTheOrderUntilTheyAreKnown(t *testing.T) {
	c := centraltest.New(t)
	put := func(skus ...order.SKU) {
		var all []order.Product
		for _, sku := range skus {
			all = append(all, order.Product{SKU: sku, Codes: []order.ItemCode{{Key: "69" + string(sku)}}})
		}
		if _, err := c.PutProducts(t.Context(), "", all); err != nil {
			t.Fatal(err)
		}
	}
	put("OTHER")
	in := centraltest.Order("1") // apples bring their barcode, pears do not
	id := c.Put(t, in)
	v := c.View(t, id)
	if v.State != "paid" || len(v.Shipments) != 0 || len(v.Holds) != 1 || v.Holds[0].Code != order.Incomplete || !strings.Contains(v.Holds[0].Note, "PEAR") {
		t.Fatalf("state %s, holds %+v", v.State, v.Holds)
	}
	open, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	if err != nil || len(open) != 1 || open[0].Code != central.ExcUnknownGoods || open[0].Order != id || !strings.Contains(open[0].NextStep, "catalogue") {
		t.Fatalf("exceptions %+v, %v", open, err)
	}
	put("PLUM")
	if v := c.View(t, id); len(v.Shipments) != 0 {
		t.Errorf("it went on without its goods: %s", v.State)
	}
	put("PEAR")
	v = c.View(t, id)
	if v.State != "awaiting_pick" || len(v.Holds) != 0 || v.Shipments[0].Lines[1].Codes[0].Key != "69PEAR" {
		t.Errorf("known goods: %s, holds %+v", v.State, v.Holds)
	}
	if open, err = c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) != 0 {
		t.Errorf("exceptions %+v, %v", open, err)
	}
}

func TestAnOrderThatIsSentAgainWithBarcodesGoesOn(t *testing.T) {
	c := centraltest.New(t)
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "OTHER"}}); err != nil {
		t.Fatal(err)
	}
	in := centraltest.Order("1")
	id := c.Put(t, in)
	in.Lines[1].Codes = []order.ItemCode{{Key: "6901234567892"}}
	c.Put(t, in)
	if v := c.View(t, id); v.State != "awaiting_pick" {
		t.Errorf("state %s, holds %+v", v.State, v.Holds)
	}
	if open, err := c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) != 0 {
		t.Errorf("exceptions %+v, %v", open, err)
	}
}

func TestAWarehouseWithoutACatalogueWorksFromItsOrders(t *testing.T) {
	c := centraltest.New(t)
	if v := c.View(t, c.Put(t, centraltest.Order("1"))); v.State != "awaiting_pick" || v.Shipments[0].Lines[1].Codes[0].Key != "PEAR" {
		t.Errorf("state %s", v.State)
	}
}
