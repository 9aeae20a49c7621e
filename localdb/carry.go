package localdb

import (
	"slices"
	"time"

	"pickstation/order"
)

// Unbox opens what the centre sealed to this station's key.
func (r *Reader) Unbox(sealed []byte) ([]byte, error) { return r.box.open(sealed) }

// WordAt notes the centre's word of a time by its own clock, which was carried here. A
// word that is older than the one known changes nothing.
func (tx *Tx) WordAt(at time.Time) error {
	db := tx.db
	age := max(fromMillis(db.now()).Sub(at), 0)
	known, ok, err := db.Word()
	if err != nil || at.IsZero() || ok && known <= age {
		return err
	}
	return tx.exec("UPDATE sync SET word=?, word_mono=?, word_boot=?",
		millis(db.clock.Wall().Add(-age)), db.clock.Mono()-age.Milliseconds(), db.clock.Boot)
}

// LastHere returns the number of the last event of a log that is in the database, whether it
// counts or was issued again in a later log; 0 where there is none.
func (r *Reader) LastHere(id order.LogID) (last uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err = r.inRead(func() error {
		b, err := readLogs(r.c)
		i := slices.IndexFunc(b.all, func(l Log) bool { return l.ID == id })
		if err != nil || i < 0 {
			return err
		}
		l, end := &b.all[i], b.end()
		if i+1 < len(b.all) {
			end = b.all[i+1].FirstLSN
		}
		v, err := r.c.one("SELECT seq FROM events WHERE lsn >= ? AND lsn < ? AND log = ? ORDER BY lsn DESC LIMIT 1", l.FirstLSN, end, l.No)
		if err == nil && v != nil {
			last = uint64(v.int(0))
		}
		return err
	})
	return last, err
}
