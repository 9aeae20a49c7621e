package station_test

import (
	"testing"

	"pickstation/order"
)

// A warehouse that prints on demand only keeps doing so when news of the centre come.
func TestNumbersThatComePrintNothingWherePeopleAskForPrints(t *testing.T) {
	b := newBench(t, goods("1", 2, 3))
	b.decide(func(p *order.Policy) { p.AutoPrint = false })
	b.lease(1, 2)
	b.want(order.OK, badgeLi, "X1", item(1), order.CommandPrefix+string(order.CmdNextBox))
	b.say(order.CmdPrint)
	b.printed()
	b.want(order.OK, b.settle().Work.Parcels[0].Waybill)
	b.want(order.OK, item(1), order.CommandPrefix+string(order.CmdNextBox))
	before := len(b.log())
	w := b.settle()
	if p := w.Work.Parcels[1]; p.Waybill != "" || len(b.log()) != before {
		t.Errorf("parcels %+v, %+v", w.Work.Parcels, b.log()[before:])
	}
}

// What stands in the way of the print is said once, not with each piece of news.
func TestNumbersThatComeForHeldWorkSayNothing(t *testing.T) {
	b := newBench(t, goods("1", 2, 3))
	b.want(order.OK, badgeLi, "X1", item(1), order.CommandPrefix+string(order.CmdNextBox))
	b.printed()
	b.want(order.OK, b.settle().Work.Parcels[0].Waybill)
	b.want(order.OK, item(1), order.CommandPrefix+string(order.CmdNextBox))
	held := goods("1", 2, 3)
	held.Holds = []order.Hold{{Code: order.Intercepted, Stops: true}}
	if err := b.pull(held, 0); err != nil {
		t.Fatal(err)
	}
	before := len(b.log())
	b.lease(1, 2)
	b.settle()
	b.settle()
	if list := b.log(); len(list) != before {
		t.Errorf("%+v", list[before:])
	}
}
