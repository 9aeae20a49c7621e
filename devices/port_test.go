package devices_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func TestASecondStationIsKeptOut(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		d := newDesk(t, profile(t, "generic", backend), sim.Options{}, nil)
		open := map[string]devices.Opener{devices.BackendSerial: devices.OpenSerial, devices.BackendLinux: devices.OpenLinux}
		for name, o := range open {
			p, err := o(context.Background(), d.gun.Link(), devices.Line{})
			if err == nil {
				p.Close()
				t.Errorf("%s opened a port that is in use", name)
				continue
			}
			var f *devices.Fault
			if !errors.As(err, &f) || f.Status != devices.Busy || f.Hint == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.send(t, "still reading")
		d.awaitFrames(t, 1)
	})
}

func TestAFileIsNoPort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]devices.Opener{"serial": devices.OpenSerial, "linux": devices.OpenLinux} {
		for _, p := range []string{path, "/dev/null", filepath.Dir(path), path + "-missing"} {
			port, err := open(context.Background(), p, devices.Line{})
			if err == nil {
				port.Close()
				t.Errorf("%s opened %s", name, p)
				continue
			}
			var f *devices.Fault
			if !errors.As(err, &f) || f.Hint == "" || (f.Status == devices.Absent) != strings.HasSuffix(p, "missing") {
				t.Errorf("%s %s: %#v", name, p, err)
			}
		}
	}
}

func TestFiveHundredPlugCyclesLeaveNothingOpen(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		d := newDesk(t, profile(t, "generic", backend), sim.Options{}, nil)
		before, goroutines := openFiles(t), runtime.NumGoroutine()
		for range 500 {
			if err := d.gun.Unplug(); err != nil {
				t.Fatal(err)
			}
			d.awaitStatus(t, "gun1", devices.Absent)
			if err := d.gun.Plug(d.dir, "gun"); err != nil {
				t.Fatal(err)
			}
			d.awaitStatus(t, "gun1", devices.Online)
		}
		d.send(t, "after 500 cycles")
		d.awaitFrames(t, 1)
		if after := openFiles(t); after > before+1 { // the listing itself may differ by one
			t.Errorf("%d descriptors before, %d after", before, after)
		}
		if now := runtime.NumGoroutine(); now > goroutines+50 { // some may still end; one left by each cycle would be 500
			t.Errorf("%d goroutines before, %d after", goroutines, now)
		}
	})
}

// inherited lists what a child process gets beyond its own three files.
func inherited(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), "sh", "-c", `for f in /proc/$$/fd/*; do case $f in */0|*/1|*/2) ;; *) readlink $f ;; esac; done; true`)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list a child's descriptors: %v", err)
	}
	return string(out)
}

// TestPortsOpenedAtTheSameTimeKnowTheirOwnDescriptors opens many ports at once: each must tell its descriptors from those
// of the others, or it takes itself for gone.
func TestPortsOpenedAtTheSameTimeKnowTheirOwnDescriptors(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		open := devices.OpenSerial
		if backend == devices.BackendLinux {
			open = devices.OpenLinux
		}
		dir := t.TempDir()
		cables := make([]sim.Cable, 8)
		for i := range cables {
			if err := cables[i].Plug(dir, fmt.Sprintf("gun%d", i)); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cables[i].Unplug() }()
		}
		for range 40 {
			var all sync.WaitGroup
			for i := range cables {
				all.Go(func() {
					p, err := open(context.Background(), cables[i].Link(), devices.Line{})
					if err != nil {
						t.Errorf("gun%d: %v", i, err)
						return
					}
					p.Close()
				})
			}
			all.Wait()
		}
	})
}

func TestChildrenInheritNoDevice(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		before := inherited(t)
		newDesk(t, profile(t, "generic", backend), sim.Options{}, nil)
		if after := inherited(t); after != before {
			t.Errorf("a child gets\n%swithout the device it gets\n%s", after, before)
		}
	})
}

// fillDescriptors opens files until descriptor n is in use.
func fillDescriptors(t *testing.T, n int) {
	for {
		f, err := os.Open("/dev/null")
		if err != nil {
			t.Skipf("this user may not open %d files: %v", n, err)
		}
		t.Cleanup(func() { f.Close() })
		if int(f.Fd()) >= n {
			return
		}
	}
}

func TestElevenHundredOpenFiles(t *testing.T) {
	fillDescriptors(t, 1100)
	t.Run("the linux back end reads", func(t *testing.T) {
		d := newDesk(t, profile(t, "generic", devices.BackendLinux), sim.Options{}, nil)
		d.send(t, "beyond select")
		d.awaitFrames(t, 1)
	})
	t.Run("the serial back end refuses and says what to do", func(t *testing.T) {
		var c sim.Cable
		dir := t.TempDir()
		if err := c.Plug(dir, "gun"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Unplug() }()
		before := openFiles(t)
		p, err := devices.OpenSerial(context.Background(), c.Link(), devices.Line{})
		if err == nil {
			p.Close()
			t.Fatal("opened; the first read would panic")
		}
		var f *devices.Fault
		if !errors.As(err, &f) || !strings.Contains(f.Hint, "linux") {
			t.Errorf("%v", err)
		}
		if after := openFiles(t); after != before {
			t.Errorf("%d descriptors before, %d after", before, after)
		}
	})
}

func TestAFullLineDoesNotHoldTheWriter(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		var c sim.Cable // nobody reads its other end
		if err := c.Plug(t.TempDir(), "gun"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Unplug() }()
		open := devices.OpenSerial
		if backend == devices.BackendLinux {
			open = devices.OpenLinux
		}
		p, err := open(context.Background(), c.Link(), devices.Line{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if err := p.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := p.Write(make([]byte, 1<<20))
		if !os.IsTimeout(err) {
			t.Errorf("wrote %d bytes, error %v", n, err)
		}
	})
}
