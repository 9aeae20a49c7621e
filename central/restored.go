package central

import (
	"maps"
	"slices"

	"pickstation/order"
)

// Counters that number what leaves the centre. The store has more of its own (logs,
// epochs, feeds), which nobody outside refers to once the timeline has changed.
const (
	counterOrder       = "order"
	counterShipment    = "shipment"
	counterWave        = "wave"
	counterReturn      = "return"
	counterTask        = "task"
	counterKey         = "key"
	counterInstruction = "instruction"
	counterException   = "exception" // taken by the store, see central/records
	counterCustoms     = "customs"   // refusals, for the keys of their exceptions; nobody outside knows them
)

// counterNumbers is the counter of a carrier's waybill numbers.
func counterNumbers(carrier order.CarrierID) string { return "number " + string(carrier) }

// skipMargin is by how much a restored copy passes over numbers at least. It is more than
// a centre gives out between two backups.
const skipMargin = 1_000_000

// A further distance is taken by chance, so that a second restore of the same copy does not
// walk over the numbers of the first one. It is as wide as the numbers allow: up to
// skipIDs, and for a carrier's numbers up to 1/skipShare of them, at least skipMargin. The
// shortest ranges (EMS, Royal Mail: 80 million and more) last dozens of restores.
const (
	skipIDs   = 16 * skipMargin
	skipShare = 64
)

func (c carrier) skip() int64 { return max(skipMargin, c.room()/skipShare) }

// skipNumbers passes over every id and waybill number that the centre may have given
// out after the copy was made: they are in benches' logs, on boxes and with shops. A
// counter that the copy lacks is passed over too, for it may have begun since.
func (s *Service) skipNumbers(tx Tx) error {
	wide := map[string]int64{}
	for _, c := range []string{counterOrder, counterShipment, counterWave, counterReturn, counterTask, counterKey, counterInstruction, counterException} {
		wide[c] = skipIDs
	}
	for id, c := range carriers {
		wide[counterNumbers(id)] = c.skip()
	}
	for _, c := range slices.Sorted(maps.Keys(wide)) { // in one order, for writers that meet
		if _, err := tx.Next(c, skipMargin+s.cfg.Chance(wide[c])); err != nil {
			return err
		}
	}
	return nil
}
