package order

import "slices"

// SkipMark is a line put behind, and where in the work that was: UNDO takes it back when
// nothing was counted since.
type SkipMark struct {
	Line LineRef `json:"line"`
	At   uint64  `json:"at,omitempty"` // sequence of the latest counted scan before it; 0 none
}

// maxSkips bounds how many skips UNDO knows.
const maxSkips = 32

// askSkip asks why a line is put behind, where the warehouse lists reasons for that.
func (t *turn) askSkip(l *Line, why string) bool {
	return t.askWhy(Needs, Question{Gate: GateSkip, Shipment: t.s.ID, Line: l.No, Why: why}, msg(MsgAskSkip, Args{Name: l.Name, SKU: l.SKU, Location: l.Location}))
}

// skipped records that a line is put behind, and the reason that was chosen.
func (t *turn) skipped(l *Line, why string) {
	e := t.event(EventSkipped)
	e.Line, e.Why = l.No, why
}

// latestStep returns the sequence of the latest scan that UNDO could take back.
func latestStep(s *Shipment) uint64 {
	if s == nil || len(s.steps) == 0 {
		return 0
	}
	return s.steps[len(s.steps)-1].seq
}

// markSkip remembers that a line was put behind after the latest scan of s.
func (t *turn) markSkip(line LineRef, s *Shipment) {
	t.b.Skips = append(slices.Clone(t.b.Skips), SkipMark{line, latestStep(s)})
	t.b.Skips = t.b.Skips[max(0, len(t.b.Skips)-maxSkips):]
}

// undoSkip takes the latest skip back. It reports false where something was counted
// after it.
func (t *turn) undoSkip() bool {
	k := len(t.b.Skips) - 1
	if k < 0 || t.s == nil || t.b.Screen != ScreenPick && t.b.Screen != ScreenBatch {
		return false
	}
	m, last := t.b.Skips[k], t.s
	if t.b.Batch != nil {
		last = t.lastPut()
	}
	if m.At != latestStep(last) {
		return false
	}
	s := t.shipment(m.Line.Shipment)
	if s == nil || s.Line(m.Line.Line) == nil {
		return false
	}
	l := s.Line(m.Line.Line)
	t.b.Skips = t.b.Skips[:k]
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Location: l.Location}
	if t.b.Batch != nil {
		t.b.Batch.Skipped = withoutRef(t.b.Batch.Skipped, m.Line)
		t.onward()
		t.say(OK, msg(MsgUndone, a), t.batchStep())
		return true
	}
	t.b.Skipped = slices.DeleteFunc(slices.Clone(t.b.Skipped), func(no int) bool { return no == l.No })
	t.b.Focus, t.b.Located = l.No, ""
	t.say(OK, msg(MsgUndone, a), t.next(t.s.now()))
	return true
}
