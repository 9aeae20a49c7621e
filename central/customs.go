package central

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pickstation/central/customs"
	"pickstation/order"
)

// DeclarationIn is what an order with a customs mode brings along for customs.
type DeclarationIn struct {
	Buyer      customs.Buyer    `json:"buyer,omitzero" doc:"who bought and pays; 1210 and duty-free need it"`
	Country    string           `json:"country,omitempty" doc:"destination (9610, default the receiver's) or country of dispatch (1210, default CN), ISO 3166-1 alpha-2" maxLength:"2"`
	Freight    order.Money      `json:"freight,omitzero" doc:"freight that is declared, in the order's currency"`
	Insurance  order.Money      `json:"insurance,omitzero" doc:"insurance that is declared, in the order's currency"`
	Collect    order.Collection `json:"collect,omitempty" enum:",pickup,mail,return,instant,guaranteed" doc:"duty-free: how the buyer gets the goods; default: mail"`
	LeavesAt   time.Time        `json:"leaves_at,omitzero" doc:"duty-free: when the buyer means to leave the island"`
	DepartedAt time.Time        `json:"departed_at,omitzero" doc:"duty-free: when customs confirmed that the buyer has left"`
	DutyPaid   bool             `json:"duty_paid,omitempty" doc:"duty-free: the buyer pays duty on what exceeds quota or limits"`
}

// validateDeclaration says what makes the customs part of an order unusable; whether it
// keeps the rules is a question for review.
func (in *OrderIn) validateDeclaration(bad refusal) error {
	for i := range in.Lines {
		if err := validateLineCustoms(in.Lines[i].Customs, i+1, bad); err != nil {
			return err
		}
	}
	d := in.Declaration
	if d == nil {
		return nil
	}
	if in.Customs == order.CustomsNone {
		return bad("bad_declaration", "a declaration needs a customs mode: 9610, 1210 or dutyfree")
	}
	for _, t := range []namedText{{"buyer.name", d.Buyer.Name}, {"buyer.phone", d.Buyer.Phone}, {"buyer.id_type", d.Buyer.IDType},
		{"buyer.id_number", d.Buyer.ID.Plain()}, {"buyer.born", string(d.Buyer.Born)}, {"country", d.Country}, {"collect", string(d.Collect)}} {
		if len(t.value) > maxText || clip(t.value) != t.value {
			return bad("bad_declaration", "declaration.%s is too long or holds a control character", t.name)
		}
	}
	for _, m := range []order.Money{d.Freight, d.Insurance} {
		if m != (order.Money{}) && (m.Minor < 0 || m.Minor > 1<<40 || m.Currency != in.Total.Currency) {
			return bad("bad_declaration", "freight and insurance are amounts in the order's currency")
		}
	}
	for _, t := range []time.Time{d.LeavesAt, d.DepartedAt} {
		if !t.IsZero() && (t.Year() < 1990 || t.Year() > 2200) {
			return bad("bad_time", "time %s is out of range", t.Format(time.RFC3339))
		}
	}
	return nil
}

func validateLineCustoms(c *order.LineCustoms, no int, bad refusal) error {
	if c == nil {
		return nil
	}
	if err := CheckLineCustoms(c); err != nil {
		return bad("bad_line_customs", "line %d: %s", no, err.Error())
	}
	return nil
}

// CheckLineCustoms says what makes the customs part of goods unusable: texts too long
// or numbers out of range.
func CheckLineCustoms(c *order.LineCustoms) error {
	for _, t := range []namedText{{"hs", c.HS}, {"origin", c.Origin}, {"name", c.Name}, {"model", c.Model}, {"unit", c.Unit}, {"unit1", c.Unit1},
		{"unit2", c.Unit2}, {"record", c.Record}, {"category", c.Category}} {
		if len([]rune(t.value)) > maxText || clip(t.value) != t.value {
			return order.Errorf("bad_line_customs", "customs.%s is too long or holds a control character", t.name)
		}
	}
	for _, n := range []struct {
		name  string
		value int64
		most  int64
	}{{"per1_milli", c.Per1, 1 << 40}, {"per2_milli", c.Per2, 1 << 40}, {"net_g", int64(c.NetG), 1 << 30}, {"pieces", int64(c.Pieces), 10_000},
		{"volume_ml", int64(c.VolumeML), 1 << 30}, {"tariff_bp", int64(c.TariffBP), 100_000}, {"vat_bp", int64(c.VATBP), 10_000}, {"consumption_bp", int64(c.ConsumptionBP), 9_999}} {
		if n.value < 0 || n.value > n.most {
			return order.Errorf("bad_line_customs", "customs.%s %d is not between 0 and %d", n.name, n.value, n.most)
		}
	}
	if !c.Regime.Known() {
		return order.Errorf("bad_line_customs", "customs.regime %q is not known", c.Regime)
	}
	return nil
}

// declare copies what an order declares, without the buyer.
func (o *Order) declare(in *OrderIn) {
	o.Declare = nil
	if o.Customs == order.CustomsNone {
		return
	}
	d := &order.Declaration{Currency: o.Total.Currency, Whole: o.Customs.Whole()}
	if o.Declare = d; o.Customs == order.CustomsDutyFree {
		d.Collect = order.CollectMail
	}
	x := in.Declaration
	if x == nil {
		return
	}
	d.Country, d.Freight, d.Insurance = strings.ToUpper(x.Country), x.Freight.Minor, x.Insurance.Minor
	d.Collect, d.LeavesAt, d.DepartedAt, d.DutyPaid = cmp.Or(x.Collect, d.Collect), x.LeavesAt, x.DepartedAt, x.DutyPaid
}

// sealBuyer keeps who bought, sealed, apart from the receiver: a station is given the
// receiver, and never this.
func (s *Service) sealBuyer(tx Tx, o *Order, in *OrderIn) error {
	if o.Customs == order.CustomsNone && o.Version == 1 {
		return nil
	}
	if in.Declaration == nil || in.Declaration.Buyer == (customs.Buyer{}) {
		return tx.PutBuyer(o.ID, nil)
	}
	plain, err := json.Marshal(in.Declaration.Buyer)
	if err != nil {
		return err
	}
	return tx.PutBuyer(o.ID, s.vault.Seal("buyer of "+string(o.ID), plain))
}

// buyer opens who bought an order; the zero buyer where nobody is stored.
func (s *Service) buyer(r Reader, id order.OrderID) (b customs.Buyer, err error) {
	sealed, err := r.Buyer(id)
	if err != nil || sealed == nil {
		return b, err
	}
	plain, err := s.vault.Open("buyer of "+string(id), sealed)
	if err != nil {
		return b, err
	}
	return b, json.Unmarshal(plain, &b)
}

// quotaOf names the quota that an order of a buyer draws on.
func (s *Service) quotaOf(o *Order, b *customs.Buyer) Quota {
	return Quota{Person: s.vault.Digest([]byte("person " + b.Kind() + " " + strings.ToUpper(strings.TrimSpace(b.ID.Plain())))),
		Regime: o.Customs, Year: order.ChinaYear(o.PaidAt)}
}

// customsCase gathers what the rules look at, and, for a regime with a quota, holds
// the buyer's quota.
func (s *Service) customsCase(tx Tx, o *Order, rc *order.Receiver) (*order.CustomsCase, *Quota, error) {
	b, err := s.buyer(tx, o.ID)
	if err != nil {
		return nil, nil, err
	}
	o.Declare.Receives = customs.SamePerson(&b, rc)
	c := &order.CustomsCase{Mode: o.Customs, At: o.PaidAt, Country: rc.Country, Province: rc.Province, Declare: *o.Declare,
		Currency: o.Total.Currency, Identity: b.Check() == nil}
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
	if !c.Identity || !o.Customs.Whole() {
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
		return true, "", errors.Join(s.releaseQuota(tx, o), s.liftCustoms(tx, o))
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
		err := errors.Join(s.releaseQuota(tx, o), s.refuseCustoms(tx, o, refused))
		return false, "customs refused: " + strings.Join(codes(refused), ", "), err
	}
	if ready && quota != nil {
		err = tx.PutQuotaUse(QuotaUse{Quota: *quota, Order: o.ID, Minor: c.Counts(), State: QuotaHeld, At: s.now()})
	}
	return true, "customs ok", errors.Join(err, s.liftCustoms(tx, o))
}

func codes(all []order.Refusal) []string {
	c := make([]string, len(all))
	for i := range all {
		c[i] = all[i].Code
	}
	return c
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

// releaseQuota gives back what an order had taken.
func (s *Service) releaseQuota(tx Tx, o *Order) error { return s.moveQuota(tx, o.ID, QuotaReleased) }

// moveQuota moves what an order takes to another state, once.
func (s *Service) moveQuota(tx Tx, id order.OrderID, state string) error {
	u, err := tx.QuotaUse(id)
	if err != nil || u == nil || u.State == state {
		return err
	}
	u.State, u.At = state, s.now()
	return tx.PutQuotaUse(*u)
}

// refundQuota gives back what a return brings back, at most what the order took. A
// return without lines is of the whole order.
func (s *Service) refundQuota(tx Tx, ret *Return) error {
	if ret.Order == "" {
		return nil
	}
	u, err := tx.QuotaUse(ret.Order)
	if err != nil || u == nil || u.Counts() == 0 {
		return err
	}
	back := int64(0)
	for _, l := range ret.Lines {
		if !l.Charge {
			back += l.PriceEach.Minor * int64(l.Qty)
		}
	}
	if len(ret.Lines) == 0 || back >= u.Minor {
		return s.moveQuota(tx, ret.Order, QuotaReleased)
	}
	u.Minor, u.At = u.Minor-max(back, 0), s.now()
	return tx.PutQuotaUse(*u)
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
		d.Enterprise, d.Port = p.Agent.Name, p.PortName
	}
	return &d, err
}

// declared is what of the declaration a bench prints, so that a change of it is a change
// of the plan. Whether the buyer has left is not on paper.
func declared(o *Order) *order.Declaration {
	if o.Declare == nil {
		return nil
	}
	d := *o.Declare
	d.DepartedAt, d.Receives = time.Time{}, false
	return &d
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

// recheckCustoms asks the rules again for an order that has shipments, after its
// receiver or plan changed. What they refuse now stops the shipments where they stand.
func (s *Service) recheckCustoms(tx Tx, o *Order, ships []*Shipment, rc *order.Receiver) error {
	if o.Customs == order.CustomsNone || len(ships) == 0 || o.Cancelled() {
		return nil
	}
	pass, note, err := s.reviewCustoms(tx, o, rc, true)
	if err != nil {
		return err
	}
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
		sh.DropHold(order.CustomsRefused)
		if !pass && !gone(sh) {
			sh.SetHold(order.Hold{Code: order.CustomsRefused, At: s.now(), By: "review", Note: note, Stops: true})
		}
		if err := errors.Join(tx.PutShipment(sh), s.emitWork(tx, sh)); err != nil {
			return err
		}
	}
	return nil
}
