package central

import (
	"context"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Push takes a range of a station's event log in one transaction: append, apply,
// timelines, exceptions, feed. Sending it again changes nothing. Of a station that was
// revoked meanwhile nothing is taken (code certificate_revoked).
func (s *Service) Push(ctx context.Context, station order.StationID, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	return s.takePush(ctx, station, h, bodies, lockWorking)
}

// takePush is Push of a station that lock admits.
func (s *Service) takePush(ctx context.Context, station order.StationID, h wire.PushHeader, bodies [][]byte,
	lock func(Tx, order.StationID) (*Station, error)) (wire.PushReply, error) {
	reply := wire.PushReply{Req: h.Req, ServerAt: s.now(), Next: wire.Next{MaxEvents: wire.MaxPushEvents, MaxBytes: wire.MaxPushBytes}}
	batch, refusal := ingest.Read(h, bodies)
	if refusal != nil {
		reply.Code, reply.Message = refusal.Code, refusal.Message
		err := s.store.Read(ctx, func(r Reader) (err error) {
			reply.Timeline, err = timeline(r)
			return err
		})
		s.count("pushes", string(reply.Code), 1)
		return reply, err
	}
	var results []wire.Result
	err := s.store.Write(ctx, func(tx Tx) error {
		results = results[:0]
		st, err := lock(tx, station)
		if err != nil {
			return err
		}
		return s.push(tx, st, batch, &reply, &results)
	})
	if err != nil {
		return reply, err
	}
	reply.Results, reply.ServerAt = results, s.now()
	s.count("pushes", string(reply.Code), 1)
	for _, r := range results {
		s.count("events", string(r.Outcome), 1)
	}
	return reply, nil
}

func (s *Service) push(tx Tx, st *Station, b *ingest.Batch, reply *wire.PushReply, results *[]wire.Result) (err error) {
	if reply.Timeline, err = s.timelinePast(tx, st, b.Header.Timeline); err != nil {
		return err
	}
	log, err := tx.LockLog(b.Header.Log)
	if err != nil {
		return err
	}
	if log == nil {
		log = &Log{ID: b.Header.Log, Station: st.ID, Hash: order.LogStart(b.Header.Log)}
	}
	if log.Station != st.ID {
		reply.Code, reply.At = wire.CodeFenced, b.Header.Base+1
		reply.Message = "this log belongs to another station"
		return nil
	}
	state, err := s.state(tx, log, reply.Timeline, b)
	if err != nil {
		return err
	}
	res := ingest.Step(state, b)
	reply.Code, reply.At, reply.End = res.Code, res.At, res.End
	reply.HWM, reply.HWMHash, reply.Stable = res.HWM, res.Hash, log.Stable
	if err := s.keep(tx, st, log, b.Header.SentAt, res, results); err != nil {
		return err
	}
	head, _, err := tx.FeedHead(st.Warehouse, st.ID)
	reply.Head = st.feedPlace(head)
	return err
}

// state loads what Step must know of the log.
func (s *Service) state(tx Tx, log *Log, tl int64, b *ingest.Batch) (ingest.State, error) {
	st := ingest.State{Timeline: tl, HWM: log.HWM, Hash: log.Hash, Closed: log.Closed, Known: map[order.FactID]bool{}}
	base, end := b.Header.Base, b.End()
	switch {
	case log.No > 0 && base == log.HWM: // what follows comes: the rule, which costs no question
		st.Stored = map[uint64]order.Hash{base: log.Hash}
	case log.No > 0 && base < log.HWM:
		var err error
		if st.Stored, err = tx.Hashes(log.No, base, min(end, log.HWM)); err != nil {
			return st, err
		}
	}
	if end <= log.HWM {
		return st, nil
	}
	elsewhere, err := tx.Reissued(log.ID, log.HWM+1, end)
	if err != nil {
		return st, err
	}
	for i := range b.Items {
		it := &b.Items[i]
		if it.Seq <= log.HWM {
			continue
		}
		fact := it.Fact(log.ID)
		known := elsewhere[fact]
		if it.Reissued() {
			if known, err = tx.HasFact(fact); err != nil {
				return st, err
			}
		}
		st.Known[fact] = st.Known[fact] || known
	}
	return st, nil
}

// keep stores what Step decided: events, mark, and their effects.
func (s *Service) keep(tx Tx, st *Station, log *Log, sent time.Time, res ingest.Result, results *[]wire.Result) error {
	now := s.now()
	for _, seq := range res.Same {
		*results = append(*results, wire.Result{Seq: seq, Outcome: wire.Duplicate})
	}
	if res.Close && !log.Closed {
		log.Closed = true
		if err := s.raise(tx, Exception{Key: "fork:" + string(log.ID), Code: ExcFork, Station: st.ID, Log: log.ID, Seq: res.At,
			Detail: "the log went on in two places; it was closed and goes on in a new one"}); err != nil {
			return err
		}
	}
	if len(res.Append) == 0 && !res.Close {
		return nil
	}
	log.HWM, log.Hash, log.LastAt = res.HWM, res.Hash, now
	if err := tx.PutLog(log); err != nil {
		return err
	}
	f := newFold(s, tx, st, log)
	f.clockOff, _ = s.ahead(sent)
	rows := make([]EventRow, len(res.Append))
	for i := range res.Append {
		r := &res.Append[i]
		if err := f.futureEvent(r); err != nil {
			return err
		}
		outcome, why, err := f.take(r)
		if err != nil {
			return err
		}
		rows[i] = EventRow{LogNo: log.No, Seq: r.Seq, Hash: r.Hash, Type: r.Event.Type, At: r.Event.Time(), ReceivedAt: now,
			Outcome: string(outcome), Why: why, Body: r.Body}
		if len(r.Event.Shipment) <= ingest.MaxTracked { // no index takes any length
			rows[i].Shipment = r.Event.Shipment
		}
		*results = append(*results, wire.Result{Seq: r.Seq, Outcome: outcome, Why: why})
	}
	if err := tx.AddEvents(rows); err != nil {
		return err
	}
	return f.finish()
}
