package central

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// The feed. There is one counter per warehouse, a row that the transaction moves, so
// that numbers become visible in order and a cursor never passes one that is still on
// its way. What every station of the warehouse gets (catalogue, locations, operators,
// flows, policy) stands in it once; what is for one station (work, work gone,
// instructions) carries its name. A station reads both kinds merged by number, with
// one cursor. A reference is moved, not repeated, when its thing changes again, so
// that reading from 0 gives the latest of each. Bodies are made when they are read:
// they show the thing as it is, with Seen telling which of the station's own events
// that includes, and nothing personal is kept a second time.

// MaxFeedBytes ends a reply early when its rows are large.
const MaxFeedBytes = 4 << 20

// maxMarks is of how many logs of a station work says how far they are here. A station
// starts a new one only when it was restored or its disk was moved.
const maxMarks = 20

// MaxFeedWait is the longest long poll.
const MaxFeedWait = 60 * time.Second

// Feed returns the rows past a cursor. With nothing new it waits for up to wait.
func (s *Service) Feed(ctx context.Context, station order.StationID, cursor int64, limit int, wait time.Duration) (wire.FeedReply, error) {
	limit = pageOf(limit)
	timer := time.NewTimer(min(max(wait, 0), MaxFeedWait))
	defer timer.Stop()
	for {
		changed := s.store.Changed(station) // before the look, so that nothing slips between
		var reply wire.FeedReply
		err := s.store.Read(ctx, func(r Reader) (err error) {
			reply, err = s.feed(r, station, cursor, limit)
			return err
		})
		if err != nil || len(reply.Rows) > 0 || !reply.UpToDate || reply.Snapshot || wait <= 0 {
			s.count("feed_rows", "", len(reply.Rows))
			return reply, err
		}
		select {
		case <-changed:
		case <-timer.C:
			reply.ServerAt = s.now() // the station sets its time by it
			return reply, nil
		case <-ctx.Done():
			return reply, ctx.Err()
		}
	}
}

func (s *Service) feed(r Reader, station order.StationID, cursor int64, limit int) (wire.FeedReply, error) {
	reply := wire.FeedReply{ServerAt: s.now(), Rows: []wire.FeedRow{}}
	st, err := r.Station(station)
	if err != nil {
		return reply, err
	}
	if st == nil {
		return reply, notFound("station", string(station))
	}
	if !st.RevokedAt.IsZero() { // while it waited for news
		return reply, revoked(station)
	}
	if reply.Timeline, err = timeline(r); err != nil {
		return reply, err
	}
	_, counter, err := r.FeedHead(st.Warehouse, station)
	if err != nil {
		return reply, err
	}
	cursor, reply.Snapshot = st.feedFrom(cursor, counter)
	refs, err := r.FeedAfter(st.Warehouse, station, cursor, limit)
	if err != nil {
		return reply, err
	}
	reply.Next, reply.UpToDate = st.feedPlace(cursor), len(refs) < limit
	size := 0
	for _, ref := range refs {
		if cursor == 0 && ref.Kind == string(wire.RowWorkGone) {
			reply.Next = st.feedPlace(ref.FS) // a station that starts from nothing has nothing to give back
			continue
		}
		body, err := s.body(r, st, ref, cursor == 0)
		var known *order.Error
		if errors.As(err, &known) {
			// One thing that cannot be shown must not hide those behind it; the station is to
			// know that there is one.
			slog.Error("feed row left out", "kind", ref.Kind, "id", ref.ID, "station", string(station), "error", err.Error())
			s.count("feed_rows_failed", ref.Kind, 1)
			body, err = json.RawMessage("null"), nil
		}
		if err != nil {
			return reply, err
		}
		if size += len(body); size > MaxFeedBytes && len(reply.Rows) > 0 {
			reply.UpToDate = false
			return reply, nil
		}
		reply.Next = st.feedPlace(ref.FS)
		if body != nil {
			reply.Rows = append(reply.Rows, wire.FeedRow{FS: reply.Next, Kind: wire.RowKind(ref.Kind), ID: ref.ID, Body: body})
		}
	}
	return reply, nil
}

// body makes the body of a row; nil where the thing is no more. fresh: the station starts
// from nothing.
func (s *Service) body(r Reader, st *Station, ref FeedRef, fresh bool) (json.RawMessage, error) {
	switch wire.RowKind(ref.Kind) {
	case wire.RowWork:
		return s.workBody(r, st, order.ShipmentID(ref.ID))
	case wire.RowWorkGone:
		return s.goneBody(r, st, order.ShipmentID(ref.ID))
	case wire.RowPolicy:
		return s.policyBody(r, st, ref.ID)
	case wire.RowProduct:
		v, err := r.Product(st.Warehouse, order.SKU(ref.ID))
		return bodyOf(v, err)
	case wire.RowLocation:
		v, err := r.Location(st.Warehouse, order.LocationID(ref.ID))
		return bodyOf(v, err)
	case wire.RowOperator:
		v, err := r.Operator(st.Warehouse, order.OperatorID(ref.ID))
		return bodyOf(v, err)
	case wire.RowFlow:
		id, version := parseFlowRowID(ref.ID)
		v, err := r.Flow(id, version)
		return bodyOf(v, err)
	case wire.RowBlock:
		return s.blockBody(r, st, ref.ID)
	case wire.RowTask:
		return s.taskBody(r, st, order.TaskID(ref.ID), fresh)
	case wire.RowPickup:
		return s.pickupBody(r, st, order.ShipmentID(ref.ID), fresh)
	case wire.RowInstruction:
		v, err := r.Instruction(ref.ID)
		if v == nil || err != nil {
			return nil, err
		}
		return bodyOf(&v.Instruction, nil)
	}
	return nil, nil
}

func bodyOf[T any](v *T, err error) (json.RawMessage, error) {
	if v == nil || err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (s *Service) workBody(r Reader, st *Station, id order.ShipmentID) (json.RawMessage, error) {
	sh, err := r.Shipment(id)
	if err != nil || sh == nil || sh.LeaseStation != st.ID {
		return nil, err
	}
	o, err := r.Order(sh.Order)
	if err != nil || o == nil {
		return nil, err
	}
	plain := []byte("{}") // of an order that is over, and whose receiver was deleted
	if len(o.Receiver) > 0 {
		if plain, err = s.vault.Open("receiver of "+string(o.ID), o.Receiver); err != nil {
			return nil, err
		}
	}
	sealed, err := s.cfg.Seal(st.BoxKey, plain)
	if err != nil {
		return nil, err
	}
	w := wire.Work{Shipment: sh.Shipment, Lease: s.lease(sh), Sealed: sealed}
	logs, err := r.LogsOf(st.ID, maxMarks)
	if err != nil {
		return nil, err
	}
	for i := range logs {
		if i == 0 {
			w.SeenLog, w.Seen = logs[i].ID, logs[i].HWM
		}
		w.Marks = append(w.Marks, wire.Mark{Log: logs[i].ID, Seq: logs[i].HWM, Hash: logs[i].Hash})
	}
	return json.Marshal(w)
}

func (s *Service) lease(sh *Shipment) order.Lease {
	// Never more than the length: the clock may have been ahead when it was given.
	left := min(sh.LeaseUntil.Sub(s.now()), s.leaseOf(sh)) / time.Second
	return order.Lease{Token: sh.LeaseToken, Until: sh.LeaseUntil, GrantS: max(int(left), 0)}
}

// Reasons for which a shipment is taken away.
const (
	goneReleased  = "released"
	goneShipped   = "shipped"
	goneElsewhere = "leased_elsewhere"
)

func (s *Service) goneBody(r Reader, st *Station, id order.ShipmentID) (json.RawMessage, error) {
	sh, err := r.Shipment(id)
	if err != nil || sh == nil || sh.LeaseStation == st.ID {
		return nil, err
	}
	why := goneReleased
	switch {
	case gone(sh):
		why = goneShipped
	case sh.LeaseStation != "":
		why = goneElsewhere
	}
	return json.Marshal(wire.Gone{Shipment: id, Why: why})
}

func (s *Service) policyBody(r Reader, st *Station, id string) (json.RawMessage, error) {
	w, err := r.Warehouse(id)
	if err != nil || w == nil {
		return nil, err
	}
	key, err := s.badgeKey(w)
	if err != nil {
		return nil, err
	}
	sealed, err := s.cfg.Seal(st.BoxKey, key)
	if err != nil {
		return nil, err
	}
	p := w.Policy
	p.Zones = st.Zones
	return json.Marshal(wire.Policy{Policy: p, BadgeKey: sealed})
}
