package devices

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

const (
	readSlice    = 400 * time.Millisecond // how long a read waits before the owner looks at its timers and at ctx
	writeTimeout = 500 * time.Millisecond // how long one message may take to leave
	sendQueue    = 16                     // messages waiting to leave; a fuller queue means the device does not listen
	pollEvery    = time.Second            // how often an absent port is looked for when no notification comes
	backoffFirst = 50 * time.Millisecond
	backoffMax   = 2 * time.Second
	settleTime   = 2 * time.Second // udev sets the permissions of a new node after it appears
)

// engine is the protocol of one device. opened, receive, wake and lost are called by the owner goroutine only.
type engine interface {
	// opened starts a new connection; the bytes it returns are sent first.
	opened(now time.Time) []byte
	// receive takes bytes read at now and returns bytes to send at once.
	receive(b []byte, now time.Time) []byte
	// wake runs the timers and returns bytes to send and when it wants to be woken next (zero: not).
	wake(now time.Time) ([]byte, time.Time)
	// lost ends the connection; a half message is reported.
	lost(now time.Time)
	// health gives the counters.
	health() Health
}

// message is a run of bytes on its way to a device.
type message struct {
	bytes []byte
	conn  uint64 // the connection it is for; another connection drops it
	// leaving is called right before the bytes go out, so that whatever the device says to them comes after, and left when
	// they have; lost is called when they do not go out, even after leaving. Each may be nil.
	leaving, left, lost func()
}

// link owns one port: it opens, reads, closes and reopens it, for ever, and feeds an engine.
type link struct {
	name, kind, path string
	line             Line
	open             Opener
	engine           engine
	report           func(State)
	wakeUp           <-chan struct{} // something changed in the port's folder
	log              *slog.Logger

	out chan message

	mu    sync.Mutex // guards below
	state State
	conn  uint64 // counts connections, from 1; 0 while there is none
	conns uint64
}

var errNotListening = errors.New("the device does not take what is sent to it")

// run owns the port until ctx ends. It never returns early: a panic in the protocol is reported and the port reopened.
func (l *link) run(ctx context.Context) {
	delay := backoffFirst
	var since time.Time // when opening first failed with something that may settle by itself
	for ctx.Err() == nil {
		online, err := l.attempt(ctx)
		if ctx.Err() != nil {
			break
		}
		if online {
			delay, since = backoffFirst, time.Time{}
		}
		f := asFault(l.path, err)
		switch f.Status {
		case Absent:
			l.fail(f)
			since, delay = time.Time{}, backoffFirst
			l.wait(ctx, pollEvery)
			continue
		case Denied:
			if since.IsZero() {
				since = time.Now()
			}
			if time.Since(since) < settleTime {
				l.setStatus(Opening, f)
			} else {
				l.fail(f)
			}
		default:
			l.fail(f)
		}
		l.wait(ctx, delay/2+rand.N(delay))
		delay = min(delay*2, backoffMax)
	}
	l.setStatus(Closed, nil)
}

// wait pauses for d, for a change in the port's folder, or until ctx ends.
func (l *link) wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-l.wakeUp:
	case <-t.C:
	}
}

// attempt opens the port and serves it until it goes; online says whether it was ever open.
func (l *link) attempt(ctx context.Context) (online bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("device protocol panicked", "device", l.name, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = &Fault{Op: "serve " + l.path, Status: Failed, Err: fmt.Errorf("internal error: %v", r), Hint: "report it with the log; the device is opened again"}
		}
	}()
	port, err := l.open(ctx, l.path, l.line)
	if err != nil {
		return false, err
	}
	defer port.Close()
	return true, l.serve(ctx, port)
}

// serve reads the port until it fails or ctx ends. The writer it starts has ended when it returns.
func (l *link) serve(ctx context.Context, port Port) error {
	conn := l.connected()
	stop, broken := make(chan bool, 1), make(chan error, 1)
	var writer sync.WaitGroup
	writer.Go(func() { l.write(port, conn, stop, broken) })
	defer func() {
		stop <- ctx.Err() != nil // when it is we who go, what is queued still leaves: an answer is owed for a stored scan
		writer.Wait()
		l.disconnected()
		l.engine.lost(time.Now())
	}()
	l.send(message{bytes: l.engine.opened(time.Now()), conn: conn})
	l.setStatus(Online, nil)
	buf := make([]byte, 4096)
	for ctx.Err() == nil {
		select {
		case err := <-broken:
			return err
		default:
		}
		b, due := l.engine.wake(time.Now())
		l.send(message{bytes: b, conn: conn})
		until := time.Now().Add(readSlice)
		if !due.IsZero() && due.Before(until) {
			until = due
		}
		if err := port.SetReadDeadline(until); err != nil {
			return err
		}
		n, err := port.Read(buf)
		if n > 0 {
			l.send(message{bytes: l.engine.receive(buf[:n], time.Now()), conn: conn})
		}
		if err != nil && !isQuiet(err) {
			return &Fault{Op: "read " + l.path, Status: Absent, Err: err, Hint: "plug the device in again"}
		}
	}
	return ctx.Err()
}

// send queues a message without blocking; it says false, and calls m.lost, when the message will not leave.
func (l *link) send(m message) bool {
	if len(m.bytes) == 0 {
		return true
	}
	l.mu.Lock()
	live := l.conn != 0 && m.conn == l.conn
	l.mu.Unlock()
	if live {
		select {
		case l.out <- m:
			return true
		default:
		}
	}
	if m.lost != nil {
		m.lost()
	}
	return false
}

// write sends queued messages until stop, which says whether those still queued may leave; a message that cannot leave
// in time breaks the connection.
func (l *link) write(port Port, conn uint64, stop <-chan bool, broken chan<- error) {
	for {
		select {
		case flush := <-stop:
			l.drain(port, conn, flush)
			return
		case m := <-l.out:
			err := m.leave(port, conn)
			if err == nil {
				continue
			}
			if isQuiet(err) {
				err = errNotListening
			}
			broken <- &Fault{Op: "write " + l.path, Status: Failed, Err: err, Hint: "unplug the device and plug it in again"}
			<-stop
			l.drain(port, conn, false)
			return
		}
	}
}

// leave writes the message, or drops it when it is for another connection.
func (m message) leave(port Port, conn uint64) error {
	if m.conn != conn {
		m.drop()
		return nil
	}
	if m.leaving != nil {
		m.leaving()
	}
	if err := writeOne(port, m.bytes); err != nil {
		m.drop()
		return err
	}
	if m.left != nil {
		m.left()
	}
	return nil
}

func writeOne(port Port, b []byte) error {
	if err := port.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := port.Write(b)
	return err
}

// drain empties the queue of a connection that ends: what may leave does, as long as the device takes it.
func (l *link) drain(port Port, conn uint64, flush bool) {
	for {
		select {
		case m := <-l.out:
			if !flush {
				m.drop()
				continue
			}
			flush = m.leave(port, conn) == nil
		default:
			return
		}
	}
}

func (m message) drop() {
	if m.lost != nil {
		m.lost()
	}
}

func (l *link) connected() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns++
	l.conn = l.conns
	return l.conn
}

func (l *link) disconnected() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = 0
}

// connection is the number of the connection that is open now; 0 means none.
func (l *link) connection() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn
}

func (l *link) fail(f *Fault) { l.setStatus(f.Status, f) }

// setStatus reports a change; the same state with the same cause is reported once, and a port that is gone stays gone
// for the reason first seen.
func (l *link) setStatus(s Status, f *Fault) {
	l.mu.Lock()
	st := State{Device: l.name, Kind: l.kind, Port: l.path, Status: s, Since: time.Now()}
	if f != nil {
		st.Err, st.Hint = f.Error(), f.Hint
	}
	same := l.state.Status == st.Status && (l.state.Err == st.Err || s == Absent)
	if !same {
		l.state = st
	}
	l.mu.Unlock()
	if !same {
		l.report(l.snapshot())
	}
}

// noisy reports bytes that were no frame.
func (l *link) noisy(n Noise) {
	st := l.snapshot()
	st.Noise = &n
	l.report(st)
}

// snapshot is the state with its counters.
func (l *link) snapshot() State {
	h := l.engine.health()
	l.mu.Lock()
	defer l.mu.Unlock()
	st := l.state
	st.Health = h
	if l.conns > 1 {
		st.Health.Reconnects = l.conns - 1
	}
	return st
}

func asFault(path string, err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	if err == nil {
		err = errors.New("the port closed")
	}
	return openFault(path, err)
}
