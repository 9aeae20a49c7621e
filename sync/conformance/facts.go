package conformance

import (
	"context"
	"fmt"

	"pickstation/sync/wire"
)

// factChecks are about what events say: ingest is not apply.
var factChecks = []check{
	{"an event of a kind that nobody knows is stored and parked, and stops nothing", func(ctx context.Context, t Target) error {
		l := newLog(t).add(1)
		l.raw(`{"s":2,"k":"from_the_future","kv":1,"t":1,"mono":1,"boot":"b","st":"x","new":{"deep":[1,2]}}`)
		return l.add(1).took(ctx, 0, 3, wire.Applied, wire.Parked, wire.Applied)
	}},
	{"what is no event at all is stored and parked, and stops nothing", func(ctx context.Context, t Target) error {
		for _, body := range []string{`{"s":2`, `[]`, `"x"`, "\x00\xff\xfe", `{"s":999,"k":"noted","kv":1}`, `{"s":2,"k":"picked","kv":1,"q":-5}`, `{"s":2,"k":"picked","kv":99,"q":1}`} {
			l := newLog(t).add(1)
			l.raw(body)
			if err := l.add(1).took(ctx, 0, 3, wire.Applied, wire.Parked, wire.Applied); err != nil {
				return fmt.Errorf("%q: %w", body, err)
			}
			if err := l.took(ctx, 0, 3, wire.Duplicate); err != nil {
				return fmt.Errorf("%q again: %w", body, err)
			}
		}
		return nil
	}},
	{"an event about a shipment that is not here is stored and parked", func(ctx context.Context, t Target) error {
		l := newLog(t)
		l.raw(`{"s":1,"k":"picked","kv":1,"o":"conformance-` + string(l.id) + `","l":1,"q":1,"t":1,"mono":1,"boot":"b","st":"x"}`)
		return l.add(1).took(ctx, 0, 2, wire.Parked, wire.Applied)
	}},
	{"a fact that is issued again in another log is not applied twice", func(ctx context.Context, t Target) error {
		first, second := newLog(t).add(3), newLog(t)
		if err := first.took(ctx, 0, 2, wire.Applied); err != nil {
			return err
		}
		second.event(first.fact(2)) // known in its own log
		second.event(first.fact(3)) // not known yet
		if err := second.took(ctx, 0, 2, wire.Duplicate, wire.Applied); err != nil {
			return err
		}
		return first.took(ctx, 2, 3, wire.Duplicate) // the original comes later than its copy
	}},
	{"a fact that is issued again twice is applied once", func(ctx context.Context, t Target) error {
		first := newLog(t).add(1)
		for _, want := range []wire.Outcome{wire.Applied, wire.Duplicate} {
			l := newLog(t)
			l.event(first.fact(1))
			if err := l.took(ctx, 0, 1, want); err != nil {
				return err
			}
		}
		l := newLog(t)
		l.event(first.fact(1))
		l.event(first.fact(1))
		return l.took(ctx, 0, 2, wire.Duplicate)
	}},
	{"another fact with the same log and number is another fact", func(ctx context.Context, t Target) error {
		first := newLog(t).add(1)
		if err := first.took(ctx, 0, 1, wire.Applied); err != nil {
			return err
		}
		other := first.fact(1)
		other.Hash[0] ^= 1
		l := newLog(t)
		l.event(other)
		return l.took(ctx, 0, 1, wire.Applied)
	}},
}
