package localdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pickstation/order"
)

// maxPlans bounds how many decoded plans are kept; a bench works on one shipment
// and looks at a few.
const maxPlans = 64

// sid returns the row of a shipment, 0 for none.
func (db *DB) sid(id order.ShipmentID) (int64, error) {
	if sid, ok := db.sids[id]; ok {
		return sid, nil
	}
	r, err := db.w.one("SELECT sid FROM shipments WHERE id = ?", string(id))
	if err != nil || r == nil {
		return 0, err
	}
	if len(db.sids) >= 16*maxPlans {
		clear(db.sids)
	}
	db.sids[id] = r.int(0)
	return r.int(0), nil
}

// Shipment returns a copy of a shipment that was leased to this station, or nil.
func (db *DB) Shipment(id order.ShipmentID) (*order.Shipment, error) {
	sid, err := db.sid(id)
	if err != nil || sid == 0 {
		return nil, err
	}
	plan, err := db.plan(sid)
	if err != nil || plan == nil {
		return nil, err
	}
	s := copyPlan(plan)
	return s, db.readProgress(sid, s)
}

// errPlan says that a stored plan is damaged.
var errPlan = errors.New("read plan")

// plan returns the decoded plan of a shipment, which must not be changed, or nil.
func (db *DB) plan(sid int64) (*order.Shipment, error) {
	if p := db.plans[sid]; p != nil {
		return p, nil
	}
	r, err := db.w.one("SELECT plan FROM shipments WHERE sid = ?", sid)
	if err != nil || r == nil {
		return nil, err
	}
	p := new(order.Shipment)
	if err := json.Unmarshal(r.blob(0), p); err != nil {
		return nil, fmt.Errorf("%w: %w", errPlan, err)
	}
	if err := db.fillWeights(p); err != nil {
		return nil, err
	}
	if len(db.plans) >= maxPlans {
		clear(db.plans)
	}
	db.plans[sid] = p
	return p, nil
}

// copyPlan copies what progress changes; the rest of a plan is shared.
func copyPlan(p *order.Shipment) *order.Shipment {
	s := *p
	s.Lines, s.Parcels = slices.Clone(p.Lines), slices.Clone(p.Parcels)
	return &s
}

// readProgress fills the progress of a shipment in.
func (db *DB) readProgress(sid int64, s *order.Shipment) error {
	r, err := db.w.one("SELECT state, owner, holds, batch, slot, fetched, out_clocks, stands FROM shipments WHERE sid = ?", sid)
	if err != nil {
		return err
	}
	if r == nil {
		return fmt.Errorf("shipment %s is gone", s.ID)
	}
	s.State, s.Owner = order.StateCode(r.text(0)), order.OperatorID(r.text(1))
	s.Holds, s.Batch, s.Slot = nil, r.text(3), r.text(4)
	s.Stands, s.Fetched, s.Out = order.LocationID(r.text(7)), nil, nil
	if err := errors.Join(fromJSON(r.text(6), &s.Out), fromJSON(r.text(5), &s.Fetched), fromJSON(r.text(2), &s.Holds)); err != nil {
		return err
	}
	if err := db.readLines(sid, s); err != nil {
		return err
	}
	return db.readParcels(sid, s)
}

func (db *DB) readLines(sid int64, s *order.Shipment) error {
	return db.w.query("SELECT no, picked, packed, short, short_reason, serials, lots, boxes, net_g, packs FROM lines WHERE sid = ?", func(r row) error {
		l := s.Line(int(r.int(0)))
		if l == nil {
			return nil
		}
		l.Picked, l.Packed, l.Short, l.ShortReason = int(r.int(1)), int(r.int(2)), int(r.int(3)), r.text(4)
		l.Serials, l.Lots, l.Boxes, l.Packs, l.NetG = nil, nil, nil, nil, int(r.int(8))
		return errors.Join(fromJSON(r.text(5), &l.Serials), fromJSON(r.text(6), &l.Lots), fromJSON(r.text(9), &l.Packs),
			fromJSON(r.text(7), &l.Boxes))
	}, sid)
}

func (db *DB) readParcels(sid int64, s *order.Shipment) error {
	return db.w.query("SELECT no, weight_g, prints, print_requests, printed_version, labelled, dispatched, printed_contents, papers, waybill, box, extra, closed, cooled, inserts FROM parcels WHERE sid = ? ORDER BY no",
		func(r row) error {
			p := s.Parcel(int(r.int(0)))
			if p == nil && r.int(11) == 0 {
				return nil
			}
			if p = s.RestoreBox(int(r.int(0)), r.text(9)); p == nil {
				return nil
			}
			p.Box, p.Extra, p.Closed, p.Cooled = r.text(10), r.int(11) > 0, r.int(12) > 0, r.text(13)
			p.WeightG, p.Prints, p.PrintRequests = int(r.int(1)), int(r.int(2)), int(r.int(3))
			p.PrintedVersion, p.Labelled, p.Dispatched = int(r.int(4)), r.int(5) > 0, r.int(6) > 0
			p.PrintedContents, p.Papers, p.Inserts = r.text(7), nil, nil
			return errors.Join(fromJSON(r.text(14), &p.Inserts), fromJSON(r.text(8), &p.Papers))
		}, sid)
}

// toJSON writes a list; an empty one is no text.
func toJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // lists of texts and holds always encode
	}
	return string(b)
}

// fromJSON reads a list or a record; no text is none.
func fromJSON(text string, into any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read progress: %w", err)
	}
	return nil
}

// PutProgress stores what the event changed in the shipment, s being the shipment
// after it. A pick writes one line row and nothing else.
func (tx *Tx) PutProgress(s *order.Shipment, e *order.Event) error {
	if e.Type == order.EventInstructed {
		if err := tx.exec("UPDATE instructions SET done=2 WHERE id=?", e.Reason); err != nil {
			return err
		}
	}
	if s == nil {
		return nil
	}
	sid, err := tx.db.sid(s.ID)
	if err != nil {
		return err
	}
	if sid == 0 {
		return fmt.Errorf("store progress: shipment %s is not here", s.ID)
	}
	lsn := tx.db.logs.cur().lsn(e.Seq)
	if e.Replans() {
		if err := tx.putPlan(sid, s, lsn); err != nil {
			return err
		}
		return tx.putHead(sid, s, e.At, lsn)
	}
	switch e.Type {
	case order.EventPicked, order.EventPacked, order.EventUndone, order.EventShorted:
		if l := s.Line(e.Line); l != nil {
			err = tx.exec("UPDATE lines SET picked=?, packed=?, short=?, short_reason=?, serials=?, lots=?, boxes=?, net_g=?, packs=?, last=? WHERE sid=? AND no=?",
				l.Picked, l.Packed, l.Short, l.ShortReason, toJSON(l.Serials), toJSON(l.Lots), toJSON(l.Boxes), l.NetG, toJSON(l.Packs), lsn, sid, l.No)
			if err == nil {
				err = tx.putSerial(sid, l, e.Serial)
			}
		}
		if p := s.Parcel(e.Parcel); err == nil && p != nil { // a box that the bench makes, or closes
			err = tx.putParcel(sid, p, e.At, lsn)
		}
	case order.EventBoxed, order.EventWeighed, order.EventCooled, order.EventEnclosed, order.EventPrintRequested, order.EventPrinted, order.EventPaperVoided, order.EventLabelled, order.EventDispatched:
		if p := s.Parcel(e.Parcel); p != nil {
			err = tx.putParcel(sid, p, e.At, lsn)
			switch {
			case err != nil:
			case e.Type == order.EventPaperVoided:
				err = tx.voidPrints(e)
			case e.Type == order.EventDispatched && s.Pickup != "": // no carrier signs for it
				err = tx.putFetched(sid, s)
			case e.Type == order.EventDispatched:
				err = tx.addHandover(s, p, e.At)
			}
		}
	case order.EventPassed, order.EventDropped, order.EventLeftBehind, order.EventOpened, order.EventReleased, order.EventTakenOver, order.EventHeld, order.EventUnheld, order.EventChilled, order.EventTooWarm, order.EventWarmPassed:
	default:
		return nil // changes no shipment
	}
	if err != nil {
		return err
	}
	return tx.putHead(sid, s, e.At, lsn)
}

func (tx *Tx) putParcel(sid int64, p *order.Parcel, at, lsn int64) error {
	if err := tx.putBox(sid, p); err != nil {
		return err
	}
	return tx.exec(`UPDATE parcels SET box=?, closed=?, cooled=?, inserts=?, weight_g=?, prints=?, print_requests=?, printed_version=?, printed_contents=?, papers=?,
		labelled=CASE WHEN NOT ? THEN 0 WHEN labelled>0 THEN labelled ELSE ? END,
		dispatched=CASE WHEN NOT ? THEN 0 WHEN dispatched>0 THEN dispatched ELSE ? END, last=? WHERE sid=? AND no=?`,
		p.Box, p.Closed, p.Cooled, toJSON(p.Inserts), p.WeightG, p.Prints, p.PrintRequests, p.PrintedVersion, p.PrintedContents, toJSON(p.Papers), p.Labelled, at, p.Dispatched, at, lsn, sid, p.No)
}

// head is what of a shipment's own row progress can change.
type head struct {
	state order.StateCode
	owner order.OperatorID
	holds string
	batch string
	slot  string
	place order.LocationID // where its tote stands
	out   string
	open  bool // in the work queue
	done  bool // handed over
}

// putHead stores state, owner and holds where one of them changed; most picks change
// none of them, and then the row is not even looked at.
func (tx *Tx) putHead(sid int64, s *order.Shipment, at, lsn int64) error {
	stage, open, err := tx.db.standing(s)
	if err != nil {
		return err
	}
	h := head{s.State, s.Owner, toJSON(s.Holds), s.Batch, s.Slot, s.Stands, toJSON(s.Out), open, s.AllDispatched()}
	if known, ok := tx.db.heads[sid]; ok && known == h {
		return nil
	}
	if len(tx.db.heads) >= 16*maxPlans {
		clear(tx.db.heads)
	}
	r, err := tx.db.w.one("SELECT 1 FROM shipments WHERE sid=? AND state=? AND owner=? AND holds=? AND open=? AND (done>0)=? AND batch=? AND slot=? AND stands=? AND out_clocks=?",
		sid, string(h.state), string(h.owner), h.holds, boolInt(h.open), boolInt(h.done), h.batch, h.slot, string(h.place), h.out)
	if err != nil {
		return err
	}
	tx.db.heads[sid] = h // forgotten again by a rollback
	if r != nil {
		return nil
	}
	tx.db.open = -1
	if err := tx.putBatch(sid, s); err != nil {
		return err
	}
	return tx.exec(`UPDATE shipments SET out_clocks=?, state=?, stage=?, owner=?, holds=?, stop=?, last=?, open=CASE WHEN gone=0 THEN ? ELSE 0 END,
		done=CASE WHEN NOT ? THEN 0 WHEN done>0 THEN done ELSE ? END WHERE sid=?`,
		h.out, string(s.State), string(stage), string(s.Owner), h.holds, stopCode(s), lsn, h.open, h.done, at, sid)
}

// standing returns the stage of a shipment and whether it belongs in the work queue.
func (db *DB) standing(s *order.Shipment) (order.Stage, bool, error) {
	f, err := db.Flow(s.Flow, s.FlowVersion)
	if err != nil {
		return "", false, err
	}
	stage := f.Stage(s.State)
	if s.AllLabelled() || s.Cancelled && !s.Started() {
		return stage, false, nil
	}
	r := stage.Rank()
	return stage, r >= order.StageAwaitingPick.Rank() && r <= order.StageAwaitingDispatch.Rank(), nil // a box may have lost its label
}

func stopCode(s *order.Shipment) string {
	if h := s.Stopped(); h != nil {
		return string(h.Code)
	}
	return ""
}

// farFuture sorts work without a promised time behind all other.
const farFuture = int64(1) << 62

func promiseMillis(t time.Time) int64 {
	if t.IsZero() {
		return farFuture
	}
	return t.UnixMilli()
}

func fromPromise(ms int64) time.Time {
	if ms == farFuture {
		return time.Time{}
	}
	return fromMillis(ms)
}
