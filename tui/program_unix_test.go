//go:build unix

package tui

import "syscall"

const windowChanged = syscall.SIGWINCH

// ownTerminal makes a child's standard input its controlling terminal.
var ownTerminal = &syscall.SysProcAttr{Setsid: true, Setctty: true}
