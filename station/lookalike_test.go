package station_test

import (
	"testing"

	"pickstation/order"
)

// twinsNow are the look-alikes that the screen shows of the line at hand.
func (b *bench) twinsNow() []order.Twin {
	b.Helper()
	v := b.settle()
	if v.Work == nil || v.Work.Current == nil {
		b.Fatal("no line at hand")
	}
	return v.Work.Current.Twins
}

func (b *bench) wantTwin(sku order.SKU, n int) {
	b.Helper()
	if got := b.twinsNow(); len(got) != 1 || got[0].SKU != sku || got[0].N != n {
		b.Fatalf("look-alikes %+v, want %s mixed up %d times", got, sku, n)
	}
}

func TestWhatWasMixedUpIsShownBeforeTheNextPickOfEither(t *testing.T) {
	other := goods("2", 1, 2)
	other.Lines[0].SKU, other.Lines[0].Codes = "FIG", []order.ItemCode{{Key: "FIG"}}
	b := newBench(t, goods("1", 2, 2), other)
	b.want(order.OK, badgeLi, "X1")
	if got := b.twinsNow(); len(got) != 0 {
		t.Fatalf("look-alikes from nowhere: %+v", got)
	}
	b.want(order.OtherOrder, "FIG", "FIG")
	b.wantTwin("FIG", 2)
	b.restart()
	b.wantTwin("FIG", 2)
	b.want(order.OtherOrder, "FIG")
	b.wantTwin("FIG", 3)
	b.say(order.CmdQueue)
	b.want(order.OK, "X2")
	b.wantTwin("SKU1", 3) // the other way round
}
