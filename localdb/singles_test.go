package localdb

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
)

// Both ways of looking for orders of one item must find the same: through the code where
// few want it, along the queue where many do.
func TestOrdersOfOneItemComeMostUrgentFirst(t *testing.T) {
	for _, many := range []int{6, fewSingles + 40} {
		t.Run(fmt.Sprint(many), func(t *testing.T) {
			db, h := openNew(t)
			defer db.Close()
			var list []order.Shipment
			for i := range many {
				s := testShipment(fmt.Sprintf("S%04d", i), 1, 1)
				s.Lines[0].Codes = []order.ItemCode{{Key: "HOT"}}
				list = append(list, s)
			}
			list[1].Priority = 3
			list[2].Priority, list[2].Promise = 3, testTime.Add(time.Hour)
			list[3].Holds = []order.Hold{{Code: order.ToVerify, Stops: true}}
			list[4].Owner = "somebody"
			list[5].Cancelled = true
			two := testShipment("TWO", 2, 1)
			two.Lines[0].Codes, two.Priority = []order.ItemCode{{Key: "HOT"}}, 9
			give(t, db, h, append(list, two)...)
			got, err := db.Singles("HOT", "op1", 3)
			if err != nil {
				t.Fatal(err)
			}
			want := []order.ShipmentID{"S0002", "S0001", "S0000"}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if mine, err := db.Singles("HOT", "somebody", many); err != nil || len(mine) != many-2 {
				t.Errorf("%d for the one who owns one, %v", len(mine), err)
			}
			if none, err := db.Singles("COLD", "op1", 3); err != nil || len(none) != 0 {
				t.Errorf("%v %v", none, err)
			}
		})
	}
}
