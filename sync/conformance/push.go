package conformance

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// pushChecks are about one log: marks, gaps, forks, damage and limits.
var pushChecks = []check{
	{"a log is taken from its start, in portions", func(ctx context.Context, t Target) error {
		l := newLog(t).add(5)
		if err := l.took(ctx, 0, 3, wire.Applied); err != nil {
			return err
		}
		return l.took(ctx, 3, 5, wire.Applied)
	}},
	{"a push that comes again changes nothing", func(ctx context.Context, t Target) error {
		l := newLog(t).add(4)
		for _, want := range []wire.Outcome{wire.Applied, wire.Duplicate, wire.Duplicate} {
			if err := l.took(ctx, 0, 4, want); err != nil {
				return err
			}
		}
		return l.took(ctx, 1, 3, wire.Duplicate)
	}},
	{"of an overlapping push only what is new is taken", func(ctx context.Context, t Target) error {
		l := newLog(t).add(6)
		if err := l.took(ctx, 0, 4, wire.Applied); err != nil {
			return err
		}
		return l.took(ctx, 2, 6, wire.Duplicate, wire.Duplicate, wire.Applied)
	}},
	{"a push of nothing tells the mark", func(ctx context.Context, t Target) error {
		l := newLog(t)
		if err := l.took(ctx, 0, 0); err != nil {
			return fmt.Errorf("of a new log: %w", err)
		}
		if err := l.add(2).took(ctx, 0, 2); err != nil {
			return err
		}
		return l.took(ctx, 2, 2)
	}},
	{"a gap is refused and named, and may be filled", func(ctx context.Context, t Target) error {
		l := newLog(t).add(6)
		if err := l.took(ctx, 0, 2); err != nil {
			return err
		}
		r, err := l.push(ctx, 4, 6)
		if err != nil {
			return err
		}
		if r.Code != wire.CodeGap || r.HWM != 2 || r.HWMHash != l.hash(2) {
			return fmt.Errorf("code %q mark %d, wanted gap and 2", r.Code, r.HWM)
		}
		return l.took(ctx, 2, 6, wire.Applied)
	}},
	{"the largest push is taken", func(ctx context.Context, t Target) error {
		return newLog(t).add(wire.MaxPushEvents).took(ctx, 0, wire.MaxPushEvents, wire.Applied)
	}},
	{"a push that is too large is refused whole", func(ctx context.Context, t Target) error {
		l := newLog(t).add(wire.MaxPushEvents + 1)
		h, bodies := l.message(0, wire.MaxPushEvents+1)
		if err := refused(ctx, t.Centre, h, bodies, wire.CodeSplit); err != nil {
			return err
		}
		return l.took(ctx, 0, 1, wire.Applied)
	}},
	{"other events under known numbers are a fork, and close the log there", forkWithin},
	{"a base that never was is a fork before the push, and closes nothing", func(ctx context.Context, t Target) error {
		l := newLog(t).add(4)
		if err := l.took(ctx, 0, 2); err != nil {
			return err
		}
		h, bodies := l.message(2, 4)
		h.BaseHash[0] ^= 1
		h.EndHash = chain(h.BaseHash, bodies)
		r, err := send(ctx, t.Centre, h, bodies)
		if err != nil {
			return err
		}
		if r.Code != wire.CodeFork || r.At != 0 {
			return fmt.Errorf("code %q at %d, wanted fork at 0", r.Code, r.At)
		}
		return l.took(ctx, 2, 4, wire.Applied)
	}},
	{"a damaged push is refused whole", damaged},
	{"an unknown protocol is refused with upgrade", func(ctx context.Context, t Target) error {
		h, bodies := newLog(t).add(1).message(0, 1)
		h.Proto = wire.Proto + 1
		return refused(ctx, t.Centre, h, bodies, wire.CodeUpgrade)
	}},
	{"a log of another station is refused", func(ctx context.Context, t Target) error {
		if t.Other == nil {
			return errAlone
		}
		l := newLog(t).add(3)
		if err := l.took(ctx, 0, 2); err != nil {
			return err
		}
		h, bodies := l.message(2, 3)
		r, err := send(ctx, t.Other, h, bodies)
		if err != nil {
			return err
		}
		if r.Code != wire.CodeFenced || r.HWM != 0 || r.HWMHash != (order.Hash{}) {
			return fmt.Errorf("code %q, and it tells the mark %d", r.Code, r.HWM)
		}
		return l.took(ctx, 2, 3, wire.Applied)
	}},
}

func chain(prev order.Hash, bodies [][]byte) order.Hash {
	for _, b := range bodies {
		prev = order.Chain(prev, b)
	}
	return prev
}

func forkWithin(ctx context.Context, t Target) error {
	l := newLog(t).add(5)
	if err := l.took(ctx, 0, 4); err != nil {
		return err
	}
	other := &log{id: l.id, t: t, bodies: append([][]byte{}, l.bodies[:2]...), hashes: append([]order.Hash{}, l.hashes[:2]...)}
	other.raw(`{"s":3,"k":"noted","kv":1,"t":1,"mono":1,"boot":"another","st":"x"}`)
	other.add(1)
	r, err := other.push(ctx, 0, 4)
	if err != nil {
		return err
	}
	if r.Code != wire.CodeFork || r.At != 3 {
		return fmt.Errorf("code %q at %d, wanted fork at 3", r.Code, r.At)
	}
	if r, err = l.push(ctx, 4, 5); err != nil {
		return err
	}
	if r.Code != wire.CodeFenced || r.At != 5 {
		return fmt.Errorf("then: code %q at %d, wanted fenced at 5", r.Code, r.At)
	}
	return l.took(ctx, 0, 4, wire.Duplicate) // what it has is still compared
}

func damaged(ctx context.Context, t Target) error {
	l := newLog(t).add(4)
	for what, change := range map[string]func(h *wire.PushHeader, bodies [][]byte) [][]byte{
		"another end hash": func(h *wire.PushHeader, b [][]byte) [][]byte { h.EndHash[3] ^= 1; return b },
		"a changed event": func(_ *wire.PushHeader, b [][]byte) [][]byte {
			b[1] = bytes.Replace(b[1], []byte("conf"), []byte("xxxx"), 1)
			return b
		},
		"an event too few":   func(_ *wire.PushHeader, b [][]byte) [][]byte { return b[:2] },
		"an event too many":  func(_ *wire.PushHeader, b [][]byte) [][]byte { return append(b, b[0]) },
		"events in disorder": func(_ *wire.PushHeader, b [][]byte) [][]byte { b[0], b[1] = b[1], b[0]; return b },
		"a wrong start": func(h *wire.PushHeader, b [][]byte) [][]byte {
			h.BaseHash[0] ^= 1
			h.EndHash = chain(h.BaseHash, b)
			return b
		},
		"no log id": func(h *wire.PushHeader, b [][]byte) [][]byte { h.Log = order.LogID(strings.Repeat("G", 32)); return b },
	} {
		h, bodies := l.message(0, 4)
		bodies = change(&h, append([][]byte{}, bodies...))
		if err := refused(ctx, t.Centre, h, bodies, wire.CodeBad); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return l.took(ctx, 0, 4, wire.Applied)
}
