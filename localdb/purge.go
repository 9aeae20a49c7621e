package localdb

import (
	"errors"
	"fmt"
	"time"

	"pickstation/order"
)

// dayOf names the day of a time, in UTC.
func dayOf(t time.Time) string { return t.UTC().Format(dayFormat) }

// today is the day by the centre's clock.
func (db *DB) today() string {
	return dayOf(fromMillis(db.now()))
}

// putReceiver stores a sealed receiver, encrypted with the key of a day.
func (tx *Tx) putReceiver(id order.ShipmentID, day string, sealed []byte) error {
	b, err := tx.db.seal(day, id, sealed)
	if err != nil {
		return err
	}
	return tx.exec("INSERT INTO receivers(shipment, sealed, day) VALUES(?,?,?) ON CONFLICT DO UPDATE SET sealed=excluded.sealed, day=excluded.day",
		string(id), b, day)
}

// Purge deletes receivers of shipments that were handed over or taken away before a
// time, and the shipments that were taken away; at most max shipments. It returns how many.
func (tx *Tx) Purge(before time.Time, max int) (int, error) {
	if err := tx.redate(); err != nil {
		return 0, err
	}
	type old struct {
		sid  int64
		id   string
		gone bool
	}
	var list []old
	ms := millis(before)
	err := tx.db.w.query(`SELECT sid, id, gone FROM shipments WHERE gone > 0 AND gone < ?1
		UNION ALL SELECT sid, id, gone FROM shipments WHERE gone = 0 AND done > 0 AND done < ?1
			AND id IN (SELECT shipment FROM receivers) LIMIT ?2`, func(r row) error {
		list = append(list, old{r.int(0), r.text(1), r.int(2) > 0})
		return nil
	}, ms, int64(max))
	if err != nil {
		return 0, err
	}
	tx.feed = true
	if err := tx.purgeHandovers(before); err != nil {
		return 0, err
	}
	if err := errors.Join(tx.purgeTasks(ms), tx.purgePickups(ms)); err != nil {
		return 0, err
	}
	for _, o := range list {
		if err := tx.exec("DELETE FROM receivers WHERE shipment=?", o.id); err != nil {
			return 0, err
		}
		if !o.gone {
			continue
		}
		if err := tx.dropCodes(o.sid); err != nil {
			return 0, err
		}
		err := errors.Join(tx.exec("DELETE FROM shipments WHERE sid=?", o.sid),
			tx.exec("DELETE FROM print_jobs WHERE shipment=? AND state IN ('done','dropped')", o.id))
		if err != nil {
			return 0, err
		}
		delete(tx.db.sids, order.ShipmentID(o.id))
	}
	return len(list), nil
}

// Reseal encrypts receivers whose key is about to be destroyed (its day lies before that
// of before, or in the future) and that are still needed with another key: of the day on
// which the shipment was handed over, else of today. So no copy of the database tells a receiver
// longer than from the hand-over until the key of that day is destroyed. Receivers that
// cannot be opened any more are deleted. At most limit rows; it returns how many.
func (tx *Tx) Reseal(before time.Time, limit int) (int, error) {
	type old struct {
		id, day string
		sealed  []byte
		done    int64 // ms, hand-over or when it was taken away
	}
	var list []old
	err := tx.db.w.query(`SELECT r.shipment, r.day, r.sealed, coalesce(iif(s.gone > 0, s.gone, s.done), 0) FROM receivers r
		LEFT JOIN shipments s ON s.id = r.shipment WHERE r.day < ? OR r.day > ? LIMIT ?`, func(r row) error {
		list = append(list, old{r.text(0), r.text(1), append([]byte(nil), r.blob(2)...), r.int(3)})
		return nil
	}, dayOf(before), tx.db.lastDay(), int64(limit))
	if err != nil {
		return 0, fmt.Errorf("find old receivers: %w", err)
	}
	for _, o := range list {
		id, sealed := order.ShipmentID(o.id), o.sealed
		if o.day != "" {
			if sealed, err = tx.db.unsealDay(o.day, id, o.sealed); err != nil {
				var known *order.Error
				if !errors.As(err, &known) {
					return 0, err
				}
				if err := tx.exec("DELETE FROM receivers WHERE shipment=?", o.id); err != nil {
					return 0, err
				}
				continue
			}
		}
		day := tx.db.today()
		if o.done > 0 {
			day = max(dayOf(fromMillis(o.done)), dayOf(before))
		}
		if err := tx.putReceiver(id, day, sealed); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// DestroyKeys destroys the keys of the days before that of before, and of those in the
// future, once no receiver is stored under them, and returns how many. What was encrypted with them is unreadable
// from then on, in backups too.
func (db *DB) DestroyKeys(before time.Time) (n int, err error) {
	days, err := db.dayNames()
	if err != nil {
		return 0, fmt.Errorf("list keys: %w", err)
	}
	for _, day := range days {
		if day >= dayOf(before) && day <= db.lastDay() {
			continue
		}
		text := "SELECT 1 FROM receivers WHERE day = ? LIMIT 1"
		if day > db.lastDay() { // of a row that was parked just now, perhaps
			text = "SELECT 1 WHERE ?1 IN (SELECT day FROM receivers UNION ALL SELECT day FROM parked_rows)"
		}
		r, err := db.w.one(text, day)
		if err != nil {
			return n, fmt.Errorf("look for receivers of %s: %w", day, err)
		}
		if r != nil {
			continue
		}
		if err := db.destroy(day); err != nil {
			return n, fmt.Errorf("destroy the key of %s: %w", day, err)
		}
		n++
	}
	return n, nil
}
