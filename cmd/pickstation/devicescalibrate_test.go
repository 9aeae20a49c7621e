package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// typeInto types text into a terminal with a pause after each character.
func typeInto(t *testing.T, master *os.File, pause time.Duration, text string) {
	t.Helper()
	for i := range len(text) {
		if _, err := master.WriteString(text[i : i+1]); err != nil {
			t.Error(err)
			return
		}
		rest(t.Context(), pause)
	}
}

func TestThreeTestScansSetTheGapOfAScannerThatTypes(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	_, path, err := configOf(t, "")
	if err != nil {
		t.Fatal(err)
	}
	c := startCommand(t, newDevicesCommand(), tty, "calibrate", "--config", path)
	for n := range testScans {
		c.errs.await(t, "scan "+string(rune('1'+n))+" of 3")
		typeInto(t, master, 2*time.Millisecond, "]C10109504000059101\x1d10AB\r")
	}
	v := c.await("gap_ms")
	if v["scans"].(float64) != 3 || v["gs"] != true || v["aim"] != true || v["slowest_ms"].(float64) <= 0 {
		t.Errorf("%v", v)
	}
	if code := c.end(); code != 0 {
		t.Fatalf("exit %d: %s", code, c.errs)
	}
	cfg, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(cfg.Wedge.GapMS); got != v["gap_ms"] || cfg.Wedge.options().Gap != time.Duration(got)*time.Millisecond {
		t.Errorf("the file says %+v, measured %v", cfg.Wedge, v)
	}
	again := startCommand(t, newDevicesCommand(), tty, "calibrate", "--config", path)
	if code := again.end(); code != exitNo {
		t.Errorf("a second [wedge] table: exit %d", code)
	}
}

func TestCalibrationByHandEnds(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	c := startCommand(t, newDevicesCommand(), tty, "calibrate")
	c.errs.await(t, "scan 1 of 3")
	typeInto(t, master, 0, "\x03")
	if code := c.end(); code != exitNo || !c.errs.has("scan 1") {
		t.Errorf("ctrl+c: exit %d", code)
	}
	c = startCommand(t, newDevicesCommand(), strings.NewReader("12345\r"), "calibrate")
	if code := c.end(); code != exitMissing {
		t.Errorf("no terminal: exit %d", code)
	}
}
