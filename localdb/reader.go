package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Reader is a read-only connection beside the writer's, in this process or in
// another. Its methods may be called from several goroutines and take turns; long
// work wants a Reader of its own. None of them holds a read transaction for long,
// which would keep the write-ahead log from being reused.
type Reader struct {
	mu  sync.Mutex // guards c
	c   *conn
	dir string
	on  *medium
	*keyring
}

// NewReader opens a read-only connection to the database. It may be called from any
// goroutine. The caller closes it before the DB.
func (db *DB) NewReader() (*Reader, error) { return openReader(db.on, db.dir) }

// OpenReader opens a data folder for reading only, whether or not a station runs on it. A
// write-ahead log of another database is refused as at the start; so is an empty file, for
// SQLite would delete the log beside it, even for who only reads.
func OpenReader(dir string) (*Reader, error) {
	path := filepath.Join(dir, dbFile)
	found, err := ownDisk.look(path)
	if err == nil {
		err = found.refuse(path)
	}
	if st, bad := os.Stat(path); err == nil && bad == nil && st.Size() == 0 {
		err = noStation(path)
	}
	if err != nil {
		return nil, openError("open for reading", err)
	}
	return openReader(ownDisk, dir)
}

func openReader(on *medium, dir string) (*Reader, error) {
	path := filepath.Join(dir, dbFile)
	if _, err := os.Stat(path); err != nil {
		return nil, order.Errorf("no_database", "there is no station database in %s", dir).
			WithHint("name the data folder of a station")
	}
	c, err := openConn(on.dsn(path, "mode=ro&_query_only=1&_busy_timeout=5000&_synchronous=FULL"))
	if err != nil {
		return nil, openError("open for reading", err)
	}
	r := &Reader{c: c, dir: dir, on: on}
	v, err := c.one("PRAGMA user_version")
	if err == nil && v.int(0) > schemaVersion {
		err = order.Errorf("newer_database", "the database has schema version %d, this program knows %d", v.int(0), schemaVersion).
			WithHint("use the newer pickstation")
	}
	if err == nil && v.int(0) == 0 { // of a first start that was cut off, or another program's
		err = noStation(path)
	}
	if err != nil {
		c.close()
		return nil, openError("open for reading", err)
	}
	r.keyring = keysToRead(on.fs, dir)
	return r, nil
}

func noStation(path string) error {
	return order.Errorf("no_database", "%s holds no station's database", path).
		WithHint("start the station once; if it has worked here before, restore the newest backup with 'pickstation db restore FILE'")
}

// Close closes the connection.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.c.close()
}

// Unseal returns the receiver of a shipment. It is personal data: render it, do not keep it.
func (r *Reader) Unseal(id order.ShipmentID) (order.Receiver, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return unseal(r.c, r.keyring, id)
}

// SyncState is what a sync agent needs to know of the database.
type SyncState struct {
	Timeline int64 // the centre's, 0 never heard
	Cursor   int64 // of its feed
	Logs     []Log // in order, the open one last
	Unsent   int
	OldestAt int64                     // ms, business time of the oldest unsent event, 0 none
	Held     int                       // open shipments that were leased to the station
	Used     map[order.CarrierID]int64 // numbers of the open log's blocks that were given to parcels
}

// SyncState reads where the station stands with the centre.
func (r *Reader) SyncState(ctx context.Context) (SyncState, error) {
	if err := ctx.Err(); err != nil {
		return SyncState{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var st SyncState
	err := r.inRead(func() error {
		v, err := r.c.one("SELECT timeline, cursor, (SELECT count(*) FROM shipments WHERE open = 1) FROM sync")
		if err != nil {
			return err
		}
		st.Timeline, st.Cursor, st.Held = v.int(0), v.int(1), int(v.int(2))
		b, err := readLogs(r.c)
		if err != nil {
			return err
		}
		st.Logs, st.Unsent = b.all, b.unsent()
		if len(b.all) == 0 {
			return nil // it is being made
		}
		if st.Used, err = numbersUsed(r.c, b.cur().ID); err != nil {
			return err
		}
		for i := range b.all {
			if l := &b.all[i]; l.Unsent() > 0 {
				e, err := r.c.one("SELECT at FROM events WHERE lsn = ?", l.lsn(l.Acked+1))
				if err == nil && e != nil {
					st.OldestAt = e.int(0)
				}
				return err
			}
		}
		return nil
	})
	return st, err
}

// inRead gives several statements the same view of the database.
func (r *Reader) inRead(do func() error) error {
	if err := r.c.exec("BEGIN"); err != nil {
		return err
	}
	return errors.Join(do(), r.c.exec("ROLLBACK"))
}

// Events returns the canonical bytes of events of a log after a number, in order:
// at most limit, and no more than maxBytes beyond the first. The hashes are those of
// the event at after and of the last one returned; ok is false where the log or the
// event at after is not here.
func (r *Reader) Events(ctx context.Context, id order.LogID, after uint64, limit, maxBytes int) (bodies [][]byte, base, end order.Hash, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, base, end, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err = r.inRead(func() error {
		l, err := r.log(id)
		if err != nil || l == nil {
			return err
		}
		if base, ok, err = r.hashAt(l, after); err != nil || !ok {
			return err
		}
		end = base
		size := 0
		limit = int(min(uint64(limit), l.Last-min(after, l.Last)))
		return r.c.query("SELECT body, hash FROM events WHERE lsn >= ? AND log = ? ORDER BY lsn LIMIT ?", func(v row) error {
			size += len(v.blob(0)) + 1
			if len(bodies) > 0 && size > maxBytes {
				size = maxBytes + 1 // none after the one that did not fit
				return nil
			}
			bodies = append(bodies, v.blob(0))
			copy(end[:], v.blob(1))
			return nil
		}, l.lsn(after+1), l.No, int64(limit))
	})
	return bodies, base, end, ok, err
}

// HashAt returns the hash of an event of a log, and whether it is known here.
func (r *Reader) HashAt(id order.LogID, seq uint64) (h order.Hash, ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, err := r.log(id)
	if err != nil || l == nil {
		return h, false, err
	}
	return r.hashAt(l, seq)
}

func (r *Reader) log(id order.LogID) (*Log, error) {
	b, err := readLogs(r.c)
	if err != nil {
		return nil, err
	}
	return b.byID(id), nil
}

func (r *Reader) hashAt(l *Log, seq uint64) (order.Hash, bool, error) {
	return hashAt(r.c, l, seq)
}

// Parked returns rows of the feed that could not be understood, oldest first.
func (r *Reader) Parked(limit int) ([]ParkedRow, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return parkedRows(r.c, r.keyring, nil, limit)
}

// Disk returns the free space and the size of the data folder's disk, bytes.
func (r *Reader) Disk() (free, total int64, err error) { return r.on.fs.Free(r.dir) }

// Health returns what a heartbeat tells of the disk.
func (r *Reader) Health() wire.Health {
	free, _, err := r.Disk()
	if err != nil {
		free = -1
	}
	return wire.Health{DiskFree: free}
}
