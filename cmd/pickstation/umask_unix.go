//go:build unix

package main

import "syscall"

// setUmask sets the file mode mask and returns the old one.
func setUmask(mask int) int { return syscall.Umask(mask) }
