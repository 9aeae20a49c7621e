package world

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// enrol makes the station known to the centre, as an enrolment does.
func (w *world) enrol(b *bench) {
	key, err := b.at.boxKey()
	w.must(err)
	w.must(w.centre.store.Write(context.Background(), func(tx central.Tx) error {
		return tx.PutStation(&central.Station{ID: b.id, Warehouse: central.DefaultWarehouse, BoxKey: key, EnrolledAt: w.time(), CertSerial: rand.Text()})
	}))
}

// leases checks, whenever a bench was told of work or leases, that no other one may start
// the same shipment, as far as clocks that were set and machines that were started anew,
// a copy of a disk that goes by what the first machine's clock was off by, or a centre that
// was restored, or its machine started anew before it noticed that its clock was set, allow.
func (w *world) leases(b *bench) {
	b.may = map[order.ShipmentID]bool{}
	rows, _, err := b.db.Queue("", 100)
	w.must(err)
	for _, q := range rows {
		if !b.mayStart(q.ID) {
			continue
		}
		b.may[q.ID] = true
		for _, other := range w.benches {
			if other.id != b.id && other.up && other.may[q.ID] && other.mayStart(q.ID) && w.centre.lost == 0 && !w.centre.missed {
				w.fail("%s may be started at %s and at %s", q.ID, b.id, other.id)
			}
		}
	}
}

func (b *bench) mayStart(id order.ShipmentID) bool {
	if b.boots > 0 || b.copyOf != nil && !b.db.CentreHeard() || !b.db.LeaseValid(id, time.UnixMilli(b.stamp())) {
		return false
	}
	s, err := b.db.Shipment(id)
	b.w.must(err)
	return s != nil && !s.Started() && !s.Cancelled
}

// stored is an event as the centre's file has it.
type stored struct {
	log     int64
	station string
	seq     uint64
	outcome string
	why     string
	e       order.Event
}

// check compares the records once everything has settled.
func (w *world) check() {
	all, err := w.centre.at.events()
	w.must(err)
	w.checkFacts(all)
	w.checkNumbers(all)
	w.must(w.centre.store.Read(context.Background(), func(r central.Reader) error {
		for _, check := range []func(central.Reader, []stored) error{w.checkGoods, w.checkBenches, w.checkLogs} {
			if err := check(r, all); err != nil {
				return err
			}
		}
		return nil
	}))
}

// checkFacts wants every fact that was told to somebody once (I1, I2).
func (w *world) checkFacts(all []stored) {
	counted := map[string]int{}
	next := map[int64]uint64{}
	for _, s := range all {
		if next[s.log]++; s.seq != next[s.log] {
			w.fail("log %d has %d at place %d", s.log, s.seq, next[s.log])
		}
		if s.outcome != "duplicate" {
			counted[s.e.Code]++
		}
	}
	lost, doubled := 0, 0
	for f, must := range w.facts {
		if must && counted[f] == 0 {
			lost++
		}
		if counted[f] > 1 {
			doubled++
		}
	}
	if lost+doubled > 0 {
		w.fail("%d facts lost, %d doubled of %d", lost, doubled, len(w.facts))
	}
}

// checkNumbers wants each waybill number on one box (I8).
func (w *world) checkNumbers(all []stored) {
	on := map[string]string{}
	for _, s := range all {
		if s.e.Waybill == "" || s.outcome == "duplicate" || w.forgiven(s.why) {
			continue
		}
		box := fmt.Sprint(s.e.Shipment, " ", s.e.Parcel)
		if other := on[s.e.Waybill]; other != "" && other != box {
			w.fail("waybill %s is on %s and on %s", s.e.Waybill, other, box)
		}
		on[s.e.Waybill] = box
	}
}

// checkGoods wants the sums of events in the shipments, and a person told of each that
// does not fit (I5, I7, I9).
func (w *world) checkGoods(r central.Reader, all []stored) error {
	picked := map[order.ShipmentID]map[int]int{}
	for _, s := range all {
		if s.outcome == "duplicate" || s.e.V != order.EventVersion || s.e.Type != order.EventPicked {
			continue
		}
		if picked[s.e.Shipment] == nil {
			picked[s.e.Shipment] = map[int]int{}
		}
		picked[s.e.Shipment][s.e.Line] += s.e.Qty
	}
	for id, lines := range picked {
		sh, err := r.Shipment(id)
		if err != nil {
			return err
		}
		if sh == nil {
			continue // of a state of the centre that was lost; the events are parked
		}
		raised, err := w.exceptions(r, sh)
		if err != nil {
			return err
		}
		for no, n := range lines {
			l := sh.Line(no)
			h := w.centre.ledger.handsOf(id)
			n -= h.back[no]
			switch {
			case l == nil || l.Picked < n || l.Picked > n+h.odd[no]:
				w.fail("%s line %d: %d were picked, the centre has %+v", id, no, n, l)
			case n > l.Qty && raised[string(order.AnomalyOverPick)] == 0:
				w.fail("%s line %d: %d of %d picked, and nobody is told", id, no, n, l.Qty)
			}
		}
		if w.centre.ledger.handsOf(id).several {
			w.counts["two stations"]++
			if raised[central.ExcTwoStations]+raised[string(order.AnomalyCancelled)] == 0 {
				w.fail("%s was picked at two stations, and nobody is told", id)
			}
		}
		if sh.Cancelled && sh.AllDispatched() && len(w.centre.ledger.handsOf(id).back) == 0 {
			w.fail("%s is cancelled and has left", id)
		}
	}
	return nil
}

// exceptions counts what was raised about a shipment, closed ones too; one conflict is
// raised once.
func (w *world) exceptions(r central.Reader, sh *central.Shipment) (map[string]int, error) {
	list, err := r.Exceptions(central.ExceptionFilter{Order: sh.Order, Closed: true, Limit: 500})
	raised := map[string]int{}
	for _, e := range list {
		if e.Shipment == sh.ID {
			raised[e.Code]++
		}
	}
	if raised[string(order.AnomalyCancelled)] > 1 {
		w.fail("%s: work on a cancelled shipment was raised %d times", sh.ID, raised[string(order.AnomalyCancelled)])
	}
	return raised, err
}

// checkBenches wants benches and centre to agree on who has which work, how far it is,
// and what is to be done about it (I6, I9).
func (w *world) checkBenches(r central.Reader, _ []stored) error {
	for _, b := range w.benches {
		if b.off {
			continue
		}
		theirs, err := r.LeasedTo(b.id)
		if err != nil {
			return err
		}
		held := map[order.ShipmentID]bool{}
		for _, sh := range theirs {
			held[sh.ID] = true
			if err := w.checkShipment(r, b, sh); err != nil {
				return err
			}
		}
		if now := b.clock().Wall().Add(b.db.ClockOffset()); !b.db.CentreHeard() || now.Sub(w.time()).Abs() > offAtMost {
			w.fail("%s takes it for %v", b.id, now)
		}
		rows, _, err := b.db.Queue("", 200)
		if err != nil {
			return err
		}
		for _, q := range rows {
			if !held[q.ID] {
				w.fail("%s offers %s, which it does not hold", b.id, q.ID)
			}
		}
		var tl int64
		if text, err := r.Meta("timeline"); err != nil {
			return err
		} else if _, err := fmt.Sscan(text, &tl); err != nil || b.local().Timeline != tl {
			w.fail("%s is in timeline %d, the centre in %s", b.id, b.local().Timeline, text)
		}
		if err := w.checkSums(r, b); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) checkShipment(r central.Reader, b *bench, sh *central.Shipment) error {
	s, err := b.db.Shipment(sh.ID)
	if err != nil {
		return err
	}
	if s == nil {
		w.fail("%s does not have %s, which is leased to it", b.id, sh.ID)
		return nil
	}
	// A centre one version back tells only of a station's newest log, which who was copied
	// may not have.
	blind := w.centre.age < 0 && w.counts["restored"]+w.counts["cloned"]+w.counts["cloned unnoticed"] > 0
	for i := range sh.Lines {
		if blind {
			break
		}
		if got := s.Line(sh.Lines[i].No); got == nil || got.Picked != sh.Lines[i].Picked {
			w.fail("%s line %d of %s: %+v, the centre has %d picked", b.id, sh.Lines[i].No, sh.ID, got, sh.Lines[i].Picked)
		}
	}
	raised, err := w.exceptions(r, sh)
	if err != nil {
		return err
	}
	if blind || raised[central.ExcOtherWaybill] > 0 {
		return nil // its box carries a number of a state that was lost: a person has been told
	}
	if s.Cancelled != sh.Cancelled || s.State != sh.State || s.Version != sh.Version {
		w.fail("%s: %s is %s version %d cancelled %v, at the centre %s version %d cancelled %v", b.id, sh.ID,
			s.State, s.Version, s.Cancelled, sh.State, sh.Version, sh.Cancelled)
	}
	todo, err := r.InstructionsOf(sh.ID)
	if err != nil {
		return err
	}
	for _, in := range todo {
		if in.Station != b.id || in.Done || in.Kind != order.InstructPutBack {
			continue
		}
		if got, err := b.db.Instruction(sh.ID); err != nil || got == nil {
			w.fail("%s is not told to put the goods of %s back: %v", b.id, sh.ID, err)
		}
	}
	return nil
}

// checkLogs wants the end of every bench's log at the centre (I3).
func (w *world) checkLogs(r central.Reader, _ []stored) error {
	for _, b := range w.benches {
		if b.off {
			continue
		}
		for _, l := range b.local().Logs {
			at, err := r.Log(l.ID)
			if err != nil {
				return err
			}
			if at == nil {
				if l.Last > l.Base || l.Base > 0 {
					w.fail("%s: the centre does not have log %s", b.id, l.ID)
				}
				continue
			}
			if !l.Closed && at.HWM > l.Last {
				w.fail("%s goes on in log %s, of which the centre has %d events and it has %d", b.id, l.ID, at.HWM, l.Last)
			}
			hash, known, err := b.db.HashAt(l.ID, min(at.HWM, l.Last))
			if err != nil {
				return err
			}
			if at.HWM == l.Last && known && hash != at.Hash {
				w.fail("%s: log %s ends with another event at the centre", b.id, l.ID)
			}
		}
	}
	return nil
}
