package localdb

import (
	"database/sql/driver"
	"time"

	"pickstation/order"
)

const (
	selectPrints = `SELECT id, shipment, parcel, no, version, state, ref, code, err, updated, created, attempts, operator, kind, key,
		contents, voided, void_why FROM print_jobs`
	openPrints = `state NOT IN ('done','dropped')`
)

func scanPrint(r row) order.PrintResult {
	p := order.PrintResult{JobID: r.int(0), Shipment: order.ShipmentID(r.text(1)), Parcel: int(r.int(2)), No: int(r.int(3)),
		Version: int(r.int(4)), State: order.PrintState(r.text(5)), Ref: r.text(6), Code: r.text(7), Err: r.text(8),
		At: fromMillis(r.int(9)), Asked: fromMillis(r.int(10)), Attempts: int(r.int(11)),
		By: order.OperatorID(r.text(12)), Kind: order.PaperKind(r.text(13)), Key: r.text(14), Contents: r.text(15), VoidWhy: r.text(17)}
	if ms := r.int(16); ms > 0 {
		p.Voided = fromMillis(ms)
	}
	return p
}

// PrintQueue returns jobs that are not dealt with, in the order in which they were asked for.
func (db *DB) PrintQueue(limit int) ([]order.PrintResult, error) {
	return db.prints(selectPrints+" WHERE "+openPrints+" ORDER BY id LIMIT ?", int64(limit))
}

func (db *DB) prints(query string, args ...driver.Value) (jobs []order.PrintResult, err error) {
	err = db.w.query(query, func(r row) error {
		jobs = append(jobs, scanPrint(r))
		return nil
	}, args...)
	return jobs, err
}

// LastPrint returns the latest job of a parcel's paper, or nil.
func (db *DB) LastPrint(id order.ShipmentID, parcel int, kind order.PaperKind) (*order.PrintResult, error) {
	r, err := db.w.one(selectPrints+" WHERE shipment = ? AND parcel = ? AND kind = ? ORDER BY id DESC LIMIT 1", string(id), int64(parcel), string(kind))
	if err != nil || r == nil {
		return nil, err
	}
	p := scanPrint(r)
	return &p, nil
}

// PrintJob returns a job of the ledger, or nil.
func (db *DB) PrintJob(id int64) (*order.PrintResult, error) {
	r, err := db.w.one(selectPrints+" WHERE id = ?", id)
	if err != nil || r == nil {
		return nil, err
	}
	p := scanPrint(r)
	return &p, nil
}

// NumberOf returns what else than the parcel has, or had, a waybill number: a shipment
// that it stands for, or a box that has left with it. "" means nothing.
func (db *DB) NumberOf(number string, id order.ShipmentID, parcel int) (string, error) {
	r, err := db.w.one("SELECT shipment FROM handovers WHERE waybill = ? AND NOT (shipment = ? AND parcel = ?) LIMIT 1",
		number, string(id), int64(parcel))
	if err != nil || r != nil {
		return text0(r), err
	}
	sid, err := db.sid(id)
	if err != nil {
		return "", err
	}
	r, err = db.w.one(`SELECT s.id FROM codes c JOIN shipments s ON s.sid = c.sid
		WHERE c.key = ? AND c.rank = ? AND NOT (c.sid = ? AND c.no = ?) LIMIT 1`, order.CodeKey(number), int64(rankWaybill), sid, int64(parcel))
	return text0(r), err
}

func text0(r row) string {
	if r == nil {
		return ""
	}
	return r.text(0)
}

// maxPaperTrail bounds how much of the ledger one question returns.
const maxPaperTrail = 1000

// Prints returns the ledger of a shipment's papers, oldest first.
func (db *DB) Prints(id order.ShipmentID) ([]order.PrintResult, error) {
	return db.prints(selectPrints+" WHERE shipment = ? ORDER BY id LIMIT ?", string(id), int64(maxPaperTrail))
}

// SlipsWanted returns open instructions whose slip was never asked for, oldest first.
func (db *DB) SlipsWanted(limit int) ([]order.Instruction, error) {
	return db.instructions(`SELECT body FROM instructions WHERE done = 0
		AND NOT EXISTS (SELECT 1 FROM print_jobs WHERE key = instructions.id AND key <> '' AND kind = ?) ORDER BY at, id LIMIT ?`,
		string(order.PaperSlip), int64(limit))
}

// InstructionNamed returns an instruction, done or not, or nil.
func (db *DB) InstructionNamed(id string) (*order.Instruction, error) {
	list, err := db.instructions("SELECT body FROM instructions WHERE id = ?", id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// AddPrint puts a job into the print queue, has one tried again, or ends one. A job to
// be tried again that names no paper is every parked one that cannot have come out.
func (tx *Tx) AddPrint(p order.PrintOrder, at time.Time) error {
	const which = " WHERE kind=? AND key=? AND shipment=? AND parcel=? AND no=? AND "
	paper := []any{string(p.Kind), p.Key, string(p.Shipment), p.Parcel, p.No}
	to := func(state order.PrintState, cond string) error {
		return tx.exec("UPDATE print_jobs SET state=?, updated=?"+which+cond, append([]any{string(state), millis(at)}, paper...)...)
	}
	switch {
	case p.Again && p.No == 0:
		return tx.exec("UPDATE print_jobs SET state=?, attempts=0, updated=? WHERE state='parked' AND code NOT IN (?,?,?)",
			string(order.PrintQueued), millis(at), order.PrintUncertain, order.PrintAborted, order.PrintCanceled)
	case p.Again:
		return tx.exec("UPDATE print_jobs SET state=?, attempts=0, updated=?"+which+"state IN ('failed','parked')",
			append([]any{string(order.PrintQueued), millis(at)}, paper...)...)
	case p.Out:
		return to(order.PrintDone, openPrints)
	case p.Drop:
		return to(order.PrintDropped, openPrints)
	}
	if p.Kind == order.PaperManifest && p.No == 1 {
		err := tx.exec("UPDATE handovers SET manifest=? WHERE manifest='' AND carrier=?", p.Key, string(p.Carrier))
		if err != nil {
			return err
		}
	}
	return tx.exec(`INSERT INTO print_jobs(kind, key, shipment, parcel, no, version, operator, state, attempts, ref, code, err, created, updated)
		VALUES(?,?,?,?,?,?,?,?,0,'','','',?,?)`, append(paper, p.Version, string(p.By), string(order.PrintQueued), millis(at), millis(at))...)
}

// SetPrint records what became of a job. Each time it is sent counts as an attempt, and
// fixes what is on the paper.
func (tx *Tx) SetPrint(r order.PrintResult) error {
	sent := boolInt(r.State == order.PrintSending)
	return tx.exec(`UPDATE print_jobs SET state=?, attempts=attempts+?, ref=CASE WHEN ?='' THEN ref ELSE ? END, code=?, err=?, updated=?,
		version=CASE WHEN ? THEN ? ELSE version END, contents=CASE WHEN ? THEN ? ELSE contents END WHERE id=? AND `+openPrints,
		string(r.State), sent, r.Ref, r.Ref, r.Code, r.Err, millis(r.At), sent, r.Version, sent, r.Contents, r.JobID)
}

// doubtPrints makes each job that waits one that may be out. Of a database that was restored, or
// lies somewhere else than before, nobody knows what was printed since, or is printed beside it.
func (tx *Tx) doubtPrints() error {
	return tx.exec("UPDATE print_jobs SET state=?, attempts=max(attempts, 1) WHERE state IN (?,?) AND "+openPrints,
		string(order.PrintSending), string(order.PrintQueued), string(order.PrintFailed))
}

// voidPrints records that the papers of a kind that came out for a parcel do not count
// any more.
func (tx *Tx) voidPrints(e *order.Event) error {
	return tx.exec("UPDATE print_jobs SET voided=?, void_why=? WHERE shipment=? AND parcel=? AND kind=? AND no<=? AND state='done' AND voided=0",
		e.At, e.Reason, string(e.Shipment), e.Parcel, string(e.Paper), e.No)
}

// Prints returns the newest rows of the print ledger, newest first: those of a shipment,
// or, where none is named, those that are not dealt with.
func (r *Reader) Prints(id order.ShipmentID, limit int) (jobs []order.PrintResult, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keep := func(v row) error {
		jobs = append(jobs, scanPrint(v))
		return nil
	}
	if id == "" {
		err = r.c.query(selectPrints+" WHERE "+openPrints+" ORDER BY id DESC LIMIT ?", keep, int64(limit))
	} else {
		err = r.c.query(selectPrints+" WHERE shipment = ? ORDER BY id DESC LIMIT ?", keep, string(id), int64(limit))
	}
	return jobs, err
}
