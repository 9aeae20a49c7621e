package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"pickstation/devices"
	"pickstation/order"
)

// ScannerEntry is one scanner.
type ScannerEntry struct {
	Name    string `toml:"name"`
	Port    string `toml:"port"`    // name in dev_dir, absolute path, or tcp://host:port
	Profile string `toml:"profile"` // see: pickstation devices list
}

// ScaleEntry is one scale.
type ScaleEntry ScannerEntry

// ProbeEntry is one temperature probe, and what its cold place may do.
type ProbeEntry struct {
	Name    string   `toml:"name"`
	Port    string   `toml:"port"`
	Profile string   `toml:"profile"`
	Class   string   `toml:"class"`   // of the goods in its place: "frozen", "chilled" or "ambient"; left out: by limit_c
	LimitC  *float64 `toml:"limit_c"` // highest temperature, degrees Celsius; left out: none
	MinC    *float64 `toml:"min_c"`   // lowest
	For     duration `toml:"for"`     // how long a limit may be passed before it is an alert; default 10m
	Gap     duration `toml:"gap"`     // how long no sample may come before that is one; default 5m
	Every   duration `toml:"every"`   // how often it is asked; default as the profile says
}

// checkDevices looks at names, ports and profiles; the devices themselves may be absent.
func (c *Config) checkDevices() error {
	names := map[string]bool{}
	check := func(kind string, i int, name, port string, profile *string) error {
		if name == "" || port == "" {
			return fmt.Errorf("%s %d needs a name and a port", kind, i+1)
		}
		if names[name] {
			return fmt.Errorf("two devices are named %q", name)
		}
		names[name] = true
		if *profile == "" && kind == "scanner" {
			*profile = "generic"
		}
		p, err := profileAmong(c.profiles, *profile)
		if err != nil {
			return fmt.Errorf("%s %q: %w", kind, name, err)
		}
		if p.Kind != kind {
			return fmt.Errorf("%s %q: profile %s is one of a %s", kind, name, p.Name, p.Kind)
		}
		return nil
	}
	for i := range c.Scanner {
		if err := check("scanner", i, c.Scanner[i].Name, c.Scanner[i].Port, &c.Scanner[i].Profile); err != nil {
			return err
		}
	}
	for i := range c.Scale {
		if err := check("scale", i, c.Scale[i].Name, c.Scale[i].Port, &c.Scale[i].Profile); err != nil {
			return err
		}
	}
	for i := range c.Probe {
		p := &c.Probe[i]
		if err := check("probe", i, p.Name, p.Port, &p.Profile); err != nil {
			return err
		}
		if err := p.checkLimits(); err != nil {
			return fmt.Errorf("probe %q: %w", p.Name, err)
		}
	}
	return nil
}

// absoluteZero and hottest bound what a limit can mean, degrees Celsius.
const (
	absoluteZero = -273.15
	hottest      = 1000
)

func (p *ProbeEntry) checkLimits() error {
	if !slices.Contains([]string{"", "ambient", string(order.Chilled), string(order.Frozen)}, p.Class) {
		return fmt.Errorf("class %q is not frozen, chilled or ambient", p.Class)
	}
	for _, v := range []*float64{p.LimitC, p.MinC} {
		if v != nil && !(*v >= absoluteZero && *v <= hottest) {
			return fmt.Errorf("%v is no temperature in degrees Celsius", *v)
		}
	}
	if p.LimitC != nil && p.MinC != nil && *p.LimitC <= *p.MinC {
		return fmt.Errorf("limit_c %v is not above min_c %v", *p.LimitC, *p.MinC)
	}
	if p.Every > 0 && time.Duration(p.Every) < time.Millisecond || p.Gap > 0 && p.Gap < p.Every {
		return fmt.Errorf("every %v does not go with gap %v", time.Duration(p.Every), time.Duration(p.Gap))
	}
	if p.For == 0 {
		p.For = duration(10 * time.Minute)
	}
	if p.Gap == 0 {
		p.Gap = duration(5 * time.Minute)
	}
	return nil
}

// limits returns what the probe's place may do.
func (p *ProbeEntry) limits() devices.ColdLimits {
	l := devices.ColdLimits{MaxMilliC: math.MaxInt64, MinMilliC: math.MinInt64, For: time.Duration(p.For), Gap: time.Duration(p.Gap)}
	if p.LimitC != nil {
		l.MaxMilliC = int64(math.Round(*p.LimitC * 1000))
	}
	if p.MinC != nil {
		l.MinMilliC = int64(math.Round(*p.MinC * 1000))
	}
	return l
}

// bench returns the device configuration.
func (c *Config) bench() (devices.Config, error) {
	out := devices.Config{DevDir: c.DevDir}
	for _, e := range c.Scanner {
		d, err := c.device(e)
		if err != nil {
			return out, err
		}
		out.Scanners = append(out.Scanners, d)
	}
	for _, e := range c.Scale {
		d, err := c.device(ScannerEntry(e))
		if err != nil {
			return out, err
		}
		out.Scales = append(out.Scales, devices.ScaleConfig(d))
	}
	for _, e := range c.Probe {
		d, err := c.device(ScannerEntry{e.Name, e.Port, e.Profile})
		if err != nil {
			return out, err
		}
		if e.Every > 0 {
			d.Profile.PollMS = int(time.Duration(e.Every) / time.Millisecond)
		}
		out.Probes = append(out.Probes, devices.ProbeConfig(d))
	}
	return out, nil
}

// device finds the profile of an entry.
func (c *Config) device(e ScannerEntry) (devices.ScannerConfig, error) {
	p, err := profileAmong(c.profiles, e.Profile)
	if err != nil {
		return devices.ScannerConfig{}, err
	}
	if isNetworkPort(e.Port) {
		p.Backend = devices.BackendTCP
	}
	return devices.ScannerConfig{Name: e.Name, Port: e.Port, Profile: p}, nil
}

// entries returns every device of the bench, each with its kind.
func (c *Config) entries() (all []benchDevice) {
	for _, e := range c.Scanner {
		all = append(all, benchDevice{"scanner", e})
	}
	for _, e := range c.Scale {
		all = append(all, benchDevice{"scale", ScannerEntry(e)})
	}
	for _, e := range c.Probe {
		all = append(all, benchDevice{"probe", ScannerEntry{e.Name, e.Port, e.Profile}})
	}
	return all
}

// benchDevice is one device of a configuration.
type benchDevice struct {
	kind string
	ScannerEntry
}

// isNetworkPort says whether a scanner's port is not a device file.
func isNetworkPort(port string) bool { return strings.HasPrefix(port, "tcp://") }
