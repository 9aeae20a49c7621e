package localdb

import (
	"time"
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
