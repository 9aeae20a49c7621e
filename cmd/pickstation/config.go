package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"pickstation/devices"
)

// Config is the file of a station. Unknown keys are refused.
type Config struct {
	Station string         `toml:"station"`  // name of the bench, as enrolled
	DataDir string         `toml:"data_dir"` // database, keys, log
	Lang    string         `toml:"lang"`     // zh or en, before somebody signs in
	DevDir  string         `toml:"dev_dir"`  // stable names of serial devices
	Central CentralConfig  `toml:"central"`
	UI      UIConfig       `toml:"ui"`
	Work    WorkConfig     `toml:"work"`
	Scanner []ScannerEntry `toml:"scanner"`
	Printer PrinterEntry   `toml:"printer"`
}

// CentralConfig says where the central order API is.
type CentralConfig struct {
	URL string `toml:"url"` // "" works without a centre
}

// UIConfig is about the screen.
type UIConfig struct {
	Color string `toml:"color"` // auto, 16 or mono
	Cold  bool   `toml:"cold"`  // larger blocks for a fogged visor
}

// WorkConfig says how much work the station holds.
type WorkConfig struct {
	Want int `toml:"want"` // shipments leased ahead, so many can be picked without network
}

// ScannerEntry is one scanner.
type ScannerEntry struct {
	Name    string `toml:"name"`
	Port    string `toml:"port"`    // name in dev_dir, absolute path, or tcp://host:port
	Profile string `toml:"profile"` // see: pickstation devices list
}

// PrinterEntry is the bench's label printer.
type PrinterEntry struct {
	URI  string `toml:"uri"`  // spool:FOLDER, ipp://…, socket://host:9100, usb:/dev/usb/lp0
	DPI  int    `toml:"dpi"`  // 203, 300 or 600
	Form string `toml:"form"` // 100x150, 76x130, 100x180 or 4x6in
}

// loadConfig reads and checks a configuration file.
func loadConfig(path string) (*Config, error) {
	c := &Config{}
	meta, err := toml.DecodeFile(path, c)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{exitMissing, "config: no file " + path, "write it, or name another with --config; see the README for an example", err}
	}
	if err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("config %s: %v", path, err), "correct the file; see the README for an example", err}
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, &failure{code: exitUsage, what: fmt.Sprintf("config %s: unknown key %q", path, unknown[0].String()),
			do: "correct or remove it; the README lists all keys"}
	}
	if !filepath.IsAbs(c.DataDir) && c.DataDir != "" {
		c.DataDir = filepath.Join(filepath.Dir(path), c.DataDir)
	}
	if err := c.check(); err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("config %s: %v", path, err), "correct the file; see the README for an example", err}
	}
	return c, nil
}

// check fills defaults and says what cannot work.
func (c *Config) check() error {
	c.defaults()
	if c.Station == "" {
		return errors.New("station is missing")
	}
	if c.DataDir == "" {
		return errors.New("data_dir is missing")
	}
	if c.Lang != "zh" && c.Lang != "en" {
		return fmt.Errorf("lang is %q; use zh or en", c.Lang)
	}
	if c.UI.Color != "auto" && c.UI.Color != "16" && c.UI.Color != "mono" {
		return fmt.Errorf("ui.color is %q; use auto, 16 or mono", c.UI.Color)
	}
	if u, err := url.Parse(c.Central.URL); c.Central.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("central.url is %q; it looks like https://host:port", c.Central.URL)
	}
	return c.checkScanners()
}

func (c *Config) defaults() {
	if c.Lang == "" {
		c.Lang = "zh"
	}
	if c.UI.Color == "" {
		c.UI.Color = "auto"
	}
	if c.DevDir == "" {
		c.DevDir = devices.DefaultDevDir
	}
	if c.Work.Want == 0 {
		c.Work.Want = 200
	}
	if c.Printer.DPI == 0 {
		c.Printer.DPI = 203
	}
	if c.Printer.Form == "" {
		c.Printer.Form = "100x150"
	}
	if c.Printer.URI == "" {
		c.Printer.URI = "spool:" + filepath.Join(c.DataDir, "spool")
	}
}

func (c *Config) checkScanners() error {
	names := map[string]bool{}
	for i, s := range c.Scanner {
		if s.Name == "" || s.Port == "" {
			return fmt.Errorf("scanner %d needs a name and a port", i+1)
		}
		if names[s.Name] {
			return fmt.Errorf("two scanners are named %q", s.Name)
		}
		names[s.Name] = true
		if s.Profile == "" {
			c.Scanner[i].Profile = "generic"
		}
		if _, err := devices.ProfileNamed(c.Scanner[i].Profile); err != nil {
			return fmt.Errorf("scanner %q: %w", s.Name, err)
		}
	}
	return nil
}

// scanners returns the device configuration.
func (c *Config) scanners() ([]devices.ScannerConfig, error) {
	var out []devices.ScannerConfig
	for _, s := range c.Scanner {
		p, err := devices.ProfileNamed(s.Profile)
		if err != nil {
			return nil, err
		}
		if isNetworkPort(s.Port) {
			p.Backend = devices.BackendTCP
		}
		out = append(out, devices.ScannerConfig{Name: s.Name, Port: s.Port, Profile: p})
	}
	return out, nil
}

// isNetworkPort says whether a scanner's port is not a device file.
func isNetworkPort(port string) bool { return strings.HasPrefix(port, "tcp://") }
