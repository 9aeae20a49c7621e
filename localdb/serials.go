package localdb

import (
	"slices"

	"pickstation/order"
)

// putSerial stores whether a line holds the unit that an event was about.
func (tx *Tx) putSerial(sid int64, l *order.Line, serial string) error {
	switch {
	case serial == "":
		return nil
	case slices.Contains(l.Serials, serial):
		return tx.exec("INSERT OR IGNORE INTO serials VALUES(?,?,?)", serial, sid, l.No)
	}
	return tx.exec("DELETE FROM serials WHERE serial=? AND sid=? AND no=?", serial, sid, l.No)
}

// Holders returns the shipments that a unit with that serial was picked for and not taken
// out of again, the latest first; what was cancelled or taken away before its hand-over holds
// nothing.
func (db *DB) Holders(sku order.SKU, serial string, limit int) ([]order.ShipmentID, error) {
	return db.ids(`SELECT DISTINCT s.id FROM serials n CROSS JOIN lines l ON l.sid = n.sid AND l.no = n.no CROSS JOIN shipments s ON s.sid = n.sid
		WHERE n.serial = ? AND l.sku = ? AND (s.done > 0 OR s.gone = 0 AND s.cancelled = 0) ORDER BY s.sid DESC LIMIT ?`, serial, string(sku), int64(limit))
}
