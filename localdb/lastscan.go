package localdb

import (
	"fmt"

	"pickstation/order"
)

// lastScanBack is how many of the newest events are searched for each scanner's last
// scan. A scanner repeats itself within seconds; other scanners do not fill that many.
const lastScanBack = 2000

// LastScans returns the newest stored scan of each scanner among the newest events, and
// of each whose packets are kept, with how far its answer has come.
func (db *DB) LastScans() ([]order.LastScan, error) {
	found := map[order.DeviceID]*order.LastScan{}
	rows := map[order.DeviceID]int64{} // where each was found
	marks := map[order.DeviceID]order.AnswerMark{}
	take := func(r row) error {
		e, err := storedEvent(r.blob(0), r.blob(1))
		if err != nil {
			return nil //nolint:nilerr // a check of the log tells of it
		}
		if e.Device == "" || e.Frame == 0 || e.Source != order.Scanned || found[e.Device] != nil {
			return nil
		}
		found[e.Device] = &order.LastScan{Device: e.Device, Event: e.Hash, Code: e.Code, Verdict: e.Verdict}
		rows[e.Device] = r.int(2)
		marks[e.Device] = db.receipts.mark(e.Device, e.Hash)
		if e.Orig != nil && marks[e.Device] == order.AnswerNone { // issued again since it was answered
			marks[e.Device] = db.receipts.mark(e.Device, e.Orig.Hash)
		}
		return nil
	}
	if err := db.w.query("SELECT body, hash, lsn FROM events WHERE lsn < ? ORDER BY lsn DESC LIMIT ?", take, db.logs.end(), int64(lastScanBack)); err != nil {
		return nil, fmt.Errorf("find the last scans: %w", err)
	}
	type kept struct {
		device order.DeviceID
		packet []byte
		lsn    int64
	}
	var packets []kept
	err := db.w.query("SELECT device, packet, lsn FROM packets", func(r row) error {
		packets = append(packets, kept{order.DeviceID(r.text(0)), r.blob(1), db.logs.follow(r.int(2))})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find the last packets: %w", err)
	}
	for _, p := range packets {
		if found[p.device] == nil { // further back than was searched
			if err := db.w.query("SELECT body, hash, lsn FROM events WHERE lsn = ?", take, p.lsn); err != nil {
				return nil, fmt.Errorf("find the event of a packet: %w", err)
			}
		}
		if s := found[p.device]; s != nil && rows[p.device] == p.lsn {
			s.Packet = p.packet
		}
	}
	out := make([]order.LastScan, 0, len(found))
	for _, s := range found {
		s.Answer = marks[s.Device]
		out = append(out, *s)
	}
	return out, nil
}

// PutPacket remembers the fingerprint of the packet in which a scanner's scan came, in
// the transaction of that scan; e is the scan's stored event.
func (tx *Tx) PutPacket(device order.DeviceID, packet []byte, e *order.Event) error {
	return tx.exec("INSERT INTO packets VALUES(?,?,?) ON CONFLICT DO UPDATE SET packet=excluded.packet, lsn=excluded.lsn",
		string(device), packet, tx.db.logs.cur().lsn(e.Seq))
}
