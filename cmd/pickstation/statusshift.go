package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"pickstation/localdb"
	"pickstation/station"
	"pickstation/tui/text"
)

// shiftReport is what a bench did, in this field order.
type shiftReport struct {
	Station string       `json:"station"`
	Running bool         `json:"running"`
	P50MS   float64      `json:"p50_ms"` // of this shift
	P99MS   float64      `json:"p99_ms"`
	Guns    []gunReads   `json:"guns"`
	Shift   shiftStatus  `json:"shift"`
	Last    *shiftStatus `json:"last,omitempty"` // the shift before
}

// gunReads is how well a scanner reads, of its latest triggers.
type gunReads struct {
	Name       string  `json:"name"`
	Triggers   int     `json:"triggers"`
	NoReadRate float64 `json:"no_read_rate"` // 0 to 1
	NoiseRate  float64 `json:"noise_rate"`
}

type shiftStatus struct {
	Began      time.Time       `json:"began"`
	First      time.Time       `json:"first,omitzero"` // event
	Last       time.Time       `json:"last,omitzero"`
	Scans      int             `json:"scans"`
	Wrong      int             `json:"wrong"`
	WrongRate  float64         `json:"wrong_rate"` // of the scans, 0 to 1
	Units      int             `json:"units"`
	Undone     int             `json:"undone"`
	ShortUnits int             `json:"short_units"`
	Questions  int             `json:"questions"`
	Packed     int             `json:"packed"`
	Shipped    int             `json:"shipped"`
	People     []shiftPerson   `json:"people"`
	Mixups     []shiftMixup    `json:"mixups"`
	Exceptions []shiftHappened `json:"exceptions"` // the latest first
	Overrides  []shiftHappened `json:"overrides"`
	Shadowed   map[string]int  `json:"shadowed"` // what rules on trial would have refused
	Speed      *shiftSpeed     `json:"speed,omitempty"`
}

// shiftSpeed is how long scans waited for their answer; a restart of the program begins it anew.
type shiftSpeed struct {
	P50MS float64   `json:"p50_ms"`
	P99MS float64   `json:"p99_ms"`
	Scans int       `json:"scans"`
	Since time.Time `json:"since"` // of the first
}

type shiftPerson struct {
	Operator string    `json:"operator"`
	Name     string    `json:"name"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Scans    int       `json:"scans"`
	Wrong    int       `json:"wrong"`
	Units    int       `json:"units"`
}

type shiftMixup struct {
	Wanted  string `json:"wanted"`
	Scanned string `json:"scanned"`
	Times   int    `json:"times"`
}

type shiftHappened struct {
	At       time.Time `json:"at"`
	What     string    `json:"what"`
	Reason   string    `json:"reason,omitempty"`
	Qty      int       `json:"qty,omitempty"`
	Order    string    `json:"order,omitempty"`
	Operator string    `json:"operator,omitempty"`
	Lead     string    `json:"lead,omitempty"`
}

func newShiftStatus(v *station.ShiftView) shiftStatus {
	s := shiftStatus{Began: v.Began, First: v.Start, Last: v.End, Scans: v.Scans, Wrong: v.Wrong, Units: v.Units, Undone: v.Undone, ShortUnits: v.Short,
		Questions: v.Asked, Packed: v.Packed, Shipped: v.Shipped, People: []shiftPerson{}, Mixups: []shiftMixup{}, Shadowed: map[string]int{},
		Exceptions: happened(v.Exceptions), Overrides: happened(v.Overrides)}
	if v.Scans > 0 {
		s.WrongRate = float64(v.Wrong) / float64(v.Scans)
	}
	for _, p := range v.People {
		s.People = append(s.People, shiftPerson{string(p.ID), p.Name, p.First, p.Last, p.Scans, p.Wrong, p.Units})
	}
	for _, m := range v.Mixups {
		s.Mixups = append(s.Mixups, shiftMixup{string(m.Want), string(m.Saw), m.N})
	}
	for _, c := range v.Shadowed {
		s.Shadowed[c.Code] = c.N
	}
	if w := &v.Speed; w.Timed > 0 {
		s.Speed = &shiftSpeed{ms(w.P50), ms(w.P99), w.Timed, w.Since}
	}
	return s
}

func happened(rows []station.ShiftRow) []shiftHappened {
	out := []shiftHappened{}
	for _, r := range rows {
		ref := r.Ref
		if ref == "" {
			ref = string(r.Shipment)
		}
		out = append(out, shiftHappened{r.At, r.Kind, r.Reason, r.Qty, ref, string(r.By), string(r.Auth)})
	}
	return out
}

// newShiftReport tells of this shift and of the one before, where there was one.
func newShiftReport(name string, now, last *station.ShiftView) *shiftReport {
	r := &shiftReport{Station: name, Guns: []gunReads{}, Shift: newShiftStatus(now), P50MS: ms(now.Speed.P50), P99MS: ms(now.Speed.P99)}
	if !last.Start.IsZero() {
		l := newShiftStatus(last)
		r.Last = &l
	}
	return r
}

// shift is what the running station counted.
func (s *session) shift(ctx context.Context) (*shiftReport, error) {
	now, last, err := s.loop.Shift(ctx)
	if err != nil {
		return nil, err
	}
	r := newShiftReport(s.cfg.Station, &now, &last)
	r.Running = true
	if v := s.loop.View(); v != nil {
		for _, d := range v.Devices {
			if n := d.Reads.Triggers; n > 0 {
				r.Guns = append(r.Guns, gunReads{d.Name, n, float64(d.Reads.NoReads) / float64(n), float64(d.Reads.Bad) / float64(n)})
			}
		}
	}
	return r, nil
}

// shiftBack is how many events are looked at without a running station.
const shiftBack = 100_000

// showShift asks the running station, or counts the events of its database.
func showShift(ctx context.Context, w io.Writer, dir string, asJSON bool) error {
	var raw json.RawMessage
	out, err := ask(ctx, dir, request{Op: "shift"})
	switch {
	case err == nil:
		raw = out.Status
	case !errors.Is(err, errNoStation):
		return err
	default:
		rep, err := storedShift(ctx, dir)
		if err != nil {
			return err
		}
		if raw, err = json.Marshal(rep); err != nil {
			return err
		}
	}
	if asJSON {
		_, err := fmt.Fprintln(w, string(raw))
		return err
	}
	var r shiftReport
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	printShift(w, "this shift", &r.Shift)
	if r.Running {
		for _, g := range r.Guns {
			fmt.Fprintf(w, "gun       %s: %.0f %% not read, %.0f %% noise of the last %d\n", g.Name, g.NoReadRate*100, g.NoiseRate*100, g.Triggers)
		}
	}
	if r.Last != nil {
		printShift(w, "the shift before", r.Last)
	}
	return nil
}

// storedShift counts the shift from a database on which no station runs.
func storedShift(ctx context.Context, dir string) (*shiftReport, error) {
	r, err := localdb.OpenReader(dir)
	if err != nil {
		return nil, &failure{exitMissing, "status: no station in " + dir, "name its data folder with --dir, or its file with --config", err}
	}
	defer r.Close()
	name, err := lastStation(ctx, r)
	if err != nil {
		return nil, fail(exitNo, err, "run: pickstation db check")
	}
	f, err := storedFigures(ctx, r, dir)
	if err != nil {
		return nil, err
	}
	return newShiftReport(name, &f.Now, &f.Last), nil
}

// storedFigures counts what was done from a database on which no station runs.
func storedFigures(ctx context.Context, r *localdb.Reader, dir string) (f station.Figures, err error) {
	p, err := r.Policy()
	if err != nil {
		return f, fail(exitNo, err, "run: pickstation db check")
	}
	events, err := r.Tail(ctx, shiftBack)
	if err != nil {
		return f, fail(exitNo, err, "run: pickstation db check")
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC
	}
	return station.Count(readCounted(dir), events, p, zone, time.Now()), nil
}

// printShift prints a shift for a person.
func printShift(w io.Writer, title string, s *shiftStatus) {
	fmt.Fprintf(w, "%s, since %s\n", title, s.Began.Format("2006-01-02 15:04"))
	fmt.Fprintf(w, "scans     %d, %d wrong (%.1f %%), %d questions\n", s.Scans, s.Wrong, s.WrongRate*100, s.Questions)
	fmt.Fprintf(w, "units     %d picked, %d short, %d scans undone\n", s.Units, s.ShortUnits, s.Undone)
	fmt.Fprintf(w, "parcels   %d packed, %d handed over\n", s.Packed, s.Shipped)
	if v := s.Speed; v != nil {
		fmt.Fprintf(w, "answers   p50 %.1f ms, p99 %.1f ms of %d scans since %s\n", v.P50MS, v.P99MS, v.Scans, v.Since.In(s.Began.Location()).Format("15:04"))
	}
	for _, p := range s.People {
		fmt.Fprintf(w, "person    %s %s %s-%s: %d scans, %d wrong, %d units\n", p.Operator, p.Name, p.First.In(s.Began.Location()).Format("15:04"), p.Last.In(s.Began.Location()).Format("15:04"), p.Scans, p.Wrong, p.Units)
	}
	for _, m := range s.Mixups {
		fmt.Fprintf(w, "mixed up  %s scanned for %s: %d times\n", m.Scanned, m.Wanted, m.Times)
	}
	for _, h := range s.Exceptions {
		fmt.Fprintf(w, "exception %s %s %s order %s (%s)\n", h.At.In(s.Began.Location()).Format("15:04"), text.Word(text.EN, h.What), text.Word(text.EN, h.Reason), h.Order, h.Operator)
	}
	for _, h := range s.Overrides {
		fmt.Fprintf(w, "let pass  %s %s %s order %s, %s for %s\n", h.At.In(s.Began.Location()).Format("15:04"), text.Word(text.EN, h.What), text.Word(text.EN, h.Reason), h.Order, h.Lead, h.Operator)
	}
	for _, code := range slices.Sorted(maps.Keys(s.Shadowed)) {
		fmt.Fprintf(w, "on trial  would have refused %d: %s\n", s.Shadowed[code], text.Word(text.EN, code))
	}
}
