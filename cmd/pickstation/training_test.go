package main

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// realBench is a bench with a centre, a printer and a folder that training must leave alone.
func realBench(t *testing.T) (cfg *Config, calls func() int) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	rang := make(chan struct{}, 1000)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			rang <- struct{}{}
			c.Close()
		}
	}()
	t.Cleanup(func() { ln.Close() })
	dir := t.TempDir()
	data := filepath.Join(dir, "real")
	stockBench(t, data, nil)
	path := filepath.Join(dir, "pickstation.toml")
	file := "station = \"bench-1\"\ndata_dir = \"" + data + "\"\ndev_dir = \"" + dir + "\"\n[central]\nurl = \"https://" + ln.Addr().String() +
		"\"\n[printer]\nuri = \"socket://" + ln.Addr().String() + "\"\n[paper_printer]\nuri = \"spool:" + data + "\"\n" +
		"[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n"
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if cfg, err = loadConfig(path); err != nil {
		t.Fatal(err)
	}
	return cfg, func() int { return len(rang) }
}

// contents is everything in a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = string(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTrainingTakesNothingOfTheRealBenchButItsDevices(t *testing.T) {
	cfg, _ := realBench(t)
	dir := t.TempDir()
	c, err := trainingConfig(cfg, dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Central.URL != "" || c.Paper != nil || !strings.HasPrefix(c.Printer.URI, "spool:"+dir) || !strings.HasPrefix(c.DataDir, dir) || !c.training {
		t.Errorf("training reaches what is real: %+v", c)
	}
	if len(c.Scanner) != 1 || c.DevDir != cfg.DevDir || c.Printer.banner == "" {
		t.Errorf("devices and banner: %+v", c)
	}
}

// trainingBench is the training of a bench in a folder, with its gun and the demo's keys,
// once the work is there. What a key scans is answered, and shown, when the key returns.
func trainingBench(t *testing.T, cfg *Config, dir string) (*liveBench, *puppet) {
	t.Helper()
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	if err := gun.Plug(cfg.DevDir, "gun"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = gun.Unplug() })
	c, err := trainingConfig(cfg, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := fillTraining(t.Context(), c, time.Now()); err != nil {
		t.Fatal(err)
	}
	loop := make(chan *station.Loop, 1)
	answered := make(chan struct{}, mailbox)
	b := &liveBench{T: t, data: c.DataDir, hooks: hooks{onVerdict: func(o station.Outcome) {
		if !o.Async && o.Input.Device != "" {
			answered <- struct{}{}
		}
	}, extra: func(ctx context.Context, s *session) error {
		loop <- s.loop
		<-ctx.Done()
		return nil
	}}}
	b.serve(c)
	l := <-loop
	b.allOnline(1)
	b.await("the work", func(v *station.View) bool { return v.QueueTotal == trainingOrders })
	read := func(fn func(station.Store) error) error { return l.Read(t.Context(), fn) }
	scan := func(_ context.Context, raw string) {
		b.send(gun, raw)
		<-answered
		if err := read(func(station.Store) error { return nil }); err != nil { // behind it the answer is shown
			t.Error(err)
		}
		b.last = l.View()
	}
	return b, &puppet{rng: rand.New(rand.NewPCG(1, 7)), send: scan, read: read}
}

// A whole order is picked, printed and packed in training; the real bench stays as it was
// and nobody is called.
func TestAnOrderInTrainingTouchesNothingReal(t *testing.T) {
	cfg, calls := realBench(t)
	before := contents(t, cfg.DataDir)
	dir := t.TempDir()
	b, p := trainingBench(t, cfg, dir)
	for n := uint64(0); ; {
		v := b.await("the next screen", func(v *station.View) bool { return v.N > n })
		if n = v.N; v.Bench.Screen == order.ScreenQueue && v.Today.Units > 0 && len(v.Outbound) > 0 {
			break
		}
		p.press(t.Context(), v, 'n')
	}
	b.stop()
	papers, err := filepath.Glob(filepath.Join(dir, "papers", "*.pdf"))
	if err != nil || len(papers) == 0 {
		t.Fatalf("no paper came out: %v", err)
	}
	if n := calls(); n != 0 {
		t.Errorf("centre or printer were called %d times", n)
	}
	after := contents(t, cfg.DataDir)
	if len(after) != len(before) {
		t.Errorf("the real folder held %d files, now %d", len(before), len(after))
	}
	for path, was := range before {
		if !bytes.Equal([]byte(after[path]), []byte(was)) {
			t.Errorf("%s was changed", path)
		}
	}
}
