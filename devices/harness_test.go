package devices_test

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for something that must come; it is no measurement.
const patience = 30 * time.Second

// record is a sink that keeps what it gets and answers as told.
type record struct {
	mu     sync.Mutex
	cond   *sync.Cond
	frames []devices.Frame
	states []devices.State
	weighs []devices.Weight
	temps  []devices.Temperature

	onScan func(devices.Frame) // called outside the lock
}

func newRecord() *record {
	r := &record{}
	r.cond = sync.NewCond(&r.mu)
	return r
}

func (r *record) Scan(f devices.Frame) {
	r.mu.Lock()
	r.frames = append(r.frames, f)
	r.cond.Broadcast()
	r.mu.Unlock()
	if r.onScan != nil {
		r.onScan(f)
	}
}

func (r *record) State(s devices.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states = append(r.states, s)
	r.cond.Broadcast()
}

func (r *record) Weight(w devices.Weight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weighs = append(r.weighs, w)
	r.cond.Broadcast()
}

func (r *record) Temperature(v devices.Temperature) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.temps = append(r.temps, v)
	r.cond.Broadcast()
}

// await blocks until ok, which is called with the lock held, or the test's patience ends.
func (r *record) await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	stop := make(chan struct{})
	defer close(stop)
	go r.nudge(stop)
	end := time.Now().Add(patience)
	r.mu.Lock()
	defer r.mu.Unlock()
	for !ok() {
		if time.Now().After(end) {
			t.Fatalf("%s did not happen; %d frames, last states %+v", what, len(r.frames), r.states[max(0, len(r.states)-3):])
		}
		r.cond.Wait()
	}
}

// nudge makes await look again now and then, for conditions that no report announces.
func (r *record) nudge(stop <-chan struct{}) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			r.cond.Broadcast()
		}
	}
}

// awaitFrames waits for n frames and returns them.
func (r *record) awaitFrames(t testing.TB, n int) []devices.Frame {
	t.Helper()
	r.await(t, strconv.Itoa(n)+" frames", func() bool { return len(r.frames) >= n })
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]devices.Frame(nil), r.frames...)
}

// awaitStatus waits until the last report about device has this status.
func (r *record) awaitStatus(t testing.TB, device string, want devices.Status) devices.State {
	t.Helper()
	var got devices.State
	r.await(t, device+" "+string(want), func() bool {
		for i := len(r.states) - 1; i >= 0; i-- {
			if r.states[i].Device == device {
				got = r.states[i]
				return got.Status == want
			}
		}
		return false
	})
	return got
}

func profile(t testing.TB, name, backend string) devices.Profile {
	t.Helper()
	p, err := devices.ProfileNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	p.Backend = backend
	return p
}

// desk is a bench with one simulated scanner "gun1".
type desk struct {
	*record
	bench *devices.Bench
	gun   *sim.Scanner
	dir   string
}

func newDesk(t testing.TB, p devices.Profile, o sim.Options, onScan func(*desk, devices.Frame)) *desk {
	t.Helper()
	d := &desk{record: newRecord(), gun: sim.NewScanner(p, o), dir: t.TempDir()}
	ready := make(chan struct{})
	if onScan != nil {
		d.onScan = func(f devices.Frame) { <-ready; onScan(d, f) }
	}
	if err := d.gun.Plug(d.dir, "gun"); err != nil {
		t.Fatal(err)
	}
	b, err := devices.Start(devices.Config{DevDir: d.dir, Scanners: []devices.ScannerConfig{{Name: "gun1", Port: "gun", Profile: p}}}, d)
	if err != nil {
		t.Fatal(err)
	}
	d.bench = b
	close(ready)
	t.Cleanup(func() {
		b.Close()
		if err := d.gun.Unplug(); err != nil {
			t.Error(err)
		}
	})
	d.awaitStatus(t, "gun1", devices.Online)
	return d
}

func (d *desk) send(t testing.TB, raw string) sim.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := d.gun.Send(ctx, []byte(raw))
	if err != nil {
		t.Fatalf("send %q: %v", raw, err)
	}
	return res
}

// openFiles counts the descriptors of this process.
func openFiles(t testing.TB) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("needs /proc to count descriptors")
	}
	return len(names)
}

// eachBackend runs a test with both serial back ends.
func eachBackend(t *testing.T, run func(t *testing.T, backend string)) {
	for _, b := range []string{devices.BackendSerial, devices.BackendLinux} {
		t.Run(b, func(t *testing.T) { run(t, b) })
	}
}
