package world

import (
	"time"

	"pickstation/central"
	"pickstation/order"
)

func (t memoryTx) SetMeta(key, value string) error {
	put(t.m, t.m.meta, key, value)
	return nil
}

func (t memoryTx) Next(counter string, n int64) (int64, error) {
	last := t.m.counters[counter] + n
	put(t.m, t.m.counters, counter, last)
	return last - n + 1, nil
}

func (t memoryTx) Take(counter string, n int64) (int64, error) { return t.Next(counter, n) }

func (t memoryTx) PutOrder(o *central.Order) error {
	put(t.m, t.m.keys, central.OrderKey{Channel: o.Channel, External: o.External}, o.ID)
	put(t.m, t.m.orders, o.ID, copyOrder(o))
	return nil
}

func (t memoryTx) PutShipment(s *central.Shipment) error {
	if t.m.shipments[s.ID] == nil {
		add(t.m, &t.m.shipmentIDs, s.ID)
	}
	put(t.m, t.m.shipments, s.ID, copyShipment(s))
	return nil
}

func (t memoryTx) AddNumber(n central.Number) error {
	if _, known := t.m.numbers[n.Number]; known {
		return order.Errorf("not_unique", "waybill number %s was given out before", n.Number)
	}
	put(t.m, t.m.numbers, n.Number, n)
	return nil
}

func (t memoryTx) SetNumber(number, state string) error {
	if n, ok := t.m.numbers[number]; ok {
		n.State = state
		put(t.m, t.m.numbers, number, n)
	}
	return nil
}

func (t memoryTx) AddTimeline(row central.TimelineRow) error {
	rows := t.m.timeline[row.Subject]
	row.N = int64(len(rows)) + 1
	put(t.m, t.m.timeline, row.Subject, append(rows, row))
	return nil
}

func (t memoryTx) AddException(e central.Exception) (bool, error) {
	if _, known := t.m.exceptionOfKey[e.Key]; known {
		return false, nil
	}
	id, err := t.Next("exception", 1)
	e.ID = id
	put(t.m, t.m.exceptionOfKey, e.Key, len(t.m.exceptions))
	add(t.m, &t.m.exceptions, e)
	return true, err
}

func (t memoryTx) CloseException(id int64, by string, at time.Time) error {
	for i := range t.m.exceptions {
		if was := t.m.exceptions[i]; was.ID == id {
			t.m.undo = append(t.m.undo, func() { t.m.exceptions[i] = was })
			t.m.exceptions[i].ClosedAt, t.m.exceptions[i].ClosedBy = at, by
		}
	}
	return nil
}

func (t memoryTx) PutStation(s *central.Station) error {
	put(t.m, t.m.stations, s.ID, copyOf(s))
	return nil
}

func (t memoryTx) PutLog(l *central.Log) (err error) {
	if l.No == 0 {
		if l.No, err = t.Next("log", 1); err != nil {
			return err
		}
		if l.Epoch, err = t.Next("epoch "+string(l.Station), 1); err != nil {
			return err
		}
	}
	put(t.m, t.m.logs, l.ID, copyOf(l))
	return nil
}

func (t memoryTx) AddEvents(rows []central.EventRow) error {
	for _, r := range rows {
		put(t.m, t.m.events, r.LogNo, append(t.m.events[r.LogNo], r))
	}
	return nil
}

func (t memoryTx) AddFact(f order.FactID) (bool, error) {
	if t.m.facts[f] {
		return false, nil
	}
	put(t.m, t.m.facts, f, true)
	put(t.m, t.m.reissued, f.Log, append(t.m.reissued[f.Log], f))
	return true, nil
}

func (t memoryTx) Emit(warehouse string, station order.StationID, kind, id string) error {
	n, err := t.Next("feed "+warehouse, 1)
	put(t.m, t.m.place, reference{station, kind, id}, n)
	add(t.m, &t.m.feed, central.FeedRef{FS: n, Station: station, Kind: kind, ID: id})
	return err
}

func (t memoryTx) Withdraw(_ string, station order.StationID, kind, id string) error {
	put(t.m, t.m.place, reference{station, kind, id}, 0)
	return nil
}

func (t memoryTx) PutWarehouse(w *central.Warehouse) error {
	put(t.m, t.m.warehouses, w.ID, copyOf(w))
	return nil
}

func (t memoryTx) PutFlow(f *order.Flow) error {
	put(t.m, t.m.flows, f.ID, f)
	return nil
}

func (t memoryTx) PutInstruction(i *central.Instruction) error {
	if t.m.instructions[i.ID] == nil {
		put(t.m, t.m.instructionsFor, i.Shipment, append(t.m.instructionsFor[i.Shipment], i.ID))
	}
	put(t.m, t.m.instructions, i.ID, copyOf(i))
	return nil
}
