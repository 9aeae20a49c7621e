package central_test

import (
	"slices"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// orderSent is a centre whose order was handed over by a bench.
func orderSent(t *testing.T) (*centraltest.Centre, *centraltest.Bench, *order.Shipment, order.OrderID) {
	t.Helper()
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Ship(sh)
	c.PushAll(t, b)
	return c, b, sh, ids[0]
}

// task is the newest row of a task in a station's feed.
func task(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, id order.TaskID) *wire.Task {
	t.Helper()
	rows, _ := c.FeedAll(t, b, 1)
	all := centraltest.Bodies[*wire.Task](t, rows, wire.RowTask)
	for _, k := range slices.Backward(all) {
		if id == "" || k.Task.ID == id {
			return k
		}
	}
	return nil
}

func wantReturn(t *testing.T, c *centraltest.Centre, id string, state order.StateCode) []central.TimelineRow {
	t.Helper()
	ret, rows, err := c.GetReturn(t.Context(), centraltest.By(), id)
	if err != nil || ret.State != state {
		t.Fatalf("return %+v, %v; want state %s", ret, err, state)
	}
	return rows
}

func wantExceptions(t *testing.T, c *centraltest.Centre, codes ...string) []central.Exception {
	t.Helper()
	all, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	var got []string
	for _, e := range all {
		got = append(got, e.Code)
	}
	if err != nil || strings.Join(got, " ") != strings.Join(codes, " ") {
		t.Fatalf("exceptions %v, %v; want %v", got, err, codes)
	}
	return all
}

func TestAReturnGoesToTheBenchesWithWhatWasSentAndComesBackJudged(t *testing.T) {
	c, b, sh, id := orderSent(t)
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "RET-1", Order: id, Waybill: "BACK-1",
		Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	k := task(t, c, b, order.TaskID(ret.ID))
	if k == nil || k.Task.State != "return_requested" {
		t.Fatalf("task %+v", k)
	}
	if _, err := c.MoveReturn(t.Context(), centraltest.By(), ret.ID, order.TriggerApprove); err != nil {
		t.Fatal(err)
	}
	k = task(t, c, b, order.TaskID(ret.ID))
	l := k.Task.Lines
	if k.Task.State != "awaiting_return" || k.Task.Order != "1" || len(l) != 2 || l[0].Qty != 3 || l[0].Announced != 2 || l[0].To != "A-01-1" || l[1].Qty != 2 {
		t.Fatalf("task %+v", k.Task)
	}
	if keys := strings.Join(k.Task.Keys(), " "); !strings.Contains(keys, "BACK-1") || !strings.Contains(keys, order.CodeKey(sh.Parcels[0].Waybill.Number)) {
		t.Fatalf("opened by %s", keys)
	}
	tk := order.TaskID(ret.ID)
	b.Add(order.Event{Type: order.EventTaskOpened, Task: tk})
	b.Add(order.Event{Type: order.EventTaken, Task: tk, Line: 1, Qty: 3})
	b.Add(order.Event{Type: order.EventInHand, Task: tk, Line: 1, Qty: 1})
	b.Add(order.Event{Type: order.EventGraded, Task: tk, Line: 1, Qty: 2, Grade: "A", Fate: order.FateRestock})
	b.Add(order.Event{Type: order.EventGraded, Task: tk, Line: 1, Qty: 1, Grade: "C", Fate: order.FateScrap})
	c.PushAll(t, b)
	wantReturn(t, c, ret.ID, "inspecting")
	b.Add(order.Event{Type: order.EventTaskDone, Task: tk, Qty: 3})
	c.PushAll(t, b)
	c.PushAll(t, b) // a second time changes nothing
	rows := wantReturn(t, c, ret.ID, "inspecting")
	if last := rows[len(rows)-1]; last.Note != "inspected: 2 x APPLE A restock, 1 x APPLE C scrap" || last.By != "op1" || last.Station != "bench-1" {
		t.Fatalf("told %+v", last)
	}
	wantExceptions(t, c, central.ExcReturnDiffers) // three came, two were announced
	k = task(t, c, b, tk)
	if !k.Task.Done || len(k.Marks) == 0 || k.Marks[0].Seq != uint64(len(b.Events)) {
		t.Fatalf("task %+v with marks %+v", k.Task, k.Marks)
	}
	if rows, _ := c.FeedAll(t, b, 0); len(centraltest.Bodies[wire.Task](t, rows, wire.RowTask)) > 0 {
		t.Error("a station that starts from nothing gets a task that is over")
	}
}

func TestAReturnHoldsNothingUntilItsOrderHasLeft(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "RET-1", Order: id})
	if err != nil {
		t.Fatal(err)
	}
	if k := task(t, c, b, order.TaskID(ret.ID)); len(k.Task.Lines) != 0 {
		t.Fatalf("lines %+v", k.Task.Lines)
	}
	sh := c.View(t, id).Shipments[0].Shipment
	b.Ship(&sh)
	c.PushAll(t, b)
	if k := task(t, c, b, order.TaskID(ret.ID)); len(k.Task.Lines) != 2 || k.Task.Lines[0].Qty != 3 {
		t.Fatalf("lines %+v", k.Task.Lines)
	}
}

func TestASecondReturnOfAnOrderTakesOnlyWhatTheFirstLeft(t *testing.T) {
	c, b, _, id := orderSent(t)
	var ids []order.TaskID
	for _, ext := range []string{"RET-1", "RET-2"} {
		ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: ext, Order: id})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, order.TaskID(ret.ID))
	}
	b.Add(order.Event{Type: order.EventTaken, Task: ids[0], Line: 1, Qty: 2})
	c.PushAll(t, b)
	if k := task(t, c, b, ids[1]); k.Task.Lines[0].Qty != 1 {
		t.Fatalf("%d more may come back, want 1", k.Task.Lines[0].Qty)
	}
	wantReturn(t, c, string(ids[0]), "inspecting") // received without a word of the shop: the goods are here
	// Both benches were offline: more came back than was sent. It is stored, and a person is told.
	b.Add(order.Event{Type: order.EventTaken, Task: ids[1], Line: 1, Qty: 2})
	reply := c.PushAll(t, b)
	if r := reply.Results[len(reply.Results)-1]; r.Outcome != wire.Parked || r.Why != string(order.AnomalyOverReturn) {
		t.Fatalf("result %+v", r)
	}
	wantExceptions(t, c, string(order.AnomalyOverReturn))
}

func TestAReturnThatTheShopWithdrawsLeavesTheBenches(t *testing.T) {
	c, b, _, id := orderSent(t)
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "RET-1", Order: id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.MoveReturn(t.Context(), centraltest.By(), ret.ID, order.TriggerCancel); err != nil {
		t.Fatal(err)
	}
	if k := task(t, c, b, order.TaskID(ret.ID)); k.Task.Gone != "refused" {
		t.Fatalf("task %+v", k.Task)
	}
}

func TestGoodsThatComeBackUnannouncedMakeAReturn(t *testing.T) {
	c, b, sh, _ := orderSent(t)
	tk := order.TaskID("U-" + string(sh.ID))
	b.Add(order.Event{Type: order.EventTaskOpened, Task: tk, Shipment: sh.ID})
	b.Add(order.Event{Type: order.EventTaken, Task: tk, Shipment: sh.ID, Line: 2, Qty: 1})
	b.Add(order.Event{Type: order.EventTaken, Task: "NOBODY", Line: 2, Qty: 1})
	reply := c.PushAll(t, b)
	if r := reply.Results[len(reply.Results)-1]; r.Outcome != wire.Parked || r.Why != string(order.AnomalyNoTask) {
		t.Fatalf("result %+v", r)
	}
	k, err := c.GetTask(t.Context(), tk)
	if err != nil || k.Lines[1].N != 1 {
		t.Fatalf("task %+v, %v", k, err)
	}
	wantReturn(t, c, k.Return, "inspecting")
}

func TestAPlaceThatIsNotEmptyIsCountedByABench(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01-1", Reason: "count"})
	c.PushAll(t, b)
	wantExceptions(t, c, central.ExcCount)
	k := task(t, c, b, "")
	if k == nil || k.Task.Kind != order.TaskCount || k.Task.Lines[0].From != "A-01-1" || k.Task.Lines[0].Qty != 0 || k.Task.Why != "zero_check" {
		t.Fatalf("task %+v", k)
	}
	b.Add(order.Event{Type: order.EventCounted, Task: k.Task.ID, Line: 1, Qty: 4, Expect: 0, Place: "A-01-1"})
	b.Add(order.Event{Type: order.EventTaskDone, Task: k.Task.ID})
	c.PushAll(t, b)
	x := wantExceptions(t, c, central.ExcCountDiffers)[0] // the count was made, and what it says is told
	if !strings.Contains(x.Detail, "4 of APPLE counted at A-01-1, stock says 0") {
		t.Fatalf("detail %q", x.Detail)
	}
}

// A count of goods that have lots says at the centre what there is of each, whoever asked.
func TestACountByLotReachesTheCentre(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01-1", Lot: "L7", Reason: "count"})
	c.PushAll(t, b)
	k := task(t, c, b, "")
	if k == nil || k.Task.Lines[0].Lot != "L7" {
		t.Fatalf("task %+v", k)
	}
	b.Add(order.Event{Type: order.EventCounted, Task: k.Task.ID, Line: 1, Qty: 3, Place: "A-01-1", Lot: "L7"})
	b.Add(order.Event{Type: order.EventTaskDone, Task: k.Task.ID})
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE", Codes: []order.ItemCode{{Key: "6901234567892"}}, Track: order.Tracking{Lot: true}}}); err != nil {
		t.Fatal(err)
	}
	asked, err := c.AddTask(t.Context(), centraltest.By(), central.TaskIn{Kind: order.TaskCount, SKU: "APPLE", Qty: 9, From: "A-02-1"})
	if err != nil {
		t.Fatal(err)
	}
	b.Add(order.Event{Type: order.EventCounted, Task: asked.ID, Line: 1, Qty: 5, Expect: 9, Place: "A-02-1", Lots: []order.LotQty{{Lot: "L7", Qty: 4}, {Lot: "L8", Qty: 1}}})
	c.PushAll(t, b)
	var said []string
	for _, x := range wantExceptions(t, c, central.ExcCountDiffers, central.ExcCountDiffers) {
		said = append(said, x.Detail)
	}
	for _, want := range []string{"3 of APPLE counted at A-01-1, stock says 0; 3 of lot L7", "5 of APPLE counted at A-02-1, stock says 9; 4 of lot L7, 1 of lot L8"} {
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
	answer, err := c.GetTask(t.Context(), asked.ID)
	if err != nil || len(answer.Lines[0].Goods) != 2 || answer.Lines[0].Goods[0] != (order.Judged{Qty: 4, Lot: "L7"}) {
		t.Fatalf("answer %+v, %v", answer, err)
	}
}

// Each time that a place was counted and is not empty again, a person hears of it again,
// however much else waits.
func TestAPlaceThatIsNotEmptyAgainIsToldAgain(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	muchWaits(t, c)
	for range 2 {
		for range 2 { // asked twice, counted once
			b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01-1", Reason: "count"})
		}
		c.PushAll(t, b)
		open, err := c.Exceptions(t.Context(), central.ExceptionFilter{Key: central.ExcCount})
		if err != nil || len(open) != 1 {
			t.Fatalf("told %+v, %v", open, err)
		}
		tasks, err := c.Tasks(t.Context(), central.TaskFilter{After: "B", Limit: 500})
		if err != nil || len(tasks) != 1 {
			t.Fatalf("tasks %+v, %v", tasks, err)
		}
		b.Add(order.Event{Type: order.EventCounted, Task: tasks[0].ID, Line: 1, Place: "A-01-1"})
		b.Add(order.Event{Type: order.EventTaskDone, Task: tasks[0].ID})
		c.PushAll(t, b)
		if open, err = c.Exceptions(t.Context(), central.ExceptionFilter{Key: central.ExcCount}); err != nil || len(open) != 0 {
			t.Fatalf("counted, and open: %+v, %v", open, err)
		}
	}
}

func TestGoodsThatAreShortAreCountedOnce(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	for _, n := range []string{"1", "2"} {
		id := c.Put(t, centraltest.Order(n))
		c.Lease(t, b, 2)
		sh := c.View(t, id).Shipments[0].Shipment
		b.Add(order.Event{Type: order.EventShorted, Shipment: sh.ID, Line: 2, Qty: 2, Reason: "out_of_stock"})
		c.PushAll(t, b)
	}
	all, err := c.Tasks(t.Context(), central.TaskFilter{})
	if err != nil || len(all) != 1 || all[0].Lines[0].From != "A-02-1" || all[0].Lines[0].Qty != 2 || all[0].Why != "short" {
		t.Fatalf("tasks %+v, %v", all, err)
	}
}

func TestStaffAskForStockTasks(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE", Codes: []order.ItemCode{{Key: "6901234567892"}}}}); err != nil {
		t.Fatal(err)
	}
	for _, in := range []central.TaskIn{{Kind: order.TaskReturn, SKU: "APPLE", Qty: 1, From: "A", To: "B"}, {Kind: order.TaskMove, SKU: "APPLE", Qty: 1, From: "A"},
		{Kind: order.TaskMove, SKU: "NONE", Qty: 1, From: "A", To: "B"}, {Kind: order.TaskCount, SKU: "APPLE", From: "A", To: "B"}, {Kind: order.TaskMove, SKU: "APPLE", From: "A", To: "B"}} {
		if _, err := c.AddTask(t.Context(), centraltest.By(), in); err == nil {
			t.Errorf("%+v is taken", in)
		}
	}
	k, err := c.AddTask(t.Context(), centraltest.By(), central.TaskIn{Kind: order.TaskMove, SKU: "APPLE", Qty: 5, From: "R-1", To: "A-01-1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := task(t, c, b, k.ID); k.By != "test" || got.Task.By != "test" {
		t.Errorf("who asked: %q at the centre, %q at the bench", k.By, got.Task.By)
	}
	b.Add(order.Event{Type: order.EventMoved, Task: k.ID, Line: 1, Qty: 3, Place: "A-01-1"})
	b.Add(order.Event{Type: order.EventTaskShort, Task: k.ID, Line: 1, Qty: 2, Place: "R-1", Reason: "out_of_stock"})
	b.Add(order.Event{Type: order.EventTaskDone, Task: k.ID, Qty: 3})
	c.PushAll(t, b)
	wantExceptions(t, c, central.ExcStockShort)
	all, err := c.Tasks(t.Context(), central.TaskFilter{})
	if err != nil || len(all) != 1 || all[0].Kind != order.TaskCount || all[0].Lines[0].From != "R-1" {
		t.Fatalf("open tasks %+v, %v", all, err)
	}
	if err := c.CancelTask(t.Context(), centraltest.By(), all[0].ID); err != nil {
		t.Fatal(err)
	}
	if k := task(t, c, b, all[0].ID); k.Task.Gone != "cancelled" {
		t.Fatalf("task %+v", k.Task)
	}
}

func TestAReturnWithoutItsOrderIsTakenInAsTheShopSaidIt(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	lines := []central.ReturnLine{{SKU: "APPLE", Qty: 2}, {SKU: "POST", Qty: 1, Charge: true}}
	for ext, waybill := range map[string]string{"RET-1": "BACK-1", "RET-2": ""} {
		if _, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: ext, Waybill: waybill, Lines: lines}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := c.Tasks(t.Context(), central.TaskFilter{})
	if err != nil || len(all) != 1 || all[0].Ref != "RET-1" || len(all[0].Lines) != 1 || all[0].Lines[0].Qty != 2 {
		t.Fatalf("tasks %+v, %v", all, err)
	}
	if k := task(t, c, b, all[0].ID); k == nil || k.Task.Codes[0] != "BACK-1" || k.Task.Lines[0].Codes[0].Key != "APPLE" {
		t.Fatalf("at the bench %+v", k)
	}
	if lines, err := c.ReturnedGoods(t.Context(), string(all[0].ID)); err != nil || len(lines) != 1 {
		t.Fatalf("goods %+v, %v", lines, err)
	}
}

// A parcel comes back to a bench that did not send it: the bench asks by the waybill, and
// every bench of the warehouse hears of the return.
func TestAParcelThatComesBackToAnotherBenchMakesAReturn(t *testing.T) {
	c, sender, sh, id := orderSent(t)
	other := c.NewBench(t, "bench-9")
	for range 2 { // scanned twice, made once
		other.Add(order.Event{Type: order.EventWanted, Waybill: sh.Parcels[0].Waybill.Number})
	}
	other.Add(order.Event{Type: order.EventWanted, Waybill: "SF9999999999999"})
	c.PushAll(t, other)
	wantExceptions(t, c)
	tk := order.TaskID("U-" + string(sh.ID))
	for _, b := range []*centraltest.Bench{sender, other} {
		k := task(t, c, b, tk)
		if k == nil || k.Task.Kind != order.TaskReturn || k.Task.Lines[1].Qty != sh.Lines[1].Qty || !slices.Contains(k.Task.Codes, sh.Parcels[0].Waybill.Number) {
			t.Fatalf("task %+v", k)
		}
	}
	k, err := c.GetTask(t.Context(), tk)
	if err != nil || k.OrderID != id {
		t.Fatalf("task %+v, %v", k, err)
	}
	wantReturn(t, c, k.Return, "awaiting_return")
	other.Add(order.Event{Type: order.EventTaskOpened, Task: tk})
	other.Add(order.Event{Type: order.EventTaken, Task: tk, Line: 2, Qty: 1})
	c.PushAll(t, other)
	wantReturn(t, c, k.Return, "inspecting")
}

func TestAParcelThatHasNotLeftMakesNoReturn(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventWanted, Waybill: sh.Parcels[0].Waybill.Number})
	c.PushAll(t, b)
	if k, err := c.GetTask(t.Context(), order.TaskID("U-"+string(sh.ID))); err == nil {
		t.Fatalf("task %+v", k)
	}
}
