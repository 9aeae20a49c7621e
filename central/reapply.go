package central

import (
	"context"
	"errors"
	"fmt"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// parkedPage is how many parked events are looked at at once.
const parkedPage = 200

// errSettled says that another process has applied a parked event meanwhile.
var errSettled = errors.New("the event was settled meanwhile")

// Reapply applies events that older programs stored without being able to read them, of a
// kind or layout that this one knows, and returns how many there were. Each is applied
// once, with the number and place that it has, late: what a person did about it in the
// meantime stands, and where it does not fit, one is told as of any other event.
func (s *Service) Reapply(ctx context.Context) (applied int, err error) {
	var logNo int64
	var seq uint64
	for {
		var page []ParkedEvent
		err := s.store.Read(ctx, func(r Reader) (err error) {
			page, err = r.Parked(logNo, seq, parkedPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return applied, err
		}
		for i := range page {
			e := &page[i]
			logNo, seq = e.LogNo, e.Seq
			it := ingest.ReadItem(e.Seq, e.Hash, e.Body)
			if !readable(&it) {
				continue
			}
			switch err := s.store.Write(ctx, func(tx Tx) error { return s.reapply(tx, e, &it) }); {
			case err == nil:
				applied++
			case !errors.Is(err, errSettled):
				return applied, fmt.Errorf("apply event %d of log %s: %w", e.Seq, e.Log, err)
			}
		}
	}
}

// readable says whether this program knows what an event is.
func readable(it *ingest.Item) bool {
	if it.Bad != "" {
		return false
	}
	e := it.Event
	return order.Apply(&order.Shipment{}, order.StandardFlow(), &e).Anomaly != order.AnomalyUnknown
}

func (s *Service) reapply(tx Tx, e *ParkedEvent, it *ingest.Item) error {
	log, err := tx.LockLog(e.Log)
	if err != nil {
		return err
	}
	st, err := tx.Station(e.Station)
	if err != nil {
		return err
	}
	if log == nil || st == nil {
		return errSettled
	}
	row := &ingest.Row{Item: it, Fact: it.Fact(e.Log)}
	if it.Reissued() && e.Why == ingest.WhyUnreadable { // its first identity could not be read either
		if row.Duplicate, err = tx.HasFact(row.Fact); err != nil {
			return err
		}
	}
	f := newFold(s, tx, st, log)
	outcome, why, err := f.take(row)
	if err != nil {
		return err
	}
	switch fresh, err := tx.Settle(e, it.Event.Type, it.Event.Shipment, string(outcome), why); {
	case err != nil:
		return err
	case !fresh:
		return errSettled
	}
	for _, key := range []string{exceptionKey(e.Why, e.Log, e.Seq), exceptionKeyOnce(e.Why, e.Log, unknownDetail(&it.Event))} {
		if err := tx.CloseExceptionOf(key, "centre", s.now()); err != nil {
			return err
		}
	}
	s.count("events", string(wire.Parked)+"_"+string(outcome), 1)
	return f.finish()
}

// exceptionKey is the key of an exception about one event.
func exceptionKey(code string, log order.LogID, seq uint64) string {
	return fmt.Sprintf("%s:%s:%d", code, log, seq)
}

// exceptionKeyOnce is that of one about all events of a log that say the same.
func exceptionKeyOnce(code string, log order.LogID, detail string) string {
	return fmt.Sprintf("%s:%s:%s", code, log, detail)
}

func unknownDetail(e *order.Event) string { return "event type " + order.EventCode(string(e.Type)) }
