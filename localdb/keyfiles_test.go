package localdb

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

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
