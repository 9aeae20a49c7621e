package localdb

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pickstation/order"
)

// scanned is the event of a scan from a device.
func scanned(device string, frame uint64, code string, v order.Verdict) order.Event {
	return order.Event{Type: order.EventRefused, V: 1, Device: order.DeviceID(device), Frame: frame, Code: code, Verdict: v,
		Source: order.Scanned, Station: "st1", At: testTime.UnixMilli()}
}

func lastScan(t *testing.T, db *DB, device string) *order.LastScan {
	t.Helper()
	list, err := db.LastScans()
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].Device == order.DeviceID(device) {
			return &list[i]
		}
	}
	return nil
}

func appended(t *testing.T, db *DB, e order.Event, packet []byte) order.Event {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		if err := tx.Append(&e); err != nil || packet == nil {
			return err
		}
		return tx.PutPacket(e.Device, packet, &e)
	})
	return e
}

func TestTheLastScanOfEveryScannerIsFoundAfterAReopen(t *testing.T) {
	db, h := openNew(t)
	a := appended(t, db, scanned("gun1", 7, "ITEM-1", order.LineDone), nil)
	appended(t, db, scanned("gun2", 1, "ITEM-9", order.OK), nil)
	b := appended(t, db, scanned("gun2", 2, "", order.Unknown), []byte("packet"))
	appended(t, db, order.Event{Type: order.EventNoted, V: 1, Device: "gun1", Source: order.Scanned, At: testTime.UnixMilli()}, nil) // noise has no number
	appended(t, db, order.Event{Type: order.EventWeighed, V: 1, Device: "gun1", Frame: 9, Source: order.Weighed, At: testTime.UnixMilli()}, nil)
	if err := db.Receipts().Note("gun1", a.Hash, order.AnswerLeaving); err != nil {
		t.Fatal(err)
	}
	if err := db.Receipts().Note("gun2", a.Hash, order.AnswerLeft); err != nil { // of another scan
		t.Fatal(err)
	}
	db = reopened(t, db, h)
	if s := lastScan(t, db, "gun1"); s == nil || s.Event != a.Hash || s.Code != "ITEM-1" || s.Verdict != order.LineDone || s.Packet != nil || s.Answer != order.AnswerLeaving {
		t.Errorf("gun1: %+v", s)
	}
	if s := lastScan(t, db, "gun2"); s == nil || s.Event != b.Hash || !bytes.Equal(s.Packet, []byte("packet")) || s.Answer != order.AnswerNone {
		t.Errorf("gun2: %+v", s)
	}
	if s := lastScan(t, db, "gun3"); s != nil {
		t.Errorf("gun3 never scanned: %+v", s)
	}
}

func TestAPacketIsStoredWithItsScanOrNotAtAll(t *testing.T) {
	db, _ := openNew(t)
	first := appended(t, db, scanned("gun1", 1, "A", order.OK), []byte("A"))
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	e := scanned("gun1", 2, "B", order.OK)
	if err := errors.Join(tx.Append(&e), tx.PutPacket("gun1", []byte("B"), &e), tx.Rollback()); err != nil {
		t.Fatal(err)
	}
	if s := lastScan(t, db, "gun1"); s == nil || s.Event != first.Hash || string(s.Packet) != "A" {
		t.Errorf("after the rollback: %+v", s)
	}
	appended(t, db, scanned("gun1", 3, "C", order.OK), nil) // the same scanner, without packets now
	if s := lastScan(t, db, "gun1"); s.Packet != nil {
		t.Errorf("an older packet stands for a newer scan: %+v", s)
	}
}

func TestAPacketIsFoundHoweverFarBackItsScanIs(t *testing.T) {
	db, _ := openNew(t)
	e := appended(t, db, scanned("gun1", 1, "A", order.OK), []byte("A"))
	inTx(t, db, func(tx *Tx) error {
		for i := range lastScanBack + 1 {
			e := scanned("gun2", uint64(i+1), "X", order.OK)
			if err := tx.Append(&e); err != nil {
				return err
			}
		}
		return nil
	})
	if s := lastScan(t, db, "gun1"); s == nil || s.Event != e.Hash || string(s.Packet) != "A" {
		t.Errorf("%+v", s)
	}
}

func TestAPacketFollowsItsScanIntoANewLog(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 3)
	e := appended(t, db, scanned("gun1", 1, "A", order.OK), []byte("A"))
	if err := db.Receipts().Note("gun1", e.Hash, order.AnswerLeaving); err != nil {
		t.Fatal(err)
	}
	newLog(t, db, db.Log(), 2, StartedFork)
	last, err := db.LastEvent()
	if err != nil || last.Orig == nil || last.Orig.Hash != e.Hash {
		t.Fatalf("not issued again: %+v %v", last, err)
	}
	if s := lastScan(t, db, "gun1"); s == nil || s.Event != last.Hash || string(s.Packet) != "A" || s.Answer != order.AnswerLeaving {
		t.Errorf("%+v", s)
	}
}

func TestADamagedNoteOfAnswersMeansThatNothingIsKnown(t *testing.T) {
	db, h := openNew(t)
	e := appended(t, db, scanned("gun1", 1, "A", order.OK), nil)
	f := appended(t, db, scanned("gun2", 1, "A", order.OK), nil)
	for device, hash := range map[string]order.Hash{"gun1": e.Hash, "gun2": f.Hash} {
		if err := db.Receipts().Note(order.DeviceID(device), hash, order.AnswerLeft); err != nil {
			t.Fatal(err)
		}
	}
	dir := db.Dir()
	db.Close()
	path := filepath.Join(dir, receiptsFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", st.Mode())
	}
	for cut := range len(b) {
		for name, data := range map[string][]byte{"cut": b[:cut], "flipped": append(append(bytes.Clone(b[:cut]), b[cut]^1), b[cut+1:]...)} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := openReceipts(machine{}, dir)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for device, hash := range map[string]order.Hash{"gun1": e.Hash, "gun2": f.Hash} {
				if r.mark(order.DeviceID(device), hash) == order.AnswerLeft {
					left++
				}
			}
			if left > 1 || left < map[string]int{"cut": cut / receiptSize, "flipped": 1}[name] {
				t.Fatalf("%s at %d: %d of two notes are believed", name, cut, left)
			}
			if err := r.Note("gun1", e.Hash, order.AnswerLeft); err != nil || r.mark("gun1", e.Hash) != order.AnswerLeft {
				t.Fatalf("%s at %d: a new note is not kept: %v", name, cut, err)
			}
			r.close()
		}
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if s := lastScan(t, db, "gun1"); s.Answer != order.AnswerLeft {
		t.Errorf("the note written last is not read back: %+v", s)
	}
}

func TestNotesEndWithTheDatabase(t *testing.T) {
	db, _ := openNew(t)
	r := db.Receipts()
	db.Close()
	if err := r.Note("gun1", order.Hash{1}, order.AnswerLeft); err != nil {
		t.Errorf("a late answer is no error: %v", err)
	}
}

func BenchmarkNoteAnAnswer(b *testing.B) {
	db, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for b.Loop() {
		if err := db.Receipts().Note("gun1", order.Hash{1}, order.AnswerLeft); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindTheLastScansAtAStart(b *testing.B) {
	db, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	inTx(b, db, func(tx *Tx) error {
		for i := range lastScanBack {
			e := scanned("gun1", uint64(i+1), "ITEM-1", order.OK)
			if err := tx.Append(&e); err != nil {
				return err
			}
		}
		return nil
	})
	for b.Loop() {
		if _, err := db.LastScans(); err != nil {
			b.Fatal(err)
		}
	}
}
