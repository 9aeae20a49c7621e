package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// syncAgent is the session's line to the centre.
type syncAgent struct {
	s      *session
	clock  station.Clock
	reader *localdb.Reader
	client *api.Client
	agent  *agent.Agent
	fresh  chan struct{} // there are new events
	// differs is what was last told of the data that are not as the centre says; it belongs to the agent's goroutine.
	differs string
	before  atomic.Pointer[time.Time] // the centre's last word before this start or carried here since, business time; nil never
}

// newSyncAgent returns the agent of a station that has a centre, nil for one that
// works alone. A station that has a centre but no certificate yet is an error.
func newSyncAgent(ctx context.Context, s *session, clock station.Clock) (*syncAgent, error) {
	age, heard, err := s.db.Word()
	if err != nil {
		return nil, err
	}
	var before *time.Time
	if heard {
		at := clock.Now().Add(-age)
		before = &at
		if err := s.loop.SetSync(ctx, station.SyncView{LastWord: at}); err != nil {
			return nil, err
		}
	}
	if s.cfg.Central.URL == "" {
		return nil, nil
	}
	client, err := newClient(s.cfg)
	if err != nil {
		return nil, err
	}
	reader, err := s.db.NewReader()
	if err != nil {
		return nil, err
	}
	a := &syncAgent{s: s, clock: clock, reader: reader, client: client, fresh: make(chan struct{}, 1)}
	a.before.Store(before)
	cfg := agent.DefaultConfig()
	cfg.Want = s.cfg.Work.Want
	a.agent = agent.New(agent.Options{Config: cfg, Centre: client, Source: source{reader}, Write: a.write, Notify: a.fresh,
		Status: func(st agent.Status) { a.shown(ctx, st) }, Health: reader.Health, Boot: clock.Boot(), App: version})
	return a, nil
}

// newClient returns a client of the configured centre with the station's certificate.
func newClient(cfg *Config) (*api.Client, error) {
	id, err := identityIn(cfg.DataDir)
	if err != nil {
		return nil, fail(exitMissing, err, "enrol the station: pickstation enrol --help")
	}
	if string(id.Station) != cfg.Station {
		return nil, &failure{code: exitMissing, what: "the data folder is enrolled as station " + string(id.Station) + ", the configuration says " + cfg.Station,
			do: "correct station in the configuration, or enrol the station again"}
	}
	id.URL = cfg.Central.URL
	return api.New(id)
}

// notify tells the agent of new events; it never blocks.
func (a *syncAgent) notify() {
	select {
	case a.fresh <- struct{}{}:
	default:
	}
}

// run keeps station and centre in step until ctx ends.
func (a *syncAgent) run(ctx context.Context) {
	defer a.reader.Close()
	defer a.client.Close()
	var keeping sync.WaitGroup
	defer keeping.Wait()
	keeping.Go(func() { a.client.KeepCertificate(ctx, a.clock.Now, a.renewed) })
	err := a.agent.Run(ctx)
	if err != nil && ctx.Err() == nil {
		a.s.log.Error("sync_ended", "err", err)
	}
}

// renewed notes what became of a renewal; one that failed is tried again.
func (a *syncAgent) renewed(err error) {
	if err != nil {
		a.s.log.Warn("certificate_not_renewed", "err", err)
		return
	}
	a.s.log.Info("certificate_renewed")
}

// shown tells the screen how the centre is.
func (a *syncAgent) shown(ctx context.Context, st agent.Status) {
	v := station.SyncView{Online: st.Online, Problem: st.Problem, Detail: st.Detail, Differs: st.Differs, Rereads: st.Rereads}
	if !st.LastWord.IsZero() {
		v.LastWord = a.clock.Now().Add(-time.Since(st.LastWord)) // in business time, whatever the wall clock says
	}
	if before := a.before.Load(); before != nil && before.After(v.LastWord) {
		v.LastWord = *before
	}
	if st.Differs != a.differs {
		a.s.log.Warn("data_compared", "differ", st.Differs, "read_again", st.Rereads)
		a.differs = st.Differs
	}
	_ = a.s.loop.SetSync(ctx, v) // fails only when the loop has ended
}

// carried shows the word of the centre that was carried here.
func (a *syncAgent) carried(ctx context.Context) error {
	var at time.Time
	err := a.s.loop.Read(ctx, func(station.Store) error {
		age, heard, err := a.s.db.Word()
		if heard {
			at = a.clock.Now().Add(-age)
		}
		return err
	})
	v := a.s.loop.View()
	if err != nil || v == nil || !at.After(v.Sync.LastWord) {
		return err
	}
	a.before.Store(&at)
	shown := v.Sync
	shown.LastWord = at
	return a.s.loop.SetSync(ctx, shown)
}

// write runs a change of the agent in the loop's next transaction.
func (a *syncAgent) write(ctx context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
	var offset time.Duration
	var heard bool
	err := a.s.loop.WriteChange(ctx, func(tx station.Tx) (c station.Change, err error) {
		m := marking{Tx: localTx(tx)}
		c.Shipments, err = do(&m)
		offset, heard = a.s.db.ClockOffset(), a.s.db.CentreHeard() // the database is the loop's alone
		c.LogOnly, c.Renumbered = !m.more && len(c.Shipments) == 0, m.renumbered
		return c, err
	})
	var e *order.Error
	if errors.As(err, &e) && e.Code == "station_stopped" {
		return context.Canceled
	}
	if err == nil {
		a.clock.SetOffset(offset, heard)
	}
	return err
}

// marking notices whether an agent's transaction does more than to move the marks of the
// logs, to copy events for a new one and to learn the centre's clock.
type marking struct {
	*localdb.Tx
	more       bool
	renumbered bool // events stand in a new log
}

// ApplyFeed implements agent.Tx.
func (m *marking) ApplyFeed(rows []wire.FeedRow, next, timeline int64) ([]order.ShipmentID, error) {
	m.more = m.more || len(rows) > 0
	return m.Tx.ApplyFeed(rows, next, timeline)
}

// NewLog implements agent.Tx.
func (m *marking) NewLog(log order.LogID, at uint64, why string) (bool, error) {
	done, err := m.Tx.NewLog(log, at, why)
	m.more, m.renumbered = m.more || done, m.renumbered || done // until then copies are made that count nowhere
	return done, err
}

// Rewind implements agent.Tx.
func (m *marking) Rewind(timeline int64) error {
	m.more = true
	return m.Tx.Rewind(timeline)
}

// Repull implements agent.Tx.
func (m *marking) Repull(timeline int64) error {
	m.more = true
	return m.Tx.Repull(timeline)
}

// FeedRead implements agent.Tx.
func (m *marking) FeedRead() ([]order.ShipmentID, error) {
	m.more = true
	return m.Tx.FeedRead()
}

// Renew implements agent.Tx.
func (m *marking) Renew(leases []wire.Renewal) error {
	m.more = m.more || len(leases) > 0
	return m.Tx.Renew(leases)
}

// source is the database as the agent reads it.
type source struct{ *localdb.Reader }

// Local implements agent.Source.
func (s source) Local(ctx context.Context) (agent.Local, error) {
	st, err := s.SyncState(ctx)
	if err != nil {
		return agent.Local{}, err
	}
	l := agent.Local{Timeline: st.Timeline, Cursor: st.Cursor, Unsent: st.Unsent, Held: st.Held, Used: st.Used}
	if st.OldestAt > 0 {
		l.OldestAt = time.UnixMilli(st.OldestAt).UTC()
	}
	for _, g := range st.Logs {
		l.Logs = append(l.Logs, agent.Log{ID: g.ID, Base: g.Base, Last: g.Last, Acked: g.Acked, Stable: g.Stable,
			Closed: g.Closed, Follows: g.Follows})
	}
	return l, nil
}

// identityIn reads the identity of a station, whose key is encrypted with the data folder's.
func identityIn(dir string) (*api.Identity, error) { return api.Load(dir, localdb.NewVault(dir)) }

// enrolled says whether a data folder holds a station's certificate.
func enrolled(dir string) bool {
	_, err := identityIn(dir)
	return err == nil
}

// enrolStation trades a one-time code for the station's certificate.
func enrolStation(ctx context.Context, cfg *Config, code string) error {
	key, err := localdb.EnsureBoxKey(cfg.DataDir)
	if err != nil {
		return err
	}
	_, err = api.Enrol(ctx, api.Enrolment{URL: cfg.Central.URL, Station: order.StationID(cfg.Station), Code: code,
		Dir: cfg.DataDir, Keys: localdb.NewVault(cfg.DataDir), BoxKey: key.Public, App: version})
	if err != nil {
		return fail(exitNo, err, "ask for a new code: pickcentral enrol --station "+cfg.Station)
	}
	return nil
}
