package localdb

import (
	"encoding/json"
	"fmt"
	"time"

	"pickstation/order"
)

// addHandover notes a parcel that left, for the list that its driver signs.
func (tx *Tx) addHandover(s *order.Shipment, p *order.Parcel, at int64) error {
	name, err := json.Marshal(s.Carrier)
	if err != nil {
		return fmt.Errorf("note hand-over: %w", err)
	}
	cold, _ := ranked(s)
	return tx.exec("INSERT OR IGNORE INTO handovers(shipment, parcel, waybill, carrier, name, sort, weight_g, cold, at) VALUES(?,?,?,?,?,?,?,?,?)",
		string(s.ID), p.No, p.Waybill.Number, string(s.Carrier.ID), string(name), p.Waybill.Sort, p.WeightG, cold, at)
}

// Handed returns what each carrier took that no hand-over list names yet, the one that
// took something first before others.
func (db *DB) Handed() (list []order.Handed, err error) {
	err = db.w.query("SELECT name, count(*) FROM handovers WHERE manifest = '' GROUP BY carrier ORDER BY min(at), carrier", func(r row) error {
		h := order.Handed{Parcels: int(r.int(1))}
		if err := json.Unmarshal([]byte(r.text(0)), &h.Carrier); err != nil {
			return fmt.Errorf("read carrier: %w", err)
		}
		list = append(list, h)
		return nil
	})
	return list, err
}

// LastLists returns the hand-over lists of the newest request, each with the number of
// its latest print.
func (db *DB) LastLists() (list []order.Handed, err error) {
	err = db.w.query(`SELECT j.key, max(j.no), (SELECT count(*) FROM handovers h WHERE h.manifest = j.key)
		FROM print_jobs j WHERE j.kind = ?1 AND j.key <> '' AND j.key IN (SELECT key FROM print_jobs WHERE key <> '' AND kind = ?1 AND no = 1
			AND created = (SELECT created FROM print_jobs WHERE key <> '' AND kind = ?1 AND no = 1 ORDER BY id DESC LIMIT 1))
		GROUP BY j.key ORDER BY min(j.id)`, func(r row) error {
		list = append(list, order.Handed{Number: r.text(0), Prints: int(r.int(1)), Parcels: int(r.int(2))})
		return nil
	}, string(order.PaperManifest))
	return list, err
}

// Manifests returns how many hand-over lists have a number that begins so.
func (db *DB) Manifests(prefix string) (int, error) {
	r, err := db.w.one("SELECT count(*) FROM print_jobs WHERE key <> '' AND kind = ? AND no = 1 AND key >= ? AND key < ?",
		string(order.PaperManifest), prefix, prefix+"\U0010ffff")
	if err != nil {
		return 0, err
	}
	return int(r.int(0)), nil
}

// ManifestRows returns the parcels of a hand-over list in the order in which they left.
func (db *DB) ManifestRows(number string) (rows []order.HandedParcel, err error) {
	err = db.w.query("SELECT shipment, parcel, waybill, name, sort, weight_g, cold, at FROM handovers WHERE manifest = ? AND manifest <> '' ORDER BY at, shipment, parcel",
		func(r row) error {
			p := order.HandedParcel{Shipment: order.ShipmentID(r.text(0)), Parcel: int(r.int(1)), Waybill: r.text(2), Sort: r.text(4),
				WeightG: int(r.int(5)), Temp: []order.Temp{order.Ambient, order.Chilled, order.Frozen}[min(max(r.int(6), 0), 2)], At: fromMillis(r.int(7))}
			if err := json.Unmarshal([]byte(r.text(3)), &p.Carrier); err != nil {
				return fmt.Errorf("read carrier: %w", err)
			}
			rows = append(rows, p)
			return nil
		}, number)
	return rows, err
}

// purgeHandovers deletes what was handed over long ago, listed or not.
func (tx *Tx) purgeHandovers(before time.Time) error {
	return tx.exec("DELETE FROM handovers WHERE at < ?", millis(before))
}
