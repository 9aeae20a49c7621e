// Package conformance is a suite against which any central system can be run that
// stations are to work with. It speaks to the centre as a station does, through the
// station's own client, and judges only answers: nothing of how the centre is built.
//
// It writes event logs of its own, with random names, in the name of the station, and
// leaves them there. Use a station that does nothing else, best at a centre of its own.
package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Centre is the centre as one station reaches it. The client of package api is one.
type Centre interface {
	Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error)
	Feed(ctx context.Context, cursor int64, max int, wait time.Duration) (wire.FeedReply, error)
	Sums(ctx context.Context, cursor int64, max int) (wire.FeedReply, error)
	Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error)
}

// Target is what is judged.
type Target struct {
	Centre  Centre
	Station order.StationID
	// Other is the same centre as another station reaches it; nil leaves the checks
	// between stations out.
	Other Centre
}

// Result is the outcome of one check.
type Result struct {
	Check string `json:"check"` // what a centre must do
	OK    bool   `json:"ok"`
	Why   string `json:"why,omitempty"`
	Skip  bool   `json:"skipped,omitempty"`
}

// check is one rule. It returns why the centre breaks it, nil where it keeps it.
type check struct {
	name string
	run  func(ctx context.Context, t Target) error
}

// errSkip is that a check was left out, errAlone one reason.
var (
	errSkip  = errors.New("left out")
	errAlone = fmt.Errorf("%w: needs a second station", errSkip)
)

// Run goes through all checks, each with logs of its own.
func Run(ctx context.Context, t Target) []Result {
	var all []Result
	for _, c := range append(append(append([]check{}, pushChecks...), factChecks...), feedChecks...) {
		r := Result{Check: c.name}
		switch err := c.run(ctx, t); {
		case err == nil:
			r.OK = true
		case errors.Is(err, errSkip):
			r.OK, r.Skip, r.Why = true, true, err.Error()
		default:
			r.Why = err.Error()
		}
		all = append(all, r)
		if ctx.Err() != nil {
			break
		}
	}
	return all
}

// log is an event log of the suite.
type log struct {
	id     order.LogID
	t      Target
	bodies [][]byte
	hashes []order.Hash // hashes[i] is of event i+1
}

func newLog(t Target) *log {
	var raw [16]byte
	rand.Read(raw[:])
	return &log{id: order.LogID(hex.EncodeToString(raw[:])), t: t}
}

// hash returns the hash at a number, 0 is the start.
func (l *log) hash(seq int) order.Hash {
	if seq == 0 {
		return order.LogStart(l.id)
	}
	return l.hashes[seq-1]
}

// raw appends bytes that need not be an event.
func (l *log) raw(body string) {
	l.hashes = append(l.hashes, order.Chain(l.hash(len(l.hashes)), []byte(body)))
	l.bodies = append(l.bodies, []byte(body))
}

// add appends events that change nothing, and returns the log.
func (l *log) add(n int) *log {
	for range n {
		l.event(nil)
	}
	return l
}

// event appends one event; orig is its first identity, nil for a new one.
func (l *log) event(orig *order.FactID) {
	e := order.Event{Type: order.EventNoted, V: order.EventVersion, At: time.Now().UnixMilli(), Mono: int64(len(l.bodies)),
		Boot: "conformance", Station: l.t.Station, Orig: orig}
	if err := e.Seal(uint64(len(l.bodies)+1), l.hash(len(l.bodies))); err != nil {
		panic(err) // plain values
	}
	l.bodies, l.hashes = append(l.bodies, e.Body), append(l.hashes, e.Hash)
}

// fact returns the identity of an event.
func (l *log) fact(seq int) *order.FactID {
	return &order.FactID{Log: l.id, Seq: uint64(seq), Hash: l.hash(seq)}
}

// message makes the push of the events base+1 … end.
func (l *log) message(base, end int) (wire.PushHeader, [][]byte) {
	return wire.PushHeader{Proto: wire.Proto, Req: request(), Schema: wire.Schema, Log: l.id, Base: uint64(base), BaseHash: l.hash(base),
		N: end - base, EndHash: l.hash(end), Boot: "conformance", SentAt: time.Now().UTC(), App: "conformance"}, l.bodies[base:end]
}

func request() string {
	var raw [16]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// push sends the events base+1 … end and checks what every answer must have.
func (l *log) push(ctx context.Context, base, end int) (wire.PushReply, error) {
	h, bodies := l.message(base, end)
	return send(ctx, l.t.Centre, h, bodies)
}

func send(ctx context.Context, c Centre, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	r, err := c.Push(ctx, h, bodies)
	switch {
	case err != nil:
		return r, fmt.Errorf("push: %w", err)
	case r.Req != h.Req && r.Code != wire.CodeBad:
		return r, fmt.Errorf("the reply is for request %q, not %q", r.Req, h.Req)
	case r.Code == wire.CodeOK && r.Timeline < 1:
		return r, errors.New("the reply names no timeline")
	case r.Code == wire.CodeOK && r.ServerAt.IsZero():
		return r, errors.New("the reply does not tell the centre's time")
	case r.Code == wire.CodeOK && r.Stable > r.HWM:
		return r, fmt.Errorf("stable is %d, past the mark %d", r.Stable, r.HWM)
	}
	return r, nil
}

// took wants a push to be taken to its end, each event with an outcome.
func (l *log) took(ctx context.Context, base, end int, want ...wire.Outcome) error {
	r, err := l.push(ctx, base, end)
	if err != nil {
		return err
	}
	if r.Code != wire.CodeOK || r.End != uint64(end) {
		return fmt.Errorf("push of %d…%d: code %q end %d, wanted ok and %d; %s", base+1, end, r.Code, r.End, end, r.Message)
	}
	if r.HWM < uint64(end) || int(r.HWM) > len(l.hashes) || r.HWMHash != l.hash(int(r.HWM)) {
		return fmt.Errorf("push of %d…%d: mark %d with hash %s", base+1, end, r.HWM, r.HWMHash)
	}
	return outcomes(r, base, end, want)
}

// outcomes checks the outcome of each event; the last wanted one stands for the rest.
func outcomes(r wire.PushReply, base, end int, want []wire.Outcome) error {
	got := map[uint64]wire.Outcome{}
	for _, res := range r.Results {
		got[res.Seq] = res.Outcome
	}
	for seq := base + 1; seq <= end && len(want) > 0; seq++ {
		w := want[min(seq-base-1, len(want)-1)]
		if got[uint64(seq)] != w {
			return fmt.Errorf("event %d is %q, wanted %q", seq, got[uint64(seq)], w)
		}
	}
	return nil
}

// refused wants a message to be refused as a whole.
func refused(ctx context.Context, c Centre, h wire.PushHeader, bodies [][]byte, want wire.Code) error {
	r, err := send(ctx, c, h, bodies)
	if err == nil && r.Code != want {
		err = fmt.Errorf("code %q, wanted %q", r.Code, want)
	}
	return err
}
