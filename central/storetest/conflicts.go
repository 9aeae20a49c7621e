package storetest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
	"pickstation/sync/wire"
)

// floor is a centre on the store under test, with two benches and one shipment in hand.
type floor struct {
	*testing.T
	s   central.Store
	c   *central.Service
	id  order.OrderID
	sh  *central.Shipment
	own *hand // holds the shipment
	far *hand // does not
}

// hand is a bench that does what a row says, and pushes it at the end.
type hand struct {
	f   *floor
	id  order.StationID
	log parkedLog
}

// conflictRows is the table of conflicts: what happened, what a person is told, and what
// which bench is told to do. Each instruction ends with the scan that confirms it.
var conflictRows = append(benchRows, customsRows...)

// conflictRow is one line of the table.
type conflictRow struct {
	name    string
	customs order.CustomsMode // of the order
	do      func(f *floor)
	told    []string              // exceptions
	own     order.InstructionKind // what the bench that holds the shipment is told, "" nothing
	far     order.InstructionKind // … and the other one
	then    func(f *floor, now *central.Shipment)
}

var benchRows = []conflictRow{
	{name: "cancelled, and picked without network",
		do:   func(f *floor) { f.cancel(); f.own.pick(1) },
		told: []string{string(order.AnomalyCancelled)}, own: order.InstructPutBack,
		then: func(f *floor, now *central.Shipment) { equal(f.T, "cancelled", now.Cancelled, true) }},
	{name: "cancelled after the pick",
		do:  func(f *floor) { f.own.pick(5); f.own.push(); f.cancel() },
		own: order.InstructPutBack},
	{name: "cancelled after the label",
		do:  func(f *floor) { f.own.pick(5); f.own.label(); f.own.push(); f.cancel() },
		own: order.InstructPutBack,
		then: func(f *floor, now *central.Shipment) {
			equal(f.T, "its number", f.numberState(f.sh.Parcels[0].Waybill.Number), central.NumberVoid)
		}},
	{name: "cancelled, and handed over",
		do:   func(f *floor) { f.cancel(); f.own.pick(5); f.own.label(); f.own.dispatch() },
		told: []string{string(order.AnomalyCancelled), central.ExcDispatchedCancelled},
		then: func(f *floor, now *central.Shipment) { equal(f.T, "cancelled", now.Cancelled, false) }},
	{name: "address changed, old paper printed",
		do:  func(f *floor) { f.own.pick(5); f.own.label(); f.readdress() },
		own: order.InstructReprint,
		then: func(f *floor, now *central.Shipment) {
			if now.Parcels[0].Waybill.Number == f.sh.Parcels[0].Waybill.Number || now.Parcels[0].Labelled {
				f.Errorf("the old paper counts: %+v", now.Parcels[0])
			}
		}},
	{name: "address changed, box handed over with old paper",
		do:   func(f *floor) { f.own.pick(5); f.own.label(); f.own.dispatch(); f.readdress() },
		told: []string{central.ExcOldAddress},
		then: func(f *floor, now *central.Shipment) {
			equal(f.T, "number", now.Parcels[0].Waybill.Number, f.sh.Parcels[0].Waybill.Number)
		}},
	{name: "two benches picked the same goods",
		do:   func(f *floor) { f.own.pick(2); f.own.push(); f.far.pick(2) },
		told: []string{central.ExcTwoStations}, far: order.InstructPutBack},
	{name: "two benches, and the one without the lease handed over",
		do:   func(f *floor) { f.own.pick(1); f.own.push(); f.far.pick(5); f.far.label(); f.far.dispatch() },
		told: []string{central.ExcTwoStations, string(order.AnomalyOverPick)}, own: order.InstructPutBack},
	{name: "picked for a shipment that has left another bench",
		do:   func(f *floor) { f.own.pick(5); f.own.label(); f.own.dispatch(); f.own.push(); f.far.pick(1) },
		told: []string{central.ExcTwoStations, string(order.AnomalyOverPick)}, far: order.InstructPutBack},
	{name: "more picked than ordered",
		do:   func(f *floor) { f.own.pick(6) },
		told: []string{string(order.AnomalyOverPick)},
		then: func(f *floor, now *central.Shipment) {
			equal(f.T, "never clamped", []any{now.Lines[0].Picked, now.Stopped() != nil}, []any{6, true})
		}},
	{name: "stock short",
		do: func(f *floor) {
			f.own.log.add(f.T, order.Event{Type: order.EventShorted, Shipment: f.sh.ID, Line: 1, Qty: 5, Reason: "not found"})
		},
		told: []string{central.ExcShort},
		then: func(f *floor, now *central.Shipment) {
			equal(f.T, "waits for a person", now.Stopped() != nil, true)
		}},
	{name: "a waybill number that is another box's",
		do: func(f *floor) {
			f.own.pick(5)
			f.own.log.add(f.T, order.Event{Type: order.EventLabelled, Shipment: f.sh.ID, Parcel: 1, Waybill: "SF-OTHER", OrderVersion: 1})
		},
		told: []string{central.ExcOtherWaybill}, own: order.InstructReprint,
		then: func(f *floor, now *central.Shipment) { equal(f.T, "labelled", now.Parcels[0].Labelled, false) }},
	{name: "a box handed over twice",
		do:   func(f *floor) { f.own.pick(5); f.own.label(); f.own.dispatch(); f.own.dispatch() },
		told: []string{string(order.AnomalyTwice)}},
	{name: "one serial in two shipments",
		do: func(f *floor) {
			other := f.beside(700)
			f.own.unit("SN-1")
			f.own.push()
			other.own.unit("SN-1")
			other.own.unit("SN-2")
			other.own.push()
			other.own.push()
			equal(f.T, "the second waits for a person", other.shipment().Stopped() != nil, true)
			equal(f.T, "the first waits", f.shipment().Stopped() != nil, false)
		},
		told: []string{central.ExcSerialTwice}},
	{name: "a serial that was taken out of one shipment, or cancelled with it, goes into another",
		do: func(f *floor) {
			next, last := f.beside(701), f.beside(702)
			f.own.unit("SN-3")
			f.own.log.add(f.T, order.Event{Type: order.EventUndone, Shipment: f.sh.ID, Line: 1, Qty: 1, Serial: "SN-3", Reason: string(order.EventPicked)})
			f.own.push()
			next.own.unit("SN-3")
			next.own.push()
			next.cancel()
			last.own.unit("SN-3")
			last.own.push()
		}},
	{name: "a shipment that is not here",
		do: func(f *floor) {
			f.own.log.add(f.T, order.Event{Type: order.EventPicked, Shipment: "S-LOST", Line: 1, Qty: 1})
		},
		told: []string{central.ExcNoShipment}},
	{name: "an event that nobody knows",
		do:   func(f *floor) { f.own.log.add(f.T, order.Event{Type: "of_the_future", Shipment: f.sh.ID}) },
		told: []string{string(order.AnomalyUnknown)}},
	{name: "two histories of one log",
		do: func(f *floor) {
			f.own.pick(1)
			twin := *f.own
			f.own.push()
			twin.log = parkedLog{id: f.own.log.id}
			twin.log.add(f.T, order.Event{Type: order.EventOpened, Shipment: f.sh.ID})
			twin.push()
			equal(f.T, "taken once", len(f.own.log.events), 1)
		},
		told: []string{central.ExcFork}},
}

// centreOver is a centre over a store, with a key of its own.
func centreOver(t *testing.T, s central.Store) *central.Service {
	t.Helper()
	vault, err := central.OpenVault(filepath.Join(t.TempDir(), "vault"), true)
	if err != nil {
		t.Fatal(err)
	}
	c, err := central.New(t.Context(), s, vault, central.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// conflicts runs the table.
func conflicts(t *testing.T, s central.Store) {
	c := centreOver(t, s)
	for _, regime := range []order.CustomsMode{order.CustomsBonded, order.CustomsDutyFree} {
		if _, err := c.SetCustomsProfile(t.Context(), central.By{Who: "cli"}, customs.ExampleProfile(regime)); err != nil {
			t.Fatal(err)
		}
	}
	for n, row := range conflictRows {
		t.Run(row.name, func(t *testing.T) {
			f := newFloor(t, s, c, n, row.customs)
			before := len(f.exceptions())
			row.do(f)
			f.own.push()
			f.far.push()
			f.own.push() // again: one conflict is one exception and one instruction
			told := map[string]int{}
			for _, code := range f.exceptions()[before:] {
				told[code]++
			}
			for _, code := range row.told {
				if told[code] != 1 {
					t.Errorf("%s was raised %d times", code, told[code])
				}
				delete(told, code)
			}
			if len(told) > 0 {
				t.Errorf("raised besides: %v", told)
			}
			f.confirmed(f.own, row.own)
			f.confirmed(f.far, row.far)
			if row.then != nil {
				row.then(f, f.shipment())
			}
		})
	}
}

func newFloor(t *testing.T, s central.Store, c *central.Service, n int, regime order.CustomsMode) *floor {
	t.Helper()
	f := &floor{T: t, s: s, c: c}
	by := central.By{Who: "shop", Source: "api"}
	in := central.OrderIn{Channel: "shop", External: fmt.Sprint("C", n), PaidAt: noon, Carrier: "SF", Receiver: resident(1),
		Lines: []central.LineIn{{SKU: "MANGO", Qty: 5, Location: "A-01"}}}
	if regime != order.CustomsNone {
		declare(&in, regime)
	}
	res, err := c.Intake(t.Context(), by, []central.OrderIn{in})
	if err != nil || res[0].Outcome != central.OutcomeNew {
		t.Fatalf("%+v %v", res, err)
	}
	f.id = res[0].ID
	for i, h := range []**hand{&f.own, &f.far} {
		id := make([]byte, 16)
		_, _ = rand.Read(id)
		*h = &hand{f: f, id: order.StationID(fmt.Sprintf("bench-%d-%d", n, i)), log: parkedLog{id: order.LogID(hex.EncodeToString(id))}}
		write(t, s, func(tx central.Tx) error {
			return tx.PutStation(&central.Station{ID: (*h).id, Warehouse: central.DefaultWarehouse, BoxKey: boxKey(t), EnrolledAt: noon})
		})
	}
	if r, err := c.Heartbeat(t.Context(), f.own.id, wire.Heartbeat{Proto: wire.Proto, Req: "r", Log: f.own.log.id, Want: 500}); err != nil || r.Granted == 0 {
		t.Fatalf("nothing to do: %+v %v", r, err)
	}
	f.sh = f.shipment()
	return f
}

// beside is another order, in hand at benches of its own.
func (f *floor) beside(n int) *floor { return newFloor(f.T, f.s, f.c, n, order.CustomsNone) }

func resident(n int) order.Receiver {
	return order.Receiver{Name: "王小明", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市", District: "龙华区", Street: fmt.Sprintf("国贸路 %d 号", n)}
}

func (f *floor) shipment() *central.Shipment {
	f.Helper()
	var all []*central.Shipment
	read(f.T, f.s, func(r central.Reader) (err error) {
		all, err = r.ShipmentsOf(f.id)
		return err
	})
	if len(all) != 1 {
		f.Fatalf("%d shipments", len(all))
	}
	return all[0]
}

func (f *floor) exceptions() (codes []string) {
	f.Helper()
	for after := int64(0); ; {
		page, err := f.c.Exceptions(f.Context(), central.ExceptionFilter{After: after, Closed: true, Limit: 500})
		if err != nil {
			f.Fatal(err)
		}
		if len(page) == 0 {
			return codes
		}
		for _, e := range page {
			codes, after = append(codes, e.Code), e.ID
		}
	}
}

func (f *floor) numberState(number string) string {
	f.Helper()
	state := ""
	read(f.T, f.s, func(r central.Reader) error {
		n, err := r.Number(number)
		if n != nil {
			state = n.State
		}
		return err
	})
	return state
}

func (f *floor) cancel() {
	f.Helper()
	if _, err := f.c.Cancel(f.Context(), central.By{Who: "shop", Source: "api"}, f.id, "buyer"); err != nil {
		f.Fatal(err)
	}
}

func (f *floor) readdress() {
	f.Helper()
	f.address(resident(2))
}

func (f *floor) address(rc order.Receiver) {
	f.Helper()
	if _, err := f.c.ChangeAddress(f.Context(), central.By{Who: "shop", Source: "api"}, f.id, rc); err != nil {
		f.Fatal(err)
	}
}

// confirmed wants one open instruction of a kind for a bench, or none, and scans it.
func (f *floor) confirmed(h *hand, kind order.InstructionKind) {
	f.Helper()
	open := func() (all []*central.Instruction) {
		read(f.T, f.s, func(r central.Reader) error {
			list, err := r.InstructionsOf(f.sh.ID)
			for _, in := range list {
				if in.Station == h.id && !in.Done {
					all = append(all, in)
				}
			}
			return err
		})
		return all
	}
	all := open()
	if kind == "" {
		if len(all) > 0 {
			f.Errorf("%s is told %+v", h.id, all[0].Instruction)
		}
		return
	}
	if len(all) != 1 || all[0].Kind != kind {
		f.Errorf("%s is told %d things, want one: %s", h.id, len(all), kind)
		return
	}
	h.log.add(f.T, order.Event{Type: order.EventInstructed, Shipment: f.sh.ID, Reason: all[0].ID})
	h.push()
	if left := open(); len(left) > 0 {
		f.Errorf("%s is still told after the scan: %+v", h.id, left[0].Instruction)
	}
}

func (h *hand) pick(n int) {
	for range n {
		h.log.add(h.f.T, order.Event{Type: order.EventPicked, Shipment: h.f.sh.ID, Line: 1, Qty: 1, Verdict: order.OK})
	}
}

// unit picks the unit with a serial.
func (h *hand) unit(serial string) {
	h.log.add(h.f.T, order.Event{Type: order.EventPicked, Shipment: h.f.sh.ID, Line: 1, Qty: 1, Serial: serial, Verdict: order.OK})
}

func (h *hand) label() {
	number := h.f.sh.Parcels[0].Waybill.Number
	h.log.add(h.f.T, order.Event{Type: order.EventPrinted, Shipment: h.f.sh.ID, Parcel: 1, No: 1, Waybill: number, OrderVersion: 1})
	h.log.add(h.f.T, order.Event{Type: order.EventLabelled, Shipment: h.f.sh.ID, Parcel: 1, Waybill: number, OrderVersion: 1})
}

func (h *hand) dispatch() {
	h.log.add(h.f.T, order.Event{Type: order.EventDispatched, Shipment: h.f.sh.ID, Parcel: 1, Waybill: h.f.sh.Parcels[0].Waybill.Number, OrderVersion: 1})
}

// push sends the whole log.
func (h *hand) push() {
	h.f.Helper()
	if len(h.log.events) > 0 {
		h.log.pushAs(h.f.T, h.f.c, h.id)
	}
}
