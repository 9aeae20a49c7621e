package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// Bounds in milliseconds of a scanner's line.
const (
	eventP50  = 0.2
	eventP99  = 5
	unplugP99 = 50
	replugP99 = 100
)

// line is a scanner on a pseudo-terminal and the driver at its other end.
type line struct {
	name  string
	dir   string
	gun   *sim.Scanner
	bench *devices.Bench

	scans  chan time.Time // when a frame was delivered
	states chan devices.Status

	event, unplug, replug []time.Duration
}

// Scan implements devices.Sink.
func (l *line) Scan(devices.Frame) { l.scans <- time.Now() }

// State implements devices.Sink.
func (l *line) State(st devices.State) { l.states <- st.Status }

func (e *env) line(backend string) (*line, error) {
	p, err := devices.ProfileNamed("generic")
	if err != nil {
		return nil, err
	}
	p.Backend = backend
	l := &line{name: backend, dir: filepath.Join(e.tmp, "line-"+backend), gun: sim.NewScanner(p, sim.Options{}),
		scans: make(chan time.Time, 1), states: make(chan devices.Status, 16)}
	if err := l.gun.Plug(l.dir, "gun"); err != nil {
		return nil, err
	}
	l.bench, err = devices.Start(devices.Config{DevDir: l.dir, Scanners: []devices.ScannerConfig{{Name: "gun1", Port: "gun", Profile: p}}}, l)
	if err != nil {
		return nil, errors.Join(err, l.gun.Unplug())
	}
	return l, l.await(devices.Online)
}

// await waits until the driver reports a state.
func (l *line) await(want devices.Status) error {
	late := time.After(patience)
	for {
		select {
		case s := <-l.states:
			if s == want {
				return nil
			}
		case <-late:
			return fmt.Errorf("the scanner is never %s", want)
		}
	}
}

// scan is the time from before the first byte is written until the frame is delivered.
func (l *line) scan() error {
	began := time.Now()
	if _, err := l.gun.Send(context.Background(), []byte("]d201095040000591011726123110LOT12345\x1d21SERIAL678901234567890")); err != nil {
		return err
	}
	select {
	case at := <-l.scans:
		l.event = append(l.event, at.Sub(began))
		return nil
	case <-time.After(patience):
		return errors.New("a scan does not arrive")
	}
}

// cycle pulls the cable and puts it back.
func (l *line) cycle() error {
	began := time.Now()
	if err := l.gun.Unplug(); err != nil {
		return err
	}
	if err := l.await(devices.Absent); err != nil {
		return err
	}
	l.unplug = append(l.unplug, time.Since(began))
	began = time.Now()
	if err := l.gun.Plug(l.dir, "gun"); err != nil {
		return err
	}
	err := l.await(devices.Online)
	l.replug = append(l.replug, time.Since(began))
	return err
}

// ports measures both serial back ends in turn: scans with a pause between them, as a
// hand makes them, and plug cycles.
func ports(e *env) (out []result, err error) {
	var lines []*line
	for _, backend := range []string{devices.BackendSerial, devices.BackendLinux} {
		l, err := e.line(backend)
		if err != nil {
			return nil, err
		}
		defer func() {
			l.bench.Close()
			err = errors.Join(err, l.gun.Unplug())
		}()
		lines = append(lines, l)
	}
	for range e.rounds(2000) {
		for _, l := range lines {
			time.Sleep(time.Millisecond)
			if err := l.scan(); err != nil {
				return nil, err
			}
		}
	}
	for range e.rounds(200) {
		for _, l := range lines {
			if err := l.cycle(); err != nil {
				return nil, err
			}
		}
	}
	for _, l := range lines {
		out = append(out, of("byte_to_event_p50_"+l.name, millis(percentile(l.event, 50)), "ms", eventP50),
			of("byte_to_event_p99_"+l.name, millis(percentile(l.event, 99)), "ms", eventP99),
			of("unplug_p99_"+l.name, millis(percentile(l.unplug, 99)), "ms", unplugP99),
			of("replug_p99_"+l.name, millis(percentile(l.replug, 99)), "ms", replugP99))
	}
	return out, nil
}
