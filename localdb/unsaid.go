package localdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Places in the shared memory of a write-ahead log, which holds numbers in the machine's
// byte order, and in the log itself ("WAL-mode File Format", sections 2.1 and 4.1).
const (
	shmHeader     = 48 // length; it stands there twice
	shmFrames     = 16 // frames up to the last commit
	shmSalt       = 32
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
	path := filepath.Join(db.dir, dbFile)
	shm, err := os.ReadFile(path + "-shm")
	if err != nil {
		return err
	}
	if len(shm) < 2*shmHeader || !bytes.Equal(shm[:shmHeader], shm[shmHeader:2*shmHeader]) {
		return errors.New("the shared memory of the write-ahead log makes no sense")
	}
	f, err := db.on.fs.OpenFile(path+"-wal", os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	var head [walHeader]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return err
	}
	salt := head[walSalt : walSalt+walSaltLength]
	counts := int64(binary.NativeEndian.Uint32(shm[shmFrames:]))
	if !bytes.Equal(salt, shm[shmSalt:shmSalt+walSaltLength]) {
		counts = 0 // it was begun again for the commit that failed: all before is in the database
	}
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
