package localdb

import (
	"encoding/json"
	"fmt"
	"time"

	"pickstation/order"
)

// lookalikesFor is how long a pair of goods is remembered after it was mixed up last.
const lookalikesFor = 180 * 24 * time.Hour

// countMixup keeps count of the goods that a refused scan mixed up. An event that is
// issued again was counted when it happened.
func (tx *Tx) countMixup(e *order.Event) error {
	want, saw, ok := e.Mixup()
	if !ok || e.Orig != nil {
		return nil
	}
	return tx.exec(`INSERT INTO lookalikes(want, saw, n, last) VALUES(?,?,1,?)
		ON CONFLICT DO UPDATE SET n = n + 1, last = max(last, excluded.last)`, string(want), string(saw), e.At)
}

// mixups selects the counted pairs of the events of a log between two rows; ? are its
// number, the first and the last row.
const mixups = `SELECT json_extract(CAST(body AS TEXT), '$.want') want, json_extract(CAST(body AS TEXT), '$.saw') saw, at
	FROM events WHERE log = ? AND lsn BETWEEN ? AND ? AND type = 'refused' AND json_extract(CAST(body AS TEXT), '$.saw') IS NOT NULL`

// keepMixups moves the counts of events that are about to be deleted from those that can
// be counted again to those that cannot.
func (tx *Tx) keepMixups(log, first, last int64) error {
	err := tx.exec(`INSERT INTO lookalikes(want, saw, gone, last) SELECT want, saw, count(*), max(at) FROM (`+mixups+`)
		WHERE want IS NOT NULL AND want <> saw GROUP BY want, saw
		ON CONFLICT DO UPDATE SET n = max(n - excluded.gone, 0), gone = gone + excluded.gone`, log, first, last)
	if err != nil {
		return fmt.Errorf("keep look-alikes: %w", err)
	}
	return nil
}

// RebuildLookAlikes counts the pairs again from the events that are there, on top of what
// deleted events had counted. It gives what was there before.
func (tx *Tx) RebuildLookAlikes() error {
	if err := tx.exec("UPDATE lookalikes SET n = 0"); err != nil {
		return err
	}
	for _, l := range tx.db.logs.all {
		err := tx.exec(`INSERT INTO lookalikes(want, saw, n, last) SELECT want, saw, count(*), max(at) FROM (`+mixups+`)
			WHERE want IS NOT NULL AND want <> saw GROUP BY want, saw
			ON CONFLICT DO UPDATE SET n = n + excluded.n, last = max(last, excluded.last)`, l.No, l.lsn(l.Base+1), l.lsn(l.Last))
		if err != nil {
			return fmt.Errorf("count look-alikes of log %s: %w", l.ID, err)
		}
	}
	return tx.exec("DELETE FROM lookalikes WHERE n = 0 AND gone = 0")
}

// Twins returns the goods that a SKU was mixed up with, the most often first; at most
// limit of them. Pairs that were not mixed up for half a year are forgotten.
func (db *DB) Twins(sku order.SKU, limit int) (list []order.Twin, err error) {
	since := db.now() - lookalikesFor.Milliseconds()
	err = db.w.query(`SELECT other, sum(n), (SELECT body FROM products WHERE sku = other) FROM (
			SELECT saw other, n + gone n FROM lookalikes WHERE want = ?1 AND last >= ?2
			UNION ALL SELECT want, n + gone FROM lookalikes WHERE saw = ?1 AND last >= ?2)
		GROUP BY other ORDER BY sum(n) DESC, other LIMIT ?3`, func(r row) error {
		t := order.Twin{SKU: order.SKU(r.text(0)), N: int(r.int(1))}
		if body := r.blob(2); len(body) > 0 {
			var p order.Product
			if err := json.Unmarshal(body, &p); err != nil {
				return fmt.Errorf("read product: %w", err)
			}
			t.Name = p.Name
		}
		list = append(list, t)
		return nil
	}, string(sku), since, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read look-alikes: %w", err)
	}
	return list, nil
}
