package printer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// raw is a printer that takes bytes and says nothing of jobs: port 9100, or a USB printer node. Such printers serve one
// connection at a time.
type raw struct {
	name string
	zpl  bool // it understands ~HS
	dial func(ctx context.Context) (line, error)

	mu sync.Mutex // one connection at a time

	known sync.Mutex // guards below
	jobs  map[JobRef]*rawJob
}

// rawJob is a document whose bytes are out, at a printer that can be asked how it is.
type rawJob struct {
	at   time.Time
	down bool // the printer could not be reached since: its memory may be empty
}

// rawSettles is how long a printer may take until what it got shows in its status.
const rawSettles = time.Second

// rawJobs bounds how many documents are followed; the oldest is forgotten first.
const rawJobs = 64

// line is an open way to the printer.
type line interface {
	io.ReadWriteCloser
	SetDeadline(t time.Time) error
}

// hsWait is how long a Zebra printer may take to answer ~HS. It gives no answer at all while it is out of labels or
// ribbon or its head is open (ZPL II Programming Guide, ~HS).
const hsWait = time.Second

func newSocket(host, port string, zpl bool) *raw {
	address := net.JoinHostPort(host, port)
	return &raw{name: address, zpl: zpl, dial: func(ctx context.Context) (line, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return c.(*net.TCPConn), nil
	}}
}

func newNode(path string, zpl bool) *raw {
	return &raw{name: path, zpl: zpl, dial: func(context.Context) (line, error) {
		st, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if st.Mode()&os.ModeCharDevice == 0 {
			return nil, fmt.Errorf("%s is no device", path)
		}
		f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
		if err != nil {
			return nil, err
		}
		return f, nil
	}}
}

// Submit sends the document. An error after the first byte leaves open what came out.
func (r *raw) Submit(ctx context.Context, j Job) (JobRef, error) {
	if err := j.check(); err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	op := "print " + j.Name
	c, err := r.dial(ctx)
	if err != nil {
		return "", fault(op, err, false)
	}
	defer c.Close()
	stop, err := bound(ctx, c)
	if err != nil {
		return "", fault(op, err, false)
	}
	defer stop()
	n, err := c.Write(j.Document)
	if err != nil {
		return "", fault(op, err, n > 0)
	}
	if t, ok := c.(*net.TCPConn); ok {
		if err := t.CloseWrite(); err != nil {
			return "", fault(op, err, true)
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(&untilQuiet{t, quiet, time.Now().Add(hsWait)}, 1<<16))
	}
	r.follow(JobRef(j.Name))
	return JobRef(j.Name), nil
}

// follow remembers a document that is out.
func (r *raw) follow(ref JobRef) {
	r.known.Lock()
	defer r.known.Unlock()
	if r.jobs == nil {
		r.jobs = map[JobRef]*rawJob{}
	}
	for len(r.jobs) >= rawJobs {
		oldest := ref
		for k, j := range r.jobs {
			if oldest == ref || j.at.Before(r.jobs[oldest].at) {
				oldest = k
			}
		}
		delete(r.jobs, oldest)
	}
	r.jobs[ref] = &rawJob{at: time.Now()}
}

// quiet is how long a printer is silent that has nothing more to say.
const quiet = 200 * time.Millisecond

// untilQuiet reads until the other side closes or is silent for wait, and not beyond end: a close with unread bytes
// would reset the connection, and the printer could lose the end of the label.
type untilQuiet struct {
	c    *net.TCPConn
	wait time.Duration
	end  time.Time
}

func (u *untilQuiet) Read(p []byte) (int, error) {
	by := time.Now().Add(u.wait)
	if u.end.Before(by) {
		by = u.end
	}
	if err := u.c.SetReadDeadline(by); err != nil {
		return 0, err
	}
	return u.c.Read(p)
}

// bound makes a line obey ctx.
func bound(ctx context.Context, c line) (stop func() bool, err error) {
	if t, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(t); err != nil && !errors.Is(err, os.ErrNoDeadline) {
			return nil, err
		}
	}
	return context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) }), nil
}

// Find cannot know.
func (r *raw) Find(_ context.Context, name, _ string, _ time.Duration) (JobRef, bool, error) {
	return "", false, cannotTell(name, "this printer keeps no list of jobs")
}

// cannotTell says that only a person can say whether a document came out.
func cannotTell(name, why string) *Error {
	return &Error{Code: CodeUncertain, Op: "find " + name, Err: errors.New(why), Hint: "look whether the paper came out: scan it, or print it again"}
}

// Job cannot know more than that the bytes are out, unless the printer speaks ZPL: then
// the document is done once the printer is ready and has nothing left to print. A printer
// that was gone in between has lost what was in its memory.
func (r *raw) Job(ctx context.Context, ref JobRef) (JobState, error) {
	if !r.zpl {
		return JobState{Progress: Sent}, nil
	}
	s, err := r.Status(ctx)
	if err != nil {
		return JobState{}, err
	}
	r.known.Lock()
	defer r.known.Unlock()
	j := r.jobs[ref]
	switch {
	case j == nil:
		return JobState{Progress: Forgotten, Reasons: []string{"sent before this start"}}, nil
	case s.Condition == Unreachable:
		j.down = true
		return JobState{Progress: Interrupted, Reasons: s.Reasons}, nil
	case !s.Prints():
		return JobState{Progress: Interrupted, Reasons: s.Reasons}, nil
	case s.Condition == Printing || s.Queued > 0 || time.Since(j.at) < rawSettles:
		return JobState{Progress: InProgress}, nil
	}
	if j.down {
		return JobState{Progress: Forgotten, Reasons: []string{"the printer was off in between"}}, nil
	}
	return JobState{Progress: Done}, nil
}

// Status connects and, where the printer speaks ZPL, asks it.
func (r *raw) Status(ctx context.Context) (State, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.dial(ctx)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return state(Denied, err.Error()), nil
	case err != nil:
		return state(Unreachable, err.Error()), nil
	}
	defer c.Close()
	if !r.zpl {
		return state(Unknown), nil
	}
	by := time.Now().Add(hsWait)
	if t, ok := ctx.Deadline(); ok && t.Before(by) {
		by = t
	}
	if err := c.SetDeadline(by); err != nil {
		return State{}, fault("status of "+r.name, err, false)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	return askZebra(c, r.name)
}

// askZebra sends ~HS and reads the three strings of the answer.
func askZebra(c line, name string) (State, error) {
	if _, err := c.Write([]byte("~HS")); err != nil {
		return state(Attention, err.Error()), nil
	}
	var got []byte
	buf := make([]byte, 512)
	for len(got) < 4096 {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		if s, ok := ParseHostStatus(got); ok {
			return s, nil
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return state(Attention, "no answer to ~HS"), nil
		}
		if err != nil {
			return state(Attention, err.Error()), nil
		}
	}
	return State{}, fault("status of "+name, &badAnswer{fmt.Errorf("%.40q is no answer to ~HS", got)}, false)
}
