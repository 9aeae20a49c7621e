package devices

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Found is a serial port that the machine has. Everything in it is read from folders and from sysfs: no port is opened to
// find it, for opening one resets the speed of a port in use and wakes what is attached.
type Found struct {
	Name    string // what a configuration calls it: the name in the by-id folder, or the path
	Path    string
	Target  string // the node behind the link: /dev/ttyACM0
	Vendor  string // USB vendor number, four hexadecimal digits; empty when it is no USB device
	Product string
	Maker   string
	Model   string
	Serial  string
	Profile string // the profile proposed for it; empty when nothing is known of it
	Denied  bool   // this user may not open it
	Twin    bool   // another port has the same name: it has no serial number of its own; name it by its path
}

// List lists the ports in devDir (DefaultDevDir when empty), and with DefaultDevDir also those that only have a path
// name or are built in. A folder that is not there holds no ports.
func List(devDir string) ([]Found, error) {
	if devDir == "" {
		devDir = DefaultDevDir
	}
	return listPorts(devDir, "/dev", "/sys")
}

func listPorts(devDir, dev, sys string) ([]Found, error) {
	found, err := listFolder(devDir, sys)
	if err != nil {
		return nil, err
	}
	if devDir != filepath.Join(dev, "serial", "by-id") {
		return found, nil
	}
	seen := map[string]bool{}
	for _, f := range found {
		seen[f.Target] = true
	}
	byPath, err := listFolder(filepath.Join(dev, "serial", "by-path"), sys)
	if err != nil {
		return nil, err
	}
	for _, f := range byPath {
		if !seen[f.Target] { // a device without a serial number, next to a twin, has only this name
			f.Name, f.Twin, seen[f.Target] = f.Path, true, true
			found = append(found, f)
		}
	}
	builtIn, err := builtInPorts(dev, sys)
	return append(found, builtIn...), err
}

// listFolder lists the links of one folder.
func listFolder(dir, sys string) ([]Found, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list ports: %w", err)
	}
	var out []Found
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		target, err := filepath.EvalSymlinks(path)
		if strings.HasPrefix(e.Name(), ".") || err != nil {
			continue // it vanished meanwhile, or a killed simulator left it
		}
		f := Found{Name: e.Name(), Path: path, Target: target, Denied: denied(target)}
		f.describe(sys)
		out = append(out, f)
	}
	return out, nil
}

// describe reads the USB numbers and names from sysfs. The tty's device is an interface; the device is one folder above.
func (f *Found) describe(sys string) {
	dir, err := filepath.EvalSymlinks(filepath.Join(sys, "class", "tty", filepath.Base(f.Target), "device"))
	if err != nil {
		return
	}
	for range 4 {
		if v := attribute(dir, "idVendor"); v != "" {
			f.Vendor, f.Product = v, attribute(dir, "idProduct")
			f.Maker, f.Model, f.Serial = attribute(dir, "manufacturer"), attribute(dir, "product"), attribute(dir, "serial")
			if p, ok := ProfileForUSB(f.Vendor, f.Product); ok {
				f.Profile = p.Name
			}
			return
		}
		dir = filepath.Dir(dir)
	}
}

// attribute reads one short sysfs file; what is not there is empty.
func attribute(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b[:min(len(b), 256)]))
}

// builtInPorts lists RS-232 ports of the board. Linux makes ttyS nodes that have no hardware; their type is 0.
func builtInPorts(dev, sys string) ([]Found, error) {
	names, err := filepath.Glob(filepath.Join(sys, "class", "tty", "ttyS*"))
	if err != nil {
		return nil, err
	}
	var out []Found
	for _, n := range names {
		path := filepath.Join(dev, filepath.Base(n))
		if kind := attribute(n, "type"); kind == "" || kind == "0" {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			out = append(out, Found{Name: path, Path: path, Target: path, Denied: denied(path)})
		}
	}
	return out, nil
}

// AwaitNew waits until a port appears in devDir that was not there when it was called: "plug it in now".
func AwaitNew(ctx context.Context, devDir string) (Found, error) {
	before, err := List(devDir)
	if err != nil {
		return Found{}, err
	}
	known := map[string]bool{}
	for _, f := range before {
		known[f.Path] = true
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return Found{}, ctx.Err()
		case <-tick.C:
		}
		now, err := List(devDir)
		if err != nil {
			return Found{}, err
		}
		present := map[string]bool{}
		for _, f := range now {
			present[f.Path] = true
			if !known[f.Path] {
				return f, nil
			}
		}
		known = present // what was pulled out counts as new when it comes back
	}
}
