package central

import (
	"cmp"
	"encoding/json"
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
		if !sane(t) {
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

// declared is what of the declaration a bench prints, so that a change of it is a change
// of the plan. Whether the buyer has left, and the tax, are not on paper.
func declared(o *Order) *order.Declaration {
	if o.Declare == nil {
		return nil
	}
	d := *o.Declare
	d.DepartedAt, d.Receives, d.Tax = time.Time{}, false, nil
	return &d
}

// checkProduct says what makes a catalogue entry unusable for customs.
func checkProduct(p *order.Product) error {
	if p.Customs == nil {
		return nil
	}
	if err := CheckLineCustoms(p.Customs); err != nil {
		return order.Errorf("bad_line_customs", "article %s: %s", order.EventCode(string(p.SKU)), err.Error()).WithHint("correct the catalogue and import it again")
	}
	return nil
}
