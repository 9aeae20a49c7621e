package localdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Places in a write-ahead log ("WAL-mode File Format", section 2; fileformat2, 4.1).
const (
	walHeader     = 32
	walPageSize   = 8
	walSalt       = 16
	walFrame      = 24 // length of a frame's header
	walFrameSalt  = 8
	walSaltLength = 8
)

// unsay makes a commit that failed at its sync really not saved. Its frames stand in the
// write-ahead log, whole, behind the last commit that counts, and the next start would
// take them for one. So their headers are overwritten, all of them: the next commit may
// begin with the same bytes, and would bring the rest back. An error leaves open what the
// next start will find: all of the commit, or nothing.
func (db *DB) unsay() error {
	r, err := db.w.one("PRAGMA wal_checkpoint(NOOP)") // tells how many frames count
	if err != nil {
		return err
	}
	// Where the log was begun again for the commit that failed, none does: all before is in
	// the database. SQLite keeps no lock on this file that closing it would lose.
	counts := max(r.int(1), 0)
	f, err := db.on.fs.OpenFile(filepath.Join(db.dir, dbFile+"-wal"), os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	var head [walHeader]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return err
	}
	salt := head[walSalt : walSalt+walSaltLength]
	step := walFrame + int64(binary.BigEndian.Uint32(head[walPageSize:]))
	zero := make([]byte, walFrame)
	for at := walHeader + counts*step; ; at += step {
		var frame [walFrame]byte
		if _, err := f.ReadAt(frame[:], at); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if !bytes.Equal(salt, frame[walFrameSalt:walFrameSalt+walSaltLength]) {
			break // of an earlier round
		}
		if err := writeAt(f, zero, at); err != nil {
			return err
		}
	}
	return f.Sync()
}
