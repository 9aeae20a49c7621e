package central

import (
	"math/rand/v2"

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

// skipMargin is by how much a restored copy passes over numbers at least, and half of
// what it does at most. It is more than a centre gives out between two backups, and
// little enough for the shortest range (EMS, 80 million) to last dozens of restores.
const skipMargin = 1_000_000

// skipNumbers passes over every id and waybill number that the centre may have given
// out after the copy was made: they are in benches' logs, on boxes and with shops. A
// counter that the copy lacks is passed over too, for it may have begun since. Each
// counter takes a distance of its own, by chance, so that a second restore of the
// same copy does not walk over the numbers of the first one.
func skipNumbers(tx Tx) error {
	counters := []string{counterOrder, counterShipment, counterWave, counterReturn, counterTask, counterKey, counterInstruction, counterException}
	for _, id := range carrierIDs() {
		counters = append(counters, counterNumbers(id))
	}
	for _, c := range counters {
		if _, err := tx.Next(c, skipMargin+rand.Int64N(skipMargin)); err != nil {
			return err
		}
	}
	return nil
}
