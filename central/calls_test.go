package central_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// muchWaits fills the lists of what waits for a person and for the benches.
func muchWaits(t *testing.T, c *centraltest.Centre) {
	t.Helper()
	if err := c.Store.Write(t.Context(), func(tx central.Tx) (err error) {
		for n := range 600 {
			_, err2 := tx.AddException(central.Exception{Key: fmt.Sprint("much:", n), Code: central.ExcShort})
			err = errors.Join(err, err2, tx.PutTask(&central.Task{Warehouse: "main",
				Task: order.Task{ID: order.TaskID(fmt.Sprintf("A%03d", n)), Kind: order.TaskMove}}))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestACallForTheLeadStandsAtTheCentreUntilOneHasCome(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	muchWaits(t, c)
	b.Add(order.Event{Type: order.EventCalled, By: "op-1"})
	c.PushAll(t, b)
	called := central.ExceptionFilter{Key: central.ExcCalled}
	if open, err := c.Exceptions(t.Context(), called); err != nil || len(open) != 1 {
		t.Fatalf("open %+v, %v", open, err)
	}
	b.Add(order.Event{Type: order.EventCalled, Shipment: sh.ID, By: "op-1"})
	c.PushAll(t, b)
	b.Add(order.Event{Type: order.EventCallEnded, Auth: "boss"})
	c.PushAll(t, b)
	open, err := c.Exceptions(t.Context(), called)
	if err != nil || len(open) != 0 {
		t.Errorf("open once the lead has come: %+v, %v", open, err)
	}
}

// A bench may call while its clock is ahead; the lead comes once that was put right.
func TestALeadWhoHasComeEndsTheCallWhateverTheClockSaid(t *testing.T) {
	c, b, _ := leased(t, "1")
	calls := func() (n int) {
		t.Helper()
		open, err := c.Exceptions(t.Context(), central.ExceptionFilter{Key: central.ExcCalled})
		if err != nil {
			t.Fatal(err)
		}
		return len(open)
	}
	b.Add(order.Event{Type: order.EventCalled, At: b.Clock.Now().AddDate(1, 0, 0).UnixMilli()})
	b.Add(order.Event{Type: order.EventCallEnded, Auth: "boss"})
	c.PushAll(t, b)
	if n := calls(); n != 0 {
		t.Errorf("%d calls stand after the lead has come", n)
	}
	b.Add(order.Event{Type: order.EventCalled})
	c.PushAll(t, b)
	ended := *b // a copy of the bench, in the older log
	ended.Events = slices.Clone(b.Events)
	b.NewLog()
	b.Add(order.Event{Type: order.EventCalled, At: b.Clock.Now().AddDate(-1, 0, 0).UnixMilli()})
	c.PushAll(t, b)
	ended.Add(order.Event{Type: order.EventCallEnded, Auth: "boss"})
	c.PushAll(t, &ended)
	if n := calls(); n != 1 {
		t.Errorf("%d calls stand: the newer log's was not answered", n)
	}
	b.Add(order.Event{Type: order.EventCallEnded, Auth: "boss"})
	c.PushAll(t, b)
	if n := calls(); n != 0 {
		t.Errorf("%d calls stand at the end", n)
	}
}

func TestAPlaceThatIsNotEmptyBecomesACountTask(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01", Reason: "empty"})
	b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-02", Reason: "count"})
	c.PushAll(t, b)
	equal(t, "exceptions", exceptions(t, c), []string{central.ExcCount})
}

func TestACountThatAnOlderCentreAskedForClosesItsExceptionToo(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01-1", Reason: "count"})
	c.PushAll(t, b)
	tasks, err := c.Tasks(t.Context(), central.TaskFilter{})
	open, err2 := c.Exceptions(t.Context(), central.ExceptionFilter{Key: central.ExcCount})
	if errors.Join(err, err2) != nil || len(tasks) != 1 || len(open) != 1 {
		t.Fatalf("%+v %+v %v %v", tasks, open, err, err2)
	}
	tasks[0].Exception = open[0].Detail // as it was written before keys were
	if err := c.Store.Write(t.Context(), func(tx central.Tx) error { return tx.PutTask(tasks[0]) }); err != nil {
		t.Fatal(err)
	}
	b.Add(order.Event{Type: order.EventCounted, Task: tasks[0].ID, Line: 1, Place: "A-01-1"})
	b.Add(order.Event{Type: order.EventTaskDone, Task: tasks[0].ID})
	c.PushAll(t, b)
	wantExceptions(t, c)
}

func TestBoxesOfABenchAreKnownAtTheCentreWithWhatLiesInThem(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	l := sh.Lines[0]
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: l.No, Qty: 1})
	b.Add(order.Event{Type: order.EventBoxed, Shipment: sh.ID, Parcel: 1, Box: "M", Over: true})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: l.No, Qty: 1, Parcel: 2})
	c.PushAll(t, b)
	equal(t, "exceptions", exceptions(t, c), []string(nil))
	got := shipment(t, c, ids[0])
	if len(got.Parcels) != 2 || !got.Parcels[1].Extra || got.Parcels[0].Box != "M" {
		t.Fatalf("parcels %+v", got.Parcels)
	}
	equal(t, "first box", got.Contents(1), map[int]int{l.No: 1})
	equal(t, "second box", got.Contents(2), map[int]int{l.No: 1})
}

func TestAPINTravelsAsItsVerifierAndTheSameFileChangesNothing(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	boss := central.Badge{Operator: order.Operator{ID: "boss", Name: "Wang", Roles: []order.Role{order.RoleLead}}, Badge: "B-1", PIN: "271828"}
	for i, want := range []int{1, 0} {
		if n, err := c.PutOperators(t.Context(), "", []central.Badge{boss}); err != nil || n != want {
			t.Fatalf("import %d changed %d, %v", i, n, err)
		}
	}
	rows, _ := c.FeedAll(t, b, 0)
	for _, r := range rows {
		if r.Kind != wire.RowOperator || r.ID != "boss" {
			continue
		}
		var o order.Operator
		if err := json.Unmarshal(r.Body, &o); err != nil {
			t.Fatal(err)
		}
		if !order.CheckPIN(o.PIN, "271828") || o.PINDigits != 6 || strings.Contains(string(r.Body), "271828") {
			t.Errorf("row %s", r.Body)
		}
		return
	}
	t.Error("the bench learns nothing of the lead")
}
