package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"reflect"
	"time"

	"github.com/BurntSushi/toml"

	"pickstation/devices"
	"pickstation/devices/wedge"
	"pickstation/order"
	"pickstation/tui/text"
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
	Sync    SyncConfig     `toml:"sync"`
	Scanner []ScannerEntry `toml:"scanner"`
	Scale   []ScaleEntry   `toml:"scale"`
	Probe   []ProbeEntry   `toml:"probe"`
	Printer PrinterEntry   `toml:"printer"`
	Paper   *PrinterEntry  `toml:"paper_printer"` // for papers other than labels, where the bench has a second printer
	Wedge   WedgeConfig    `toml:"wedge"`
	Sound   SoundConfig    `toml:"sound"`

	langFindings []text.Finding // what is wrong with the files of lang_dir

	Profile  []toml.Primitive           `toml:"profile"` // see [ownProfiles]
	profiles map[string]devices.Profile // of these tables

	training bool // nothing of it is real; see [trainingConfig]
}

// WedgeConfig is about scanners that type like a keyboard; pickstation devices calibrate
// measures the gap.
type WedgeConfig struct {
	GapMS    int    `toml:"gap_ms"`    // longest pause inside a scan, milliseconds; 0 means 30
	Min      int    `toml:"min"`       // shortest scan in characters; 0 means 4
	Tab      bool   `toml:"tab"`       // TAB ends a scan, too
	NoSuffix bool   `toml:"no_suffix"` // the scanner types no Enter: a pause ends the scan
	GS       string `toml:"gs"`        // what it types in place of the GS1 separator, such as "|"; F8 and ctrl+] are known
}

// Bounds of a gap: a scanner's driver does not keep up below, and a person types above.
const (
	minGapMS = 5
	maxGapMS = 500
)

func (w WedgeConfig) check() error {
	if w.GapMS != 0 && (w.GapMS < minGapMS || w.GapMS > maxGapMS) {
		return fmt.Errorf("wedge.gap_ms is %d; use %d to %d", w.GapMS, minGapMS, maxGapMS)
	}
	if w.Min < 0 {
		return fmt.Errorf("wedge.min is %d; use 0 or more", w.Min)
	}
	return nil
}

// options is the configuration as the reader of the terminal takes it.
func (w WedgeConfig) options() wedge.Options {
	return wedge.Options{Gap: time.Duration(w.GapMS) * time.Millisecond, Min: w.Min, Tab: w.Tab, NoSuffix: w.NoSuffix}
}

// SoundConfig is about what is heard beside the scanner's own tones.
type SoundConfig struct {
	Bell    string   `toml:"bell"`    // the terminal's: off, errors (questions and refusals) or all
	Command []string `toml:"command"` // plays a sound: program and arguments, {sound} is right, ask or wrong
}

func (s *SoundConfig) check() error {
	if s.Bell == "" {
		s.Bell = bellErrors
	}
	if s.Bell != bellOff && s.Bell != bellErrors && s.Bell != bellAll {
		return fmt.Errorf("sound.bell is %q; use off, errors or all", s.Bell)
	}
	if len(s.Command) > 0 && s.Command[0] == "" {
		return errors.New("sound.command names no program")
	}
	return nil
}

// CentralConfig says where the central order API is.
type CentralConfig struct {
	URL string `toml:"url"` // "" works without a centre
}

// UIConfig is about the screen.
type UIConfig struct {
	LangDir string `toml:"lang_dir"` // files of further languages, "" none
	Color   string `toml:"color"`    // auto, 16 or mono
	Cold    bool   `toml:"cold"`     // larger blocks for a fogged visor
}

// WorkConfig says how much work the station holds.
type WorkConfig struct {
	Want int `toml:"want"` // shipments leased ahead, so many can be picked without network
}

// duration is a time such as "10m" in a configuration.
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err == nil && v <= 0 {
		err = fmt.Errorf("%q is not above zero", b)
	}
	*d = duration(v)
	return err
}

// PrinterEntry is one of the bench's printers.
type PrinterEntry struct {
	URI      string `toml:"uri"`      // spool:FOLDER, ipp://…, socket://host:9100, usb:/dev/usb/lp0
	DPI      int    `toml:"dpi"`      // 203, 300 or 600
	Form     string `toml:"form"`     // waybills: 100x150, 76x130, 100x180 or 4x6in
	List     string `toml:"list"`     // lists: A4, A5, 100x150 or 100x180
	Language string `toml:"language"` // pdf, zpl or tspl; left out: zpl for a raw printer, pdf for others
	WidthMM  int    `toml:"width_mm"` // widest paper that goes in, 0 any
	OffsetX  int    `toml:"offset_x"` // dots by which everything moves right
	OffsetY  int    `toml:"offset_y"` // and down

	banner string // on every page, in training
}

// loadConfig reads and checks a configuration file.
func loadConfig(path string) (*Config, error) {
	c := &Config{}
	meta, err := toml.DecodeFile(path, c)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{exitMissing, "config: no file " + path, "write it, or name another with --config; dist/pickstation.toml is an example", err}
	}
	var unread *fs.PathError
	if errors.As(err, &unread) {
		return nil, &failure{exitMissing, fmt.Sprintf("config: %s cannot be read: %v", path, unread.Err), "let this user read it, or name another with --config", err}
	}
	if err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("config %s: %v", path, err), "correct the file; dist/pickstation.toml is an example", err}
	}
	if c.profiles, err = ownProfiles(meta, c.Profile); err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("config %s: %v", path, err), "correct the table; devices/profiles.toml shows all fields", err}
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		do := "correct or remove it; dist/pickstation.toml shows the keys"
		if near := order.Nearest(unknown[0].String(), order.Fields(reflect.TypeFor[Config](), "toml")); near != "" {
			do = fmt.Sprintf("did you mean %q? dist/pickstation.toml shows the keys", near)
		}
		return nil, &failure{code: exitUsage, what: fmt.Sprintf("config %s: unknown key %q", path, unknown[0].String()), do: do}
	}
	for _, dir := range []*string{&c.DataDir, &c.UI.LangDir, &c.Sync.CopyDir} {
		if *dir != "" && !filepath.IsAbs(*dir) {
			*dir = filepath.Join(filepath.Dir(path), *dir)
		}
	}
	if err := c.check(); err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("config %s: %v", path, err), "correct the file; dist/pickstation.toml is an example", err}
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
	if err := c.languages(); err != nil {
		return err
	}
	if c.UI.Color != "auto" && c.UI.Color != "16" && c.UI.Color != "mono" {
		return fmt.Errorf("ui.color is %q; use auto, 16 or mono", c.UI.Color)
	}
	if u, err := url.Parse(c.Central.URL); c.Central.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("central.url is %q; it looks like https://host:port", c.Central.URL)
	}
	if err := c.Wedge.check(); err != nil {
		return err
	}
	if err := errors.Join(c.Sound.check(), c.Sync.check(c)); err != nil {
		return err
	}
	if err := c.checkPrinters(); err != nil {
		return err
	}
	return c.checkDevices()
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
	if c.Sync.CopyEvery == 0 {
		c.Sync.CopyEvery = duration(time.Minute)
	}
	if c.Printer.URI == "" {
		c.Printer.URI = "spool:" + filepath.Join(c.DataDir, "spool")
	}
	c.Printer.defaults("100x150")
	if c.Paper != nil {
		c.Paper.defaults("A4")
	}
}
