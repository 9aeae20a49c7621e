package order

import (
	"cmp"
	"slices"
	"time"
)

// shelf is a Book in memory: the same promises as the station's database.
type shelf struct {
	ships    []*Shipment
	products []Product
	places   []LocationID
	classes  map[LocationID]Temp // of them
	twinned  map[SKU][]SKU
	people   map[string]*Operator // by badge
	unleased map[ShipmentID]bool
	orders   map[ShipmentID]*Instruction
	numbers  []string // that the station holds
	away     []ShipmentID
	tasks    []*Task
	pickups  []PickupPlace // of other benches
	failing  error
}

func (b *shelf) Find(key string, limit int) ([]Ref, error) {
	var refs []Ref
	for _, s := range b.ships {
		if !b.isAway(s.ID) {
			refs = append(refs, refsOf(s, key)...)
		}
	}
	for i := range b.products {
		p := &b.products[i]
		if slices.ContainsFunc(p.Codes, func(c ItemCode) bool { return c.Key == key }) {
			refs = append(refs, Ref{Kind: RefProduct, SKU: p.SKU, Name: p.Name, Location: p.Home})
		}
	}
	for _, l := range b.places {
		if CodeKey(string(l)) == key {
			refs = append(refs, Ref{Kind: RefLocation, Location: l})
		}
	}
	return refs[:min(len(refs), limit)], b.failing
}

func refsOf(s *Shipment, key string) (refs []Ref) {
	base := Ref{Shipment: s.ID, Order: s.Ref(), Owner: s.Owner}
	add := func(k RefKind, set func(*Ref)) {
		r := base
		r.Kind = k
		if set != nil {
			set(&r)
		}
		refs = append(refs, r)
	}
	if CodeKey(string(s.ID)) == key || CodeKey(s.Ref()) == key {
		add(RefShipment, nil)
	}
	if s.Tote != "" && CodeKey(s.Tote) == key || s.Slot != "" && CodeKey(s.Slot) == key {
		add(RefTote, nil)
	}
	for i := range s.Parcels {
		if n := s.Parcels[i].Waybill.Number; n != "" && CodeKey(n) == key {
			add(RefWaybill, func(r *Ref) { r.Parcel = s.Parcels[i].No })
		}
	}
	placed := s.Stands != "" && CodeKey(string(s.Stands)) == key
	if placed {
		add(RefLocation, func(r *Ref) { r.Location = s.Stands })
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Open() <= 0 {
			continue
		}
		of := func(r *Ref) { r.Line, r.SKU, r.Name, r.Location = l.No, l.SKU, l.Name, l.Location }
		if slices.Contains(l.Keys(), key) {
			add(RefItem, of)
		}
		if !placed && l.Location != "" && CodeKey(string(l.Location)) == key {
			placed = true
			add(RefLocation, of)
		}
	}
	return refs
}

func (b *shelf) ship(id ShipmentID) *Shipment {
	for _, s := range b.ships {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func (b *shelf) Shipment(id ShipmentID) (*Shipment, error) { return clone(b.ship(id)), b.failing }

func (b *shelf) Badge(code string) (*Operator, error) { return b.people[CodeKey(code)], b.failing }

func (b *shelf) OperatorName(id OperatorID) string {
	for _, p := range b.people {
		if p.ID == id {
			return p.Name
		}
	}
	return string(id)
}

func (b *shelf) OwnedBy(id OperatorID) (ShipmentID, error) {
	for _, s := range b.ships {
		if s.Owner == id {
			return s.ID, b.failing
		}
	}
	return "", b.failing
}

func (b *shelf) LeaseValid(id ShipmentID, _ time.Time) bool { return !b.unleased[id] }

func (b *shelf) Singles(key string, op OperatorID, limit int) (ids []ShipmentID, err error) {
	var list []*Shipment
	for _, s := range b.ships {
		if len(s.Lines) == 1 && (s.Owner == "" || s.Owner == op) && (s.Lines[0].Open() > 0 || s.Lines[0].Unverified() > 0) &&
			slices.Contains(s.Lines[0].Keys(), key) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b *Shipment) int {
		return cmp.Or(b.Priority-a.Priority, a.Promise.Compare(b.Promise))
	})
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids[:min(len(ids), limit)], b.failing
}

func (b *shelf) FreeWork(limit int) (ids []ShipmentID, err error) {
	list := slices.Clone(b.ships)
	slices.SortStableFunc(list, func(a, b *Shipment) int { return cmp.Or(b.Priority-a.Priority, a.Promise.Compare(b.Promise)) })
	for _, s := range list {
		if s.Owner == "" && !s.PickDone() && !s.Cancelled && s.Stopped() == nil && len(ids) < limit {
			ids = append(ids, s.ID)
		}
	}
	return ids, b.failing
}

func (b *shelf) BatchOf(batch string) (ids []ShipmentID, err error) {
	for _, s := range b.ships {
		if s.Batch == batch && s.Owner != "" && !b.isAway(s.ID) {
			ids = append(ids, s.ID)
		}
	}
	return ids, b.failing
}

func (b *shelf) Operator(id OperatorID) (*Operator, error) {
	for _, p := range b.people {
		if p.ID == id {
			return p, b.failing
		}
	}
	return nil, b.failing
}

func (b *shelf) Number(_ CarrierID, nth int) (string, error) {
	if nth < len(b.numbers) {
		return b.numbers[nth], b.failing
	}
	return "", b.failing
}

func (b *shelf) Pickups(code string, limit int) (ids []ShipmentID, err error) {
	for _, s := range b.ships {
		if s.Pickup != "" && s.Pickup == PickupHash(nil, code) && len(ids) < limit {
			ids = append(ids, s.ID)
		}
	}
	return ids, b.failing
}

func (b *shelf) PickupPlaces(code string, limit int) (list []PickupPlace, err error) {
	for _, p := range b.pickups {
		if p.Hash == PickupHash(nil, code) && len(list) < limit {
			list = append(list, p)
		}
	}
	return list, b.failing
}

func (b *shelf) PickupPlace(id ShipmentID) (*PickupPlace, error) {
	for _, p := range b.pickups {
		if p.Shipment == id {
			return &p, b.failing
		}
	}
	return nil, b.failing
}

func (b *shelf) Twins(sku SKU, limit int) (list []Twin, err error) {
	for _, w := range b.twinned[sku] {
		if len(list) < limit {
			list = append(list, Twin{SKU: w, N: 1})
		}
	}
	return list, b.failing
}

func (b *shelf) Place(id LocationID) (*Location, error) {
	if !slices.Contains(b.places, id) {
		return nil, b.failing
	}
	return &Location{ID: id, Temp: b.classes[id]}, b.failing
}

func (b *shelf) Task(id TaskID) (*Task, error) {
	if k := b.task(id); k != nil {
		return k.Copy(), b.failing
	}
	return nil, b.failing
}

func (b *shelf) task(id TaskID) *Task {
	for _, k := range b.tasks {
		if k.ID == id {
			return k
		}
	}
	return nil
}

func (b *shelf) Tasks(key string, limit int) (refs []TaskRef, err error) {
	for _, k := range b.tasks {
		switch {
		case slices.Contains(k.Keys(), key) && len(refs) < limit:
			refs = append(refs, TaskRef{k.ID, true, k.Closed()})
		case !k.Closed() && slices.Contains(k.GoodsKeys(), key) && len(refs) < limit:
			refs = append(refs, TaskRef{k.ID, false, false})
		}
	}
	return refs, b.failing
}

func (b *shelf) Instruction(id ShipmentID) (*Instruction, error) {
	if i := b.orders[id]; i != nil && !i.Done {
		return i, b.failing
	}
	return nil, b.failing
}

func (b *shelf) WithGoods(key string, limit int) (ids []ShipmentID, err error) {
	for _, s := range b.ships {
		if len(ids) < limit && !b.isAway(s.ID) && slices.ContainsFunc(s.Lines, func(l Line) bool {
			return slices.Contains(l.Keys(), key)
		}) {
			ids = append(ids, s.ID)
		}
	}
	return ids, b.failing
}

func (b *shelf) Picked(key string, limit int) (ids []ShipmentID, err error) {
	all, err := b.WithGoods(key, len(b.ships))
	for _, id := range all {
		if s := b.ship(id); s.PickDone() && s.now().picked() > 0 && !s.AllLabelled() && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, err
}

func (b *shelf) Holders(sku SKU, serial string, limit int) (ids []ShipmentID, err error) {
	for _, s := range b.ships {
		if (s.AllDispatched() || !s.Cancelled && !b.isAway(s.ID)) && len(ids) < limit && slices.ContainsFunc(s.Lines, func(l Line) bool {
			return l.SKU == sku && slices.Contains(l.Serials, serial)
		}) {
			ids = append(ids, s.ID)
		}
	}
	return ids, b.failing
}

func (b *shelf) Product(sku SKU) (*Product, error) {
	for i := range b.products {
		if b.products[i].SKU == sku {
			return &b.products[i], b.failing
		}
	}
	return nil, b.failing
}

func (b *shelf) WaveWork(m BatchMode, limit int) (ids []ShipmentID, err error) {
	free, err := b.FreeWork(len(b.ships))
	for _, id := range free {
		if s := b.ship(id); s.Wave != nil && s.Wave.Mode == m && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, err
}
