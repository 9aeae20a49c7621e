package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// With nothing but the keys of the virtual scanner a batch is walked, and a put wall is
// sown and packed: the demo needs no printed card.
func TestTheDemosKeysPlayABatchAndAPutWall(t *testing.T) {
	for key, screen := range map[rune]order.Screen{'a': order.ScreenBatch, 's': order.ScreenWall} {
		t.Run(string(screen), func(t *testing.T) {
			cfg, _ := realBench(t)
			gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
			if err := gun.Plug(cfg.DevDir, "gun"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = gun.Unplug() })
			c, err := trainingConfig(cfg, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if err := fillTraining(t.Context(), c, time.Now()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			mail, ended := newLatest(), make(chan error, 1)
			go func() { ended <- runStation(ctx, c, slog.New(slog.DiscardHandler), hooks{onView: mail.put}) }()
			b := &liveBench{T: t, views: mail.c, data: c.DataDir}
			select {
			case err := <-ended:
				t.Fatalf("training does not start: %v", err)
			case b.last = <-mail.c:
			}
			b.allOnline(1)
			v := b.await("the work", func(v *station.View) bool { return v.QueueTotal == trainingOrders })
			p := &puppet{rng: rand.New(rand.NewPCG(1, 7)), send: func(_ context.Context, raw string) { b.send(gun, raw) }}
			playSeveral(b, p, v, key, screen)
			cancel()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// playSeveral signs in, gets the work of that key, and scans what is right until it is done.
func playSeveral(b *liveBench, p *puppet, v *station.View, key rune, screen order.Screen) {
	b.Helper()
	begun := false
	for n, presses := uint64(0), 0; presses < 400; {
		v = b.await("the next screen", func(v *station.View) bool { return v.N > n })
		n = v.N
		if v.Verdict != nil && v.Verdict.Async {
			continue
		}
		begun = begun || v.Bench.Screen == screen
		switch {
		case begun && v.Bench.Screen == order.ScreenQueue:
			if v.Today.Units == 0 {
				b.Fatal("nothing was picked")
			}
			return
		case v.Bench.Screen == order.ScreenQueue:
			p.press(b.Context(), v, key)
		default:
			p.press(b.Context(), v, 'n')
		}
		presses++
	}
	b.Fatalf("it goes on for ever: %s, %+v", v.Bench.Screen, v.Verdict)
}
