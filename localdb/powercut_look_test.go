package localdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pickstation/order"
)

// Findings of a world.
var (
	errLost    = errors.New("what was acknowledged is not there")
	errUnsound = errors.New("what is there is not sound")
)

// sound looks at everything in the database as a check and as the sync agent would. Every
// tenth time, and at the end of a world, it does so from the beginning and through a
// connection of its own, which costs as much as the start; else events that were looked at
// before are passed over, and the structure of the file is looked at every third time.
func (w *cutWorld) sound() error {
	ctx := context.Background()
	w.looks++
	r := &Reader{c: w.db.w, dir: w.dir, on: w.on, keyring: w.db.keyring}
	var found []string
	var err error
	switch {
	case w.last || w.looks%10 == 1:
		if r, err = w.db.NewReader(); err != nil {
			return err
		}
		defer r.Close()
		var rep Report
		rep, err = r.CheckAll(ctx)
		found = rep.Findings
	case w.looks%3 == 0:
		found, err = r.structure(ctx)
	}
	if err != nil {
		return err
	}
	if _, finding, err := r.checkChain(ctx, w.looked+1); err != nil {
		return err
	} else if finding != "" {
		found = append(found, finding)
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: %v", errUnsound, found)
	}
	if w.looked, err = r.lastLSN(); err != nil {
		return err
	}
	if err := w.receivers(r); err != nil {
		return err
	}
	st, err := r.SyncState(ctx)
	if err != nil {
		return err
	}
	for i := range st.Logs {
		l := &st.Logs[i]
		list, _, _, ok, err := r.Events(ctx, l.ID, l.Acked, 1<<20, 1<<30)
		if err != nil || !ok || len(list) != l.Unsent() {
			return fmt.Errorf("%w: log %d: %d events to send, %d unsent, %v %v", errUnsound, l.No, len(list), l.Unsent(), ok, err)
		}
	}
	return nil
}

// receivers unseals what is sealed. The outer key, that of a day, is tried each time; the
// box inside only where it was not seen before, for opening one is slow.
func (w *cutWorld) receivers(r *Reader) error {
	type sealed struct {
		of  order.ShipmentID
		box []byte
		day string
	}
	var list []sealed
	err := r.c.query("SELECT shipment, sealed, day FROM receivers", func(v row) error {
		list = append(list, sealed{order.ShipmentID(v.text(0)), v.blob(1), v.text(2)})
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.day != "" {
			box, err := r.unsealDay(s.day, s.of, s.box)
			if err == nil && w.boxes[string(box)] {
				continue
			}
			if err == nil {
				w.boxes[string(box)] = true
			}
		}
		if rcv, err := r.Unseal(s.of); err != nil || rcv.Name != testReceiver {
			return fmt.Errorf("%w: receiver of %s: %v %v", errUnsound, s.of, rcv, err)
		}
	}
	return nil
}

// stateOf reads everything that is stored, as lines of text; of events, whose chain is
// checked elsewhere, how many and which is the last.
func stateOf(c *conn) (string, error) {
	var b strings.Builder
	for _, q := range []string{
		"SELECT 'events', log, count(*), sum(seq), sum(length(body)), max(lsn), hex(hash) FROM events GROUP BY log",
		"SELECT 'log', no, id, first_lsn, base, acked, stable, closed, reissued FROM logs",
		"SELECT 'reissue', no, of, first, n, done, hex(hash) FROM reissues",
		"SELECT 'shipment', id, state, owner, last, open, gone, done, priority FROM shipments ORDER BY sid",
		"SELECT 'line', sid, no, picked, packed, last FROM lines ORDER BY sid, no",
		"SELECT 'codes', count(*), sum(sid) FROM codes",
		"SELECT 'bench', body FROM bench",
		"SELECT 'print', id, shipment, no, state, attempts FROM print_jobs ORDER BY id",
		"SELECT 'packet', device, hex(packet), lsn FROM packets ORDER BY device",
		"SELECT 'cold', device, kind, milli_c FROM cold ORDER BY device, kind",
		"SELECT 'receiver', shipment, hex(sealed) FROM receivers ORDER BY shipment",
		"SELECT 'sync', timeline, cursor, reading, swept, offset_ms FROM sync",
	} {
		err := c.query(q, func(r row) error {
			for i := range r {
				switch v := r[i].(type) {
				case int64:
					b.WriteString(strconv.FormatInt(v, 10))
				default:
					if s := r.text(i); len(s) > 80 {
						sum := sha256.Sum256([]byte(s))
						b.WriteString(hex.EncodeToString(sum[:8]))
					} else {
						b.WriteString(s)
					}
				}
				b.WriteByte(' ')
			}
			b.WriteByte('\n')
			return nil
		})
		if err != nil {
			return "", fmt.Errorf("read state: %w", err)
		}
	}
	return b.String(), nil
}

// difference names the first line in which two states differ.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("want %q, got %q", a[i], b[min(i, len(b)-1)])
		}
	}
	return fmt.Sprintf("%d lines, %d", len(a), len(b))
}
