package order

import "testing"

// mixups are the pairs on the events so far.
func (w *world) mixups() (pairs [][2]SKU) {
	for i := range w.events {
		if want, saw, ok := w.events[i].Mixup(); ok {
			pairs = append(pairs, [2]SKU{want, saw})
		}
	}
	return pairs
}

func (w *world) wantMixups(want ...[2]SKU) {
	w.Helper()
	got := w.mixups()
	if len(got) != len(want) {
		w.Fatalf("mix-ups %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			w.Fatalf("mix-ups %v, want %v", got, want)
		}
	}
}

func TestAWrongItemNamesWhatItWasTakenFor(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("fig", 1, "L2")), ship1("B", line("lychee", 1, "L3")))
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.want(w.scan("A"), OK, MsgOpened)
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.want(w.scan("LYCHEE"), OtherOrder, MsgForOther)
	w.wantMixups([2]SKU{"mango", "durian"}, [2]SKU{"mango", "lychee"})
}

func TestScansThatAreNoGoodsOrTheRightOnesAreNoMixup(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1"), line("fig", 2, "L2")), ship1("B", line("lychee", 1, "L3")))
	w.want(w.scan("A"), OK, MsgOpened)
	w.scan("NONSENSE")
	w.scan("L3")
	w.scan("TOTE-B")
	w.want(w.scan("FIG"), OK, MsgUnitPicked) // another line of the order, not a wrong one
	w.scan("MANGO")
	w.scan("MANGO") // one too many is not a mix-up
	w.wantMixups()
}

func TestAtThePackCheckAMixupIsCountedOnlyWhereOneItemIsLeft(t *testing.T) {
	w := newWorld(t, packEach(ship1("A", line("mango", 1, "L1"), line("fig", 1, "L2"))))
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.scan("A")
	w.scan("MANGO")
	w.scan("FIG")
	w.wantScreen(ScreenPack)
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.wantMixups()
	w.scan("FIG")
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.wantMixups([2]SKU{"mango", "durian"})
}

func TestAtThePutWallGoodsAreTakenForThoseInTheHandOrTheLastThatAreLacked(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("tea", 1, "L2")), ship1("B", line("mango", 1, "L1")), ship1("C", line("lychee", 1, "L3")))
	w.change("S-C", func(s *Shipment) { s.Priority = -1 })
	w.env.Policy.WallSlots = 2
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.card(CmdWall)
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder) // any of two is right
	w.wantMixups()
	put := func(code string) {
		w.Helper()
		w.scan(w.want(w.scan(code), OK, MsgInHand).Do.Args.Code)
	}
	w.want(w.scan("MANGO"), OK, MsgInHand)
	w.want(w.scan("TEA"), Needs, MsgHandFull) // the next goods of the wave
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.card(CmdUndo)
	put("TEA")
	put("MANGO")
	w.restart()
	w.want(w.scan("LYCHEE"), OtherOrder, MsgForOther) // mango alone is lacked
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.wantMixups([2]SKU{"mango", "durian"}, [2]SKU{"mango", "lychee"}, [2]SKU{"mango", "durian"})
}
