package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
)

// cli runs one command line in this process and returns what it printed and its
// exit code.
func cli(t *testing.T, args ...string) (out string, code int, err error) {
	t.Helper()
	root := newRootCommand()
	var stdout bytes.Buffer
	root.SetOut(&stdout)
	root.SetErr(&stdout)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	if err != nil {
		code = 2
		var coded interface{ ExitCode() int }
		if errors.As(err, &coded) {
			code = coded.ExitCode()
		}
		if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || lines[1] == "" {
			t.Errorf("%v: not one line what and one line what to do: %q", args, err)
		}
	}
	return stdout.String(), code, err
}

// stationDir returns a data folder whose log has n events.
func stationDir(t *testing.T, dir string, n int) string {
	t.Helper()
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if err := tx.Append(&order.Event{Type: order.EventNoted, V: 1, At: time.Now().UnixMilli(), Station: "bench-1", Boot: "b"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDBCommandsCheckBackUpAndRestore(t *testing.T) {
	dir := stationDir(t, filepath.Join(t.TempDir(), "data"), 7)
	out, code, _ := cli(t, "db", "check", "--dir", dir)
	if code != 0 || !strings.Contains(out, `{"ok":true,"events":7,"findings":[]`) {
		t.Errorf("check: %d %s", code, out)
	}
	var stats localdb.Stats
	out, code, _ = cli(t, "db", "stats", "--dir", dir)
	if err := json.Unmarshal([]byte(out), &stats); err != nil || code != 0 || stats.Events != 7 || stats.Unsent != 7 {
		t.Errorf("stats: %d %s %v", code, out, err)
	}
	file := filepath.Join(t.TempDir(), "st.db")
	if out, code, err := cli(t, "db", "backup", file, "--dir", dir); code != 0 || !strings.Contains(out, file) {
		t.Errorf("backup: %d %s %v", code, out, err)
	}
	if _, code, err := cli(t, "db", "restore", file, "--dir", dir); code != exitNo || !strings.Contains(err.Error(), "7 events") {
		t.Errorf("restore over unsent events: %d %v", code, err)
	}
	out, code, err := cli(t, "db", "restore", file, "--dir", dir, "--discard")
	if code != 0 || !strings.Contains(out, "the old database is") {
		t.Errorf("restore: %d %s %v", code, out, err)
	}
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if db.Started() != localdb.StartedRestored {
		t.Errorf("started %q", db.Started())
	}
	if _, code, err := cli(t, "db", "restore", file, "--dir", dir, "--discard"); code != exitNo || !strings.Contains(err.Error(), "in use by") {
		t.Errorf("restore under a running station: %d %v", code, err)
	}
	db.Close()
}

func TestDBCheckSaysNoToADamagedLog(t *testing.T) {
	dir := stationDir(t, filepath.Join(t.TempDir(), "data"), 500)
	path := filepath.Join(dir, "station.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.ReplaceAll(b, []byte(`"s":250,"k":"noted"`), []byte(`"s":250,"k":"notes"`))
	if err := errors.Join(os.WriteFile(path, b, 0o600), os.Truncate(path+"-wal", 0)); err != nil {
		t.Fatal(err)
	}
	out, code, err := cli(t, "db", "check", "--dir", dir)
	if code != exitNo || !strings.Contains(out, `{"ok":false`) || !strings.Contains(out, "event 250") {
		t.Errorf("check: %d %s %v", code, out, err)
	}
}

func TestDBSalvageSavesWhatCanBeRead(t *testing.T) {
	dir := stationDir(t, filepath.Join(t.TempDir(), "data"), 500)
	file, out := filepath.Join(dir, "station.db"), filepath.Join(t.TempDir(), "saved.db")
	said, code, err := cli(t, "db", "salvage", file, out)
	if code != 0 || !strings.Contains(said, `"events":500,"reissued":0,"missing":[],"dropped":[],"unplaced":0}`) {
		t.Fatalf("salvage: %d %s %v", code, said, err)
	}
	if _, code, err := cli(t, "db", "restore", out, "--dir", dir, "--discard"); code != 0 {
		t.Errorf("restore: %d %v", code, err)
	}
	if said, code, _ := cli(t, "db", "check", "--dir", dir); code != 0 || !strings.Contains(said, `"events":500`) {
		t.Errorf("check: %d %s", code, said)
	}
	if _, code, _ := cli(t, "db", "backup", filepath.Join(dir, "none", "copy.db"), "--dir", dir); code != exitMissing {
		t.Errorf("a backup into a folder that is not there: exit %d", code)
	}
	if _, code, _ := cli(t, "db", "salvage", filepath.Join(dir, "none"), out+"2"); code != exitMissing {
		t.Errorf("salvage of nothing: %d", code)
	}
}

func TestDBSalvageSaysNoWhenSomethingIsLost(t *testing.T) {
	dir := stationDir(t, filepath.Join(t.TempDir(), "data"), 500)
	file, out := filepath.Join(dir, "station.db"), filepath.Join(t.TempDir(), "saved.db")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte(`"s":250,"k":"noted"`)) / 4096 * 4096
	clear(b[at : at+4096])
	if err := errors.Join(os.WriteFile(file, b, 0o600), os.Truncate(file+"-wal", 0)); err != nil {
		t.Fatal(err)
	}
	said, code, err := cli(t, "db", "salvage", file, out)
	if code != exitNo || err == nil || !strings.Contains(err.Error(), "events that the centre has not got\nwhat could be saved is in "+out) {
		t.Errorf("salvage: %d %s %v", code, said, err)
	}
	if !strings.Contains(said, `"at_centre":false`) {
		t.Errorf("the report: %s", said)
	}
	if _, code, err := cli(t, "db", "restore", out, "--dir", dir, "--discard"); code != 0 {
		t.Errorf("restore: %d %v", code, err)
	}
}

func TestDBCommandsNameWhatIsMissing(t *testing.T) {
	empty := t.TempDir()
	for _, args := range [][]string{{"db", "check", "--dir", empty}, {"db", "stats", "--dir", empty}, {"db", "backup", filepath.Join(empty, "x"), "--dir", empty}} {
		if _, code, err := cli(t, args...); code != exitMissing {
			t.Errorf("%v: %d %v", args, code, err)
		}
	}
	if _, code, err := cli(t, "db", "restore", filepath.Join(empty, "none"), "--dir", empty); code != exitMissing {
		t.Errorf("restore of nothing: %d %v", code, err)
	}
	noise := t.TempDir()
	if err := os.WriteFile(filepath.Join(noise, "station.db"), bytes.Repeat([]byte("noise"), 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, code, err := cli(t, "db", "check", "--dir", noise); code != exitNo || !strings.Contains(err.Error(), "db salvage") {
		t.Errorf("check of noise: %d %v", code, err)
	}
	if _, code, err := cli(t, "db", "check", "--config", empty); code != exitMissing || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a folder as configuration: %d %v", code, err)
	}
	if _, code, err := cli(t, "db"); code != exitUsage {
		t.Errorf("db alone: %d %v", code, err)
	}
}

// stationConfig writes a configuration and returns its name.
func stationConfig(t *testing.T, dir, url string) string {
	t.Helper()
	path := filepath.Join(dir, "pickstation.toml")
	text := fmt.Sprintf("station = \"bench-1\"\ndata_dir = %q\n", filepath.Join(dir, "data"))
	if url != "" {
		text += fmt.Sprintf("[central]\nurl = %q\n", url)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// liveCentre is a centre that serves until the test ends.
func liveCentre(t *testing.T, dir string) *centre {
	t.Helper()
	c, err := newCentre(dir)
	if err == nil {
		err = c.start(t.Context(), dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c
}

// enrolAt enrols the station of a configuration file at a centre.
func enrolAt(t *testing.T, c *centre, config string) *Config {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	said, err := c.call(t.Context(), "enrol", "--station", cfg.Station)
	if err != nil {
		t.Fatal(err)
	}
	code, err := enrolCode(said)
	if err == nil {
		err = enrolStation(t.Context(), cfg, code)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestSyncOnceBringsTheBacklogToTheCentre(t *testing.T) {
	dir := t.TempDir()
	c := liveCentre(t, dir)
	config := stationConfig(t, dir, "https://"+c.addr)
	if _, code, err := cli(t, "sync", "--once", "--config", config); code != exitMissing || !strings.Contains(err.Error(), "enrol") {
		t.Errorf("before it is enrolled: %d %v", code, err)
	}
	cfg := enrolAt(t, c, config)
	stationDir(t, cfg.DataDir, 3000)
	if out, code, err := cli(t, "sync", "--once", "--config", config); code != 0 {
		t.Fatalf("sync: %d %s %v", code, out, err)
	}
	r, err := localdb.OpenReader(cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if st, err := r.SyncState(t.Context()); err != nil || st.Unsent != 0 || st.Timeline == 0 {
		t.Errorf("after sync: %+v %v", st, err)
	}
	if out, _, _ := cli(t, "doctor", "--config", config); !strings.Contains(out, "ok    link ") {
		t.Errorf("doctor beside a centre that answers:\n%s", out)
	}
	c.stop()
	if out, _, _ := cli(t, "doctor", "--config", config); !strings.Contains(out, "warn  link ") || !strings.Contains(out, "nothing is lost") {
		t.Errorf("doctor without its centre:\n%s", out)
	}
	stationDir(t, cfg.DataDir, 1)
	if _, code, err := cli(t, "sync", "--once", "--patience", "30s", "--config", config); code != exitMissing {
		t.Errorf("without a centre: %d %v", code, err)
	}
}

func TestSyncNeedsACentre(t *testing.T) {
	config := stationConfig(t, t.TempDir(), "")
	if _, code, err := cli(t, "sync", "--once", "--config", config); code != exitUsage || !strings.Contains(err.Error(), "central.url") {
		t.Errorf("%d %v", code, err)
	}
}
