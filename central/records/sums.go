package records

import (
	"fmt"

	"pickstation/order"
	"pickstation/sync/wire"
)

// owed are the references to what a station has to hold, by their kind: all of reference
// data, work while it is leased to the station, tasks while they are open.
var owed = []struct {
	kind wire.RowKind
	own  bool // the station's, not the warehouse's
	from string
}{
	{wire.RowProduct, false, "feed"},
	{wire.RowLocation, false, "feed"},
	{wire.RowOperator, false, "feed"},
	{wire.RowFlow, false, "feed"},
	{wire.RowPolicy, false, "feed"},
	{wire.RowInstruction, true, "feed"},
	{wire.RowWork, true, "feed JOIN shipments ON shipments.id = feed.id AND shipments.lease_station = feed.station"},
	{wire.RowTask, false, "(SELECT id AS task FROM tasks WHERE open = 1) AS due JOIN feed ON feed.id = due.task"},
}

// FeedSums adds up, as wire.Sum does, the references to what a station has to hold.
func (c *Handle) FeedSums(warehouse string, station order.StationID, past int64) (wire.Sums, error) {
	sums := wire.Sums{}
	for _, h := range owed {
		of, s := station, wire.Sum{}
		if !h.own {
			of = ""
		}
		_, err := c.One(fmt.Sprintf(`SELECT count(*), CAST(coalesce(sum(fs + %[3]d), 0) AS BIGINT), CAST(coalesce(sum(((fs + %[3]d) %% %[1]d) * ((fs + %[3]d) %% %[1]d) %% %[1]d), 0) AS BIGINT)
			FROM %[2]s WHERE feed.warehouse = ? AND feed.station = ? AND feed.kind = ?`, int64(wire.SumPrime), h.from, past),
			[]any{warehouse, of, string(h.kind)}, &s.N, &s.Places, &s.Squares)
		if err != nil {
			return nil, err
		}
		sums[h.kind] = s.String()
	}
	return sums, nil
}
