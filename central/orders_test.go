package central_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

func code(err error) string {
	var known *order.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

func TestTheSameOrderAgainChangesNothing(t *testing.T) {
	c := centraltest.New(t)
	in := centraltest.Order("1")
	id := c.Put(t, in)
	before := dump(t, c, []order.OrderID{id})
	for range 3 {
		res, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{in, in})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "outcomes", []string{res[0].Outcome, res[1].Outcome}, []string{"unchanged", "unchanged"})
	}
	equal(t, "order", dump(t, c, []order.OrderID{id}), before)
}

func TestOneShopsNumberMayBeAnothersToo(t *testing.T) {
	c := centraltest.New(t)
	a := centraltest.Order("1")
	b := centraltest.Order("1")
	b.Channel = "market"
	if c.Put(t, a) == c.Put(t, b) {
		t.Error("orders of two shops were taken for one")
	}
}

func TestFourHundredConcurrentPostsOfAnOrderMakeOneOrder(t *testing.T) {
	c := centraltest.New(t)
	in := centraltest.Order("1")
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	counts := map[string]int{}
	var all sync.WaitGroup
	for range 400 {
		all.Go(func() {
			res, err := c.IntakeRaw(t.Context(), centraltest.By(), []json.RawMessage{raw})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			counts[res[0].Outcome]++
		})
	}
	all.Wait()
	equal(t, "outcomes", counts, map[string]int{"new": 1, "unchanged": 399})
	list, _, err := c.List(t.Context(), centraltest.By(), central.OrderFilter{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "orders", len(list), 1)
	equal(t, "shipments", len(c.View(t, list[0].ID).Shipments), 1)
}

func TestAnUnpaidOrderWaitsAndGoesOnWhenItIsPaid(t *testing.T) {
	c := centraltest.New(t)
	in := centraltest.Order("1")
	in.PaidAt = time.Time{}
	id := c.Put(t, in)
	equal(t, "state", c.View(t, id).State, "awaiting_payment")
	equal(t, "shipments", len(c.View(t, id).Shipments), 0)
	for range 2 {
		if _, err := c.Pay(t.Context(), centraltest.By(), id); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "states", states(t, c, id), []string{"awaiting_payment", "paid", "awaiting_pick"})

	in2 := centraltest.Order("2")
	in2.PaidAt = time.Time{}
	id = c.Put(t, in2)
	c.Put(t, centraltest.Order("2")) // the shop sends it again, paid
	equal(t, "states", states(t, c, id), []string{"awaiting_payment", "paid", "awaiting_pick"})
}

func TestAnIncompleteOrderIsHeldWithTheFieldsItLacks(t *testing.T) {
	for field, drop := range map[string]func(r *order.Receiver){
		"receiver.name": func(r *order.Receiver) { r.Name = "" }, "receiver.phone": func(r *order.Receiver) { r.Phone = " " },
		"receiver.country": func(r *order.Receiver) { r.Country = "" }, "receiver.street": func(r *order.Receiver) { r.Street = "" },
		"receiver.province": func(r *order.Receiver) { r.Province = "" }, "receiver.city": func(r *order.Receiver) { r.City = "" },
	} {
		t.Run(field, func(t *testing.T) {
			c := centraltest.New(t)
			in := centraltest.Order("1")
			drop(&in.Receiver)
			id := c.Put(t, in)
			v := c.View(t, id)
			if len(v.Holds) != 1 || v.Holds[0].Code != order.Incomplete || v.Holds[0].Note != "missing "+field || !v.Holds[0].Stops {
				t.Errorf("holds: %+v", v.Holds)
			}
			equal(t, "shipments", len(v.Shipments), 0)
			equal(t, "state", v.State, "paid")
			whole := centraltest.Order("1").Receiver
			if _, err := c.ChangeAddress(t.Context(), centraltest.By(), id, whole); err != nil {
				t.Fatal(err)
			}
			v = c.View(t, id)
			equal(t, "state after the address came", v.State, "awaiting_pick")
			equal(t, "holds", len(v.Holds), 0)
		})
	}
}

func TestAReviewTellsTheVersionOfEveryRule(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	rows, err := c.Timeline(t.Context(), centraltest.By(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Kind == central.KindReview {
			equal(t, "review", r.Note, "complete@1 ok; complete_cn@1 ok; goods@1 ok; paid@1 ok")
			return
		}
	}
	t.Error("the review is not in the timeline")
}

// changed is an order with one thing wrong.
func changed(t *testing.T, change func(o *central.OrderIn)) json.RawMessage {
	t.Helper()
	in := centraltest.Order("bad")
	change(&in)
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestABrokenOrderDoesNotStopTheRestOfItsBatch(t *testing.T) {
	c := centraltest.New(t)
	good, err := json.Marshal(centraltest.Order("good"))
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(o *central.OrderIn)) json.RawMessage { return changed(t, change) }
	cases := []struct {
		raw  json.RawMessage
		code string
	}{
		{json.RawMessage(`{"chanel":"x"}`), "bad_order"},
		{json.RawMessage(`[]`), "bad_order"},
		{json.RawMessage(`{"lines":[{"qty":"3"}]}`), "bad_order"},
		{json.RawMessage("{\"channel\":\"\xff\"}"), "bad_encoding"},
		{with(func(o *central.OrderIn) { o.Channel = "" }), "missing_key"},
		{with(func(o *central.OrderIn) { o.External = "a\nb" }), "control_character"},
		{with(func(o *central.OrderIn) { o.Lines = nil }), "no_lines"},
		{with(func(o *central.OrderIn) { o.Lines[0].SKU = "" }), "missing_sku"},
		{with(func(o *central.OrderIn) { o.Lines[0].Qty = 0 }), "bad_quantity"},
		{with(func(o *central.OrderIn) { o.Lines[0].Qty = -1 }), "bad_quantity"},
		{with(func(o *central.OrderIn) { o.Lines[0].Codes[0].Key = " " }), "bad_code"},
		{with(func(o *central.OrderIn) { o.Lines[0].Temp = "hot" }), "bad_temperature"},
		{with(func(o *central.OrderIn) { o.Lines[0].Scan = "twice" }), "bad_scan"},
		{with(func(o *central.OrderIn) { o.Lines[0].Oldest = "31.3.2027" }), "bad_date"},
		{with(func(o *central.OrderIn) { o.Lines[0].Stock = []order.Stock{{Pack: "PAL-1"}} }), "bad_stock"},
		{with(func(o *central.OrderIn) { o.Lines[0].Stock = []order.Stock{{Pack: "p1", Qty: 2}, {Pack: "P1", Qty: 3}} }), "bad_stock"},
		{with(func(o *central.OrderIn) { o.Lines[0].Stock = []order.Stock{{Qty: 2, Expiry: "31.3.2027"}} }), "bad_stock"},
		{with(func(o *central.OrderIn) { o.Lines[0].Price = order.Money{Minor: 1, Currency: "yuan"} }), "bad_currency"},
		{with(func(o *central.OrderIn) { o.Lines[0].Price = order.Money{Minor: -1, Currency: "CNY"} }), "bad_amount"},
		{with(func(o *central.OrderIn) {
			o.Lines[0].Price = order.Money{Minor: 100, Currency: "CNY"}
			o.Total = order.Money{Minor: 299, Currency: "CNY"}
		}), "total_differs"},
		{with(func(o *central.OrderIn) { o.Customs = "9999" }), "bad_customs"},
		{with(func(o *central.OrderIn) { o.Carrier = "NOBODY" }), "unknown_carrier"},
		{with(func(o *central.OrderIn) { o.Warehouse = "moon" }), "unknown_warehouse"},
		{with(func(o *central.OrderIn) { o.Flow = "returns" }), "bad_flow"},
		{with(func(o *central.OrderIn) { o.Flow = "nothing" }), "unknown_flow"},
	}
	var batch []json.RawMessage
	for _, x := range cases {
		batch = append(batch, x.raw)
	}
	batch = append(batch, good)
	res, err := c.IntakeRaw(t.Context(), centraltest.By(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range cases {
		if res[i].Outcome != "rejected" || res[i].Code != x.code || res[i].Hint == "" || res[i].Index != i {
			t.Errorf("order %d: %+v, want code %s", i, res[i], x.code)
		}
	}
	equal(t, "the good one", res[len(cases)].Outcome, "new")
	list, _, _ := c.List(t.Context(), centraltest.By(), central.OrderFilter{})
	equal(t, "orders", len(list), 1)
}

func TestAnOrderMayChangeUntilABenchHoldsIt(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	more := centraltest.Order("1")
	more.Lines[0].Qty = 5
	c.Put(t, more)
	v := c.View(t, id)
	equal(t, "quantity", []int{v.Shipments[0].Lines[0].Qty, v.Shipments[0].Version}, []int{5, 2})

	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	more.Lines[0].Qty = 7
	res, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{more})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "change under way", []string{res[0].Outcome, res[0].Code}, []string{"rejected", "order_in_work"})
	equal(t, "quantity", c.View(t, id).Shipments[0].Lines[0].Qty, 5)
}

func TestWaybillNumbersAreNeverGivenOutTwiceAndLookLikeTheirCarriers(t *testing.T) {
	c := centraltest.New(t)
	seen := map[string]bool{}
	for i, x := range []struct{ carrier, prefix string }{{"SF", "SF"}, {"YTO", "YT"}, {"JD", "JDVA"}, {"EMS", "EA"}, {"RM", "RA"}, {"SF", "SF"}} {
		in := centraltest.Order(fmt.Sprint(i))
		in.Carrier = order.CarrierID(x.carrier)
		w := c.View(t, c.Put(t, in)).Shipments[0].Parcels[0].Waybill
		if seen[w.Number] || w.Number[:len(x.prefix)] != x.prefix || len(w.Number) < 13 || w.Routing == "" || w.Sort != "海口市 龙华区" {
			t.Errorf("%s: %+v", x.carrier, w)
		}
		seen[w.Number] = true
	}
	err := c.Store.Write(t.Context(), func(tx central.Tx) error {
		return tx.AddNumber(central.Number{Number: "SF1400000000001", Carrier: "SF"})
	})
	equal(t, "a number again", code(err), "not_unique")
}

func TestAnotherShopsOrderIsNotThere(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	other := central.By{Who: "k", Source: "api", Channel: "market"}
	_, err := c.Get(t.Context(), other, id)
	equal(t, "get", code(err), "not_found")
	_, err = c.Cancel(t.Context(), other, id, "")
	equal(t, "cancel", code(err), "not_found")
	equal(t, "nothing happened", c.View(t, id).State, "awaiting_pick")
	_, err = c.Timeline(t.Context(), other, id)
	equal(t, "timeline", code(err), "not_found")
	list, _, _ := c.List(t.Context(), other, central.OrderFilter{Channel: "shop"})
	equal(t, "list", len(list), 0)
	res, _ := c.Intake(t.Context(), other, []central.OrderIn{centraltest.Order("2")})
	equal(t, "intake", res[0].Code, "forbidden_channel")
}

func TestReceiversAreNotInTheStoreInClear(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	c.Put(t, centraltest.Order("1"))
	c.Lease(t, b, 1)
	c.FeedAll(t, b, 0)
	copyPath := t.TempDir() + "/copy.db"
	if err := c.Backup(t.Context(), copyPath); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"王小明", "13800001234", "滨海大道"} {
		if contains(t, copyPath, secret) || contains(t, c.Path, secret) || contains(t, c.Path+"-wal", secret) {
			t.Errorf("%s stands in the store", secret)
		}
	}
	if !contains(t, copyPath, "APPLE") {
		t.Error("the search finds nothing at all")
	}
}
