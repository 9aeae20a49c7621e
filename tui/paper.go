package tui

import (
	"strings"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// paperStep says what to do for a parcel whose label is not on its box, by where its
// print job stands: nobody is sent to stick on a paper that is still in the printer,
// nor to look at the printer for what only the order's data can mend.
func (p *painter) paperStep(pv *station.ParcelView) string {
	a := order.Args{Waybill: pv.Waybill}
	switch pv.Print {
	case "":
		return p.line(order.Message{Code: order.DoPrint, Args: a})
	case order.PrintQueued, order.PrintSending, order.PrintTaken:
		if pr := &p.v.Printer; !pr.Prints() { // it will come out once that is done
			return p.printerStep(pr.Status)
		}
		return p.t.PrintWait
	case order.PrintFailed:
		return sprintf(p.t.PrintRetry, p.printWhy(pv))
	case order.PrintParked:
		switch {
		case aboutData(pv.PrintErr):
			return sprintf(p.t.PrintLead, p.printWhy(pv))
		case mayBeOut(pv.PrintErr):
			return p.printerStep(pv.PrintErr)
		}
		return sprintf(p.t.PrintMend, p.printWhy(pv))
	}
	if pv.Void != "" {
		return p.line(order.Message{Code: order.DoReprint, Args: a})
	}
	return p.line(order.Message{Code: order.DoWaitLabel, Args: a})
}

// printerStep is a state of the printer with the one thing to do about it.
func (p *painter) printerStep(code string) string {
	if do := text.PrinterDo(p.lang, code); do != "" {
		return text.Word(p.lang, code) + ": " + do
	}
	return text.Word(p.lang, code) + ": " + text.PrinterDo(p.lang, "unknown")
}

// mayBeOut says whether only somebody who looks knows if a parked paper came out.
func mayBeOut(code string) bool {
	return (&order.PrintResult{State: order.PrintParked, Code: code}).MayBeOut()
}

// printWhy is what is wrong in one word: the job's own reason, else what the printer
// says of itself.
func (p *painter) printWhy(pv *station.ParcelView) string {
	code, now := pv.PrintErr, p.v.Printer.Status
	if code == "" || code == "print_failed" {
		code = "print_failed"
		if now != "" && now != "ready" && now != "printing" {
			code = now
		}
	}
	return text.Word(p.lang, code)
}

// dataCodes are the reasons of a print job that lie in the shipment or in this
// station's records of it. Those of the label itself begin with label_.
var dataCodes = map[string]bool{"no_parcel": true, order.NoNumber: true, "cancelled": true, "held": true, "no_shipment": true,
	"no_receiver": true, "bad_receiver": true, "no_box_key": true, "not_for_this_station": true, "print_bad_job": true,
	"waybill_used": true, "waybill_cancelled": true}

// aboutData says whether a print failed for what was to be printed: nobody can mend
// that at the printer.
func aboutData(code string) bool { return dataCodes[code] || strings.HasPrefix(code, "label_") }

// parcel is the parcel on the bench with that waybill whose label is not on its box.
func (p *painter) parcel(waybill string) *station.ParcelView {
	w := p.v.Work
	if w == nil || waybill == "" {
		return nil
	}
	for i := range w.Parcels {
		if x := &w.Parcels[i]; x.Waybill == waybill && !x.Labelled {
			return x
		}
	}
	return nil
}

// do is the "do" line of a verdict. Where it speaks of a paper it follows the print
// job, which goes on after the verdict was given.
func (p *painter) do(s *station.Shown) string {
	switch s.Do.Code {
	case order.DoWaitLabel:
		if pv := p.parcel(s.Do.Args.Waybill); pv != nil {
			return p.paperStep(pv)
		}
	case order.DoMendPrinter:
		return p.t.Printer + " " + p.printerStep(s.Do.Args.Reason)
	case order.DoCheckPrinter:
		if pv := p.parcel(s.What.Args.Waybill); pv != nil {
			return p.paperStep(pv)
		}
		if aboutData(s.What.Args.Reason) {
			return p.line(order.Message{Code: order.DoCallLead})
		}
	}
	return p.line(s.Do)
}
