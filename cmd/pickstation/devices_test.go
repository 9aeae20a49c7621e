package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// running is a started command whose output lines can be awaited.
type running struct {
	t     *testing.T
	lines chan map[string]any
	stop  context.CancelFunc
	done  chan error
	errs  *lockedBuffer
}

// startCommand runs a command until it ends or the test does.
func startCommand(t *testing.T, cmd *cobra.Command, stdin io.Reader, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	r, w := io.Pipe()
	c := &running{t: t, lines: make(chan map[string]any, 256), stop: cancel, done: make(chan error, 1), errs: &lockedBuffer{}}
	cmd.SetOut(w)
	cmd.SetErr(c.errs)
	cmd.SetIn(stdin)
	cmd.SetArgs(args)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	go func() {
		err := cmd.ExecuteContext(ctx)
		_ = w.Close()
		c.done <- err
	}()
	go func() {
		defer close(c.lines)
		for in := bufio.NewScanner(r); in.Scan(); {
			var v map[string]any
			if err := json.Unmarshal(in.Bytes(), &v); err != nil {
				t.Errorf("%q is no JSON object", in.Text())
				continue
			}
			c.lines <- v
		}
	}()
	t.Cleanup(cancel)
	return c
}

// await gives the first line with this key.
func (c *running) await(key string) map[string]any {
	c.t.Helper()
	for v := range c.lines {
		if _, ok := v[key]; ok {
			return v
		}
	}
	c.t.Fatalf("no line with %q; the command ended with %v, stderr %s", key, <-c.done, c.errs)
	return nil
}

// end waits for the command to end and gives its exit code.
func (c *running) end() int {
	c.t.Helper()
	for range c.lines {
	}
	return exitCode(c.t, <-c.done)
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var coded interface{ ExitCode() int }
	if !errors.As(err, &coded) {
		t.Fatalf("an error without an exit code: %v", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || lines[1] == "" {
		t.Errorf("want one line what and one line what to do, got %q", err)
	}
	return coded.ExitCode()
}

func TestASimulatedScannerIsWatched(t *testing.T) {
	for _, profile := range []string{"generic", "generic-acknak", "zebra-ssi", "honeywell-hostack"} {
		t.Run(profile, func(t *testing.T) {
			dir := t.TempDir()
			watch := startCommand(t, newDevicesCommand(), nil, "watch", "--dev-dir", dir, "--scanner", "gun1=gun,"+profile, "--answer", "ok", "--count", "3")
			watch.await("status") // absent
			gun := startCommand(t, newSimulateCommand(), strings.NewReader("0109504000059101\\x1d10A\n!unplug\n!plug\nB\nC\n"),
				"scanner", "--dev-dir", dir, "--profile", profile, "--stay")
			if v := gun.await("plugged"); v["plugged"] != filepath.Join(dir, "gun") {
				t.Errorf("%v", v)
			}
			want := []string{"0109504000059101\x1d10A", "B", "C"}
			for i, w := range want {
				if v := watch.await("seq"); !strings.HasSuffix(v["text"].(string), w) || v["device"] != "gun1" || v["seq"].(float64) != float64(i+1) {
					t.Errorf("scan %d: %v", i, v)
				}
			}
			if code := watch.end(); code != 0 {
				t.Errorf("watch ended with %d", code)
			}
			if profile != "generic" {
				if v := gun.await("outcome"); v["outcome"] != "acked" || v["tries"].(float64) != 1 {
					t.Errorf("%v", v)
				}
			}
			gun.stop()
			if code := gun.end(); code != 0 {
				t.Errorf("simulate ended with %d", code)
			}
			if _, err := os.Lstat(filepath.Join(dir, "gun")); err == nil {
				t.Error("the simulator left its link")
			}
		})
	}
}

func TestDevicesListOpensNothing(t *testing.T) {
	dir := t.TempDir()
	var c sim.Cable
	if err := c.Plug(dir, "gun"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Unplug() }()
	p, err := devices.OpenSerial(context.Background(), c.Link(), devices.Line{}) // a station has it
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	list := startCommand(t, newDevicesCommand(), nil, "list", "--dev-dir", dir, "--json")
	v := list.await("name")
	if v["name"] != "gun" || v["access"] != true || !strings.HasPrefix(v["target"].(string), "/dev/pts/") {
		t.Errorf("%v", v)
	}
	if code := list.end(); code != 0 {
		t.Errorf("exit %d", code)
	}
	profiles := startCommand(t, newDevicesCommand(), nil, "list", "--profiles", "--json")
	if v := profiles.await("profile"); v["about"] == "" {
		t.Errorf("%v", v)
	}
	profiles.end()
}

// runQuiet runs a command to its end.
func runQuiet(cmd *cobra.Command, args ...string) error {
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	return cmd.Execute()
}

func TestAPrinterIsSimulatedListedAndTested(t *testing.T) {
	for _, kind := range []string{"--ipp", "--raw"} {
		t.Run(kind, func(t *testing.T) {
			out := t.TempDir()
			l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := l.Addr().String()
			l.Close()
			sim := startCommand(t, newSimulateCommand(), nil, "printer", kind, address, "--out", out)
			uri := sim.await("printer")["printer"].(string)
			list := startCommand(t, newPrintersCommand(), nil, "list", "--uri", uri, "--json")
			if v := list.await("uri"); v["condition"] != "ready" || v["prints"] != true {
				t.Errorf("%v", v)
			}
			if code := list.end(); code != 0 {
				t.Errorf("list: exit %d", code)
			}
			test := startCommand(t, newPrintersCommand(), nil, "test", "--uri", uri)
			if code := test.end(); code != 0 {
				t.Errorf("test: exit %d, %s", code, test.errs)
			}
			printed := sim.await("printed")
			b, err := os.ReadFile(printed["file"].(string))
			if magic := map[string]string{"--ipp": "%PDF-", "--raw": "^XA"}[kind]; err != nil || !bytes.HasPrefix(b, []byte(magic)) {
				t.Errorf("printed %q, %v", b, err)
			}
			sim.stop()
			if code := sim.end(); code != 0 {
				t.Errorf("simulate: exit %d", code)
			}
			gone := startCommand(t, newPrintersCommand(), nil, "list", "--uri", uri, "--json")
			if v := gone.await("uri"); v["condition"] != "unreachable" || v["do"] == "" {
				t.Errorf("%v", v)
			}
			if code := gone.end(); code != exitNo {
				t.Errorf("a printer that is off: exit %d", code)
			}
		})
	}
}

func TestASimulatedScaleIsWatched(t *testing.T) {
	dir := t.TempDir()
	watch := startCommand(t, newDevicesCommand(), nil, "watch", "--dev-dir", dir, "--scale", "s1=scale,mt-sics", "--probe", "p1=cold,probe-xymd02")
	watch.await("status")
	scale := startCommand(t, newSimulateCommand(), strings.NewReader(""), "scale", "--dev-dir", dir, "--weight", "1.250", "--settle", "0")
	probe := startCommand(t, newSimulateCommand(), strings.NewReader(""), "probe", "--dev-dir", dir, "--name", "cold", "--celsius", "-18.5")
	for seen := 0; seen != 3; {
		v := watch.await("state")
		switch {
		case v["device"] == "s1" && v["state"] == "stable" && v["weight"] == "1.250" && v["unit"] == "kg":
			seen |= 1
		case v["device"] == "p1" && v["state"] == "measured" && v["milli_c"].(float64) == -18500:
			seen |= 2
		}
	}
	watch.stop()
	if code := watch.end(); code != 0 {
		t.Errorf("watch ended with %d", code)
	}
	scale.stop()
	probe.stop()
	scale.end()
	probe.end()
}

func TestASimulatedScaleAndProbeObeyTheirInput(t *testing.T) {
	dir := t.TempDir()
	r, w := io.Pipe()
	scale := startCommand(t, newSimulateCommand(), r, "scale", "--dev-dir", dir, "--weight", "0.500")
	scale.await("plugged")
	if _, err := io.WriteString(w, "1.250\nover\n"); err != nil {
		t.Fatal(err)
	}
	if v := scale.await("set"); v["set"] != "1.250" {
		t.Errorf("%v", v)
	}
	w.Close()
	if code := scale.end(); code != 0 {
		t.Errorf("exit %d", code)
	}
	probe := startCommand(t, newSimulateCommand(), strings.NewReader("-18.5\nbad-crc\nblizzard\n"), "probe", "--dev-dir", dir)
	if code := probe.end(); code != exitUsage {
		t.Errorf("a word it does not know: exit %d", code)
	}
}

func TestASimulatedScannerDropsSeparatorsAndReadsTwice(t *testing.T) {
	dir := t.TempDir()
	watch := startCommand(t, newDevicesCommand(), nil, "watch", "--dev-dir", dir, "--scanner", "gun1=gun", "--count", "2")
	watch.await("status")
	gun := startCommand(t, newSimulateCommand(), strings.NewReader("10AB\\x1d21C\n"), "scanner", "--dev-dir", dir, "--drop-gs", "--twice", "--stay")
	for n := range 2 {
		if v := watch.await("seq"); v["text"] != "10AB21C" {
			t.Errorf("reading %d: %v", n, v)
		}
	}
	watch.end()
	gun.stop()
	gun.end()
}

func TestASimulatorEndsOnASignalWhileItsInputIsOpen(t *testing.T) {
	for kind, profile := range map[string]string{"scanner": "generic", "scale": "mt-sics", "probe": "probe-xymd02"} {
		t.Run(kind, func(t *testing.T) {
			in, typing := io.Pipe()
			defer typing.Close()
			c := startCommand(t, newSimulateCommand(), in, kind, "--dev-dir", t.TempDir(), "--profile", profile)
			c.await("plugged")
			c.stop()
			if code := c.end(); code != 0 {
				t.Errorf("exit %d: %s", code, c.errs)
			}
		})
	}
}

func TestWrongUseOfDeviceCommandsIsNamed(t *testing.T) {
	for _, c := range []struct {
		cmd  func() *cobra.Command
		args []string
	}{
		{newDevicesCommand, nil}, {newDevicesCommand, []string{"watch"}}, {newDevicesCommand, []string{"watch", "--scanner", "gun"}},
		{newDevicesCommand, []string{"watch", "--scanner", "gun=a,nosuch"}}, {newDevicesCommand, []string{"watch", "--scanner", "gun=a", "--answer", "moo"}},
		{newDevicesCommand, []string{"watch", "--scale", "s=a"}}, {newDevicesCommand, []string{"watch", "--scale", "s=a,generic"}}, {newSimulateCommand, []string{"probe", "--dev-dir", "/tmp", "--celsius", "-300"}},
		{newDevicesCommand, []string{"assign", "--no-scan"}}, {newDevicesCommand, []string{"assign", "--profile", "nosuch"}},
		{newDevicesCommand, []string{"assign", "--name", "gun 1"}}, {newDevicesCommand, []string{"assign", "--profile", "mt-sics"}},
		{newSimulateCommand, []string{"scale", "--dev-dir", "/tmp", "--weight", "NaN"}}, {newSimulateCommand, []string{"scale", "--dev-dir", "/tmp", "--unit", "stone"}},
		{newSimulateCommand, []string{"scale", "--dev-dir", "/tmp", "--profile", "toledo8217", "--unit", "g"}},
		{newSimulateCommand, []string{"probe", "--dev-dir", "/tmp", "--celsius", "NaN"}},
		{newSimulateCommand, []string{"scanner", "--dev-dir", "/tmp", "--name", "../gun"}}, {newSimulateCommand, []string{"scanner", "--dev-dir", "/tmp", "--piece", "-1"}},
		{newSimulateCommand, []string{"scanner", "--dev-dir", "/tmp", "--scan", "A", "--repeat", "0"}},
		{newSimulateCommand, nil}, {newSimulateCommand, []string{"scanner"}},
		{newSimulateCommand, []string{"scanner", "--dev-dir", "/nowhere", "--profile", "mt-sics"}}, {newSimulateCommand, []string{"printer", "--out", "x"}},
		{newPrintersCommand, nil}, {newPrintersCommand, []string{"list"}}, {newPrintersCommand, []string{"list", "--uri", "lpr://x"}},
	} {
		run := startCommand(t, c.cmd(), nil, c.args...)
		if code := run.end(); code != exitUsage {
			t.Errorf("%v: exit %d", c.args, code)
		}
	}
	missing := startCommand(t, newSimulateCommand(), nil, "scanner", "--dev-dir", "/proc/nowhere")
	if code := missing.end(); code != exitMissing {
		t.Errorf("a folder that cannot be: exit %d", code)
	}
}
