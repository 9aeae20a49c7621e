package devices_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func TestAScanArrivesWholeAndNamed(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		d := newDesk(t, profile(t, "generic", backend), sim.Options{Piece: 1}, nil)
		raw := "]C10109504000059101\x1d10LOT\xff\x00\x11\x13\x04\x7f"
		d.send(t, raw)
		f := d.awaitFrames(t, 1)[0]
		if f.Device != "gun1" || f.Seq != 1 || string(f.Raw) != raw || f.Via != "none" {
			t.Errorf("frame %+v", f)
		}
		if f.LastByte.Before(f.FirstByte) || f.FirstByte.IsZero() {
			t.Errorf("times %v %v", f.FirstByte, f.LastByte)
		}
	})
}

func TestASeparatorThatTheScannerReplacesIsPutBack(t *testing.T) {
	p := profile(t, "generic", devices.BackendLinux)
	p.GS = "|"
	d := newDesk(t, p, sim.Options{}, nil)
	d.send(t, "]C10109504000059101|10AB|21S1")
	f := d.awaitFrames(t, 1)[0]
	if want := "]C10109504000059101\x1d10AB\x1d21S1"; string(f.Text()) != want || string(f.Raw) != "]C10109504000059101|10AB|21S1" {
		t.Errorf("text %q, raw %q", f.Text(), f.Raw)
	}
}

func TestQuickScansOfOneCodeAllCount(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		d := newDesk(t, profile(t, "generic", backend), sim.Options{}, nil)
		for range 60 { // 50 in 5 s and 10 in 1 s, and faster than that
			d.send(t, "0109504000059101")
		}
		frames := d.awaitFrames(t, 60)
		for i, f := range frames {
			if f.Seq != uint64(i+1) || f.Unsure || f.Retransmit {
				t.Fatalf("frame %d: %+v", i, f)
			}
		}
	})
}

func TestTwoScannersAreToldApart(t *testing.T) {
	dir, p := t.TempDir(), profile(t, "generic", "")
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: dir, Scanners: []devices.ScannerConfig{
		{Name: "pick", Port: "one", Profile: p}, {Name: "pack", Port: filepath.Join(dir, "two"), Profile: p},
	}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	guns := map[string]*sim.Scanner{}
	for _, name := range []string{"one", "two"} {
		g := sim.NewScanner(p, sim.Options{})
		if err := g.Plug(dir, name); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = g.Unplug() }()
		guns[name] = g
	}
	var wg sync.WaitGroup
	for name, g := range guns {
		wg.Go(func() {
			for i := range 50 {
				if _, err := g.Send(context.Background(), fmt.Appendf(nil, "%s-%d", name, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	next := map[string]int{}
	for _, f := range r.awaitFrames(t, 100) {
		name := map[string]string{"pick": "one", "pack": "two"}[f.Device]
		if want := fmt.Sprintf("%s-%d", name, next[name]); string(f.Raw) != want {
			t.Fatalf("%s: got %q, want %q", f.Device, f.Raw, want)
		}
		next[name]++
	}
}

func TestUnplugAndReplugWhileRunning(t *testing.T) {
	eachBackend(t, func(t *testing.T, backend string) {
		d := newDesk(t, profile(t, "generic", backend), sim.Options{}, nil)
		for i := range 5 {
			d.send(t, fmt.Sprintf("scan-%d", i))
			d.awaitFrames(t, i+1)
			if err := d.gun.Unplug(); err != nil {
				t.Fatal(err)
			}
			if s := d.awaitStatus(t, "gun1", devices.Absent); s.Hint == "" || s.Err == "" {
				t.Errorf("no words for the operator: %+v", s)
			}
			if err := d.gun.Plug(d.dir, "gun"); err != nil {
				t.Fatal(err)
			}
			d.awaitStatus(t, "gun1", devices.Online)
		}
		if h := d.bench.States()[0].Health; h.Reconnects != 5 || h.Frames != 5 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestAFolderThatComesWithTheDeviceIsSeen(t *testing.T) {
	root, p := t.TempDir(), profile(t, "generic", "")
	dir := filepath.Join(root, "serial", "by-id")
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: dir, Scanners: []devices.ScannerConfig{{Name: "gun1", Port: "gun", Profile: p}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r.awaitStatus(t, "gun1", devices.Absent)
	g := sim.NewScanner(p, sim.Options{})
	for range 3 {
		if err := g.Plug(dir, "gun"); err != nil {
			t.Fatal(err)
		}
		r.awaitStatus(t, "gun1", devices.Online)
		if err := g.Unplug(); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(root, "serial")); err != nil {
			t.Fatal(err)
		}
		r.awaitStatus(t, "gun1", devices.Absent)
	}
}

func TestHalfAScanAtUnplugIsReported(t *testing.T) {
	p := profile(t, "generic", "")
	p.Suffix = devices.SuffixTab // the simulator below sends CR, which is then data
	d := newDesk(t, p, sim.Options{}, nil)
	d.gun.Profile.Suffix = devices.SuffixCR
	d.send(t, "010950")
	d.await(t, "the bytes read", func() bool { return d.bench.States()[0].Health.Bytes == 7 })
	if err := d.gun.Unplug(); err != nil {
		t.Fatal(err)
	}
	d.await(t, "a report of the half scan", func() bool {
		for _, s := range d.states {
			if s.Noise != nil && s.Noise.Reason == "cut off" && s.Noise.Bytes == 7 {
				return true
			}
		}
		return false
	})
}

func TestNoiseIsCountedAndTheNextScanComes(t *testing.T) {
	d := newDesk(t, profile(t, "generic", ""), sim.Options{
		Faults: func(int) sim.Fault {
			return sim.Fault{Noise: append(bytes.Repeat([]byte{0xff, 0x00, 0x1b, '['}, 2200), '\r')}
		},
	}, nil)
	d.send(t, "0109504000059101")
	if f := d.awaitFrames(t, 1)[0]; string(f.Raw) != "0109504000059101" {
		t.Errorf("got %q", f.Raw)
	}
	if h := d.bench.States()[0].Health; h.BadFrames == 0 {
		t.Errorf("health %+v", h)
	}
}

func TestASlowSinkLosesNothing(t *testing.T) {
	gate := make(chan struct{})
	d := newDesk(t, profile(t, "generic", ""), sim.Options{}, func(*desk, devices.Frame) { <-gate })
	sent := make(chan error, 1)
	go func() {
		for i := range 2000 { // more than the line holds
			if _, err := d.gun.Send(context.Background(), fmt.Appendf(nil, "%04d", i)); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	d.awaitFrames(t, 1)
	close(gate)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	for i, f := range d.awaitFrames(t, 2000) {
		if string(f.Raw) != fmt.Sprintf("%04d", i) {
			t.Fatalf("frame %d is %q", i, f.Raw)
		}
	}
}

func TestADeniedPortIsToldWithTheNextStep(t *testing.T) {
	r := newRecord()
	denied := func(_ context.Context, path string, _ devices.Line) (devices.Port, error) {
		return nil, &devices.Fault{Op: "open " + path, Status: devices.Denied, Hint: "add the user to group dialout", Err: os.ErrPermission}
	}
	b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Open: denied,
		Scanners: []devices.ScannerConfig{{Name: "gun1", Port: "gun", Profile: profile(t, "generic", "")}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r.awaitStatus(t, "gun1", devices.Opening) // udev may still be setting the permissions
	s := r.awaitStatus(t, "gun1", devices.Denied)
	if !strings.Contains(s.Hint, "dialout") {
		t.Errorf("state %+v", s)
	}
}

func TestATCPScannerComesBack(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Scanners: []devices.ScannerConfig{
		{Name: "rf", Port: "tcp://" + l.Addr().String(), Profile: profile(t, "generic", "")}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for i := range 2 {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "scan-%d\r", i)
		r.awaitFrames(t, i+1)
		c.Close()
	}
}

func TestConfigurationMistakesAreNamed(t *testing.T) {
	p := profile(t, "generic", "")
	bad := p
	bad.Driver = "telepathy"
	code := p
	code.CodeID = "runes"
	for name, s := range map[string][]devices.ScannerConfig{
		"no name":        {{Port: "a", Profile: p}},
		"two names":      {{Name: "a", Port: "a", Profile: p}, {Name: "a", Port: "b", Profile: p}},
		"one port twice": {{Name: "a", Port: "a", Profile: p}, {Name: "b", Port: "a", Profile: p}},
		"a path upwards": {{Name: "a", Port: "../ttyS0", Profile: p}},
		"no port":        {{Name: "a", Profile: p}},
		"no such driver": {{Name: "a", Port: "a", Profile: bad}},
		"no such codes":  {{Name: "a", Port: "a", Profile: code}},
	} {
		if b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Scanners: s}, newRecord()); err == nil {
			b.Close()
			t.Errorf("%s was accepted", name)
		}
	}
}
