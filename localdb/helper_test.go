package localdb

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/order"
	"pickstation/sync/wire"
)

// testTime is the wall clock of tests.
var testTime = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// hands is a clock that tests turn.
type hands struct {
	wall time.Time
	mono int64
	boot string
}

func (h *hands) clock() Clock {
	return Clock{Wall: func() time.Time { return h.wall }, Mono: func() int64 { return h.mono }, Boot: h.boot}
}

func (h *hands) advance(d time.Duration) { h.wall, h.mono = h.wall.Add(d), h.mono+d.Milliseconds() }

func newHands() *hands { return &hands{wall: testTime, mono: 1000, boot: "boot-1"} }

func openAt(t testing.TB, dir string, h *hands) *DB {
	t.Helper()
	db, err := Open(context.Background(), Options{Dir: dir, Clock: h.clock()})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func openNew(t testing.TB) (*DB, *hands) {
	t.Helper()
	dir := t.TempDir()
	if _, err := EnsureBoxKey(dir); err != nil {
		t.Fatal(err)
	}
	h := newHands()
	db := openAt(t, dir, h)
	t.Cleanup(func() { db.Close() })
	return db, h
}

// reopened is a database after the program was ended and started again.
func reopened(t testing.TB, db *DB, h *hands) *DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, db.Dir(), h)
	t.Cleanup(func() { db.Close() })
	return db
}

// inTx runs do in a transaction of its own and commits it.
func inTx(t testing.TB, db *DB, do func(tx *Tx) error) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := do(tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// newLog starts a new log as the agent does, with a transaction for each part.
func newLog(t testing.TB, db *DB, id order.LogID, at uint64, why StartedReason) {
	t.Helper()
	for done := false; !done; {
		inTx(t, db, func(tx *Tx) (err error) {
			done, err = tx.NewLog(id, at, why)
			return err
		})
	}
}

// testShipment has n lines of qty units and one parcel.
func testShipment(id string, n, qty int) order.Shipment {
	s := order.Shipment{ID: order.ShipmentID(id), Version: 1, Flow: "standard", FlowVersion: 1, Warehouse: "W1",
		Orders:  []order.OrderRef{{ID: order.OrderID("O-" + id), Channel: "shop", External: "X" + id}},
		Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}},
		State:   "awaiting_pick", Tote: "T-" + id,
		Parcels: []order.Parcel{{No: 1, ID: order.ParcelID("P-" + id), Waybill: order.Waybill{Number: "WB-" + id}}}}
	for i := 1; i <= n; i++ {
		s.Lines = append(s.Lines, order.Line{No: i, SKU: order.SKU(fmt.Sprintf("SKU%d", i)), Name: order.Names{ZH: "芒果", EN: "Mango"},
			Qty: qty, Location: order.LocationID(fmt.Sprintf("A-%02d", i)), Walk: i,
			Codes: []order.ItemCode{{Key: fmt.Sprintf("ITEM-%d", i)}, {Key: fmt.Sprintf("CASE-%d", i), Mult: 12}}})
	}
	return s
}

// ofOwnFlow is a shipment of a flow of the warehouse's own, and that flow.
func ofOwnFlow(id string) (order.Shipment, order.Flow) {
	s, f := testShipment(id, 1, 1), *order.StandardFlow()
	s.Flow, s.FlowVersion = "own", 7
	f.ID, f.Version = "own", 7
	return s, f
}

func lease(h *hands) order.Lease {
	return order.Lease{Token: 1, Until: h.wall.Add(24 * time.Hour), GrantS: 24 * 3600}
}

func rowOf(t testing.TB, fs int64, kind wire.RowKind, id string, body any) wire.FeedRow {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return wire.FeedRow{FS: fs, Kind: kind, ID: id, Body: b}
}

func workRow(t testing.TB, fs int64, w wire.Work) wire.FeedRow {
	return rowOf(t, fs, wire.RowWork, string(w.Shipment.ID), w)
}

func sealTo(t testing.TB, k *BoxKey, v any) []byte {
	t.Helper()
	plain, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	b, err := box.SealAnonymous(nil, plain, &k.Public, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// give leases shipments to the station.
func give(t testing.TB, db *DB, h *hands, list ...order.Shipment) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		var rows []wire.FeedRow
		for i, s := range list {
			rows = append(rows, workRow(t, int64(i+1), wire.Work{Shipment: s, Lease: lease(h)}))
		}
		_, err := tx.ApplyFeed(rows, int64(len(rows)), 1)
		return err
	})
}

// do stores an event with its effect on a shipment, as the loop does.
func do(tx *Tx, s *order.Shipment, e order.Event) error {
	if e.At == 0 {
		e.At = testTime.UnixMilli()
	}
	if s != nil {
		e.Shipment = s.ID
	}
	if err := tx.Append(&e); err != nil {
		return err
	}
	if s != nil {
		f, err := tx.db.Flow(s.Flow, s.FlowVersion)
		if err != nil {
			return err
		}
		order.Apply(s, f, &e)
	}
	return tx.PutProgress(s, &e)
}

func pick(line, qty int) order.Event {
	return order.Event{Type: order.EventPicked, V: 1, Line: line, Qty: qty, By: "op1", Station: "st1", Boot: "boot-1", Source: order.Scanned}
}

func mustShipment(t testing.TB, db *DB, id string) *order.Shipment {
	t.Helper()
	s, err := db.Shipment(order.ShipmentID(id))
	if err != nil || s == nil {
		t.Fatalf("shipment %s: %v, %v", id, s, err)
	}
	return s
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	var e *order.Error
	if asError(err, &e) {
		return e.Code
	}
	return ""
}

func sealBytes(t testing.TB, k *BoxKey, plain []byte) []byte {
	t.Helper()
	b, err := box.SealAnonymous(nil, plain, &k.Public, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sealedWork is the body of a work row with a receiver.
func sealedWork(k *BoxKey, s order.Shipment, l order.Lease) []byte {
	plain, err := json.Marshal(order.Receiver{Name: testReceiver})
	must(err)
	sealed, err := box.SealAnonymous(nil, plain, &k.Public, rand.Reader)
	must(err)
	body, err := json.Marshal(wire.Work{Shipment: s, Lease: l, Sealed: sealed})
	must(err)
	return body
}

// testReceiver must not be found in any file of a station.
const testReceiver = "Wang Xiaoming 王小明"
