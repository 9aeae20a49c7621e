package localdb

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
)

// Files of a data folder.
const (
	dbFile      = "station.db"
	lockFile    = "station.lock"
	ballastFile = "ballast"
	boxKeyFile  = "box.key"
)

const (
	walSize     = 4 << 20 // the write-ahead log is kept at least this long
	ballastSize = 4 << 20 // space to free when the disk is full
)

// lock takes the data folder for this process. The file stays; the lock on it ends
// with the process, also after a kill.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		who, _ := io.ReadAll(io.LimitReader(f, 200))
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
	note := fmt.Sprintf("pickstation process %d, since %s\n", os.Getpid(), time.Now().Format(time.DateTime))
	if err := errors.Join(f.Truncate(0), writeAt(f, []byte(note), 0)); err != nil {
		f.Close()
		return nil, fmt.Errorf("note the holder in %s: %w", f.Name(), err)
	}
	return f, nil
}

func writeAt(f *os.File, b []byte, off int64) error {
	_, err := f.WriteAt(b, off)
	return err
}

// secureWAL makes what stands in the write-ahead log really stand on the disk, and
// extends the file with zeros to walSize. A process that was told "saved" by a sync
// that failed later leaves pages which the kernel calls clean but never wrote:
// reading them back and writing them in place makes them dirty again. A file that
// does not grow makes each later sync cheaper, for its size does not change.
func secureWAL(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 1<<20)
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
	for off < walSize {
		n := min(int64(len(buf)), walSize-off)
		if err := writeAt(f, buf[:n], off); err != nil {
			// A full disk: the station still runs, each sync costs more.
			if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG) {
				break
			}
			return err
		}
		off += n
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
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
func makeBallast(dir string) error {
	path := filepath.Join(dir, ballastFile)
	if st, err := os.Stat(path); err == nil && st.Size() >= ballastSize {
		return nil
	}
	free, _, err := diskFree(dir)
	if err != nil || free < 8*ballastSize {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	// Real bytes, not a hole: on a disk that deduplicates or compresses zeros would free nothing.
	b := make([]byte, ballastSize)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	if err := writeAt(f, b, 0); err != nil {
		os.Remove(path)
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
