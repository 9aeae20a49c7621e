package central

import (
	"context"
	"encoding/json"
	"time"

	"pickstation/order"
)

// Wave returns a wave.
func (s *Service) Wave(ctx context.Context, id string) (w Wave, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		found, err := readWave(r, id)
		if err == nil && found == nil {
			err = notFound("wave", id)
		}
		if err == nil {
			w = *found
		}
		return err
	})
	return w, err
}

// WaveFilter narrows a list of waves.
type WaveFilter struct {
	Warehouse string
	All       bool   // those that are over too
	Before    string // cursor: the latest waves are first
	Limit     int    // at most 500, 0 means 100
}

// WaveState is how far a wave has come.
type WaveState struct {
	ID        string           `json:"id"`
	Mode      order.BatchMode  `json:"mode"`
	Warehouse string           `json:"warehouse"`
	Station   order.StationID  `json:"station,omitempty"` // that works it, "" none yet
	For       order.OperatorID `json:"for,omitempty"`     // who is to work it, "" whoever asks first
	SKU       order.SKU        `json:"sku,omitempty"`     // of a wave of single items
	Orders    int              `json:"orders"`
	Left      int              `json:"left"` // orders that are still to be picked
	Units     int              `json:"units"`
	MadeAt    time.Time        `json:"made_at"`
	EndedAt   time.Time        `json:"ended_at,omitzero"` // when it was taken apart
}

// Waves lists waves with what is left of them. A wave is over when it was taken apart or
// nothing of it is left.
func (s *Service) Waves(ctx context.Context, f WaveFilter) (list []WaveState, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	f.Limit = min(f.Limit, 500)
	err = s.store.Read(ctx, func(r Reader) error {
		list = nil
		for before := f.Before; len(list) < f.Limit; {
			page, err := r.Waves(before, f.Limit)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, w := range page {
				before = w.ID
				state, err := w.state(r)
				if err != nil {
					return err
				}
				if (f.Warehouse == "" || f.Warehouse == w.Warehouse) && (f.All || state.Left > 0) && len(list) < f.Limit {
					list = append(list, state)
				}
			}
		}
		return nil
	})
	return list, err
}

// state counts what is left of a wave.
func (w *Wave) state(r Reader) (WaveState, error) {
	out := WaveState{ID: w.ID, Mode: w.Mode, Warehouse: w.Warehouse, Station: w.Station, For: w.For, SKU: w.SKU, Orders: len(w.Shipments),
		Units: w.Units, MadeAt: w.MadeAt, EndedAt: w.EndedAt}
	if !w.EndedAt.IsZero() {
		return out, nil
	}
	for _, id := range w.Shipments {
		sh, err := r.Shipment(id)
		if err != nil {
			return out, err
		}
		if sh != nil && !sh.Cancelled && sh.Stage == order.StageAwaitingPick && sh.Wave != nil && sh.Wave.ID == w.ID {
			out.Left++
		}
	}
	return out, nil
}

func readWave(r Reader, id string) (*Wave, error) {
	body, err := r.Meta(waveKey(id))
	if err != nil || body == "" {
		return nil, err
	}
	w := new(Wave)
	return w, json.Unmarshal([]byte(body), w)
}
