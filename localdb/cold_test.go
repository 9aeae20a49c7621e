package localdb

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
)

func TestColdAlertsStayUntilTheyAreOver(t *testing.T) {
	db, h := openNew(t)
	warm := order.ColdAlert{Probe: "cold-1", Kind: order.TooWarm, Since: testTime, MilliC: -11_500}
	gap := order.ColdAlert{Probe: "cold-1", Kind: order.NoSamples, Since: testTime.Add(time.Minute)}
	other := order.ColdAlert{Probe: "cold-2", Kind: order.TooCold, Since: testTime.Add(2 * time.Minute), MilliC: -40_000}
	for _, a := range []order.ColdAlert{warm, gap, other} {
		inTx(t, db, func(tx *Tx) error { return tx.PutCold(a) })
	}
	gap.Over = true
	inTx(t, db, func(tx *Tx) error { return tx.PutCold(gap) })
	db = reopened(t, db, h)
	got, err := db.Cold()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]order.ColdAlert{warm, other}, got); d != "" {
		t.Error(d)
	}
}
