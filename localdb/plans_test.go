package localdb

import (
	"database/sql/driver"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pickstation/order"
)

// growing are the tables that have a row for each order or more. Nothing that a scan
// waits for may walk one of them.
var growing = []string{"events", "shipments", "lines", "parcels", "codes", "receivers", "handovers", "print_jobs", "products", "product_codes"}

// walks returns the statements of a connection that walk a growing table from end to end.
func walks(t testing.TB, c *conn) (all []string) {
	t.Helper()
	for _, text := range slices.Sorted(maps.Keys(c.stmts)) {
		first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		if !slices.Contains([]string{"SELECT", "UPDATE", "DELETE", "INSERT"}, first) {
			continue
		}
		s, err := c.c.Prepare("EXPLAIN QUERY PLAN " + text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		n := s.NumInput()
		s.Close()
		err = c.query("EXPLAIN QUERY PLAN "+text, func(r row) error {
			step := strings.Fields(r.text(3))
			if len(step) > 1 && step[0] == "SCAN" && slices.Contains(growing, step[1]) && !strings.Contains(r.text(3), "USING") {
				all = append(all, fmt.Sprintf("%s: %s", r.text(3), text))
			}
			return nil
		}, make([]driver.Value, n)...)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return all
}

// A scan asks the book; what the rules ask next year is asked here too.
func TestNothingThatAScanAsksWalksAGrowingTable(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 2, 1))
	book := reflect.TypeFor[order.Book]()
	for i := range book.NumMethod() {
		ask := reflect.ValueOf(db).MethodByName(book.Method(i).Name)
		args := make([]reflect.Value, ask.Type().NumIn())
		for k := range args {
			v := reflect.New(ask.Type().In(k)).Elem()
			switch v.Kind() {
			case reflect.String:
				v.SetString("S1")
			case reflect.Int:
				v.SetInt(1)
			}
			args[k] = v
		}
		ask.Call(args)
	}
	if w := walks(t, db.w); len(w) > 0 {
		t.Errorf("%q", w)
	}
}

func TestABatchIsFoundWithoutALookAtOtherOrders(t *testing.T) {
	db, h := openNew(t)
	var list []order.Shipment
	for i := range 5 {
		list = append(list, testShipment(fmt.Sprintf("S%d", i), 1, 1))
	}
	give(t, db, h, list...)
	inTx(t, db, func(tx *Tx) error {
		for _, id := range []order.ShipmentID{"S3", "S1", "S4"} {
			s := mustShipment(t, db, string(id))
			s.Owner, s.Batch = "op1", "B1"
			if id == "S4" {
				s.Batch = "B2"
			}
			if err := tx.PutProgress(s, &order.Event{Type: order.EventOpened, Shipment: id, Seq: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	got, err := db.BatchOf("B1")
	if err != nil || !slices.Equal(got, []order.ShipmentID{"S1", "S3"}) {
		t.Error(got, err)
	}
	if w := walks(t, db.w); len(w) > 0 {
		t.Errorf("%q", w)
	}
}

func TestAWaveIsFoundWithoutALookAtOtherOrders(t *testing.T) {
	db, h := openNew(t)
	list := []order.Shipment{testShipment("S1", 1, 1), testShipment("S2", 1, 1), testShipment("S3", 1, 1)}
	list[1].Wave, list[2].Wave = &order.Wave{ID: "W1", Mode: order.BatchWall}, &order.Wave{ID: "W2", Mode: order.WaveSingle}
	give(t, db, h, list...)
	if got, err := db.WaveWork(order.BatchWall, 5); err != nil || !slices.Equal(got, []order.ShipmentID{"S2"}) {
		t.Error(got, err)
	}
	for text := range db.w.stmts {
		if !strings.Contains(text, waveMode) || strings.Contains(text, "CREATE") {
			continue
		}
		r, err := db.w.one("EXPLAIN QUERY PLAN "+text, "", "", int64(1))
		if err != nil || !strings.Contains(r.text(3), "shipments_wave") {
			t.Error(r.text(3), err)
		}
		return
	}
	t.Error("nothing asks for a wave by its index")
}
