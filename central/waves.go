package central

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pickstation/order"
)

// WaveRequest says which orders make a wave. Empty fields do not choose.
type WaveRequest struct {
	Warehouse string
	Mode      order.BatchMode
	Carrier   order.CarrierID
	Zone      string           // every line is in it
	SKU       order.SKU        // of orders of one line
	Station   order.StationID  // that works it; "": the first one that wants work
	For       order.OperatorID // who is to work it, "" whoever asks first
	Size      int              // orders at most, 0 what the warehouse's policy says
}

// Wave is shipments that one bench works together.
type Wave struct {
	ID        string             `json:"id"`
	Mode      order.BatchMode    `json:"mode"`
	Warehouse string             `json:"warehouse"`
	Station   order.StationID    `json:"station,omitempty"`
	For       order.OperatorID   `json:"for,omitempty"` // who is to work it
	SKU       order.SKU          `json:"sku,omitempty"`
	Shipments []order.ShipmentID `json:"shipments"`
	Units     int                `json:"units"`
	MadeAt    time.Time          `json:"made_at"`
	EndedAt   time.Time          `json:"ended_at,omitzero"`
}

// Sizes of waves.
const (
	maxSingles = 200  // orders of one item each
	waveLook   = 5000 // shipments that are looked at
)

func waveKey(id string) string { return "wave:" + id }

// MakeWave makes a wave of the most urgent shipments that nobody has begun and that fit;
// priorities are never mixed. A wave of single items is of one SKU, that of the most
// orders where none is named.
func (s *Service) MakeWave(ctx context.Context, q WaveRequest) (w Wave, err error) {
	if !slices.Contains([]order.BatchMode{order.BatchCluster, order.BatchWall, order.WaveSingle}, q.Mode) {
		return w, order.Errorf("bad_wave", "a wave is of mode %q", q.Mode).WithHint("use cluster, wall or single")
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		w = Wave{Mode: q.Mode, Warehouse: orMain(q.Warehouse), Station: q.Station, For: q.For, MadeAt: s.now()}
		if err := s.wavePerson(tx, &q); err != nil {
			return err
		}
		st, err := s.waveStation(tx, &q)
		if err != nil {
			return err
		}
		fit, err := s.waveable(tx, st, &q)
		if err != nil {
			return err
		}
		list, err := s.waveSize(tx, &q, fit)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return order.Errorf("no_orders", "no order fits that nobody has begun").WithHint("see what there is with: pickcentral orders list")
		}
		n, err := tx.Take(counterWave, 1)
		if err != nil {
			return err
		}
		w.ID = idNumber("W", n)
		if q.Mode == order.WaveSingle {
			w.SKU = list[0].Lines[0].SKU
		}
		for _, sh := range list {
			w.Shipments = append(w.Shipments, sh.ID)
			need, _, _ := sh.Units()
			w.Units += need
		}
		if err := s.putWave(tx, &w); err != nil {
			return err
		}
		return s.stamp(tx, &w, st)
	})
	return w, err
}

func (s *Service) waveStation(tx Tx, q *WaveRequest) (*Station, error) {
	if q.Station == "" {
		return nil, nil
	}
	st, err := lockStation(tx, q.Station)
	if err == nil && st.Warehouse != orMain(q.Warehouse) {
		err = order.Errorf("bad_wave", "bench %s is in warehouse %s", st.ID, st.Warehouse).WithHint("name that warehouse")
	}
	return st, err
}

// wavePerson refuses a wave for somebody whom nobody knows, and one of single items for
// anybody: those are opened by whoever scans the item.
func (s *Service) wavePerson(tx Tx, q *WaveRequest) error {
	if q.For == "" {
		return nil
	}
	if q.Mode == order.WaveSingle {
		return order.Errorf("bad_wave", "a wave of single items is opened by whoever scans the item").WithHint("leave the operator out")
	}
	o, err := tx.Operator(orMain(q.Warehouse), q.For)
	if err == nil && o == nil {
		err = notFound("operator", string(q.For))
	}
	return err
}

// waveable lists shipments that may be part of a wave, best first.
func (s *Service) waveable(tx Tx, st *Station, q *WaveRequest) (fit []*Shipment, err error) {
	free, err := tx.Available(FreeFilter{Warehouse: orMain(q.Warehouse), Limit: waveLook})
	if err != nil {
		return nil, err
	}
	if st != nil { // what the bench holds and has not begun
		held, err := tx.LeasedTo(st.ID)
		if err != nil {
			return nil, err
		}
		for _, sh := range held {
			if sh.Stage == order.StageAwaitingPick && sh.Owner == "" {
				free = append(free, sh)
			}
		}
	}
	for _, sh := range free {
		if sh.Wave == nil && !sh.Started() && sh.Owner == "" && !sh.Cancelled && sh.Stopped() == nil && q.takes(sh) {
			fit = append(fit, sh)
		}
	}
	slices.SortStableFunc(fit, func(a, b *Shipment) int { return b.Priority - a.Priority })
	return fit, nil
}

// takes says whether a shipment is of the wanted kind.
func (q *WaveRequest) takes(sh *Shipment) bool {
	single := len(sh.Lines) == 1
	switch {
	case q.Carrier != "" && sh.Carrier.ID != q.Carrier,
		q.Zone != "" && slices.ContainsFunc(sh.Lines, func(l order.Line) bool { return l.Zone != q.Zone }),
		(q.Mode == order.WaveSingle || q.SKU != "") && !single,
		q.SKU != "" && sh.Lines[0].SKU != q.SKU:
		return false
	}
	return len(sh.Lines) > 0
}

// waveSize takes as many as belong together: of one priority, for single items of one SKU.
func (s *Service) waveSize(tx Tx, q *WaveRequest, fit []*Shipment) (list []*Shipment, err error) {
	w, err := s.warehouse(tx, orMain(q.Warehouse))
	if err != nil || len(fit) == 0 {
		return nil, err
	}
	limit := w.Policy.BatchLimit(q.Mode)
	if q.Mode == order.WaveSingle {
		limit = maxSingles
	}
	if q.Size > 0 {
		limit = min(limit, q.Size)
	}
	fit = slices.DeleteFunc(fit, func(sh *Shipment) bool { return sh.Priority != fit[0].Priority })
	if q.Mode == order.WaveSingle {
		sku := commonest(fit)
		fit = slices.DeleteFunc(fit, func(sh *Shipment) bool { return sh.Lines[0].SKU != sku })
	}
	return fit[:min(len(fit), limit)], nil
}

// commonest returns the SKU of the most shipments, the more urgent one of two alike.
func commonest(fit []*Shipment) (best order.SKU) {
	count := map[order.SKU]int{}
	for _, sh := range fit {
		count[sh.Lines[0].SKU]++
	}
	for _, sh := range fit {
		if sku := sh.Lines[0].SKU; count[sku] > count[best] {
			best = sku
		}
	}
	return best
}

func (s *Service) putWave(tx Tx, w *Wave) error {
	body, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return tx.SetMeta(waveKey(w.ID), string(body))
}

// stamp puts the wave on its shipments, and gives them to the bench that works it.
func (s *Service) stamp(tx Tx, w *Wave, st *Station) error {
	ids := slices.Sorted(slices.Values(w.Shipments)) // in the order of locks
	line, err := timeline(tx)
	for _, id := range ids {
		if err != nil {
			return err
		}
		var sh *Shipment
		if sh, err = tx.LockShipment(id); err != nil || sh == nil {
			continue
		}
		sh.Wave = &order.Wave{ID: w.ID, Mode: w.Mode, Orders: len(w.Shipments), For: w.For}
		if st != nil && sh.LeaseStation != st.ID {
			err = s.leaseTo(tx, sh, st, line)
			continue
		}
		if err = tx.PutShipment(sh); err == nil {
			err = s.emitWork(tx, sh)
		}
	}
	return err
}

// waveOf returns the wave of a shipment and holds it; nil, and held, where it is in none.
func waveOf(tx Tx, sh *Shipment) (w *Wave, held bool, err error) {
	if sh.Wave == nil {
		return nil, true, nil
	}
	return tx.HoldWave(sh.Wave.ID)
}

// wholeWave leases the rest of the wave of a shipment that a bench was given, so that one
// bench has all of it, and returns how many that were.
func (s *Service) wholeWave(tx Tx, w *Wave, first order.ShipmentID, st *Station, line int64) (n int, err error) {
	if w == nil || w.Station != "" || !w.EndedAt.IsZero() {
		return 0, nil
	}
	w.Station = st.ID
	if err := s.putWave(tx, w); err != nil {
		return 0, err
	}
	for _, id := range slices.Sorted(slices.Values(w.Shipments)) {
		other, err := tx.LockShipment(id)
		if err != nil {
			return n, err
		}
		if other == nil || id == first || other.LeaseStation != "" || other.Cancelled || other.Stage != order.StageAwaitingPick {
			continue
		}
		if err := s.leaseTo(tx, other, st, line); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// EndWave takes a wave apart again: shipments that nobody has begun are single ones from
// then on. It returns how many that were.
func (s *Service) EndWave(ctx context.Context, id string) (n int, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		n = 0
		w, err := readWave(tx, id)
		if err == nil && w == nil {
			err = notFound("wave", id)
		}
		if err != nil || !w.EndedAt.IsZero() {
			return err
		}
		w.EndedAt = s.now()
		if err := s.putWave(tx, w); err != nil {
			return err
		}
		for _, id := range slices.Sorted(slices.Values(w.Shipments)) {
			sh, err := tx.LockShipment(id)
			if err != nil {
				return err
			}
			if sh == nil || sh.Wave == nil || sh.Wave.ID != w.ID || sh.Started() || sh.Owner != "" {
				continue
			}
			sh.Wave = nil
			if err := tx.PutShipment(sh); err != nil {
				return err
			}
			if err := s.emitWork(tx, sh); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
