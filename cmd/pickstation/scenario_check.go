package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// checks are the steps that look and do nothing.
var checks map[string]func(r *scenarioRun, ctx context.Context, args []string) error

func init() {
	checks = map[string]func(*scenarioRun, context.Context, []string) error{
		"picked":   lineCheck(func(l *order.Line) int { return l.Picked }),
		"packed":   lineCheck(func(l *order.Line) int { return l.Packed }),
		"short":    lineCheck(func(l *order.Line) int { return l.Short }),
		"state":    shipmentCheck(func(s *order.Shipment) string { return string(s.State) }),
		"owner":    shipmentCheck(func(s *order.Shipment) string { return dash(string(s.Owner)) }),
		"slot":     shipmentCheck(func(s *order.Shipment) string { return dash(s.Slot) }),
		"holds":    shipmentCheck(func(s *order.Shipment) string { return dash(holdsOf(s)) }),
		"prints":   shipmentCheck(func(s *order.Shipment) string { return fmt.Sprint(printsOf(s)) }),
		"screen":   screenCheck,
		"shows":    showsCheck,
		"open":     openCheck,
		"question": questionCheck,
		"events":   eventsCheck,
		"event":    eventCheck,
		"hand":     handCheck,
		"inputs":   inputsCheck,
		"papers":   papersCheck,
		"parked":   parkedCheck,
	}
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func holdsOf(s *order.Shipment) string {
	var all []string
	for _, h := range s.Holds {
		all = append(all, string(h.Code))
	}
	return strings.Join(all, ",")
}

func printsOf(s *order.Shipment) (n int) {
	for _, p := range s.Parcels {
		n += p.Prints
	}
	return n
}

func (r *scenarioRun) named(ctx context.Context, name string) (s *order.Shipment, err error) {
	err = r.loop.Read(ctx, func(station.Store) (err error) {
		s, err = r.db.Shipment(order.ShipmentID("S-" + name))
		if err == nil && s == nil {
			s, err = r.db.Shipment(order.ShipmentID(name))
		}
		return err
	})
	if err == nil && s == nil {
		return r.byRef(ctx, name)
	}
	return s, err
}

// lineCheck compares a figure of all lines of an order: "picked A 5 0".
func lineCheck(of func(*order.Line) int) func(*scenarioRun, context.Context, []string) error {
	return shipmentLinesCheck(func(s *order.Shipment) string {
		var all []string
		for i := range s.Lines {
			all = append(all, fmt.Sprint(of(&s.Lines[i])))
		}
		return strings.Join(all, " ")
	})
}

func shipmentLinesCheck(of func(*order.Shipment) string) func(*scenarioRun, context.Context, []string) error {
	return func(r *scenarioRun, ctx context.Context, args []string) error {
		if len(args) < 2 {
			return fmt.Errorf("name an order and what is expected")
		}
		s, err := r.named(ctx, args[0])
		if err != nil {
			return err
		}
		if got, want := of(s), strings.Join(args[1:], " "); got != want {
			return fmt.Errorf("it is %s", got)
		}
		return nil
	}
}

// shipmentCheck compares one thing of an order: "state A picked"; "-" is nothing.
func shipmentCheck(of func(*order.Shipment) string) func(*scenarioRun, context.Context, []string) error {
	return shipmentLinesCheck(of)
}

func screenCheck(r *scenarioRun, _ context.Context, args []string) error {
	if got := r.loop.View().Bench.Screen; len(args) != 1 || string(got) != args[0] {
		return fmt.Errorf("it is %s", got)
	}
	return nil
}

// showsCheck looks for texts on the screen as it is painted in English.
func showsCheck(r *scenarioRun, _ context.Context, args []string) error {
	s := r.screen(screenSize, text.EN)
	for _, a := range args {
		if !strings.Contains(s, strings.Trim(a, `"`)) {
			return fmt.Errorf("the screen is\n%s", s)
		}
	}
	return nil
}

// openCheck says which order lies on the bench; "-" is none.
func openCheck(r *scenarioRun, _ context.Context, args []string) error {
	got := strings.TrimPrefix(dash(string(r.loop.View().Bench.Shipment)), "S-")
	if len(args) != 1 || got != args[0] {
		return fmt.Errorf("it is %s", got)
	}
	return nil
}

func questionCheck(r *scenarioRun, _ context.Context, args []string) error {
	got := "-"
	if q := r.loop.View().Bench.Question; q != nil {
		got = string(q.Kind)
	}
	if len(args) != 1 || got != args[0] {
		return fmt.Errorf("it is %s", got)
	}
	return nil
}

// eventsCheck counts the events of a type in the log: "events picked 3".
func eventsCheck(r *scenarioRun, ctx context.Context, args []string) error {
	rec, err := readStationRecord(ctx, r.dir)
	if err != nil {
		return err
	}
	if len(args) != 2 || fmt.Sprint(rec.types[order.EventType(args[0])]) != args[1] {
		return fmt.Errorf("there are %d", rec.types[order.EventType(args[0])])
	}
	return nil
}

// eventCheck compares fields of the latest event of a type by their names in the log:
// "event shorted q=2 rs=not-found".
func eventCheck(r *scenarioRun, ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("event TYPE FIELD=VALUE")
	}
	rd, err := localdb.OpenReader(r.dir)
	if err != nil {
		return err
	}
	defer rd.Close()
	var last []byte
	if err := eachEvent(ctx, rd, func(e *order.Event) {
		if e.Type == order.EventType(args[0]) {
			last = e.Body
		}
	}); err != nil {
		return err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(last, &fields); err != nil {
		return fmt.Errorf("there is none: %w", err)
	}
	for _, a := range args[1:] {
		name, want, _ := strings.Cut(a, "=")
		if got := strings.Trim(string(fields[name]), `"`); got != want {
			return fmt.Errorf("%s is %q in %s", name, got, last)
		}
	}
	return nil
}

// handCheck counts the goods in the hand: "hand 2".
func handCheck(r *scenarioRun, _ context.Context, args []string) error {
	n := 0
	for _, p := range r.loop.View().Bench.Hand {
		n += p.Units * max(p.Times, 1)
	}
	if len(args) != 1 || fmt.Sprint(n) != args[0] {
		return fmt.Errorf("there are %d", n)
	}
	return nil
}

// papersCheck counts what came out of the printer: "papers 2".
func papersCheck(r *scenarioRun, _ context.Context, args []string) error {
	if r.paperIn == nil {
		return fmt.Errorf("the printer is not real; write printer: real in the head")
	}
	list, err := r.paperIn.papers()
	if err == nil && (len(args) != 1 || fmt.Sprint(len(list)) != args[0]) {
		err = fmt.Errorf("there are %v", list)
	}
	return err
}

// parkedCheck names why prints wait for a person, in the order of the queue; "-" none do.
func parkedCheck(r *scenarioRun, ctx context.Context, args []string) error {
	var codes []string
	err := r.loop.Read(ctx, func(station.Store) error {
		jobs, err := r.db.PrintQueue(100)
		for _, j := range jobs {
			if j.State == order.PrintParked {
				codes = append(codes, j.Code)
			}
		}
		return err
	})
	if got := dash(strings.Join(codes, " ")); err == nil && got != strings.Join(args, " ") {
		err = fmt.Errorf("there are %s", got)
	}
	return err
}

// inputsCheck counts what the operator did since the last such step: "inputs 12".
func inputsCheck(r *scenarioRun, _ context.Context, args []string) error {
	n := r.inputs - r.counted
	r.counted = r.inputs
	if len(args) != 1 || fmt.Sprint(n) != args[0] {
		return fmt.Errorf("there are %d", n)
	}
	return nil
}

// byRef finds the work of an order by the number that people call it.
func (r *scenarioRun) byRef(ctx context.Context, name string) (s *order.Shipment, err error) {
	err = r.loop.Read(ctx, func(station.Store) error {
		refs, err := r.db.Find(order.CodeKey(name), 4)
		for _, ref := range refs {
			if err == nil && s == nil && strings.EqualFold(ref.Order, name) {
				s, err = r.db.Shipment(ref.Shipment)
			}
		}
		return err
	})
	if err == nil && s == nil {
		err = fmt.Errorf("the station has no order %s", name)
	}
	return s, err
}
