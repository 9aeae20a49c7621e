package order

import (
	"testing"
)

// Scans of goods that go back say which units they were, where a code tells.
func TestAPutBackNamesTheSerialsAndPacksThatWereScanned(t *testing.T) {
	mango := line("mango", 4, "L1")
	mango.Stock = []Stock{{Pack: "PAL-1", Qty: 2}, {Qty: 9, Serials: []string{"SN-1", "SN-2"}}}
	mango.Picked, mango.Packs, mango.Serials = 4, []string{"PAL-1"}, []string{"SN-1", "SN-2"}
	w := newWorld(t, ship1("A", mango, line("fig", 1, "L3")))
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A",
		Goods: []PutBack{{Line: 1, SKU: "mango", Qty: 4, Location: "L1"}}}
	w.scan("A")
	w.want(w.scan("PAL-1"), OK, MsgBackPiece)
	w.want(w.scan("PAL-1"), DoneAlready, MsgBackPiece)
	serial := func(sn string) Decision { return w.read(Reading{Key: "MANGO", Serial: sn}) }
	w.want(serial("SN-2"), OK, MsgBackPiece)
	w.want(serial("SN-2"), DoneAlready, MsgBackPiece)
	w.want(serial("SN-9"), OK, MsgBackPiece) // of a unit that the line does not have
	w.wantPutBack(w.want(w.scan("L1"), OK, MsgInstructed), 0, PutBackQty{Line: 1, SKU: "mango", Qty: 4, Serials: []string{"SN-2"}, Packs: []string{"PAL-1"}})
}
