package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"pickstation/central"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// sumsGoods is the size of the catalogue that a station and its centre compare.
const sumsGoods = 20_000

// sums is what it costs to compare what a station holds with what its centre says, once an
// hour for each station: at the centre, and beside the station's work. The limit is what the
// comparison saves: the station's reading of the whole feed, measured in turn.
func sums(e *env) (_ []result, err error) {
	h, err := e.onFile("sums")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	s, err := newHolder(h, filepath.Join(e.tmp, "sums-station"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var centre, station, whole []time.Duration
	for range e.rounds(20) {
		began := time.Now()
		if err := s.readAll(); err != nil {
			return nil, err
		}
		whole = append(whole, time.Since(began))
		began = time.Now()
		said, err := h.svc.Sums(context.Background(), s.id, s.cursor, wire.MaxFeedRows)
		if err != nil {
			return nil, err
		}
		centre = append(centre, time.Since(began))
		began = time.Now()
		_, held, err := s.r.Sums(context.Background())
		if err != nil {
			return nil, err
		}
		station = append(station, time.Since(began))
		if kinds := said.Sums.Differ(held); len(said.Sums) == 0 || kinds != nil {
			return nil, fmt.Errorf("the station holds other %v: %v, not %v", kinds, held, said.Sums)
		}
	}
	limit := millis(percentile(whole, 50))
	return []result{of("sums_centre_20k", millis(percentile(centre, 50)), "ms", limit), of("sums_station_20k", millis(percentile(station, 50)), "ms", limit)}, nil
}

// holder is a station without a network between it and its centre.
type holder struct {
	id     order.StationID
	svc    *central.Service
	db     *localdb.DB
	r      *localdb.Reader
	cursor int64
}

func newHolder(h *hub, dir string) (*holder, error) {
	s := &holder{id: "bench", svc: h.svc}
	key, err := localdb.EnsureBoxKey(dir)
	if err != nil {
		return nil, err
	}
	err = h.store.Write(context.Background(), func(tx central.Tx) error {
		return tx.PutStation(&central.Station{ID: s.id, Warehouse: central.DefaultWarehouse, BoxKey: key.Public[:], EnrolledAt: time.Now(), CertSerial: "1"})
	})
	if err != nil {
		return nil, err
	}
	all := make([]order.Product, sumsGoods)
	for n := range all {
		all[n] = order.Product{SKU: order.SKU(fmt.Sprintf("H%05d", n)), Name: order.Names{ZH: "芒果", EN: "Mango"}, Codes: []order.ItemCode{{Key: fmt.Sprintf("69%011d", n)}},
			WeightG: 300, Home: order.LocationID(fmt.Sprintf("A-%03d", n%100))}
	}
	if _, err := h.svc.PutProducts(context.Background(), "", all); err != nil {
		return nil, err
	}
	if s.db, err = localdb.Open(context.Background(), localdb.Options{Dir: dir}); err != nil {
		return nil, err
	}
	s.r, err = s.db.NewReader()
	return s, err
}

func (s *holder) close() error { return errors.Join(s.r.Close(), s.db.Close()) }

// readAll reads the feed from its beginning, as a station does.
func (s *holder) readAll() error {
	write := func(do func(tx *localdb.Tx) error) error {
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}
	if err := write(func(tx *localdb.Tx) error { return tx.Repull(1) }); err != nil {
		return err
	}
	for s.cursor = 0; ; {
		page, err := s.svc.Feed(context.Background(), s.id, s.cursor, 200, 0)
		if err != nil {
			return err
		}
		err = write(func(tx *localdb.Tx) error {
			_, err := tx.ApplyFeed(page.Rows, page.Next, page.Timeline)
			return err
		})
		if s.cursor = page.Next; err != nil || page.UpToDate {
			return errors.Join(err, write(func(tx *localdb.Tx) error { _, err := tx.FeedRead(); return err }))
		}
	}
}
