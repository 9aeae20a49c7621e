package localdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// identity says where a database lives. A database that finds itself elsewhere was
// copied or restored: another station may go on with the same log, so it starts a
// log of its own.
type identity struct {
	machine string // /etc/machine-id
	disk    string // serial number of the disk, "" unknown
	file    string // inode and time of birth of the database file
}

// same says whether two identities can be the same place. What one of them does not
// know decides nothing.
func (a identity) same(b identity) bool {
	eq := func(x, y string) bool { return x == "" || y == "" || x == y }
	return eq(a.machine, b.machine) && eq(a.disk, b.disk) && eq(a.file, b.file)
}

func identify(path string) identity {
	var id identity
	if b, err := os.ReadFile("/etc/machine-id"); err == nil {
		id.machine = strings.TrimSpace(string(b))
	}
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &st); err != nil {
		return id
	}
	id.file = fmt.Sprintf("inode %d", st.Ino)
	if st.Mask&unix.STATX_BTIME != 0 {
		id.file += fmt.Sprintf(" born %d.%09d", st.Btime.Sec, st.Btime.Nsec)
	}
	id.disk = diskSerial(sysfs, st.Dev_major, st.Dev_minor)
	return id
}

const sysfs = "/sys"

// diskSerial looks a block device's serial number up in sysfs; a partition's is its
// disk's, and that of an encrypted or logical volume is the first of the disks under it, by
// number: their names change from start to start.
func diskSerial(sys string, major, minor uint32) string {
	dir, err := filepath.EvalSymlinks(fmt.Sprintf("%s/dev/block/%d:%d", sys, major, minor))
	if err != nil {
		return ""
	}
	return serialUnder(dir, 4) // a logical volume on an encrypted one on a RAID on disks
}

func serialUnder(dir string, deep int) (first string) {
	for _, d := range []string{dir, filepath.Dir(dir)} {
		for _, name := range []string{"serial", "device/serial", "wwid", "device/wwid", "device/cid"} {
			b, err := os.ReadFile(filepath.Join(d, name))
			if s := strings.TrimSpace(string(b)); err == nil && s != "" {
				return s
			}
		}
	}
	under, err := os.ReadDir(filepath.Join(dir, "slaves"))
	if err != nil || deep == 0 {
		return ""
	}
	for _, u := range under {
		if d, err := filepath.EvalSymlinks(filepath.Join(dir, "slaves", u.Name())); err == nil {
			if s := serialUnder(d, deep-1); s != "" && (first == "" || s < first) {
				first = s
			}
		}
	}
	return first
}
