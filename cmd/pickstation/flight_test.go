package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// recordedBench is a bench whose flight recorder runs: the real loop on the real database.
func recordedBench(t *testing.T, world string, steps ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	f := startFlight(dir, slog.New(slog.DiscardHandler))
	r := worldBench(t, dir, world, time.Now().UTC().Add(time.Second))
	if err := r.setNet(t.Context(), "up"); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		for _, h := range takeStep(t, r, s) {
			f.note(&h.Outcome, r.loop.View())
		}
	}
	f.close()
	r.close()
	return dir
}

const flightWorld = `
operator ann BADGE-SECRET-7 picker,packer 王小姐 pin=482916
policy {"pin_roles":["picker"]}
order A
  3 mango @L1 code=09521234000013
order B
  1 fig @L2
product durian @D-1
`

// flightSteps are a shift with a PIN, a phone number, goods of nobody and a pause.
var flightSteps = []string{"scan BADGE-SECRET-7", "pin 482916", "scan A", "gs1 (01)09521234000013(10)L7", "scan 13800138000", "scan 张三 海口市",
	"scan DURIAN", "gun2: scan FIG", "card SHORT", "scan MANGO", "wait 2s", "key F6", "net down", "scan MANGO", "hex 00ff1b5b41", "weigh 900", "scan MANGO"}

func TestARecordingHoldsWhatCameInAndNobodysData(t *testing.T) {
	dir := recordedBench(t, flightWorld, flightSteps...)
	data, err := os.ReadFile(filepath.Join(dir, flightFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"SECRET", "482916", "13800138000", "张三", "王小姐", "e5bca0"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("the recording holds %q:\n%s", secret, data)
		}
	}
	for _, kept := range []string{`"badge":"ann"`, `"pin_given":true`, "]d20109521234000013", `"device":"gun2"`, `"key":"F6"`, `"net":"down"`,
		`"left_out":11`, `"weigh_g":900`, `"was":"OTHER_ORDER for_other"`} {
		if !bytes.Contains(data, []byte(kept)) {
			t.Errorf("the recording lacks %s:\n%s", kept, data)
		}
	}
	if st, err := os.Stat(filepath.Join(dir, flightFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

// Nobody has decided what waited when the station ended: a badge, perhaps, or a phone number.
func TestOfAScanThatNobodyDecidedTheFingerprintIsRecorded(t *testing.T) {
	l, ok := lineOf(&station.Outcome{Input: order.Input{Source: order.Scanned, Text: "13800138000", Device: "gun1"}, Raw: "13800138000", Err: os.ErrClosed})
	if !ok || l.Badge != "" || l.Scan == nil || *l.Scan != order.Fingerprint("13800138000") || l.Left != 11 || l.Was != wasNotSaved {
		t.Errorf("%+v", l)
	}
}

func TestARecordingThatIsTooLargeIsPutAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, flightFile)
	if err := os.WriteFile(path, bytes.Repeat([]byte(`{"scan":"X"}`+"\n"), flightMax/13+1), 0o600); err != nil {
		t.Fatal(err)
	}
	f := startFlight(dir, slog.New(slog.DiscardHandler))
	for range 3 {
		in := order.Input{At: time.Now(), Device: "gun1", Source: order.Scanned, Noise: 7}
		f.note(&station.Outcome{Input: in}, nil)
	}
	f.close()
	lines, err := readFlight(path)
	if err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Size() > 1000 || len(lines) < flightMax/13 {
		t.Errorf("%d bytes, %d lines, %v", st.Size(), len(lines), err)
	}
}

// The recorder never holds a scan back: what the disk cannot take is counted.
func TestARecorderThatIsBehindLeavesLinesOutAndSaysHowMany(t *testing.T) {
	f := &flight{lines: make(chan flightLine, 1), done: make(chan struct{})}
	in := order.Input{At: time.Now(), Source: order.Scanned, Noise: 1}
	for range 5 {
		f.note(&station.Outcome{Input: in}, nil)
	}
	<-f.lines
	f.note(&station.Outcome{Input: in}, nil)
	if l := <-f.lines; l.Missing != 4 {
		t.Errorf("%d are missing", l.Missing)
	}
}
