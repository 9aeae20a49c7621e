package central

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Task is a task and what only the centre knows of it.
type Task struct {
	order.Task
	Warehouse string          `json:"warehouse"`
	OrderID   order.OrderID   `json:"order_id,omitempty"`
	Return    string          `json:"return,omitempty"`    // the return that it takes in
	Exception string          `json:"exception,omitempty"` // key of the count exception that its end closes
	DoneBy    string          `json:"done_by,omitempty"`
	DoneAt    time.Time       `json:"done_at,omitzero"`
	Station   order.StationID `json:"station,omitempty"` // that worked on it last
}

// TaskFilter narrows a list of tasks. Empty fields do not narrow.
type TaskFilter struct {
	Warehouse string
	All       bool         // those that are over too
	After     order.TaskID // cursor
	Limit     int          // at most 500, 0 means 100
}

// putTask stores a task and tells the benches.
func (s *Service) putTask(tx Tx, t *Task) error {
	if err := tx.PutTask(t); err != nil {
		return err
	}
	return tx.Emit(t.Warehouse, "", string(wire.RowTask), string(t.ID))
}

// taskBody is a task as a bench gets it. A bench that starts from nothing need not hear
// of what is over.
func (s *Service) taskBody(r Reader, st *Station, id order.TaskID, fresh bool) (json.RawMessage, error) {
	t, err := r.Task(id)
	if err != nil || t == nil || fresh && t.Closed() {
		return nil, err
	}
	w := wire.Task{Task: t.Task}
	w.Task.Steps = nil
	logs, err := r.LogsOf(st.ID, maxMarks)
	if err != nil {
		return nil, err
	}
	for i := range logs {
		w.Marks = append(w.Marks, wire.Mark{Log: logs[i].ID, Seq: logs[i].HWM, Hash: logs[i].Hash})
	}
	return json.Marshal(w)
}

// returnTask makes the task that takes a return in, or brings it up to date: what was
// sent of the order, less what came back with its other returns. Of a return whose order
// is not known a bench hears only where a parcel of it is under way, and then takes what
// the shop said for what may come.
func (s *Service) returnTask(tx Tx, ret *Return, waybill string) error {
	t, err := tx.Task(order.TaskID(ret.ID))
	if err != nil || t == nil && ret.Order == "" && waybill == "" {
		return err
	}
	if t == nil {
		t = &Task{Warehouse: DefaultWarehouse, OrderID: ret.Order, Return: ret.ID, Task: order.Task{ID: order.TaskID(ret.ID), Kind: order.TaskReturn,
			Ref: ret.External, At: ret.ReceivedAt, Why: "announced"}}
		o, err := tx.Order(ret.Order)
		if err != nil || o == nil && ret.Order != "" {
			return err
		}
		if o != nil {
			t.Warehouse, t.Order = o.Warehouse, o.External
		}
	}
	if waybill != "" && !slices.Contains(t.Codes, waybill) {
		t.Codes = append(t.Codes, waybill)
	}
	t.State = ret.State
	if ret.Stage == order.StageRefunded || ret.Stage == order.StageCancelled {
		t.Gone = string(ret.State)
	}
	if err := s.returnable(tx, t, ret.Lines); err != nil {
		return err
	}
	return s.putTask(tx, t)
}

// returnable sets how many units of each SKU may come back with a return.
func (s *Service) returnable(tx Tx, t *Task, announced []ReturnLine) error {
	fresh := &order.Task{}
	ships, err := tx.ShipmentsOf(t.OrderID)
	if err != nil {
		return err
	}
	for _, sh := range ships {
		if !sh.AllDispatched() {
			continue
		}
		sent := order.ReturnOf(&sh.Shipment, t.At)
		for _, c := range sent.Codes {
			if c != "" && !slices.Contains(t.Codes, c) {
				t.Codes = append(t.Codes, c)
			}
		}
		for _, l := range sent.Lines {
			l.No = 0
			fresh.Add(l)
		}
	}
	for _, a := range announced {
		if a.Charge {
			continue
		}
		l := order.TaskLine{SKU: a.SKU, Name: a.Name, Codes: []order.ItemCode{{Key: order.CodeKey(string(a.SKU))}}}
		if p, err := tx.Product(t.Warehouse, a.SKU); err != nil {
			return err
		} else if p != nil {
			l = taskLine(p, 0, "", p.Home, "")
		}
		l.Announced = a.Qty
		if t.OrderID == "" {
			l.Qty = a.Qty
		}
		fresh.Add(l)
	}
	others, err := tx.TasksOf(t.OrderID)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID == t.ID || o.Kind != order.TaskReturn {
			continue
		}
		for i := range o.Lines {
			if l := bySKU(fresh, o.Lines[i].SKU); l != nil {
				l.Qty = max(l.Qty-o.Lines[i].N, 0)
			}
		}
	}
	mergePlan(&t.Task, fresh)
	return nil
}

func bySKU(t *order.Task, sku order.SKU) *order.TaskLine {
	for i := range t.Lines {
		if t.Lines[i].SKU == sku {
			return &t.Lines[i]
		}
	}
	return nil
}

// mergePlan puts a new plan under the progress of a task; lines keep their numbers.
func mergePlan(t, fresh *order.Task) {
	for i := range fresh.Lines {
		f := &fresh.Lines[i]
		l := bySKU(t, f.SKU)
		if l == nil {
			t.Add(*f)
			continue
		}
		l.Qty, l.Announced = f.Qty, f.Announced
		if len(f.Codes) > 0 {
			l.Name, l.Codes, l.To, l.Track, l.Temp = f.Name, f.Codes, f.To, f.Track, f.Temp
		}
	}
}

// refreshReturns brings the returns of an order up to date, after more of it was sent or
// came back.
func (s *Service) refreshReturns(tx Tx, id order.OrderID, but order.TaskID) error {
	all, err := tx.TasksOf(id)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.ID == but || t.Kind != order.TaskReturn || t.Return == "" || t.Closed() {
			continue
		}
		ret, err := tx.Return(t.Return)
		if err != nil {
			return err
		}
		if ret == nil {
			continue
		}
		if err := s.returnTask(tx, ret, ""); err != nil {
			return err
		}
	}
	return nil
}

// maxCounts is how many counts of one SKU at one place are open at most; the lots come
// from benches as they were scanned.
const maxCounts = 20

// countTask asks the benches to count goods at a place, unless that is on their list. Past
// [maxCounts] one count asks for whatever lot is there.
func (s *Service) countTask(tx Tx, wh string, why, exception string, l order.TaskLine, at time.Time) (made bool, err error) {
	if l.From == "" || l.SKU == "" {
		return false, nil
	}
	n, same, err := tx.OpenCounts(wh, l)
	if err == nil && !same && n >= maxCounts {
		l.Lot = ""
		_, same, err = tx.OpenCounts(wh, l)
	}
	if err != nil || same {
		return false, err
	}
	t := &Task{Warehouse: wh, Exception: exception, Task: order.Task{Kind: order.TaskCount, Why: why, At: at}}
	t.Add(l)
	return true, s.newTask(tx, t)
}

// newTask gives a task its number and stores it.
func (s *Service) newTask(tx Tx, t *Task) error {
	n, err := tx.Take(counterTask, 1)
	if err != nil {
		return err
	}
	t.ID = order.TaskID(idNumber("T", n))
	t.Ref = string(t.ID)
	return s.putTask(tx, t)
}

// TaskIn is a stock task as staff ask for it.
type TaskIn struct {
	Kind      order.TaskKind   `json:"kind" enum:"move,replenish,count"`
	Warehouse string           `json:"warehouse,omitempty" maxLength:"64"`
	SKU       order.SKU        `json:"sku" maxLength:"64"`
	Qty       int              `json:"qty" minimum:"0" maximum:"1000000" doc:"units to move; of a count what stock says"`
	From      order.LocationID `json:"from" maxLength:"64" doc:"where the goods are"`
	To        order.LocationID `json:"to,omitempty" maxLength:"64" doc:"where they go; nothing for a count"`
	Lot       string           `json:"lot,omitempty" maxLength:"20"`
	Priority  int              `json:"priority,omitempty" minimum:"0" maximum:"99"`
}

// AddTask makes a stock task.
func (s *Service) AddTask(ctx context.Context, by By, in TaskIn) (t *Task, err error) {
	bad := func(format string, args ...any) error {
		return order.Errorf("bad_task", format, args...).WithHint("correct the task and send it again")
	}
	in.Warehouse = orMain(in.Warehouse)
	switch {
	case !in.Kind.Stock():
		return nil, bad("a task is a move, a replenish or a count")
	case in.From == "" || (in.To == "") != (in.Kind == order.TaskCount):
		return nil, bad("a %s needs from%s", in.Kind, map[bool]string{true: ", and no to", false: " and to"}[in.Kind == order.TaskCount])
	case in.Qty < 0 || in.Qty > maxQty || in.Qty == 0 && in.Kind != order.TaskCount:
		return nil, bad("the quantity is between 1 and %d", maxQty)
	case clip(string(in.From)) != string(in.From) || clip(string(in.To)) != string(in.To) || clip(in.Lot) != in.Lot:
		return nil, bad("a place or lot is one short line")
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		p, err := tx.Product(in.Warehouse, in.SKU)
		if err != nil {
			return err
		}
		if p == nil {
			return bad("SKU %.40q is not in the catalogue of warehouse %s", in.SKU, in.Warehouse)
		}
		t = &Task{Warehouse: in.Warehouse, Task: order.Task{Kind: in.Kind, At: s.now(), Priority: in.Priority, Why: "asked", By: clip(by.Who)}}
		t.Add(taskLine(p, in.Qty, in.From, in.To, in.Lot))
		return s.newTask(tx, t)
	})
	return t, err
}

func taskLine(p *order.Product, qty int, from, to order.LocationID, lot string) order.TaskLine {
	return order.TaskLine{SKU: p.SKU, Name: p.Name, Codes: p.Codes, Qty: qty, From: from, To: to, Lot: lot, Track: p.Track, Temp: p.Temp}
}

// CancelTask ends a stock task that nobody needs any more.
func (s *Service) CancelTask(ctx context.Context, by By, id order.TaskID) error {
	return s.store.Write(ctx, func(tx Tx) error {
		t, err := tx.Task(id)
		if err != nil {
			return err
		}
		if t == nil {
			return notFound("task", string(id))
		}
		if t.Kind == order.TaskReturn {
			return order.Errorf("not_in_flow", "task %s takes a return in", id).WithHint("cancel the return")
		}
		if t.Closed() {
			return nil
		}
		t.Gone, t.DoneBy, t.DoneAt = "cancelled", by.Who, s.now()
		return s.putTask(tx, t)
	})
}

// Tasks lists tasks by id.
func (s *Service) Tasks(ctx context.Context, f TaskFilter) (all []*Task, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Tasks(f)
		return err
	})
	return all, err
}

// GetTask returns a task.
func (s *Service) GetTask(ctx context.Context, id order.TaskID) (t *Task, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		if t, err = r.Task(id); err == nil && t == nil {
			err = notFound("task", string(id))
		}
		return err
	})
	return t, err
}

// judged says in one line what came back.
func judged(t *order.Task) string {
	var all []string
	for i := range t.Lines {
		for _, j := range t.Lines[i].Goods {
			all = append(all, fmt.Sprintf("%d x %s %s %s", j.Qty, t.Lines[i].SKU, j.Grade, j.Fate))
		}
	}
	return strings.Join(all, ", ")
}

// ReturnedGoods returns what came back with a return, and what the bench said of it.
func (s *Service) ReturnedGoods(ctx context.Context, id string) (lines []order.TaskLine, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		ret, err := r.Return(id)
		if err != nil || ret == nil {
			return err
		}
		all, err := r.TasksOf(ret.Order)
		if t, terr := r.Task(order.TaskID(id)); t != nil && ret.Order == "" {
			all, err = append(all, t), errors.Join(err, terr)
		}
		for _, t := range all {
			if t.Return == id {
				lines = t.Lines
			}
		}
		return err
	})
	return lines, err
}
