package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/localdb"
	"pickstation/station"
)

// statusReport is what a station knows of itself, in this field order.
type statusReport struct {
	Station  string         `json:"station"`
	Version  string         `json:"version"`
	Running  bool           `json:"running"`
	Screen   string         `json:"screen,omitempty"`
	Operator string         `json:"operator,omitempty"`
	Shipment string         `json:"shipment,omitempty"`
	Queue    int            `json:"queue"`
	Log      string         `json:"log"`
	Seq      uint64         `json:"seq"`
	Central  centralStatus  `json:"central"`
	Scans    scanStatus     `json:"scans"`
	Printer  printerStatus  `json:"printer"`
	Devices  []deviceStatus `json:"devices"`
	Disk     diskStatus     `json:"disk"`
	Checking bool           `json:"checking,omitempty"`
	Damaged  string         `json:"damaged,omitempty"`
	Scale    *scaleStatus   `json:"scale,omitempty"`
	Probes   []probeStatus  `json:"probes,omitempty"`
	Alerts   []alertStatus  `json:"alerts"` // what is wrong at the bench, the gravest first
}

type centralStatus struct {
	URL      string    `json:"url"`
	Online   bool      `json:"online"`
	LastWord time.Time `json:"last_word,omitzero"`
	Unsent   int       `json:"unsent"`
	Oldest   time.Time `json:"oldest_unsent,omitzero"`
	Problem  string    `json:"problem,omitempty"`
	Detail   string    `json:"detail,omitempty"`
	Differs  string    `json:"differs,omitempty"` // kinds of what is held that are not as the centre says
	Rereads  int       `json:"rereads,omitempty"` // how often everything was read again because of that, since the start

	Copy *copyStatus `json:"copy,omitempty"` // of what is unsent, where the configuration names a folder for it
}

type scanStatus struct {
	Count        int     `json:"count"` // since the program started
	P50MS        float64 `json:"p50_ms"`
	P99MS        float64 `json:"p99_ms"`
	Today        int     `json:"today"`
	WrongToday   int     `json:"wrong_today"`
	UnitsToday   int     `json:"units_today"`
	ShippedToday int     `json:"shipped_today"`
}

func (s *scanStatus) today(t *station.TodayView) {
	s.Today, s.WrongToday, s.UnitsToday, s.ShippedToday = t.Scans, t.Wrong, t.Units, t.Shipped
}

type printerStatus struct {
	Address string `json:"address"`
	Status  string `json:"status"`
	Detail  string `json:"detail,omitempty"`
	Queued  int    `json:"queued"`
	Parked  int    `json:"parked"`
}

type deviceStatus struct {
	Name       string  `json:"name"`
	Port       string  `json:"port"`
	Status     string  `json:"status"`
	Error      string  `json:"error,omitempty"`
	Hint       string  `json:"hint,omitempty"`
	Frames     uint64  `json:"frames"`
	BadFrames  uint64  `json:"bad_frames"`
	Repeats    uint64  `json:"repeats"`
	NoReads    uint64  `json:"no_reads"`
	Reconnects uint64  `json:"reconnects"`
	P50MS      float64 `json:"p50_ms"`
	P99MS      float64 `json:"p99_ms"`

	Kind        string    `json:"kind"`         // scanner, scale, probe
	NoReadRate  float64   `json:"no_read_rate"` // of all triggers that told something, 0 to 1
	Answers     uint64    `json:"answers"`
	LateAnswers uint64    `json:"late_answers"`  // not sent: the scanner had gone on or away
	AnswerP50MS float64   `json:"answer_p50_ms"` // last byte read to the answer written
	AnswerP99MS float64   `json:"answer_p99_ms"`
	LastByte    time.Time `json:"last_byte,omitzero"`
}

// newDeviceStatus tells how a device is.
func newDeviceStatus(d devices.State) deviceStatus {
	h := &d.Health
	s := deviceStatus{Name: d.Device, Port: d.Port, Status: string(d.Status), Error: d.Err, Hint: d.Hint,
		Frames: h.Frames, BadFrames: h.BadFrames, Repeats: h.Repeats, NoReads: h.NoReads, Reconnects: h.Reconnects,
		P50MS: ms(h.EventP50), P99MS: ms(h.EventP99), Kind: d.Kind, Answers: h.Answers, LateAnswers: h.LateDrops,
		AnswerP50MS: ms(h.AnswerP50), AnswerP99MS: ms(h.AnswerP99), LastByte: h.LastByte}
	if h.NoReads > 0 {
		s.NoReadRate = float64(h.NoReads) / float64(h.NoReads+h.Frames)
	}
	return s
}

type scaleStatus struct {
	Name     string `json:"name"`
	State    string `json:"state"`
	Grams    int    `json:"grams"`
	Expected int    `json:"expected_grams,omitempty"` // what the goods of the parcel weigh together
}

type probeStatus struct {
	Name   string    `json:"name"`
	State  string    `json:"state"`
	MilliC int       `json:"milli_c"` // latest measured, thousandths of a degree Celsius
	At     time.Time `json:"at,omitzero"`
	Alert  string    `json:"alert,omitempty"` // too_warm, too_cold, no_samples
	Since  time.Time `json:"since,omitzero"`
	Worst  int       `json:"worst_milli_c,omitempty"`
}

type diskStatus struct {
	FreeBytes int64 `json:"free_bytes"`
	Low       bool  `json:"low"`
}

// place is the data folder a command is about.
type place struct {
	config string
	dir    string
}

// flags adds --config and --dir.
func (p *place) flags(cmd *cobra.Command) {
	p.config = "/etc/pickstation/pickstation.toml"
	cmd.Flags().StringVar(&p.config, "config", p.config, "configuration file")
	cmd.Flags().StringVar(&p.dir, "dir", "", "data folder, instead of the configuration's")
}

// find returns the data folder and, where there is one, the configuration.
func (p *place) find() (string, *Config, error) {
	if p.dir != "" {
		return p.dir, nil, nil
	}
	cfg, err := loadConfig(p.config)
	if err != nil {
		return "", nil, err
	}
	return cfg.DataDir, cfg, nil
}

// newStatusCommand tells how a station is.
func newStatusCommand() *cobra.Command {
	var p place
	var asJSON, shift bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "What the station knows of itself",
		Long: "What the station knows of itself: asked of the running station through its socket, else read from its\n" +
			"database without changing it. --shift tells what was done since the shift began (the policy's shifts, else\n" +
			"midnight) and in the one before: who scanned how much, wrong scans, goods that were mixed up, exceptions, what a\n" +
			"lead let pass.",
		Example: "  pickstation status --json --config /etc/pickstation/pickstation.toml\n" +
			"  pickstation status --shift --config /etc/pickstation/pickstation.toml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, cfg, err := p.find()
			if err != nil {
				return err
			}
			if shift {
				return showShift(cmd.Context(), cmd.OutOrStdout(), dir, asJSON)
			}
			raw, err := stationStatus(cmd.Context(), dir, cfg)
			if err != nil {
				return err
			}
			return printStatus(cmd.OutOrStdout(), raw, asJSON)
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object on one line")
	cmd.Flags().BoolVar(&shift, "shift", false, "what was done in this shift and the one before")
	return cmd
}

// stationStatus asks the running station, or reads its database.
func stationStatus(ctx context.Context, dir string, cfg *Config) (json.RawMessage, error) {
	out, err := ask(ctx, dir, request{Op: "status"})
	if err == nil {
		return out.Status, nil
	}
	if !errors.Is(err, errNoStation) {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, "station.db")); err != nil {
		return nil, &failure{exitMissing, "status: no station in " + dir, "name its data folder with --dir, or its file with --config", err}
	}
	r, err := localdb.OpenReader(dir)
	if err != nil {
		return nil, fail(exitMissing, err, "run: pickstation db check")
	}
	defer r.Close()
	st, err := r.SyncState(ctx)
	if err != nil {
		return nil, fail(exitNo, err, "run: pickstation db check")
	}
	rep := statusReport{Version: version, Queue: st.Held, Central: centralStatus{Unsent: st.Unsent}, Devices: []deviceStatus{}, Alerts: []alertStatus{}}
	if st.OldestAt > 0 {
		rep.Central.Oldest = time.UnixMilli(st.OldestAt).UTC()
	}
	if cfg != nil {
		rep.Station, rep.Central.URL = cfg.Station, cfg.Central.URL
	} else if rep.Station, err = lastStation(ctx, r); err != nil {
		return nil, fail(exitNo, err, "run: pickstation db check")
	}
	if n := len(st.Logs); n > 0 {
		rep.Log, rep.Seq = string(st.Logs[n-1].ID), st.Logs[n-1].Last
	}
	f, err := storedFigures(ctx, r, dir)
	if err != nil {
		return nil, err
	}
	rep.Scans.today(&f.Today)
	rep.Disk.FreeBytes = r.Health().DiskFree
	return json.Marshal(rep)
}

// lastStation is who wrote the newest event of a database, "" nobody yet.
func lastStation(ctx context.Context, r *localdb.Reader) (string, error) {
	last, err := r.Tail(ctx, 1)
	if err != nil || len(last) == 0 {
		return "", err
	}
	return string(last[0].Station), nil
}

// printStatus prints the report as it is, or for a person.
func printStatus(w io.Writer, raw json.RawMessage, asJSON bool) error {
	if asJSON {
		_, err := fmt.Fprintln(w, string(raw))
		return err
	}
	var r statusReport
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	running := "not running"
	if r.Running {
		running = "running, screen " + r.Screen
	}
	fmt.Fprintf(w, "station   %s (%s)\n", r.Station, running)
	fmt.Fprintf(w, "log       %s, %d events, %d unsent\n", r.Log, r.Seq, r.Central.Unsent)
	online := "offline"
	if r.Central.Online {
		online = "online"
	}
	fmt.Fprintf(w, "centre    %s %s %s\n", r.Central.URL, online, r.Central.Problem)
	if r.Central.Differs != "" {
		fmt.Fprintf(w, "          data differ from the centre's (%s); read again %d time(s)\n", r.Central.Differs, r.Central.Rereads)
	}
	if c := r.Central.Copy; c != nil {
		fmt.Fprintf(w, "copy      %s\n", c.words(time.Now()))
	}
	fmt.Fprintf(w, "queue     %d shipments\n", r.Queue)
	fmt.Fprintf(w, "scans     %d, p50 %.1f ms, p99 %.1f ms\n", r.Scans.Count, r.Scans.P50MS, r.Scans.P99MS)
	fmt.Fprintf(w, "printer   %s, %d queued, %d parked\n", r.Printer.Status, r.Printer.Queued, r.Printer.Parked)
	for _, d := range r.Devices {
		fmt.Fprintf(w, "device    %s %s %s %s\n", d.Kind, d.Name, d.Status, d.Error)
		fmt.Fprintf(w, "          %d frames, %d bad, %d repeats, %d no-reads (%.0f %%), %d reconnects, p50 %.2f ms, p99 %.2f ms\n",
			d.Frames, d.BadFrames, d.Repeats, d.NoReads, d.NoReadRate*100, d.Reconnects, d.P50MS, d.P99MS)
	}
	if s := r.Scale; s != nil {
		fmt.Fprintf(w, "scale     %s %s %d g\n", s.Name, s.State, s.Grams)
	}
	for _, p := range r.Probes {
		fmt.Fprintf(w, "probe     %s %s %s °C %s\n", p.Name, p.State, decimalText(int64(p.MilliC), -3), p.Alert)
	}
	fmt.Fprintf(w, "disk      %d MiB free\n", r.Disk.FreeBytes>>20)
	for _, a := range r.Alerts {
		fmt.Fprintf(w, "%-9s %s: %s\n", a.Severity, a.What.EN, a.Do.EN)
	}
	return nil
}
