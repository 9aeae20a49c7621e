package printer

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"

	"pickstation/devices/ipp"
)

// notSent says that an error came before a connection was made, so nothing can have been printed.
func notSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || (errors.As(err, &op) && op.Op == "dial")
}

// fault classifies what went wrong with a printer on the network or on a cable. uncertain: the document may be out.
func fault(op string, err error, uncertain bool) *Error {
	e := &Error{Code: CodeUnreachable, Op: op, Err: err, Hint: conditionHints[Unreachable], Retryable: true, MayHavePrinted: uncertain}
	var status *ipp.StatusError
	var bad *badAnswer
	switch {
	case uncertain:
		e.Code, e.Retryable, e.Hint = CodeUncertain, false, "look whether the label came out, then print it again or go on"
	case errors.As(err, &status) && status.Retryable():
		e.Code, e.Hint = CodeBusy, "wait, or look at the printer"
	case errors.As(err, &status):
		e.Code, e.Retryable, e.Hint = CodeRefused, false, "check the printer's address and the document's format and size"
	case errors.As(err, &bad):
		e.Code, e.Retryable, e.Hint = CodeBadAnswer, false, "check the printer's address: what answers there is no printer"
	case errors.Is(err, fs.ErrPermission):
		e.Code, e.Retryable, e.Hint = CodeDenied, false, "add the user to group lp and sign in again"
	case errors.Is(err, syscall.EBUSY):
		e.Code, e.Hint = CodeBusy, "another program holds the printer: close it"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		e.Code, e.Hint = CodeBusy, conditionHints[Attention]
	}
	return e
}
