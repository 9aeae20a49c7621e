package central_test

import (
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// contest is a shipment that one bench holds and another one works on, too.
type contest struct {
	*centraltest.Centre
	t        *testing.T
	id       order.OrderID
	sh       *order.Shipment // as it was leased
	own, far *hand
}

// hand is a bench that works on the shipment and sends what it has not sent yet.
type hand struct {
	*centraltest.Bench
	c    *contest
	sent uint64
}

// contested has nothing picked yet.
func contested(t *testing.T) *contest {
	t.Helper()
	c, own, ids := leased(t, "1")
	w := &contest{Centre: c, t: t, id: ids[0], sh: shipment(t, c, ids[0])}
	w.own, w.far = &hand{Bench: own, c: w}, &hand{Bench: c.NewBench(t, "bench-2"), c: w}
	return w
}

// pickedAtBoth has a unit of the first line that the holder picked and told of.
func pickedAtBoth(t *testing.T) *contest {
	t.Helper()
	w := contested(t)
	w.own.pick(1, 1)
	w.own.push()
	return w
}

// givenOutAgain has work that left a bench in a box with nothing counted in it, and that a
// person let go on at the other one.
func givenOutAgain(t *testing.T) *contest {
	t.Helper()
	w := contested(t)
	w.own.dispatch()
	w.own.push()
	w.closeAll()
	w.Lease(t, w.far.Bench, 1)
	equal(t, "who has the work", w.View(t, w.id).Shipments[0].LeaseStation, w.far.ID)
	return w
}

func (w *contest) now() *order.Shipment {
	w.t.Helper()
	return shipment(w.t, w.Centre, w.id)
}

// counted is how many units of a line the centre counts.
func (w *contest) counted(line int) int {
	w.t.Helper()
	return w.now().Lines[line-1].Picked
}

// conflicts is how often a person was told that two benches have goods.
func (w *contest) conflicts() int {
	w.t.Helper()
	return raised(w.t, w.Centre, central.ExcTwoStations)
}

// back is units of the first line that went back to their place.
func (w *contest) back(qty int) order.PutBackQty {
	return order.PutBackQty{Line: 1, SKU: w.sh.Lines[0].SKU, Qty: qty}
}

func (w *contest) closeAll() {
	w.t.Helper()
	open, err := w.Exceptions(w.t.Context(), central.ExceptionFilter{})
	for _, e := range open {
		if err == nil {
			err = w.CloseException(w.t.Context(), centraltest.By(), e.ID)
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (h *hand) push() {
	h.c.t.Helper()
	end := uint64(len(h.Events))
	h.c.PushRange(h.c.t, h.Bench, h.sent, end)
	h.sent = end
}

func (h *hand) add(e order.Event) order.Event {
	e.Shipment = h.c.sh.ID
	return h.Add(e)
}

func (h *hand) pick(line, qty int) order.Event {
	return h.add(order.Event{Type: order.EventPicked, Line: line, Qty: qty})
}

func (h *hand) undo(e order.Event) {
	h.add(order.Event{Type: order.EventUndone, Line: e.Line, Qty: e.Qty, Of: e.Seq, Reason: string(e.Type)})
}

func (h *hand) dispatch() {
	h.Label(h.c.sh)
	h.Dispatch(h.c.sh)
}

func (h *hand) openPutBacks() (open []*central.Instruction) {
	h.c.t.Helper()
	err := h.c.Store.Read(h.c.t.Context(), func(r central.Reader) error {
		all, err := r.InstructionsOf(h.c.sh.ID)
		for _, in := range all {
			if in.Station == h.ID && !in.Done && in.Kind == order.InstructPutBack {
				open = append(open, in)
			}
		}
		return err
	})
	if err != nil {
		h.c.t.Fatal(err)
	}
	return open
}

// asked is how many units of the first two lines the bench is asked to put back and has not
// confirmed.
func (h *hand) asked() (n [2]int) {
	h.c.t.Helper()
	for _, in := range h.openPutBacks() {
		for _, g := range in.Goods {
			n[g.Line-1] += g.Qty
		}
	}
	return n
}

// confirm says that all that the bench is asked for went back.
func (h *hand) confirm() {
	h.c.t.Helper()
	for _, in := range h.openPutBacks() {
		h.carriedOut(in.ID)
	}
}

func (h *hand) carriedOut(id string, back ...order.PutBackQty) {
	h.add(order.Event{Type: order.EventInstructed, Reason: id, Back: back})
}
