package api

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"pickstation/sync/wire"
)

// Error is why a call had no answer that counts. The classes are those of the sync
// agent: network, retry, clock, park, split, snapshot.
type Error struct {
	class  string
	code   string
	msg    string
	hint   string
	status int // HTTP status, 0 none came
	after  time.Duration
	err    error
}

// Error says what is wrong.
func (e *Error) Error() string {
	s := e.msg
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Class says how the failure is met: network, retry, clock, park, split or snapshot.
func (e *Error) Class() string { return e.class }

// Code is a stable code.
func (e *Error) Code() string { return e.code }

// Hint is the next step for a person.
func (e *Error) Hint() string { return e.hint }

// Status is the HTTP status that came, 0 for none.
func (e *Error) Status() int { return e.status }

// RetryAfter is how long the centre asked to wait, 0 it did not.
func (e *Error) RetryAfter() time.Duration { return e.after }

// transportError classifies a call that had no HTTP answer.
func transportError(err error) *Error {
	e := &Error{class: "network", code: "no_answer", msg: "the centre does not answer", err: err,
		hint: "check the network; nothing is lost meanwhile"}
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.class, e.code, e.msg = "clock", "clock", "the centre's certificate is not valid at the time shown here"
		e.hint = "put the clock of this station right"
	case errors.As(err, &unknown), errors.As(err, &invalid):
		e.class, e.code, e.msg = "park", "wrong_centre", "who answers is not the centre this station was enrolled at"
		e.hint = "check the address; if the centre was set up anew, enrol the station again"
	case errors.As(err, &name):
		e.class, e.code, e.msg = "park", "wrong_centre", "the centre's certificate is for another address"
		e.hint = "use the address the centre's certificate names"
	case errors.As(err, &op) && op.Op == "remote error": // a TLS alert: the type of alerts is private to crypto/tls
		e.class, e.code, e.msg = "park", "certificate_refused", "the centre refuses this station's certificate"
		e.hint = "enrol the station again; scanning goes on meanwhile"
	case errors.As(err, &dns):
		e.code, e.msg = "no_address", "the centre's address is not known"
	}
	return e
}

// statusError classifies an HTTP answer that is not the one hoped for.
func statusError(resp *http.Response, body []byte, now time.Time) *Error {
	var p wire.Problem
	ours := json.Unmarshal(body, &p) == nil && p.Code != ""
	e := &Error{class: "park", code: p.Code, msg: p.Detail, hint: p.Hint, status: resp.StatusCode,
		after: retryAfter(resp.Header.Get("Retry-After"), now)}
	if !ours {
		e.code, e.msg = "bad_reply", fmt.Sprintf("an answer with status %d that is not the centre's", resp.StatusCode)
		e.hint = "check the address and what stands between the station and the centre"
	}
	switch s := resp.StatusCode; {
	case s == http.StatusRequestEntityTooLarge:
		e.class = "split"
	case s == http.StatusGone:
		e.class = "snapshot"
	case !ours && (s == http.StatusUnauthorized || s == http.StatusForbidden):
		e.class, e.code = "retry", "not_allowed" // somebody between says so, not the centre
	case p.Code == "clock":
		e.class = "clock"
	case s >= 500 || s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s < 400 || !ours:
		e.class = "retry"
	}
	return e
}

// retryAfter reads a Retry-After header (RFC 9110, 10.2.3): seconds or a date. It is
// held to an hour.
func retryAfter(text string, now time.Time) time.Duration {
	const most = time.Hour
	if n, err := strconv.Atoi(text); err == nil {
		return min(max(time.Duration(min(n, 3600))*time.Second, 0), most)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), most)
	}
	return 0
}

// badReply is an answer with a good status that cannot be read.
func badReply(what string, err error) *Error {
	return &Error{class: "retry", code: "bad_reply", msg: what, err: err,
		hint: "check the address and what stands between the station and the centre"}
}
