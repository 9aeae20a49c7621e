package devices

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// machine makes a /dev and a /sys with two scanners that share a serial number, a built-in port and an empty one.
func machine(t *testing.T) (dev, sys string) {
	t.Helper()
	root := t.TempDir()
	dev, sys = filepath.Join(root, "dev"), filepath.Join(root, "sys")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
	}
	for _, tty := range []string{"ttyACM0", "ttyACM1", "ttyS0", "ttyS1"} {
		write(filepath.Join(dev, tty), "")
	}
	usb := filepath.Join(sys, "devices", "usb1", "1-1")
	write(filepath.Join(usb, "idVendor"), "0c2e\n")
	write(filepath.Join(usb, "idProduct"), "0b6a\n")
	write(filepath.Join(usb, "manufacturer"), "Honeywell\n")
	write(filepath.Join(usb, "product"), "1950g\n")
	write(filepath.Join(usb, "serial"), "A1\n")
	write(filepath.Join(usb, "1-1:1.0", "bInterfaceNumber"), "00\n")
	link(filepath.Join(usb, "1-1:1.0"), filepath.Join(sys, "class", "tty", "ttyACM0", "device"))
	write(filepath.Join(sys, "class", "tty", "ttyS0", "type"), "4\n")
	write(filepath.Join(sys, "class", "tty", "ttyS1", "type"), "0\n")
	link("../../ttyACM0", filepath.Join(dev, "serial", "by-id", "usb-Honeywell_1950g_A1-if00"))
	link("../../ttyGONE", filepath.Join(dev, "serial", "by-id", "usb-dangling"))
	link("../../ttyACM0", filepath.Join(dev, "serial", "by-path", "pci-1"))
	link("../../ttyACM1", filepath.Join(dev, "serial", "by-path", "pci-2"))
	return dev, sys
}

func TestPortsAreListedWithoutOpeningAny(t *testing.T) {
	dev, sys := machine(t)
	got, err := listPorts(filepath.Join(dev, "serial", "by-id"), dev, sys)
	if err != nil {
		t.Fatal(err)
	}
	byID, byPath := filepath.Join(dev, "serial", "by-id"), filepath.Join(dev, "serial", "by-path")
	want := []Found{
		{Name: "usb-Honeywell_1950g_A1-if00", Path: filepath.Join(byID, "usb-Honeywell_1950g_A1-if00"), Target: filepath.Join(dev, "ttyACM0"),
			Vendor: "0c2e", Product: "0b6a", Maker: "Honeywell", Model: "1950g", Serial: "A1", Profile: "honeywell"},
		{Name: filepath.Join(byPath, "pci-2"), Path: filepath.Join(byPath, "pci-2"), Target: filepath.Join(dev, "ttyACM1"), Twin: true},
		{Name: filepath.Join(dev, "ttyS0"), Path: filepath.Join(dev, "ttyS0"), Target: filepath.Join(dev, "ttyS0")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// The nodes above are plain files: opening one as a port would have failed the listing.
}

func TestAMachineWithoutPortsHasNone(t *testing.T) {
	root := t.TempDir()
	got, err := listPorts(filepath.Join(root, "dev", "serial", "by-id"), filepath.Join(root, "dev"), filepath.Join(root, "sys"))
	if err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
}

func TestThePortThatIsPluggedInNowIsFound(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	found := make(chan Found, 1)
	go func() {
		f, err := AwaitNew(ctx, dir)
		if err != nil {
			t.Error(err)
		}
		found <- f
	}()
	// The new port may appear before the first look; then it is plugged in again.
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	name := filepath.Join(dir, "new")
	for {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		select {
		case f := <-found:
			if f.Name != "new" {
				t.Errorf("found %+v", f)
			}
			return
		case <-tick.C:
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			<-tick.C
		}
	}
}

func TestEveryProfileWorks(t *testing.T) {
	names := map[string]bool{}
	for _, p := range Profiles() {
		if names[p.Name] {
			t.Errorf("%s stands twice", p.Name)
		}
		names[p.Name] = true
		if p.About == "" {
			t.Errorf("%s says nothing about itself", p.Name)
		}
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		for _, id := range p.USB {
			if len(id) != 4 && len(id) != 9 {
				t.Errorf("%s: %q is no USB number", p.Name, id)
			}
			if got, ok := ProfileForUSB(id[:4], id[min(len(id), 5):]); !ok || got.Name != p.Name {
				t.Errorf("%s is not proposed for %s, but %s", p.Name, id, got.Name)
			}
		}
		if (p.Driver == "acknak" || p.Driver == "honeywell-hostack" || p.Driver == "zebra-ssi") && p.AckMS == 0 {
			t.Errorf("%s waits for answers, but nobody knows how long", p.Name)
		}
	}
	if _, err := ProfileNamed("hal9000"); err == nil {
		t.Error("a profile that does not exist was found")
	}
}
