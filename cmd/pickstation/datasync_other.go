//go:build !linux

package main

import "os"

// datasync brings a file's content to the disk.
func datasync(f *os.File) error { return f.Sync() }
