package central_test

import (
	"fmt"
	"math/rand"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// askedBack is how many units of the first two lines a bench is asked to put back and has not
// confirmed.
func askedBack(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, id order.ShipmentID) [2]int {
	t.Helper()
	n := [2]int{}
	for _, in := range openPutBacks(t, c, b, id) {
		for _, g := range in.Goods {
			n[g.Line-1] += g.Qty
		}
	}
	return n
}

func openPutBacks(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, id order.ShipmentID) (open []*central.Instruction) {
	t.Helper()
	err := c.Store.Read(t.Context(), func(r central.Reader) error {
		all, err := r.InstructionsOf(id)
		for _, in := range all {
			if in.Station == b.ID && !in.Done && in.Kind == order.InstructPutBack {
				open = append(open, in)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}

func confirm(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, id order.ShipmentID) {
	t.Helper()
	for _, in := range openPutBacks(t, c, b, id) {
		b.Add(order.Event{Type: order.EventInstructed, Shipment: id, Reason: in.ID})
	}
}

func closeAll(t *testing.T, c *centraltest.Centre) {
	t.Helper()
	open, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	for _, e := range open {
		if err == nil {
			err = c.CloseException(t.Context(), centraltest.By(), e.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func pick(b *centraltest.Bench, id order.ShipmentID, line, qty int) order.Event {
	return b.Add(order.Event{Type: order.EventPicked, Shipment: id, Line: line, Qty: qty})
}

func undo(b *centraltest.Bench, e order.Event) {
	b.Add(order.Event{Type: order.EventUndone, Shipment: e.Shipment, Line: e.Line, Qty: e.Qty, Of: e.Seq, Reason: string(e.Type)})
}

// pushed sends what a bench has not sent yet.
type pushed struct {
	*centraltest.Bench
	to uint64
}

func (p *pushed) push(t *testing.T, c *centraltest.Centre) {
	t.Helper()
	end := uint64(len(p.Events))
	c.PushRange(t, p.Bench, p.to, end)
	p.to = end
}

func TestAHandOverThatComesLaterTurnsRoundWhoPutsGoodsBack(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	far.Pick(sh)
	far.push(t, c)
	equal(t, "asked of the other bench", askedBack(t, c, far.Bench, sh.ID), [2]int{3, 2})
	far.Label(sh)
	far.Dispatch(sh)
	far.push(t, c)
	equal(t, "asked of the bench whose parcel has left", askedBack(t, c, far.Bench, sh.ID), [2]int{})
	equal(t, "asked of the holder", askedBack(t, c, own, sh.ID), [2]int{1, 0})
	rows, _ := c.FeedAll(t, far.Bench, 0)
	if in := instruction(t, rows); !in.Done {
		t.Errorf("the bench whose parcel has left still reads %+v", in)
	}
}

func TestGoodsThatWereUndoneAreNotAskedFor(t *testing.T) {
	for name, cut := range map[string]bool{"in one push": false, "in two": true} {
		t.Run(name, func(t *testing.T) {
			c, own, ids := leased(t, "1")
			far := &pushed{Bench: c.NewBench(t, "bench-2")}
			sh := shipment(t, c, ids[0])
			pick(own, sh.ID, 1, 1)
			c.PushAll(t, own)
			e := pick(far.Bench, sh.ID, 1, 1)
			if cut {
				far.push(t, c)
			}
			undo(far.Bench, e)
			far.push(t, c)
			equal(t, "asked", []any{askedBack(t, c, far.Bench, sh.ID), askedBack(t, c, own, sh.ID)}, []any{[2]int{}, [2]int{}})
			equal(t, "conflicts", raised(t, c, central.ExcTwoStations), 1)
		})
	}
}

func TestWhatIsPickedLaterIsAskedForOnce(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	for range 2 {
		pick(far.Bench, sh.ID, 1, 1)
		far.push(t, c)
	}
	equal(t, "asked", askedBack(t, c, far.Bench, sh.ID), [2]int{2, 0})
	confirm(t, c, far.Bench, sh.ID)
	pick(far.Bench, sh.ID, 1, 1)
	far.push(t, c)
	equal(t, "asked after two went back and one was picked", askedBack(t, c, far.Bench, sh.ID), [2]int{1, 0})
	equal(t, "counted", shipment(t, c, ids[0]).Lines[0].Picked, 2)
	equal(t, "conflicts", raised(t, c, central.ExcTwoStations), 1)
}

func TestGoodsOfACancelledOrderThatWereUndoneAreNotAskedFor(t *testing.T) {
	c, b, ids := leased(t, "1")
	far := &pushed{Bench: b}
	sh := shipment(t, c, ids[0])
	e := pick(b, sh.ID, 1, 2)
	far.push(t, c)
	if _, err := c.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil {
		t.Fatal(err)
	}
	equal(t, "asked", askedBack(t, c, b, sh.ID), [2]int{2, 0})
	undo(b, e)
	far.push(t, c)
	equal(t, "asked after UNDO", askedBack(t, c, b, sh.ID), [2]int{})
	pick(b, sh.ID, 2, 1)
	far.push(t, c)
	equal(t, "asked for what was picked meanwhile", askedBack(t, c, b, sh.ID), [2]int{0, 1})
	confirm(t, c, b, sh.ID)
	far.push(t, c)
	equal(t, "in hand", shipment(t, c, ids[0]).Lines[1].Picked, 0)
}

func TestGoodsThatWentBackAreNotCounted(t *testing.T) {
	for name, closed := range map[string]bool{"a person closes it first": true, "the goods go back first": false} {
		t.Run(name, func(t *testing.T) {
			c, own, ids := leased(t, "1")
			far := &pushed{Bench: c.NewBench(t, "bench-2")}
			sh := shipment(t, c, ids[0])
			pick(own, sh.ID, 1, 1)
			pick(own, sh.ID, 2, 2)
			c.PushAll(t, own)
			pick(far.Bench, sh.ID, 1, 2)
			far.push(t, c)
			if closed {
				closeAll(t, c)
				if shipment(t, c, ids[0]).Stopped() == nil {
					t.Error("the work goes on while goods that count lie at another bench")
				}
			}
			confirm(t, c, far.Bench, sh.ID)
			far.push(t, c)
			closeAll(t, c)
			c.PushAll(t, far.Bench) // told again: counted once
			now := shipment(t, c, ids[0])
			equal(t, "as it stands", []any{now.State, now.Lines[0].Picked, now.Lines[1].Picked, now.Stopped()},
				[]any{order.StateCode("awaiting_pick"), 1, 2, nil})
			rows, _ := c.FeedAll(t, own, 0)
			w := centraltest.Work(t, rows)[sh.ID].Shipment
			equal(t, "what the holder reads", []any{w.State, w.Lines[0].Picked, w.Lines[1].Picked, w.Stopped()},
				[]any{order.StateCode("awaiting_pick"), 1, 2, nil})
		})
	}
}

// A bench may confirm what was withdrawn meanwhile: it had done so without network.
func TestAWithdrawnInstructionThatWasCarriedOutCounts(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	pick(far.Bench, sh.ID, 1, 1)
	e := pick(far.Bench, sh.ID, 1, 1)
	far.push(t, c)
	first := openPutBacks(t, c, far.Bench, sh.ID)[0]
	undo(far.Bench, e)
	far.push(t, c)
	equal(t, "asked", askedBack(t, c, far.Bench, sh.ID), [2]int{1, 0})
	far.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: first.ID})
	far.push(t, c)
	equal(t, "asked once it was carried out", askedBack(t, c, far.Bench, sh.ID), [2]int{})
	equal(t, "counted", shipment(t, c, ids[0]).Lines[0].Picked, 1)
}

// Two machines of one name may confirm the same instruction.
func TestAPutBackCountsOnce(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	pick(far.Bench, sh.ID, 1, 1)
	far.push(t, c)
	first := openPutBacks(t, c, far.Bench, sh.ID)[0]
	confirm(t, c, far.Bench, sh.ID)
	pick(far.Bench, sh.ID, 1, 1)
	far.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: first.ID})
	far.push(t, c)
	equal(t, "asked", askedBack(t, c, far.Bench, sh.ID), [2]int{1, 0})
	equal(t, "counted", shipment(t, c, ids[0]).Lines[0].Picked, 2)
}

func TestANewConflictAfterOneThatWasClosedIsToldOf(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	for range 2 {
		pick(far.Bench, sh.ID, 1, 1)
		far.push(t, c)
		confirm(t, c, far.Bench, sh.ID)
		far.push(t, c)
		closeAll(t, c)
		equal(t, "held", shipment(t, c, ids[0]).Stopped(), nil)
	}
	equal(t, "conflicts", raised(t, c, central.ExcTwoStations), 2)
}

// act is one event of one of two benches.
type act struct {
	far bool
	do  func(b *centraltest.Bench)
}

// acts is what two benches do to one shipment, by chance: units picked and taken back, and in
// half of the cases a hand-over at the end of one of them.
func acts(r *rand.Rand, sh *order.Shipment) (all []act) {
	var done [2][]*order.Event
	for range 4 + r.Intn(12) {
		far := r.Intn(2) == 1
		who := 0
		if far {
			who = 1
		}
		if k := len(done[who]); k > 0 && r.Intn(3) == 0 {
			e := done[who][k-1]
			done[who] = done[who][:k-1]
			all = append(all, act{far, func(b *centraltest.Bench) { undo(b, *e) }})
			continue
		}
		e, line := new(order.Event), 1+r.Intn(2)
		done[who] = append(done[who], e)
		all = append(all, act{far, func(b *centraltest.Bench) { *e = pick(b, sh.ID, line, 1) }})
	}
	if r.Intn(2) == 0 {
		far := r.Intn(2) == 0
		all = append(all, act{far, func(b *centraltest.Bench) { b.Label(sh) }}, act{far, func(b *centraltest.Bench) { b.Dispatch(sh) }})
		all = append(all, act{!far, func(b *centraltest.Bench) { pick(b, sh.ID, 1, 1) }})
	}
	return all
}

// What hands are told does not depend on how the logs were cut into pushes: events that come
// in the same order, one by one or many at once, leave the same instructions.
func TestHandsAreToldTheSameHoweverLogsAreCut(t *testing.T) {
	turned := 0
	for seed := range int64(20) {
		var first string
		for cut := range int64(3) {
			c, own, ids := leased(t, "1")
			sh := shipment(t, c, ids[0])
			benches := []*pushed{{Bench: own}, {Bench: c.NewBench(t, "bench-2")}}
			r, cuts := rand.New(rand.NewSource(seed)), rand.New(rand.NewSource(cut))
			plan := acts(r, sh)
			for i, a := range plan {
				b := benches[0]
				if a.far {
					b = benches[1]
				}
				a.do(b.Bench)
				if i+1 == len(plan) || plan[i+1].far != a.far || cuts.Intn(2) == 0 && cut > 0 {
					b.push(t, c)
				}
			}
			now := shipment(t, c, ids[0])
			told := []any{askedBack(t, c, own, sh.ID), askedBack(t, c, benches[1].Bench, sh.ID)}
			got := fmt.Sprint(told, now.Lines[0].Picked, now.Lines[1].Picked, now.State, raised(t, c, central.ExcTwoStations))
			if first == "" {
				first = got
				if askedBack(t, c, own, sh.ID) != [2]int{} {
					turned++
				}
			}
			if got != first {
				t.Fatalf("seed %d cut %d: %s, cut otherwise %s", seed, cut, got, first)
			}
		}
	}
	if turned == 0 {
		t.Error("no holder gave way: the test tests half")
	}
}

// A centre that was restored does not know what it asked for in the state that was lost.
func TestAPutBackOfALostStateIsNotAskedForAgain(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 1)
	c.PushAll(t, own)
	pick(far.Bench, sh.ID, 1, 2)
	far.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: "lost", Back: []order.PutBackQty{{Line: 1, SKU: sh.Lines[0].SKU, Qty: 2}}})
	far.push(t, c)
	equal(t, "asked", askedBack(t, c, far.Bench, sh.ID), [2]int{})
	equal(t, "counted", shipment(t, c, ids[0]).Lines[0].Picked, 1)
}

// A bench may confirm goods that it handed over meanwhile, where the centre lost what it asked for.
func TestAPutBackOfGoodsThatLeftTakesNothingOff(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	pick(own, sh.ID, 1, 2)
	own.Label(sh)
	own.Dispatch(sh)
	c.PushAll(t, own)
	pick(far.Bench, sh.ID, 1, 1)
	far.push(t, c)
	lost := func(b *centraltest.Bench) {
		b.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: "lost", Back: []order.PutBackQty{{Line: 1, SKU: sh.Lines[0].SKU, Qty: 2}}})
	}
	lost(own)
	c.PushAll(t, own)
	equal(t, "counted once the holder confirmed", shipment(t, c, ids[0]).Lines[0].Picked, 3)
	lost(far.Bench)
	far.push(t, c)
	equal(t, "counted once the other confirmed", shipment(t, c, ids[0]).Lines[0].Picked, 2)
}

// What lies in the second box, and units by serial, go back with the goods.
func TestBoxesAndSerialsGoBackWithTheGoods(t *testing.T) {
	c, own, ids := leased(t, "1")
	far := &pushed{Bench: c.NewBench(t, "bench-2")}
	sh := shipment(t, c, ids[0])
	own.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Serial: "SN-1"})
	c.PushAll(t, own)
	far.Add(order.Event{Type: order.EventBoxed, Shipment: sh.ID, Parcel: 1, Over: true})
	far.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Serial: "SN-2", Parcel: 2})
	far.push(t, c)
	equal(t, "in box 2", shipment(t, c, ids[0]).UnitsIn(2), 1)
	confirm(t, c, far.Bench, sh.ID)
	far.push(t, c)
	now := shipment(t, c, ids[0])
	equal(t, "in box 2 after it went back", now.UnitsIn(2), 0)
	equal(t, "serials", now.Lines[0].Serials, []string{"SN-1"})
	next := shipment(t, c, c.Put(t, centraltest.Order("2")))
	far.Add(order.Event{Type: order.EventPicked, Shipment: next.ID, Line: 1, Qty: 1, Serial: "SN-2"})
	far.push(t, c)
	equal(t, "the unit in another order", raised(t, c, central.ExcSerialTwice), 0)
}
