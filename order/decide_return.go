package order

import (
	"slices"
	"strings"
)

// PhotoPrefix starts a barcode that refers to a photo of the goods at hand; a camera
// beside the bench shows it, or prints it.
const PhotoPrefix = CommandPrefix + "PHOTO-"

// returned counts a unit that came back, for the line of its goods: never more than were
// sent, and it says so where all are back already.
func (t *turn) returned(k *Task) {
	p := t.half
	t.b.Pending = nil
	for _, r := range t.in.Readings {
		for i := range k.Lines {
			if l := &k.Lines[i]; l.counts(r) > 0 {
				t.takeReturned(k, l, t.unitBack(l, r))
				return
			}
		}
	}
	if p != nil {
		l := k.Line(p.Line)
		if q, ok := t.fillTask(l, *p); ok {
			t.takeReturned(k, l, q)
			return
		}
	}
	t.b.Pending = p
	t.notReturned(k)
}

// counts returns how many units of the line a reading counts, 0 for other goods.
func (l *TaskLine) counts(r Reading) int {
	as := Line{Codes: l.Codes}
	return unitsOn(&as, r)
}

// unitBack is the scanned unit; a second code of it completes what the first said.
func (t *turn) unitBack(l *TaskLine, r Reading) Pending {
	as := l.asLine()
	return t.unit(match{line: &as, units: l.counts(r), r: r})
}

// fillTask completes a unit of a task that lacked its lot, expiry or serial; it reports
// false where the scan is none of these, or the line is not there any more.
func (t *turn) fillTask(l *TaskLine, p Pending) (Pending, bool) {
	if l == nil || len(t.findWork()) > 0 {
		return p, false
	}
	as := l.asLine()
	for _, r := range t.in.Readings {
		if q, ok := p.filled(&as, r); ok && r.Key == "" {
			return q, true
		}
	}
	return t.fillPlain(&as, p)
}

// takeReturned books units once everything that is tracked is known.
func (t *turn) takeReturned(k *Task, l *TaskLine, p Pending) {
	a := Args{Name: l.Name, SKU: l.SKU, N: p.Units, Need: l.Qty - l.N, Ref: k.Ref, Lot: p.Lot, Serial: p.Serial}
	t.b.Task.Line = l.No
	switch do := p.lacks(l); {
	case l.Qty <= 0:
		t.say(Blocked, msg(MsgNeverShipped, Args{Ref: k.Order}), msg(DoSetAside, Args{}))
	case l.N >= l.Qty:
		a.Need = l.Qty
		t.say(DoneAlready, msg(MsgReturnedAll, a), msg(DoSetAside, Args{}))
	case p.Units > l.Qty-l.N:
		t.say(OverQty, msg(MsgReturnTooMany, a), msg(DoScanSingly, a))
	case l.Track.Serial && p.Units > 1:
		t.say(OverQty, msg(MsgTooMany, a), msg(DoScanSerial, a))
	case do != "":
		t.b.Pending = &p
		t.say(Needs, msg(needs[do], a), msg(do, a))
	case l.hasSerial(p.Serial):
		t.say(DoneAlready, msg(MsgSerialTwice, a), t.taskStep(k))
	default:
		e := t.taskEvent(EventTaken, k)
		e.Line, e.Qty, e.Lot, e.Serial, e.Expiry = l.No, p.Units, p.Lot, p.Serial, p.Expiry
		a.N, a.Need = l.N+p.Units, l.Qty
		t.say(OK, msg(MsgReturnedUnit, a), t.doGrade(l))
	}
}

// needs says of a step that completes a unit what the unit lacks.
var needs = map[MsgCode]MsgCode{DoScanLot: MsgNeedLot, DoScanExpiry: MsgNeedExpiry, DoScanSerial: MsgNeedSerial}

// lacks is the step that completes a unit of a task, "" where nothing is missing.
func (p *Pending) lacks(l *TaskLine) MsgCode {
	track := l.Track
	track.Weight = false // nobody weighs what came back
	return p.Lacks(track, "")
}

// TookIn says whether a return has taken the unit with that serial in.
func (t *Task) TookIn(sku SKU, serial string) bool {
	return slices.ContainsFunc(t.Lines, func(l TaskLine) bool { return l.SKU == sku && l.hasSerial(serial) })
}

func (l *TaskLine) hasSerial(serial string) bool {
	if !l.Track.Serial || serial == "" {
		return false
	}
	for i := range l.Goods {
		if l.Goods[i].Serial == serial {
			return true
		}
	}
	return false
}

// notReturned answers a scan that is nothing of the return on the bench.
func (t *turn) notReturned(k *Task) {
	for _, f := range t.taskRefs() {
		o := t.taskOf(f.ID)
		switch {
		case o == nil:
		case o.ID == k.ID:
			t.say(DoneAlready, msg(MsgTaskHere, Args{Ref: k.Ref}), t.taskStep(k))
			return
		default:
			t.say(OtherOrder, msg(MsgOtherTask, Args{Ref: o.Ref, Reason: string(o.Kind)}), t.taskStep(k))
			return
		}
	}
	for _, r := range t.findAll() {
		switch {
		case r.SKU != "":
			t.say(WrongItem, msg(MsgNotOfReturn, Args{Name: r.Name, SKU: r.SKU, Ref: k.Ref}), msg(DoSetAside, Args{}))
			return
		case r.Shipment != "":
			t.say(OtherOrder, msg(MsgIsOther, Args{Ref: r.Order}), t.taskStep(k))
			return
		case r.Kind == RefLocation:
			t.say(WrongKind, msg(MsgLocationWrong, Args{Location: r.Location}), t.taskStep(k))
			return
		}
	}
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: t.shownCode()}), t.taskStep(k))
}

// returnStep is the next step of a return: goods are judged, and photographed where the
// warehouse wants that, before more are counted.
func returnStep(k *Task, b *TaskBench, rules *ReturnPolicy) Message {
	if l := ungraded(k, b); l != nil {
		return doGrade(l, rules)
	}
	if l := rules.wantsPhoto(k, b); l != nil {
		return doPhoto(l, rules)
	}
	if _, n := k.Units(); n > 0 {
		return msg(DoCloseReturn, Args{Ref: k.Ref})
	}
	return msg(DoScanReturned, Args{Ref: k.Ref})
}

func (t *turn) doGrade(l *TaskLine) Message { return doGrade(l, &t.env.Policy.Returns) }

func doGrade(l *TaskLine, rules *ReturnPolicy) Message {
	return msg(DoGrade, Args{Name: l.Name, SKU: l.SKU, N: l.Ungraded(), Code: rules.letters()})
}

func doPhoto(l *TaskLine, rules *ReturnPolicy) Message {
	return msg(DoPhoto, Args{Name: l.Name, SKU: l.SKU, N: rules.PhotosOf(l) - len(l.Photos)})
}

// ungraded is the line whose units are judged next: the one at hand, else the first.
func ungraded(k *Task, b *TaskBench) *TaskLine {
	if l := k.Line(b.Line); l != nil && l.Ungraded() > 0 {
		return l
	}
	for i := range k.Lines {
		if k.Lines[i].Ungraded() > 0 {
			return &k.Lines[i]
		}
	}
	return nil
}

// gradeOf returns the grade that a command gives, or "".
func gradeOf(c Command) Grade {
	g, _ := strings.CutPrefix(string(c), "GRADE-")
	if g == string(c) {
		return ""
	}
	return Grade(g)
}

// Command returns the code of the bench card that gives the grade.
func (g Grade) Command() Command { return Command("GRADE-" + g) }

// fateOf returns the fate that a command gives, or "".
func fateOf(c Command) Fate {
	switch c {
	case CmdRestock:
		return FateRestock
	case CmdScrap:
		return FateScrap
	case CmdHold:
		return FateHold
	}
	return ""
}

// commandInReturn judges goods that came back.
func (t *turn) commandInReturn(k *Task, c Command) {
	switch {
	case gradeOf(c) != "":
		t.grade(k, gradeOf(c))
	case fateOf(c) != "":
		t.fate(k, fateOf(c))
	default:
		t.notNow(c)
	}
}

// grade judges the units of the line at hand that nobody has judged.
func (t *turn) grade(k *Task, g Grade) {
	rule, known := t.env.Policy.Returns.Grade(g)
	l := ungraded(k, &t.b.Task)
	switch {
	case !known:
		t.say(WrongKind, msg(MsgNoGrade, Args{Code: string(g), Ref: t.env.Policy.Returns.letters()}), t.taskStep(k))
	case l == nil:
		t.say(WrongKind, msg(MsgNothingToGrade, Args{}), t.taskStep(k))
	default:
		from := len(t.events)
		for _, j := range l.Goods {
			if j.Grade == "" {
				t.judged(k, l, j, g, rule.Fate)
			}
		}
		t.saidOf(k, l, from, rule)
	}
}

// fate changes what becomes of the units that were judged last.
func (t *turn) fate(k *Task, f Fate) {
	for i := len(k.Steps) - 1; i >= 0; i-- {
		st := k.Steps[i]
		l := k.Line(st.Line)
		if st.Type != EventGraded || l == nil {
			continue
		}
		from := len(t.events)
		rule, _ := t.env.Policy.Returns.Grade(st.Grade)
		if rule.Fate != f {
			rule.Place = ""
		}
		rule.Grade, rule.Fate = st.Grade, f
		t.judged(k, l, Judged{Qty: st.Qty, Lot: st.Lot, Serial: st.Serial, Grade: st.Grade, Fate: st.Fate}, st.Grade, f)
		t.saidOf(k, l, from, rule)
		return
	}
	t.say(WrongKind, msg(MsgGradeFirst, Args{Code: t.env.Policy.Returns.letters()}), t.taskStep(k))
}

// judged drafts what is said of some units.
func (t *turn) judged(k *Task, l *TaskLine, j Judged, g Grade, f Fate) {
	e := t.taskEvent(EventGraded, k)
	e.Line, e.Qty, e.Lot, e.Serial = l.No, j.Qty, j.Lot, j.Serial
	e.Was, e.Grade, e.Fate = was(j.Grade, j.Fate), g, f
}

// saidOf answers a judgement: what becomes of the goods, and where they go.
func (t *turn) saidOf(k *Task, l *TaskLine, from int, rule GradeRule) {
	after := k.Copy()
	n := 0
	for i := from; i < len(t.events); i++ {
		ApplyTask(after, &t.events[i])
		n += t.events[i].Qty
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: n, Code: string(rule.Grade), Reason: string(rule.Fate), Location: rule.Place}
	if a.Location == "" && rule.Fate == FateRestock {
		a.Location = l.To
	}
	t.b.Task.Line = l.No
	t.say(LineDone, msg(MsgGraded, a), t.taskStep(after))
}

// photoOf returns the reference of a photo that a code brings.
func photoOf(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) <= len(PhotoPrefix) || !strings.EqualFold(text[:len(PhotoPrefix)], PhotoPrefix) {
		return "", false
	}
	ref := text[len(PhotoPrefix):]
	return ref, len(ref) <= maxCode && trackable(ref, maxCode) && plainCode(ref)
}

// photo notes where the picture of a unit is kept: one of the goods that still lack
// theirs, else of the goods at hand.
func (t *turn) photo(ref string) {
	k := t.taskOnBench()
	if k == nil || k.Kind != TaskReturn {
		t.say(WrongKind, msg(MsgPhotoOfWhat, Args{}), t.doAsked())
		return
	}
	l := t.env.Policy.Returns.wantsPhoto(k, &t.b.Task)
	if l == nil {
		l = k.Line(t.b.Task.Line)
	}
	if l == nil || l.N == 0 {
		t.say(WrongKind, msg(MsgPhotoOfWhat, Args{}), msg(DoScanReturned, Args{Ref: k.Ref}))
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, Code: ref}
	if k.photographed(ref) {
		t.say(DoneAlready, msg(MsgPhotoTwice, a), t.taskStep(k))
		return
	}
	t.b.Task.Line = l.No
	e := t.taskEvent(EventPhoto, k)
	e.Line, e.Photo = l.No, ref
	after := k.after(e)
	t.say(OK, msg(MsgPhoto, a), t.taskStep(after))
}

// closeReturn ends a return on the YES of the bench card: everything that came is judged,
// and photographed where the warehouse wants that.
func (t *turn) closeReturn(k *Task) {
	_, n := k.Units()
	a := Args{Ref: k.Ref, N: n}
	for i := range k.Lines {
		a.Need += k.Lines[i].Announced
	}
	if l := ungraded(k, &t.b.Task); l != nil {
		a = Args{Name: l.Name, SKU: l.SKU, N: l.Ungraded()}
		t.say(Needs, msg(MsgUngraded, a), t.doGrade(l))
		return
	}
	rules := &t.env.Policy.Returns
	if l := rules.wantsPhoto(k, &t.b.Task); l != nil {
		t.b.Task.Line = l.No
		t.say(Needs, msg(MsgNoPhoto, Args{Name: l.Name, SKU: l.SKU, N: len(l.Photos), Need: rules.PhotosOf(l)}), doPhoto(l, rules))
		return
	}
	if n == 0 {
		t.say(WrongKind, msg(MsgNothingReturned, a), msg(DoScanReturned, a))
		return
	}
	what := MsgReturnClosed
	if a.Need > 0 && a.Need != n {
		what = MsgReturnDiffers
	}
	t.endTask(k, msg(what, a))
}
