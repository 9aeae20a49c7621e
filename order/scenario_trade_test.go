package order

import (
	"slices"
	"testing"
)

// giftOrder is an order of two kinds of goods, one of them heavy and one a gift.
func giftOrder() *Shipment {
	s := packEach(ship1("A", line("glass", 1, "L1", func(l *Line) { l.PackRank, l.Gift = 9, true }), line("rice", 2, "L2", func(l *Line) { l.PackRank = 1 })))
	s.Carrier = Carrier{ID: "sf"}
	return s
}

func printedAfter(w *world) int { return len(w.prints) }

// 后置打单: the waybill prints once everything is verified, and nothing is printed before.
func TestVerifiedFirstThenPrinted(t *testing.T) {
	w := newWorld(t, giftOrder())
	for _, code := range []string{"A", "GLASS", "RICE", "RICE"} {
		w.scan(code)
		if printedAfter(w) != 0 {
			t.Fatalf("printed at %s", code)
		}
	}
	w.wantScreen(ScreenPack)
	if l := CurrentLine(w.ship("S-A"), w.bench); l.SKU != "rice" { // heavy goods at the bottom
		t.Fatalf("packs %s first", l.SKU)
	}
	w.want(w.scan("GLASS"), LineDone, MsgUnitPacked) // any order is taken
	w.scan("RICE")
	if printedAfter(w) != 0 {
		t.Fatal("printed before the last unit")
	}
	w.wantDo(w.want(w.scan("RICE"), OrderDone, MsgOrderPacked), DoWaitLabel)
	if printedAfter(w) != 1 {
		t.Fatalf("%d prints", printedAfter(w))
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.wantState("S-A", "awaiting_dispatch")
}

// 先打后验: the waybill prints when the order is opened by its code, goods are verified
// against it, and the same waybill, scanned back off the box, ends it.
func TestPrintedFirstThenVerified(t *testing.T) {
	w := newWorld(t, giftOrder())
	w.env.Policy.LabelFirst = true
	w.want(w.scan("A"), OK, MsgOpened)
	if printedAfter(w) != 1 || w.ship("S-A").Parcels[0].Prints != 1 {
		t.Fatalf("%d prints at the opening", printedAfter(w))
	}
	w.card(CmdQueue)
	w.want(w.scan("SF-A-1"), OK, MsgOpened) // 面单先打: the paper opens its order
	for _, code := range []string{"GLASS", "RICE", "RICE"} {
		w.scan(code)
	}
	w.want(w.scan("SF-A-1"), DoneAlready, MsgOpenAlready) // not before it is verified
	w.want(w.scan("FIG"), Unknown, MsgUnknownCode)
	for _, code := range []string{"RICE", "RICE", "GLASS"} {
		w.scan(code)
	}
	w.wantScreen(ScreenLabel)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	if printedAfter(w) != 1 {
		t.Fatalf("%d prints in all", printedAfter(w))
	}
}

func TestInsertsGoIntoTheBoxesTheyAreFor(t *testing.T) {
	p := Policy{Inserts: []Insert{{Name: Names{EN: "leaflet"}}, {Name: Names{EN: "sf card"}, Carriers: []CarrierID{"sf"}}, {Name: Names{EN: "other shop"}, Channels: []string{"x"}},
		{Name: Names{EN: "ribbon"}, Gifts: true}}}
	names := func(s *Shipment) (all []string) {
		for _, n := range p.InsertsFor(s) {
			all = append(all, n.Name.EN)
		}
		return all
	}
	s := giftOrder()
	if got := names(s); !slices.Equal(got, []string{"leaflet", "sf card"}) {
		t.Errorf("before the gift is picked: %v", got)
	}
	s.Lines[0].Picked = 1
	if got := names(s); !slices.Equal(got, []string{"leaflet", "sf card", "ribbon"}) {
		t.Errorf("got %v", got)
	}
	s.Customs = CustomsBonded
	if got := names(s); got != nil {
		t.Errorf("into declared goods go %v", got)
	}
}

// enclosing has a card that is scanned into every box, and a gift where one was ordered.
func enclosing(w *world) *world {
	w.env.Policy.Inserts = []Insert{{Name: Names{EN: "card"}, Code: "CARD-1", WeightG: 30}, {Name: Names{EN: "leaflet"}},
		{Name: Names{EN: "ribbon"}, Code: "RIBBON", Gifts: true}}
	return w
}

func TestWhatIsScannedIntoABoxComesBeforeItsLabel(t *testing.T) {
	w := enclosing(newWorld(t, ship1("A", line("mango", 1, "L1"), line("fig", 1, "L2", func(l *Line) { l.Gift = true }))))
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}}
	w.scan("A")
	w.scan("MANGO")
	d := w.wantDo(w.want(w.scan("FIG"), OrderDone, MsgOrderPicked), DoEnclose)
	if d.Do.Args.Name.EN != "card" || d.Do.Args.Need != 1 {
		t.Fatalf("do %+v", d.Do.Args)
	}
	if p := w.ship("S-A").Parcels[0]; p.Paper(PaperPackingList).Requests != 0 || p.Prints != 1 {
		t.Fatalf("parcel %+v", p)
	}
	w.wantDo(w.want(w.scan("SF-A-1"), Needs, MsgNotEnclosed), DoEnclose)
	d = w.wantDo(w.want(w.scan("CARD-1"), OK, MsgEnclosed), DoEnclose)
	if e := d.Events[0]; e.Type != EventEnclosed || e.Parcel != 1 || e.Reason != "CARD-1" {
		t.Fatalf("event %+v", e)
	}
	w.restart()
	w.want(w.scan("CARD-1"), DoneAlready, MsgEnclosed)
	w.wantDo(w.want(w.scan("RIBBON"), OK, MsgEnclosed), DoWaitLabel)
	p := w.ship("S-A").Parcels[0]
	if p.Paper(PaperPackingList).Prints != 1 { // it says what was scanned, so it waited
		t.Fatalf("parcel %+v", p)
	}
	if got := w.env.Policy.Enclosed(&p); len(got) != 2 || got[1].Name.EN != "ribbon" {
		t.Fatalf("encloses %+v", got)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestWhatIsScannedWhileTheBoxIsFilledIsInIt(t *testing.T) {
	w := enclosing(newWorld(t, ship1("A", line("mango", 2, "L1"))))
	w.numbers = []string{"SF-NEW-2"}
	w.scan("A")
	w.want(w.scan("CARD-1"), OK, MsgEnclosed)
	w.scan("MANGO")
	w.wantDo(w.want(w.card(CmdNextBox), OK, MsgBoxClosed), DoWaitLabel)
	w.want(w.scan("SF-A-1"), OK, MsgLabelled)
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoEnclose) // a box of its own wants its own
	w.want(w.scan("SF-NEW-2"), Needs, MsgNotEnclosed)
	w.want(w.scan("CARD-1"), OK, MsgEnclosed)
	w.want(w.scan("SF-NEW-2"), OK, MsgPackedAll)
}

func TestAnInsertThatIsScannedIsPartOfTheWeight(t *testing.T) {
	w := enclosing(newWorld(t, ship1("A", line("mango", 1, "L1", grams(400, 0)))))
	w.env.Policy.Weigh = WeighPolicy{Check: true}
	pickAll(w, "A")
	w.wantDo(w.want(w.weighs(400), Needs, MsgNotEnclosed), DoEnclose)
	w.want(w.scan("CARD-1"), OK, MsgEnclosed)
	w.want(w.weighs(430), OK, MsgWeighed)
	s := w.ship("S-A")
	if x, _ := s.ExpectWeight(&s.Parcels[0], &w.env.Policy); x.Grams != 430 {
		t.Fatalf("expects %d g", x.Grams)
	}
}

func TestInsertsThatNobodyCanScanAreRefused(t *testing.T) {
	for _, list := range [][]Insert{{{Code: "A"}}, {{Name: Names{EN: "a"}, Code: "a b"}}, {{Name: Names{EN: "a"}, Code: "A", WeightG: -1}},
		{{Name: Names{EN: "a"}, Code: "A"}, {Name: Names{EN: "b"}, Code: "A"}}} {
		p := DefaultPolicy()
		p.Inserts = list
		if p.CheckWork() == nil {
			t.Errorf("%+v is accepted", list)
		}
	}
}
