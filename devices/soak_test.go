package devices_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// soakScans is how many scans the long tests do: few in a normal run, a million in make soak.
func soakScans(few int) int {
	if os.Getenv("PICKSTATION_SOAK") == "" {
		return few
	}
	return 1_000_000
}

// TestNoScanIsLostOrDoubledThroughUnplugsBetweenScans pulls the cable between scans, sometimes before the answer has come.
func TestNoScanIsLostOrDoubledThroughUnplugsBetweenScans(t *testing.T) {
	for _, name := range []string{"generic", "generic-acknak", "zebra-ssi"} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			got := make(chan devices.Frame, 64)
			d := newDesk(t, profile(t, name, devices.BackendLinux), sim.Options{}, func(d *desk, f devices.Frame) {
				d.bench.Answer(f.Device, f.Seq, devices.ToneOK)
				got <- f
			})
			for i := range soakScans(2000) {
				raw := fmt.Sprintf("scan-%d", i)
				d.send(t, raw)
				if f := <-got; string(f.Raw) != raw || f.Seq != uint64(i+1) || f.Unsure || f.Retransmit {
					t.Fatalf("scan %d: %+v", i, f)
				}
				if rng.IntN(50) > 0 {
					continue
				}
				want := d.bench.States()[0].Health.Reconnects
				if err := d.gun.Unplug(); err != nil {
					t.Fatal(err)
				}
				if err := d.gun.Plug(d.dir, "gun"); err != nil {
					t.Fatal(err)
				}
				d.await(t, "the scanner to be online again", func() bool {
					s := d.bench.States()[0]
					return s.Status == devices.Online && s.Health.Reconnects > want
				})
			}
			if len(got) > 0 {
				t.Errorf("%d frames too many", len(got))
			}
			t.Logf("%d scans, %d replugs", soakScans(2000), d.bench.States()[0].Health.Reconnects)
		})
	}
}

// figures prints quantiles of what was measured.
func figures(b *testing.B, what string, d []time.Duration) {
	slices.Sort(d)
	b.ReportMetric(float64(d[len(d)/2].Nanoseconds())/1e6, what+"_p50_ms")
	b.ReportMetric(float64(d[len(d)*99/100].Nanoseconds())/1e6, what+"_p99_ms")
}

// BenchmarkByteToEvent measures from the last byte written at the scanner's end to the frame in the sink. Limit: p50 0.2 ms, p99 5 ms.
func BenchmarkByteToEvent(b *testing.B) {
	for _, backend := range []string{devices.BackendSerial, devices.BackendLinux} {
		b.Run(backend, func(b *testing.B) {
			got := make(chan time.Time, 1)
			d := newDesk(b, profile(b, "generic", backend), sim.Options{}, func(*desk, devices.Frame) { got <- time.Now() })
			raw := []byte("]d201095040000591011726123110LOT12345\x1d21SERIAL678901234567890")
			var took []time.Duration
			for b.Loop() {
				before := time.Now()
				if _, err := d.gun.Send(context.Background(), raw); err != nil {
					b.Fatal(err)
				}
				took = append(took, (<-got).Sub(before))
			}
			figures(b, "event", took)
		})
	}
}

// BenchmarkPlug measures pulling the cable → absent, and plugging it in → online. Limits: 50 ms and 100 ms (p99 of 200).
func BenchmarkPlug(b *testing.B) {
	for _, backend := range []string{devices.BackendSerial, devices.BackendLinux} {
		b.Run(backend, func(b *testing.B) {
			d := newDesk(b, profile(b, "generic", backend), sim.Options{}, nil)
			var out, in []time.Duration
			for b.Loop() {
				before := time.Now()
				if err := d.gun.Unplug(); err != nil {
					b.Fatal(err)
				}
				d.awaitStatus(b, "gun1", devices.Absent)
				out = append(out, time.Since(before))
				before = time.Now()
				if err := d.gun.Plug(d.dir, "gun"); err != nil {
					b.Fatal(err)
				}
				d.awaitStatus(b, "gun1", devices.Online)
				in = append(in, time.Since(before))
			}
			figures(b, "unplug", out)
			figures(b, "replug", in)
		})
	}
}
