package station_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

func (b *bench) reader() *localdb.Reader {
	b.Helper()
	r, err := localdb.OpenReader(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// log reads the whole event log through a connection of its own.
func (b *bench) log() []order.Event {
	b.Helper()
	r := b.reader()
	defer r.Close()
	list, err := readLog(r)
	if err != nil {
		b.Fatal(err)
	}
	return list
}

func readLog(r *localdb.Reader) (list []order.Event, err error) {
	st, err := r.SyncState(context.Background())
	if err != nil {
		return nil, err
	}
	for _, l := range st.Logs {
		for after := l.Base; after < l.Last; {
			bodies, _, _, ok, err := r.Events(context.Background(), l.ID, after, 5000, 8<<20)
			if err != nil {
				return nil, err
			}
			if !ok || len(bodies) == 0 {
				return nil, errors.New("the log has a hole")
			}
			for _, body := range bodies {
				e, err := order.ParseEvent(body)
				if err != nil {
					return nil, err
				}
				if e.Seq != after+1 {
					return nil, fmt.Errorf("event %d follows %d", e.Seq, after)
				}
				after = e.Seq
				list = append(list, e)
			}
		}
	}
	return list, nil
}

// pull changes a shipment as the centre's feed does.
func (b *bench) pull(s order.Shipment, seen uint64) error {
	b.Helper()
	w := wire.Work{Shipment: s, SeenLog: b.logID, Seen: seen,
		Lease: order.Lease{Token: 1, Until: b.clock.Now().Add(1000 * time.Hour), GrantS: 1000 * 3600}}
	return b.apply(wire.FeedRow{FS: 1_000_000, Kind: wire.RowWork, ID: string(s.ID), Body: mustJSON(b, w)})
}

// apply stores a row of the centre's feed.
func (b *bench) apply(row wire.FeedRow) error {
	b.Helper()
	return b.loop.Write(context.Background(), func(tx station.Tx) ([]order.ShipmentID, error) {
		return tx.(*localdb.Tx).ApplyFeed([]wire.FeedRow{row}, row.FS, 1)
	})
}

// goods is a shipment of n lines of qty units, with one parcel.
func goods(id string, n, qty int) order.Shipment {
	s := order.Shipment{ID: order.ShipmentID(id), Version: 1, Flow: "standard", FlowVersion: 1, Warehouse: "W1",
		Orders:  []order.OrderRef{{ID: order.OrderID("O-" + id), Channel: "shop", External: "X" + id}},
		Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}},
		State:   "awaiting_pick", Tote: "T-" + id,
		Parcels: []order.Parcel{{No: 1, ID: order.ParcelID("P-" + id), Waybill: order.Waybill{Number: "SF1000" + id, Routing: "898-1A"}}}}
	for i := 1; i <= n; i++ {
		s.Lines = append(s.Lines, order.Line{No: i, SKU: order.SKU(fmt.Sprintf("SKU%d", i)), Name: order.Names{ZH: "芒果", EN: "Mango"},
			Qty: qty, Location: order.LocationID(fmt.Sprintf("A-%02d", i)), Walk: i,
			Codes: []order.ItemCode{{Key: item(i)}, {Key: fmt.Sprintf("CASE-%d", i), Mult: 12}}})
	}
	return s
}

// item is the code of the goods of line n.
func item(n int) string { return fmt.Sprintf("ITEM-%d", n) }

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func codeOf(err error) string {
	var e *order.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
