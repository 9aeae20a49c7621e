package station_test

import (
	"context"
	"testing"

	"pickstation/order"
	"pickstation/station"
)

// noBegin is a database that begins no transaction any more.
type noBegin struct{ dbStore }

func (noBegin) Begin() (station.Tx, error) {
	return nil, &order.Error{Code: "not_saved", Msg: "nothing was saved", Err: errDisk}
}

// TestScansThatWaitForTheCheckAreToldWhenTheFirstFails holds scans while the log is checked.
func TestScansThatWaitForTheCheckAreToldWhenTheFirstFails(t *testing.T) {
	b := newBench(t, goods("1", 2, 10))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.settle()
	b.stop()
	told := len(b.heard())
	checked := make(chan struct{})
	b.start(func(o *station.Options) {
		o.Store = noBegin{dbStore{b.db}}
		o.Verify = func(context.Context) error { <-checked; return nil }
	})
	for range 5 {
		b.post("gun1", item(1))
	}
	close(checked)
	_ = b.wait()
	if n := len(b.heard()) - told; n != 5 || b.loop.Unsaved().Scans != 5 {
		t.Errorf("%d scans were told NOT SAVED, %d are counted", n, b.loop.Unsaved().Scans)
	}
}
