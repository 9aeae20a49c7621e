package localdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pickstation/order"
	"pickstation/sync/wire"
)

// maxRebase is how many events are read to put own progress on top of a new plan.
// With more than that unseen by the centre the progress is kept as it is.
const maxRebase = 100_000

func checkWork(w *wire.Work) error {
	s := &w.Shipment
	switch {
	case s.ID == "" || len(s.ID) > maxID:
		return bad("a shipment needs an id")
	case len(s.Lines) > maxLines || len(s.Parcels) > maxParcels:
		return bad("the shipment has too many lines or parcels")
	}
	nos := map[int]bool{}
	codes := 0
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.No < 1 || nos[l.No] {
			return bad(fmt.Sprintf("line number %d stands twice or is not positive", l.No))
		}
		nos[l.No] = true
		if l.Qty < 0 || l.Qty > maxQty {
			return bad(fmt.Sprintf("line %d has a quantity of %d", l.No, l.Qty))
		}
		if why := order.CheckStock(l.Stock); why != "" {
			return bad(fmt.Sprintf("stock of line %d: %s", l.No, why))
		}
		if codes += len(l.Codes) + len(l.Stock); codes > maxCodes+maxLines {
			return bad("the shipment has too many codes")
		}
	}
	clear(nos)
	for i := range s.Parcels {
		if no := s.Parcels[i].No; no < 1 || nos[no] {
			return bad(fmt.Sprintf("parcel number %d stands twice or is not positive", no))
		} else {
			nos[no] = true
		}
	}
	return nil
}

// applyWork stores a shipment that the centre leased or changed.
func (tx *Tx) applyWork(w *wire.Work) error {
	if err := checkWork(w); err != nil {
		return err
	}
	db, s := tx.db, &w.Shipment
	if _, err := db.Flow(s.Flow, s.FlowVersion); err != nil {
		return bad(err.Error())
	}
	sid, err := db.sid(s.ID)
	if err != nil {
		return err
	}
	plan := planOf(s)
	var last int64
	if sid != 0 {
		if last, err = tx.lastOwn(sid); err != nil {
			return err
		}
		seen, err := tx.seenLSN(w.Marks, w.SeenLog, w.Seen)
		if err != nil {
			return err
		}
		if last > seen {
			if err := tx.rebase(w, seen+1); err != nil {
				return err
			}
			plan.Lines = planOf(s).Lines // a line may have other goods or another lot since
		}
		if err := tx.dropCodes(sid); err != nil {
			return err
		}
	} else if last, err = tx.lost(w); err != nil {
		return err
	}
	if sid, err = tx.putShipment(sid, s, plan, &w.Lease, last); err != nil {
		return err
	}
	if err := tx.putBatch(sid, s); err != nil {
		return err
	}
	if err := tx.putFetched(sid, s); err != nil {
		return err
	}
	if err := tx.putOut(sid, s); err != nil {
		return err
	}
	if err := tx.putParts(sid, s); err != nil {
		return err
	}
	if len(w.Sealed) == 0 {
		return nil
	}
	return tx.putReceiver(s.ID, db.today(), w.Sealed)
}

// seenLSN returns the row of the last own event that the centre's progress includes.
// Logs are pushed in order, so that the first one of which something is missing there
// ends it. Where the centre has other events under our numbers, what it acknowledged
// here is known to be equal.
func (tx *Tx) seenLSN(marks []wire.Mark, newest order.LogID, upTo uint64) (int64, error) {
	if len(marks) == 0 {
		return tx.seenNewest(newest, upTo), nil
	}
	var seen int64
	for i := range tx.db.logs.all {
		l := &tx.db.logs.all[i]
		if l.Last == 0 {
			continue
		}
		k := slices.IndexFunc(marks, func(m wire.Mark) bool { return m.Log == l.ID })
		if k < 0 && tx.laterKnown(marks, i) { // the centre tells of its newest logs only
			seen = max(seen, l.lsn(l.Last))
			continue
		}
		if k < 0 {
			break
		}
		upTo := min(marks[k].Seq, l.Last)
		if hash, known, err := hashAt(tx.db.w, l, marks[k].Seq); err != nil {
			return 0, err
		} else if known && hash != marks[k].Hash {
			upTo = min(upTo, l.Acked)
		}
		if seen = max(seen, l.lsn(max(upTo, l.Base))); upTo < l.Last {
			break
		}
	}
	return seen, nil
}

// laterKnown says whether the centre has events of a log after the i-th, which it got after
// all of that one.
func (tx *Tx) laterKnown(marks []wire.Mark, i int) bool {
	later := tx.db.logs.all[i+1:]
	return slices.ContainsFunc(marks, func(m wire.Mark) bool {
		return m.Seq > 0 && slices.ContainsFunc(later, func(l Log) bool { return l.ID == m.Log })
	})
}

// seenNewest is what a centre one version back tells: of the station's newest log
// there. Where this database does not have it (it was restored, and the station wrote
// on elsewhere meanwhile), that is what the centre acknowledged here.
func (tx *Tx) seenNewest(log order.LogID, upTo uint64) int64 {
	b := &tx.db.logs
	if l := b.byID(log); l != nil {
		return l.lsn(min(upTo, l.Last))
	}
	if log == "" {
		return 0
	}
	var seen int64
	for i := range b.all {
		if l := &b.all[i]; l.Acked > l.Base || l.Base > 0 {
			seen = max(seen, l.lsn(max(min(l.Acked, l.Last), l.Base)))
		}
	}
	return seen
}

// rebase puts own events that the centre had not seen, from a row on, on top of its
// progress.
func (tx *Tx) rebase(w *wire.Work, from int64) error {
	db, s := tx.db, &w.Shipment
	if from < tx.db.logs.back(maxRebase) {
		return tx.keepProgress(s)
	}
	f, err := db.Flow(s.Flow, s.FlowVersion)
	if err != nil {
		return err
	}
	events, err := db.eventsOf(s.ID, from)
	var unreadable *order.Error
	if errors.As(err, &unreadable) {
		return tx.keepProgress(s)
	}
	if err != nil {
		return err
	}
	for i := range events {
		order.Apply(s, f, &events[i])
	}
	return nil
}

// keepProgress puts the progress stored here into a new plan.
func (tx *Tx) keepProgress(s *order.Shipment) error {
	own, err := tx.db.Shipment(s.ID)
	if err != nil || own == nil {
		return err
	}
	s.State, s.Owner, s.Batch, s.Slot, s.Stands, s.Fetched, s.Out = own.State, own.Owner, own.Batch, own.Slot, own.Stands, own.Fetched, own.Out
	for _, h := range own.Holds {
		s.SetHold(h)
	}
	keepSubstituted(s, own)
	for i := range s.Lines {
		if o := own.Line(s.Lines[i].No); o != nil {
			s.Lines[i].TakeProgress(o)
		}
	}
	for i := range own.Parcels {
		if o := &own.Parcels[i]; o.Extra {
			s.RestoreBox(o.No, o.Waybill.Number)
		}
	}
	for i := range s.Parcels {
		if o := own.Parcel(s.Parcels[i].No); o != nil {
			s.Parcels[i].TakeProgress(o)
		}
	}
	return nil
}

// planOf returns a shipment without its progress.
func planOf(s *order.Shipment) *order.Shipment {
	p := copyPlan(s)
	p.State, p.Owner, p.Holds, p.Batch, p.Slot, p.Stands, p.Fetched, p.Out = "", "", nil, "", "", "", nil, nil
	for i := range p.Lines {
		p.Lines[i].TakeProgress(&order.Line{})
	}
	for i := range p.Parcels {
		p.Parcels[i].TakeProgress(&order.Parcel{})
	}
	return p
}

func (tx *Tx) putShipment(sid int64, s, plan *order.Shipment, lease *order.Lease, last int64) (int64, error) {
	db := tx.db
	body, err := json.Marshal(plan)
	if err != nil {
		return 0, bad("cannot be stored: " + err.Error())
	}
	carrier, err := json.Marshal(s.Carrier)
	if err != nil {
		return 0, bad("cannot be stored: " + err.Error())
	}
	stage, open, err := db.standing(s)
	if err != nil {
		return 0, err
	}
	cold, units := ranked(s)
	until, mono := tx.leaseEnd(lease)
	args := []any{string(s.ID), s.Ref(), body, s.Priority, promiseMillis(s.Promise), cold, len(s.Lines), units, s.Tote, string(carrier),
		s.Cancelled, string(s.State), string(stage), string(s.Owner), toJSON(s.Holds), stopCode(s), last, open,
		s.AllDispatched(), db.now(), lease.Token, until, mono, db.clock.Boot}
	if sid != 0 {
		return sid, tx.exec(`UPDATE shipments SET id=?, ref=?, plan=?, priority=?, promise=?, cold=?, lines=?, units=?, tote=?, carrier=?,
			cancelled=?, state=?, stage=?, owner=?, holds=?, stop=?, last=?, open=?, gone=0, gone_why='',
			done=CASE WHEN NOT ? THEN 0 WHEN done>0 THEN done ELSE ? END,
			lease_token=?, lease_until=?, lease_mono=?, lease_boot=? WHERE sid=?`, append(args, sid)...)
	}
	err = tx.exec(`INSERT INTO shipments(id, ref, plan, priority, promise, cold, lines, units, tote, carrier, cancelled, state, stage,
		owner, holds, stop, last, open, gone, gone_why, done, lease_token, lease_until, lease_mono, lease_boot)
		VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'',CASE WHEN ? THEN ? ELSE 0 END,?,?,?,?)`, args...)
	if err == nil {
		sid, err = db.sid(s.ID)
	}
	if err != nil {
		return 0, err
	}
	return sid, tx.dropRest(sid)
}

// ranked returns the rank of a shipment's coldest goods, and its units.
func ranked(s *order.Shipment) (cold, units int) {
	for i := range s.Lines {
		cold, units = max(cold, coldRank(s.Lines[i].Temp)), units+s.Lines[i].Qty
	}
	return cold, units
}

// leaseEnd returns when a lease ends: on the centre's clock, and on the monotonic
// clock here, counted from now. The shorter of what was granted and what is left of
// it counts, for a row may have waited in the feed.
func (tx *Tx) leaseEnd(l *order.Lease) (untilMS, monoMS int64) {
	db := tx.db
	now := db.now()
	granted := int64(l.GrantS) * 1000
	left := millis(l.Until) - now
	switch {
	case l.Until.IsZero():
		left = granted
	case granted > 0:
		left = min(left, granted)
	}
	if left <= 0 {
		return 0, 0
	}
	return now + left, db.clock.Mono() + left
}

// putParts stores lines and parcels with their progress, and the codes that lead to them.
func (tx *Tx) putParts(sid int64, s *order.Shipment) error {
	for _, text := range []string{"DELETE FROM lines WHERE sid=?", "DELETE FROM parcels WHERE sid=?"} {
		if err := tx.exec(text, sid); err != nil {
			return err
		}
	}
	if err := tx.putLines(sid, s, 0); err != nil {
		return err
	}
	now := millis(tx.db.clock.Wall())
	for i := range s.Parcels {
		p := &s.Parcels[i]
		if err := tx.exec(`INSERT INTO parcels(sid, no, waybill, weight_g, prints, print_requests, printed_version, labelled, dispatched, last,
			printed_contents, papers, box, extra, closed, cooled, inserts) VALUES(?,?,?,?,?,?,?,?,?,0,?,?,?,?,?,?,?)`, sid, p.No, p.Waybill.Number, p.WeightG, p.Prints,
			p.PrintRequests, p.PrintedVersion, boolInt(p.Labelled)*now, boolInt(p.Dispatched)*now, p.PrintedContents, toJSON(p.Papers),
			p.Box, boolInt(p.Extra), boolInt(p.Closed), p.Cooled, toJSON(p.Inserts)); err != nil {
			return err
		}
	}
	return tx.putCodes(sid, codesOf(s))
}
