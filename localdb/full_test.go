package localdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pickstation/order"
)

// smallDisk mounts a file system of its own, in memory.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a full disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp leaves no block free and returns how to free them again.
func fillUp(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "somebody else's")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// scanUntilFull stores events until one is refused, and returns how many were saved
// and the refusal.
func scanUntilFull(db *DB) (saved uint64, refusal error) {
	for range 100_000 {
		tx, err := db.Begin()
		if err != nil {
			return saved, err
		}
		err = tx.Append(&order.Event{Type: order.EventNoted, At: 1, Code: strings.Repeat("x", 40)})
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			tx.Rollback()
			return saved, err
		}
		saved = db.LastSeq()
	}
	return saved, nil
}

func TestFullDiskSaysSoAndLosesNothing(t *testing.T) {
	dir := filepath.Join(smallDisk(t, 48<<20), "data")
	h := newHands()
	db := openAt(t, dir, h)
	scans(t, db, 10)
	free := fillUp(t, filepath.Dir(dir))
	saved, err := scanUntilFull(db)
	var e *order.Error
	if !asError(err, &e) || e.Code != "not_saved" || !strings.Contains(e.Hint, "disk space") {
		t.Fatalf("after %d events: %v", saved, err)
	}
	if saved < 10 {
		t.Fatalf("%d events were saved", saved)
	}
	if _, err := os.Stat(filepath.Join(dir, ballastFile)); !os.IsNotExist(err) {
		t.Errorf("the ballast is still there: %v", err)
	}
	if got, err := db.LastEvent(); err != nil || got.Seq != saved {
		t.Errorf("last event %v %v, saved %d", got, err, saved)
	}
	db.Close()

	// The ballast is gone, so the station starts again on the full disk and goes on.
	db = openAt(t, dir, h)
	if db.LastSeq() != saved {
		t.Errorf("%d events after restart, saved %d", db.LastSeq(), saved)
	}
	scans(t, db, 5)
	if _, err := os.Stat(filepath.Join(dir, ballastFile)); !os.IsNotExist(err) {
		t.Errorf("the ballast was made again on a full disk: %v", err)
	}
	if err := reader(t, db).CheckRecent(t.Context(), 1_000_000); err != nil {
		t.Error(err)
	}
	db.Close()
	free()
	db = openAt(t, dir, h)
	defer db.Close()
	scans(t, db, 5)
	if db.LastSeq() != saved+10 {
		t.Errorf("%d events, want %d", db.LastSeq(), saved+10)
	}
	if _, err := os.Stat(filepath.Join(dir, ballastFile)); err != nil {
		t.Errorf("with room again there is no ballast: %v", err)
	}
}

func TestStationCanBeOpenedOnAFullDisk(t *testing.T) {
	dir := filepath.Join(smallDisk(t, 16<<20), "data")
	h := newHands()
	openAt(t, dir, h).Close()
	defer fillUp(t, filepath.Dir(dir))()
	db := openAt(t, dir, h)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// TestTheNoteOfWhoHasTheFolderNeedsNoRoom takes its room away, as somebody does who fills the disk
// in the moment in which a file is cut to nothing.
func TestTheNoteOfWhoHasTheFolderNeedsNoRoom(t *testing.T) {
	dir := filepath.Join(smallDisk(t, 16<<20), "data")
	h := newHands()
	openAt(t, dir, h).Close()
	if err := os.Truncate(filepath.Join(dir, lockFile), 0); err != nil {
		t.Fatal(err)
	}
	defer fillUp(t, filepath.Dir(dir))()
	if err := openAt(t, dir, h).Close(); err != nil {
		t.Error(err)
	}
}

func TestBackupToAFullDiskLeavesNothingBehind(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 20_000)
	to := smallDisk(t, 1<<20)
	err := reader(t, db).Backup(t.Context(), filepath.Join(to, "st.db"))
	if codeOf(err) != "backup_failed" {
		t.Errorf("backup: %v", err)
	}
	if left, _ := os.ReadDir(to); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
