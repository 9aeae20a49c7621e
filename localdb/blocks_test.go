package localdb

import (
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

func blockRow(t testing.TB, db *DB, id string, log order.LogID, from, to int64) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{rowOf(t, 1, wire.RowBlock, id, order.NumberBlock{ID: id, Log: log, Carrier: "SF",
			NumberForm: order.NumberForm{Prefix: "SF", Width: 4}, From: from, To: to})}, 1, 1)
		return err
	})
}

// take returns the next number, "" where none is left.
func take(t testing.TB, db *DB, carrier order.CarrierID) (number string) {
	t.Helper()
	inTx(t, db, func(tx *Tx) (err error) {
		n, ok, err := tx.NextNumber(carrier)
		if ok != (n != "") {
			t.Errorf("number %q, ok %v", n, ok)
		}
		number = n
		return err
	})
	return number
}

func TestNumbersOfABlockAreGivenOutOnceAndNoneIsInvented(t *testing.T) {
	db, h := openNew(t)
	if got := take(t, db, "SF"); got != "" {
		t.Errorf("a number %q without a block", got)
	}
	blockRow(t, db, "b1", db.Log(), 7, 8)
	blockRow(t, db, "b2", db.Log(), 20, 20)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if n, _, err := tx.NextNumber("SF"); n != "SF0007" || err != nil {
		t.Errorf("first number %q %v", n, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	got := []string{take(t, db, "SF"), take(t, db, "YTO")}
	blockRow(t, db, "b1", db.Log(), 7, 8) // the feed comes again
	db = reopened(t, db, h)
	if left, err := db.NumbersLeft("SF"); left != 2 || err != nil {
		t.Errorf("%d left, %v", left, err)
	}
	got = append(got, take(t, db, "SF"), take(t, db, "SF"), take(t, db, "SF"))
	for i, want := range []string{"SF0007", "", "SF0008", "SF0020", ""} {
		if got[i] != want {
			t.Errorf("number %d is %q, not %q", i, got[i], want)
		}
	}
	r, err := db.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if st, err := r.SyncState(t.Context()); err != nil || st.Used["SF"] != 3 {
		t.Errorf("used %v, %v", st.Used, err)
	}
}

func TestALostBlockGoesOnBehindTheNumbersThatParcelsCarry(t *testing.T) {
	db, h := openNew(t)
	blockRow(t, db, "b1", db.Log(), 1, 9)
	s := testShipment("S1", 1, 1)
	s.Parcels[0].Waybill.Number = ""
	give(t, db, h, s)
	take(t, db, "SF")
	number := take(t, db, "SF")
	inTx(t, db, func(tx *Tx) error { return tx.exec("UPDATE parcels SET waybill = ?", number) })
	inTx(t, db, func(tx *Tx) error { return tx.exec("DELETE FROM blocks") })
	blockRow(t, db, "b1", db.Log(), 1, 9)
	if got := take(t, db, "SF"); got != "SF0003" {
		t.Errorf("%s is given out after %s", got, number)
	}
}

func TestANewLogDoesNotUseTheOldLogsBlock(t *testing.T) {
	db, _ := openNew(t)
	old := db.Log()
	blockRow(t, db, "b1", old, 1, 9)
	newLog(t, db, old, 1, StartedFork)
	if got := take(t, db, "SF"); got != "" {
		t.Errorf("a copy of this database may give %s out as well", got)
	}
	blockRow(t, db, "b2", db.Log(), 11, 12)
	if got := take(t, db, "SF"); got != "SF0011" {
		t.Errorf("number %q of the new block", got)
	}
}

func TestABlockThatMakesNoNumbersIsParked(t *testing.T) {
	db, _ := openNew(t)
	blockRow(t, db, "b1", db.Log(), 9000, 10_000) // five digits do not fit
	blockRow(t, db, "b2", db.Log(), 5, 4)
	if got := take(t, db, "SF"); got != "" {
		t.Errorf("number %q", got)
	}
	if n := len(dump(t, db)["parked_rows"]); n != 2 {
		t.Errorf("%d rows are parked", n)
	}
}
