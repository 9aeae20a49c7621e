package station

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pickstation/order"
)

// Prints says whether a label sent now comes out without anybody's help, as far as the
// printer has said.
func (p PrinterView) Prints() bool {
	switch p.Status {
	case "", "ready", "printing", "media_low", "unknown":
		return true
	}
	return false
}

// waitingMax bounds how many waiting parcels are looked at when a load is closed.
const waitingMax = 1000

// paperEnv adds what the rules may know of papers and of the printer.
func (l *Loop) paperEnv(env *order.Env, at time.Time) {
	env.PrintJob = l.opt.Store.LastPrint
	env.Probe = func(t order.Temp) (order.ProbeReading, bool) { return l.probeOf(t, l.opt.Clock.Wall()) }
	env.Parked = l.seen.printer.Parked
	if !l.seen.printer.Prints() {
		env.Printer = l.seen.printer.Status
	}
	env.Scale = slices.ContainsFunc(l.seen.pans, func(p pan) bool { return tells(p.State) })
	env.HasScale = len(l.seen.pans) > 0
	env.LastLists = l.opt.Store.LastLists
	env.Waiting = func(c order.CarrierID) ([]order.OutboundRow, error) { return l.opt.Store.Waiting(c, waitingMax) }
	env.WaitingBeside = l.opt.Store.WaitingBeside
	env.Handed = func() ([]order.Handed, error) { return l.handed(at) }
}

// handed numbers the hand-over lists that are due: station, day, carrier and a count.
func (l *Loop) handed(at time.Time) ([]order.Handed, error) {
	list, err := l.opt.Store.Handed()
	if err != nil {
		return nil, err
	}
	given := map[string]int{} // two carriers may look the same in a number
	day := strings.ReplaceAll(string(order.DateOf(at.In(l.zone))), "-", "")
	for i := range list {
		prefix := fmt.Sprintf("MF-%s-%s-%s-", plain(string(l.opt.Station)), day, plain(string(list[i].Carrier.ID)))
		n, err := l.opt.Store.Manifests(prefix)
		if err != nil {
			return nil, err
		}
		given[prefix]++
		list[i].Number = fmt.Sprintf("%s%02d", prefix, n+given[prefix])
	}
	return list, nil
}

// numberPart is how many characters a station or a carrier has in a number.
const numberPart = 16

// plain keeps what every barcode and file name takes.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			return r
		}
		return '_'
	}, s)
	return s[:min(len(s), numberPart)]
}

// slipsAtOnce bounds how many slips one pull prints; the next pull prints the others.
const slipsAtOnce = 100

// slips asks for the slips of instructions that came with a pull.
func (b *batch) slips() error {
	l := b.l
	if !l.policy.Slips {
		return nil
	}
	wanted, err := l.opt.Store.SlipsWanted(slipsAtOnce)
	if err != nil {
		return err
	}
	for i := range wanted {
		in := &wanted[i]
		tx, err := b.begin()
		if err != nil {
			return err
		}
		e := order.Event{Type: order.EventPrintRequested, V: order.EventVersion, At: l.now().UnixMilli(), By: l.bench.Operator,
			Source: order.System, Shipment: in.Shipment, Paper: order.PaperSlip, No: 1, Reason: in.ID}
		if err := b.append(tx, &e); err != nil {
			return err
		}
		if err := tx.AddPrint(order.PrintOrder{Kind: order.PaperSlip, Key: in.ID, Shipment: in.Shipment, No: 1, By: l.bench.Operator}, e.Time()); err != nil {
			return err
		}
		l.printsNew = true
	}
	return nil
}

// voidPapers records, once each, the papers that a change by the centre has made void.
func (b *batch) voidPapers(ids []order.ShipmentID) error {
	l := b.l
	for _, id := range ids {
		ledger, err := l.opt.Store.Prints(id)
		if err != nil || len(ledger) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		s, err := l.work(id)
		if err != nil || s == nil {
			return err
		}
		done := map[paperKey]bool{}
		for i := range ledger {
			j := &ledger[i]
			p, key := s.Parcel(j.Parcel), paperKey{j.Parcel, j.Kind}
			if p == nil || done[key] || j.State != order.PrintDone || !j.Voided.IsZero() || s.PaperVoid(p, j.Kind) != order.VoidOrder {
				continue
			}
			done[key] = true
			if err := b.voidPaper(s, p, j.Kind, order.VoidOrder); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *batch) voidPaper(s *order.Shipment, p *order.Parcel, k order.PaperKind, why string) error {
	tx, err := b.begin()
	if err != nil {
		return err
	}
	number := p.Waybill.Number
	if n := len(p.VoidWaybills); n > 0 && why == order.VoidOrder {
		number = p.VoidWaybills[n-1] // what stands on the paper
	}
	e := order.Event{Type: order.EventPaperVoided, V: order.EventVersion, At: b.l.now().UnixMilli(), Source: order.System, Shipment: s.ID,
		OrderVersion: s.Version, Parcel: p.No, Waybill: number, Paper: k, No: p.Paper(k).Prints, Reason: why}
	return b.append(tx, &e)
}

// printMsg is what became of a print job.
type printMsg struct {
	r    PrintResult
	done chan error // told once the batch is over
}

func (m printMsg) handle(l *Loop, b *batch) error {
	job, err := l.opt.Store.PrintJob(m.r.JobID)
	if err == nil && (job == nil || !job.State.Open()) {
		m.done <- m.late()
		return nil
	}
	b.reports = append(b.reports, m.done)
	if err != nil {
		return err
	}
	tx, err := b.begin()
	if err != nil {
		return err
	}
	r := m.r
	if r.At.IsZero() {
		r.At = l.now()
	}
	if err := tx.SetPrint(r); err != nil {
		return err
	}
	l.papers = papers{}
	e := order.Event{V: order.EventVersion, Shipment: job.Shipment, Parcel: job.Parcel, Paper: job.Kind, No: job.No, OrderVersion: r.Version,
		Contents: r.Contents, At: l.now().UnixMilli(), By: l.bench.Operator, Source: order.System, Reason: r.Code}
	if job.Key != "" {
		e.Code = order.EventCode(job.Key)
	}
	switch r.State {
	case order.PrintDone:
		e.Type, e.Reason = order.EventPrinted, ""
	case order.PrintFailed, order.PrintParked:
		if r.State == order.PrintFailed && job.Attempts > order.PrintTries {
			return nil // the same again, for as long as nobody mends the printer
		}
		e.Type = order.EventPrintFailed
	default:
		return nil
	}
	s, err := l.work(job.Shipment)
	if err != nil {
		return err
	}
	if s != nil && s.Parcel(job.Parcel) != nil {
		e.Waybill = s.Parcel(job.Parcel).Waybill.Number
	}
	if err := b.append(tx, &e); err != nil {
		return err
	}
	if err := b.voidAtOnce(&e); err != nil {
		return err
	}
	if r.State == order.PrintParked {
		l.verdict = printTrouble(job, &e, r.Code)
	}
	l.report(Outcome{Decision: order.Decision{Events: []order.Event{e}, Bench: l.bench}, Work: l.ship, Async: true}, time.Time{})
	return nil
}

// late is the answer where somebody has seen the job's paper, or nobody waits for it any more.
func (m printMsg) late() error {
	if m.r.State != order.PrintSending {
		return nil
	}
	return order.Errorf(order.PrintNotWanted, "job %d is not to be printed any more", m.r.JobID).WithHint("nothing is to be done")
}

// voidAtOnce records that a paper was void before it came out: the order, or what is in
// the box, changed while the printer had it.
func (b *batch) voidAtOnce(e *order.Event) error {
	s, err := b.l.work(e.Shipment)
	if err != nil || s == nil || e.Type != order.EventPrinted || e.Paper == order.PaperSlip {
		return err
	}
	p := s.Parcel(e.Parcel)
	if p == nil {
		return nil
	}
	if why := s.PaperVoid(p, e.Paper); why != "" {
		return b.voidPaper(s, p, e.Paper, why)
	}
	return nil
}

// printTrouble is what the screen says of a job that waits for a person.
func printTrouble(job *PrintResult, e *order.Event, code string) *Shown {
	what := order.Message{Code: order.MsgPrintTrouble, Args: order.Args{Waybill: e.Waybill, Reason: code}}
	if job.Kind != order.PaperWaybill {
		what.Code, what.Args.Code = order.MsgPaperTrouble, job.Kind.Word()
		if what.Args.Waybill == "" {
			what.Args.Waybill = job.Key
		}
	}
	return &Shown{Verdict: order.Blocked, What: what, Do: order.Message{Code: order.DoCheckPrinter}, At: e.Time(), Shown: time.Now(), Async: true}
}
