package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// openTask begins a task: KIND NAME [order=A] [codes=WAYBILL,…] [state=S] [owner=OP] [priority=N] [gone=CODE]. Its
// goods follow as those of an order do: QTY SKU @FROM [to=PLACE] [announced=N] [lot=L] [track=…] [code=GTIN] [frozen] [box=10].
func (r *worldReader) openTask(f []string) error {
	if len(f) < 2 {
		return errors.New("a task is KIND NAME")
	}
	t := &order.Task{ID: order.TaskID("T-" + f[1]), Kind: order.TaskKind(f[0]), Ref: f[1], At: replayStart}
	if t.Kind == order.TaskReturn {
		t.State = "awaiting_return"
	}
	for _, opt := range f[2:] {
		key, value, _ := strings.Cut(opt, "=")
		var err error
		switch key {
		case "order":
			t.Order = value
		case "code", "codes":
			t.Codes = strings.Split(value, ",")
		case "state":
			t.State = order.StateCode(value)
		case "owner":
			t.Owner = order.OperatorID(value)
		case "gone":
			t.Gone = value
		case "priority":
			t.Priority, err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("%q is nothing a task has", key)
		}
		if err != nil {
			return err
		}
	}
	r.task = t
	return nil
}

// taskGoods adds a line to the task at hand.
func (r *worldReader) taskGoods(f []string) error {
	qty, err := strconv.Atoi(f[0])
	if err != nil || len(f) < 2 {
		return fmt.Errorf("%q: a line is QTY SKU @PLACE", strings.Join(f, " "))
	}
	l := order.TaskLine{SKU: order.SKU(f[1]), Qty: qty, Name: order.Names{ZH: "货" + f[1], EN: f[1]}, Codes: codesOf(f[1])}
	for _, opt := range f[2:] {
		key, value, _ := strings.Cut(opt, "=")
		if at, ok := strings.CutPrefix(opt, "@"); ok {
			if l.From = order.LocationID(at); r.task.Kind == order.TaskReturn {
				l.From, l.To = "", l.From
			}
			continue
		}
		switch key {
		case "to":
			l.To = order.LocationID(value)
		case "lot":
			l.Lot = value
		case "track":
			l.Track, err = order.ParseTracking(strings.Split(value, ","))
		case "code":
			l.Codes = append(l.Codes, order.ItemCode{Key: order.CodeKey(value)})
		case "frozen", "chilled":
			l.Temp = order.Temp(key)
		case "announced":
			l.Announced, err = strconv.Atoi(value)
		case "box":
			var n int
			n, err = strconv.Atoi(value)
			l.Codes = append(l.Codes, order.ItemCode{Key: order.CodeKey(f[1]) + "-" + value, Mult: n})
		default:
			err = fmt.Errorf("%q is nothing a line of a task has", key)
		}
		if err != nil {
			return err
		}
	}
	r.task.Add(l)
	return nil
}

// flushTask adds the task at hand.
func (r *worldReader) flushTask() {
	if r.task != nil {
		r.add(wire.RowTask, string(r.task.ID), wire.Task{Task: *r.task})
	}
	r.task = nil
}

// sent makes an order whose state is dispatched one that has left.
func sent(s *order.Shipment) {
	if s.State != "dispatched" {
		return
	}
	for i := range s.Lines {
		s.Lines[i].Picked = s.Lines[i].Qty
	}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		p.PrintRequests, p.Prints, p.PrintedVersion, p.Labelled, p.Dispatched = 1, 1, s.Version, true, true
	}
}
