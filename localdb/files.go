package localdb

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"

	"pickstation/order"
)

// Files of a data folder.
const (
	dbFile      = "station.db"
	lockFile    = "station.lock"
	ballastFile = "ballast"
)

const (
	walSize     = 4 << 20 // the write-ahead log is kept at least this long
	ballastSize = 4 << 20 // space to free when the disk is full
)

// medium is what a database stands on: how files beside SQLite's are changed, and what
// SQLite is told. Tests put a simulated disk in its place.
type medium struct {
	fs         fileSystem
	vfs        string // SQLite's name for it, "" its default
	wal        int64  // the write-ahead log is kept at least so long, bytes
	ballast    int64  // space to free when the disk is full, bytes
	checkpoint int    // pages of write-ahead log after which a commit copies them
	reissue    int64  // events that one transaction issues again
}

// ownDisk is the machine's own disk.
var ownDisk = &medium{fs: machine{}, wal: walSize, ballast: ballastSize, checkpoint: autocheckpoint, reissue: reissueChunk}

// fileSystem is what the database needs of a file system beside SQLite.
type fileSystem interface {
	OpenFile(name string, flag int, perm os.FileMode) (file, error)
	Rename(from, to string) error
	Remove(name string) error
	SyncDir(dir string) error
	Free(dir string) (free, total int64, err error) // bytes
}

type file interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Stat() (os.FileInfo, error)
	Sync() error
	Close() error
}

// machine is the file system of this machine.
type machine struct{}

func (machine) OpenFile(name string, flag int, perm os.FileMode) (file, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return f, nil
}
func (machine) Rename(from, to string) error { return os.Rename(from, to) }
func (machine) Remove(name string) error     { return os.Remove(name) }
func (machine) SyncDir(dir string) error     { return syncDir(dir) }
func (machine) Free(dir string) (free, total int64, err error) {
	return diskFree(dir)
}

// dsn names a file of the medium for SQLite.
func (m *medium) dsn(path, query string) string {
	if m.vfs != "" {
		query += "&vfs=" + m.vfs
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query
}

// noteSize is how long the note of who has a data folder is, bytes.
const noteSize = 100

// lock takes the data folder for this process. The file stays; the lock on it ends
// with the process, also after a kill.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		who, _ := io.ReadAll(io.LimitReader(f, noteSize))
		f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		holder := strings.TrimSpace(string(who))
		if holder == "" {
			holder = "another process"
		}
		return nil, order.Errorf("station_running", "the data folder %s is in use by %s", dir, holder).
			WithHint("use the station that is running, end it, or name another folder")
	}
	// In the place of the one before: on a full disk the room for it would be gone for good.
	note := fmt.Sprintf("%-*s\n", noteSize-1, fmt.Sprintf("pickstation process %d, since %s", os.Getpid(), time.Now().Format(time.DateTime)))
	if err := writeAt(f, []byte(note), 0); err != nil && !noRoom(err) {
		f.Close()
		return nil, fmt.Errorf("note the holder in %s: %w", f.Name(), err)
	}
	return f, nil
}

func writeAt(f io.WriterAt, b []byte, off int64) error {
	_, err := f.WriteAt(b, off)
	return err
}

// secureWAL makes what stands in the write-ahead log really stand on the disk, and
// extends the file with zeros. A process that was told "saved" by a sync
// that failed later leaves pages which the kernel calls clean but never wrote:
// reading them back and writing them in place makes them dirty again. A file that
// does not grow makes each later sync cheaper, for its size does not change.
func (m *medium) secureWAL(path string) error {
	f, err := m.fs.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, min(1<<20, m.wal))
	var off int64
	for {
		n, err := f.ReadAt(buf, off)
		if n > 0 {
			if werr := writeAt(f, buf[:n], off); werr != nil {
				return werr
			}
			off += int64(n)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	clear(buf)
	for off < m.wal {
		n := min(int64(len(buf)), m.wal-off)
		if err := writeAt(f, buf[:n], off); err != nil {
			// A full disk: the station still runs, each sync costs more.
			if noRoom(err) {
				break
			}
			return err
		}
		off += n
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return m.fs.SyncDir(filepath.Dir(path))
}

// noRoom says whether an error means a full disk.
func noRoom(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG) || isCode(err, sqlite3.ErrFull)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// makeBallast writes the file that is given up when the disk is full. It is only
// made where there is room to spare.
func (m *medium) makeBallast(dir string) error {
	path := filepath.Join(dir, ballastFile)
	free, _, err := m.fs.Free(dir)
	if err != nil {
		return err
	}
	f, err := m.fs.OpenFile(path, os.O_RDWR, 0o600)
	if os.IsNotExist(err) {
		if free < 8*m.ballast {
			return nil
		}
		f, err = m.fs.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || st.Size() >= m.ballast || free < 8*m.ballast {
		return err
	}
	// Real bytes, not a hole: on a disk that deduplicates or compresses zeros would free nothing.
	b := make([]byte, m.ballast)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	if err := writeAt(f, b, 0); err != nil {
		if rerr := m.fs.Remove(path); rerr != nil {
			return errors.Join(err, rerr)
		}
		return nil // no room after all
	}
	return f.Sync()
}

func diskFree(dir string) (free, total int64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("disk of %s: %w", dir, err)
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Blocks) * st.Bsize, nil
}
