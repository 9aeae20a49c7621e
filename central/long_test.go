package central_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// long is a text that does not fit an index, however it is compressed.
func long(seed string) string {
	var b strings.Builder
	for sum := sha256.Sum256([]byte(seed)); b.Len() < 9000; sum = sha256.Sum256(sum[:]) {
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()
}

// PostgreSQL does not index such a name, and the log stood still.
func TestANameOfAnyLengthStopsNoLog(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		sh := shipment(t, c, c.Put(t, centraltest.Order("1"))).ID
		b.Add(order.Event{Type: order.EventPicked, Shipment: order.ShipmentID(long("a")), Line: 1, Qty: 1})
		b.AddRaw(`{"s":2,"k":"picked","kv":999,"o":"` + long("b") + `"}`)
		b.Add(order.Event{Type: order.EventTaskOpened, Task: order.TaskID(long("c"))})
		for _, e := range []order.Event{{Type: order.EventType(long("d")), Shipment: "x"}, {Type: order.EventCalled, By: order.OperatorID(long("e"))},
			{Type: order.EventPrinted, Shipment: sh, Parcel: 1, No: 1, Waybill: long("f")},
			{Type: order.EventZero, Shipment: sh, Line: 1, Reason: "count", Place: order.LocationID(long("g"))}} {
			b.Add(e)
		}
		r := c.PushAll(t, b)
		if r.Code != wire.CodeOK || r.HWM != uint64(len(b.Events)) {
			t.Fatalf("%+v", r)
		}
		for i, why := range []string{ingest.WhyRange, ingest.WhyNewer, ingest.WhyRange} {
			equal(t, "parked", r.Results[i].Why, why)
		}
	})
}

func TestWhatAStationSaysOfItselfIsHeldToItsLength(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		for _, seed := range []string{"a", "b", "a", "b", "a", "b"} {
			_, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Log: order.LogID(long(seed)), App: long("app"),
				Health: wire.Health{Printer: long("printer")}})
			if err != nil {
				t.Fatal(err)
			}
		}
		st := station(t, c, b.ID)
		if len(st.App) > 200 || len(st.Health) > 300 || st.Hearing.Log != "" || len(st.Hearing.Earlier) > 0 {
			t.Errorf("kept %+v", st)
		}
	})
}

// An older program has kept such names of logs, and counts their turns.
func TestLogsOfAnyNameThatTookTurnsFailNoHeartbeat(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		err := c.Store.Write(t.Context(), func(tx central.Tx) error {
			st, err := tx.Station(b.ID)
			if err != nil {
				return err
			}
			st.Hearing = central.Hearing{Log: order.LogID(long("a")), Before: b.Log, Returns: 3, At: c.Clock.Now()}
			return tx.PutStation(st)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Log: b.Log}); err != nil {
			t.Error(err)
		}
	})
}

func station(t *testing.T, c *centraltest.Centre, id order.StationID) (st *central.Station) {
	t.Helper()
	err := c.Store.Read(t.Context(), func(r central.Reader) (err error) {
		st, err = r.Station(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}
