// Package quiet keeps the terminal library from questioning the terminal before main.
//
// bubbletea v1 asks for the background colour in an init function and waits up to
// five seconds for the answer, in every command of a program that links it. Serial
// consoles and pseudo-terminals without an emulator never answer. termenv, which asks,
// does not where CI is set. So this package sets CI while packages are initialised and
// package tui takes it back.
//
// That it comes first is certain: Go initialises, of the packages that are ready, the
// one whose path sorts first (Go 1.21 release notes, "Language"). This package is
// ready once os is; termenv waits for text/template, which waits for os as well and
// sorts later. Therefore nothing but os may be imported here.
package quiet

import "os"

const variable = "CI"

var before, present = os.LookupEnv(variable)

func init() {
	if before == "" {
		_ = os.Setenv(variable, "1") // fails for malformed names only
	}
}

// Restore puts the environment back as it was; children of the program must not see
// the difference.
func Restore() {
	if present {
		_ = os.Setenv(variable, before)
		return
	}
	_ = os.Unsetenv(variable)
}
