package devices_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

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
