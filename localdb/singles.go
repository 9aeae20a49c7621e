package localdb

import "pickstation/order"

// fewSingles is up to how many shipments of one code are sorted; above that they are so
// common that a walk along the queue meets one soon.
const fewSingles = 512

const wantsOne = `s.open = 1 AND s.lines = 1 AND s.stop = '' AND s.cancelled = 0 AND (s.owner = '' OR s.owner = ?)
	AND (l.qty-l.picked-l.short > 0 OR l.packed < l.picked) ORDER BY s.priority DESC, s.promise, s.cold DESC, s.sid LIMIT ?`

// Singles returns open shipments of one line that still wants goods of that key and that
// nobody but the operator works on, the most urgent first: priority, promise, age.
func (db *DB) Singles(key string, op order.OperatorID, limit int) (ids []order.ShipmentID, err error) {
	r, err := db.w.one("SELECT count(*) FROM (SELECT 1 FROM codes WHERE key = ? AND rank = ? LIMIT ?)", key, int64(rankItem), int64(fewSingles+1))
	if err != nil || r == nil || r.int(0) == 0 {
		return nil, err
	}
	from := "codes c CROSS JOIN shipments s ON s.sid = c.sid"
	if r.int(0) > fewSingles {
		from = "shipments s CROSS JOIN codes c ON c.sid = s.sid"
	}
	err = db.w.query("SELECT s.id FROM "+from+" CROSS JOIN lines l ON l.sid = c.sid AND l.no = c.no WHERE c.key = ? AND c.rank = ? AND "+wantsOne,
		func(r row) error {
			ids = append(ids, order.ShipmentID(r.text(0)))
			return nil
		}, key, int64(rankItem), string(op), int64(limit))
	return ids, err
}
