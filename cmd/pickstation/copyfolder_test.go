package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
)

// A folder on a disk of its own that is full: the bench goes on, says so, and copies once there is room.
func TestACopyOnAFullDiskIsToldAndGoesOnWithRoom(t *testing.T) {
	b := newCopyingBench(t)
	if err := unix.Mount("tmpfs", b.copies, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a full disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(b.copies, unix.MNT_DETACH) })
	fill(t, b.copies)
	b.line.Cut()
	stationDir(t, b.cfg.DataDir, 3)
	stop := b.run()
	b.await("a full disk", func(v *station.View) bool { return v.Copy.Problem == station.CopyFull })
	b.at(station.AlertCopy, soon, true)
	b.nonsense()
	if err := os.Remove(filepath.Join(b.copies, "somebody else's")); err != nil {
		t.Fatal(err)
	}
	b.copied()
	v := b.await("nothing wrong", func(v *station.View) bool { return v.Copy.Problem == "" })
	if v.Copy.Files != 1 {
		t.Errorf("the copy: %+v", v.Copy)
	}
	b.at(station.AlertCopy, soon, false)
	b.told("complete", "1 file(s)")
	stop()
}

// told wants status and doctor to say how the copy is.
func (b *copyingBench) told(words ...string) {
	b.linkedBench.Helper()
	config := b.carryStation.config
	text, err := os.ReadFile(config)
	if err == nil {
		err = os.WriteFile(config, append(text, "[sync]\ncopy_dir = \""+b.copies+"\"\n"...), 0o600)
	}
	if err != nil {
		b.linkedBench.Fatal(err)
	}
	status, _, _ := cli(b.linkedBench.T, "status", "--config", config)
	doctor, _, _ := cli(b.linkedBench.T, "doctor", "--config", config)
	for _, w := range words {
		if !strings.Contains(status, w) || !strings.Contains(doctor, w) {
			b.linkedBench.Errorf("%q is not told:\n%s\n%s", w, status, doctor)
		}
	}
	var r statusReport
	out, _, _ := cli(b.linkedBench.T, "status", "--json", "--config", config)
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.Central.Copy == nil || r.Central.Copy.Files != 1 || r.Central.Copy.At.IsZero() {
		b.linkedBench.Errorf("status --json: %v %s", err, out)
	}
}

func TestOneCallAtATimeHangsOnAFolder(t *testing.T) {
	f := &copyFolder{patience: time.Hour, busy: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	release, began := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() { first <- f.within(ctx, func() error { close(began); <-release; return nil }) }()
	<-began
	if err := f.within(t.Context(), func() error { t.Error("a second call"); return nil }); copyProblem(err) != station.CopyHangs {
		t.Errorf("while one hangs: %v", err)
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the program waits: %v", err)
	}
	close(release)
	for { // it comes back
		if err := f.within(t.Context(), func() error { return nil }); err == nil {
			return
		}
	}
}

func TestWhereACopyMayLie(t *testing.T) {
	for text, want := range map[string]string{
		"[central]\nurl = \"https://c:1\"\n[sync]\ncopy_dir = \"copies\"\n":      "",
		"[sync]\ncopy_dir = \"/media/stick\"\n":                                  "no use without central.url",
		"[central]\nurl = \"https://c:1\"\n[sync]\ncopy_dir = \"data/copies\"\n": "lies in data_dir",
		"[central]\nurl = \"https://c:1\"\n[sync]\ncopy_every = \"0s\"\n":        "above zero",
	} {
		path := filepath.Join(t.TempDir(), "pickstation.toml")
		if err := os.WriteFile(path, []byte("station = \"bench-1\"\ndata_dir = \"data\"\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(path)
		switch {
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v", text, err)
		case want == "" && (err != nil || cfg.Sync.CopyDir != filepath.Join(filepath.Dir(path), "copies") || time.Duration(cfg.Sync.CopyEvery) != time.Minute):
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzCopyName: a name that is read is the one that would be written.
func FuzzCopyName(f *testing.F) {
	log := order.LogID(strings.Repeat("0a", 16))
	f.Add(copyName("bench-1", []agent.Log{{ID: log}}, agent.Segment{Log: log, First: 1, Last: 2000}), "bench-1")
	f.Add("bench-1.0001-"+string(log)+".000000000009-000000000001.copy", "bench-1")
	f.Add("bench-10.0001-"+string(log)+".000000000001-000000000009.copy", "bench-1")
	f.Add(".copy", "")
	f.Fuzz(func(t *testing.T, name, id string) {
		s, ok := parseCopyName(order.StationID(id), name)
		if !ok {
			return
		}
		if s.First == 0 || s.First > s.Last {
			t.Errorf("%q: %+v", name, s)
		}
		again := copyName(order.StationID(id), nil, s)
		if cut := len(id) + len(".0001"); len(again) != len(name) || again[cut:] != name[cut:] {
			t.Errorf("%q is written as %q", name, again)
		}
	})
}
