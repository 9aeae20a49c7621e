package powercut

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// File is a file of the simulated disk that is used without SQLite.
type File struct {
	f  *os.File
	d  *Disk
	im *image
}

// OpenFile opens a file of the folder as [os.OpenFile] does.
func (d *Disk) OpenFile(name string, flag int, perm os.FileMode) (*File, error) {
	path := d.path(name)
	im, err := d.open(path, flag&os.O_CREATE != 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	f, err := os.OpenFile(path, flag&^os.O_TRUNC, perm)
	if err != nil {
		return nil, err
	}
	x := &File{f, d, im}
	if flag&os.O_TRUNC != 0 {
		if err := x.Truncate(0); err != nil {
			f.Close()
			return nil, err
		}
	}
	return x, nil
}

// path is the name under which SQLite knows a file.
func (d *Disk) path(name string) string { return filepath.Join(d.dir, filepath.Base(name)) }

// memory is where a file's bytes are that are not in the folder. Files that the disk does
// not simulate, as shared memory, have none.
func (f *File) memory() *memory {
	if f.im == nil {
		return nil
	}
	return f.im.mem
}

// ReadAt reads what the running machine sees.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if m := f.memory(); m != nil {
		return m.readAt(p, off)
	}
	return f.f.ReadAt(p, off)
}

// WriteAt writes; nothing is durable before Sync.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	if err := f.d.write(f.im, p, off); err != nil {
		return 0, &os.PathError{Op: "write", Path: f.f.Name(), Err: err}
	}
	if m := f.memory(); m != nil {
		return m.writeAt(p, off)
	}
	return f.f.WriteAt(p, off)
}

// Truncate sets the file's size.
func (f *File) Truncate(size int64) error {
	if err := f.d.truncate(f.im, size); err != nil {
		return &os.PathError{Op: "truncate", Path: f.f.Name(), Err: err}
	}
	if m := f.memory(); m != nil {
		return m.resize(size)
	}
	return f.f.Truncate(size)
}

// Stat tells the file's size as the running machine sees it.
func (f *File) Stat() (os.FileInfo, error) {
	st, err := f.f.Stat()
	if m := f.memory(); m != nil && err == nil {
		return sized{st, int64(m.c.n)}, nil
	}
	return st, err
}

// Sync makes the file's bytes durable, not its name.
func (f *File) Sync() error {
	if err := f.d.sync(f.im, false); err != nil {
		return &os.PathError{Op: "sync", Path: f.f.Name(), Err: err}
	}
	return nil
}

// Close closes the file; that makes nothing durable.
func (f *File) Close() error { return f.f.Close() }

// Remove deletes a file. Until its folder is synced it may come back.
func (d *Disk) Remove(name string) error {
	path := d.path(name)
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if err := d.remove(path, false); err != nil {
		return &os.PathError{Op: "remove", Path: name, Err: err}
	}
	if d.isInMemory(path) {
		return nil // its name is gone already
	}
	return os.Remove(path)
}

// Rename gives a file another name. Until its folder is synced that may be undone.
func (d *Disk) Rename(from, to string) error {
	a, b := d.path(from), d.path(to)
	if d.isInMemory(a) || d.isInMemory(b) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: errors.ErrUnsupported}
	}
	d.mu.Lock()
	_, err := d.tick()
	if im := d.now[a]; err == nil && im != nil {
		d.now[b] = im
		delete(d.now, a)
	}
	d.mu.Unlock()
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return os.Rename(a, b)
}

// SyncDir makes the names of a folder durable.
func (d *Disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.tick(); err != nil {
		return &os.PathError{Op: "sync", Path: dir, Err: err}
	}
	d.syncs++
	if !d.lies {
		d.kept = maps.Clone(d.now)
	}
	return nil
}

// Free returns how much room there is, and the size of the disk, bytes.
func (d *Disk) Free(string) (free, total int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	const size = 1 << 30
	if d.room < 0 {
		return size / 2, size, nil
	}
	return d.room, size, nil
}

// Names lists the folder's files, without those that the disk does not simulate.
func (d *Disk) Names() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []string
	for path := range d.now {
		list = append(list, strings.TrimPrefix(path, d.dir+"/"))
	}
	return list
}
