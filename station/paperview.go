package station

import "pickstation/order"

// PaperView is one paper of a parcel beside its waybill.
type PaperView struct {
	Kind     order.PaperKind
	Print    PrintState // of the latest job, "" none asked for
	PrintErr string
	Prints   int
	Void     string // why it does not count any more, "" it does
}

// papers are the latest print jobs of one shipment's papers, as far as looked up.
type papers struct {
	of   order.ShipmentID
	jobs map[paperKey]*PrintResult
}

type paperKey struct {
	parcel int
	kind   order.PaperKind
}

// printed fills in how the papers of a parcel stand, and counts its sheets.
func (l *Loop) printed(w *WorkView, v *ParcelView, s *order.Shipment, p *order.Parcel) {
	x := l.paperView(s, p, order.PaperWaybill)
	v.Print, v.PrintErr, v.Void = x.Print, x.PrintErr, x.Void
	if p.PrintRequests == 0 {
		return
	}
	w.count(&x)
	for _, k := range l.policy.PapersFor(s, p) {
		x := l.paperView(s, p, k)
		w.count(&x)
		v.Papers = append(v.Papers, x)
	}
}

// count counts a sheet, and whether it is out and good.
func (w *WorkView) count(x *PaperView) {
	w.Sheets++
	if x.Print == order.PrintDone && x.Void == "" {
		w.SheetsOut++
	}
}

// paperView says how the latest job of a paper stands.
func (l *Loop) paperView(s *order.Shipment, p *order.Parcel, k order.PaperKind) PaperView {
	x := p.Paper(k)
	v := PaperView{Kind: k, Prints: x.Prints, Void: s.PaperVoid(p, k)}
	if x.Requests == 0 {
		return v
	}
	job, err := l.paperJob(s.ID, p.No, k)
	switch {
	case err != nil:
	case job == nil:
		v.Print = order.PrintQueued
	default:
		v.Print = job.State
		if job.State == order.PrintFailed || job.State == order.PrintParked {
			v.PrintErr = job.Code
		}
	}
	return v
}

func (l *Loop) paperJob(id order.ShipmentID, parcel int, k order.PaperKind) (*PrintResult, error) {
	if l.papers.of != id || l.papers.jobs == nil {
		l.papers = papers{of: id, jobs: map[paperKey]*PrintResult{}}
	}
	if job, ok := l.papers.jobs[paperKey{parcel, k}]; ok {
		return job, nil
	}
	job, err := l.opt.Store.LastPrint(id, parcel, k)
	if err == nil {
		l.papers.jobs[paperKey{parcel, k}] = job
	}
	return job, err
}
