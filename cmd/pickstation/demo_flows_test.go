package main

import (
	"testing"

	"pickstation/order"
	"pickstation/station"
)

// With nothing but the keys of the virtual scanner a batch is walked, and a put wall is
// sown and packed: the demo needs no printed card.
func TestTheDemosKeysPlayABatchAndAPutWall(t *testing.T) {
	for key, screen := range map[rune]order.Screen{'a': order.ScreenBatch, 's': order.ScreenWall} {
		t.Run(string(screen), func(t *testing.T) {
			cfg, _ := realBench(t)
			b, p := trainingBench(t, cfg, t.TempDir())
			playSeveral(b, p, b.last, key, screen)
			b.stop()
		})
	}
}

// A put wall takes over where a batch was left: the key scans what is still missing, never
// what lies in a tote already.
func TestTheDemosKeyGoesOnAtThePutWallWhereABatchStopped(t *testing.T) {
	cfg, _ := realBench(t)
	b, p := trainingBench(t, cfg, t.TempDir())
	wall := false
	for n, presses := uint64(0), 0; ; {
		v := b.await("the next screen", func(v *station.View) bool { return v.N > n })
		n = v.N
		if s := v.Verdict; wall && s != nil && s.Verdict == order.OverQty {
			t.Fatalf("press %d scans what nobody lacks: %+v", presses, s.What)
		}
		switch {
		case wall && v.Bench.Screen == order.ScreenQueue:
			b.stop()
			return
		case v.Bench.Screen == order.ScreenQueue && v.Today.Units == 0:
			p.press(t.Context(), v, 'a')
		case v.Bench.Screen == order.ScreenQueue:
			p.press(t.Context(), v, 's')
		case v.Bench.Screen == order.ScreenBatch && v.Today.Units > 3 && len(v.Bench.Hand) == 0:
			p.scan(t.Context(), order.CommandPrefix+string(order.CmdRelease))
		default:
			p.press(t.Context(), v, 'n')
		}
		wall = wall || v.Bench.Screen == order.ScreenWall
		if presses++; presses > 400 {
			t.Fatalf("it goes on for ever: %s", v.Bench.Screen)
		}
	}
}

// playSeveral signs in, gets the work of that key, and scans what is right until it is done.
func playSeveral(b *liveBench, p *puppet, v *station.View, key rune, screen order.Screen) {
	b.Helper()
	begun := false
	for n, presses := uint64(0), 0; presses < 400; {
		v = b.await("the next screen", func(v *station.View) bool { return v.N > n })
		n = v.N
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
