package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func TestAssignAddsTheScannerThatIsPluggedInNow(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "pickstation.toml")
	text := "# our bench\nstation = \"bench-1\"\ndata_dir = \"data\"\ndev_dir = \"" + dir + "/dev\"\n"
	if err := os.WriteFile(config, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	assign := startCommand(t, newDevicesCommand(), nil, "assign", "--config", config, "--profile", "generic")
	p, err := devices.ProfileNamed("generic")
	if err != nil {
		t.Fatal(err)
	}
	gun := sim.NewScanner(p, sim.Options{})
	assign.errs.await(t, "plug the scanner in now")
	plugUntil(t, gun, dir+"/dev", "gun", func() bool { return assign.errs.has("now scan") })
	defer func() { _ = gun.Unplug() }()
	if _, err := gun.Send(context.Background(), []byte("]C0PS:ROLE:gun7")); err != nil {
		t.Fatal(err)
	}
	v := assign.await("port")
	if v["name"] != "gun7" || v["port"] != "gun" || v["profile"] != "generic" || v["aim"] != true {
		t.Errorf("%v", v)
	}
	if code := assign.end(); code != 0 {
		t.Errorf("exit %d: %s", code, assign.errs)
	}
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Scanner) != 1 || cfg.Scanner[0] != (ScannerEntry{Name: "gun7", Port: "gun", Profile: "generic"}) {
		t.Errorf("%+v", cfg.Scanner)
	}
	b, _ := os.ReadFile(config)
	st, _ := os.Stat(config)
	if !bytes.HasPrefix(b, []byte(text)) || st.Mode().Perm() != 0o640 {
		t.Errorf("the rest of the file changed: mode %v\n%s", st.Mode(), b)
	}
	again := writeRole(newDevicesAssign(), assignFlags{config: config}, benchDevice{"scanner", ScannerEntry{Name: "gun7", Port: "other", Profile: "generic"}})
	if code := exitCode(t, again); code != exitNo {
		t.Errorf("a name given twice: exit %d", code)
	}
}

// plugUntil plugs a device in, again and again, until it was noticed: the command may look for the first time after the plug.
func plugUntil(t *testing.T, d plugged, dir, name string, noticed func() bool) {
	t.Helper()
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := d.Plug(dir, name); err != nil {
			t.Fatal(err)
		}
		<-tick.C
		if noticed() {
			return
		}
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		<-tick.C
	}
}

func TestAssignGivesScalesAndProbesTheirRole(t *testing.T) {
	scale, probe := sim.NewScale(profileOf(t, "mt-sics")), sim.NewProbe(profileOf(t, "probe-srth"))
	scale.Put("1.250", "kg", false)
	for name, c := range map[string]struct {
		sim     plugged
		profile string
		reading string
	}{"scale1": {scale, "mt-sics", "stable"}, "cold1": {probe, "probe-srth", "-18.000"}} {
		dir := t.TempDir()
		config := filepath.Join(dir, "pickstation.toml")
		if err := os.WriteFile(config, []byte("station = \"b\"\ndata_dir = \"data\"\ndev_dir = \""+dir+"/dev\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := exitCode(t, runQuiet(newDevicesCommand(), "assign", "--config", config, "--profile", c.profile, "--name", name, "--wait", "1ms")); code != exitMissing {
			t.Errorf("%s: nothing plugged in: exit %d", name, code)
		}
		assign := startCommand(t, newDevicesCommand(), nil, "assign", "--config", config, "--profile", c.profile, "--name", name)
		var line map[string]any
		got := make(chan map[string]any, 1)
		go func() { got <- assign.await("port") }()
		plugUntil(t, c.sim, dir+"/dev", "port", func() bool {
			select {
			case line = <-got:
				return true
			default:
				return false
			}
		})
		if line["name"] != name || line["profile"] != c.profile || line["reading"] != c.reading {
			t.Errorf("%v", line)
		}
		if code := assign.end(); code != 0 {
			t.Errorf("%s: exit %d: %s", name, code, assign.errs)
		}
		if err := c.sim.Unplug(); err != nil {
			t.Error(err)
		}
		cfg, err := loadConfig(config)
		if err != nil {
			t.Fatal(err)
		}
		if all := cfg.entries(); len(all) != 1 || all[0].Name != name || all[0].Port != "port" || all[0].Profile != c.profile {
			t.Errorf("%+v", all)
		}
	}
}
