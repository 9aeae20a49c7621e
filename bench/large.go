package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// A large warehouse (scenario 54): what a bench holds of it, and the bound of a verdict.
const (
	largeSKUs    = 100_000
	largePlaces  = 15_000
	largeParcels = 5_000
	verdictMS    = 15
)

// verdictLarge is a scan's wait for its commit in a large warehouse, over a mix of what
// a bench scans: right goods, wrong goods of other orders and of the catalogue, places,
// orders, totes, symbols, commands and rubbish.
func verdictLarge(e *env) (_ []result, err error) {
	dir := filepath.Join(e.tmp, "large")
	if err := fillLarge(dir); err != nil {
		return nil, fmt.Errorf("stock a large warehouse: %w", err)
	}
	d, err := openDesk(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	rng := mrand.New(mrand.NewPCG(54, 1))
	var waits []time.Duration
	for range e.rounds(3000) {
		o, err := d.scan(largeText(rng, d))
		if err != nil {
			return nil, err
		}
		waits = append(waits, o.Waited)
	}
	return []result{of("verdict_large_p50", millis(percentile(waits, 50)), "ms", verdictMS),
		of("verdict_large_p99", millis(percentile(waits, 99)), "ms", verdictMS),
		of("verdict_large_max", millis(percentile(waits, 100)), "ms", 0)}, nil
}

// largeText is what is scanned next.
func largeText(rng *mrand.Rand, d *desk) string {
	sku := func() string { return order.CodeKey(fmt.Sprintf("69%011d", rng.IntN(largeSKUs))) }
	switch k := rng.IntN(20); {
	case k < 9:
		if v := d.loop.View(); v.Work != nil && v.Work.Current != nil {
			return v.Work.Current.Codes[0].Key
		}
		return fmt.Sprintf("L%05d", rng.IntN(largeParcels))
	case k < 12:
		return sku()
	case k < 13:
		return fmt.Sprintf("P-%05d", rng.IntN(largePlaces))
	case k < 14:
		return fmt.Sprintf("L%05d", rng.IntN(largeParcels))
	case k < 15:
		return fmt.Sprintf("TOTE-L%05d", rng.IntN(largeParcels))
	case k < 16:
		return "]d201" + sku() + "17301231" + "10LOT" + fmt.Sprint(rng.IntN(100))
	case k < 17:
		return "PS:UNDO"
	case k < 18:
		return "PS:QUEUE"
	case k < 19:
		return "SFL" + fmt.Sprintf("%05d", rng.IntN(largeParcels))
	}
	return strings.Repeat("X", 1+rng.IntN(60))
}

// fillLarge makes the data folder.
func fillLarge(dir string) error {
	rows, err := stocked(dir)
	if err != nil {
		return err
	}
	place := func(n int) order.LocationID { return order.LocationID(fmt.Sprintf("P-%05d", n%largePlaces)) }
	for n := range largePlaces {
		rows = append(rows, row(wire.RowLocation, string(place(n)), order.Location{ID: place(n), Walk: n}))
	}
	code := func(n int) []order.ItemCode { return []order.ItemCode{{Key: order.CodeKey(fmt.Sprintf("69%011d", n))}} }
	for n := range largeSKUs {
		sku := fmt.Sprintf("SKU-%d", n)
		rows = append(rows, row(wire.RowProduct, sku, order.Product{SKU: order.SKU(sku), Name: order.Names{ZH: "海南贵妃芒果", EN: "Hainan mango"},
			Codes: code(n), Home: place(n)}))
	}
	for n := range largeParcels {
		s := shipment(fmt.Sprintf("L%05d", n), 6, 3)
		s.Tote = "TOTE-" + string(s.ID)
		for i := range s.Lines {
			sku := (n*977 + i*131) % largeSKUs
			l := &s.Lines[i]
			l.SKU, l.Codes, l.Location = order.SKU(fmt.Sprintf("SKU-%d", sku)), code(sku), place(sku)
		}
		rows = append(rows, work(s))
	}
	return apply(dir, rows)
}

// stocked are the rows without which no bench works, for a new data folder.
func stocked(dir string) ([]wire.FeedRow, error) {
	key, err := localdb.EnsureBoxKey(dir)
	if err != nil {
		return nil, err
	}
	sealed, err := box.SealAnonymous(nil, badgeKey, &key.Public, rand.Reader)
	if err != nil {
		return nil, err
	}
	return []wire.FeedRow{row(wire.RowPolicy, "policy", wire.Policy{Policy: order.DefaultPolicy(), BadgeKey: sealed}),
		row(wire.RowOperator, "op1", order.Operator{ID: "op1", Name: "Li Lei", Lang: "en", Roles: []order.Role{order.RolePicker},
			BadgeHash: order.BadgeHash(badgeKey, badge)}), work(benchShipment())}, nil
}

// apply stores feed rows in a new database.
func apply(dir string, rows []wire.FeedRow) error {
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: dir})
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].FS = int64(i + 1)
	}
	const part = 10_000
	for from := 0; err == nil && from < len(rows); from += part {
		upTo := min(from+part, len(rows))
		var tx *localdb.Tx
		if tx, err = db.Begin(); err == nil {
			if _, err = tx.ApplyFeed(rows[from:upTo], int64(upTo), 1); err == nil {
				err = tx.Commit()
			} else {
				err = errors.Join(err, tx.Rollback())
			}
		}
	}
	return errors.Join(err, db.Close())
}

// resumeMS bounds how long a killed bench takes to show its screen again.
const resumeMS = 1000

// resume kills the real program in the middle of an order and starts it again: from the
// start until the same order is on the screen.
func resume(e *env) (_ []result, err error) {
	dir, err := e.folder(fewEvents)
	if err != nil {
		return nil, err
	}
	d, err := openDesk(dir) // leaves its order on the bench
	if err != nil {
		return nil, err
	}
	if err := d.close(); err != nil {
		return nil, err
	}
	var list []time.Duration
	for range e.rounds(20) {
		s, err := e.run(dir, e.tmp)
		if err != nil {
			return nil, err
		}
		at, err := s.shows("code " + item(0)) // the line that it stood at
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		list = append(list, at.Sub(s.began))
		if err := s.kill(); err != nil {
			return nil, err
		}
	}
	return []result{of("resume_after_kill_p50", millis(percentile(list, 50)), "ms", resumeMS),
		of("resume_after_kill_max", millis(percentile(list, 100)), "ms", resumeMS)}, nil
}

// kill ends the program without a word to it.
func (s *screen) kill() error {
	err := s.cmd.Process.Signal(syscall.SIGKILL)
	for range s.chunks { // until the terminal is closed
	}
	_ = s.cmd.Wait() // ended by the signal
	return errors.Join(err, s.tty.Close())
}
