package order

import (
	"testing"

	"pgregory.net/rapid"
)

// undone checks that UNDO gives back what was before the step it took back, and
// remembers what is before each step.
func (m *model) undone(d *Decision, was map[ShipmentID]string) {
	back, first := map[ShipmentID]bool{}, ^uint64(0)
	for i := range d.Events {
		e := &d.Events[i]
		id := e.Shipment
		switch {
		case d.What.Code == MsgBoxEmptied || d.What.Code == MsgBoxEmptiedPaper: // takes back what is not the latest
			m.before[id] = nil
		case e.Type == EventBoxed && !e.Over:
		case e.Type == EventPicked, e.Type == EventPacked, e.Type == EventShorted, e.Type == EventBoxed:
			if !back[id] { // one of a put or a shortage
				m.before[id] = append(m.before[id], was[id])
			}
			back[id] = true
		case e.Type == EventUndone:
			back[id], first = true, min(first, e.Of)
		}
	}
	if first == ^uint64(0) {
		return
	}
	for id := range back {
		if n := len(m.before[id]); n > 0 {
			if got, want := progress(m.ship(id)), m.before[id][n-1]; got != want {
				m.rt.Fatalf("undo is not the inverse of what it undoes:\ngot  %s\nwant %s", got, want)
			}
			m.before[id] = m.before[id][:n-1]
		}
	}
	m.inOrder(first)
}

// inOrder checks that nothing of the batch that was done after what UNDO took back stays.
func (m *model) inOrder(first uint64) {
	if m.bench.Batch == nil || m.bench.Batch.Packing {
		return
	}
	for _, x := range m.bench.Batch.Members {
		s := m.ship(x.Shipment)
		if s.Cancelled || s.AllLabelled() || (x.Out || s.Stopped() != nil) && !s.stoppedByShortage() {
			continue
		}
		if last := latestStep(s); last > first {
			m.rt.Fatalf("UNDO took back event %d and left the later event %d of %s", first, last, s.ID)
		}
	}
}

// Whatever was put, said to be missing and skipped in a batch, UNDO walks back over it step
// by step, the last first, and ends where the batch began.
func TestUndoWalksABatchBackToItsBeginning(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var ships []*Shipment
		for _, name := range []string{"A", "B", "C"}[:rapid.IntRange(2, 3).Draw(rt, "orders")] {
			s := drawShipment(rt, name)
			s.PackCheck = PackByPick
			ships = append(ships, s)
		}
		w := newWorld(rt, ships...)
		w.env.Policy.Drops = []DropRule{{Place: "DOCK"}} // so that the last put does not end the batch
		w.card(CmdBatch)
		m := &model{world: w, rt: rt}
		now := func() (all string) {
			for _, s := range w.ships {
				all += progress(s)
			}
			return all
		}
		var was []string
		for range rapid.IntRange(1, 40).Draw(rt, "inputs") {
			if b := m.bench.Batch; b == nil || b.Drop != nil {
				break
			}
			before := now()
			switch rapid.IntRange(0, 9).Draw(rt, "kind") {
			case 0:
				m.card(CmdShort)
				m.card(CmdYes)
			case 1:
				m.card(CmdSkip)
			case 2:
				m.restart()
			default:
				text, readings := m.rightInBatch(m.ship(m.bench.Shipment))
				if text != "PS:UNDO" { // it comes below
					m.scan(text, readings...)
				}
			}
			if now() != before {
				was = append(was, before)
			}
		}
		if m.bench.Batch == nil {
			return // all of it is short: nobody has it any more
		}
		for len(was) > 0 {
			before := now()
			d := m.card(CmdUndo)
			if !d.Verdict.Good() {
				rt.Fatalf("%s with %d steps to go back", d.What.Code, len(was))
			}
			if now() == before { // out of the hand, or a skip
				continue
			}
			if got, want := now(), was[len(was)-1]; got != want {
				rt.Fatalf("UNDO gives\n%s\nnot\n%s", got, want)
			}
			was = was[:len(was)-1]
		}
	})
}
