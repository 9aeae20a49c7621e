package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"pickstation/central"
	"pickstation/central/sqlite"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// Scenarios of bench and centre. The centre is the real one over a SQLite file, the agent
// the real step function, both under the scenario's clock. Steps, in tests only:
//
//	centre start SECTION    the orders, people and goods of a section are the centre's
//	centre run 30s          time goes on, and the agent with it; nobody scans
//	centre has 5            so many of the bench's events are there, and acknowledged
//	centre again 3          the whole log is sent so many times more
//	centre cancel A         the shop cancels an order
//	centre label A          the waybill of an order is scanned
func init() { checks["centre"] = centreCheck }

// benchCentre is the centre of one scenario.
type benchCentre struct {
	r     *scenarioRun
	store central.Store
	svc   *central.Service
	state agent.State
	ids   map[string]order.OrderID
	n     int
	asked *agent.SendFeed // the feed request that waits for news
	since time.Time
}

// benchCentres holds the centres of the scenarios that run, by their replay.
var benchCentres sync.Map

// centreAgent has the times of a station, but for the wait for news.
var centreAgent = agent.Config{Want: 10, BeatEvery: time.Minute, FeedRows: 100, FeedWait: 25 * time.Second, Timeout: 15 * time.Second,
	BackoffFirst: 4 * time.Second, BackoffMax: 30 * time.Second}

const centreBench order.StationID = "replay"

func centreCheck(r *scenarioRun, ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("centre start SECTION, run TIME, has N, again N, cancel NAME or label NAME")
	}
	if args[0] == "start" {
		return startBenchCentre(ctx, r, args[1])
	}
	found, ok := benchCentres.Load(r.replay)
	if !ok {
		return errors.New("centre start comes first")
	}
	c := found.(*benchCentre)
	switch args[0] {
	case "run":
		d, err := time.ParseDuration(args[1])
		if err != nil {
			return err
		}
		return c.run(ctx, d)
	case "has":
		return c.has(ctx, args[1])
	case "again":
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return c.again(ctx, n)
	case "cancel":
		_, err := c.svc.Cancel(ctx, central.By{Who: "shop", Source: "api"}, c.ids[args[1]], "buyer")
		return err
	case "label":
		return c.label(ctx, args[1])
	}
	return fmt.Errorf("%q is nothing a centre does here", args[0])
}

// startBenchCentre makes the centre and gives it a section's world; the bench is enrolled.
func startBenchCentre(ctx context.Context, r *scenarioRun, section string) error {
	c := &benchCentre{r: r, ids: map[string]order.OrderID{}}
	var err error
	if c.store, err = sqlite.Open(ctx, filepath.Join(r.dir, "central.db")); err != nil {
		return err
	}
	vault, err := central.OpenVault(filepath.Join(r.dir, "vault"), true)
	if err != nil {
		return err
	}
	if c.svc, err = central.New(ctx, c.store, vault, central.Config{Lease: 24 * time.Hour, ColdLease: 24 * time.Hour, Grace: time.Hour,
		Now: r.clock.Now, Mono: r.clock.Mono}); err != nil {
		return err
	}
	key, err := localdb.EnsureBoxKey(r.dir)
	if err != nil {
		return err
	}
	if err := c.store.Write(ctx, func(tx central.Tx) error {
		return tx.PutStation(&central.Station{ID: centreBench, Warehouse: central.DefaultWarehouse, BoxKey: key.Public[:], EnrolledAt: r.clock.Now(), CertSerial: rand.Text()})
	}); err != nil {
		return err
	}
	if err := c.stock(ctx, append(r.sc.feeds[firstFeed], r.sc.feeds[section]...)); err != nil {
		return err
	}
	// What the world gave came from no centre: the feed is read from its beginning.
	if err := r.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) { return nil, localTx(tx).Repull(1) }); err != nil {
		return err
	}
	benchCentres.Store(r.replay, c)
	return c.run(ctx, 10*time.Second)
}

// stock gives people, goods and orders of a world to the centre.
func (c *benchCentre) stock(ctx context.Context, rows []wire.FeedRow) error {
	var people []central.Badge
	var orders []central.OrderIn
	for _, row := range rows {
		switch row.Kind {
		case wire.RowOperator:
			var b central.Badge
			if err := json.Unmarshal(row.Body, &struct {
				*order.Operator
				Badge *string `json:"badge"`
			}{&b.Operator, &b.Badge}); err != nil {
				return err
			}
			people = append(people, b)
		case wire.RowWork:
			var w wire.Work
			if err := json.Unmarshal(row.Body, &w); err != nil {
				return err
			}
			in := central.OrderIn{Channel: "shop", External: w.Shipment.Orders[0].External, PaidAt: c.r.clock.Now(), Carrier: w.Shipment.Carrier.ID,
				Receiver: worldReceiver}
			for _, l := range w.Shipment.Lines {
				in.Lines = append(in.Lines, central.LineIn{SKU: l.SKU, Name: l.Name, Qty: l.Qty, Location: l.Location, Codes: l.Codes})
			}
			orders = append(orders, in)
		}
	}
	if _, err := c.svc.PutOperators(ctx, central.DefaultWarehouse, people); err != nil {
		return err
	}
	all, err := c.svc.Intake(ctx, central.By{Who: "shop", Source: "api"}, orders)
	if err != nil {
		return err
	}
	for i, res := range all {
		if res.Outcome != central.OutcomeNew {
			return fmt.Errorf("order %s: %+v", orders[i].External, res)
		}
		c.ids[orders[i].External] = res.ID
	}
	return nil
}

// log is what the centre knows of the bench's log.
func (c *benchCentre) log(ctx context.Context) (log central.Log, err error) {
	err = c.store.Read(ctx, func(r central.Reader) error {
		l, err := r.NewestLog(centreBench)
		if err == nil && l != nil {
			log = *l
		}
		return err
	})
	return log, err
}

// has compares what is at the centre with the bench's log; "all" is whatever there is.
func (c *benchCentre) has(ctx context.Context, want string) error {
	log, err := c.log(ctx)
	if err != nil {
		return err
	}
	var last uint64
	unsent := 0
	if err := c.r.loop.Read(ctx, func(st station.Store) (err error) {
		last = c.r.db.LastSeq()
		unsent, _, err = st.Unsent()
		return err
	}); err != nil {
		return err
	}
	if want == "all" {
		want = fmt.Sprint(last)
	}
	if n := fmt.Sprint(log.HWM); n != want {
		return fmt.Errorf("it has %s of %d", n, last)
	}
	if log.HWM == last && unsent > 0 {
		return fmt.Errorf("%d are not acknowledged", unsent)
	}
	return nil
}

// again sends the whole log again; the centre must have no more, and no other, than before.
func (c *benchCentre) again(ctx context.Context, times int) error {
	before, err := c.log(ctx)
	if err != nil {
		return err
	}
	rd, err := c.r.db.NewReader()
	if err != nil {
		return err
	}
	defer rd.Close()
	st, err := rd.SyncState(ctx)
	if err != nil {
		return err
	}
	for range times {
		l := st.Logs[len(st.Logs)-1]
		bodies, base, end, _, err := rd.Events(ctx, l.ID, 0, 10_000, 8<<20)
		if err != nil {
			return err
		}
		reply, err := c.svc.Push(ctx, centreBench, wire.PushHeader{Proto: wire.Proto, Req: "again", Timeline: st.Timeline, Schema: wire.Schema, Log: l.ID,
			BaseHash: base, N: len(bodies), EndHash: end, App: "scenario"}, bodies)
		if err != nil {
			return err
		}
		if reply.HWM != before.HWM {
			return fmt.Errorf("after the same events once more it has %d, not %d", reply.HWM, before.HWM)
		}
	}
	after, err := c.log(ctx)
	if err == nil && (after.HWM != before.HWM || after.Hash != before.Hash) {
		err = fmt.Errorf("%d events became %d", before.HWM, after.HWM)
	}
	return err
}

// label scans the waybill that an order has now.
func (c *benchCentre) label(ctx context.Context, name string) error {
	s, err := c.r.byRef(ctx, name)
	if err != nil {
		return err
	}
	if len(s.Parcels) == 0 || s.Parcels[0].Waybill.Number == "" {
		return fmt.Errorf("order %s has no waybill", name)
	}
	st, err := parseStep("scan " + s.Parcels[0].Waybill.Number)
	if err != nil {
		return err
	}
	return c.r.do(ctx, &st, nil)
}
