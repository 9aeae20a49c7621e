package order

// void says whether the parcel's waybill came out and does not count any more.
func (t *turn) void(p *Parcel) bool { return t.s.PaperVoid(p, PaperWaybill) != "" }

// requestPaper puts one paper of a parcel into the queue. A print of it that may have
// come out is given up: the new number tells the papers apart.
func (t *turn) requestPaper(p *Parcel, k PaperKind) {
	x := p.Paper(k)
	if job := t.printJob(p, k); job != nil && job.State.Open() && job.No == x.Requests {
		t.prints = append(t.prints, PrintOrder{Kind: k, Shipment: t.s.ID, Parcel: p.No, No: job.No, Drop: true})
	}
	e := t.event(EventPrintRequested)
	e.Paper, e.Parcel, e.No, e.WordS = k, p.No, x.Requests+1, t.wordAgeS()
	e.Waybill = t.numberFor(p)
	t.prints = append(t.prints, PrintOrder{Kind: k, Shipment: t.s.ID, Parcel: p.No, No: x.Requests + 1, Version: t.s.Version, By: t.b.Operator})
}

// requestPapers asks for those papers of a parcel that are missing or void, and has
// those tried again that did not come out.
func (t *turn) requestPapers(p *Parcel) {
	o := t.coming()
	for _, k := range t.env.Policy.PapersFor(t.s, p) {
		switch x := p.Paper(k); {
		case !t.ready(p, k):
		case x.Requests == 0 || o.paperVoid(p, k) != "":
			t.requestPaper(p, k)
		case x.Requests > x.Prints:
			t.prints = append(t.prints, PrintOrder{Kind: k, Shipment: t.s.ID, Parcel: p.No, No: x.Requests, Version: t.s.Version,
				By: t.b.Operator, Again: true})
		}
	}
}

// coming is the shipment as it will stand after this input.
func (t *turn) coming() outlook {
	if t.ahead.Shipment == t.s {
		return t.ahead
	}
	return t.s.now()
}

// final says whether a paper can be printed: no more goods go into the box, or, for a
// paper of the whole shipment, into any.
func (o outlook) final(p *Parcel, k PaperKind) bool {
	return o.allIn() || k.ByParcel() && (p.Closed || p.Labelled)
}

// ready says whether a paper can be printed now: its goods are in, and its weight, if it
// says one, is known as well as it ever will be. At a bench with a scale that is when the
// box was weighed, or has its label without; elsewhere the catalogue's weights have to do.
func (t *turn) ready(p *Parcel, k PaperKind) bool {
	if !t.coming().final(p, k) {
		return false
	}
	if k == PaperPackingList && t.env.Policy.insertDue(t.coming().whole(), p) != nil {
		return false // it names what is scanned into the box
	}
	if !t.env.Scale || !k.statesGross() {
		return true
	}
	for i := range t.s.Parcels {
		x := &t.s.Parcels[i]
		if (x.No == p.No || !k.ByParcel()) && t.s.NeedsBox(x) && x.WeightG == 0 && !x.Labelled && x.No != t.settled {
			return false
		}
	}
	return true
}

// latePapers asks for the papers whose waybill came before all their goods did, or
// before the box was weighed.
func (t *turn) latePapers() {
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		for _, k := range t.env.Policy.PapersFor(t.s, p) {
			if p.PrintRequests > 0 && p.Paper(k).Requests == 0 && t.ready(p, k) && t.gateOpen(GatePrint, t.s) {
				t.requestPaper(p, k)
			}
		}
	}
}

// printJob is the latest job of a paper, nil where nothing is known of it.
func (t *turn) printJob(p *Parcel, k PaperKind) *PrintResult {
	if t.env.PrintJob == nil || t.s == nil {
		return nil
	}
	job, err := t.env.PrintJob(t.s.ID, p.No, k)
	t.keep(err)
	return job
}

// mayBeOut says whether nobody knows if the parcel's waybill came out: a person has to
// look before it is printed again.
func (t *turn) mayBeOut(p *Parcel) bool {
	job := t.printJob(p, PaperWaybill)
	return p.PrintRequests > p.Prints && job != nil && job.State == PrintParked && job.MayBeOut()
}

// paperFailed says whether another paper of the parcel is missing or void.
func (t *turn) paperFailed(p *Parcel) bool {
	for _, k := range t.env.Policy.PapersFor(t.s, p) {
		if x := p.Paper(k); x.Requests > x.Prints || x.Requests == 0 && t.ready(p, k) || t.s.PaperVoid(p, k) != "" {
			return true
		}
	}
	return false
}

// unreported judges a waybill that was scanned although no print of it is known to have
// come out. Where the bytes did leave the station, the paper in hand is the proof.
func (t *turn) unreported(p *Parcel, a Args, lead *Operator) {
	job := t.printJob(p, PaperWaybill)
	if job == nil || !job.MayBeOut() {
		t.say(Blocked, msg(MsgNotPrinted, a), msg(DoCheckPrinter, a))
		return
	}
	x := *p
	x.Prints, x.PrintedVersion, x.PrintedContents = job.No, job.Version, job.Contents
	if a.Reason = t.s.PaperVoid(&x, PaperWaybill); a.Reason != "" {
		t.say(Blocked, msg(MsgPaperVoid, a), msg(DoReprint, a))
		return
	}
	if t.refuseLabel(p, lead) {
		return
	}
	e := t.event(EventPrinted)
	e.Parcel, e.Waybill, e.No, e.OrderVersion, e.Contents = p.No, p.Waybill.Number, job.No, job.Version, job.Contents
	t.prints = append(t.prints, PrintOrder{Shipment: t.s.ID, Parcel: p.No, No: job.No, Out: true})
	t.stuck(p, lead)
}

// byVoidWaybill returns the parcel that had the number before its receiver changed.
func (s *Shipment) byVoidWaybill(key string) *Parcel {
	for i := range s.Parcels {
		if key != "" && s.Parcels[i].voidWaybill(key) {
			return &s.Parcels[i]
		}
	}
	return nil
}

// scannedVoid says whether the scan is a number that the parcel had once.
func (t *turn) scannedVoid(p *Parcel) bool {
	for _, r := range t.in.Readings {
		if r.Key != "" && p.voidWaybill(r.Key) {
			return true
		}
	}
	return false
}

// oldPaper refuses paper with a number from before the receiver changed. An instruction
// about it comes first: it leads to the new paper.
func (t *turn) oldPaper(p *Parcel) {
	if t.instruct(t.s) {
		return
	}
	do := msg(DoReprint, Args{Waybill: p.Waybill.Number})
	switch {
	case t.b.Screen == ScreenDispatch:
		do = msg(DoCallLead, Args{})
	case p.Prints > 0 && !t.void(p):
		do = msg(DoWaitLabel, Args{Waybill: p.Waybill.Number})
	}
	t.say(Blocked, msg(MsgPaperVoid, Args{Waybill: shown(t.in.Text), Ref: t.s.Ref(), Reason: VoidOrder}), do)
}

// voidPapers records which papers do not say any more what is in the box, once the box
// is complete again.
func (t *turn) voidPapers(o outlook) {
	for i := range o.Parcels {
		p := &o.Parcels[i]
		for _, k := range append([]PaperKind{PaperWaybill}, kindsOf(p.Papers)...) {
			if x := p.Paper(k); x.Contents != voidMark && o.paperVoid(p, k) == VoidContents {
				e := t.event(EventPaperVoided)
				e.Paper, e.Parcel, e.Waybill, e.No, e.Reason = k, p.No, p.Waybill.Number, x.Prints, VoidContents
			}
		}
	}
}

func kindsOf(papers []Paper) (kinds []PaperKind) {
	for _, x := range papers {
		kinds = append(kinds, x.Kind)
	}
	return kinds
}

// refusePaper keeps a parcel here whose customs papers are missing or void.
func (t *turn) refusePaper(p *Parcel) bool {
	for _, k := range t.env.Policy.PapersFor(t.s, p) {
		if !k.ForCustoms() || p.Paper(k).Prints > 0 && t.s.PaperVoid(p, k) == "" {
			continue
		}
		a := Args{Waybill: p.Waybill.Number, Ref: t.s.Ref(), Reason: k.Word()}
		t.ask(Blocked, Question{Kind: AskPapers, Shipment: t.s.ID, Parcel: p.No}, msg(MsgPaperMissing, a), msg(DoScanYes, a))
		return true
	}
	return false
}

// papers prints what a parcel must not leave without.
func (t *turn) papers(q *Question) {
	on := t.s
	s := t.shipment(q.Shipment)
	if s == nil || s.Parcel(q.Parcel) == nil {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	t.s = s
	p := s.Parcel(q.Parcel)
	switch {
	case t.refuseStopped(s):
	case !t.gateOpen(GatePrint, s):
		t.refuseReprint()
	default:
		t.requestPapers(p)
		t.say(OK, msg(MsgPrinting, Args{Waybill: p.Waybill.Number}), msg(DoScanParcel, Args{}))
	}
	t.note()
	t.s = on
}

// dropPrints takes the jobs of a cancelled shipment out of the queue.
func (t *turn) dropPrints(s *Shipment) {
	for i := range s.Parcels {
		p := &s.Parcels[i]
		for _, k := range append([]PaperKind{PaperWaybill}, kindsOf(p.Papers)...) {
			if x := p.Paper(k); x.Requests > x.Prints {
				t.prints = append(t.prints, PrintOrder{Kind: k, Shipment: s.ID, Parcel: p.No, No: x.Requests, Drop: true})
			}
		}
	}
}

// retryParked has every parked job tried again that did not come out.
func (t *turn) retryParked() {
	if t.env.Parked == 0 {
		t.notNow(CmdPrint)
		return
	}
	t.prints = append(t.prints, PrintOrder{By: t.b.Operator, Again: true})
	t.say(OK, msg(MsgRetryParked, Args{N: t.env.Parked}), t.nextHere())
}

// Handed is what one carrier took that no hand-over list names yet.
type Handed struct {
	Carrier Carrier
	Parcels int
	Number  string // of the list to be printed
	Prints  int    // how often it was printed
}

// manifest prints one list for each carrier that took parcels since its last one.
func (t *turn) manifest() {
	if t.s != nil || t.b.Screen != ScreenDispatch || t.env.Handed == nil {
		t.notNow(CmdManifest)
		return
	}
	carriers, err := t.env.Handed()
	t.keep(err)
	if err == nil && len(carriers) == 0 {
		t.askLists()
		return
	}
	t.lists(carriers)
}

// askLists asks whether the lists of last time are printed again, where nothing was
// handed over since.
func (t *turn) askLists() {
	last, err := t.lastLists()
	t.keep(err)
	if len(last) == 0 {
		t.say(DoneAlready, msg(MsgNoManifest, Args{}), msg(DoScanParcel, Args{}))
		return
	}
	a := Args{Code: last[0].Number, N: last[0].Prints + 1, Need: len(last)}
	t.ask(ConfirmAgain, Question{Kind: AskLists, Reason: last[0].Number}, msg(MsgAskLists, a), msg(DoScanYes, a))
}

func (t *turn) lastLists() ([]Handed, error) {
	if t.env.LastLists == nil {
		return nil, nil
	}
	return t.env.LastLists()
}

// listsAgain prints the lists that were asked about again.
func (t *turn) listsAgain(q *Question) {
	last, err := t.lastLists()
	t.keep(err)
	if t.b.Screen != ScreenDispatch || len(last) == 0 || last[0].Number != q.Reason {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	t.lists(last)
}

// lists puts hand-over lists into the queue.
func (t *turn) lists(carriers []Handed) {
	parcels := 0
	for _, h := range carriers {
		e := t.event(EventManifested)
		e.Reason, e.Qty, e.Paper, e.No = h.Number, h.Parcels, PaperManifest, h.Prints+1
		t.prints = append(t.prints, PrintOrder{Kind: PaperManifest, Key: h.Number, Carrier: h.Carrier.ID, No: h.Prints + 1, By: t.b.Operator})
		parcels += h.Parcels
	}
	t.closeLoad(carriers, parcels)
}
