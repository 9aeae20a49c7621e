package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"pickstation/order"
)

// standing is who works on what when the recording begins.
type standing struct {
	who  order.OperatorID
	work order.ShipmentID
	task order.TaskID
}

func (m *scenarioMaker) standing() (at standing) {
	for i := range m.events {
		e := &m.events[i]
		if !e.Time().Before(m.start) {
			break
		}
		switch e.Type {
		case order.EventSignedIn:
			at = standing{who: e.By}
		case order.EventSignedOut:
			at = standing{}
		case order.EventOpened, order.EventTakenOver, order.EventPicked, order.EventPacked:
			at.work, at.task = e.Shipment, ""
		case order.EventReleased, order.EventDispatched:
			at.work = ""
		case order.EventTaskOpened:
			at.work, at.task = "", e.Task
		case order.EventTaskLeft, order.EventTaskDone:
			at.task = ""
		}
	}
	return at
}

// taskBefore is a task as it stood when the recording begins: its goods with the events
// before. A return that nobody had announced is made by the bench itself when its parcel is
// scanned; it is nil then.
func (m *scenarioMaker) taskBefore(id order.TaskID) (*order.Task, error) {
	now, err := m.db.Task(id)
	if err != nil || now == nil {
		if err == nil {
			m.notes = append(m.notes, fmt.Sprintf("task %s is not here any more", id))
		}
		return nil, err
	}
	then, all := unbegun(now), unbegun(now)
	begun := false
	for i := range m.events {
		e := &m.events[i]
		if e.Task != id || !e.TaskChanges() {
			continue
		}
		if e.Time().Before(m.start) {
			begun = true
			order.ApplyTask(then, e)
		} else {
			then.Gone = "" // somebody worked on it here
		}
		order.ApplyTask(all, e)
	}
	if !begun && now.Why == "unannounced" {
		return nil, nil
	}
	if doneOf(all) != doneOf(now) {
		m.notes = append(m.notes, fmt.Sprintf("task %s was begun elsewhere; it begins untouched here", id))
		return unbegun(now), nil
	}
	return then, nil
}

// unbegun is what is to be done of a task.
func unbegun(t *order.Task) *order.Task {
	c := t.Copy()
	c.Owner, c.Done, c.Steps = "", false, nil
	if f := order.ReturnsFlow(); c.Kind == order.TaskReturn && c.State != f.Initial {
		c.State, _ = f.Move(f.Initial, order.TriggerApprove)
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		l.N, l.Short, l.Counted, l.Goods, l.Photos = 0, 0, false, nil, nil
	}
	return c
}

// doneOf is what was done of a task.
func doneOf(t *order.Task) string {
	var b strings.Builder
	for _, l := range t.Lines {
		goods, _ := json.Marshal(l.Goods) // plain values
		fmt.Fprint(&b, l.No, " ", l.N, " ", l.Short, " ", string(goods), "\n")
	}
	return b.String()
}
