package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// examineDevices tells how the running station's devices are; without one it looks for
// the configured names. It opens nothing.
func examineDevices(cfg *Config, running *statusReport, add adder) {
	if len(cfg.Scanner) == 0 {
		add("scanners", "warn", "none configured", "plug one in and run: pickstation devices assign")
	}
	if running != nil {
		for i := range running.Devices {
			examineDevice(&running.Devices[i], add)
		}
		examineProbes(running.Probes, add)
		return
	}
	for _, d := range cfg.entries() {
		path := strings.TrimPrefix(d.Port, "evdev:")
		if !filepath.IsAbs(path) {
			path = filepath.Join(cfg.DevDir, path)
		}
		if _, err := os.Stat(path); err != nil && !isNetworkPort(d.Port) {
			add(d.kind, "warn", d.Name+" is not plugged in ("+d.Port+")", "plug it in; pickstation devices list shows what is there")
			continue
		}
		add(d.kind, "ok", d.Name+" at "+d.Port, "")
	}
}

// What is noticed of a device, and from how many messages on.
const (
	fewMessages  = 20
	manyBad      = 0.02 // of all messages
	manyNoReads  = 0.2  // of all triggers
	manyReplugs  = 5    // since the station started
	lateAnswerMS = 1000 // half of what most scanners wait
)

// examineDevice judges what a running station has counted of a device.
func examineDevice(d *deviceStatus, add adder) {
	all := d.Frames + d.BadFrames
	seen := fmt.Sprintf("%s at %s: %d frames, %d bad, %d repeats, %d no-reads, %d reconnects, p50 %.2f ms, p99 %.2f ms", d.Name, d.Port,
		d.Frames, d.BadFrames, d.Repeats, d.NoReads, d.Reconnects, d.P50MS, d.P99MS)
	switch {
	case d.Status != "online":
		do := d.Hint
		if do == "" {
			do = "plug it in; pickstation devices list shows what is there"
		}
		add(d.Kind, "warn", strings.TrimSpace(d.Name+" is "+d.Status+" "+d.Error), do)
	case all >= fewMessages && float64(d.BadFrames) > manyBad*float64(all):
		add(d.Kind, "warn", seen, "many bytes are no message: check profile, speed and cable; pickstation devices watch shows them")
	case d.Frames+d.NoReads >= fewMessages && d.NoReadRate > manyNoReads:
		add(d.Kind, "warn", seen, "many triggers read nothing: clean the window, look at the labels' print")
	case d.Reconnects >= manyReplugs:
		add(d.Kind, "warn", seen, "it comes and goes: change cable, port or hub")
	case d.AnswerP99MS > lateAnswerMS:
		add(d.Kind, "warn", seen, fmt.Sprintf("answers take up to %.0f ms: check the disk", d.AnswerP99MS))
	default:
		add(d.Kind, "ok", seen, "")
	}
}

// examineProbes tells the alerts of cold places.
func examineProbes(list []probeStatus, add adder) {
	for _, p := range list {
		switch p.Alert {
		case "":
		case "no_samples":
			add("cold", "fail", fmt.Sprintf("%s tells nothing since %s", p.Name, p.Since.Format("15:04")), "look at the thermometer there; check probe and cable")
		default:
			add("cold", "fail", fmt.Sprintf("%s is %s since %s, worst %s °C", p.Name, strings.ReplaceAll(p.Alert, "_", " "), p.Since.Format("15:04"),
				decimalText(int64(p.Worst), -3)), "close the door, look at the cooling, call the shift lead")
		}
	}
}
