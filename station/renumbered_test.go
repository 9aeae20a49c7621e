package station_test

import (
	"testing"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// The centre has other events under the numbers of this log: what is issued again gets new
// ones, and UNDO names those, so that the next start knows what is taken back already.
func TestUndoAfterALogWasIssuedAgainNamesTheNewNumbers(t *testing.T) {
	b := newBench(t, goods("1", 2, 3))
	b.want(order.OK, badgeLi, "X1", item(1), item(2))
	err := b.loop.WriteChange(t.Context(), func(tx station.Tx) (c station.Change, err error) {
		c.Renumbered, err = tx.(*localdb.Tx).NewLog(b.logID, 3, localdb.StartedFork)
		return c, err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.say(order.CmdUndo)
	if list := b.log(); list[len(list)-1].Of != list[len(list)-2].Seq || list[len(list)-1].Type != order.EventUndone {
		t.Fatalf("takes event %d back, the last one is %d", list[len(list)-1].Of, list[len(list)-2].Seq)
	}
	b.restart()
	b.settle()
	b.want(order.OK, order.CommandPrefix+string(order.CmdUndo))
	if s := b.stored("1"); s.Line(1).Picked != 0 || s.Line(2).Picked != 0 {
		t.Errorf("%d and %d are left after both were taken back", s.Line(1).Picked, s.Line(2).Picked)
	}
}
