package devices

import "golang.org/x/sys/unix"

// denied says that this user may not read and write path; nothing is opened.
func denied(path string) bool { return unix.Access(path, unix.R_OK|unix.W_OK) == unix.EACCES }
