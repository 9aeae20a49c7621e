package central

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// blockSize is how many numbers a station gets at once. It has at least half as many
// left for each carrier of its work: the extra parcels of a long day without network.
const blockSize = 50

// block names a range of a carrier's numbers as it stands in the feed: everything of
// it is in its id, so that it needs no place of its own in the store.
type block struct {
	log      order.LogID
	carrier  order.CarrierID
	from, to int64 // of the carrier's counter, inclusive
}

func (b block) id() string { return fmt.Sprintf("%s.%s.%d-%d", b.log, b.carrier, b.from, b.to) }

func parseBlock(id string) (b block, ok bool) {
	log, rest, _ := strings.Cut(id, ".")
	carrier, span, _ := strings.Cut(rest, ".")
	from, to, _ := strings.Cut(span, "-")
	var err1, err2 error
	b.log, b.carrier = order.LogID(log), order.CarrierID(carrier)
	b.from, err1 = strconv.ParseInt(from, 10, 64)
	b.to, err2 = strconv.ParseInt(to, 10, 64)
	return b, err1 == nil && err2 == nil && b.id() == id
}

// grantBlocks gives a station's newest log numbers of the carriers of its work where
// it runs short. What was granted less what the station says it has used is what it
// has, whether or not the block has arrived yet.
func (s *Service) grantBlocks(tx Tx, st *Station, hb *wire.Heartbeat, ids []order.CarrierID) error {
	log, err := tx.NewestLog(st.ID)
	if err != nil || log == nil || log.Closed || log.ID != hb.Log {
		return err
	}
	for _, id := range ids {
		meta := "block " + string(log.ID) + " " + string(id)
		text, err := tx.Meta(meta)
		if err != nil {
			return err
		}
		granted, _ := strconv.ParseInt(text, 10, 64) // "" is none
		used := max(hb.Used[id], 0)
		if granted-used >= blockSize/2 {
			continue
		}
		first, err := tx.Take(counterNumbers(id), blockSize)
		if err != nil {
			return err
		}
		b := block{log: log.ID, carrier: id, from: first, to: first + blockSize - 1}
		if carriers[id].form.Number(carriers[id].start+b.to) == "" {
			continue // the carrier's range is used up: prints are parked, none is invented
		}
		if err := tx.SetMeta(meta, strconv.FormatInt(max(granted, used)+blockSize, 10)); err != nil {
			return err
		}
		if err := tx.Emit(st.Warehouse, st.ID, string(wire.RowBlock), b.id()); err != nil {
			return err
		}
		s.count("blocks", string(id), 1)
	}
	return nil
}

// carriersOf lists the carriers of shipments that are worked on and whose numbers the
// centre gives out.
func carriersOf(all []Held) (ids []order.CarrierID) {
	for i := range all {
		id := all[i].Carrier
		if _, ok := carriers[id]; ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// blockBody makes the body of a block's row; nil for a block of a log that is no more
// written to.
func (s *Service) blockBody(r Reader, st *Station, id string) (json.RawMessage, error) {
	b, ok := parseBlock(id)
	c, known := carriers[b.carrier]
	if !ok || !known {
		return nil, nil
	}
	log, err := r.NewestLog(st.ID)
	if err != nil || log == nil || log.ID != b.log {
		return nil, err
	}
	return json.Marshal(order.NumberBlock{ID: id, Log: b.log, Carrier: b.carrier, NumberForm: c.form,
		From: c.start + b.from, To: c.start + b.to})
}

// leased says whether a number that the centre has not stored may be of a block: it
// has the carrier's form, and the counter is past it. A block that was given out after
// the copy from which the centre was restored is among those, for the counter has
// skipped it.
func leased(tx Tx, id order.CarrierID, number string) (bool, error) {
	c, ok := carriers[id]
	if !ok {
		return false, nil
	}
	serial, ok := c.form.Serial(number)
	if !ok || serial <= c.start {
		return false, nil
	}
	next, err := tx.Next(counterNumbers(id), 0)
	return serial-c.start < next, err
}
