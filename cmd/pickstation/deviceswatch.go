package main

import (
	"bytes"
	"encoding/hex"
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
}

// watcher prints what devices say.
type watcher struct {
	out   *jsonLines
	seen  chan devices.Frame // nil: nobody waits for scans
	reply func(devices.Frame)
}

// Scan prints a scan.
func (w *watcher) Scan(f devices.Frame) {
	_ = w.out.print(frameLine{
		At: stamp(f.LastByte), Device: f.Device, Seq: f.Seq, RawHex: hex.EncodeToString(f.Raw), Text: string(bytes.ToValidUTF8(f.Text(), []byte("\ufffd"))),
		Via: f.Via, Retransmit: f.Retransmit, Unsure: f.Unsure, MS: float64(f.LastByte.Sub(f.FirstByte).Microseconds()) / 1000,
	})
	if w.reply != nil {
		w.reply(f)
	}
	select {
	case w.seen <- f:
	default:
	}
}

// State prints a change.
func (w *watcher) State(s devices.State) {
	noise := ""
	if s.Noise != nil {
		noise = s.Noise.String()
	}
	_ = w.out.print(stateLine{stamp(time.Now()), s.Device, s.Port, string(s.Status), s.Err, s.Hint, noise})
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func newDevicesWatch() *cobra.Command {
	var devDir, config, answer string
	var scanners []string
	var count int
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Show live what scanners send",
		Long: "Show live what scanners send, one JSON object per line, until Ctrl+C. Nothing is stored, so nothing is acknowledged: scanners\n" +
			"that wait for the host will complain, unless --answer says how they shall be answered. While the station runs it holds its\n" +
			"devices, and they are reported as busy here.",
		Example: "  pickstation devices watch --config /etc/pickstation/pickstation.toml\n  pickstation devices watch --dev-dir /tmp/bench --scanner gun=gun,zebra-ssi --answer ok",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, list, err := chooseScanners(devDir, config, scanners)
			if err != nil {
				return err
			}
			tone, err := toneNamed(answer)
			if err != nil {
				return err
			}
			return watchDevices(cmd, dir, list, tone, count)
		},
	}
	f := cmd.Flags()
	f.StringVar(&devDir, "dev-dir", "", "folder with the stable names; default "+devices.DefaultDevDir)
	f.StringVar(&config, "config", "", "watch the scanners of this configuration file")
	f.StringArrayVar(&scanners, "scanner", nil, "NAME=PORT[,PROFILE]; repeatable")
	f.StringVar(&answer, "answer", "", "answer every scan: ok, line_done, order_done, warn, stop, not_saved")
	f.IntVar(&count, "count", 0, "end after so many scans")
	return cmd
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

// chooseScanners gives the scanners of the flags, or else of the configuration.
func chooseScanners(devDir, config string, flags []string) (string, []devices.ScannerConfig, error) {
	var list []devices.ScannerConfig
	for _, s := range flags {
		name, rest, ok := strings.Cut(s, "=")
		port, profile, named := strings.Cut(rest, ",")
		if !ok || name == "" || port == "" {
			return "", nil, usage("devices watch", "--scanner %q: write NAME=PORT or NAME=PORT,PROFILE", s)
		}
		if !named {
			profile = "generic"
		}
		p, err := devices.ProfileNamed(profile)
		if err != nil {
			return "", nil, usage("devices watch", "%v", err)
		}
		list = append(list, devices.ScannerConfig{Name: name, Port: port, Profile: p})
	}
	if len(list) > 0 {
		return devDir, list, nil
	}
	if config == "" {
		return "", nil, usage("devices watch", "name a scanner with --scanner or a file with --config")
	}
	cfg, err := loadConfig(config)
	if err != nil {
		return "", nil, err
	}
	if devDir == "" {
		devDir = cfg.DevDir
	}
	list, err = cfg.scanners()
	return devDir, list, err
}

func watchDevices(cmd *cobra.Command, devDir string, list []devices.ScannerConfig, tone *devices.Tone, count int) error {
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
	if len(list) > 1 {
		w.reply = serial(w.reply)
	}
	bench, err := devices.Start(devices.Config{DevDir: devDir, Scanners: list}, w)
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
