package order

import "testing"

func TestTheOldestStockAtAPlaceGoesFirst(t *testing.T) {
	dated := func(l *Line) { l.Track.Expiry, l.Oldest = true, "2027-03-31" }
	w := newWorld(t, ship1("A", line("milk", 5, "L1", dated)))
	w.scan("A")
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-03-31"}), OK, MsgUnitPicked)
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-02-01"}), OK, MsgUnitPicked) // older than stock knows
	d := w.wantDo(w.want(w.read(Reading{Key: "MILK", Expiry: "2027-06-30"}), ConfirmAgain, MsgOlder), DoTakeOlder)
	if d.What.Args.Date != "2027-03-31" || d.What.Args.Location != "L1" {
		t.Errorf("says %+v", d.What.Args)
	}
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-03-31"}), OK, MsgUnitPicked) // it was there
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-06-30"}), ConfirmAgain, MsgOlder)
	w.wantPicked("S-A", 3)
	w.wait(RepeatAfter)
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-06-30"}), OK, MsgUnitPicked) // nothing older is left
	w.restart()
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-07-31"}), OrderDone, MsgOrderPicked)
}

func TestWithoutWordOfOlderStockNothingIsAsked(t *testing.T) {
	w := newWorld(t, ship1("A", line("milk", 2, "L1", func(l *Line) { l.Track.Expiry = true })))
	w.scan("A")
	w.want(w.read(Reading{Key: "MILK", Expiry: "2027-06-30"}), OK, MsgUnitPicked)
}
