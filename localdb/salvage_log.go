package localdb

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"

	"pickstation/order"
)

// scanLeaves looks at every page of the file for events, and for logs that their table
// did not give. An event is known by its own words: its columns must be what its bytes
// say. Stale copies of deleted rows do no harm, for an event never changes.
func (s *salvage) scanLeaves() error {
	for no := uint32(1); no <= s.from.count; no++ {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		kind, list, _, _, err := s.from.cells(no)
		if err != nil || kind != pageTableLeaf {
			continue
		}
		for _, c := range list {
			r, err := record(c.payload)
			if err != nil {
				continue
			}
			switch {
			case looksLikeEvent(r):
				err = s.to.exec("INSERT OR IGNORE INTO events VALUES(?,?,?,?,?,?,?,?)", c.rowid, r[1], r[2], r[3], r[4], r[5], r[6], r[7])
			case looksLikeLog(r):
				err = s.to.exec(`INSERT OR IGNORE INTO logs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
					append(row{c.rowid}, r[1:]...)...)
			}
			if err != nil {
				return s.fail("store an event", err)
			}
		}
	}
	return nil
}

func looksLikeEvent(r row) bool {
	if len(r) != 8 || r[0] != nil || len(r.blob(7)) != len(order.Hash{}) {
		return false
	}
	e, err := order.ParseEvent(r.blob(6))
	return err == nil && e.Seq > 0 && int64(e.Seq) == r.int(2) && e.At == r.int(5) && string(e.Type) == r.text(3) && string(e.Shipment) == r.text(4)
}

func looksLikeLog(r row) bool {
	return len(r) == 14 && r[0] == nil && len(r.text(1)) == 32 && len(r.blob(4)) == len(order.Hash{}) && r.int(2) > 0 && r.int(3) >= 0
}

// settleReissues lets rows name events where they stand now, and gives up copies that do
// not count yet: the centre asks for them again.
func (s *salvage) settleReissues() error {
	var b logbook
	if err := b.readReissues(s.to); err != nil {
		return s.fail("read what was issued again", err)
	}
	if b.staged != nil {
		if err := s.to.exec("DELETE FROM events WHERE log = ?", b.staged.no); err != nil {
			return s.fail("drop copies of events", err)
		}
	}
	for _, m := range b.moved {
		for _, at := range []string{"shipments SET last=last", "lines SET last=last", "parcels SET last=last", "packets SET lsn=lsn"} {
			column := at[strings.LastIndexByte(at, '=')+1:]
			if err := s.to.exec("UPDATE "+at+"+? WHERE "+column+" BETWEEN ? AND ?", m.firstLSN-m.first, m.first, m.first+m.n-1); err != nil {
				return s.fail("follow events", err)
			}
		}
	}
	return s.to.script("DELETE FROM reissues")
}

// mendLogs makes every log end before its first gap that the centre has not got, and
// begin behind the last one that it has. Events of a log that nobody knows are given up.
func (s *salvage) mendLogs() error {
	b, err := readLogs(s.to)
	if err != nil {
		return s.fail("read logs", err)
	}
	for i := range b.all {
		if err := s.mendLog(&b.all[i], i == len(b.all)-1); err != nil {
			return s.fail("mend log "+string(b.all[i].ID), err)
		}
	}
	if err := s.keepNameless(); err != nil {
		return s.fail("keep events without a log", err)
	}
	// What does not stand where its log says, or behind a fork that was issued again.
	if err := s.to.exec(`DELETE FROM events WHERE NOT EXISTS (SELECT 1 FROM logs l WHERE l.no = events.log
		AND events.lsn = l.first_lsn + events.seq - 1 AND events.seq > l.base AND (l.closed IS NULL OR events.seq <= l.closed))`); err != nil {
		return s.fail("drop strays", err)
	}
	n, err := s.to.one("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM again), (SELECT count(*) FROM again)")
	if err != nil {
		return s.fail("count events", err)
	}
	s.rep.Events, s.rep.Reissued = int(n.int(0)), int(n.int(1))
	return nil
}

// gaps finds what is missing of a log up to its end, and the hash of its first event
// that the centre has behind the last gap. A row whose hash does not follow from the one
// before counts as missing.
func (s *salvage) gaps(l *Log, end uint64) (missing []MissingEvents, last uint64, err error) {
	prev, known, next := l.BaseHash, true, l.Base+1
	miss := func(from, to uint64) {
		for _, part := range [][2]uint64{{from, min(to, l.Acked)}, {max(from, l.Acked+1), to}} {
			if part[0] > part[1] {
				continue
			}
			if n := len(missing) - 1; n >= 0 && missing[n].To+1 == part[0] && missing[n].AtCentre == (part[1] <= l.Acked) {
				missing[n].To = part[1]
			} else {
				missing = append(missing, MissingEvents{l.ID, part[0], part[1], part[1] <= l.Acked})
			}
		}
	}
	var broken []int64
	last = l.Base
	err = s.to.query("SELECT lsn, seq, body, hash FROM events WHERE log = ? AND seq > ? AND seq <= ? ORDER BY lsn", func(r row) error {
		seq := uint64(r.int(1))
		if l.lsn(seq) != r.int(0) || seq < next {
			broken = append(broken, r.int(0))
			return nil
		}
		if seq > next {
			miss(next, seq-1)
			known = false
		}
		next = seq + 1
		var hash order.Hash
		copy(hash[:], r.blob(3))
		if known && order.Chain(prev, r.blob(2)) != hash {
			broken = append(broken, r.int(0))
			miss(seq, seq)
			known = false
			return nil
		}
		prev, known, last = hash, true, seq
		return nil
	}, l.No, int64(l.Base), int64(end))
	if err != nil {
		return nil, 0, err
	}
	if next <= end {
		miss(next, end)
	}
	for _, lsn := range broken {
		if err := s.to.exec("DELETE FROM events WHERE lsn = ?", lsn); err != nil {
			return nil, 0, err
		}
	}
	return missing, last, nil
}

// keepNameless writes events of logs whose row is lost as they are into a file beside the
// new database: without its name nobody can tell whether the centre has them.
func (s *salvage) keepNameless() error {
	var f *bufio.Writer
	err := s.to.query("SELECT body FROM events WHERE log NOT IN (SELECT no FROM logs) ORDER BY lsn", func(r row) error {
		if f == nil {
			file, err := os.OpenFile(s.out+".events", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			s.rep.Nameless, s.rest, f = file.Name(), file, bufio.NewWriter(file)
		}
		s.rep.Unplaced++
		_, err := f.Write(append(r.blob(0), '\n'))
		return err
	})
	if f != nil {
		err = errors.Join(err, f.Flush(), s.rest.Sync(), s.rest.Close())
	}
	return err
}

func (s *salvage) mendLog(l *Log, newest bool) error {
	end := l.Last
	if !l.Closed {
		r, err := s.to.one("SELECT max(seq) FROM events WHERE log = ? AND lsn = ? + seq - 1", l.No, l.FirstLSN)
		if err != nil {
			return err
		}
		end = max(l.Acked, uint64(r.int(0)), s.named(l, newest))
	}
	missing, last, err := s.gaps(l, end)
	if err != nil {
		return err
	}
	s.rep.Missing = append(s.rep.Missing, missing...)
	base, hash, cut := l.Base, l.BaseHash, last
	for _, m := range missing {
		switch {
		case m.AtCentre && m.To < l.Acked: // begins behind it, at an event whose hash is known
			r, err := s.to.one("SELECT hash FROM events WHERE log = ? AND seq = ?", l.No, int64(m.To+1))
			if err != nil {
				return err
			}
			base = m.To + 1
			copy(hash[:], r.blob(0))
		case m.AtCentre: // all that the centre has ends in a gap
			base, hash, cut = l.Acked, order.Hash{}, l.Acked
		default:
			cut = min(cut, m.From-1)
		}
	}
	if len(missing) == 0 && end == last && !l.Closed {
		return nil // sound
	}
	cut = max(cut, base)
	if err := s.to.exec(`INSERT INTO again SELECT lsn, log, seq, body, hash FROM events WHERE log = ? AND seq > ? AND seq <= ?`,
		l.No, int64(cut), int64(end)); err != nil {
		return err
	}
	return s.to.exec("UPDATE logs SET base=?1, base_hash=?2, closed=?3, acked=max(?1, min(acked, ?3)), stable=max(?1, min(stable, ?3)) WHERE no=?4",
		int64(base), hash[:], int64(cut), l.No)
}

// named is the highest event of the newest log that other rows name: it was there.
func (s *salvage) named(l *Log, newest bool) uint64 {
	if !newest {
		return 0
	}
	r, err := s.to.one(`SELECT max(last) FROM (SELECT last FROM shipments UNION ALL SELECT last FROM lines
		UNION ALL SELECT last FROM parcels UNION ALL SELECT lsn FROM packets)`)
	if err != nil || r.int(0) < l.FirstLSN {
		return 0
	}
	return uint64(r.int(0) - l.FirstLSN + 1)
}

// issueAgain opens the new database, which starts a new log, and issues there what stood
// behind gaps. What other rows say of an event's place follows it.
func (s *salvage) issueAgain(dir string) error {
	db, err := Open(context.WithoutCancel(s.ctx), Options{Dir: dir})
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := tx.reissueSalvaged(); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.RebuildLookAlikes(); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return errors.Join(tx.Commit())
}

// reissueSalvaged is reissue for rows that are not in the log any more, with gaps.
func (tx *Tx) reissueSalvaged() error {
	b := &tx.db.logs
	newest := b.lsn
	type stray struct {
		lsn   int64
		from  order.LogID
		event order.Event
	}
	if err := tx.exec("CREATE TABLE moved(old INTEGER PRIMARY KEY, new INTEGER NOT NULL)"); err != nil {
		return err
	}
	renumbered := map[order.FactID]uint64{}
	n := 0
	for after, more := int64(0), true; more; {
		var list []stray
		err := tx.db.w.query("SELECT a.lsn, a.body, a.hash, l.id FROM again a JOIN logs l ON l.no = a.log WHERE a.lsn > ? ORDER BY a.lsn LIMIT ?", func(r row) error {
			e, err := storedEvent(r.blob(1), r.blob(2))
			list = append(list, stray{r.int(0), order.LogID(r.text(3)), e})
			return err
		}, after, int64(checkChunk))
		if err != nil {
			return err
		}
		for i := range list {
			x := &list[i]
			e := &x.event
			if e.Orig == nil {
				e.Orig = &order.FactID{Log: x.from, Seq: e.Seq, Hash: e.Hash}
			}
			if of, ok := renumbered[order.FactID{Log: x.from, Seq: e.Of}]; ok && e.Of != 0 {
				e.Of = of
			}
			old := order.FactID{Log: x.from, Seq: e.Seq}
			if err := tx.Append(e); err != nil {
				return err
			}
			renumbered[old] = e.Seq
			if err := tx.exec("INSERT INTO moved VALUES(?,?)", x.lsn, b.lsn); err != nil {
				return err
			}
			after, n = x.lsn, n+1
		}
		more = len(list) == checkChunk
	}
	cur := b.cur()
	cur.Reissued = uint64(n)
	if err := tx.exec("UPDATE logs SET reissued=? WHERE no=?", n, cur.No); err != nil {
		return err
	}
	return tx.followMoved(newest)
}

// followMoved gives rows that name an event its new place; 0 where it is lost.
func (tx *Tx) followMoved(newest int64) error {
	for _, table := range []string{"shipments", "lines", "parcels"} {
		err := tx.exec("UPDATE "+table+" SET last = coalesce((SELECT new FROM moved WHERE old = last), 0) WHERE last > ? OR last IN (SELECT old FROM moved)", newest)
		if err != nil {
			return err
		}
	}
	for _, text := range []string{
		"UPDATE packets SET lsn = coalesce((SELECT new FROM moved WHERE old = lsn), 0) WHERE lsn > ? OR lsn IN (SELECT old FROM moved)",
		"DELETE FROM packets WHERE lsn = 0 AND ? >= 0",
		"DELETE FROM identity WHERE ? >= 0", // the next start begins a log of its own
	} {
		if err := tx.exec(text, newest); err != nil {
			return err
		}
	}
	for _, text := range []string{"DROP TABLE moved", "DROP TABLE again"} {
		if err := tx.exec(text); err != nil {
			return err
		}
	}
	return nil
}
