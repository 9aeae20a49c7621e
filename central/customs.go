package central

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pickstation/central/customs"
	"pickstation/order"
)

// customsCase gathers what the rules look at, and, for a regime with a quota, holds
// the buyer's quota.
func (s *Service) customsCase(tx Tx, o *Order, rc *order.Receiver) (*order.CustomsCase, *Quota, error) {
	b, err := s.buyer(tx, o.ID)
	if err != nil {
		return nil, nil, err
	}
	o.Declare.Receives = customs.SamePerson(&b, rc)
	c := &order.CustomsCase{Mode: o.Customs, At: o.PaidAt, Country: rc.Country, Province: rc.Province, Declare: *o.Declare,
		Currency: o.Total.Currency}
	var wrong *order.Error
	if err := b.Check(); errors.As(err, &wrong) {
		c.IdentityProblem = wrong.Msg
	}
	if c.At.IsZero() {
		c.At = s.now()
	}
	for i := range o.Lines {
		l, err := s.line(tx, o, i)
		if err != nil {
			return nil, nil, err
		}
		c.Lines = append(c.Lines, l)
	}
	if c.IdentityProblem != "" || !o.Customs.Whole() {
		return c, nil, nil
	}
	c.Born = b.BirthDate()
	q := s.quotaOf(o, &b)
	used, err := tx.LockQuota(q)
	if err != nil {
		return nil, nil, err
	}
	mine, err := tx.QuotaUse(o.ID)
	if err != nil {
		return nil, nil, err
	}
	if mine != nil && mine.Quota == q {
		used -= mine.Counts()
	}
	c.Used = used
	return c, &q, nil
}

// customsRefusals asks every rule, and the forms that will have to be filled in.
func (s *Service) customsRefusals(tx Tx, o *Order, c *order.CustomsCase) ([]order.Refusal, error) {
	all := order.CheckCustoms(c)
	all = append(all, customs.CheckGoods(o.Customs, o.Total.Currency, c.Lines)...)
	p, err := s.profile(tx, o.Warehouse, o.Customs)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		all = append(all, order.Refusal{Code: "no_profile", What: fmt.Sprintf("nobody declares regime %s for warehouse %s", o.Customs, o.Warehouse),
			Do: "set the declarant's profile with: pickcentral customs profile set FILE"})
	case p.Carriers[o.Carrier.ID] == (customs.Enterprise{}):
		all = append(all, order.Refusal{Code: "carrier_not_registered", What: fmt.Sprintf("carrier %s is not registered with customs for regime %s", o.Carrier.ID, o.Customs),
			Do: "send the order with a registered carrier, or add it to the declarant's profile"})
	}
	if o.Customs == order.CustomsExport {
		if _, err := customs.Country("destination", cmp.Or(o.Declare.Country, c.Country)); err != nil {
			all = append(all, order.Refusal{Code: "unknown_country", What: err.Error(), Do: "correct the receiver's country"})
		}
	}
	return all, nil
}

// reviewCustoms asks the customs rules of an order that is declared: it puts or drops
// the hold, raises what is refused, and takes the order's part of the quota when all
// else is well (ready).
func (s *Service) reviewCustoms(tx Tx, o *Order, rc *order.Receiver, ready bool) (pass bool, note string, err error) {
	if o.Customs == order.CustomsNone || o.Declare == nil {
		if o.Version > 1 { // it may have been declared before
			err = s.releaseQuota(tx, o)
		}
		return true, "", errors.Join(err, s.liftCustoms(tx, o))
	}
	c, quota, err := s.customsCase(tx, o, rc)
	if err != nil {
		return false, "", err
	}
	refused, err := s.customsRefusals(tx, o, c)
	if err != nil {
		return false, "", err
	}
	if len(refused) > 0 {
		return false, "customs refused: " + strings.Join(codes(refused), ", "), s.refuseCustoms(tx, o, refused)
	}
	o.Declare.Tax = nil
	if tax, err := order.TaxOf(c); err == nil {
		o.Declare.Tax = &tax
	}
	switch {
	case quota == nil:
		err = s.releaseQuota(tx, o)
	case ready:
		err = tx.PutQuotaUse(QuotaUse{Quota: *quota, Order: o.ID, Minor: c.Counts(), State: QuotaHeld, At: s.now()})
	}
	return true, "customs ok", errors.Join(err, s.liftCustoms(tx, o))
}

func codes(all []order.Refusal) []string {
	c := make([]string, len(all))
	for i := range all {
		c[i] = all[i].Code
	}
	return slices.Compact(c)
}

// refuseCustoms puts an order on hold and raises why, once for the same reasons.
func (s *Service) refuseCustoms(tx Tx, o *Order, refused []order.Refusal) error {
	reasons := make([]string, len(refused))
	for i := range refused {
		reasons[i] = refused[i].String() + " → " + refused[i].Do
	}
	note := clip(strings.Join(codes(refused), ", "))
	o.setHold(order.Hold{Code: order.CustomsRefused, At: s.now(), By: "review", Note: note, Stops: true})
	detail := strings.Join(reasons, "; ")
	open, err := tx.Exceptions(ExceptionFilter{Order: o.ID, Limit: 500})
	if err != nil {
		return err
	}
	for _, e := range open {
		if e.Code != ExcCustoms {
			continue
		}
		if e.Detail == detail {
			return nil
		}
		if err := tx.CloseException(e.ID, "review", s.now()); err != nil {
			return err
		}
	}
	n, err := tx.Next(counterCustoms, 1)
	if err != nil {
		return err
	}
	return s.raise(tx, Exception{Key: fmt.Sprintf("%s:%s:%d", ExcCustoms, o.ID, n), Code: ExcCustoms, Order: o.ID, Detail: detail})
}

// liftCustoms takes the hold off an order that keeps the rules again, and closes what
// was raised.
func (s *Service) liftCustoms(tx Tx, o *Order) error {
	if !o.dropHold(order.CustomsRefused) {
		return nil
	}
	open, err := tx.Exceptions(ExceptionFilter{Order: o.ID, Limit: 500})
	for _, e := range open {
		if err == nil && e.Code == ExcCustoms {
			err = tx.CloseException(e.ID, "review", s.now())
		}
	}
	return err
}

// declaration is what a shipment of an order declares, for the papers of a bench.
func (s *Service) declaration(r Reader, o *Order, sh *Shipment, rc *order.Receiver) (*order.Declaration, error) {
	if o.Declare == nil {
		return nil, nil //nolint:nilnil // an order without customs declares nothing
	}
	d := *o.Declare
	d.Number = string(sh.ID)
	if o.Customs == order.CustomsExport {
		d.Country = cmp.Or(d.Country, strings.ToUpper(rc.Country))
	}
	if o.Declare.Collect == order.CollectMail {
		d.Province = rc.Province
	}
	p, err := s.profile(r, o.Warehouse, o.Customs)
	if p != nil {
		d.Enterprise, d.Port, d.TareG = p.Agent.Name, p.PortName, p.TareG
	}
	return &d, err
}

// customsRefused is a shipment that may not be put together as it is.
type customsRefused struct{ refusals []order.Refusal }

// Error tells the reasons by their codes.
func (r *customsRefused) Error() string {
	return "customs refuse: " + strings.Join(codes(r.refusals), ", ")
}

// declareShipment writes what a shipment declares, and refuses one that mixes regimes
// or leaves out a part of what must go as a whole ([*customsRefused]). Such regimes
// never go short.
func (s *Service) declareShipment(r Reader, o *Order, sh *Shipment, rc *order.Receiver) (err error) {
	sh.Complete = sh.Complete || o.Customs.Whole()
	whole := make([]order.Line, len(o.Lines))
	for i := range o.Lines {
		whole[i] = order.Line{OrderLine: i + 1, Qty: o.Lines[i].Qty}
	}
	if refused := order.CheckShipment(&sh.Shipment, map[order.OrderID][]order.Line{o.ID: whole}); len(refused) > 0 {
		return &customsRefused{refused}
	}
	sh.Declare, err = s.declaration(r, o, sh, rc)
	return err
}

func anyHeld(ships []*Shipment, code order.HoldCode) bool {
	return slices.ContainsFunc(ships, func(sh *Shipment) bool { return held(sh.Holds, code) })
}

// recheckCustoms asks the rules again for an order that has shipments, after its
// receiver or plan changed. What they refuse now stops the shipments where they stand.
func (s *Service) recheckCustoms(tx Tx, o *Order, ships []*Shipment, rc *order.Receiver) error {
	if len(ships) == 0 || o.Cancelled() || slices.ContainsFunc(ships, gone) {
		return nil // what has left is as it was declared
	}
	pass, note, err := s.reviewCustoms(tx, o, rc, true)
	if err != nil || note == "" && !anyHeld(ships, order.CustomsRefused) {
		return err
	}
	note = cmp.Or(note, "no customs")
	row := TimelineRow{Kind: KindReview, By: "review", Source: "system", Note: note}
	if err := s.tell(tx, o, row); err != nil {
		return err
	}
	for _, known := range ships {
		sh, err := tx.LockShipment(known.ID)
		if err != nil || sh == nil {
			return err
		}
		if sh.Declare, err = s.declaration(tx, o, sh, rc); err != nil {
			return err
		}
		if pass {
			err = s.lift(tx, sh, order.CustomsRefused)
		} else {
			err = s.stopShipment(tx, sh, order.Hold{Code: order.CustomsRefused, At: s.now(), By: "review", Note: note, Stops: true})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
