// Package powercut simulates the disk under a station's database, for tests: which
// bytes a power cut leaves of what was written and not yet synced, syncs that fail,
// and a disk that is full.
//
// SQLite runs unchanged on it, through a VFS in front of its own; real files hold what
// a running machine sees, and the [Disk] keeps beside them what stands on the platter.
// Writes are torn at sectors of 512 bytes and come in any order until the next sync.
// A sync that fails behaves as Linux does: the pages count as clean from then on and
// are never written unless somebody writes them again. Names (creating, renaming,
// deleting) are durable once their folder was synced.
//
// Everything random comes from the seed, so a failure can be repeated.
package powercut

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// sector is what a disk writes as a whole, bytes.
const sector = 512

// Errors of the simulated disk.
var (
	errDead = unix.EIO    // the power is off, or a sync failed
	errFull = unix.ENOSPC // no room
)

// Disk is the simulated disk of one folder. Its methods are safe for concurrent use.
type Disk struct {
	dir string

	mu       sync.Mutex // guards below
	rnd      *rand.Rand
	now      map[string]*image // by path, as the running machine sees it
	kept     map[string]*image // as a power cut leaves the names
	ops      int               // changes and syncs so far
	syncs    int
	cutAt    int // the power fails at this one, 0 never
	dead     bool
	failSync int   // one sync in so many fails, 0 none
	failed   int   // syncs that did
	room     int64 // bytes that files may still grow by, -1 no limit
	lies     bool  // syncs do nothing

	inMemory string             // what the paths of files in memory begin with, "" none are
	mems     map[string]*memory // of those, by path
	nameless []*memory          // of those that were deleted
}

// image is what is known of one file.
type image struct {
	size    int64   // as the running machine sees it
	durable []byte  // on the platter
	dirty   []write // not yet on it, in order
	lost    bool    // a sync failed: what the running machine sees is not what will be there
	mem     *memory // nil: a real file shows what the running machine sees
}

// write is one change of a file.
type write struct {
	off  int64
	data []byte // nil: the file is cut off at off
}

// New simulates the disk of a folder, whose files count as durable. Close it.
func New(dir string, seed uint64) (*Disk, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, rnd: rand.New(rand.NewPCG(seed, 0)), now: map[string]*image{}, room: -1}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		d.now[path] = &image{size: int64(len(b)), durable: b}
	}
	d.kept = maps.Clone(d.now)
	return d, mount(d)
}

// Close ends the simulation; the files stay, those in memory go.
func (d *Disk) Close() {
	unmount(d)
	d.free()
}

// CutAfter lets the power fail at the nth change or sync from now on; 0 never.
func (d *Disk) CutAfter(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cutAt = 0; n > 0 {
		d.cutAt = d.ops + n
	}
}

// FailSyncs lets one sync in n fail; 0 none.
func (d *Disk) FailSyncs(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failSync = n
}

// Room is how many bytes files may still grow by; -1 is no limit.
func (d *Disk) Room(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = bytes
}

// Lie makes syncs do nothing, as disks with a write cache and no capacitor do.
func (d *Disk) Lie() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lies = true
}

// Count says what happened so far: changes and syncs, syncs, and syncs that failed.
func (d *Disk) Count() (ops, syncs, failed int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops, d.syncs, d.failed
}

// Dead says whether the power is off.
func (d *Disk) Dead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// tick counts an operation and says whether the power is (now) off.
func (d *Disk) tick() (first bool, err error) {
	if d.dead {
		return false, errDead
	}
	d.ops++
	if d.cutAt > 0 && d.ops >= d.cutAt {
		d.dead = true
		return true, errDead
	}
	return false, nil
}

// open returns the image of a file, nil where there is none.
func (d *Disk) open(path string, create bool) (*image, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	im := d.now[path]
	if d.dead {
		return nil, errDead
	}
	if im == nil && create {
		im = &image{}
		d.now[path] = im
		if d.isInMemory(path) {
			if err := d.remember(path, im); err != nil {
				return nil, err
			}
		}
	}
	return im, nil
}

// write takes a change before it is made in the real file.
func (d *Disk) write(im *image, p []byte, off int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	first, err := d.tick()
	if err != nil && !first {
		return err
	}
	w := write{off, append([]byte{}, p...)}
	if err != nil { // what was under way may be on the platter, or parts of it
		im.dirty = append(im.dirty, w)
		return err
	}
	if grow := off + int64(len(p)) - im.size; grow > 0 {
		if d.room >= 0 && grow > d.room {
			return errFull
		}
		if d.room >= 0 {
			d.room -= grow
		}
		im.size += grow
	}
	im.dirty = append(im.dirty, w)
	return nil
}

func (d *Disk) truncate(im *image, size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.tick(); err != nil {
		return err
	}
	if d.room >= 0 && size < im.size {
		d.room += im.size - size
	}
	im.size = size
	im.dirty = append(im.dirty, write{off: size})
	return nil
}

func (d *Disk) sync(im *image, named bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.tick(); err != nil {
		return err
	}
	d.syncs++
	if d.lies {
		return nil
	}
	if d.failSync > 0 && d.rnd.IntN(d.failSync) == 0 {
		d.failed++
		im.flush(d.rnd.IntN(len(im.dirty) + 1)) // some of it may have been written before the failure
		im.dirty, im.lost = nil, true
		return errDead
	}
	im.flush(len(im.dirty))
	im.dirty = nil
	if named {
		for path, x := range d.now {
			if x == im {
				d.kept[path] = im
			}
		}
	}
	return nil
}

// flush puts the first n dirty writes on the platter.
func (im *image) flush(n int) {
	for _, w := range im.dirty[:n] {
		im.durable = w.on(im.durable)
	}
}

// on applies a change to bytes.
func (w write) on(b []byte) []byte {
	if w.data == nil {
		if int64(len(b)) > w.off {
			return b[:w.off]
		}
		return b
	}
	if end := w.off + int64(len(w.data)); int64(len(b)) < end {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[w.off:], w.data)
	return b
}

func (d *Disk) remove(path string, durable bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.tick(); err != nil {
		return err
	}
	if im := d.now[path]; im != nil && d.room >= 0 {
		d.room += im.size
	}
	delete(d.now, path)
	if durable {
		delete(d.kept, path)
	}
	if d.isInMemory(path) {
		return d.forget(path)
	}
	return nil
}

// PowerOn ends a power cut: the folder holds what survived it, and the disk works
// again. Every file must be closed.
func (d *Disk) PowerOn() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := d.kept
	if d.rnd.IntN(2) == 0 {
		names = d.now
	}
	next := map[string]*image{}
	for _, path := range slices.Sorted(maps.Keys(names)) { // in the order of the seed
		im := names[path]
		if !im.lost && len(im.dirty) == 0 && d.now[path] == im {
			next[path] = im // it stands there as it is
			continue
		}
		b := im.survivors(d.rnd)
		next[path] = &image{size: int64(len(b)), durable: b}
		put := func() error { return putFile(path, b) }
		if d.isInMemory(path) {
			put = func() error { return d.remember(path, next[path]) }
		}
		if err := put(); err != nil {
			return err
		}
	}
	for _, old := range []map[string]*image{d.now, d.kept} {
		for path := range old {
			if next[path] == nil {
				if err := d.forget(path); err != nil && !os.IsNotExist(err) {
					return err
				}
			}
		}
	}
	d.now, d.kept = next, maps.Clone(next)
	d.dead, d.cutAt = false, 0
	return d.spoilShm()
}

// survivors returns what a power cut leaves of a file: of the dirty writes none, the
// first few, any of them, or any of their sectors.
func (im *image) survivors(r *rand.Rand) []byte {
	b := append([]byte(nil), im.durable...)
	mode, first := r.IntN(4), r.IntN(len(im.dirty)+1)
	for i, w := range im.dirty {
		if mode == 0 || mode == 1 && i >= first || mode == 2 && r.IntN(2) == 0 {
			continue
		}
		if mode < 3 || w.data == nil {
			b = w.on(b)
			continue
		}
		for s := 0; s < len(w.data); s += sector {
			if r.IntN(2) == 0 {
				b = write{w.off + int64(s), w.data[s:min(len(w.data), s+sector)]}.on(b)
			}
		}
	}
	return b
}

// putFile writes a file in place, so that it stays the same file.
func putFile(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// spoilShm leaves of the shared memory of write-ahead logs, which nobody syncs, what
// was there, nothing, or garbage.
func (d *Disk) spoilShm() error {
	list, err := filepath.Glob(filepath.Join(d.dir, "*-shm"))
	for _, path := range list {
		switch d.rnd.IntN(3) {
		case 0:
			err = errors.Join(err, os.Remove(path))
		case 1:
			b := make([]byte, 32<<10)
			for i := range b {
				b[i] = byte(d.rnd.Uint32())
			}
			err = errors.Join(err, putFile(path, b))
		}
	}
	if err != nil {
		return fmt.Errorf("spoil shared memory: %w", err)
	}
	return nil
}
