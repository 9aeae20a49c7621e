package powercut

/*
#include <stdlib.h>
#include "vfs.h"
*/
import "C"

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unsafe"
)

// VFSMemory is the name under which SQLite knows simulated disks whose databases are
// kept in memory.
const VFSMemory = "powercut-memory"

// Before anybody opens a database; after that SQLite would ignore it.
func init() { C.powercut_quiet() }

// memory is what the running machine sees of a file that is not in the folder. An empty
// file of its name stands there, so that it can be found and has an inode.
type memory struct{ c *C.powercut_mem }

// KeepInMemory takes a database and its journals off the folder: the same disk without
// the kernel's part in it, several times as fast. SQLite is told vfs=powercut-memory.
// It is called before any file is opened; a disk in memory is for one goroutine at a time.
func (d *Disk) KeepInMemory(database string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inMemory, d.mems = filepath.Join(d.dir, database), map[string]*memory{}
	for path, im := range d.now {
		if d.isInMemory(path) {
			if err := d.remember(path, im); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Disk) isInMemory(path string) bool {
	return d.inMemory != "" && strings.HasPrefix(path, d.inMemory)
}

// remember gives an image its memory, with what is durable of it, and leaves an empty
// file in the folder. Connections find the same memory by the name as long as it has it.
func (d *Disk) remember(path string, im *image) error {
	m := d.mems[path]
	if m == nil {
		m = &memory{(*C.powercut_mem)(C.calloc(1, C.sizeof_powercut_mem))}
		d.mems[path] = m
		if err := putFile(path, nil); err != nil {
			return err
		}
	}
	im.mem = m
	return m.set(im.durable)
}

// forget takes the name off a file's memory, which stays for who has it open.
func (d *Disk) forget(path string) error {
	if m := d.mems[path]; m != nil {
		d.nameless = append(d.nameless, m)
		delete(d.mems, path)
	}
	return os.Remove(path)
}

// free ends all memory; no file is open any more.
func (d *Disk) free() {
	for path := range d.mems {
		_ = d.forget(path) // only a name is left of it
	}
	for _, m := range d.nameless {
		C.powercut_mem_free(m.c)
	}
	d.nameless = nil
}

func (m *memory) bytes() []byte { return unsafe.Slice((*byte)(unsafe.Pointer(m.c.p)), int(m.c.n)) }

func (m *memory) resize(n int64) error {
	if rc := C.powercut_mem_resize(m.c, C.sqlite3_int64(n)); rc != sqliteOK {
		return errors.New("no memory for a simulated file")
	}
	return nil
}

func (m *memory) set(b []byte) error {
	err := m.resize(int64(len(b)))
	if err == nil {
		copy(m.bytes(), b)
	}
	return err
}

func (m *memory) readAt(p []byte, off int64) (int, error) {
	b := m.bytes()
	n := 0
	if off < int64(len(b)) {
		n = copy(p, b[off:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m *memory) writeAt(p []byte, off int64) (int, error) {
	if end := off + int64(len(p)); end > int64(m.c.n) {
		if err := m.resize(end); err != nil {
			return 0, err
		}
	}
	return copy(m.bytes()[off:], p), nil
}

// sized is a file's description with the size that its memory has.
type sized struct {
	os.FileInfo
	n int64
}

func (s sized) Size() int64 { return s.n }

//export powercutMemory
func powercutMemory(id C.int) *C.powercut_mem {
	if m := handleOf(id).im.mem; m != nil {
		return m.c
	}
	return nil
}

//export powercutHas
func powercutHas(name *C.char) C.int {
	path := C.GoString(name)
	d := diskOf(path)
	if d == nil {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if im := d.now[path]; im != nil && im.size > 0 {
		return 1
	}
	return 0
}
