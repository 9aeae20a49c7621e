package station

import (
	"context"
	"slices"
	"sync"
	"time"

	"pickstation/order"
)

// status is what other goroutines tell the loop for the screen.
type status struct {
	sync     SyncView
	copy     CopyView
	devices  []DeviceView
	pans     []pan
	probes   []ProbeView
	cold     []order.ColdAlert // that are not over
	printer  PrinterView
	damaged  string
	diskFree int64
	diskLow  bool
	diskFull bool
	lowSince time.Time
	host     Host
	rates    map[string]*readRate // by scanner
	notSaved bool
	today    TodayView
}

// count adds a stored event to the day's figures; a new day starts them anew.
func (t *TodayView) count(e *order.Event, zone *time.Location) {
	if day := order.DateOf(e.Time().In(zone)); day != t.Day {
		*t = TodayView{Day: day}
	}
	scans, wrong, units := worth(e)
	t.Scans, t.Wrong, t.Units = t.Scans+scans, t.Wrong+wrong, t.Units+units
	if e.Type == order.EventDispatched {
		t.Shipped++
	}
}

// recountBack is how many events are looked at for the figures after a start.
const recountBack = 10_000

// recount makes the day's and the shift's figures of what was counted before and of the log,
// so that a restart does not lose them.
func (l *Loop) recount() error {
	events, err := l.opt.Store.Tail(recountBack)
	if err != nil {
		return err
	}
	began := func(at time.Time) time.Time { return l.policy.ShiftStart(at, l.zone) }
	var reads map[string]readRate
	l.shift, l.seen.today, reads = recall(l.opt.Counted, events, began, l.zone)
	if l.seen.rates == nil {
		l.seen.rates = map[string]*readRate{}
	}
	for name, r := range reads {
		if l.seen.rates[name] == nil {
			l.seen.rates[name] = &r
		}
	}
	return nil
}

// SetSync tells the loop how the centre is; LastWord also gates prints and hand-overs.
func (l *Loop) SetSync(ctx context.Context, s SyncView) error {
	return l.send(ctx, statusMsg{func(st *status) {
		if s.Since = st.sync.Since; s.Problem != st.sync.Problem {
			s.Since = time.Now()
		}
		if s.DiffersSince = st.sync.DiffersSince; s.Differs != "" && st.sync.Differs == "" {
			s.DiffersSince = time.Now()
		}
		st.sync = s
	}})
}

// SetCopy tells the loop how the copy of what the centre does not have is.
func (l *Loop) SetCopy(ctx context.Context, c CopyView) error {
	return l.send(ctx, statusMsg{func(st *status) {
		if c.Since = st.copy.Since; c.Problem != st.copy.Problem {
			c.Since = time.Now()
		}
		st.copy = c
	}})
}

// SetDevice tells the loop how a device is.
func (l *Loop) SetDevice(ctx context.Context, d DeviceView) error {
	return l.send(ctx, statusMsg{func(st *status) {
		all := slices.Clone(st.devices) // views hold the old one
		if d.Since.IsZero() {
			d.Since = time.Now()
		}
		if i := slices.IndexFunc(all, func(x DeviceView) bool { return x.Name == d.Name }); i >= 0 {
			d.Reads = all[i].Reads
			all[i] = d
		} else {
			all = append(all, d)
		}
		st.devices = all
	}})
}

// SetPrinter tells the loop how the printer and its queue are.
func (l *Loop) SetPrinter(ctx context.Context, p PrinterView) error {
	return l.send(ctx, statusMsg{func(st *status) {
		if p.Since = st.printer.Since; p.Status != st.printer.Status {
			p.Since = time.Now()
		}
		st.printer = p
	}})
}

// SetDisk tells the loop how much room is left on the disk, and how large it is, in bytes.
func (l *Loop) SetDisk(ctx context.Context, free, total int64) error {
	return l.send(ctx, statusMsg{func(st *status) {
		low, full := DiskRoom(free, total)
		if low && !st.diskLow {
			st.lowSince = time.Now()
		}
		st.diskFree, st.diskLow, st.diskFull = free, low, full
	}})
}

// Host is what the loop does not see of the machine it runs on.
type Host struct {
	ClockOff  time.Duration // the centre's clock less this computer's, as last heard
	CertUntil time.Time     // when the station's certificate ends, zero: it has none
}

// SetHost tells the loop how the machine is.
func (l *Loop) SetHost(ctx context.Context, h Host) error {
	return l.send(ctx, statusMsg{func(st *status) { st.host = h }})
}

// SetReads tells the loop what a scanner has counted, for the rate of its no-reads.
func (l *Loop) SetReads(ctx context.Context, device string, r Reads) error {
	return l.send(ctx, statusMsg{func(st *status) {
		i := slices.IndexFunc(st.devices, func(x DeviceView) bool { return x.Name == device })
		if i < 0 {
			return
		}
		if st.rates == nil {
			st.rates = map[string]*readRate{}
		}
		if st.rates[device] == nil {
			st.rates[device] = &readRate{}
		}
		st.devices = slices.Clone(st.devices) // views hold the old one
		st.devices[i].Reads = st.rates[device].at(r)
	}})
}

// SetDamaged tells the loop what a check of the database found; "" nothing.
func (l *Loop) SetDamaged(ctx context.Context, what string) error {
	return l.send(ctx, statusMsg{func(st *status) { st.damaged = what }})
}

// wordAge is the time since the centre's last word, negative if it never spoke.
func (l *Loop) wordAge(at time.Time) time.Duration {
	if l.seen.sync.LastWord.IsZero() {
		return -1
	}
	return max(at.Sub(l.seen.sync.LastWord), 0)
}

// latencyKept is how many of the latest waits the percentiles are taken from.
const latencyKept = 4096

// latency keeps the latest waits from a scan's last byte to its commit.
type latency struct {
	mu   sync.Mutex // guards below
	ring [latencyKept]time.Duration
	n    int
}

func (l *latency) add(d time.Duration) {
	l.mu.Lock()
	l.ring[l.n%latencyKept] = d
	l.n++
	l.mu.Unlock()
}

// Latency returns percentiles of the latest waits from a scan's last byte to its
// commit, and how many scans were counted in all.
func (l *Loop) Latency() (p50, p99 time.Duration, n int) {
	l.lat.mu.Lock()
	kept := slices.Clone(l.lat.ring[:min(l.lat.n, latencyKept)])
	n = l.lat.n
	l.lat.mu.Unlock()
	if len(kept) == 0 {
		return 0, 0, 0
	}
	slices.Sort(kept)
	return kept[len(kept)/2], kept[len(kept)*99/100], n
}
