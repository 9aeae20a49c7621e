package main

import (
	"errors"
	"fmt"

	"pickstation/order"
)

// Exit codes of all commands.
const (
	exitNo      = 1 // it ran and the answer is no
	exitUsage   = 2 // wrong usage
	exitMissing = 3 // something it needs is missing: device, file, network
)

// failure is an error as a command tells it: one line what, one line what to do.
type failure struct {
	code int
	what string
	do   string
	err  error
}

// Error gives the two lines.
func (f *failure) Error() string { return f.what + "\n" + f.do }

// ExitCode is the exit code of the program.
func (f *failure) ExitCode() int { return f.code }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.err }

// fail makes a failure from an error, whose own hint wins over do.
func fail(code int, err error, do string) error {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return err
	}
	return &failure{code: code, what: err.Error(), do: hinted(err, do), err: err}
}

// hinted is the next step that an error names itself, else do.
func hinted(err error, do string) string {
	var oe *order.Error
	if errors.As(err, &oe) && oe.Hint != "" {
		return oe.Hint
	}
	return do
}

// usage makes a failure of wrong usage.
func usage(command, format string, args ...any) error {
	return &failure{code: exitUsage, what: command + ": " + fmt.Sprintf(format, args...),
		do: "see: pickstation " + command + " --help"}
}
