// Package printer sends documents to printers and says how printers and jobs are. Transports: a folder, IPP, a raw
// socket (port 9100) and a USB printer node. It renders nothing and keeps no queue.
//
// A job's Name is its identity. Where a transport can find out, submitting the same name with the same document again
// prints nothing and gives the reference of the first; where it cannot, and the outcome of a try is not known, the error
// says MayHavePrinted, and a person decides.
package printer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Job is one document to print once.
type Job struct {
	Name        string // unique per document and print number: "P1-SF123-1"; letters, digits and . _ - only, at most 120 bytes
	Document    []byte
	ContentType string // "application/pdf", "image/png", "application/vnd.zebra-zpl", …
	// Width and Height of the label in hundredths of a millimetre; 0 leaves the printer's own.
	Width, Height int
}

// JobRef finds a submitted job again, at the same printer only.
type JobRef string

// Printer is one printer. All methods may be called from several goroutines, take no longer than ctx allows, and return
// an *Error on failure.
type Printer interface {
	// Submit hands a job over. Done means handed over, not printed: ask Job.
	Submit(ctx context.Context, j Job) (JobRef, error)
	// Find looks for a document that may have been submitted under a name that long ago.
	// known false means that it was not; where nobody can tell, the error is CodeUncertain.
	Find(ctx context.Context, name, contentType string, ago time.Duration) (ref JobRef, known bool, err error)
	// Status asks the printer how it is. A printer that cannot be reached is a State (Unreachable), not an error.
	Status(ctx context.Context) (State, error)
	// Job asks how a submitted job is. Transports without a way back say Sent.
	Job(ctx context.Context, ref JobRef) (JobState, error)
}

// Condition is what stands between a printer and the next label.
type Condition string

// The conditions, each with one thing to do.
const (
	Ready       Condition = "ready"
	Printing    Condition = "printing"
	Paused      Condition = "paused"
	MediaEmpty  Condition = "media-empty"
	MediaLow    Condition = "media-low" // prints, but not for long
	RibbonEmpty Condition = "ribbon-empty"
	CoverOpen   Condition = "cover-open"
	HeadHot     Condition = "head-hot"
	HeadCold    Condition = "head-cold"
	Jam         Condition = "jam"
	BufferFull  Condition = "buffer-full"
	Attention   Condition = "attention" // alive, but it does not answer: it needs hands
	Rejecting   Condition = "rejecting"
	Stopped     Condition = "stopped"
	Unreachable Condition = "unreachable"
	Denied      Condition = "denied"
	Unknown     Condition = "unknown" // the transport has no way to ask
)

var conditionHints = map[Condition]string{
	Paused:      "press resume on the printer",
	MediaEmpty:  "put labels in and close the cover",
	MediaLow:    "have the next roll of labels ready",
	RibbonEmpty: "put a new ribbon in",
	CoverOpen:   "close the print head",
	HeadHot:     "wait until the print head has cooled down",
	HeadCold:    "wait until the print head has warmed up; keep the printer out of the cold",
	Jam:         "take the stuck label out",
	BufferFull:  "wait; if it stays so, switch the printer off and on",
	Attention:   "look at the printer: out of labels, out of ribbon, or open",
	Rejecting:   "the printer takes no jobs: enable it in its settings",
	Stopped:     "look at the printer's display",
	Unreachable: "check the printer's power, cable and address",
	Denied:      "let this user write there: pickstation printers list names the place",
}

// State is how a printer is.
type State struct {
	Condition Condition
	Reasons   []string // the printer's own words
	Queued    int      // jobs waiting at the printer, -1 when it does not say
	Hint      string   // what to do; empty when there is nothing to do
}

// Prints says that a job submitted now would come out without anybody's help.
func (s State) Prints() bool {
	switch s.Condition {
	case Ready, Printing, MediaLow, Unknown:
		return true
	}
	return false
}

func state(c Condition, reasons ...string) State {
	return State{Condition: c, Reasons: reasons, Queued: -1, Hint: conditionHints[c]}
}

// Progress is how far a job is.
type Progress string

// The stages of a job.
const (
	Pending     Progress = "pending"
	Held        Progress = "held"
	InProgress  Progress = "printing"
	Interrupted Progress = "interrupted" // the printer stopped in the middle; it goes on by itself once it is helped
	Done        Progress = "done"
	Canceled    Progress = "canceled"
	Aborted     Progress = "aborted"
	Sent        Progress = "sent" // all bytes are out, and the transport has no way to say more
	Forgotten   Progress = "forgotten"
)

// JobState is how a job is.
type JobState struct {
	Progress Progress
	Reasons  []string
}

// The codes of Error.
const (
	CodeNameTaken   = "print_name_taken"  // the name stands for another document already
	CodeBadJob      = "print_bad_job"     // the job cannot be printed as it is
	CodeUnreachable = "print_unreachable" // no connection, no folder
	CodeDenied      = "print_denied"      // no permission
	CodeBusy        = "print_busy"        // the printer takes no job now
	CodeRefused     = "print_refused"     // the printer will not have this job
	CodeUncertain   = "print_uncertain"   // handed over or not: not known
	CodeNoSpace     = "print_no_space"    // the disk is full
	CodeBadAnswer   = "print_bad_answer"  // the other side speaks no printer protocol
	CodeBadAddress  = "print_bad_address" // the printer's address makes no sense
)

// Error is a failure with its next step.
type Error struct {
	Code           string
	Op             string
	Hint           string
	Err            error
	Retryable      bool // the same call may succeed later without anybody's help
	MayHavePrinted bool // do not simply submit again
}

// Error is the failure in one line.
func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func (j Job) check() error {
	switch {
	case len(j.Document) == 0:
		return &Error{Code: CodeBadJob, Op: "print " + j.Name, Err: errors.New("the document is empty"), Hint: "render the document again"}
	case !safeName(j.Name):
		return &Error{Code: CodeBadJob, Op: "print", Err: fmt.Errorf("%q is no job name", j.Name),
			Hint: "use letters, digits and . _ - only, at most 120 bytes, not starting with a dot"}
	}
	return nil
}

// safeName says that a name is safe as a file name and as an IPP job name on every system.
func safeName(name string) bool {
	if name == "" || len(name) > 120 || name[0] == '.' || name[0] == '-' {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// Open makes the printer that an address names; nothing is sent yet. Addresses:
//
//	/var/spool/labels or spool:/var/spool/labels     a folder, one file per document
//	ipp://host:631/ipp/print, ipps://…               a printer that speaks IPP
//	socket://host:9100, socket://host?lang=none      raw; lang=zpl (the default) asks for the status with ~HS
//	usb:/dev/usb/lp0, usb:/dev/usb/lp0?lang=none     raw over a USB printer node
func Open(address string) (Printer, error) {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "/dev/") {
		return NewSpool(address), nil
	}
	if strings.HasPrefix(address, "/dev/") {
		address = "usb://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, badAddress(address, err)
	}
	lang := u.Query().Get("lang")
	if lang != "" && lang != "zpl" && lang != "none" {
		return nil, badAddress(address, fmt.Errorf("lang %q is neither zpl nor none", lang))
	}
	switch {
	case u.Scheme == "spool" && u.Host == "" && u.Path+u.Opaque != "":
		return NewSpool(u.Path + u.Opaque), nil
	case (u.Scheme == "ipp" || u.Scheme == "ipps") && u.Hostname() != "":
		return NewIPP(u, nil)
	case u.Scheme == "socket" && u.Hostname() != "":
		port := u.Port()
		if port == "" {
			port = "9100"
		}
		return newSocket(u.Hostname(), port, lang != "none"), nil
	case u.Scheme == "usb" && u.Host == "" && u.Path != "":
		return newNode(u.Path, lang != "none"), nil
	}
	return nil, badAddress(address, errors.New("unknown kind of printer address"))
}

func badAddress(address string, err error) error {
	return &Error{Code: CodeBadAddress, Op: "open printer " + address, Err: err,
		Hint: "use spool:/folder, ipp://host/ipp/print, ipps://…, socket://host:9100 or usb:/dev/usb/lp0"}
}
