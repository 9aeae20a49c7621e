package central

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
)

// ExcTooWarm is cold goods that were out of the cold for longer than the warehouse allows.
const ExcTooWarm = "goods_too_warm"

// ExcWarmPlace is cold goods that were put at a place which is too warm for them.
const ExcWarmPlace = "warm_place"

// coldPlan writes into a shipment with cold goods where it goes, how long that takes, and
// how long a bench may work on it. Where it goes is no more than a province: coolant is
// chosen by it at the bench.
func (s *Service) coldPlan(tx Tx, sh *Shipment, rc *order.Receiver) error {
	sh.Transit, sh.ColdLeaseS = nil, 0
	if !sh.Cold() {
		return nil
	}
	w, err := tx.Warehouse(sh.Warehouse)
	if err != nil || w == nil {
		return err
	}
	to := w.Policy.TransitTo(sh.Carrier.ID, regionOf(rc))
	sh.Transit, sh.ColdLeaseS = &to, w.Policy.ColdLeaseS
	return nil
}

// regionOf is the province of a receiver in China, elsewhere the country.
func regionOf(rc *order.Receiver) string {
	if c := strings.ToUpper(strings.TrimSpace(rc.Country)); c != "CN" && c != "" {
		return c
	}
	return clip(strings.TrimSpace(rc.Province))
}

// tooWarm tells of goods that a bench keeps back when they are scanned, because they were
// out of the cold for too long.
func (f *fold) tooWarm(r *ingest.Row, sh *folded, e *order.Event) error {
	if e.Msg != order.MsgTooWarm {
		return nil
	}
	return f.raiseWarm(r, sh, e)
}

// raiseWarm raises goods that were out of the cold for too long, once for each time that a
// lead has not yet decided.
func (f *fold) raiseWarm(r *ingest.Row, sh *folded, e *order.Event) error {
	passed := 0
	for _, c := range sh.Out {
		passed += c.PassS
	}
	out := time.Duration(sh.OutTotal(e.Parcel, e.Time())) * time.Second
	return f.raiseAs(fmt.Sprintf("%s:%s:%d", ExcTooWarm, sh.ID, passed), r, ExcTooWarm, sh, fmt.Sprintf("out of the cold for %s at %s", out, f.station.ID))
}

// stockWarm raises goods of a stock task that a bench has out of the cold for too long,
// once until a lead there has decided.
func (f *fold) stockWarm(r *ingest.Row, e *order.Event) error {
	if e.Task == "" {
		return nil
	}
	what := fmt.Sprintf("goods of task %s out of the cold for %s at %s", clip(string(e.Task)), time.Duration(e.OutS)*time.Second, f.station.ID)
	return f.raiseAs(f.stockKey(e)+strconv.FormatUint(r.Seq, 10), r, ExcTooWarm, nil, what)
}

// stockKey begins the keys of exceptions about cold goods of a task at this bench.
func (f *fold) stockKey(e *order.Event) string {
	return fmt.Sprintf("%s:task:%s:%s:", ExcTooWarm, f.station.ID, clip(string(e.Task)))
}

// stockPassed closes what a lead has decided.
func (f *fold) stockPassed(e *order.Event) error {
	if e.Task == "" {
		return nil
	}
	open, err := f.tx.Exceptions(ExceptionFilter{Key: f.stockKey(e), Limit: 500})
	for _, x := range open {
		if err == nil {
			err = f.tx.CloseException(x.ID, clip(e.Auth), f.s.now())
		}
	}
	return err
}

// warmPassed closes what a lead has decided, and tells it.
func (f *fold) warmPassed(sh *folded, e *order.Event) error {
	open, err := f.tx.Exceptions(ExceptionFilter{Order: sh.Order, Limit: 500})
	for _, x := range open {
		if err == nil && x.Code == ExcTooWarm && x.Shipment == sh.ID {
			err = f.tx.CloseException(x.ID, clip(e.Auth), f.s.now())
		}
	}
	if err != nil {
		return err
	}
	why := e.Why
	if why == "" {
		why = e.Reason
	}
	return f.tell(sh, e, KindHold, "", fmt.Sprintf("%d s out of the cold let pass by %s: %s", e.OutS, clip(e.Auth), clip(why)))
}

// coldRecord tells how long the cold goods of a parcel were out of the cold when it was
// packed or handed over, and what the probe of their place said.
func (f *fold) coldRecord(sh *folded, e *order.Event, what string) error {
	if e.OutS == 0 && e.Probe == "" {
		return nil
	}
	note := fmt.Sprintf("parcel %d %s: %d s out of the cold", e.Parcel, what, e.OutS)
	if e.Probe != "" {
		note += fmt.Sprintf(", %s says %.1f C", clip(string(e.Probe)), float64(e.MilliC)/1000)
	}
	return f.tell(sh, e, KindChange, "", note)
}
