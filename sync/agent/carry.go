package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"pickstation/order"
	"pickstation/sync/wire"
)

// A station without any network for long can have its messages carried: [Letter] writes
// what the agent would send, [Agent.Take] does what it would do about the answers. The
// rules are those of [Step]; only where an answer is older than what is here, it is
// passed over, so that files may be lost, come twice or in another order.

// Letter packs what the centre has not acknowledged, with a heartbeat and the cursor of
// the feed, as the payload of a carried file. It returns how many events it holds.
func (a *Agent) Letter(ctx context.Context) (payload []byte, events int, err error) {
	local, err := a.o.Source.Local(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read the state of sync: %w", err)
	}
	letter := wire.CarryLetter{Timeline: local.Timeline, Cursor: local.Cursor, Beat: a.heartbeat(uuid.NewString(), local)}
	payload, err = pack(letter, func(w io.Writer) error {
		for i := range local.Logs {
			l := &local.Logs[i]
			n, err := a.letterPushes(ctx, w, local, l, l.Acked, l.Last, i == len(local.Logs)-1)
			if events += n; err != nil {
				return err
			}
		}
		return nil
	})
	return payload, events, err
}

// Copy packs the events first to last of a log as the payload of a [wire.CarryCopy].
func (a *Agent) Copy(ctx context.Context, log order.LogID, first, last uint64) ([]byte, error) {
	local, err := a.o.Source.Local(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of sync: %w", err)
	}
	l := local.log(log)
	if l == nil || first > last || last > l.Last {
		return nil, fmt.Errorf("log %s has no events %d to %d any more", log, first, last)
	}
	return pack(wire.CarryLetter{Timeline: local.Timeline}, func(w io.Writer) error {
		_, err := a.letterPushes(ctx, w, local, l, first-1, last, false)
		return err
	})
}

// pack writes a letter and what follows it, and compresses both.
func pack(letter wire.CarryLetter, pushes func(io.Writer) error) ([]byte, error) {
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	defer z.Close()
	if err := writeLine(z, letter); err != nil {
		return nil, err
	}
	if err := pushes(z); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress events: %w", err)
	}
	return out.Bytes(), nil
}

// letterPushes writes the events of a log after a number, up to last, as pushes. With ask
// there is one even where there are none: whether the centre has the log.
func (a *Agent) letterPushes(ctx context.Context, w io.Writer, local Local, l *Log, after, last uint64, ask bool) (events int, err error) {
	for ; after < last || ask; ask = false {
		n, err := a.letterPush(ctx, w, local, l, after, last)
		if err != nil {
			return events, err
		}
		events, after = events+n, after+uint64(n)
	}
	return events, nil
}

// letterPush writes one push. One without events asks whether the centre has the log.
func (a *Agent) letterPush(ctx context.Context, w io.Writer, local Local, l *Log, after, last uint64) (int, error) {
	want := int(min(wire.MaxPushEvents, last-after))
	h, bodies, err := a.message(ctx, SendPush{Req: uuid.NewString(), Timeline: local.Timeline, Log: l.ID, After: after,
		Max: want, MaxBytes: wire.MaxPushBytes - 64<<10}, local)
	if err != nil {
		return 0, err
	}
	if err := writeLine(w, h); err != nil {
		return 0, err
	}
	for _, b := range bodies {
		if _, err := w.Write(append(b, '\n')); err != nil {
			return 0, fmt.Errorf("write events: %w", err)
		}
	}
	return len(bodies), nil
}

func writeLine(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = w.Write(append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	return nil
}

// Taken is what a carried answer brought.
type Taken struct {
	Acked  int       // events that now count as stored at the centre
	Rows   int       // rows of the feed
	Leases int       // leases that were renewed
	Stale  int       // answers that were older than what is here
	Unsent int       // events that the centre still does not have
	At     time.Time // when the centre answered, by its clock
}

// Take does what the answers of a carried file ask for. Taking them again changes nothing.
func (a *Agent) Take(ctx context.Context, r *wire.CarryReply) (Taken, error) {
	t := Taken{At: r.Feed.ServerAt}
	before, err := a.o.Source.Local(ctx)
	if err != nil {
		return t, fmt.Errorf("read the state of sync: %w", err)
	}
	if r.Feed.Timeline < before.Timeline {
		return t, order.Errorf("carry_old", "the answer is of a state of the centre that was lost since").
			WithHint("write a new file with pickstation sync export, and carry that")
	}
	for i := range r.Pushes {
		if err := a.takePush(ctx, &r.Pushes[i], &t); err != nil {
			return t, err
		}
	}
	s := State{out: slot{req: carriedReq, kind: Beaten}}
	if _, err := a.take(ctx, s, Input{Kind: Beaten, Req: carriedReq, Beat: r.Beat}); err != nil {
		return t, err
	}
	t.Leases = len(r.Beat.Renewed)
	if err := a.takeFeed(ctx, r, &t); err != nil {
		return t, err
	}
	after, err := a.o.Source.Local(ctx)
	t.Unsent, t.Acked = after.Unsent, max(before.Unsent-after.Unsent, 0)
	return t, err
}

// carriedReq stands for the request of a carried answer.
const carriedReq = "carried"

func (a *Agent) takePush(ctx context.Context, p *wire.CarriedPush, t *Taken) error {
	local, err := a.o.Source.Local(ctx)
	if err != nil {
		return fmt.Errorf("read the state of sync: %w", err)
	}
	l := local.log(p.Log)
	// What the centre refused counts only while nothing has changed since.
	if l == nil || p.N < 0 || p.Reply.Code != wire.CodeOK && (l.Closed && p.Base >= l.Last || l.Acked != p.Base) {
		t.Stale++
		return nil
	}
	in := Input{Kind: Pushed, Req: carriedReq, Push: p.Reply}
	if in.HashAtHWM, in.HashKnown, err = a.o.Source.HashAt(p.Log, p.Reply.HWM); err != nil {
		return err
	}
	_, err = a.take(ctx, State{out: slot{req: carriedReq, kind: Pushed, log: p.Log, after: p.Base, n: p.N}}, in)
	return err
}

func (a *Agent) takeFeed(ctx context.Context, r *wire.CarryReply, t *Taken) error {
	s := State{feed: slot{req: carriedReq, kind: Fed, cursor: r.Cursor}}
	wrote, err := a.take(ctx, s, Input{Kind: Fed, Req: carriedReq, Feed: r.Feed})
	switch {
	case err != nil:
		return err
	case wrote:
		t.Rows = len(r.Feed.Rows)
	case len(r.Feed.Rows) > 0:
		t.Stale++
	}
	return nil
}

// take runs one carried answer through Step and does the writes it asks for. Requests
// go nowhere, and that the centre was heard is not noted: it was heard long ago.
func (a *Agent) take(ctx context.Context, s State, in Input) (wrote bool, err error) {
	local, err := a.o.Source.Local(ctx)
	if err != nil {
		return false, fmt.Errorf("read the state of sync: %w", err)
	}
	in.Now, in.Local, in.ID = time.Now(), local, uuid.NewString()
	_, acts := Step(a.o.Config, s, in)
	var writes []Action
	for _, act := range acts {
		switch act.(type) {
		case SendPush, SendFeed, SendSums, SendBeat, AddUp, Heard:
		default:
			writes = append(writes, act)
		}
	}
	return a.write(ctx, writes)
}

// ReadAnswer unpacks the answer's payload after it was unsealed.
func ReadAnswer(packed []byte) (*wire.CarryReply, error) {
	damaged := order.Errorf("carry_damaged", "the answer cannot be read").WithHint("have the centre answer again")
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(4*wire.MaxCarried))
	if err != nil {
		return nil, fmt.Errorf("prepare decompression: %w", err)
	}
	defer z.Close()
	plain, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, errors.Join(damaged, err)
	}
	var r wire.CarryReply
	if err := json.Unmarshal(plain, &r); err != nil || r.Feed.Timeline <= 0 {
		return nil, damaged
	}
	return &r, nil
}
