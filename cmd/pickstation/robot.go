package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// Names of the demo's people; their badges come with the sample operators.
const (
	demoBadge = "BADGE-1001"
	demoGun   = "gun1"
)

// robotPatience is how long the robot waits for an answer before it gives up.
const robotPatience = 30 * time.Second

// maxStrange is after how many verdicts that were not meant the robot gives up.
const maxStrange = 50

// robot is a simulated operator: it looks at the screen, decides what a picker
// would scan next and pulls the trigger of a simulated scanner.
type robot struct {
	view     func() *station.View
	outcomes <-chan station.Outcome // verdicts on demoGun's scans
	changed  <-chan *station.View
	gun      *sim.Scanner
	journal  *journal
	rng      *rand.Rand
	took     map[scanKind]int // scans that the station took, earlier runs included
	strange  int              // wrong scans that the station took, right ones that it refused
	detail   string
}

// step is one scan as the robot means it.
type step struct {
	kind     scanKind
	code     string // what the symbol holds
	raw      string // what the scanner sends, with its AIM identifier
	shipment order.ShipmentID
	line     int
	units    int
	waybill  string
}

// do scans once and waits for the verdict.
func (r *robot) do(ctx context.Context, s step) (order.Verdict, error) {
	if s.raw == "" {
		s.raw = s.code
	}
	n, err := r.journal.intend(journalLine{Kind: s.kind, Code: s.code, Shipment: s.shipment, Line: s.line,
		Units: s.units, Waybill: s.waybill})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, robotPatience)
	defer cancel()
	if _, err := r.gun.Send(ctx, []byte(s.raw)); err != nil {
		return "", fmt.Errorf("scan %d %q: %w", n, s.code, err)
	}
	select {
	case o := <-r.outcomes:
		if o.Err != nil {
			return order.NotSaved, o.Err
		}
		v := o.Decision.Verdict
		r.judge(s, v)
		if r.strange > maxStrange {
			return v, fmt.Errorf("too many verdicts are not what was meant: %s", r.detail)
		}
		if err := r.journal.outcome(n, v); err != nil {
			return v, err
		}
		if v == order.ConfirmAgain { // looks at the screen, which has counted the first one, and scans this one again
			rest(ctx, order.RepeatAfter)
		}
		return v, nil
	case <-ctx.Done():
		return "", fmt.Errorf("scan %d %q: no verdict", n, s.code)
	}
}

// judge counts verdicts that are not what the robot meant.
func (r *robot) judge(s step, v order.Verdict) {
	if v.Good() {
		r.took[s.kind]++
	}
	if v.Good() == (s.kind != scanWrong) || v == order.ConfirmAgain {
		return // after a kill the station asks about the first scan, when its answer to the last one may not have left
	}
	r.strange++
	if r.detail == "" {
		r.detail = fmt.Sprintf("%s scan %q of shipment %s line %d got %s", s.kind, s.code, s.shipment, s.line, v)
	}
}

// next says what a picker at this screen would scan; false when there is nothing
// to do but wait.
func (r *robot) next(v *station.View, handOver bool) (step, bool) {
	switch v.Bench.Screen {
	case order.ScreenSignIn:
		if v.QueueTotal == 0 && len(v.Outbound) == 0 {
			return step{}, false // the people come before the work, with the first feed
		}
		return step{kind: scanBadge, code: demoBadge}, true
	case order.ScreenQueue:
		return r.fromQueue(v, handOver)
	case order.ScreenPick, order.ScreenPack:
		return r.goods(v)
	case order.ScreenLabel:
		for _, p := range v.Work.Parcels {
			if !p.Labelled && p.Print == order.PrintDone && papersOut(p.Papers) {
				return step{kind: scanLabel, code: p.Waybill, raw: "]C0" + p.Waybill, shipment: v.Work.ID, waybill: p.Waybill}, true
			}
		}
	case order.ScreenDispatch:
		if len(v.Outbound) == 0 {
			return command(order.CmdQueue), true
		}
		p := v.Outbound[0]
		if on := v.Bench.Load.ID; on != "" && on != p.Carrier.ID {
			return command(order.CmdDispatch), true // another carrier's load
		}
		return step{kind: scanHand, code: p.Waybill, raw: "]C0" + p.Waybill, shipment: p.Shipment, waybill: p.Waybill}, true
	}
	return step{}, false
}

// papersOut says whether everything lies on the table that goes with a parcel.
func papersOut(all []station.PaperView) bool {
	for i := range all {
		if all[i].Print != order.PrintDone {
			return false
		}
	}
	return true
}

func command(c order.Command) step {
	return step{kind: scanCommand, code: order.CommandPrefix + string(c)}
}

func (r *robot) fromQueue(v *station.View, handOver bool) (step, bool) {
	if handOver && len(v.Outbound) > 0 {
		return command(order.CmdDispatch), true
	}
	for _, q := range v.Queue {
		if q.Hold == "" && !q.Gone && (q.Owner == "" || q.Owner == v.Bench.Operator) {
			return step{kind: scanOpen, code: q.Ref, raw: "]C0" + q.Ref, shipment: q.ID}, true
		}
	}
	return step{}, false
}

// goods returns a scan of the line that the screen shows.
func (r *robot) goods(v *station.View) (step, bool) {
	l := v.Work.Current
	if l == nil || len(l.Codes) == 0 {
		return step{}, false
	}
	s := step{kind: scanUnit, code: l.Codes[0].Key, shipment: v.Work.ID, line: l.No, units: l.Codes[0].Units()}
	if v.Bench.Screen == order.ScreenPack {
		s.kind = scanCheck
	}
	s.raw = symbol(l, len(r.journal.lines))
	return s, true
}

// symbol is what a scanner sends for a unit of the line: a GS1 symbol where lot,
// expiry or serial are tracked, an EAN-13, or plain Code 128.
func symbol(l *station.LineView, n int) string {
	key := l.Codes[0].Key
	gtin := len(key) == 14 && strings.Trim(key, "0123456789") == ""
	tracked := l.Track.Lot || l.Track.Expiry || l.Track.Serial || l.Lot != ""
	switch {
	case gtin && tracked:
		lot := l.Lot
		if lot == "" {
			lot = "L2611"
		}
		s := "]d201" + key + "17301231" + "10" + lot
		if l.Track.Serial {
			s += fmt.Sprintf("\x1d21S%08d", n)
		}
		return s
	case gtin && key[0] == '0':
		return "]E0" + key[1:]
	case gtin:
		return "]I1" + key
	}
	return "]C0" + key
}

// wrong returns a scan that the screen does not want.
func (r *robot) wrong(v *station.View) (step, bool) {
	if v.Bench.Screen != order.ScreenPick || v.Bench.Question != nil {
		return step{}, false
	}
	s := step{kind: scanWrong, shipment: v.Work.ID}
	switch r.rng.IntN(3) {
	case 0:
		s.code = fmt.Sprintf("NO-SUCH-%d", r.rng.IntN(1e6))
	case 1:
		for _, q := range v.Queue {
			if q.ID != v.Work.ID {
				s.code = q.Ref
			}
		}
	case 2:
		s.code = overCode(v.Work)
	}
	if s.code == "" {
		s.code = "0109501101530003" // a right symbol of goods nobody here has
		s.raw = "]C1" + s.code
	}
	return s, true
}

// overCode returns the code of a finished line that no open line shares, "" none.
func overCode(w *station.WorkView) string {
	if len(w.Done) == 0 || len(w.Next) >= 20 || w.Current == nil {
		return ""
	}
	d := w.Done[0]
	if len(d.Codes) == 0 || d.Track != (order.Tracking{}) || d.Lot != "" {
		return ""
	}
	for _, l := range append(w.Next[:len(w.Next):len(w.Next)], *w.Current) {
		for _, c := range l.Codes {
			if c.Key == d.Codes[0].Key {
				return ""
			}
		}
	}
	return d.Codes[0].Key
}

// wait blocks until the screen changes.
func (r *robot) wait(ctx context.Context) error {
	t := time.NewTimer(robotPatience)
	defer t.Stop()
	select {
	case <-r.changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		v := r.view()
		return fmt.Errorf("nothing happens on screen %s (print queue %d, parked %d, central %s %s)", v.Bench.Screen,
			v.Printer.Queued, v.Printer.Parked, v.Sync.Problem, v.Sync.Detail)
	}
}
