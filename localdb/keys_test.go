package localdb

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
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
	inTx(t, db, func(tx *Tx) error { _, err := tx.RetryParked(); return err })

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

func TestKeyFilesThatOthersCanReadAreRefused(t *testing.T) {
	for _, name := range []string{sealKeyFile, boxKeyFile, stationKey, namesKeyFile, dayKeyPrefix} {
		db, h, _ := keptReceivers(t)
		apply(t, db, 4, wire.FeedRow{FS: 4, Kind: wire.RowOperator, ID: "a", Body: []byte(`{"id":"a","name":"A"}`)})
		if name == dayKeyPrefix {
			name += db.today() + dayKeySuffix
		}
		dir := db.Dir()
		if err := NewVault(dir).Write(stationKey, []byte("PEM")); err != nil {
			t.Fatal(err)
		}
		db.Close()
		path := filepath.Join(dir, name)
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		_, err := Open(context.Background(), Options{Dir: dir, Clock: h.clock()})
		var e *order.Error
		if !asError(err, &e) || e.Code != "key_exposed" || !strings.Contains(e.Hint, "chmod 600 "+path) {
			t.Errorf("%s: %v", name, err)
		}
		// Who only looks is not stopped, and learns no receiver.
		r, err := OpenReader(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewVault(dir).Safety(); codeOf(err) != "key_exposed" {
			t.Error(err)
		}
		if name == namesKeyFile { // of which a reader needs none
			r.Close()
			continue
		}
		if name == stationKey {
			if _, err := NewVault(dir).Read(stationKey); codeOf(err) != "key_exposed" {
				t.Error(err)
			}
		} else if _, err := r.Unseal("S1"); codeOf(err) != "key_exposed" || !strings.HasPrefix(name, dayKeyPrefix) && codeOf(r.Keys()) != "key_exposed" {
			t.Error(err, r.Keys())
		}
		if rep, err := r.CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
			t.Error(rep, err)
		}
		r.Close()
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		openAt(t, dir, h).Close()
	}
}

func TestACredentialTakesThePlaceOfTheKeyFile(t *testing.T) {
	db, h, _ := keptReceivers(t)
	dir := db.Dir()
	db.Close()
	given := t.TempDir()
	key := strings.Repeat("5a", keySize)
	if err := os.WriteFile(filepath.Join(given, sealKeyFile), []byte(key+"\n"), 0o440); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", given)
	for range 2 { // the change, and a start after it
		db = openAt(t, dir, h)
		if rcv, err := db.Unseal("S1"); err != nil || rcv.Name != testReceiver {
			t.Error(rcv, err)
		}
		db.Close()
	}
	if _, err := os.Stat(filepath.Join(dir, sealKeyFile)); !os.IsNotExist(err) {
		t.Errorf("the key file is still there: %v", err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	there := filepath.Join(t.TempDir(), "copy") // to look at, as a replay does
	if err := CopyTo(filepath.Join(dir, dbFile), there); err != nil {
		t.Fatal(err)
	}
	copied := openAt(t, there, h)
	if _, err := copied.Unseal("S1"); codeOf(err) == "" {
		t.Error("a copy without keys tells a receiver")
	}
	copied.Close()
	if _, err := Open(t.Context(), Options{Dir: dir, Clock: h.clock()}); codeOf(err) != "no_seal_key" {
		t.Errorf("without the credential: %v", err)
	}
	if _, err := EnsureBoxKey(dir); codeOf(err) != "no_seal_key" {
		t.Errorf("without the credential: %v", err)
	}
	for _, wrong := range []string{strings.Repeat("00", keySize), "no key"} {
		if err := os.WriteFile(filepath.Join(given, sealKeyFile), []byte(wrong), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("CREDENTIALS_DIRECTORY", given)
		if _, err := Open(t.Context(), Options{Dir: dir, Clock: h.clock()}); codeOf(err) != "bad_key" {
			t.Errorf("with the key %.6q: %v", wrong, err)
		}
	}
}

func TestABoxKeyInTheClearIsEncryptedAtTheNextStart(t *testing.T) {
	dir, h := t.TempDir(), newHands()
	clear := strings.Repeat("07", keySize)
	if err := os.WriteFile(filepath.Join(dir, boxKeyFile), []byte(clear+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := EnsureBoxKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	db := openAt(t, dir, h)
	defer db.Close()
	b, err := os.ReadFile(filepath.Join(dir, boxKeyFile))
	if err != nil || !strings.HasPrefix(string(b), wrappedPrefix) || bytes.Contains(b, []byte(clear)) {
		t.Errorf("%s %v", b, err)
	}
	if *db.box != *want {
		t.Error("it is another key now")
	}
}

func TestAStationKeyInTheClearIsEncryptedAtTheNextStart(t *testing.T) {
	db, h, _ := keptReceivers(t)
	dir := db.Dir()
	db.Close()
	vault, path := NewVault(dir), filepath.Join(dir, stationKey)
	const pem = "-----BEGIN PRIVATE KEY-----\nof an older program\n-----END PRIVATE KEY-----\n"
	if err := os.WriteFile(path, []byte(pem), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := vault.Safety(); err != nil || len(s.Clear) != 1 || s.Clear[0] != stationKey || s.Credential {
		t.Errorf("before: %+v %v", s, err)
	}
	given := t.TempDir()
	for _, credential := range []string{"", given} { // encrypted with the folder's key, then anew with systemd's
		if credential != "" {
			if err := os.WriteFile(filepath.Join(given, sealKeyFile), []byte(strings.Repeat("5a", keySize)), 0o400); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("CREDENTIALS_DIRECTORY", credential)
		if body, err := vault.Read(stationKey); err != nil && credential == "" || err == nil && string(body) != pem {
			t.Errorf("read before the start: %q %v", body, err)
		}
		openAt(t, dir, h).Close()
		if b, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(b), wrappedPrefix) {
			t.Errorf("%s %v", b, err)
		}
		if body, err := vault.Read(stationKey); err != nil || string(body) != pem {
			t.Errorf("read: %q %v", body, err)
		}
		if s, err := vault.Safety(); err != nil || len(s.Clear) != 0 || s.Credential != (credential != "") {
			t.Errorf("after: %+v %v", s, err)
		}
	}
}

// A key that cannot be read for now must find the one that it is encrypted with later.
func TestTheKeyFileStaysWhileAnotherKeyStillNeedsIt(t *testing.T) {
	db, h, _ := keptReceivers(t)
	dir, day := db.Dir(), filepath.Join(db.Dir(), dayKeyPrefix+db.today()+dayKeySuffix)
	db.Close()
	given := t.TempDir()
	if err := os.WriteFile(filepath.Join(given, sealKeyFile), []byte(strings.Repeat("5a", keySize)), 0o400); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", given)
	if err := os.Rename(day, day+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(day, day); err != nil { // what cannot be read, even by root
		t.Fatal(err)
	}
	openAt(t, dir, h).Close()
	if err := errors.Join(os.Remove(day), os.Rename(day+".away", day)); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if rcv, err := db.Unseal("S1"); err != nil || rcv.Name != testReceiver {
		t.Error(rcv, err)
	}
	if _, err := os.Stat(filepath.Join(dir, sealKeyFile)); !os.IsNotExist(err) {
		t.Errorf("the key file is still there: %v", err)
	}
}

func TestAStationKeyThatCannotBeReadStopsNoScan(t *testing.T) {
	db, h, _ := keptReceivers(t)
	dir := db.Dir()
	db.Close()
	if err := os.WriteFile(filepath.Join(dir, stationKey), []byte(wrappedPrefix+strings.Repeat("00", 60)), 0o600); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if _, err := NewVault(dir).Read(stationKey); codeOf(err) != "bad_key" {
		t.Error(err)
	}
}

func FuzzKeyFile(f *testing.F) {
	f.Add([]byte(wrappedPrefix + strings.Repeat("00", 60)))
	f.Add([]byte(strings.Repeat("ab", keySize)))
	f.Add([]byte("wrapped:zz"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, boxKeyFile), b, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := openKeys(machine{}, dir)
		if (err == nil) != (k != nil && k.box != nil) {
			t.Error(k, err)
		}
	})
}
