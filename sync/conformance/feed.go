package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pickstation/sync/wire"
)

// feedChecks are about the feed and heartbeats.
var feedChecks = []check{
	{"the feed ascends from any cursor and ends", func(ctx context.Context, t Target) error {
		rows, _, err := readFeed(ctx, t.Centre, 0, 7)
		if err != nil {
			return err
		}
		for i := range rows {
			if len(rows) > 20 && i%(len(rows)/10) != 0 {
				continue // some of many are enough
			}
			rest, _, err := readFeed(ctx, t.Centre, rows[i].FS, wire.MaxFeedRows)
			if err != nil {
				return err
			}
			if len(rest) < len(rows)-i-1 {
				return fmt.Errorf("after %d: %d rows, wanted %d", rows[i].FS, len(rest), len(rows)-i-1)
			}
		}
		return nil
	}},
	{"a cursor that is past the feed starts a snapshot", func(ctx context.Context, t Target) error {
		r, err := t.Centre.Feed(ctx, 1<<60, wire.MaxFeedRows, 0)
		var coded interface{ Class() string }
		if errors.As(err, &coded) && coded.Class() == "snapshot" {
			return nil
		}
		if err == nil && !r.Snapshot {
			err = errors.New("it goes on as if nothing were wrong")
		}
		return err
	}},
	{"rows are of known kinds and can be read", func(ctx context.Context, t Target) error {
		rows, _, err := readFeed(ctx, t.Centre, 0, wire.MaxFeedRows)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := checkRow(&rows[i]); err != nil {
				return fmt.Errorf("row %d, %s %s: %w", rows[i].FS, rows[i].Kind, rows[i].ID, err)
			}
		}
		return nil
	}},
	{"sums are those of what the feed brought", func(ctx context.Context, t Target) error {
		rows, end, err := readFeed(ctx, t.Centre, 0, wire.MaxFeedRows)
		if err != nil {
			return err
		}
		r, err := t.Centre.Sums(ctx, end, wire.MaxFeedRows)
		switch {
		case err != nil:
			return err
		case len(r.Rows) > 0 || !r.UpToDate:
			return errors.New("the end of the feed is not its end")
		case r.Sums == nil:
			return fmt.Errorf("%w: the centre sends none", errSkip)
		}
		held, err := sumsOf(rows)
		if kinds := r.Sums.Differ(held); err == nil && kinds != nil {
			err = fmt.Errorf("of %v a station that reads the feed holds %v, the centre says %v", kinds, held, r.Sums)
		}
		return err
	}},
	{"a heartbeat is answered with the timeline of the pushes", func(ctx context.Context, t Target) error {
		l := newLog(t).add(1)
		p, err := l.push(ctx, 0, 1)
		if err != nil {
			return err
		}
		b, err := beat(ctx, t, l, 0)
		if err == nil && (b.Timeline != p.Timeline || b.ServerAt.IsZero()) {
			err = fmt.Errorf("timeline %d at %s, pushes say %d", b.Timeline, b.ServerAt, p.Timeline)
		}
		if err != nil {
			return err
		}
		f, err := t.Centre.Feed(ctx, 0, 1, 0)
		if err == nil && f.Timeline != p.Timeline {
			err = fmt.Errorf("the feed has timeline %d, pushes say %d", f.Timeline, p.Timeline)
		}
		return err
	}},
	{"a heartbeat that wants no more gets no more", func(ctx context.Context, t Target) error {
		l := newLog(t).add(1)
		if err := l.took(ctx, 0, 1); err != nil {
			return err
		}
		for want := range 3 {
			held, err := leased(ctx, t)
			if err != nil {
				return err
			}
			b, err := beat(ctx, t, l, held+want)
			if err == nil && b.Granted > want {
				err = fmt.Errorf("%d granted where %d more were wanted", b.Granted, want)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}},
	{"two stations do not hold the same work", func(ctx context.Context, t Target) error {
		if t.Other == nil {
			return errAlone
		}
		mine, err := leases(ctx, t.Centre)
		if err != nil {
			return err
		}
		theirs, err := leases(ctx, t.Other)
		if err != nil {
			return err
		}
		for id := range mine {
			if theirs[id] > 0 {
				return fmt.Errorf("shipment %s is leased to both", id)
			}
		}
		return nil
	}},
}

// readFeed reads pages to the end and checks each against the others.
func readFeed(ctx context.Context, c Centre, cursor int64, page int) ([]wire.FeedRow, int64, error) {
	var all []wire.FeedRow
	for {
		r, err := c.Feed(ctx, cursor, page, 0)
		if err != nil {
			return nil, 0, fmt.Errorf("feed after %d: %w", cursor, err)
		}
		again, err := c.Feed(ctx, cursor, page, 0)
		if err != nil {
			return nil, 0, fmt.Errorf("feed after %d: %w", cursor, err)
		}
		if !slices.Equal(numbers(r.Rows), numbers(again.Rows)) {
			return nil, 0, fmt.Errorf("the cursor %d brings rows %v, then %v", cursor, numbers(r.Rows), numbers(again.Rows))
		}
		if len(r.Rows) > page {
			return nil, 0, fmt.Errorf("%d rows, %d were asked for", len(r.Rows), page)
		}
		last := cursor
		for _, row := range r.Rows {
			if row.FS <= last {
				return nil, 0, fmt.Errorf("row %d follows %d", row.FS, last)
			}
			last = row.FS
		}
		if r.Next < last || r.Next == cursor && !r.UpToDate {
			return nil, 0, fmt.Errorf("after %d the next cursor is %d, up to date: %v", cursor, r.Next, r.UpToDate)
		}
		all = append(all, r.Rows...)
		if cursor = r.Next; r.UpToDate {
			return all, cursor, nil
		}
	}
}

func numbers(rows []wire.FeedRow) (list []int64) {
	for _, r := range rows {
		list = append(list, r.FS)
	}
	return list
}

// sumsOf adds up what a station holds of the rows of a feed that was read from its beginning.
func sumsOf(rows []wire.FeedRow) (wire.Sums, error) {
	type thing struct {
		kind wire.RowKind
		id   string
	}
	held := map[thing]int64{}
	for _, r := range rows {
		held[thing{r.Kind, r.ID}] = r.FS
		switch r.Kind {
		case wire.RowWorkGone:
			delete(held, thing{wire.RowWork, r.ID})
		case wire.RowTask:
			var w wire.Task
			if err := json.Unmarshal(r.Body, &w); err != nil {
				return nil, err
			}
			if w.Task.Closed() {
				delete(held, thing{r.Kind, r.ID})
			}
		}
	}
	all, sums := map[wire.RowKind]wire.Sum{}, wire.Sums{}
	for k, fs := range held {
		s := all[k.kind]
		s.Add(fs)
		all[k.kind], sums[k.kind] = s, s.String()
	}
	return sums, nil
}

func checkRow(r *wire.FeedRow) error {
	switch r.Kind {
	case wire.RowWork:
		var w wire.Work
		if err := json.Unmarshal(r.Body, &w); err != nil {
			return err
		}
		if w.Shipment.ID == "" || w.Lease.Token < 1 || len(w.Shipment.Lines) == 0 || len(w.Shipment.Parcels) == 0 {
			return errors.New("it lacks an id, a lease, lines or parcels")
		}
		return nil
	case wire.RowWorkGone, wire.RowProduct, wire.RowLocation, wire.RowOperator, wire.RowFlow, wire.RowPolicy, wire.RowBlock, wire.RowInstruction, wire.RowTask, wire.RowPickup:
		var body map[string]any
		err := json.Unmarshal(r.Body, &body)
		if id := fmt.Sprintf("%v@%v", body["id"], body["version"]); err == nil && r.Kind == wire.RowFlow && r.ID != id {
			err = fmt.Errorf("it is the row of the flow %s", id)
		}
		return err
	}
	return errors.New("stations do not know this kind")
}

func beat(ctx context.Context, t Target, l *log, want int) (wire.HeartbeatReply, error) {
	n := uint64(len(l.bodies))
	h := wire.Heartbeat{Proto: wire.Proto, Req: request(), Log: l.id, Seq: n, Acked: n, Want: want, App: "conformance"}
	r, err := t.Centre.Beat(ctx, h)
	if err == nil && r.Req != h.Req {
		err = fmt.Errorf("the reply is for request %q, not %q", r.Req, h.Req)
	}
	return r, err
}

// leases returns the lease tokens of the work in a station's feed.
func leases(ctx context.Context, c Centre) (map[string]int64, error) {
	rows, _, err := readFeed(ctx, c, 0, wire.MaxFeedRows)
	held := map[string]int64{}
	for _, r := range rows {
		switch r.Kind {
		case wire.RowWork:
			var w wire.Work
			if err := json.Unmarshal(r.Body, &w); err != nil {
				return nil, err
			}
			held[r.ID] = w.Lease.Token
		case wire.RowWorkGone:
			delete(held, r.ID)
		}
	}
	return held, err
}

func leased(ctx context.Context, t Target) (int, error) {
	held, err := leases(ctx, t.Centre)
	return len(held), err
}
