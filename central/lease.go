package central

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// maxWant bounds what one station may hold.
const maxWant = 500

// maxRenewals bounds what one heartbeat renews, each under the lock of its order: the
// leases that end first. The rest has most of its length left.
const maxRenewals = 500

func (s *Service) leaseOf(sh *Shipment) time.Duration { return s.leaseLength(sh.Cold(), sh.ColdLeaseS) }

func (s *Service) leaseLength(cold bool, coldS int) time.Duration {
	switch {
	case cold && coldS > 0:
		return time.Duration(coldS) * time.Second
	case cold:
		return s.cfg.ColdLease
	}
	return s.cfg.Lease
}

// Heartbeat notes that a station lives, renews the leases of what it holds and
// grants new ones up to what it wants: highest priority first, then promise, then
// age. What is packed and waits for its carrier is not counted as held, so that a
// late carrier does not stop the bench.
func (s *Service) Heartbeat(ctx context.Context, station order.StationID, hb wire.Heartbeat) (wire.HeartbeatReply, error) {
	reply := wire.HeartbeatReply{Req: hb.Req}
	if hb.Proto != wire.Proto {
		return reply, order.Errorf("upgrade", "protocol %d is not spoken here, %d is", hb.Proto, wire.Proto).
			WithHint("update the station; scanning goes on meanwhile")
	}
	if !ingest.ValidLog(hb.Log) {
		hb.Log = ""
	}
	hb.Health.Printer = clip(hb.Health.Printer)
	if err := s.keepStep(ctx); err != nil {
		return reply, err
	}
	err := s.store.Write(ctx, func(tx Tx) error {
		reply = wire.HeartbeatReply{Req: hb.Req, ServerAt: s.now()}
		st, err := lockWorking(tx, station) // its request may have begun before a revocation
		if err != nil {
			return err
		}
		health, err := json.Marshal(hb.Health)
		if err != nil {
			return err
		}
		st.SeenAt, st.App, st.Health = s.now(), clip(hb.App), string(health)
		if off, known := s.ahead(hb.SentAt); known {
			st.ClockOff = off
		}
		other := st.Hearing.hear(hb.Log, s.now())
		if err := tx.PutStation(st); err != nil {
			return err
		}
		reply.NotAfter = st.NotAfter
		if reply.Timeline, err = timeline(tx); err != nil {
			return err
		}
		all, err := tx.Held(st.ID)
		if err != nil {
			return err
		}
		held, err := s.renew(tx, st, all, &hb, &reply)
		if err != nil {
			return err
		}
		if err := s.grant(tx, st, min(hb.Want, maxWant)-held, &reply); err != nil {
			return err
		}
		if err := s.grantBlocks(tx, st, &hb, carriersOf(all)); err != nil {
			return err
		}
		if other {
			if err := s.twice(tx, st); err != nil {
				return err
			}
		}
		head, _, err := tx.FeedHead(st.Warehouse, station)
		reply.Head = st.feedPlace(head)
		return err
	})
	reply.ServerAt = s.now() // the station sets its time by it
	if err == nil {
		s.count("leases", "granted", reply.Granted)
		s.count("leases", "renewed", len(reply.Renewed))
	}
	return reply, err
}

// renew prolongs leases that have used up a tenth of their length, sets right those
// that were given while the clock was ahead (more is left than their length), and
// returns how many shipments the station has work on. What is changed is read again
// under its lock: others cancel and take away at the same time.
func (s *Service) renew(tx Tx, st *Station, all []Held, hb *wire.Heartbeat, reply *wire.HeartbeatReply) (held int, err error) {
	var due []Held
	for i := range all {
		h := &all[i]
		if h.Cancelled || s.ending(h) {
			due = append(due, *h)
		}
		if h.Work && !h.Cancelled {
			held++
		}
	}
	if len(due) > maxRenewals {
		slices.SortFunc(due, func(a, b Held) int {
			switch {
			case a.Cancelled == b.Cancelled:
				return a.LeaseUntil.Compare(b.LeaseUntil)
			case a.Cancelled: // it waits until it was put back, and nothing of it ends
				return 1
			}
			return -1
		})
		due = due[:maxRenewals]
		slices.SortFunc(due, func(a, b Held) int { return cmp.Compare(a.ID, b.ID) }) // as others lock them
	}
	for i := range due {
		sh, err := tx.LockShipment(due[i].ID)
		switch {
		case err != nil:
			return 0, err
		case sh == nil || sh.LeaseStation != st.ID:
			continue
		case sh.Warehouse != st.Warehouse: // an older program has moved the bench
			err = s.leaveBehind(tx, sh)
		case sh.Cancelled:
			err = s.releaseCancelled(tx, sh, hb)
		default:
			sh.LeaseUntil = s.now().Add(s.leaseOf(sh))
			reply.Renewed = append(reply.Renewed, wire.Renewal{Shipment: sh.ID, Lease: s.lease(sh)})
			err = tx.PutShipment(sh)
		}
		if err != nil {
			return 0, err
		}
	}
	return held, nil
}

func (s *Service) ending(h *Held) bool {
	length := s.leaseLength(h.Cold, h.ColdLeaseS)
	left := h.LeaseUntil.Sub(s.now())
	return left <= length*9/10 || left > length
}

// releaseCancelled takes a cancelled shipment away from its bench once the bench has
// told everything and nothing is left to be put back.
func (s *Service) releaseCancelled(tx Tx, sh *Shipment, hb *wire.Heartbeat) error {
	if hb.Backlog.N > 0 || hb.Acked < hb.Seq {
		return nil
	}
	all, err := tx.InstructionsOf(sh.ID)
	if err != nil {
		return err
	}
	for _, in := range all {
		if !in.Done {
			return nil
		}
	}
	station := sh.LeaseStation
	sh.LeaseStation, sh.LeaseUntil = "", time.Time{}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	return s.emitGone(tx, sh, station)
}

// nextToken returns the token of a new lease. It is past every one that the centre gave
// out in a state that was lost, for it is not below the timeline, which is the time of
// the restore in seconds.
func nextToken(sh *Shipment, timeline int64) int64 { return max(sh.LeaseToken+1, timeline) }

func (s *Service) grant(tx Tx, st *Station, n int, reply *wire.HeartbeatReply) error {
	if n <= 0 {
		return nil
	}
	others, err := otherZones(tx, st)
	if err != nil {
		return err
	}
	free, err := s.available(tx, st, others, n)
	if err != nil {
		return err
	}
	line, err := timeline(tx)
	if err != nil {
		return err
	}
	for _, sh := range free {
		if n <= 0 {
			return nil
		}
		if sh, err = tx.LockShipment(sh.ID); err != nil {
			return err
		}
		if sh.LeaseStation == st.ID { // given with its wave just now
			continue
		}
		if slices.Contains(others, sh.NextZone(st.Zones)) { // an older program has stored it
			if err := tx.PutShipment(sh); err != nil {
				return err
			}
			continue
		}
		w, held, err := waveOf(tx, sh)
		if err != nil {
			return err
		}
		if !held { // another bench is given the wave at this moment, with this shipment
			continue
		}
		if err := s.leaseTo(tx, sh, st, line); err != nil {
			return err
		}
		more, err := s.wholeWave(tx, w, sh.ID, st, line)
		if err != nil {
			return err
		}
		reply.Granted += 1 + more
		n -= 1 + more
	}
	return nil
}

// available lists what a station may be given. While the clock cannot be trusted to
// have ended a lease that stands among it, only what nobody holds is given.
func (s *Service) available(tx Tx, st *Station, others []string, n int) ([]*Shipment, error) {
	f := FreeFilter{Warehouse: st.Warehouse, Expired: s.now().Add(-s.cfg.Grace), Zones: st.Zones, Others: others, Limit: n}
	free, err := tx.Available(f)
	if err != nil {
		return nil, err
	}
	for _, sh := range free {
		if sh.LeaseStation != "" && sh.LeaseStation != st.ID && s.unsure(s.leaseOf(sh)) {
			f.Expired = time.Time{}
			return tx.Available(f)
		}
	}
	return free, nil
}

// leaseTo gives a shipment to a bench, and tells it.
func (s *Service) leaseTo(tx Tx, sh *Shipment, st *Station, line int64) error {
	if err := s.pass(tx, sh, st, line); err != nil {
		return err
	}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	return s.emitWork(tx, sh)
}

// pass makes a shipment a bench's, and tells the one that had it.
func (s *Service) pass(tx Tx, sh *Shipment, st *Station, line int64) error {
	before := sh.LeaseStation
	sh.handOn(cmp.Or(before, sh.LeftBy), st.ID)
	sh.LeaseStation, sh.LeaseToken = st.ID, nextToken(sh, line)
	sh.LeaseUntil = s.now().Add(s.leaseOf(sh))
	if before != "" && before != st.ID {
		if err := s.emitGone(tx, sh, before); err != nil {
			return err
		}
	}
	return tx.Withdraw(sh.Warehouse, st.ID, string(wire.RowWorkGone), string(sh.ID))
}
