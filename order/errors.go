package order

import "fmt"

// Error is the one error type that crosses package borders. Code is stable
// snake_case, shared with the wire; Hint is the next step for a person.
type Error struct {
	Code string // stable, snake_case
	Op   string // what was being done, "import orders"
	Msg  string // what is wrong, for a person
	Hint string // what to do next
	Err  error  // cause, may be nil
}

// Error returns "op: message: cause".
func (e *Error) Error() string {
	s := e.Msg
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an [Error] with a code and a formatted message.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// WithHint sets the next step and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}
