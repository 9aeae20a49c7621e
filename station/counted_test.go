package station_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

// A start reads the log's newest events only: what was counted before goes on from where it
// was, and is not counted twice.
func TestCountsGoOnFromWhatWasCountedBefore(t *testing.T) {
	b := newBench(t, goods("1", 1, 30))
	b.want(order.OK, badgeLi, "X1", item(1), item(1))
	b.want(order.Unknown, "NONSENSE")
	saved, err := b.loop.Counted(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	before, err := b.db.Tail(100)
	if err != nil {
		t.Fatal(err)
	}
	b.want(order.OK, item(1), item(1))
	all, err := b.db.Tail(100)
	if err != nil {
		t.Fatal(err)
	}
	p := order.DefaultPolicy()
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		t.Fatal(err)
	}
	want := station.Count(nil, all, p, zone, b.clock.Now()).Now
	for name, tail := range map[string][]order.Event{"all": all, "from the mark on": all[len(before)-1:]} {
		got := station.Count(saved, tail, p, zone, b.clock.Now()).Now
		if got.Speed.Timed != 5 || got.Speed.P50 <= 0 {
			t.Errorf("%s: waits %+v", name, got.Speed)
		}
		if got.Speed = want.Speed; cmp.Diff(want, got) != "" {
			t.Errorf("%s: another shift:\n%s", name, cmp.Diff(want, got))
		}
	}
	// Of another log, or no word of ours: what the events say.
	others := all[len(before):]
	want = station.Count(nil, others, p, zone, b.clock.Now()).Now
	for name, body := range map[string][]byte{"another log": saved, "damaged": saved[:len(saved)/2], "nothing": nil} {
		got := station.Count(body, others, p, zone, b.clock.Now()).Now
		if got.Speed.Timed != map[string]int{"another log": 5}[name] {
			t.Errorf("%s: waits %+v", name, got.Speed)
		}
		if got.Speed = want.Speed; cmp.Diff(want, got) != "" {
			t.Errorf("%s: another shift:\n%s", name, cmp.Diff(want, got))
		}
	}
}

// How well a gun reads is known again after a start, though its driver counts from zero.
func TestAGunsRateOutlivesTheProgram(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	reads := func(r station.Reads) station.ReadView {
		t.Helper()
		if err := b.loop.SetDevice(ctx, station.DeviceView{Name: "gun1", Kind: "scanner", Status: "online"}); err != nil {
			t.Fatal(err)
		}
		if err := b.loop.SetReads(ctx, "gun1", r); err != nil {
			t.Fatal(err)
		}
		return b.settle().Devices[0].Reads
	}
	reads(station.Reads{Scans: 40, NoReads: 10, Bad: 5})
	if got, want := reads(station.Reads{Scans: 50, NoReads: 12, Bad: 5}), (station.ReadView{Triggers: 67, NoReads: 12, Bad: 5}); got != want {
		t.Fatalf("reads %+v, want %+v", got, want)
	}
	saved, err := b.loop.Counted(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.counted = saved
	b.restart()
	if got, want := reads(station.Reads{Scans: 3}), (station.ReadView{Triggers: 67, NoReads: 12, Bad: 5}); got != want {
		t.Errorf("after a start %+v, want %+v", got, want)
	}
	if got, want := reads(station.Reads{Scans: 5, NoReads: 1}), (station.ReadView{Triggers: 70, NoReads: 13, Bad: 5}); got != want {
		t.Errorf("two scans and a miss later %+v, want %+v", got, want)
	}
}
