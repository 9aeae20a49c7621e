package order

import (
	"fmt"
	"slices"
	"time"
)

// Holds by customs.
const (
	CustomsRefused HoldCode = "customs"         // a customs rule forbids the order as it is 海关规则不符
	CustomsStopped HoldCode = "customs_stopped" // customs refused the declaration or hold the goods 海关未放行
)

// LineCustoms is what customs ask about goods beside name, quantity and price. It is
// about goods only, so it may stand in the catalogue and travel to a bench.
type LineCustoms struct {
	Regime CustomsMode `json:"regime,omitempty" enum:",9610,1210,dutyfree" doc:"the regime this stock is under; goods without one may go under any"`
	HS     string      `json:"hs,omitempty" doc:"China's ten-digit commodity code"`
	Origin string      `json:"origin,omitempty" doc:"country of origin, ISO 3166-1 alpha-2"`
	Name   string      `json:"name,omitempty" doc:"declared name, default: the line's name"`
	Model  string      `json:"model,omitempty" doc:"specification 规格型号, such as 250 g/bag"`
	Unit   string      `json:"unit,omitempty" doc:"declared unit, a customs unit by name or code, default 件"`
	Unit1  string      `json:"unit1,omitempty" doc:"first statutory unit of the commodity code, default 千克"`
	Per1   int64       `json:"per1_milli,omitempty" doc:"thousandths of unit1 in one piece; 千克 takes the net weight if unset"`
	Unit2  string      `json:"unit2,omitempty" doc:"second statutory unit, where the commodity code has one"`
	Per2   int64       `json:"per2_milli,omitempty" doc:"thousandths of unit2 in one piece"`
	NetG   int         `json:"net_g,omitempty" doc:"net weight of one piece in grams, default: its weight"`
	Record string      `json:"record,omitempty" doc:"item number in the bonded account book 账册备案料号; 1210 needs it"`

	// Category is the duty-free category whose limits count: cosmetics, phone, liquor, "" none.
	Category string `json:"category,omitempty" doc:"duty-free category with a limit: cosmetics, phone, liquor"`
	Pieces   int    `json:"pieces,omitempty" doc:"pieces in one unit that count towards the limit, for sets; default 1"`
	VolumeML int    `json:"volume_ml,omitempty" doc:"volume of one unit in millilitres, for liquor"`
	Instant  bool   `json:"instant,omitempty" doc:"stands on the list of goods that may be taken at once 即购即提"`

	TariffBP      int `json:"tariff_bp,omitempty" doc:"import tariff in hundredths of a percent"`
	VATBP         int `json:"vat_bp,omitempty" doc:"import VAT in hundredths of a percent"`
	ConsumptionBP int `json:"consumption_bp,omitempty" doc:"consumption tax in hundredths of a percent"`
}

// Collection is how a duty-free buyer gets the goods.
type Collection string

// Ways of collection of Hainan's offshore duty-free trade.
const (
	CollectPickup     Collection = "pickup"     // 指定区域提货: airport, station or port, when leaving
	CollectMail       Collection = "mail"       // 邮寄送达, after having left
	CollectReturn     Collection = "return"     // 返岛提取, residents of the island
	CollectInstant    Collection = "instant"    // 即购即提
	CollectGuaranteed Collection = "guaranteed" // 担保即提
)

// Declaration is what an order declares to customs as a whole. It holds nothing
// personal: who bought, and the number of the identity card, stay at the centre.
type Declaration struct {
	Number     string     `json:"number,omitempty"`     // enterprise's own number of the list 企业内部编号, set at allocation
	Enterprise string     `json:"enterprise,omitempty"` // who declares
	Port       string     `json:"port,omitempty"`       // customs office, by name
	TareG      int        `json:"tare_g,omitempty"`     // of an empty box, grams, where the declarant states it: boxes need not be weighed
	Country    string     `json:"country,omitempty"`    // destination (9610) or dispatch (1210), ISO 3166-1 alpha-2
	Province   string     `json:"province,omitempty"`   // of the receiver, where duty-free goods are mailed
	Currency   string     `json:"currency,omitempty"`   // of all values, ISO 4217
	Freight    int64      `json:"freight,omitempty"`    // minor units
	Insurance  int64      `json:"insurance,omitempty"`  // minor units
	Collect    Collection `json:"collect,omitempty"`
	LeavesAt   time.Time  `json:"leaves_at,omitzero"`   // when the buyer means to leave the island
	DepartedAt time.Time  `json:"departed_at,omitzero"` // when customs confirmed that the buyer has left
	Receives   bool       `json:"receives,omitempty"`   // the buyer is the receiver
	DutyPaid   bool       `json:"duty_paid,omitempty"`  // the buyer pays duty on what exceeds quota or limits
	Whole      bool       `json:"whole,omitempty"`      // the shipment is the whole purchase
	Tax        *ImportTax `json:"tax,omitempty"`        // bonded import whose articles' rates are known
}

// Whole says whether a regime wants an order to leave in one shipment and in full:
// bonded imports, for order, payment and list are compared, and duty-free goods, which
// are sent at one time 一次性寄递.
func (m CustomsMode) Whole() bool { return m == CustomsBonded || m == CustomsDutyFree }

// Known says whether the mode is one of the constants.
func (m CustomsMode) Known() bool {
	switch m {
	case CustomsNone, CustomsExport, CustomsBonded, CustomsDutyFree:
		return true
	}
	return false
}

// Declared is one kind of goods as every customs paper lists it: the message to
// customs, the customs list, CN 22 and CN 23, the commercial invoice.
type Declared struct {
	Line   int // line number of the shipment
	Order  OrderID
	Ref    string // the shop's own order number
	SKU    SKU
	Name   Names // declared name in the language it was given in, else the line's names
	Code   string
	Model  string
	HS     string
	Origin string
	Unit   string
	Qty    int
	NetG   int64 // grams, all pieces
	GrossG int64 // grams, all pieces with their own packing, 0 not known
	Value  int64 // minor units, all pieces
	Goods  LineCustoms
}

// Declared lists the goods that a shipment declares: what was picked, or, while
// nothing was, what is planned. Lines without goods are left out.
func (s *Shipment) Declared() []Declared {
	refs := map[OrderID]string{}
	for _, o := range s.Orders {
		refs[o.ID] = o.External
	}
	started := s.Started()
	all := make([]Declared, 0, len(s.Lines))
	for i := range s.Lines {
		l := &s.Lines[i]
		qty := l.Qty
		if started {
			qty = l.Picked
		}
		if qty <= 0 {
			continue
		}
		d := l.declared(qty)
		if d.Ref = refs[l.Order]; d.Ref == "" && len(s.Orders) > 0 {
			d.Ref = s.Orders[0].External
		}
		all = append(all, d)
	}
	return all
}

// DeclaredIn lists the goods that lie in one parcel of several.
func (s *Shipment) DeclaredIn(no int) []Declared {
	in := s.Contents(no)
	box := *s
	box.Lines = slices.Clone(s.Lines)
	for i := range box.Lines {
		l := &box.Lines[i]
		l.Picked, l.Short = in[l.No], l.Qty-in[l.No]
	}
	return box.Declared()
}

func (l *Line) declared(qty int) Declared {
	d := Declared{Line: l.No, Order: l.Order, SKU: l.SKU, Name: l.Name, Qty: qty, Unit: DefaultUnit,
		Value: l.PriceEach.Minor * int64(qty), NetG: int64(l.weigh(qty)), GrossG: int64(l.weigh(qty))}
	if len(l.Codes) > 0 {
		d.Code = l.Codes[0].Key
	}
	c := l.Customs
	if c == nil {
		return d
	}
	d.Goods, d.Model, d.HS, d.Origin = *c, c.Model, c.HS, c.Origin
	if c.Name != "" {
		d.Name.ZH = c.Name
	}
	if c.Unit != "" {
		d.Unit = c.Unit
	}
	if c.NetG > 0 {
		d.NetG = int64(c.NetG) * int64(qty)
	}
	return d
}

// DefaultUnit is the declared unit of goods that name none: piece.
const DefaultUnit = "件"

// Refusal is a customs rule that an order breaks, in words for a person. It names no
// person.
type Refusal struct {
	Code string // stable, snake_case
	What string // what is wrong
	Do   string // the next step
	Rule string // where the rule stands, "" for the plain sense of a form
}

// String tells the refusal in one line.
func (r Refusal) String() string {
	if r.Rule == "" {
		return r.What
	}
	return fmt.Sprintf("%s (%s)", r.What, r.Rule)
}

// CheckShipment says what forbids a shipment as it is put together: goods of two
// regimes in one box, and, where the regime wants the whole order in one shipment, a
// part of it. lines are the lines of the orders it serves.
func CheckShipment(s *Shipment, orders map[OrderID][]Line) []Refusal {
	var all []Refusal
	for i := range s.Lines {
		c := s.Lines[i].Customs
		if c != nil && c.Regime != CustomsNone && c.Regime != s.Customs {
			all = append(all, Refusal{Code: "mixed_regimes",
				What: fmt.Sprintf("line %d: stock of regime %s in a shipment of regime %s", s.Lines[i].No, c.Regime, regimeName(s.Customs)),
				Do:   "send these goods under their own regime, as an order of their own"})
		}
	}
	if !s.Customs.Whole() {
		return all
	}
	if len(s.Parcels) > 1 {
		all = append(all, splitRefusal(s.Customs, fmt.Sprintf("the purchase is spread over %d parcels", len(s.Parcels))))
	}
	if len(s.Orders) > 1 {
		all = append(all, Refusal{Code: "merged_orders", What: fmt.Sprintf("%d orders are merged into one shipment", len(s.Orders)),
			Do: "make one shipment of each order; customs compare order by order"})
	}
	units := map[OrderID]map[int]int{}
	for i := range s.Lines {
		l := &s.Lines[i]
		if units[l.Order] == nil {
			units[l.Order] = map[int]int{}
		}
		units[l.Order][l.OrderLine] += l.Qty
	}
	for _, o := range s.Orders {
		for i := range orders[o.ID] {
			want := &orders[o.ID][i]
			if got := units[o.ID][want.OrderLine]; got != want.Qty {
				all = append(all, splitRefusal(s.Customs, fmt.Sprintf("the shipment has %d of %d units of line %d", got, want.Qty, want.OrderLine)))
			}
		}
	}
	return all
}

func splitRefusal(m CustomsMode, what string) Refusal {
	r := Refusal{Code: "split_shipment", What: what, Do: "send the whole order in one shipment and one parcel",
		Rule: "order, payment and list are compared as a whole, 财关税〔2016〕18号"}
	if m == CustomsDutyFree {
		r.Rule = "一次性寄递, " + mailRule
	}
	return r
}

func regimeName(m CustomsMode) string {
	if m == CustomsNone {
		return "domestic"
	}
	return string(m)
}
