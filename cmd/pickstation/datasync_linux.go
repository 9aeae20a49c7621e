package main

import (
	"os"
	"syscall"
)

// datasync brings a file's content to the disk (fdatasync(2)).
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
