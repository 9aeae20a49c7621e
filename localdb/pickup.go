package localdb

import (
	"encoding/json"
	"fmt"

	"pickstation/order"
	"pickstation/sync/wire"
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

// PickupPlaces returns where the parcels are that a buyer's pickup code opens, or has opened,
// at whatever bench of the warehouse; those that wait first, and the newest of them.
func (db *DB) PickupPlaces(code string, limit int) (list []order.PickupPlace, err error) {
	key, err := db.badgeKey()
	if err != nil || len(key) == 0 {
		return nil, err
	}
	err = db.w.query("SELECT body FROM pickups WHERE key = ? ORDER BY over, at DESC, id LIMIT ?", func(r row) error {
		var p order.PickupPlace
		if err := json.Unmarshal(r.blob(0), &p); err != nil {
			return fmt.Errorf("read pickup: %w", err)
		}
		list = append(list, p)
		return nil
	}, pickupKey(order.PickupHash(key, code)), int64(limit))
	return list, err
}

// PickupPlace returns where the parcels of an order are that its buyer fetches, or nil.
func (db *DB) PickupPlace(id order.ShipmentID) (p *order.PickupPlace, err error) {
	err = db.w.query("SELECT body FROM pickups WHERE id = ?", func(r row) error {
		p = &order.PickupPlace{}
		if err := json.Unmarshal(r.blob(0), p); err != nil {
			return fmt.Errorf("read pickup: %w", err)
		}
		return nil
	}, string(id))
	return p, err
}

// applyPickup stores where the parcels of an order are that its buyer fetches.
func (tx *Tx) applyPickup(body []byte) error {
	var p order.PickupPlace
	if err := decode(body, &p); err != nil {
		return err
	}
	if p.Shipment == "" || len(p.Shipment) > maxID || p.Hash == "" || len(p.Hash) > maxID {
		return bad("a pickup needs a shipment and the hash of its code")
	}
	return tx.exec("INSERT INTO pickups VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET key=excluded.key, over=excluded.over, at=excluded.at, body=excluded.body",
		string(p.Shipment), pickupKey(p.Hash), !p.Waits(), tx.db.now(), body)
}

// sweepPickups forgets orders that did not come with a feed that was begun again.
func (tx *Tx) sweepPickups() error {
	return tx.exec("DELETE FROM pickups WHERE "+notRead("pickups"), string(wire.RowPickup), tx.db.reading)
}

// purgePickups forgets orders that nobody waits for since a time.
func (tx *Tx) purgePickups(beforeMS int64) error {
	return tx.exec("DELETE FROM pickups WHERE over = 1 AND at < ?", beforeMS)
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
