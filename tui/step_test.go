package tui

import (
	"strings"
	"testing"

	"pickstation/order"
)

func TestAnOrderThatIsInNoToteNamesNone(t *testing.T) {
	v := zoneDone()
	v.Work.Tote = ""
	for _, line := range strings.Split(words(Render(v, Size{80, 24}, options("zh", Mono))), "\n") {
		if strings.Contains(line, "周转箱送到") && strings.Contains(line[strings.Index(line, "应拣"):], "箱") {
			t.Errorf("%q", line)
		}
	}
}

func TestTheStepIsWhatTheUnitInTheHandLacks(t *testing.T) {
	v := picking()
	line := *v.Work.Current
	line.Track = order.Tracking{Lot: true, Expiry: true, Serial: true, Weight: true}
	v.Work.Current = &line
	for _, c := range []struct {
		unit order.Pending
		want order.MsgCode
	}{
		{order.Pending{}, order.DoScanLot},
		{order.Pending{Lot: "L1"}, order.DoScanExpiry},
		{order.Pending{Lot: "L1", Expiry: "2027-01-01"}, order.DoScanSerial},
		{order.Pending{Lot: "L1", Expiry: "2027-01-01", Serial: "S1"}, order.DoWeighUnit},
	} {
		v.Bench.Pending = &c.unit
		if got := pickStep(&v.Bench, v.Work).Code; got != c.want {
			t.Errorf("%+v: %s, want %s", c.unit, got, c.want)
		}
	}
}
