package localdb

import "fmt"

// What was stored while the computer's clock was ahead bears days that have not come.
// Deleting what is old would wait for those days. Once the centre has told the time it is
// known which they are.

// latest is the latest moment that can be, ms.
func (db *DB) latest() int64 { return db.centre.Latest() }

// lastDay is the latest day that can be.
func (db *DB) lastDay() string {
	if latest := db.latest(); latest != farFuture {
		return dayOf(fromMillis(latest))
	}
	return "9999-12-31"
}

// redate lets hand-overs, and what was heard of parcels that buyers fetch, that lie in the
// future count as of now.
func (tx *Tx) redate() error {
	latest := tx.db.latest()
	if latest == farFuture {
		return nil
	}
	now := tx.db.now()
	for _, text := range []string{"UPDATE shipments SET done=? WHERE done > ?", "UPDATE shipments SET gone=? WHERE gone > ?",
		"UPDATE pickups SET at=? WHERE at > ?", "UPDATE tasks SET at=? WHERE open = 0 AND at > ?"} {
		if err := tx.exec(text, now, latest); err != nil {
			return fmt.Errorf("date what was handed over under a clock ahead: %w", err)
		}
	}
	return nil
}

// lastOld returns the last row from first to end of a log that may be pruned, 0 for none:
// all up to it are older than before. An event of the future was stored under a clock
// ahead and tells nothing; it is old once one that came after it is.
func (tx *Tx) lastOld(first, end, stable, before int64) (last int64, err error) {
	c, latest := tx.db.w, tx.db.latest()
	young, err := c.one("SELECT min(lsn) FROM events WHERE lsn BETWEEN ? AND ? AND at >= ? AND at <= ?", first, end, before, latest)
	if err != nil {
		return 0, err
	}
	if young[0] != nil {
		end = young.int(0) - 1
	} else if r, err := c.one("SELECT at FROM events WHERE lsn BETWEEN ? AND ? AND at <= ? ORDER BY lsn LIMIT 1", end, stable, latest); err != nil {
		return 0, err
	} else if r != nil && r.int(0) < before {
		return end, nil
	}
	r, err := c.one("SELECT lsn FROM events WHERE lsn BETWEEN ? AND ? AND at < ? ORDER BY lsn DESC LIMIT 1", first, end, before)
	if err != nil || r == nil {
		return 0, err
	}
	return r.int(0), nil
}
