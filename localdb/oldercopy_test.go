package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// copiedBench is a station that works, and copies of its files from before its last scans,
// made with cp while it ran.
type copiedBench struct {
	*testing.T
	db      *DB
	h       *hands
	dir     string
	copies  string // folder of the copies
	scanned int
}

func newCopiedBench(t *testing.T) *copiedBench {
	db, h := openNew(t)
	b := &copiedBench{T: t, db: db, h: h, dir: db.Dir(), copies: t.TempDir()}
	b.scan(5)
	for _, end := range []string{"", "-wal"} {
		copyFile(t, filepath.Join(b.dir, dbFile+end), filepath.Join(b.copies, dbFile+end))
	}
	return b
}

func (b *copiedBench) scan(n int) {
	b.Helper()
	scans(b, b.db, n)
	b.scanned += n
}

// killed returns the folder as a process that is killed now leaves it.
func (b *copiedBench) killed() string {
	b.Helper()
	to := filepath.Join(b.TempDir(), "killed")
	for _, name := range []string{dbFile, dbFile + "-wal", sessionFile, receiptsFile} {
		copyFile(b, filepath.Join(b.dir, name), filepath.Join(to, name))
	}
	return to
}

// putBack overwrites a file in its place, as cp does: the same inode, born at the same time.
func (b *copiedBench) putBack(name string) {
	b.Helper()
	body, err := os.ReadFile(filepath.Join(b.copies, name))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.dir, name), body, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}

func TestACopyOfARunningStationThatIsStartedElsewhereBeginsALogOfItsOwn(t *testing.T) {
	for name, files := range map[string][]string{
		"the database and its log": {dbFile, dbFile + "-wal"},
		"the whole folder":         {dbFile, dbFile + "-wal", dbFile + "-shm", sessionFile, receiptsFile, boxKeyFile, sealKeyFile},
	} {
		b := newCopiedBench(t)
		elsewhere := filepath.Join(t.TempDir(), "elsewhere")
		for _, f := range files {
			copyFile(t, filepath.Join(b.dir, f), filepath.Join(elsewhere, f))
		}
		db := openAt(t, elsewhere, newHands())
		if db.Started() != StartedMoved || db.Log() == b.db.Log() || db.LastSeq() != 0 {
			t.Errorf("%s: started %q, %d events in log %s, the original writes %s", name, db.Started(), db.LastSeq(), db.Log(), b.db.Log())
		}
		if n := len(tell(t, db)); n != b.scanned {
			t.Errorf("%s: %d facts, not %d", name, n, b.scanned)
		}
		db.Close()
	}
}

// An older copy lacks numbers that the centre may have, so it must not go on with its log;
// and a newer log is not played over it.
func TestAnOlderCopyThatIsPutBackInItsPlaceIsNoticed(t *testing.T) {
	for name, put := range map[string]func(b *copiedBench){
		"the file, its log deleted": func(b *copiedBench) {
			b.putBack(dbFile)
			if err := os.Remove(filepath.Join(b.dir, dbFile+"-wal")); err != nil {
				b.Fatal(err)
			}
		},
		"the file, its log emptied": func(b *copiedBench) {
			b.putBack(dbFile)
			if err := os.Truncate(filepath.Join(b.dir, dbFile+"-wal"), 0); err != nil {
				b.Fatal(err)
			}
		},
		"the file over a newer log": func(b *copiedBench) { b.putBack(dbFile) },
		"the file and its log":      func(b *copiedBench) { b.putBack(dbFile); b.putBack(dbFile + "-wal") },
	} {
		b := newCopiedBench(t)
		b.scan(20)
		log := b.db.Log()
		if err := b.db.Close(); err != nil {
			t.Fatal(err)
		}
		put(b)
		db, err := Open(context.Background(), Options{Dir: b.dir, Clock: b.h.clock()})
		if err != nil {
			if codeOf(err) != "other_database" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if db.Started() != StartedRestored || db.Log() == log {
			t.Errorf("%s: started %q, and goes on with the log", name, db.Started())
		}
		db.Close()
	}
}

// A station that was killed has noted no end; what it has noted is how often its log was
// copied into the file.
func TestAnOlderCopyIsNoticedAfterAKillOnceTheLogHasBegunAnew(t *testing.T) {
	b := newCopiedBench(t)
	b.scan(20)
	if err := b.db.copyOn(); err != nil { // as every some hundred commits
		t.Fatal(err)
	}
	b.scan(1)
	dir := b.killed()
	copyFile(t, filepath.Join(b.copies, dbFile), filepath.Join(dir, dbFile))
	if _, err := Open(context.Background(), Options{Dir: dir}); codeOf(err) != "other_database" {
		t.Errorf("a newer log was played over an older file: %v", err)
	}
}

// As long as the log has not begun anew it holds all that a copy of the file lacks.
func TestACopyOfTheFileUnderItsOwnLogIsNoOlderOne(t *testing.T) {
	b := newCopiedBench(t)
	b.scan(20)
	dir := b.killed()
	copyFile(t, filepath.Join(b.copies, dbFile), filepath.Join(dir, dbFile))
	db := openAt(t, dir, b.h)
	defer db.Close()
	if n := len(tell(t, db)); n != b.scanned || db.Started() != StartedMoved {
		t.Errorf("%d facts, not %d; started %q", n, b.scanned, db.Started())
	}
}

// The image of a disk has the machine's name and the file's number on it; what tells it
// from the original is the disk, also under an encrypted volume.
func TestTheDiskUnderAnEncryptedVolumeIsKnown(t *testing.T) {
	sys := t.TempDir()
	link := func(to, name string) {
		t.Helper()
		path := filepath.Join(sys, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(sys, to), path); err != nil {
			t.Fatal(err)
		}
	}
	disk := filepath.Join(sys, "devices/pci0000:00/ata1/block/sda")
	for _, dir := range []string{disk + "/sda2", disk + "/device", sys + "/devices/virtual/block/dm-0/slaves", sys + "/devices/virtual/block/dm-1/slaves",
		sys + "/devices/virtual/block/dm-2/slaves"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(disk+"/device/wwid", []byte("naa.5000c500a1b2c3d4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for raid, names := range map[string][2]string{"md0": {"sda", "sdb"}, "md1": {"sdb", "sda"}} { // the same disks, found in another order
		for i, serial := range []string{"S-2", "S-1"} {
			dir := filepath.Join(sys, "devices/virtual/block", raid, "slaves", names[i])
			if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "serial"), []byte(serial), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	link("devices/virtual/block/md0", "dev/block/9:0")
	link("devices/virtual/block/md1", "dev/block/9:1")
	link("devices/pci0000:00/ata1/block/sda/sda2", "dev/block/8:2")
	link("devices/pci0000:00/ata1/block/sda/sda2", "devices/virtual/block/dm-0/slaves/sda2")
	link("devices/virtual/block/dm-0", "dev/block/253:0")
	link("devices/virtual/block/dm-0", "devices/virtual/block/dm-1/slaves/dm-0")
	link("devices/virtual/block/dm-1", "dev/block/253:1")
	link("devices/virtual/block/dm-2", "devices/virtual/block/dm-2/slaves/dm-2") // of itself: hostile
	link("devices/virtual/block/dm-2", "dev/block/253:2")
	for _, c := range []struct {
		major, minor uint32
		want         string
	}{{8, 2, "naa.5000c500a1b2c3d4"}, {253, 0, "naa.5000c500a1b2c3d4"}, {253, 1, "naa.5000c500a1b2c3d4"}, {253, 2, ""}, {7, 7, ""}, {9, 0, "S-1"}, {9, 1, "S-1"}} {
		if got := diskSerial(sys, c.major, c.minor); got != c.want {
			t.Errorf("%d:%d: %q, not %q", c.major, c.minor, got, c.want)
		}
	}
}
