package localdb

import (
	"database/sql/driver"

	"pickstation/order"
)

// FreeWork returns open shipments with goods to pick that nobody works on and nothing
// stops, the most urgent first.
func (db *DB) FreeWork(limit int) ([]order.ShipmentID, error) {
	return db.ids(`SELECT id FROM shipments WHERE open = 1 AND owner = '' AND stop = '' AND cancelled = 0 AND stage = ?
		ORDER BY priority DESC, promise, cold DESC, sid LIMIT ?`, string(order.StageAwaitingPick), int64(limit))
}

// BatchOf returns the shipments of a batch that somebody still owns, in a fixed order.
func (db *DB) BatchOf(batch string) ([]order.ShipmentID, error) {
	if batch == "" {
		return nil, nil
	}
	return db.ids("SELECT id FROM shipments WHERE owner <> '' AND batch = ? AND batch <> '' AND gone = 0 ORDER BY sid", batch)
}

func (db *DB) ids(text string, args ...driver.Value) (ids []order.ShipmentID, err error) {
	err = db.w.query(text, func(r row) error {
		ids = append(ids, order.ShipmentID(r.text(0)))
		return nil
	}, args...)
	return ids, err
}

// putBatch stores the batch of a shipment, its tote or slot, and where that stands, with
// the codes by which the goods in it are found.
func (tx *Tx) putBatch(sid int64, s *order.Shipment) error {
	r, err := tx.db.w.one("SELECT batch, slot, tote, stands FROM shipments WHERE sid = ?", sid)
	if err != nil || r == nil || r.text(0) == s.Batch && r.text(1) == s.Slot && r.text(3) == string(s.Stands) {
		return err
	}
	slot, tote, stands := r.text(1), order.CodeKey(r.text(2)), r.text(3)
	if err := tx.exec("UPDATE shipments SET batch=?, slot=?, stands=? WHERE sid=?", s.Batch, s.Slot, string(s.Stands), sid); err != nil {
		return err
	}
	if err := tx.recode(sid, rankTote, slot, s.Slot, tote); err != nil {
		return err
	}
	return tx.recode(sid, rankLocation, stands, string(s.Stands), "")
}

// recode puts a code that leads to a shipment in place of another one, which stays where
// the plan has it, too.
func (tx *Tx) recode(sid int64, rank int, old, code, planned string) error {
	if old == code {
		return nil
	}
	var gone, come codes
	gone.add(old, rank, 0)
	come.add(code, rank, 0)
	if order.CodeKey(old) != planned {
		if err := tx.deleteCodes(sid, gone); err != nil {
			return err
		}
	}
	return tx.putCodes(sid, come)
}

// waveMode is how the wave of a shipment is worked, as the index shipments_wave has it;
// waveID which wave that is. A plan that is damaged is of no wave.
const (
	waveMode = "iif(json_valid(CAST(plan AS TEXT)), CAST(plan AS TEXT) ->> '$.wave.mode', NULL)"
	waveID   = "iif(json_valid(CAST(plan AS TEXT)), CAST(plan AS TEXT) ->> '$.wave.id', NULL)"
)

// WaveWork returns free shipments of waves of that mode, like FreeWork.
func (db *DB) WaveWork(m order.BatchMode, limit int) ([]order.ShipmentID, error) {
	return db.ids("SELECT id FROM shipments WHERE open = 1 AND owner = '' AND stop = '' AND cancelled = 0 AND stage = ? AND "+
		waveMode+" = ? ORDER BY priority DESC, promise, cold DESC, sid LIMIT ?",
		string(order.StageAwaitingPick), string(m), int64(limit))
}

// WaveLeft returns how many orders of a wave of single items are still to be picked here.
func (db *DB) WaveLeft(wave string) (int, error) {
	r, err := db.w.one("SELECT count(*) FROM shipments WHERE open = 1 AND cancelled = 0 AND stage = ? AND "+
		waveMode+" = ? AND "+waveID+" = ?", string(order.StageAwaitingPick), string(order.WaveSingle), wave)
	if err != nil {
		return 0, err
	}
	return int(r.int(0)), nil
}
