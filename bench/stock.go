package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the events are written past the station, without syncs
	"golang.org/x/crypto/nacl/box"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// What a stocked station holds: 2,000 shipments of 50 lines are 100,000 open lines.
const (
	stockShipments = 2000
	stockLines     = 50
	fewEvents      = 1_000
	batchEvents    = 1_001 // a station of its own: its batch stays open, and other measures' scans would be wrong
	manyEvents     = 1_000_000
	reissueEvents  = 200_000
	backlogEvents  = 20_000 // the only ones that the centre has not acknowledged
)

// The bench's own shipment never ends: its lines want a million units each.
const (
	benchRef   = "BENCH"
	benchLines = 10
	badge      = "BADGE-1"
)

var badgeKey = []byte("bench")

// folder returns a data folder with so many events, made once.
func (e *env) folder(events int) (string, error) {
	if dir := e.stock[events]; dir != "" {
		return dir, nil
	}
	dir := filepath.Join(e.tmp, fmt.Sprintf("station-%d", events))
	if err := fill(dir, stockShipments); err != nil {
		return "", fmt.Errorf("stock a station: %w", err)
	}
	acked := events
	if events == backlogEvents {
		acked = 0
	}
	if err := age(dir, events, acked); err != nil {
		return "", fmt.Errorf("write %d events: %w", events, err)
	}
	e.stock[events] = dir
	return dir, nil
}

// fill makes a data folder with people and work: the bench's own shipment and others.
func fill(dir string, shipments int) error {
	key, err := localdb.EnsureBoxKey(dir)
	if err != nil {
		return err
	}
	sealed, err := box.SealAnonymous(nil, badgeKey, &key.Public, rand.Reader)
	if err != nil {
		return err
	}
	policy := order.DefaultPolicy()
	rows := []wire.FeedRow{
		row(wire.RowPolicy, "policy", wire.Policy{Policy: policy, BadgeKey: sealed}),
		row(wire.RowOperator, "op1", order.Operator{ID: "op1", Name: "Li Lei", Lang: "en", Roles: []order.Role{order.RolePicker},
			BadgeHash: order.BadgeHash(badgeKey, badge)}),
		work(benchShipment()),
	}
	for n := range shipments {
		rows = append(rows, work(shipment(fmt.Sprintf("W%05d", n), stockLines, 3)))
	}
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer db.Close()
	for i := range rows {
		rows[i].FS = int64(i + 1)
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.ApplyFeed(rows, int64(len(rows)), 1); err != nil {
		return err
	}
	return tx.Commit()
}

func row(kind wire.RowKind, id string, body any) wire.FeedRow {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // plain data always encodes
	}
	return wire.FeedRow{Kind: kind, ID: id, Body: b}
}

func work(s order.Shipment) wire.FeedRow {
	return row(wire.RowWork, string(s.ID), wire.Work{Shipment: s,
		Lease: order.Lease{Token: 1, Until: time.Now().Add(30 * 24 * time.Hour), GrantS: 30 * 24 * 3600}})
}

func benchShipment() order.Shipment {
	s := shipment(benchRef, benchLines, 1_000_000)
	s.Priority = 9
	for i := range s.Lines {
		s.Lines[i].Codes = []order.ItemCode{{Key: item(i)}}
	}
	return s
}

// item is the code of a line of the bench's own shipment.
func item(n int) string { return fmt.Sprintf("BENCH-ITEM-%d", n%benchLines) }

func shipment(id string, lines, qty int) order.Shipment {
	s := order.Shipment{ID: order.ShipmentID(id), Version: 1, Flow: "standard", FlowVersion: 1, Warehouse: "W1", State: "awaiting_pick",
		Orders:  []order.OrderRef{{ID: order.OrderID(id), Channel: "shop", External: id}},
		Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}},
		Parcels: []order.Parcel{{No: 1, ID: order.ParcelID("P-" + id), Waybill: order.Waybill{Number: "SF" + id}}}}
	for i := range lines {
		s.Lines = append(s.Lines, order.Line{No: i + 1, SKU: order.SKU(fmt.Sprintf("SKU-%d", i)), Qty: qty, Walk: i,
			Name:     order.Names{ZH: "海南贵妃芒果", EN: "Hainan mango"},
			Location: order.LocationID(fmt.Sprintf("A-%02d-%d", i/9, i%9+1)), Codes: []order.ItemCode{{Key: fmt.Sprintf("69%011d", i)}}})
	}
	return s
}

// age writes a history of events past the station; the centre has the first of them.
func age(dir string, events, acked int) error {
	at := time.Now().Add(-time.Duration(events) * time.Second).UnixMilli()
	return past(dir, func(add func(order.Event) (order.Hash, error), tx *sql.Tx) error {
		for n := 1; n <= events; n++ {
			_, err := add(order.Event{Type: order.EventPicked, V: order.EventVersion, Shipment: order.ShipmentID(fmt.Sprintf("OLD%d", n/40)), Line: n%40 + 1, Qty: 1,
				At: at + int64(n)*1000, Mono: int64(n) * 1000, Boot: "bench", By: "op1", Station: "bench", Device: "gun1", Frame: uint64(n),
				Source: order.Scanned, Verdict: order.OK, Msg: order.MsgUnitPicked, Code: "6901234567892", OrderVersion: 1, FlowVersion: 1})
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec("UPDATE logs SET acked = ?, stable = ? WHERE no = 1", acked, acked)
		return err
	})
}

// past lets write append events to a fresh log past the station, chained as the
// station would; add returns the hash of what it added.
func past(dir string, write func(add func(order.Event) (order.Hash, error), tx *sql.Tx) error) error {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "station.db")+"?_synchronous=OFF&_journal_mode=WAL")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var log string
	if err := db.QueryRow("SELECT id FROM logs WHERE no = 1").Scan(&log); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit there is nothing to take back
	ins, err := tx.Prepare("INSERT INTO events(lsn, log, seq, type, shipment, at, body, hash) VALUES(?,1,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	prev, n := order.LogStart(order.LogID(log)), uint64(0)
	err = write(func(ev order.Event) (order.Hash, error) {
		n++
		if err := ev.Seal(n, prev); err != nil {
			return prev, err
		}
		prev = ev.Hash
		_, err := ins.Exec(n, n, string(ev.Type), string(ev.Shipment), ev.At, ev.Body, ev.Hash[:])
		return prev, err
	}, tx)
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return err
	}
	return syncFile(filepath.Join(dir, "station.db"))
}

// syncFile makes what was written without syncs durable, so that the disk is quiet
// when the measurement begins.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
