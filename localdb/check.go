package localdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"pickstation/order"
)

// checkChunk is how many events are read in one go: read transactions stay short.
const checkChunk = 2000

// maxFindings bounds what one check reports.
const maxFindings = 20

func damaged(op, format string, args ...any) error {
	return &order.Error{Code: "database_damaged", Op: op, Msg: fmt.Sprintf(format, args...),
		Hint: "keep a copy of the data folder; save what can be read with 'pickstation db salvage FILE OUT', or restore the newest backup; what the centre has is not lost"}
}

// CheckRecent verifies the hash chain of the last n events over all logs. A link that
// does not hold is an *order.Error with code database_damaged.
func (r *Reader) CheckRecent(ctx context.Context, n int) error {
	last, err := r.lastLSN()
	if err != nil {
		return err
	}
	_, finding, err := r.checkChain(ctx, max(1, last-int64(n)+1))
	if err != nil {
		return err
	}
	if finding != "" {
		return damaged("check the event log", "%s", finding)
	}
	return nil
}

func (r *Reader) lastLSN() (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, err := readLogs(r.c)
	return b.lsn, err
}

// checkChain verifies the events from a row on and returns how many hold, and the
// first finding.
func (r *Reader) checkChain(ctx context.Context, from int64) (n int, finding string, err error) {
	var prev order.Hash
	var log *Log
	next := from
	for {
		if err := ctx.Err(); err != nil {
			return n, "", err
		}
		k := 0
		r.mu.Lock()
		b, err := readLogs(r.c)
		if err == nil {
			err = r.c.query("SELECT lsn, log, seq, body, hash, at, type, shipment FROM events WHERE lsn >= ? AND lsn < ? ORDER BY lsn LIMIT ?", func(v row) error {
				k++
				lsn := v.int(0)
				at := b.at(lsn)
				if finding != "" {
					return nil
				}
				if at == nil || at.No != v.int(1) || at.lsn(uint64(v.int(2))) != lsn {
					finding = fmt.Sprintf("row %d says it is event %d of log %d, which does not belong there", lsn, v.int(2), v.int(1))
					return nil
				}
				seq := uint64(v.int(2))
				if log == nil || log.No != at.No || lsn != next {
					var ok bool
					if prev, ok, err = r.hashBefore(at, seq); err != nil {
						return err
					}
					if !ok && seq > at.Last {
						// It was issued again in a later log; here it is deleted from the front.
						copy(prev[:], v.blob(4))
						log, next = at, lsn+1
						return nil
					}
					if !ok {
						finding = fmt.Sprintf("event %d of log %s is missing", seq-1, at.ID)
						return nil
					}
				}
				finding = checkLink(at, v, prev)
				copy(prev[:], v.blob(4))
				log, next = at, lsn+1
				n++
				return nil
			}, next, b.end(), int64(checkChunk))
		}
		r.mu.Unlock()
		if err != nil || finding != "" || k == 0 {
			return n, finding, err
		}
	}
}

// hashBefore returns the hash that the event after it was chained to, of rows that a
// later log issued again too.
func (r *Reader) hashBefore(l *Log, seq uint64) (h order.Hash, ok bool, err error) {
	if seq-1 <= l.Last {
		return hashAt(r.c, l, seq-1)
	}
	v, err := r.c.one("SELECT hash FROM events WHERE lsn = ? AND log = ?", l.lsn(seq-1), l.No)
	if err != nil || v == nil {
		return h, false, err
	}
	copy(h[:], v.blob(0))
	return h, true, nil
}

// checkLink compares one event with its hash and with its columns.
func checkLink(l *Log, v row, prev order.Hash) string {
	seq := v.int(2)
	var hash order.Hash
	copy(hash[:], v.blob(4))
	if order.Chain(prev, v.blob(3)) != hash {
		return fmt.Sprintf("event %d of log %s is not what was written", seq, l.ID)
	}
	e, err := order.ParseEvent(v.blob(3))
	if err != nil {
		return fmt.Sprintf("event %d of log %s cannot be read", seq, l.ID)
	}
	if e.Seq != uint64(seq) || e.At != v.int(5) || string(e.Type) != v.text(6) || string(e.Shipment) != v.text(7) {
		return fmt.Sprintf("the columns of event %d of log %s are not what was written", seq, l.ID)
	}
	return ""
}

// QuickCheck looks at the structure of the file, without the contents of indexes.
func (r *Reader) QuickCheck(ctx context.Context) error {
	found, err := r.look(ctx, "SELECT quick_check FROM pragma_quick_check LIMIT 20")
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return damaged("check the database file", "%s", found[0])
	}
	return nil
}

// look runs a checking query and returns what it found. It ends with ctx.
func (r *Reader) look(ctx context.Context, text string) (found []string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err = r.c.queryUntil(ctx, "SELECT 'ok' UNION ALL "+text, func(v row) error {
		if s := v.text(0); s != "ok" {
			found = append(found, s)
		}
		return nil
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if fatal(err) {
		return []string{err.Error()}, nil // so broken that the check itself ends
	}
	return found, err
}

// Report is what a whole check came to.
type Report struct {
	Events   int           // events whose chain holds
	Findings []string      // what is wrong, empty: nothing
	Took     time.Duration // how long it took
}

// CheckAll looks at everything: structure, indexes, references, the whole event log.
// Findings are not an error.
func (r *Reader) CheckAll(ctx context.Context) (Report, error) {
	start := time.Now()
	var rep Report
	var err error
	if rep.Findings, err = r.structure(ctx); err != nil {
		return rep, err
	}
	var finding string
	if rep.Events, finding, err = r.checkChain(ctx, 1); err != nil && !fatal(err) {
		return rep, err
	} else if err != nil {
		finding = err.Error()
	}
	if finding != "" {
		rep.Findings = append(rep.Findings, finding)
	}
	rep.Findings = rep.Findings[:min(len(rep.Findings), maxFindings)]
	rep.Took = time.Since(start)
	return rep, nil
}

// structure looks at the file, its indexes and its references.
func (r *Reader) structure(ctx context.Context) ([]string, error) {
	found, err := r.look(ctx, "SELECT integrity_check FROM pragma_integrity_check LIMIT 20")
	if err != nil {
		return nil, err
	}
	refs, err := r.look(ctx, "SELECT 'a row of '||\"table\"||' names a shipment that is not there' FROM pragma_foreign_key_check LIMIT 20")
	return append(found, refs...), err
}

// Stats are sizes and counts of a database.
type Stats struct {
	Schema     int64  `json:"schema"`
	FileBytes  int64  `json:"file_bytes"`
	FreeBytes  int64  `json:"free_bytes"` // inside of the file
	WALBytes   int64  `json:"wal_bytes"`
	DiskFree   int64  `json:"disk_free"`
	DiskTotal  int64  `json:"disk_total"`
	Log        string `json:"log"`
	Logs       int    `json:"logs"`
	Events     int64  `json:"events"`
	Unsent     int    `json:"unsent"`
	Shipments  int64  `json:"shipments"`
	Open       int64  `json:"open"`
	Lines      int64  `json:"lines"`
	Receivers  int64  `json:"receivers"`
	Products   int64  `json:"products"`
	Locations  int64  `json:"locations"`
	Operators  int64  `json:"operators"`
	Prints     int64  `json:"prints"`
	PrintsOpen int64  `json:"prints_open"`
	Parked     int64  `json:"parked"` // feed rows that could not be understood
}

// Stats counts what is stored.
func (r *Reader) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	if err := ctx.Err(); err != nil {
		return s, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, q := range []struct {
		text string
		into *int64
	}{
		{"PRAGMA user_version", &s.Schema},
		{"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", &s.FileBytes},
		{"SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size", &s.FreeBytes},
		{"SELECT count(*) FROM shipments", &s.Shipments},
		{"SELECT count(*) FROM shipments WHERE open = 1", &s.Open},
		{"SELECT count(*) FROM lines", &s.Lines},
		{"SELECT count(*) FROM receivers", &s.Receivers},
		{"SELECT count(*) FROM products", &s.Products},
		{"SELECT count(*) FROM locations", &s.Locations},
		{"SELECT count(*) FROM operators", &s.Operators},
		{"SELECT count(*) FROM print_jobs", &s.Prints},
		{"SELECT count(*) FROM print_jobs WHERE " + openPrints, &s.PrintsOpen},
		{"SELECT count(*) FROM parked_rows", &s.Parked},
	} {
		v, err := r.c.one(q.text)
		if err != nil {
			return s, fmt.Errorf("count: %w", err)
		}
		*q.into = v.int(0)
	}
	b, err := readLogs(r.c)
	if err != nil {
		return s, err
	}
	v, err := r.c.one("SELECT count(*) FROM events WHERE lsn < ?", b.end())
	if err != nil {
		return s, fmt.Errorf("count: %w", err)
	}
	s.Events = v.int(0)
	if s.Logs, s.Unsent = len(b.all), b.unsent(); s.Logs > 0 {
		s.Log = string(b.cur().ID)
	}
	if st, err := os.Stat(filepath.Join(r.dir, dbFile+"-wal")); err == nil {
		s.WALBytes = st.Size()
	}
	s.DiskFree, s.DiskTotal, err = r.on.fs.Free(r.dir)
	return s, err
}
