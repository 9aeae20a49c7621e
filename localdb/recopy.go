package localdb

import (
	"encoding/binary"
	"errors"
	"os"
)

// copiedAt is where the shared memory of a write-ahead log says how many of its frames are
// in the database file ("WAL-mode File Format", section 2.2, nBackfill).
const copiedAt = 96

// recopy writes pages into the database file that count as copied from the write-ahead
// log. A copy that did not get through moves that mark without a sync, and when the next
// sync fails the kernel gives up what was written. A start makes the mark anew, unless
// another process has the database open: status, a backup. Then SQLite would not copy these
// pages again, and would lose them when it begins the log anew. Whoever reads meanwhile
// sees the same bytes.
func (m *medium) recopy(path string) error {
	n, err := m.copied(path + "-shm")
	if err != nil || n == 0 {
		return err
	}
	log, err := walCommits(m.fs, path+"-wal", n)
	if os.IsNotExist(err) || err == nil && len(log.pages) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := m.fs.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	for no, b := range log.pages {
		if no == 0 || no > log.count {
			continue // given back since
		}
		// What finds no room was not there before.
		if err := writeAt(f, b, int64(no-1)*int64(log.size)); err != nil && !noRoom(err) {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(f.Sync(), f.Close())
}

// copied reads how many frames count as copied, 0 where nobody has said so.
func (m *medium) copied(shm string) (uint32, error) {
	f, err := m.fs.OpenFile(shm, os.O_RDONLY, 0)
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var b [4]byte
	if _, err := f.ReadAt(b[:], copiedAt); err != nil {
		return 0, nil // too short to say anything
	}
	return binary.NativeEndian.Uint32(b[:]), nil
}
