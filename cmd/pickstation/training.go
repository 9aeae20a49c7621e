package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
	"pickstation/tui"
)

// trainingOrders is how many orders a trainee finds.
const trainingOrders = 40

// trainingBanner stands on every page that training prints.
const trainingBanner = "培训 TRAINING 不是真单 NOT REAL"

// trainingConfig is a bench in which nothing is real. It is made anew and takes from the
// real one only how the screen looks and which devices there are: no centre, no printer, no
// data folder of the real bench can be reached from it.
func trainingConfig(real *Config, dir string) (*Config, error) {
	c := &Config{Station: "TRAINING", DataDir: filepath.Join(dir, "station"), Lang: real.Lang, DevDir: real.DevDir, UI: real.UI,
		Scanner: real.Scanner, Scale: real.Scale, Probe: real.Probe, Wedge: real.Wedge, profiles: real.profiles,
		Printer: PrinterEntry{URI: "spool:" + filepath.Join(dir, "papers"), DPI: real.Printer.DPI, Form: real.Printer.Form, List: real.Printer.List,
			banner: trainingBanner}, training: true}
	for _, d := range []string{c.DataDir, filepath.Join(dir, "papers")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fail(exitMissing, err, "make room in the temporary folder")
		}
	}
	return c, c.check()
}

// runTraining shows a bench with sample orders in a folder of its own, which goes with it.
func runTraining(ctx context.Context, real *Config) error {
	if !isTerminal(os.Stdout) {
		return &failure{code: exitMissing, what: "run: standard output is no terminal", do: "start it on the bench's console, or in tmux"}
	}
	dir, err := os.MkdirTemp("", "pickstation-training-")
	if err != nil {
		return fail(exitMissing, err, "make room in the temporary folder")
	}
	defer os.RemoveAll(dir)
	cfg, err := trainingConfig(real, dir)
	if err != nil {
		return err
	}
	if err := fillTraining(ctx, cfg, time.Now()); err != nil {
		return err
	}
	log, closeLog, err := openLog(cfg.DataDir)
	if err != nil {
		return err
	}
	defer closeLog()
	return train(ctx, cfg, log, nil)
}

// train runs the terminal with a virtual scanner beside the real ones; setup may change
// what the screen is given.
func train(ctx context.Context, cfg *Config, log *slog.Logger, setup func(*tui.Config)) error {
	t := newTerminal(cfg, log)
	p := &puppet{rng: rand.New(rand.NewPCG(1, 7)), send: func(ctx context.Context, raw string) { t.typed(ctx, []byte(raw), time.Now()) }}
	return t.run(ctx, func(c *tui.Config) {
		p.takeKeys(ctx, t, c)
		if setup != nil {
			setup(c)
		}
	})
}

// fillTraining stores people, goods, places and orders in the scratch folder.
func fillTraining(ctx context.Context, cfg *Config, now time.Time) error {
	if _, err := localdb.EnsureBoxKey(cfg.DataDir); err != nil { // the first start takes it into its keeping
		return err
	}
	db, err := localdb.Open(ctx, localdb.Options{Dir: cfg.DataDir})
	if err != nil {
		return err
	}
	defer db.Close()
	snap, err := trainingWork(cfg.Lang, now)
	if err != nil {
		return err
	}
	rows, err := snap.rows(db, now)
	if err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.ApplyFeed(rows, int64(len(rows)), 1); err != nil {
		_ = tx.Rollback() // the first error counts
		return err
	}
	return tx.Commit()
}

// trainingWork is the feed of a warehouse that does not exist.
func trainingWork(lang string, now time.Time) (*workSnapshot, error) {
	products, err := sampleProducts()
	if err != nil {
		return nil, err
	}
	orders, err := sampleOrders(trainingOrders, 1, now)
	if err != nil {
		return nil, err
	}
	snap := &workSnapshot{}
	add := func(kind wire.RowKind, id string, v any) {
		body, jerr := json.Marshal(v)
		if jerr != nil {
			err = jerr
		}
		snap.Rows = append(snap.Rows, wire.FeedRow{Kind: kind, ID: id, Body: body})
	}
	policy := order.DefaultPolicy()
	policy.PrintWordAgeS, policy.DispatchWordAgeS = 0, 0 // nobody is asked
	policy.Shipper = order.Sender{Name: trainingBanner, Phone: "000", Address: trainingBanner, Country: "CN"}
	add(wire.RowPolicy, "policy", policy)
	for _, o := range sampleOperators(lang) {
		add(wire.RowOperator, string(o.ID), o)
	}
	bySKU := map[order.SKU]*sampleProduct{}
	for i := range products {
		p := &products[i]
		bySKU[p.SKU] = p
		add(wire.RowProduct, string(p.SKU), p.Product)
		add(wire.RowLocation, string(p.Home), order.Location{ID: p.Home, Zone: string(p.Home[:1]), Walk: i + 1, Temp: p.Temp})
	}
	for i := range orders {
		id := fmt.Sprintf("TRAINING-%03d", i+1)
		add(wire.RowWork, id, trainingShipment(id, &orders[i], bySKU))
	}
	return snap, err
}

// trainingShipment is an order as a bench gets it. Its number, its waybill and its receiver
// say what it is.
func trainingShipment(id string, o *sampleOrder, products map[order.SKU]*sampleProduct) any {
	s := order.Shipment{ID: order.ShipmentID(id), Version: 1, Flow: "standard", FlowVersion: 1, State: "awaiting_pick", Warehouse: "TRAINING",
		Orders:  []order.OrderRef{{ID: order.OrderID(id), Channel: o.Channel, External: "T-" + o.External}},
		Carrier: order.Carrier{ID: "TRAINING", Name: order.Names{ZH: "培训", EN: "Training"}}, Promise: o.Promise, Priority: o.Priority, Tote: o.Tote, PackCheck: o.Check,
		Parcels: []order.Parcel{{No: 1, ID: order.ParcelID(id), Waybill: order.Waybill{Number: id, Routing: "TRAINING"}}}}
	for i, l := range o.Lines {
		p := products[l.SKU]
		s.Lines = append(s.Lines, order.Line{No: i + 1, SKU: p.SKU, Name: p.Name, Qty: l.Qty, Location: p.Home, Walk: i + 1, Codes: p.Codes,
			Track: p.Track, Temp: p.Temp, WeightG: p.WeightG, SpreadG: p.SpreadG, Scan: p.Scan})
	}
	to := o.Receiver
	to.Name, to.Phone = "培训 Training", "000"
	return struct {
		Shipment order.Shipment `json:"shipment"`
		Receiver order.Receiver `json:"receiver"`
	}{s, to}
}
