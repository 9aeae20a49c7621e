package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// Bounds in milliseconds of a scan on the pseudo-terminal.
const (
	commitP50 = 3
	commitP99 = 15
	screenP99 = 50
)

// gun is a simulated scanner, plugged in.
func (e *env) gun() (*sim.Scanner, string, error) {
	dir := filepath.Join(e.tmp, "dev")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", err
	}
	p, err := devices.ProfileNamed("generic")
	if err != nil {
		return nil, "", err
	}
	g := sim.NewScanner(p, sim.Options{})
	return g, dir, g.Plug(dir, "gun1")
}

// toLoop takes scans to a desk's loop.
type toLoop struct {
	d      *desk
	online chan struct{}
}

// Scan implements devices.Sink.
func (t *toLoop) Scan(f devices.Frame) {
	// An ended loop stores nothing; the measurement then misses its verdict.
	_ = t.d.loop.Scan(context.Background(), station.Scan{Device: order.DeviceID(f.Device), Frame: f.Seq, Text: string(f.Text()), LastByte: f.LastByte})
}

// State implements devices.Sink.
func (t *toLoop) State(st devices.State) {
	if st.Status == devices.Online {
		select {
		case t.online <- struct{}{}:
		default:
		}
	}
}

// ptyToCommit is a scan from before its first byte is written to the pseudo-terminal
// until the verdict is committed: simulator, serial driver, loop, database.
func ptyToCommit(e *env) (_ []result, err error) {
	d, err := e.desk(fewEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	gun, dir, err := e.gun()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, gun.Unplug()) }()
	sink := &toLoop{d: d, online: make(chan struct{}, 1)}
	bench, err := devices.Start(devices.Config{DevDir: dir, Scanners: []devices.ScannerConfig{{Name: "gun1", Port: "gun1", Profile: gun.Profile}}}, sink)
	if err != nil {
		return nil, err
	}
	defer bench.Close()
	select {
	case <-sink.online:
	case <-time.After(patience):
		return nil, errors.New("the scanner does not come online")
	}
	var list []time.Duration
	for n := range e.rounds(1000) {
		began := time.Now()
		if _, err := gun.Send(context.Background(), []byte(item(n))); err != nil {
			return nil, err
		}
		if _, err := d.verdict(); err != nil {
			return nil, err
		}
		list = append(list, time.Since(began))
	}
	return []result{of("pty_to_commit_p50", millis(percentile(list, 50)), "ms", commitP50),
		of("pty_to_commit_p99", millis(percentile(list, 99)), "ms", commitP99)}, nil
}
