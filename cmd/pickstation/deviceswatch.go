package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices"
)

// frameLine is one scan as devices watch prints it.
type frameLine struct {
	At         string  `json:"at"`
	Device     string  `json:"device"`
	Seq        uint64  `json:"seq"`
	RawHex     string  `json:"raw_hex"`
	Text       string  `json:"text"`
	Via        string  `json:"via"`
	Retransmit bool    `json:"retransmit"`
	Unsure     bool    `json:"unsure"`
	MS         float64 `json:"ms"` // first byte → last byte
}

// stateLine is one change of a device as devices watch prints it.
type stateLine struct {
	At     string `json:"at"`
	Device string `json:"device"`
	Port   string `json:"port"`
	Status string `json:"status"`
	Err    string `json:"err"`
	Do     string `json:"do"`
	Noise  string `json:"noise"`
	Kind   string `json:"kind"` // scanner, scale, probe
}

// weightLine is one reading of a scale as devices watch prints it.
type weightLine struct {
	At     string `json:"at"`
	Device string `json:"device"`
	State  string `json:"state"`
	Weight string `json:"weight"` // as the scale shows it; empty when the state carries none
	Unit   string `json:"unit"`
	Net    bool   `json:"net"`
	Counts bool   `json:"counts"` // it may be booked on a parcel
	Note   string `json:"note"`
}

// temperatureLine is one sample of a probe as devices watch prints it.
type temperatureLine struct {
	At     string `json:"at"`
	Device string `json:"device"`
	State  string `json:"state"`
	MilliC int64  `json:"milli_c"` // thousandths of a degree Celsius, with state measured
	Note   string `json:"note"`
}

func newFrameLine(f devices.Frame) frameLine {
	return frameLine{
		At: stamp(f.LastByte), Device: f.Device, Seq: f.Seq, RawHex: hex.EncodeToString(f.Raw), Text: string(bytes.ToValidUTF8(f.Text(), []byte("\ufffd"))),
		Via: f.Via, Retransmit: f.Retransmit, Unsure: f.Unsure, MS: float64(f.LastByte.Sub(f.FirstByte).Microseconds()) / 1000,
	}
}

func newStateLine(s devices.State) stateLine {
	noise := ""
	if s.Noise != nil {
		noise = s.Noise.String()
	}
	return stateLine{stamp(time.Now()), s.Device, s.Port, string(s.Status), s.Err, s.Hint, noise, s.Kind}
}

func newWeightLine(w devices.Weight) weightLine {
	l := weightLine{At: stamp(w.At), Device: w.Device, State: string(w.State), Unit: w.Unit, Net: w.Net, Counts: w.Counts, Note: w.Note}
	if w.State == devices.Stable || w.State == devices.Motion {
		l.Weight = decimalText(w.Mantissa, w.Exp)
	}
	return l
}

// decimalText writes mantissa × 10^exp as a scale's display does.
func decimalText(mantissa int64, exp int) string {
	text := strconv.FormatInt(mantissa, 10)
	if exp >= 0 {
		return text + strings.Repeat("0", exp)
	}
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if n := 1 - exp - len(text); n > 0 {
		text = strings.Repeat("0", n) + text
	}
	return sign + text[:len(text)+exp] + "." + text[len(text)+exp:]
}

func newTemperatureLine(t devices.Temperature) temperatureLine {
	return temperatureLine{stamp(t.At), t.Device, string(t.State), t.MilliC, t.Note}
}

// watcher prints what devices say.
type watcher struct {
	out   *jsonLines
	seen  chan devices.Frame // nil: nobody waits for scans
	reply func(devices.Frame)
}

// Scan prints a scan.
func (w *watcher) Scan(f devices.Frame) {
	_ = w.out.print(newFrameLine(f))
	if w.reply != nil {
		w.reply(f)
	}
	select {
	case w.seen <- f:
	default:
	}
}

// State prints a change.
func (w *watcher) State(s devices.State) { _ = w.out.print(newStateLine(s)) }

// Weight prints a reading.
func (w *watcher) Weight(v devices.Weight) { _ = w.out.print(newWeightLine(v)) }

// Temperature prints a sample.
func (w *watcher) Temperature(t devices.Temperature) { _ = w.out.print(newTemperatureLine(t)) }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// watchFlags are the flags of devices watch.
type watchFlags struct {
	devDir, config, answer string
	scanners               []string
	scales, probes         []string
	count                  int
}

func newDevicesWatch() *cobra.Command {
	var o watchFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Show live what scanners, scales and probes send",
		Long: "Show live what scanners, scales and probes send, and how the devices are: one JSON object per line, until Ctrl+C.\n" +
			"With --config, and while the station of that file runs, the station tells what it sees and goes on working. Otherwise\n" +
			"the devices are opened here. Nothing is stored then, so nothing is acknowledged: scanners that wait for the host will\n" +
			"complain, unless --answer says how they shall be answered.",
		Example: "  pickstation devices watch --config /etc/pickstation/pickstation.toml\n  pickstation devices watch --dev-dir /tmp/bench --scanner gun=gun,zebra-ssi --answer ok\n  pickstation devices watch --scale scale1=usb-Mettler_Toledo_123-if00,mt-sics",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return watch(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.devDir, "dev-dir", "", "folder with the stable names; default "+devices.DefaultDevDir)
	f.StringVar(&o.config, "config", "", "watch the devices of this configuration file")
	f.StringArrayVar(&o.scanners, "scanner", nil, "NAME=PORT[,PROFILE]; repeatable")
	f.StringArrayVar(&o.scales, "scale", nil, "NAME=PORT,PROFILE; repeatable")
	f.StringArrayVar(&o.probes, "probe", nil, "NAME=PORT,PROFILE; repeatable")
	f.StringVar(&o.answer, "answer", "", "answer every scan: ok, line_done, order_done, warn, stop, not_saved")
	f.IntVar(&o.count, "count", 0, "end after so many scans")
	return cmd
}

// watch asks the running station, or opens the devices itself.
func watch(cmd *cobra.Command, o watchFlags) error {
	tone, err := toneNamed(o.answer)
	if err != nil {
		return err
	}
	bench, err := chooseDevices(o)
	if err != nil {
		return err
	}
	if o.config != "" && !o.named() {
		cfg, err := loadConfig(o.config)
		if err != nil {
			return err
		}
		err = watchStation(cmd, cfg.DataDir, o)
		if !errors.Is(err, errNoStation) {
			return err
		}
	}
	return watchDevices(cmd, bench, tone, o.count)
}

// toneNamed finds a tone; an empty name is none.
func toneNamed(name string) (*devices.Tone, error) {
	if name == "" {
		return nil, nil
	}
	for t := devices.ToneOK; t <= devices.ToneNotSaved; t++ {
		if t.String() == name {
			return &t, nil
		}
	}
	return nil, usage("devices watch", "no tone %q", name)
}

// named says whether the flags name devices.
func (o *watchFlags) named() bool { return len(o.scanners)+len(o.scales)+len(o.probes) > 0 }

// flagDevice is a device as a flag names it, NAME=PORT,PROFILE.
func flagDevice(cfg *Config, kind, text string) (devices.ScannerConfig, error) {
	name, rest, ok := strings.Cut(text, "=")
	port, profile, chosen := strings.Cut(rest, ",")
	if !chosen && kind == "scanner" {
		profile = "generic"
	}
	if !ok || name == "" || port == "" || profile == "" {
		return devices.ScannerConfig{}, usage("devices watch", "--%s %q: write NAME=PORT,PROFILE", kind, text)
	}
	d, err := cfg.device(ScannerEntry{name, port, profile})
	if err == nil && d.Profile.Kind != kind {
		err = fmt.Errorf("profile %s is one of a %s", profile, d.Profile.Kind)
	}
	if err != nil {
		return d, usage("devices watch", "--%s %q: %v", kind, text, err)
	}
	return d, nil
}

// chooseDevices gives the devices of the flags, or else the devices of the configuration.
func chooseDevices(o watchFlags) (devices.Config, error) {
	bench := devices.Config{DevDir: o.devDir}
	cfg := &Config{}
	if o.config != "" {
		var err error
		if cfg, err = loadConfig(o.config); err != nil {
			return bench, err
		}
	}
	for _, s := range o.scanners {
		d, err := flagDevice(cfg, "scanner", s)
		if err != nil {
			return bench, err
		}
		bench.Scanners = append(bench.Scanners, d)
	}
	for _, s := range o.scales {
		d, err := flagDevice(cfg, "scale", s)
		if err != nil {
			return bench, err
		}
		bench.Scales = append(bench.Scales, devices.ScaleConfig(d))
	}
	for _, s := range o.probes {
		d, err := flagDevice(cfg, "probe", s)
		if err != nil {
			return bench, err
		}
		bench.Probes = append(bench.Probes, devices.ProbeConfig(d))
	}
	if o.named() {
		return bench, nil
	}
	if o.config == "" {
		return bench, usage("devices watch", "name a device with --scanner, --scale or --probe, or a file with --config")
	}
	bench, err := cfg.bench()
	if o.devDir != "" {
		bench.DevDir = o.devDir
	}
	return bench, err
}

func watchDevices(cmd *cobra.Command, cfg devices.Config, tone *devices.Tone, count int) error {
	w := &watcher{out: newJSONLines(cmd.OutOrStdout()), seen: make(chan devices.Frame, 1)}
	var bench *devices.Bench
	started := make(chan struct{})
	left := make(chan struct{})
	n := 0
	w.reply = func(f devices.Frame) {
		<-started
		if tone != nil {
			bench.Answer(f.Device, f.Seq, *tone)
		}
		if n++; n == count {
			close(left)
		}
	}
	if len(cfg.Scanners) > 1 {
		w.reply = serial(w.reply)
	}
	bench, err := devices.Start(cfg, w)
	if err != nil {
		return usage("devices watch", "%v", err)
	}
	close(started)
	defer bench.Close()
	select {
	case <-cmd.Context().Done():
	case <-left:
	}
	return nil
}

// serial lets one call of f run at a time: each scanner reports from a goroutine of its own.
func serial(f func(devices.Frame)) func(devices.Frame) {
	one := make(chan struct{}, 1)
	return func(fr devices.Frame) {
		one <- struct{}{}
		defer func() { <-one }()
		f(fr)
	}
}
