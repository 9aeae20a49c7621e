package station_test

import (
	"testing"

	"pickstation/order"
	"pickstation/station"
)

// A box that is one unit short on the real scale path: the pan tells, the line is scanned
// again, the pan is emptied, and the second weight is the one that counts.
func TestABoxThatIsOneShortIsFoundByItsWeight(t *testing.T) {
	b := newBench(t, heavy("1", 1), heavy("2", 1))
	b.decide(func(p *order.Policy) { p.Weigh.Check = true })
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.OrderDone, item(1))
	b.printed()
	b.show(station.Scale{State: "stable", Grams: 250, Counts: true})
	o := b.next()
	if o.Decision.Verdict != order.Needs || o.Decision.What.Args.Reason != string(order.UnitMissing) {
		t.Fatalf("%s %+v", o.Decision.Verdict, o.Decision.What)
	}
	b.want(order.Blocked, "SF10001")
	b.restart()
	b.want(order.OK, item(1))
	b.want(order.Unknown, "NOTHING")
	if first := b.settle().Work.Parcels[0].First; first == nil || first.Code != order.DoRecheck || first.Args.N != 1 {
		t.Errorf("the next step is %+v", first)
	}
	b.want(order.OK, item(1))
	if first := b.settle().Work.Parcels[0].First; first == nil || first.Code != order.DoWeighAgain {
		t.Errorf("then it is %+v", first)
	}
	b.show(station.Scale{State: "stable", Grams: 0})
	b.show(station.Scale{State: "stable", Grams: 500, Counts: true})
	if o := b.next(); o.Decision.Verdict != order.OK || o.Decision.What.Code != order.MsgWeighed {
		t.Fatalf("%s %+v", o.Decision.Verdict, o.Decision.What)
	}
	b.want(order.OK, "SF10001")
	if w := b.weights(); len(w[1]) != 1 || w[1][0] != 500 {
		t.Errorf("weighings %v", w)
	}
	b.want(order.OK, item(1)) // scenario 60: what lies on the pan is not the next parcel's
	b.want(order.OrderDone, item(1))
	b.settle()
	if p := b.stored("2").Parcels[0]; p.WeightG != 0 {
		t.Errorf("the next parcel weighs %d g", p.WeightG)
	}
}
