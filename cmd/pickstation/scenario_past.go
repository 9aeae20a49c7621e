package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pickstation/gs1"
	"pickstation/order"
)

// touched is everything that a line of the recording, or an event since, names.
type touched struct {
	people []order.OperatorID
	work   []order.ShipmentID
	tasks  []order.TaskID
	goods  []order.SKU
	places []order.LocationID
}

func (m *scenarioMaker) touched() touched {
	who, what, tasks := map[order.OperatorID]bool{}, map[order.ShipmentID]bool{}, map[order.TaskID]bool{}
	sku, place := map[order.SKU]bool{}, map[order.LocationID]bool{}
	for i := range m.events {
		if e := &m.events[i]; !e.Time().Before(m.start.Add(-time.Second)) {
			who[e.By], who[order.OperatorID(e.Auth)], what[e.Shipment], tasks[e.Task] = true, true, true, true
		}
	}
	for i := range m.lines {
		l := &m.lines[i]
		who[order.OperatorID(l.Badge)] = true
		for _, key := range l.keys() {
			if named, err := m.db.Tasks(key, 8); err == nil {
				for _, r := range named {
					tasks[r.ID] = true
				}
			}
			refs, err := m.db.Find(key, 8)
			if err != nil {
				continue // it is not found in the scenario either
			}
			for _, r := range refs {
				what[r.Shipment] = true
				switch {
				case r.Kind == order.RefProduct:
					sku[r.SKU] = true
				case r.Kind == order.RefLocation && r.Shipment == "":
					place[r.Location] = true
				}
			}
		}
	}
	for id := range tasks {
		if t, err := m.db.Task(id); err == nil && t != nil {
			who[t.Owner], what[t.Shipment] = true, true
		}
	}
	for id := range what {
		if s, err := m.db.Shipment(id); err == nil && s != nil && s.Owner != "" {
			who[s.Owner] = true
		}
	}
	delete(who, "?")
	return touched{named(who), named(what), named(tasks), named(sku), named(place)}
}

func named[T cmp.Ordered](set map[T]bool) (out []T) {
	var none T
	for id := range set {
		if id != none {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// keys are the forms in which a line's code may be known.
func (l *recordLine) keys() []string {
	if l.Scan == nil || strings.HasPrefix(*l.Scan, "#") {
		return nil
	}
	var reader gs1.Reader
	scan := reader.Read(*l.Scan)
	keys := []string{order.CodeKey((*l.Scan)[len(scan.AIM):])}
	for i := range scan.Readings {
		r := &scan.Readings[i]
		if gtin, ok := r.GTIN(); ok {
			keys = append(keys, order.CodeKey(gtin))
		} else if r.Text != "" {
			keys = append(keys, order.CodeKey(r.Text))
		}
	}
	return keys
}

// before is a shipment as it stood when the recording begins: its plan of now with the
// events before. Where those do not explain what stands here, it begins as it stands, or
// untouched where it was worked on since.
func (m *scenarioMaker) before(id order.ShipmentID) (*order.Shipment, error) {
	now, err := m.db.Shipment(id)
	if err != nil || now == nil {
		return nil, err
	}
	f, err := m.db.Flow(now.Flow, now.FlowVersion)
	if err != nil {
		return nil, err
	}
	then, all := untouched(now, f), untouched(now, f)
	since := false
	for i := range m.events {
		if e := &m.events[i]; e.Shipment == id {
			if e.Time().Before(m.start) {
				order.Apply(then, f, e)
			} else {
				since = since || !unmoving[e.Type] && !e.TaskChanges()
			}
			order.Apply(all, f, e)
		}
	}
	switch {
	case pickedOf(all) == pickedOf(now):
	case !since:
		return now, nil
	default:
		m.notes = append(m.notes, fmt.Sprintf("shipment %s was begun elsewhere; it begins untouched here", id))
		return untouched(now, f), nil
	}
	return then, nil
}

// unmoving are events that change no work.
var unmoving = map[order.EventType]bool{order.EventRefused: true, order.EventNoted: true, order.EventAsked: true}

// firstOf is the first state of a stage, "" where the flow has none.
func firstOf(f *order.Flow, stage order.Stage) order.StateCode {
	for _, s := range f.States {
		if s.Stage == stage {
			return s.Code
		}
	}
	return ""
}

func pickedOf(s *order.Shipment) string {
	var b strings.Builder
	for _, l := range s.Lines {
		fmt.Fprint(&b, l.No, l.Picked, l.Packed, l.Short, " ")
	}
	return b.String()
}

// untouched is the plan of a shipment.
func untouched(s *order.Shipment, f *order.Flow) *order.Shipment {
	c := *s
	c.State, c.Owner, c.Batch, c.Slot = firstOf(f, order.StageAwaitingPick), "", "", ""
	c.Out, c.Fetched = nil, nil
	c.Holds = slices.DeleteFunc(slices.Clone(s.Holds), func(h order.Hold) bool { return h.Code == order.Backordered })
	c.Lines, c.Parcels = ordered(s.Lines), nil
	for i := range c.Lines {
		c.Lines[i].TakeProgress(&order.Line{})
	}
	for _, p := range s.Parcels {
		if !p.Extra {
			c.Parcels = append(c.Parcels, order.Parcel{No: p.No, ID: p.ID, Waybill: p.Waybill, Packaging: p.Packaging, VoidWaybills: p.VoidWaybills})
		}
	}
	return &c
}

// ordered are the lines as they were ordered: what goes out instead of goods that lacked
// is theirs again.
func ordered(lines []order.Line) (list []order.Line) {
	list = slices.Clone(lines)
	for i := len(list) - 1; i >= 0; i-- { // goods that stand in for goods that stand in come last
		if l := list[i]; l.Instead != 0 {
			if k := slices.IndexFunc(list, func(o order.Line) bool { return o.No == l.Instead }); k >= 0 {
				list[k].Qty += l.Qty
				list = slices.Delete(list, i, i+1)
			}
		}
	}
	return list
}
