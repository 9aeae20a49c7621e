package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"pickstation/central/records"
	"pickstation/order"
)

// Events lie in one partition for each day (UTC) on which they were received, so that
// old days can be taken out as whole tables. Partitions are made ahead; what comes on a
// day without one (the machine's clock is far off) goes to the partition events_rest,
// and moves to its own when that is made.
const (
	daysAhead  = 7
	daysEvery  = time.Hour
	dayFormat  = "20060102"
	dayMS      = int64(24 * time.Hour / time.Millisecond)
	dayMinimum = 120 * 24 * time.Hour
)

// MinimumAge is how old the events of a day must be before it can be taken out: benches
// keep theirs for 90 days and may send those again.
const MinimumAge = dayMinimum

// restTable is the partition of the days that have none.
const restTable = "events_rest"

var dayTable = regexp.MustCompile(`^events_(\d{8})$`)

// Day is a partition of events.
type Day struct {
	Table string    `json:"table"`
	From  time.Time `json:"from,omitzero"` // zero: the events of days without a partition
	Rows  int64     `json:"rows"`          // as PostgreSQL estimates them
	Bytes int64     `json:"bytes"`
}

// keepDays makes partitions ahead until the store closes.
func (s *Store) keepDays(ctx context.Context) {
	tick := time.NewTicker(daysEvery)
	defer tick.Stop()
	for {
		if err := s.MakeDays(ctx, time.Now(), time.Now().AddDate(0, 0, daysAhead)); err != nil && ctx.Err() == nil {
			slog.Warn("partitions of events were not made; tried again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// MakeDays makes the partitions of events from the day of one moment to that of another one,
// where they are missing.
func (s *Store) MakeDays(ctx context.Context, from, to time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	c, err := connect(ctx, s.cfg)
	if err != nil {
		return err
	}
	defer s.hangUp(c)
	for day := from.UTC().Truncate(24 * time.Hour); !day.After(to); day = day.AddDate(0, 0, 1) {
		if err := c.makeDay(day); err != nil {
			return fmt.Errorf("partition of %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return nil
}

// makeDay makes one partition. Attaching it does not stop who writes to other days.
func (c *conn) makeDay(day time.Time) error {
	table, from := "events_"+day.Format(dayFormat), day.UnixMilli()
	return c.makeOnce(table, fmt.Sprintf(`SET LOCAL lock_timeout = '5s';
			LOCK TABLE `+restTable+`;
			CREATE TABLE %[1]s (LIKE events INCLUDING DEFAULTS, CHECK (received_ms >= %[2]d AND received_ms < %[3]d));
			WITH moved AS (DELETE FROM events_rest WHERE received_ms >= %[2]d AND received_ms < %[3]d RETURNING *)
				INSERT INTO %[1]s SELECT * FROM moved;
			ALTER TABLE events ATTACH PARTITION %[1]s FOR VALUES FROM (%[2]d) TO (%[3]d)`, table, from, from+dayMS))
}

func (c *conn) inTransaction(do func() error) error {
	if _, err := c.direct("BEGIN"); err != nil {
		return err
	}
	err := do()
	if err == nil {
		err = c.flush()
	}
	if err == nil {
		_, err = c.direct("COMMIT")
		return err
	}
	_, _ = c.direct("ROLLBACK") // where it fails the connection is gone, and the transaction too
	return err
}

// Days lists the partitions of events, oldest first; the last may be the rest.
func (s *Store) Days(ctx context.Context) (all []Day, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.Each(`SELECT t.relname::text, greatest(t.reltuples, 0)::bigint, pg_total_relation_size(t.oid)
			FROM pg_inherits i JOIN pg_class t ON t.oid = i.inhrelid
			WHERE i.inhparent = 'events'::regclass ORDER BY t.relname`, nil, func(scan func(...any) error) error {
			var d Day
			if err := scan(&d.Table, &d.Rows, &d.Bytes); err != nil {
				return err
			}
			if m := dayTable.FindStringSubmatch(d.Table); m != nil {
				d.From, _ = time.Parse(dayFormat, m[1])
			}
			all = append(all, d)
			return nil
		})
	})
	return all, err
}

// Detach takes the days before a moment out of the events: their tables stay in the
// database under their names, for whoever dumps and drops them. It refuses a day that
// is younger than [MinimumAge] at now, or holds events that no backup covers, and takes
// none then (code not_detachable). Of each event its identity stays: a bench that was away
// for longer sends it again after a restore.
func (s *Store) Detach(ctx context.Context, before, now time.Time) (out []Day, err error) {
	all, err := s.Days(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if !d.From.IsZero() && !d.From.AddDate(0, 0, 1).After(before) {
			out = append(out, d)
		}
	}
	if before.After(now.Add(-MinimumAge)) {
		return nil, order.Errorf("not_detachable", "only days older than %d days can be taken out", int(MinimumAge.Hours()/24)).
			WithHint("name an earlier day; benches may send younger events again")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(len(out)+1)*writeLimit)
	defer cancel()
	c, err := connect(ctx, s.cfg)
	if err != nil {
		return nil, unavailable(err)
	}
	defer s.hangUp(c)
	err = c.inTransaction(func() error {
		for _, do := range []func(Day) error{c.covered, c.keepFacts, c.detach} { // the last stops who writes: it is short
			for _, d := range out {
				if err := do(d); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, unavailable(err)
	}
	return out, nil
}

func (d Day) name() string { return pgx.Identifier{d.Table}.Sanitize() }

// covered holds a day as it is, and refuses one of which no backup has all.
func (c *conn) covered(d Day) error {
	if _, err := c.direct("SET LOCAL lock_timeout = '5s'; LOCK TABLE " + d.name() + " IN SHARE MODE"); err != nil {
		return err
	}
	var bare int64
	_, err := c.One(`SELECT count(*) FROM (SELECT log_no, max(seq) AS newest FROM `+d.name()+` GROUP BY log_no) AS e
		JOIN logs ON logs.no = e.log_no WHERE e.newest > logs.stable`, nil, &bare)
	if err != nil {
		return err
	}
	if bare > 0 {
		return order.Errorf("not_detachable", "%s holds events of %d logs that no backup covers", d.Table, bare).
			WithHint("make one first: pickcentral backup FILE")
	}
	return nil
}

// keepFacts notes the identity of each event of a day beside those of re-issued ones.
func (c *conn) keepFacts(d Day) error {
	_, err := c.direct(`INSERT INTO facts (log, seq, hash) SELECT logs.id, e.seq, encode(e.hash, 'hex')
		FROM ` + d.name() + ` AS e JOIN logs ON logs.no = e.log_no ON CONFLICT (log, seq, hash) DO NOTHING`)
	return err
}

func (c *conn) detach(d Day) error {
	_, err := c.direct("ALTER TABLE events DETACH PARTITION " + d.name())
	return err
}

// makeRest makes the partition of the days that have none.
func (c *conn) makeRest() error {
	return c.makeOnce(restTable, "CREATE TABLE "+restTable+" PARTITION OF events DEFAULT")
}

// makeOnce makes a table that is missing; of several processes one does it.
func (c *conn) makeOnce(table, query string) error {
	var there bool
	// The table of relations is asked, not to_regclass, whose answer may be of before the
	// wait for the lock.
	const look = "SELECT count(*) > 0 FROM pg_class WHERE relname = ? AND relnamespace = current_schema()::regnamespace"
	if _, err := c.One(look, []any{table}, &there); err != nil || there {
		return err
	}
	return c.inTransaction(func() error {
		if _, err := (&records.Handle{DB: c}).Next("partitions", 0); err != nil { // a lock between processes
			return err
		}
		if _, err := c.One(look, []any{table}, &there); err != nil || there {
			return err
		}
		_, err := c.direct(query)
		return err
	})
}
