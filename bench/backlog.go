package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pickstation/central"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// The backlog of a warehouse whose network was away.
const (
	backlogAll      = 1_000_000
	backlogStations = 4
	backlogSeconds  = 60
	backlogBytes    = 25   // of one event on the wire
	lostReplies     = 0.05 // of pushes that the centre has taken
)

// backlog drains a million events of real stations into pickcentral on PostgreSQL,
// over TLS, while every twentieth reply to a push is lost: seconds, bytes of one event
// on the wire (both ways, TLS and TCP payload included), and events that are not
// there exactly once.
func backlog(e *env) (_ []result, err error) {
	n := backlogAll
	if e.short {
		n /= 20
	}
	h, err := e.onPostgres("backlog")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	at, stop, err := e.serve(h)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	relay, err := newMeter(at)
	if err != nil {
		return nil, err
	}
	defer relay.close()
	var benches []*benchLog
	defer func() {
		for _, b := range benches {
			err = errors.Join(err, b.close())
		}
	}()
	if benches, err = e.backlogs(h, relay.url, n); err != nil {
		return nil, err
	}
	relay.bytes.Store(0)
	began := time.Now()
	errs := make([]error, len(benches))
	var wait sync.WaitGroup
	for i, b := range benches {
		wait.Go(func() { errs[i] = b.drain() })
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	took, bytes := time.Since(began).Seconds(), float64(relay.bytes.Load())
	total, lost, wrong := 0, 0, int64(0)
	for _, b := range benches {
		total, lost = total+b.events, lost+int(b.lost.Load())
		off, err := h.differs(b)
		if err != nil {
			return nil, err
		}
		wrong += off
	}
	limit := backlogSeconds * float64(total) / backlogAll
	return []result{of("pg_backlog_wall", took, "s", limit), of("pg_backlog_events", float64(total), "events", 0),
		of("pg_backlog_rate", float64(total)/took, "events/s", backlogAll/backlogSeconds),
		of("pg_backlog_wire", bytes/float64(total), "B/event", backlogBytes), of("pg_backlog_lost_replies", float64(lost), "replies", 0),
		of("pg_backlog_wrong", float64(wrong), "events", 0)}, e.settled(h, total)
}

// settled checks that the work which the stations told of is done at the centre too.
func (e *env) settled(h *hub, events int) error {
	counts, err := e.storeCount(h)
	if err == nil && counts["leases"] != 0 {
		err = fmt.Errorf("after %d events %d of %d shipments are not handed over", events, counts["leases"], counts["shipments"])
	}
	return err
}

// differs returns how many events of a bench's log are missing, doubled or others at
// the centre.
func (h *hub) differs(b *benchLog) (wrong int64, err error) {
	return wrong, h.store.Read(context.Background(), func(r central.Reader) error {
		log, err := r.Log(b.log)
		if err != nil || log == nil {
			return fmt.Errorf("log %s at the centre: %w", b.log, err)
		}
		const page = 50_000
		for from := 0; from < b.events; from += page {
			end := min(from+page, b.events)
			have, err := r.Hashes(log.No, uint64(from+1), uint64(end))
			if err != nil {
				return err
			}
			for seq := from + 1; seq <= end; seq++ {
				if have[uint64(seq)] != b.hashes[seq] {
					wrong++
				}
			}
		}
		if log.HWM != uint64(b.events) {
			wrong += max(int64(log.HWM)-int64(b.events), 1)
		}
		return nil
	})
}

// benchLog is an enrolled station with a database full of events, without a loop.
type benchLog struct {
	db     *localdb.DB
	reader *localdb.Reader
	centre *api.Client
	log    order.LogID
	events int
	hashes []order.Hash // of events, by number
	lost   atomic.Int64
	mu     sync.Mutex // held by who writes to db
}

// backlogs makes stations that have n events together.
func (e *env) backlogs(h *hub, at string, n int) ([]*benchLog, error) {
	names, err := h.stations(backlogStations)
	if err != nil {
		return nil, err
	}
	work, err := h.work(names, (n+eventsOfOrder()-1)/eventsOfOrder())
	if err != nil {
		return nil, err
	}
	all := make([]*benchLog, 0, len(names))
	for _, name := range names {
		b, err := e.backlogOf(h, at, name, work[name])
		if err != nil {
			return all, err
		}
		all = append(all, b)
	}
	return all, nil
}

func (e *env) backlogOf(h *hub, at string, name order.StationID, work []order.Shipment) (*benchLog, error) {
	dir := filepath.Join(e.tmp, "backlog-"+string(name))
	key, err := localdb.EnsureBoxKey(dir)
	if err != nil {
		return nil, err
	}
	code, err := exec.Command(filepath.Join(e.bin, "pickcentral"), append([]string{"enrol", "--station", string(name)}, h.args...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	id, err := api.Enrol(context.Background(), api.Enrolment{URL: at, Station: name, Code: strings.TrimSpace(string(code)), Dir: dir, BoxKey: key.Public, App: "bench"})
	if err != nil {
		return nil, err
	}
	b := &benchLog{}
	if b.centre, err = api.New(id); err != nil {
		return nil, err
	}
	empty, err := localdb.Open(context.Background(), localdb.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	b.log = empty.Log()
	b.hashes = []order.Hash{order.LogStart(b.log)}
	if err := errors.Join(empty.Close(), b.write(dir, name, work)); err != nil {
		return nil, err
	}
	if b.db, err = localdb.Open(context.Background(), localdb.Options{Dir: dir}); err != nil {
		return nil, err
	}
	if b.reader, err = b.db.NewReader(); err != nil {
		return nil, errors.Join(err, b.db.Close())
	}
	return b, nil
}

// write puts the events of the work into the database, past the station.
func (b *benchLog) write(dir string, name order.StationID, work []order.Shipment) error {
	return past(dir, func(add func(order.Event) (order.Hash, error), _ *sql.Tx) error {
		for i := range work {
			for _, e := range script(name, &work[i]) {
				hash, err := add(e)
				if err != nil {
					return err
				}
				b.hashes = append(b.hashes, hash)
				b.events++
			}
		}
		return nil
	})
}

// drain runs the station's agent until nothing is unsent.
func (b *benchLog) drain() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	a := agent.New(agent.Options{Config: agent.DefaultConfig(), Centre: lossy{b.centre, b}, Source: source{b.reader}, App: "bench",
		Write: func(_ context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			tx, err := b.db.Begin()
			if err != nil {
				return err
			}
			if _, err := do(agentTx{tx}); err != nil {
				return errors.Join(err, tx.Rollback())
			}
			return tx.Commit()
		}})
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return errors.Join(err, errors.New("the backlog does not drain"))
		case <-tick.C:
		}
		st, err := b.reader.SyncState(ctx)
		if err == nil && st.Unsent > 0 {
			continue
		}
		cancel()
		return errors.Join(err, <-ended)
	}
}

func (b *benchLog) close() error {
	b.centre.Close()
	return errors.Join(b.reader.Close(), b.db.Close())
}

// lossy is a centre whose replies to pushes get lost now and then, after it has taken
// the push.
type lossy struct {
	*api.Client
	b *benchLog
}

// Push implements agent.Centre.
func (l lossy) Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	reply, err := l.Client.Push(ctx, h, bodies)
	if err == nil && rand.Float64() < lostReplies {
		l.b.lost.Add(1)
		return wire.PushReply{}, errors.New("the reply was lost")
	}
	return reply, err
}

// meter is a relay on TCP that counts what passes, both ways.
type meter struct {
	url   string
	bytes atomic.Int64
	ln    net.Listener
}

func newMeter(at string) (*meter, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	to := u.Host
	u.Host = ln.Addr().String()
	m := &meter{url: u.String(), ln: ln}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go m.pass(c, to)
		}
	}()
	return m, nil
}

func (m *meter) pass(c net.Conn, to string) {
	defer c.Close()
	s, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer s.Close()
	go func() {
		_, _ = io.Copy(s, counting{c, &m.bytes}) // its end is the connection's
		_ = s.Close()
	}()
	_, _ = io.Copy(c, counting{s, &m.bytes})
}

func (m *meter) close() { _ = m.ln.Close() }

type counting struct {
	net.Conn
	n *atomic.Int64
}

// Read counts what is read.
func (c counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}
