package localdb

import (
	"encoding/json"

	"pickstation/order"
)

// pickupKey is the code under which a shipment's pickup hash is found.
func pickupKey(hash string) string { return order.CodeKey("pickup " + hash) }

// Pickups returns the shipments that a buyer's pickup code opens, or has opened: those
// that are still here first. Without the key to which the warehouse's badge key is sealed
// no code is known.
func (db *DB) Pickups(code string, limit int) ([]order.ShipmentID, error) {
	key, err := db.badgeKey()
	if err != nil || len(key) == 0 {
		return nil, err
	}
	return db.ids(`SELECT s.id FROM codes c JOIN shipments s ON s.sid = c.sid WHERE c.key = ? AND (s.gone = 0 OR s.done > 0)
		ORDER BY s.done > 0, s.sid DESC LIMIT ?`, pickupKey(order.PickupHash(key, code)), int64(limit))
}

// putFetched stores that the buyer has the parcels of a shipment.
func (tx *Tx) putFetched(sid int64, s *order.Shipment) error {
	if s.Fetched == nil {
		return nil
	}
	body, err := json.Marshal(s.Fetched)
	if err != nil {
		return err
	}
	return tx.exec("UPDATE shipments SET fetched=? WHERE sid=?", string(body), sid)
}
