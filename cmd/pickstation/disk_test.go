package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// A full disk: what was not saved is told, the ballast makes room for the work to go on,
// and the screen says that the disk is full.
func TestAStationOnAFullDiskSaysSoAndGoesOn(t *testing.T) {
	disk, err := os.MkdirTemp("", "pickstation-full-") // t.TempDir would decide where all later ones are
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(disk) })
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=48m"); err != nil {
		t.Skipf("a full disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(disk, unix.MNT_DETACH) })
	t.Setenv("TMPDIR", disk)
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	full, refused := make(chan struct{}), make(chan error, 1)
	b := newHookedBench(t, "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n", nil, map[string]plugged{"gun": gun},
		hooks{extra: func(ctx context.Context, s *session) error {
			select {
			case <-full:
			case <-ctx.Done():
			}
			if len(refused) == 0 && ctx.Err() == nil { // in the first session only
				refused <- s.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) { return nil, writeMuch(tx) })
			}
			<-ctx.Done()
			return nil
		}})
	b.allOnline(1)
	b.send(gun, "BADGE-LI", "X1", "ITEM-1")
	b.await("the first unit", func(v *station.View) bool { return v.Work != nil && v.Work.Picked == 1 && !v.Health.DiskLow })
	ballast := filepath.Join(b.data, "ballast")
	if _, err := os.Stat(ballast); err != nil {
		t.Fatal(err)
	}
	fill(t, disk)
	close(full)
	if err := <-refused; err == nil {
		t.Fatal("the disk is not full")
	}
	refused <- nil
	b.send(gun, "ITEM-1")
	v := b.await("the alarm", func(v *station.View) bool { return v.Health.DiskLow && v.Work != nil })
	if _, err := os.Stat(ballast); !os.IsNotExist(err) {
		t.Errorf("the ballast is still there: %v", err)
	}
	if list := v.Alerts(time.Now()); !slices.ContainsFunc(list, func(a station.Alert) bool { return a.Code == station.AlertDiskFull }) {
		t.Errorf("no alert of the full disk: %+v", list)
	}
	picked := v.Work.Picked
	b.send(gun, "ITEM-1")
	b.await("a unit picked on the full disk", func(v *station.View) bool { return v.Work != nil && v.Work.Picked > picked && !v.Health.NotSaved })
	b.send(gun, "NO-SUCH-CODE") // everything sent before it is answered once it is
	b.await("the last answer", func(v *station.View) bool { return v.Verdict != nil && v.Verdict.Verdict == order.Unknown })
	b.stop()
	if n := len(b.events(order.EventPicked)); n != b.last.Work.Picked {
		t.Errorf("the log holds %d picks, the screen said %d", n, b.last.Work.Picked)
	}
}

// writeMuch stores more than fits into the write-ahead log as it is.
func writeMuch(tx station.Tx) error {
	for range 60_000 {
		if err := tx.Append(&order.Event{Type: order.EventNoted, V: order.EventVersion, At: 1, Station: "bench-1", Boot: "b"}); err != nil {
			return err
		}
	}
	return nil
}

// fill leaves no block of a disk free.
func fill(t *testing.T, disk string) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "somebody else's"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
}
