package main

import (
	"context"
	"log/slog"
	"sync"

	"pickstation/devices"
)

// benchDevices keeps the devices of a bench open while its sessions come and go: a
// scanner that waits for no answer must not send into a closed port while the station
// opens its database again. Scans that come meanwhile wait here, and behind them those
// in the scanner's own buffer; the next session takes them.
type benchDevices struct {
	cfg    *Config
	log    *slog.Logger
	around func(benchSink) benchSink // nil for none

	ctx    context.Context // ends what waits for a session
	cancel context.CancelFunc
	open   func() (*devices.Bench, error) // opens the devices at the first call
	bench  *devices.Bench                 // set by the first session, before anything is attached

	report sync.Mutex // held while a session is told of states and weights, so that it hears the newest last

	mu      sync.Mutex // guards below
	to      *sink      // of the session, nil while there is none
	change  chan struct{}
	weights map[string]devices.Weight // newest reading of every scale
}

func newBenchDevices(cfg *Config, log *slog.Logger, around func(benchSink) benchSink) *benchDevices {
	d := &benchDevices{cfg: cfg, log: log, around: around, change: make(chan struct{}), weights: map[string]devices.Weight{}}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.open = sync.OnceValues(d.start)
	return d
}

func (d *benchDevices) start() (*devices.Bench, error) {
	cfg, err := d.cfg.bench()
	if err != nil {
		return nil, err
	}
	cfg.Log = d.log
	var to benchSink = d
	if d.around != nil {
		to = d.around(to)
	}
	d.bench, err = devices.Start(cfg, to)
	return d.bench, err
}

// attach gives the devices to a session, whose loop must be running, and tells it how
// they stand.
func (d *benchDevices) attach(to *sink) {
	d.set(to)
	d.report.Lock()
	defer d.report.Unlock()
	for _, st := range d.bench.States() {
		to.state(st)
	}
	d.mu.Lock()
	weights := make([]devices.Weight, 0, len(d.weights))
	for _, w := range d.weights {
		weights = append(weights, w)
	}
	d.mu.Unlock()
	for _, w := range weights {
		to.weight(w)
	}
}

// detach takes the devices from a session that ends.
func (d *benchDevices) detach() { d.set(nil) }

func (d *benchDevices) set(to *sink) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
	close(d.change)
	d.change = make(chan struct{})
}

// session is who takes what comes, nil while nobody does, and what ends when that changes.
func (d *benchDevices) session() (*sink, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.to, d.change
}

// close lets go of the devices. What waits for a session is taken by none any more.
func (d *benchDevices) close() {
	d.cancel()
	if d.bench != nil {
		d.bench.Close()
	}
	d.detach()
}

// deliver waits until a session takes what came.
func (d *benchDevices) deliver(take func(*sink) error) {
	for {
		to, changed := d.session()
		if to != nil && take(to) == nil {
			return
		}
		select {
		case <-changed:
		case <-d.ctx.Done():
			return
		}
	}
}

// Scan implements devices.Sink.
func (d *benchDevices) Scan(f devices.Frame) {
	d.deliver(func(k *sink) error { return k.scan(f) })
}

// State implements devices.Sink. A state that no session hears is told to the next one.
func (d *benchDevices) State(st devices.State) {
	if st.Noise != nil {
		d.deliver(func(k *sink) error { return k.noise(st) })
		return
	}
	d.report.Lock()
	defer d.report.Unlock()
	if to, _ := d.session(); to != nil {
		to.state(st)
	}
}

// Weight implements devices.WeightSink.
func (d *benchDevices) Weight(w devices.Weight) {
	d.report.Lock()
	defer d.report.Unlock()
	d.mu.Lock()
	d.weights[w.Device] = w
	to := d.to
	d.mu.Unlock()
	if to != nil {
		to.weight(w)
	}
}

// Temperature implements devices.TemperatureSink.
func (d *benchDevices) Temperature(t devices.Temperature) {
	d.deliver(func(k *sink) error { return k.temperature(t) })
}

// Answering implements devices.AnswerSink.
func (d *benchDevices) Answering(device string, seq uint64) {
	if to, _ := d.session(); to != nil {
		to.answering(device, seq)
	}
}

// Answered implements devices.AnswerSink.
func (d *benchDevices) Answered(device string, seq uint64) {
	if to, _ := d.session(); to != nil {
		to.answered(device, seq)
	}
}

// answer tells a scanner how its scan went.
func (d *benchDevices) answer(device string, frame uint64, t devices.Tone) {
	d.bench.Answer(device, frame, t)
}

// takeWeight says that the weight on a scale was booked.
func (d *benchDevices) takeWeight(device string) {
	d.mu.Lock()
	if w, ok := d.weights[device]; ok {
		w.Counts = false
		d.weights[device] = w
	}
	d.mu.Unlock()
	d.bench.TakeWeight(device)
}

// states gives every device as it stands.
func (d *benchDevices) states() []devices.State { return d.bench.States() }
