package station_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

// ship picks a shipment of one unit and scans its label back.
func (b *bench) ship(id string) {
	b.Helper()
	b.want(order.OK, "X"+id)
	b.want(order.OrderDone, item(1))
	if err := b.loop.Printed(context.Background(), order.PrintResult{JobID: b.job().JobID, Shipment: order.ShipmentID(id), Parcel: 1, No: 1,
		Version: 1, State: order.PrintDone}); err != nil {
		b.Fatal(err)
	}
	b.next()
	b.want(order.OK, "SF1000"+id)
}

// job returns the oldest job of the print queue.
func (b *bench) job() (job order.PrintResult) {
	b.Helper()
	err := b.loop.Read(context.Background(), func(station.Store) error {
		jobs, err := b.db.PrintQueue(1)
		if err == nil && len(jobs) == 0 {
			err = fmt.Errorf("the print queue is empty")
		}
		if err == nil {
			job = jobs[0]
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return job
}

func TestTheScreenFollowsAPrintJob(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OrderDone, item(1))
	b.settle()
	b.mu.Lock()
	if b.prints != 2 { // at the sign-in it looks how the printer is
		t.Errorf("the print worker was woken %d times", b.prints)
	}
	b.mu.Unlock()
	parcel := func() station.ParcelView { return b.settle().Work.Parcels[0] }
	if p := parcel(); p.Print != order.PrintQueued || p.Prints != 0 {
		t.Errorf("asked for: %+v", p)
	}
	job := b.job()
	for _, c := range []struct {
		state order.PrintState
		code  string
		event order.EventType
	}{
		{order.PrintSending, "", ""},
		{order.PrintFailed, "print_denied", order.EventPrintFailed},
		{order.PrintParked, "print_denied", order.EventPrintFailed},
		{order.PrintDone, "", order.EventPrinted},
	} {
		r := job
		r.State, r.Code, r.At = c.state, c.code, time.Time{}
		if err := b.loop.Printed(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		if p := parcel(); p.Print != c.state || p.PrintErr != c.code {
			t.Errorf("%s: %+v", c.state, p)
		}
		if c.event == "" {
			continue
		}
		o := b.next()
		if e := o.Decision.Events[0]; !o.Async || e.Type != c.event || e.Reason != c.code || e.Waybill != "SF10001" || e.No != 1 || e.Seq == 0 {
			t.Errorf("%s: event %+v", c.state, e)
		}
		v := b.loop.View()
		if parked := v.Verdict.What.Code == order.MsgPrintTrouble; parked != (c.state == order.PrintParked) && c.state != order.PrintDone {
			t.Errorf("%s: the screen says %s", c.state, v.Verdict.What.Code)
		}
	}
	if p := parcel(); p.Prints != 1 {
		t.Errorf("printed %d times", p.Prints)
	}
	b.restart()
	if p := parcel(); p.Print != order.PrintDone || p.Prints != 1 {
		t.Errorf("after a restart: %+v", p)
	}
	b.want(order.OK, "SF10001")
}

func TestAReprintIsNumberedAndShown(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OrderDone, item(1))
	first := b.job()
	first.State = order.PrintDone
	if err := b.loop.Printed(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	b.next()
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	v := b.settle()
	if p := v.Work.Parcels[0]; p.Print != order.PrintQueued {
		t.Errorf("%+v", p)
	}
	var nos []int
	for _, e := range b.log() {
		if e.Type == order.EventPrintRequested {
			nos = append(nos, e.No)
		}
	}
	if d := cmp.Diff([]int{1, 2}, nos); d != "" {
		t.Error(d)
	}
}
