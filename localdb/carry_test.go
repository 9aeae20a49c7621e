package localdb

import (
	"testing"

	"pickstation/order"
)

// What was issued again in another log is here all the same; what a lost disk had is not.
func TestTheLastEventOfALogThatIsHere(t *testing.T) {
	db, _ := openNew(t)
	inTx(t, db, func(tx *Tx) error {
		for range 5 {
			if err := tx.Append(&order.Event{Type: order.EventNoted, V: 1, At: 1, Station: "st1", Boot: "b"}); err != nil {
				return err
			}
		}
		return nil
	})
	log := db.Log()
	last := func(id order.LogID) uint64 {
		t.Helper()
		n, err := reader(t, db).LastHere(id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	all := db.LastSeq()
	if n := last(log); n != all {
		t.Errorf("of the open log %d of %d", n, all)
	}
	newLog(t, db, log, 3, StartedFork)
	if n := last(log); n != all || db.Log() == log {
		t.Errorf("of the closed log %d of %d", n, all)
	}
	if n := last(db.Log()); n != db.LastSeq() {
		t.Errorf("of the new log %d of %d", n, db.LastSeq())
	}
	if n := last("none"); n != 0 {
		t.Errorf("of a log that is not here %d", n)
	}
}
