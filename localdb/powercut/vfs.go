package powercut

/*
#cgo linux LDFLAGS: -Wl,--unresolved-symbols=ignore-in-object-files
#include "vfs.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"unsafe"

	_ "github.com/mattn/go-sqlite3" // the SQLite whose files are simulated
)

// VFS is the name under which SQLite knows the simulated disks: a file of a [Disk]'s
// folder that is opened with vfs=powercut stands on that disk.
const VFS = "powercut"

// SQLite's result codes.
const (
	sqliteOK            = 0
	sqliteFull          = 13
	sqliteIOErrWrite    = 10 | 3<<8
	sqliteIOErrFsync    = 10 | 4<<8
	sqliteIOErrTruncate = 10 | 6<<8
	sqliteIOErrDelete   = 10 | 10<<8
)

// Flags of xOpen.
const (
	openCreate      = 0x4
	openMainJournal = 0x800
	openSuperJrnl   = 0x4000
	openWAL         = 0x80000
)

// vfs is what the C shim finds disks and open files by.
var vfs struct {
	mu      sync.Mutex // guards below
	once    sync.Once
	err     error
	disks   map[string]*Disk // by folder
	handles map[C.int]*handle
	next    C.int
}

// handle is a file that SQLite has open.
type handle struct {
	d     *Disk
	im    *image
	named bool // its sync makes its name durable too, as SQLite does for journals
}

// mount registers the shim once, and the disk's folder.
func mount(d *Disk) error {
	vfs.once.Do(func() {
		rc := C.powercut_register()
		if rc == sqliteOK {
			rc = C.powercut_register_memory()
		}
		if rc != sqliteOK {
			vfs.err = fmt.Errorf("register the file system with SQLite: code %d", int(rc))
		}
	})
	if vfs.err != nil {
		return vfs.err
	}
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	if vfs.disks == nil {
		vfs.disks, vfs.handles = map[string]*Disk{}, map[C.int]*handle{}
	}
	vfs.disks[d.dir] = d
	return nil
}

func unmount(d *Disk) {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	delete(vfs.disks, d.dir)
}

func diskOf(path string) *Disk {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	return vfs.disks[filepath.Dir(path)]
}

func handleOf(id C.int) *handle {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	return vfs.handles[id]
}

//export powercutOpen
func powercutOpen(name *C.char, flags C.int) C.int {
	path := C.GoString(name)
	d := diskOf(path)
	if d == nil {
		return 0
	}
	im, err := d.open(path, flags&openCreate != 0)
	if err != nil {
		return -1
	}
	if im == nil {
		return 0 // not there: SQLite finds that out by itself
	}
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	vfs.next++
	vfs.handles[vfs.next] = &handle{d, im, flags&(openMainJournal|openSuperJrnl|openWAL) != 0}
	return vfs.next
}

//export powercutClose
func powercutClose(id C.int) {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	delete(vfs.handles, id)
}

//export powercutWrite
func powercutWrite(id C.int, p unsafe.Pointer, n C.int, off C.longlong) C.int {
	h := handleOf(id)
	return code(h.d.write(h.im, unsafe.Slice((*byte)(p), int(n)), int64(off)), sqliteIOErrWrite)
}

//export powercutTruncate
func powercutTruncate(id C.int, size C.longlong) C.int {
	h := handleOf(id)
	return code(h.d.truncate(h.im, int64(size)), sqliteIOErrTruncate)
}

//export powercutSync
func powercutSync(id C.int) C.int {
	h := handleOf(id)
	return code(h.d.sync(h.im, h.named), sqliteIOErrFsync)
}

//export powercutDelete
func powercutDelete(name *C.char, syncDir C.int) C.int {
	path := C.GoString(name)
	d := diskOf(path)
	if d == nil {
		return sqliteOK
	}
	return code(d.remove(path, syncDir != 0), sqliteIOErrDelete)
}

// code turns an error into SQLite's; a full disk has its own.
func code(err error, other C.int) C.int {
	switch {
	case err == nil:
		return sqliteOK
	case errors.Is(err, errFull):
		return sqliteFull
	}
	return other
}
