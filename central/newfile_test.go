package central_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"pickstation/central"
	"pickstation/central/pki"
)

// draftOf makes what a process leaves that is killed while it writes a key file.
func draftOf(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.CreateTemp(filepath.Dir(path), ".new-"+filepath.Base(path)+"-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestWhatAKilledFirstStartLeftOfKeysIsRemovedByTheNext(t *testing.T) {
	base := filepath.Join(t.TempDir(), "central")
	names := []string{base + ".key", base + ".ca-key.pem", base + ".ca.pem"}
	start := func() {
		t.Helper()
		if _, err := central.OpenVault(names[0], true); err != nil {
			t.Fatal(err)
		}
		if _, err := pki.Open(names[2], names[1], 1); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // before there are keys, and beside them
		var left []*os.File
		for _, name := range names {
			left = append(left, draftOf(t, name))
		}
		start()
		for _, f := range left {
			if _, err := os.Stat(f.Name()); !os.IsNotExist(err) {
				t.Errorf("%s is still there: %v", f.Name(), err)
			}
		}
	}
	at := draftOf(t, names[0])
	if err := unix.Flock(int(at.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(filepath.Dir(base), ".new-notes-1")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start()
	for _, name := range []string{at.Name(), other} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("what another process writes is gone: %v", err)
		}
	}
}

// TestWritersAndSweepersDoNotMeet starts many processes' worth of them at once.
func TestWritersAndSweepersDoNotMeet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "central.key")
	var all sync.WaitGroup
	ids := make([]string, 64)
	for i := range ids {
		all.Go(func() {
			v, err := central.OpenVault(path, true)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = v.ID()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("two keys: %s and %s", id, ids[0])
		}
	}
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("left: %v, %v", list, err)
	}
}
