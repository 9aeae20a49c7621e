package records

import (
	"time"

	"pickstation/central"
	"pickstation/order"
)

// Parked lists events that no program could read so far, in the order of their logs.
func (c *Handle) Parked(logNo int64, seq uint64, limit int) (all []central.ParkedEvent, err error) {
	err = c.Each(`SELECT logs.id, logs.station, events.log_no, events.seq, events.hash, events.received_ms, events.why, events.body
		FROM events JOIN logs ON logs.no = events.log_no
		WHERE events.outcome = 'parked' AND events.why IN ('unknown_event', 'newer_version', 'unreadable')
			AND (events.log_no > ? OR events.log_no = ? AND events.seq > ?)
		ORDER BY events.log_no, events.seq LIMIT ?`, []any{logNo, logNo, int64(seq), int64(limit)},
		func(scan func(...any) error) error {
			var p central.ParkedEvent
			var seq, received int64
			var hash []byte
			if err := scan(&p.Log, &p.Station, &p.LogNo, &seq, &hash, &received, &p.Why, &p.Body); err != nil {
				return err
			}
			p.Seq, p.ReceivedAt = uint64(seq), at(received)
			copy(p.Hash[:], hash)
			all = append(all, p)
			return nil
		})
	return all, err
}

// Settle notes what became of a parked event, unless that is known already.
func (c *Handle) Settle(e *central.ParkedEvent, typ order.EventType, shipment order.ShipmentID, outcome, why string) (bool, error) {
	n, err := c.Affected(`UPDATE events SET type = ?, shipment = ?, outcome = ?, why = ?
		WHERE log_no = ? AND seq = ? AND outcome = 'parked' AND why = ?`, typ, shipment, outcome, why, e.LogNo, int64(e.Seq), e.Why)
	return n > 0, err
}

// CloseExceptionOf closes the exception with a key, if it is open.
func (c *Handle) CloseExceptionOf(key, by string, t time.Time) error {
	var id int64
	ok, err := c.One("SELECT id FROM exceptions WHERE uniq = ? AND closed_ms = 0", []any{key}, &id)
	if err != nil || !ok {
		return err
	}
	return c.CloseException(id, by, t)
}
