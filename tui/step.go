package tui

import (
	"strings"

	"pickstation/order"
	"pickstation/station"
)

// step is the next step as the bench stands, in the words of the verdicts' "do"
// lines. It stays when the verdict has faded.
func (p *painter) step() string {
	if do, stopped := p.stopStep(); stopped {
		return p.line(do)
	}
	if p.v.Bench.Question == nil && p.v.Bench.Screen == order.ScreenLabel {
		if pv := openParcel(p.v.Work); pv != nil {
			if pv.First != nil && pv.Print == order.PrintDone && pv.Void == "" {
				return p.line(*pv.First)
			}
			return p.paperStep(pv)
		}
		return p.line(order.Message{Code: order.DoNextOrder})
	}
	return p.line(p.stepMessage())
}

// stopStep is what is done with work on the bench that must not go on: what the centre asks
// for comes up with any scan of it.
func (p *painter) stopStep() (do order.Message, stopped bool) {
	w := p.v.Work
	if w == nil || p.v.Bench.Question != nil || p.v.Bench.Batch != nil && !p.v.Bench.Batch.Packing {
		return order.Message{}, false
	}
	if _, do, stopped = order.WhyStopped(w.Ref, w.Cancelled, w.Holds); !stopped {
		return order.Message{}, false
	}
	for i := range p.v.Instructions {
		if in := &p.v.Instructions[i]; in.Shipment == w.ID && !in.Done {
			return order.Message{Code: order.DoInstruction, Args: order.Args{Ref: w.Ref}}, true
		}
	}
	return do, true
}

func (p *painter) stepMessage() order.Message {
	b, w := &p.v.Bench, p.v.Work
	if q := b.Question; q != nil {
		return q.Do
	}
	switch b.Screen {
	case order.ScreenQueue:
		if v := p.v.Singles; v != nil {
			return order.Message{Code: order.DoScanSingle, Args: order.Args{Name: v.Line.Name, SKU: v.Line.SKU, Location: v.Line.Location}}
		}
		return order.Message{Code: order.DoScanWork}
	case order.ScreenDispatch:
		if b.Chill {
			return order.Message{Code: order.DoScanChill}
		}
		if f := p.v.Fetch; f != nil && len(f.Waybills) > 0 {
			return order.Message{Code: order.DoFetchParcel, Args: order.Args{Waybill: f.Waybills[0], N: len(f.Waybills), Ref: f.Ref}}
		}
		if c := b.Load; p.loaded(c) {
			return order.Message{Code: order.DoCloseLoad, Args: order.Args{Name: c.Name, SKU: order.SKU(c.ID)}}
		}
		return order.Message{Code: order.DoScanParcel}
	case order.ScreenBatch, order.ScreenWall, order.ScreenDrop:
		return batchStep(b, w)
	case order.ScreenPick:
		if w != nil && w.Current == nil && w.NextZone != "" {
			return order.Message{Code: order.DoPassOn, Args: order.Args{Code: w.Tote, Location: order.LocationID(w.NextZone), Ref: w.Ref}}
		}
		return pickStep(b, w)
	case order.ScreenPack:
		if w != nil {
			return order.Message{Code: order.DoPackMore, Args: order.Args{N: max(w.Picked-w.Verified, 0)}}
		}
	case order.ScreenTasks, order.ScreenReturn, order.ScreenStock:
		return order.TaskStepOf(p.v.Task, b, &p.v.Returns)
	case order.ScreenSignIn:
		return order.Message{Code: order.DoScanBadge}
	}
	return order.Message{}
}

func pickStep(b *order.Bench, w *station.WorkView) order.Message {
	if w == nil || w.Current == nil {
		return order.Message{}
	}
	l := w.Current
	a := order.Args{Name: l.Name, SKU: l.SKU, N: toTake(l), Location: l.Location, Lot: l.Lot}
	if pend := b.Pending; pend != nil {
		if do := pend.Lacks(l.Track, l.Lot); do != "" {
			return order.Message{Code: do, Args: a}
		}
	}
	if l.Location == "" || b.Located == l.Location {
		return order.Message{Code: order.DoPickMore, Args: a}
	}
	return order.Message{Code: order.DoGoTo, Args: a}
}

// openParcel is the first parcel whose label is not on its box.
func openParcel(w *station.WorkView) *station.ParcelView {
	if w == nil {
		return nil
	}
	for i := range w.Parcels {
		if !w.Parcels[i].Labelled && !w.Parcels[i].Later {
			return &w.Parcels[i]
		}
	}
	return nil
}

// stepLines paints the rows above the verdict: an open question with the ways to
// answer it, else the next step. A question takes no scans away: it has no focus,
// no button, and Enter is no answer.
func (p *painter) stepLines(a area) area {
	q := p.v.Bench.Question
	if q == nil {
		return p.stepLine(a)
	}
	lines := wrap("? "+p.t.Question+" "+p.line(q.What), a.w-2, 2)
	if a.h <= 12 && p.asked() {
		lines = nil // the verdict below says it already
	}
	lines = append(lines, wrap(p.answer(q), a.w-cells(p.t.AnswerNo)-3, 2)...)
	box, rest := a.bottom(len(lines))
	box.fill(infoBar)
	in := box.inset(1)
	for i, s := range lines {
		in.text(0, i, infoBar, s)
	}
	in.line(len(lines)-1, 1, seg{st: infoBar, s: p.t.AnswerNo, right: true})
	return rest
}

// stepLine paints the next step: in one row, in a low window that has room for it or
// where the verdict says nothing else in as many as it takes.
func (p *painter) stepLine(a area) area {
	rows := 1
	switch {
	case p.stepSaysIt():
		rows = doRows
	case p.h < lowH && a.h > p.least():
		rows = 2
	}
	badge := " " + p.t.Step + " "
	lines := wrap(p.step(), a.w-cells(badge)-1, rows)
	box, rest := a.bottom(len(lines))
	if lines[0] == "" {
		return rest
	}
	x := box.text(0, 0, infoBar, badge) + 1
	for y, line := range lines {
		box.text(x, y, strong, line)
	}
	return rest
}

// least is how many rows of a low window the screen wants before the step may take two.
func (p *painter) least() int {
	switch p.v.Bench.Screen {
	case order.ScreenQueue, order.ScreenTasks, order.ScreenDispatch: // lists
		return 3
	case order.ScreenLabel:
		return bigRows
	}
	return bigRows + 3
}

// asked says whether the verdict on the screen is the open question itself.
func (p *painter) asked() bool {
	q, s := p.v.Bench.Question, p.v.Verdict
	return q != nil && s != nil && s.What == q.What
}

// answer says how a question is answered with yes.
func (p *painter) answer(q *order.Question) string {
	switch {
	case q.Kind == order.AskPIN:
		return p.t.AnswerPIN + " " + strings.Repeat("*", p.o.PIN) + strings.Repeat("_", max(q.Digits-p.o.PIN, 0))
	case q.Kind == order.AskQty && p.o.Quantity != "":
		return p.t.AnswerQty + " " + p.o.Quantity + "_"
	case q.Kind == order.AskQty:
		return p.t.AnswerQty
	case q.Kind == order.AskReason:
		return sprintf(p.t.AnswerReason, len(q.Choices))
	case q.Kind == order.AskSubst:
		return p.t.AnswerSubst
	case q.Repeatable:
		return p.t.AnswerRepeat
	case q.Kind == order.AskSignOut:
		return p.t.AnswerSignOut
	case q.Kind == order.AskOverride:
		return p.t.AnswerLead
	}
	return p.t.AnswerYes
}

// toTake is how many units of a line are to be taken now.
func toTake(l *station.LineView) int {
	open := max(l.Qty-l.Picked-l.Short, 0)
	if l.Take > 0 {
		return min(open, l.Take)
	}
	return open
}
