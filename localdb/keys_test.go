package localdb

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// keptReceivers is a station with the receivers of three shipments, and what the centre
// sealed for it.
func keptReceivers(t *testing.T) (db *DB, h *hands, sealed [][]byte) {
	t.Helper()
	db, h = openNew(t)
	key, err := EnsureBoxKey(db.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var rows []wire.FeedRow
	for i, id := range []string{"S1", "S2", "S3"} {
		b := sealTo(t, key, order.Receiver{Name: testReceiver, Phone: "13800138000"})
		sealed = append(sealed, b)
		rows = append(rows, workRow(t, int64(i+1), wire.Work{Shipment: testShipment(id, 1, 1), Lease: lease(h), Sealed: b}))
	}
	apply(t, db, 3, rows...)
	return db, h, sealed
}

// parkedWork is work that cannot be understood, with a receiver.
func parkedWork(t *testing.T, db *DB, h *hands, fs int64) (sealed []byte) {
	t.Helper()
	s := testShipment("S9", 1, 1)
	s.Flow = "unknown"
	sealed = sealTo(t, db.box, order.Receiver{Name: testReceiver})
	apply(t, db, fs, workRow(t, fs, wire.Work{Shipment: s, Lease: lease(h), Sealed: sealed}))
	return sealed
}

func handOver(t *testing.T, db *DB, id string, at time.Time) {
	t.Helper()
	s := mustShipment(t, db, id)
	inTx(t, db, func(tx *Tx) error {
		for _, e := range []order.Event{pick(1, 1), {Type: order.EventLabelled, Parcel: 1}, {Type: order.EventDispatched, Parcel: 1}} {
			e.At = at.UnixMilli()
			if err := do(tx, s, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepHouse does what the station does once a day.
func keepHouse(t *testing.T, db *DB, before time.Time) (destroyed int) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.Purge(before, 100)
		return err
	})
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.Reseal(before, 100)
		return err
	})
	n, err := db.DestroyKeys(before)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNoFileOfAStationTellsAReceiver(t *testing.T) {
	db, h, sealed := keptReceivers(t)
	sealed = append(sealed, parkedWork(t, db, h, 4))
	if _, err := db.Unseal("S1"); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(db.Dir(), "backup.db")
	if err := reader(t, db).Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	db.Close()
	list, err := os.ReadDir(db.Dir())
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, e := range list {
		b, err := os.ReadFile(filepath.Join(db.Dir(), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		read += len(b)
		for _, name := range []string{testReceiver, "Xiaoming", "王小明", "13800138000"} {
			if bytes.Contains(b, []byte(name)) {
				t.Errorf("%s tells %q", e.Name(), name)
			}
		}
		for i, s := range sealed {
			if bytes.Contains(b, s) || bytes.Contains(b, []byte(hex.EncodeToString(s))) {
				t.Errorf("%s has receiver %d without the key of its day", e.Name(), i)
			}
		}
	}
	if read < 100_000 {
		t.Errorf("only %d bytes were looked at", read)
	}
}

func TestADestroyedKeyMakesReceiversUnreadableInBackupsToo(t *testing.T) {
	db, h, _ := keptReceivers(t)
	parkedWork(t, db, h, 4)
	backup := filepath.Join(t.TempDir(), "old.db")
	if err := reader(t, db).Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	later := testTime.Add(48 * time.Hour)
	h.advance(48 * time.Hour)
	handOver(t, db, "S1", testTime.Add(time.Hour))
	handOver(t, db, "S2", later)
	// 30 days after the first hand-over: S1 is due, S2 two days later, S3 still lies here.
	h.advance(30 * 24 * time.Hour)
	if n := keepHouse(t, db, testTime.Add(24*time.Hour)); n != 1 {
		t.Errorf("%d keys destroyed", n)
	}
	for id, want := range map[order.ShipmentID]string{"S1": "no_receiver", "S2": "", "S3": ""} {
		if rcv, err := db.Unseal(id); codeOf(err) != want || want == "" && rcv.Name != testReceiver {
			t.Errorf("%s: %v %v", id, rcv, err)
		}
	}
	// The key of the day on which S2 was handed over, and today's for S3.
	if days, err := db.dayNames(); err != nil || len(days) != 2 || days[0] != dayOf(later) || days[1] != db.today() {
		t.Errorf("keys of %v %v", days, err)
	}
	if p, err := reader(t, db).Parked(10); err != nil || len(p) != 1 || p[0].Row.Body != nil || p[0].Why == "" {
		t.Errorf("a parked row after its key: %+v %v", p, err)
	}
	inTx(t, db, func(tx *Tx) error { _, _, err := tx.RetryParked(nil); return err })
	asked := false
	ask := func(tx *Tx) (err error) { asked, err = tx.AskLeftOut(); return err }
	if inTx(t, db, ask); !asked {
		t.Error("a parked row that cannot be opened any more is not asked for again")
	}
	parkedWork(t, db, h, 4)
	if inTx(t, db, ask); asked {
		t.Error("it is here, and asked for again")
	}

	// The backup with every key there still is.
	dir := t.TempDir()
	copyFile(t, backup, filepath.Join(dir, dbFile))
	if err := copyKeys(db.Dir(), dir); err != nil {
		t.Fatal(err)
	}
	old, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	for _, id := range []order.ShipmentID{"S1", "S2", "S3"} {
		if rcv, err := old.Unseal(id); codeOf(err) != "key_destroyed" || rcv.Name != "" {
			t.Errorf("the backup tells %s: %v %v", id, rcv, err)
		}
	}
	// Two days later S2 goes too, and nothing is left of its key.
	h.advance(48 * time.Hour)
	if n := keepHouse(t, db, later.Add(24*time.Hour)); n != 1 {
		t.Errorf("%d keys destroyed", n)
	}
	if _, err := os.Stat(filepath.Join(db.Dir(), dayKeyPrefix+dayOf(later)+dayKeySuffix)); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func TestAReceiverMovedToAnotherShipmentCannotBeOpened(t *testing.T) {
	db, _, _ := keptReceivers(t)
	inTx(t, db, func(tx *Tx) error {
		return tx.exec("UPDATE receivers SET sealed=(SELECT sealed FROM receivers WHERE shipment='S1') WHERE shipment='S2'")
	})
	if _, err := db.Unseal("S2"); codeOf(err) != "bad_receiver" {
		t.Error(err)
	}
	inTx(t, db, func(tx *Tx) error { // nothing can open it, so it goes
		_, err := tx.Reseal(testTime.Add(48*time.Hour), 100)
		return err
	})
	if _, err := db.Unseal("S2"); codeOf(err) != "no_receiver" {
		t.Error(err)
	}
}
