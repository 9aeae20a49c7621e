package main

import (
	"testing"

	"pickstation/localdb"
	"pickstation/order"
)

// A log of weeks is copied in hundreds of writes, with scans in between: the lists of the
// screen are read again after the last one only.
func TestCopyingALogIsNewsOnlyOnceItIsDone(t *testing.T) {
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	log := db.Log()
	write := func(do func(tx *localdb.Tx) error) {
		t.Helper()
		tx, err := db.Begin()
		if err == nil {
			err = do(tx)
		}
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *localdb.Tx) error {
		for range 200 {
			if err := tx.Append(&order.Event{Type: order.EventNoted, V: order.EventVersion, At: 1, Boot: "b", Station: "bench"}); err != nil {
				return err
			}
		}
		return nil
	})
	parts := 0
	for done := false; !done; parts++ {
		write(func(tx *localdb.Tx) (err error) {
			m := marking{Tx: tx}
			if done, err = m.NewLog(log, 1, localdb.StartedFork); m.more != done {
				t.Errorf("part %d: done %v, news %v", parts, done, m.more)
			}
			return err
		})
	}
	if parts < 2 {
		t.Errorf("%d events were copied in one write", 200)
	}
}
