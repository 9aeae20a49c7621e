package central_test

import (
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// blocks returns the blocks of numbers in a bench's feed.
func blocks(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) []order.NumberBlock {
	t.Helper()
	rows, _ := c.FeedAll(t, b, 0)
	return centraltest.Bodies[order.NumberBlock](t, rows, wire.RowBlock)
}

func beatUsed(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, used int64) {
	t.Helper()
	_, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Log: b.Log, Seq: uint64(len(b.Events)),
		Acked: uint64(len(b.Events)), Used: map[order.CarrierID]int64{"SF": used}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABenchGetsNumbersForItsLogAndMoreWhenItRunsShort(t *testing.T) {
	c, b, _ := leased(t, "A")
	if got := blocks(t, c, b); len(got) != 0 {
		t.Errorf("a log that the centre does not know has blocks: %+v", got)
	}
	b.Add(order.Event{Type: order.EventNoted})
	c.PushAll(t, b)
	for _, used := range []int64{0, 0, 10} {
		beatUsed(t, c, b, used)
		if got := blocks(t, c, b); len(got) != 1 || got[0].Log != b.Log || got[0].Carrier != "SF" || got[0].To-got[0].From != 49 {
			t.Fatalf("%d used: %+v", used, got)
		}
	}
	beatUsed(t, c, b, 26)
	two := blocks(t, c, b)
	if len(two) != 2 || two[1].From <= two[0].To {
		t.Fatalf("after 26: %+v", two)
	}
	fresh := shipment(t, c, c.Put(t, centraltest.Order("B")))
	serial, ok := two[0].Serial(fresh.Parcels[0].Waybill.Number)
	if !ok || serial <= two[1].To {
		t.Errorf("the centre gives out %d, which is leased to the bench", serial)
	}

	b.NewLog()
	b.Add(order.Event{Type: order.EventNoted})
	c.PushAll(t, b)
	beatUsed(t, c, b, 0)
	three := blocks(t, c, b)
	if len(three) != 1 || three[0].Log != b.Log || three[0].From <= two[1].To {
		t.Errorf("a new log has %+v", three)
	}
}

func TestANumberOfABlockIsTakenAndAForeignOneIsParked(t *testing.T) {
	c, b, ids := leased(t, "A")
	sh := shipment(t, c, ids[0])
	b.Add(order.Event{Type: order.EventNoted})
	c.PushAll(t, b)
	beatUsed(t, c, b, 0)
	nb := blocks(t, c, b)[0]
	other := shipment(t, c, c.Put(t, centraltest.Order("B"))).Parcels[0].Waybill.Number
	for _, n := range []struct {
		number string
		parked bool
	}{{nb.Number(nb.From), false}, {nb.Number(nb.To + 5000), true}, {"XX1", true}, {other, true}} {
		b.Add(order.Event{Type: order.EventPrinted, Shipment: sh.ID, Parcel: 2, No: 1, Waybill: n.number})
		reply := c.PushRange(t, b, uint64(len(b.Events)-1), uint64(len(b.Events)))
		if got := reply.Results[0].Why == central.ExcOtherWaybill; got != n.parked {
			t.Errorf("number %s: %+v", n.number, reply.Results[0])
		}
	}
}
