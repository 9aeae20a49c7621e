package records

import "pickstation/central"

// Waves lists waves, the latest first. They are settings of the store: a wave is written
// when it is made, given to a bench and taken apart, and read by its id.
func (c *Handle) Waves(before string, limit int) ([]*central.Wave, error) {
	end := "wave;" // behind all that begin with "wave:"
	if before != "" {
		end = "wave:" + before
	}
	return Docs[central.Wave](c, "SELECT value FROM meta WHERE name > 'wave:' AND name < ? ORDER BY name DESC LIMIT ?", end, Limit(limit))
}

// HoldWave returns a wave; the single writer holds all of them.
func (c *Handle) HoldWave(id string) (w *central.Wave, held bool, err error) {
	w, err = Doc[central.Wave](c, WaveByID, "wave:"+id)
	return w, err == nil, err
}

// WaveByID finds a wave by the name of its setting.
const WaveByID = "SELECT value FROM meta WHERE name = ?"
