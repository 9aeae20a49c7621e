package world

import (
	"cmp"
	"slices"
	"strings"

	"pickstation/central"
	"pickstation/order"
)

// What is read out of a memory is a copy, for whoever reads it changes it.

func copyOf[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

func copyOrder(o *central.Order) *central.Order {
	if o = copyOf(o); o != nil {
		o.Holds = slices.Clone(o.Holds)
	}
	return o
}

func copyShipment(s *central.Shipment) *central.Shipment {
	if s = copyOf(s); s != nil {
		s.Shipment = *s.Shipment.Copy()
		s.Hands = slices.Clone(s.Hands)
		for i := range s.Hands {
			s.Hands[i].Parts = slices.Clone(s.Hands[i].Parts)
		}
	}
	return s
}

func (t memoryTx) Meta(key string) (string, error) { return t.m.meta[key], nil }

func (t memoryTx) Order(id order.OrderID) (*central.Order, error) {
	return copyOrder(t.m.orders[id]), nil
}

func (t memoryTx) LockOrder(id order.OrderID) (*central.Order, error) { return t.Order(id) }

func (t memoryTx) LockOrderKey(channel, external string) (*central.Order, error) {
	return t.Order(t.m.keys[central.OrderKey{Channel: channel, External: external}])
}

func (t memoryTx) Shipment(id order.ShipmentID) (*central.Shipment, error) {
	return copyShipment(t.m.shipments[id]), nil
}

func (t memoryTx) LockShipment(id order.ShipmentID) (*central.Shipment, error) { return t.Shipment(id) }

func (t memoryTx) shipmentsWhere(fits func(s *central.Shipment) bool) (all []*central.Shipment) {
	for _, id := range t.m.shipmentIDs {
		if s := t.m.shipments[id]; fits(s) {
			all = append(all, s)
		}
	}
	return all
}

func copies(all []*central.Shipment) ([]*central.Shipment, error) {
	for i := range all {
		all[i] = copyShipment(all[i])
	}
	return all, nil
}

func (t memoryTx) ShipmentsOf(id order.OrderID) ([]*central.Shipment, error) {
	return copies(t.shipmentsWhere(func(s *central.Shipment) bool { return s.Order == id }))
}

func (t memoryTx) LeasedTo(station order.StationID) ([]*central.Shipment, error) {
	return copies(t.shipmentsWhere(func(s *central.Shipment) bool { return s.LeaseStation == station }))
}

func (t memoryTx) Held(station order.StationID) (all []central.Held, err error) {
	for _, s := range t.shipmentsWhere(func(s *central.Shipment) bool { return s.LeaseStation == station }) {
		all = append(all, central.HeldOf(s))
	}
	return all, nil
}

func (t memoryTx) Available(f central.FreeFilter) ([]*central.Shipment, error) {
	all := t.shipmentsWhere(func(s *central.Shipment) bool {
		return s.Warehouse == f.Warehouse && s.Stage == order.StageAwaitingPick && !s.Cancelled && s.Stopped() == nil && !s.Started() &&
			(s.LeaseStation == "" || s.LeaseUntil.Before(f.Expired))
	})
	slices.SortStableFunc(all, func(a, b *central.Shipment) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.Age.Compare(b.Age))
	})
	return copies(all[:min(len(all), f.Limit)])
}

func (t memoryTx) Number(number string) (*central.Number, error) {
	n, ok := t.m.numbers[number]
	if !ok {
		return nil, nil
	}
	return &n, nil
}

func (t memoryTx) Timeline(subject string) ([]central.TimelineRow, error) {
	return slices.Clone(t.m.timeline[subject]), nil
}

func (t memoryTx) Exceptions(f central.ExceptionFilter) (all []central.Exception, err error) {
	for _, e := range t.m.exceptions {
		if e.ID > f.After && (f.Closed || e.ClosedAt.IsZero()) && (f.Order == "" || e.Order == f.Order) && strings.HasPrefix(e.Key, f.Key) {
			all = append(all, e)
		}
	}
	return all, nil
}

func (t memoryTx) Station(id order.StationID) (*central.Station, error) {
	return copyOf(t.m.stations[id]), nil
}

func (t memoryTx) LockStation(id order.StationID) (*central.Station, error) { return t.Station(id) }

func (t memoryTx) Log(id order.LogID) (*central.Log, error) { return copyOf(t.m.logs[id]), nil }

func (t memoryTx) LockLog(id order.LogID) (*central.Log, error) { return t.Log(id) }

func (t memoryTx) NewestLog(station order.StationID) (*central.Log, error) {
	var newest *central.Log
	for _, l := range t.m.logs {
		if l.Station == station && (newest == nil || l.Epoch > newest.Epoch) {
			newest = l
		}
	}
	return copyOf(newest), nil
}

func (t memoryTx) LogsOf(station order.StationID, limit int) (all []central.Log, err error) {
	for _, l := range t.m.logs {
		if l.Station == station {
			all = append(all, *l)
		}
	}
	slices.SortFunc(all, func(a, b central.Log) int { return cmp.Compare(b.Epoch, a.Epoch) })
	return all[:min(len(all), limit)], nil
}

func (t memoryTx) Hashes(logNo int64, from, to uint64) (map[uint64]order.Hash, error) {
	all := map[uint64]order.Hash{}
	rows := t.m.events[logNo]
	for seq := max(from, 1); seq <= min(to, uint64(len(rows))); seq++ {
		all[seq] = rows[seq-1].Hash
	}
	return all, nil
}

func (t memoryTx) Reissued(log order.LogID, from, to uint64) (map[order.FactID]bool, error) {
	all := map[order.FactID]bool{}
	for _, f := range t.m.reissued[log] {
		if f.Seq >= from && f.Seq <= to {
			all[f] = true
		}
	}
	return all, nil
}

func (t memoryTx) HasFact(f order.FactID) (bool, error) {
	if t.m.facts[f] {
		return true, nil
	}
	l := t.m.logs[f.Log]
	if l == nil || f.Seq == 0 || f.Seq > uint64(len(t.m.events[l.No])) {
		return false, nil
	}
	return t.m.events[l.No][f.Seq-1].Hash == f.Hash, nil
}

// counts says whether a reference was not moved or taken out since.
func (t memoryTx) counts(r *central.FeedRef) bool {
	return t.m.place[reference{r.Station, r.Kind, r.ID}] == r.FS
}

func (t memoryTx) FeedAfter(_ string, station order.StationID, cursor int64, limit int) (all []central.FeedRef, err error) {
	from, _ := slices.BinarySearchFunc(t.m.feed, cursor+1, func(r central.FeedRef, fs int64) int { return cmp.Compare(r.FS, fs) })
	for i := from; i < len(t.m.feed) && len(all) < limit; i++ {
		if r := &t.m.feed[i]; (r.Station == "" || r.Station == station) && t.counts(r) {
			all = append(all, *r)
		}
	}
	return all, nil
}

func (t memoryTx) FeedHead(warehouse string, station order.StationID) (head, counter int64, err error) {
	counter = t.m.counters["feed "+warehouse]
	for i := range slices.Backward(t.m.feed) {
		if r := &t.m.feed[i]; (r.Station == "" || r.Station == station) && t.counts(r) {
			return r.FS, counter, nil
		}
	}
	return 0, counter, nil
}

func (t memoryTx) Warehouse(id string) (*central.Warehouse, error) {
	return copyOf(t.m.warehouses[id]), nil
}

func (t memoryTx) Warehouses() (all []*central.Warehouse, err error) {
	for _, w := range t.m.warehouses {
		all = append(all, copyOf(w))
	}
	return all, nil
}

func (t memoryTx) Flow(id string, version int) (*order.Flow, error) {
	if f := t.m.flows[id]; f != nil && f.Version == version {
		return f, nil
	}
	return nil, nil
}

func (t memoryTx) NewestFlow(id string) (int, error) {
	if f := t.m.flows[id]; f != nil {
		return f.Version, nil
	}
	return 0, nil
}

func (t memoryTx) Flows() (all []*order.Flow, err error) {
	for _, f := range t.m.flows {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *order.Flow) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func (t memoryTx) Instruction(id string) (*central.Instruction, error) {
	return copyOf(t.m.instructions[id]), nil
}

func (t memoryTx) InstructionsOf(shipment order.ShipmentID) (all []*central.Instruction, err error) {
	for _, id := range t.m.instructionsFor[shipment] {
		all = append(all, copyOf(t.m.instructions[id]))
	}
	return all, nil
}

// What no order of a world has: a catalogue, customs, returns, tasks, news of a carrier.

func (t memoryTx) HasProducts(string) (bool, error)                           { return false, nil }
func (t memoryTx) Product(string, order.SKU) (*order.Product, error)          { return nil, nil }
func (t memoryTx) Location(string, order.LocationID) (*order.Location, error) { return nil, nil }
func (t memoryTx) Tracking(string) ([]central.TrackingEvent, error)           { return nil, nil }
func (t memoryTx) TasksOf(order.OrderID) ([]*central.Task, error)             { return nil, nil }
func (t memoryTx) QuotaUse(order.OrderID) (*central.QuotaUse, error)          { return nil, nil }
