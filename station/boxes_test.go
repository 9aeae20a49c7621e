package station_test

import (
	"fmt"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

// lease gives the station's log a block of waybill numbers.
func (b *bench) lease(from, to int64) {
	b.Helper()
	block := order.NumberBlock{ID: fmt.Sprintf("block-%d", from), Log: b.logID, Carrier: "SF",
		NumberForm: order.NumberForm{Prefix: "SFX", Width: 6}, From: from, To: to}
	if err := b.apply(wire.FeedRow{FS: 2_000_000 + from, Kind: wire.RowBlock, ID: block.ID, Body: mustJSON(b, block)}); err != nil {
		b.Fatal(err)
	}
}

// printed reports every job of the queue as come out of the printer.
func (b *bench) printed() {
	b.Helper()
	r := b.reader()
	defer r.Close()
	b.settle()
	var jobs []order.PrintResult
	if err := b.loop.Read(b.Context(), func(st station.Store) (err error) {
		jobs, err = st.(dbStore).DB.PrintQueue(50)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for _, j := range jobs {
		j.State = order.PrintDone
		if err := b.loop.Printed(b.Context(), j); err != nil {
			b.Fatal(err)
		}
		b.next()
	}
}

// Scenarios 32 to 35 on the real database, with the program started again at each step
// and no centre in reach.
func TestScenarios33To35BoxesSurviveARestartAtEveryStep(t *testing.T) {
	b := newBench(t, goods("1", 2, 3))
	b.want(order.OK, badgeLi, "X1")
	b.lease(1, 2)
	again := func() { b.restart(); b.settle() }
	b.want(order.Needs, "PS:BOX-M")
	b.want(order.OK, item(1), item(1))
	again()
	b.want(order.OK, "PS:BOX-M")
	b.printed()
	again()
	w := b.settle()
	if w.Bench.Screen != order.ScreenLabel || w.Work.Parcels[0].Box != "M" {
		t.Fatalf("screen %s, parcels %+v", w.Bench.Screen, w.Work.Parcels)
	}
	number := w.Work.Parcels[0].Waybill
	b.want(order.OK, number)
	again()
	b.want(order.LineDone, item(1))
	b.want(order.OK, item(2), order.CommandPrefix+string(order.CmdNextBox))
	again()
	b.printed()
	b.want(order.OK, order.CommandPrefix+string(order.CmdUndo)) // the closing
	again()
	b.want(order.OK, order.CommandPrefix+string(order.CmdNextBox))
	b.want(order.OK, "SFX000001", item(2))
	b.want(order.OrderDone, item(2))
	again()
	b.printed()
	w = b.settle()
	if p := w.Work.Parcels[2]; p.Waybill != "SFX000002" || p.Units != 2 || p.Print != order.PrintDone {
		t.Fatalf("parcels %+v", w.Work.Parcels)
	}
	s := b.stored("1")
	for no, want := range map[int]map[int]int{1: {1: 2}, 2: {1: 1, 2: 1}, 3: {2: 2}} {
		if got := s.Contents(no); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("box %d holds %v, want %v", no, got, want)
		}
	}
	if err := b.pull(goods("1", 2, 3), 0); err != nil { // the centre knows nothing of it yet
		t.Fatal(err)
	}
	if after := b.stored("1"); string(mustJSON(t, after.Parcels)) != string(mustJSON(t, s.Parcels)) {
		t.Errorf("a new plan changed the boxes:\n%s\n%s", mustJSON(t, s.Parcels), mustJSON(t, after.Parcels))
	}
	b.want(order.OK, "SFX000002")
	again()
	b.say(order.CmdDispatch)
	b.want(order.OK, "SFX000002", "SFX000001", number)
	if left, err := b.left(); err != nil || left != 0 {
		t.Errorf("%d numbers left, %v", left, err)
	}
}

// stored reads a shipment as the database has it.
func (b *bench) stored(id order.ShipmentID) (s *order.Shipment) {
	b.Helper()
	if err := b.loop.Read(b.Context(), func(st station.Store) (err error) {
		s, err = st.Shipment(id)
		return err
	}); err != nil || s == nil {
		b.Fatalf("shipment %s: %v %v", id, s, err)
	}
	return s
}

func (b *bench) left() (n int, err error) {
	err = b.loop.Read(b.Context(), func(st station.Store) (err error) {
		n, err = st.(dbStore).DB.NumbersLeft("SF")
		return err
	})
	return n, err
}

// A box is full before the centre has lent any numbers: its label comes out when it does.
func TestABoxThatWaitsForANumberIsPrintedWhenTheCentreLendsSome(t *testing.T) {
	b := newBench(t, goods("1", 2, 3))
	b.want(order.OK, badgeLi, "X1", item(1), order.CommandPrefix+string(order.CmdNextBox))
	b.printed()
	b.want(order.OK, b.settle().Work.Parcels[0].Waybill)
	b.want(order.OK, item(1), order.CommandPrefix+string(order.CmdNextBox))
	w := b.settle()
	if p := w.Work.Parcels[1]; p.Print != order.PrintParked || p.PrintErr != order.NoNumber {
		t.Fatalf("parcels %+v", w.Work.Parcels)
	}
	b.lease(1, 2)
	w = b.settle()
	if p := w.Work.Parcels[1]; p.Waybill != "SFX000001" || p.Print != order.PrintQueued || !w.Verdict.Verdict.Good() {
		t.Fatalf("parcels %+v, %+v", w.Work.Parcels, w.Verdict)
	}
	if r, err := b.reader().Tail(t.Context(), 1); err != nil || r[0].Type != order.EventPrintRequested || r[0].Source != order.System {
		t.Errorf("%+v %v", r, err)
	}
}
