package localdb

import (
	"errors"
	"fmt"
	"testing"

	"pickstation/sync/wire"
)

// TestAllParkedRowsAreTriedAgain has more than are looked at in one write, and the first of
// them stay bad.
func TestAllParkedRowsAreTriedAgain(t *testing.T) {
	db, _ := openNew(t)
	inTx(t, db, func(tx *Tx) error {
		for i := range 2*parkedPage + 500 {
			row := wire.FeedRow{Kind: wire.RowPickup, ID: fmt.Sprint("S", i), FS: int64(i/3 + 1), Body: fmt.Appendf(nil, `{"shipment":"S%d","hash":"h%d"}`, i, i)}
			if i < parkedPage {
				row.Kind = "of a newer program"
			}
			if err := tx.park(row, "unknown kind of row"); err != nil {
				return err
			}
		}
		return nil
	})
	pages := 0
	for after, more := (*ParkedRow)(nil), true; more; more = after != nil {
		inTx(t, db, func(tx *Tx) (err error) { _, after, err = tx.RetryParked(after); return err })
		pages++
	}
	r, err := db.w.one("SELECT (SELECT count(*) FROM parked_rows), (SELECT count(*) FROM pickups)")
	if err != nil || r.int(0) != parkedPage || r.int(1) != parkedPage+500 || pages != 3 {
		t.Errorf("%v parked, %v taken in, in %d pages: %v", r[0], r[1], pages, err)
	}
}

// TestARowLeftOutIsAskedForBehindMany has it behind those that are looked at first.
func TestARowLeftOutIsAskedForBehindMany(t *testing.T) {
	db, _ := openNew(t)
	inTx(t, db, func(tx *Tx) (err error) {
		for i := range parkedPage + 1 {
			row := wire.FeedRow{Kind: "of a newer program", ID: fmt.Sprint(i), FS: int64(i), Body: []byte("{}")}
			if i == parkedPage {
				row.Body = nil
			}
			err = errors.Join(err, tx.park(row, whyLeftOut))
		}
		return err
	})
	inTx(t, db, func(tx *Tx) error {
		asked, err := tx.AskLeftOut()
		if !asked {
			t.Error("it is not asked for")
		}
		return err
	})
}
