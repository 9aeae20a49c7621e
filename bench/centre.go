package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"pickstation/central"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/central/sqlite"
	"pickstation/order"
)

// hub is a centre on a store of its own, in this process, and what it takes to start
// pickcentral over the same store.
type hub struct {
	store central.Store
	svc   *central.Service
	keys  string   // beginning of the names of its key files
	args  []string // --store and --keys
	stop  func() error
}

// onPostgres makes a centre on a PostgreSQL server that this program starts.
func (e *env) onPostgres(name string) (*hub, error) {
	pg, err := pgtest.Start("shared_buffers=512MB", "max_wal_size=4GB")
	if err != nil {
		return nil, err
	}
	at, err := pg.Database(context.Background())
	if err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	store, err := postgres.Open(context.Background(), at)
	if err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	keys := filepath.Join(e.tmp, name)
	return newHub(store, filepath.Join(keys, "central"), []string{"--store", at, "--keys", keys}, pg.Stop)
}

// onFile makes a centre on a SQLite file.
func (e *env) onFile(name string) (*hub, error) {
	dir := filepath.Join(e.tmp, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "central.db")
	store, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	return newHub(store, path, []string{"--store", "sqlite:" + path}, func() error { return os.RemoveAll(dir) })
}

func newHub(store central.Store, keys string, args []string, stop func() error) (*hub, error) {
	fail := func(err error) (*hub, error) { return nil, errors.Join(err, store.Close(), stop()) }
	if err := os.MkdirAll(filepath.Dir(keys), 0o700); err != nil {
		return fail(err)
	}
	vault, err := central.OpenVault(keys+".key", true)
	if err != nil {
		return fail(err)
	}
	svc, err := central.New(context.Background(), store, vault, central.Config{})
	if err != nil {
		return fail(err)
	}
	return &hub{store: store, svc: svc, keys: keys, args: args, stop: stop}, nil
}

func (h *hub) close() error { return errors.Join(h.store.Close(), h.stop()) }

// serve starts pickcentral over the hub's store as a process of its own.
func (e *env) serve(h *hub, more ...string) (url string, stop func() error, err error) {
	cmd := exec.Command(filepath.Join(e.bin, "pickcentral"), append(append([]string{"serve", "--addr", "127.0.0.1:0", "--exit-with-stdin"}, h.args...), more...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	logs, err := os.Create(filepath.Join(e.tmp, "pickcentral.log"))
	if err != nil {
		return "", nil, err
	}
	defer logs.Close()
	cmd.Stderr = logs
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error { return errors.Join(in.Close(), cmd.Wait()) }
	var ready struct{ Listening string }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		says, _ := os.ReadFile(logs.Name()) // it may tell more; without it the error stands
		return "", nil, errors.Join(fmt.Errorf("pickcentral serve: %w: %s", err, says), stop())
	}
	return ready.Listening, stop, nil
}

// What a bench of the measured warehouses holds: orders as a real day has them (UCI
// Online Retail, 2010-12-01: 136 orders of 23 lines and 199 units).
const (
	hubLines    = 22
	hubUnits    = 9 // of a line
	hubRefusals = 6 // scans of something wrong, for an order
)

// stations makes stations, whose certificates nobody has.
func (h *hub) stations(n int) ([]order.StationID, error) {
	ids := make([]order.StationID, n)
	return ids, h.store.Write(context.Background(), func(tx central.Tx) error {
		for i := range ids {
			ids[i] = order.StationID(fmt.Sprintf("bench-%05d", i))
			err := tx.PutStation(&central.Station{ID: ids[i], Warehouse: central.DefaultWarehouse, BoxKey: make([]byte, 32)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// work takes orders in and gives their shipments to stations in turn, for a month.
func (h *hub) work(stations []order.StationID, orders int) (map[order.StationID][]order.Shipment, error) {
	ctx, all := context.Background(), map[order.StationID][]order.Shipment{}
	for from := 0; from < orders; from += 50 {
		batch := make([]central.OrderIn, min(50, orders-from))
		for i := range batch {
			batch[i] = hubOrder(from + i)
		}
		taken, err := h.svc.Intake(ctx, central.By{Who: "bench", Source: "cli"}, batch)
		if err != nil {
			return nil, err
		}
		err = h.store.Write(ctx, func(tx central.Tx) error {
			for i := range taken {
				ships, err := tx.ShipmentsOf(taken[i].ID)
				if err != nil || len(ships) != 1 {
					return fmt.Errorf("order %s has %d shipments, %s %s: %w", taken[i].ID, len(ships), taken[i].Code, taken[i].Message, err)
				}
				sh, st := ships[0], stations[(from+i)%len(stations)]
				sh.LeaseStation, sh.LeaseToken, sh.LeaseUntil = st, 1, time.Now().Add(30*24*time.Hour)
				if err := tx.PutShipment(sh); err != nil {
					return err
				}
				all[st] = append(all[st], sh.Shipment)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func hubOrder(n int) central.OrderIn {
	in := central.OrderIn{Channel: "bench", External: fmt.Sprint(n), PaidAt: time.Now(),
		Receiver: order.Receiver{Name: "王小明", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市", District: "龙华区", Street: "滨海大道 1 号"}}
	for i := range hubLines {
		in.Lines = append(in.Lines, central.LineIn{SKU: order.SKU(fmt.Sprintf("SKU-%d", (n+i)%997)), Qty: hubUnits, Walk: i + 1,
			Name: order.Names{ZH: "海南贵妃芒果", EN: "Hainan mango"}, Location: order.LocationID(fmt.Sprintf("A-%02d-%d", i/9, i%9+1)),
			Codes: []order.ItemCode{{Key: fmt.Sprintf("69%011d", (n+i)%997)}}})
	}
	return in
}

// script is what a bench writes when it ships a shipment, refused scans included.
func script(st order.StationID, sh *order.Shipment) []order.Event {
	var all []order.Event
	add := func(e order.Event) {
		e.V, e.At, e.Boot, e.By, e.Station = order.EventVersion, time.Now().UnixMilli(), "bench", "op1", st
		e.Mono, e.Frame, e.OrderVersion, e.FlowVersion = int64(len(all))*900, uint64(len(all)), sh.Version, sh.FlowVersion
		if e.Source == "" {
			e.Source, e.Device = order.Scanned, "gun1"
		}
		all = append(all, e)
	}
	add(order.Event{Type: order.EventOpened, Shipment: sh.ID})
	for i := range sh.Lines {
		l := &sh.Lines[i]
		if i%(hubLines/hubRefusals) == 0 {
			add(order.Event{Type: order.EventRefused, Verdict: order.Unknown, Msg: order.MsgUnknownCode, Code: "6909999999999"})
		}
		for range l.Qty {
			add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: l.No, Qty: 1, Verdict: order.OK, Msg: order.MsgUnitPicked, Code: l.Codes[0].Key})
		}
	}
	w := sh.Parcels[0].Waybill.Number
	add(order.Event{Type: order.EventPrintRequested, Shipment: sh.ID, Parcel: 1, No: 1, Waybill: w, Source: order.System})
	add(order.Event{Type: order.EventPrinted, Shipment: sh.ID, Parcel: 1, No: 1, Waybill: w, Source: order.System})
	add(order.Event{Type: order.EventLabelled, Shipment: sh.ID, Parcel: 1, Waybill: w, Code: w})
	add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: w, Code: w})
	return all
}

// eventsOfOrder is how many events a script has.
func eventsOfOrder() int {
	sh := order.Shipment{Lines: make([]order.Line, hubLines), Parcels: make([]order.Parcel, 1)}
	for i := range sh.Lines {
		sh.Lines[i] = order.Line{Qty: hubUnits, Codes: make([]order.ItemCode, 1)}
	}
	return len(script("", &sh))
}

// storeCount asks the store for a number that only SQL tells.
func (e *env) storeCount(h *hub) (map[string]int64, error) {
	counts, err := h.svc.Counts(context.Background())
	if err != nil {
		return nil, err
	}
	if n := counts["exceptions"]; n > 0 {
		list, err := h.svc.Exceptions(context.Background(), central.ExceptionFilter{Limit: 1})
		return counts, errors.Join(err, fmt.Errorf("%d exceptions, such as %s: %s", n, list[0].Code, strings.TrimSpace(list[0].Detail)))
	}
	return counts, nil
}
