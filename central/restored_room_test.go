package central

import "testing"

// Every carrier's numbers last for two dozen restores, and the distance that a restore takes
// by chance is so wide that two of them from one copy hardly ever meet.
func TestACarriersNumbersLastForDozensOfRestores(t *testing.T) {
	for id, c := range carriers {
		if worst := 24 * (skipMargin + c.skip()); worst > c.room() {
			t.Errorf("%s: %d numbers, 24 restores pass over %d", id, c.room(), worst)
		}
		if c.skip() < skipMargin || c.skip() < c.room()/100 {
			t.Errorf("%s: a distance below %d of %d numbers", id, c.skip(), c.room())
		}
		if c.form.Number(c.start+c.room()-1) == "" || c.form.Number(c.start+c.room()) != "" {
			t.Errorf("%s has not %d numbers", id, c.room())
		}
	}
}
