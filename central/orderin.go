package central

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"pickstation/order"
)

// Limits of one order as it comes in.
const (
	MaxBatchOrders = 500
	MaxLines       = 2000
	MaxCodes       = 50
	maxText        = 200 // runes
	maxQty         = 1_000_000
)

// OrderIn is an order as a shop sends it, over HTTP or in a file.
type OrderIn struct {
	Channel   string            `json:"channel" doc:"shop or sales channel" maxLength:"64"`
	External  string            `json:"external_id" doc:"the shop's own number; unique within the channel" maxLength:"64"`
	CreatedAt time.Time         `json:"created_at,omitzero" doc:"when the buyer ordered; the time of receipt if unset"`
	PaidAt    time.Time         `json:"paid_at,omitzero" doc:"when it was paid; unset while it is not"`
	Warehouse string            `json:"warehouse,omitempty" doc:"default: main"`
	Flow      string            `json:"flow,omitempty" doc:"flow template, newest version; default: standard"`
	Total     order.Money       `json:"total,omitzero" doc:"what the buyer pays; the sum of lines and charges if unset"`
	Carrier   order.CarrierID   `json:"carrier,omitempty" doc:"carrier code, such as SF; default: the warehouse's first one for the destination"`
	Service   string            `json:"service,omitempty"`
	Customs   order.CustomsMode `json:"customs,omitempty" enum:",9610,1210,dutyfree"`
	Priority  int               `json:"priority,omitempty" doc:"higher goes first"`
	Promise   time.Time         `json:"promise,omitzero" doc:"promised hand-over"`
	Tote      string            `json:"tote,omitempty"`
	Complete  bool              `json:"complete,omitempty" doc:"must not ship with a short line"`
	PackCheck order.PackCheck   `json:"pack_check,omitempty" enum:",each"`
	Packaging string            `json:"packaging,omitempty"`
	Urgent    bool              `json:"urgent,omitempty"`
	Receiver  order.Receiver    `json:"receiver"`
	Lines     []LineIn          `json:"lines"`
	Charges   []ChargeIn        `json:"charges,omitempty"`

	PickupCode string `json:"pickup_code,omitempty" doc:"the buyer fetches the parcels with this code; kept as a keyed hash only; the flow is pickup then" maxLength:"32"`

	Declaration *DeclarationIn `json:"declaration,omitempty" doc:"what customs ask, with a customs mode only"`
}

// LineIn is a line of an incoming order. What it leaves out comes from the catalogue.
type LineIn struct {
	SKU      order.SKU        `json:"sku"`
	Name     order.Names      `json:"name,omitzero"`
	Qty      int              `json:"qty" doc:"units"`
	Price    order.Money      `json:"price_each,omitzero"`
	Codes    []order.ItemCode `json:"codes,omitempty" doc:"barcodes that count as the SKU; the catalogue's, or the SKU itself, if unset"`
	Location order.LocationID `json:"location,omitempty"`
	Walk     int              `json:"walk,omitempty"`
	Lot      string           `json:"lot,omitempty"`
	Temp     order.Temp       `json:"temp,omitempty" enum:",chilled,frozen"`
	WeightG  int              `json:"weight_g,omitempty"`
	SpreadG  int              `json:"spread_g,omitempty"`
	Track    order.Tracking   `json:"track,omitzero"`

	Scan      order.ScanClass `json:"scan,omitempty" enum:",check,once" doc:"check: one scan stands for all units; once: one scan, then how many; the catalogue's if unset"`
	Kit       string          `json:"kit,omitempty" doc:"kit whose part the line is; kits are verified one at a time"`
	PerKit    int             `json:"per_kit,omitempty" doc:"units of it in one kit"`
	Gift      bool            `json:"gift,omitempty" doc:"the buyer gets it as a present"`
	LastThere bool            `json:"last_there,omitempty" doc:"stock says that its place is empty after this pick"`
	Oldest    order.Date      `json:"oldest,omitempty" doc:"use-by day, YYYY-MM-DD, of the oldest stock at its place: it is picked first"`
	Alone     bool            `json:"alone,omitempty" doc:"stock says that nothing else lies at its place"`
	Stock     []order.Stock   `json:"stock,omitempty" doc:"the goods where they lie, as stock says: in packs with codes of their own, or loose; their lots and serials"`

	Customs *order.LineCustoms `json:"customs,omitempty" doc:"what customs ask of the goods; the catalogue's if unset"`
}

// ChargeIn is money on an order that is no goods: postage, a discount, a bank charge.
type ChargeIn struct {
	Code   string      `json:"code"`
	Name   string      `json:"name,omitempty"`
	Amount order.Money `json:"amount"`
}

// ParseOrder reads one order. Unknown fields are refused, for a misspelt one would
// otherwise be dropped without a word.
func ParseOrder(data []byte) (OrderIn, error) {
	var in OrderIn
	if !utf8.Valid(data) {
		return in, order.Errorf("bad_encoding", "the order is not UTF-8").WithHint("send it as UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(&in)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the order")
		}
	}
	if err != nil {
		return in, (&order.Error{Code: "bad_order", Op: "read order", Msg: "not an order", Err: err}).
			WithHint("correct the field it names and send the order again")
	}
	return in, in.Validate()
}

// Validate says what makes the order unusable. Whether it is complete enough to be
// sent is a question for review, not for Validate.
func (in *OrderIn) Validate() error {
	bad := func(code, format string, args ...any) error {
		return order.Errorf(code, format, args...).WithHint("correct the order and send it again")
	}
	if in.Channel == "" || in.External == "" {
		return bad("missing_key", "channel and external_id are needed")
	}
	for _, t := range in.texts() {
		if utf8.RuneCountInString(t.value) > maxText {
			return bad("too_long", "%s has more than %d characters", t.name, maxText)
		}
		if strings.ContainsFunc(t.value, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return bad("control_character", "%s holds a control character", t.name)
		}
	}
	switch {
	case len(in.Lines) == 0:
		return bad("no_lines", "the order has no goods")
	case len(in.Lines) > MaxLines:
		return bad("too_many_lines", "the order has %d lines, at most %d", len(in.Lines), MaxLines)
	case in.PackCheck != order.PackByPick && in.PackCheck != order.PackEach:
		return bad("bad_pack_check", "pack_check %q is not known", in.PackCheck)
	}
	if in.PickupCode != "" && order.EventCode(in.PickupCode) != in.PickupCode || len(in.PickupCode) > 32 || in.PickupCode != "" && len(in.PickupCode) < 4 {
		return bad("bad_pickup_code", "a pickup code is 4 to 32 letters, digits and dashes")
	}
	if !in.Customs.Known() {
		return bad("bad_customs", "customs mode %q is not known", in.Customs)
	}
	for _, t := range []time.Time{in.CreatedAt, in.PaidAt, in.Promise} {
		if !sane(t) {
			return bad("bad_time", "time %s is out of range", t.Format(time.RFC3339))
		}
	}
	for i := range in.Lines {
		if err := in.Lines[i].validate(i+1, bad); err != nil {
			return err
		}
	}
	if err := in.validateMoney(bad); err != nil {
		return err
	}
	return in.validateDeclaration(bad)
}

type refusal func(code, format string, args ...any) error

func (l *LineIn) validate(no int, bad refusal) error {
	switch {
	case l.SKU == "":
		return bad("missing_sku", "line %d has no sku", no)
	case l.Qty < 1 || l.Qty > maxQty:
		return bad("bad_quantity", "line %d: quantity %d is not between 1 and %d", no, l.Qty, maxQty)
	case l.WeightG < 0 || l.SpreadG < 0 || l.Walk < 0:
		return bad("bad_number", "line %d holds a negative number", no)
	case len(l.Codes) > MaxCodes:
		return bad("too_many_codes", "line %d has %d barcodes, at most %d", no, len(l.Codes), MaxCodes)
	case l.Temp != order.Ambient && !l.Temp.Cold():
		return bad("bad_temperature", "line %d: temperature class %q is not known", no, l.Temp)
	case !l.Scan.Known():
		return bad("bad_scan", "line %d: scan class %q is not known", no, l.Scan)
	case l.Oldest.AddDays(0) != l.Oldest:
		return bad("bad_date", "line %d: oldest %q is no day such as 2027-03-31", no, l.Oldest)
	}
	if why := order.CheckStock(l.Stock); why != "" {
		return bad("bad_stock", "line %d: stock: %s", no, why)
	}
	for _, c := range l.Codes {
		if order.CodeKey(c.Key) == "" || c.Mult < 0 || c.Mult > maxQty {
			return bad("bad_code", "line %d: barcode %q × %d is not usable", no, c.Key, c.Mult)
		}
	}
	return nil
}

// validateMoney checks that there is one currency, and that a total that was sent
// is the sum of what stands on the order, to the minor unit.
func (in *OrderIn) validateMoney(bad refusal) error {
	const limit = int64(1) << 50 // minor units; sums of all lines stay far below 2^63
	currency, sum := in.Total.Currency, int64(0)
	add := func(m order.Money, n int64) error {
		if m == (order.Money{}) {
			return nil
		}
		if currency == "" {
			currency = m.Currency
		}
		if m.Currency != currency || len(m.Currency) != 3 || strings.ToUpper(m.Currency) != m.Currency {
			return bad("bad_currency", "currency %q: one ISO 4217 code for the whole order is needed", m.Currency)
		}
		if m.Minor > limit/maxQty || m.Minor < -limit/maxQty {
			return bad("bad_amount", "amount %d is out of range", m.Minor)
		}
		sum += m.Minor * n
		return nil
	}
	for i := range in.Lines {
		if in.Lines[i].Price.Minor < 0 {
			return bad("bad_amount", "line %d has a negative price", i+1)
		}
		if err := add(in.Lines[i].Price, int64(in.Lines[i].Qty)); err != nil {
			return err
		}
	}
	for i := range in.Charges {
		if err := add(in.Charges[i].Amount, 1); err != nil {
			return err
		}
	}
	if in.Total == (order.Money{}) {
		in.Total = order.Money{Minor: sum, Currency: currency}
		return nil
	}
	if len(in.Total.Currency) != 3 {
		return bad("bad_currency", "the total has no ISO 4217 currency")
	}
	if in.Total.Minor < 0 {
		return bad("bad_amount", "the total is negative")
	}
	if sum != 0 && sum != in.Total.Minor {
		return bad("total_differs", "lines and charges add up to %d, the total says %d", sum, in.Total.Minor)
	}
	return nil
}

type namedText struct{ name, value string }

func (in *OrderIn) texts() []namedText {
	r := &in.Receiver
	all := []namedText{{"channel", in.Channel}, {"external_id", in.External}, {"warehouse", in.Warehouse},
		{"flow", in.Flow}, {"carrier", string(in.Carrier)}, {"service", in.Service}, {"tote", in.Tote},
		{"packaging", in.Packaging}, {"receiver.name", r.Name}, {"receiver.phone", r.Phone},
		{"receiver.country", r.Country}, {"receiver.province", r.Province}, {"receiver.city", r.City},
		{"receiver.district", r.District}, {"receiver.street", r.Street}, {"receiver.postcode", r.Postcode}}
	for i := range in.Lines {
		l := &in.Lines[i]
		all = append(all, namedText{fmt.Sprintf("lines[%d].sku", i), string(l.SKU)},
			namedText{fmt.Sprintf("lines[%d].name.zh", i), l.Name.ZH}, namedText{fmt.Sprintf("lines[%d].name.en", i), l.Name.EN},
			namedText{fmt.Sprintf("lines[%d].location", i), string(l.Location)}, namedText{fmt.Sprintf("lines[%d].lot", i), l.Lot})
		for _, c := range l.Codes {
			all = append(all, namedText{fmt.Sprintf("lines[%d].codes", i), c.Key})
		}
	}
	for i := range in.Charges {
		all = append(all, namedText{fmt.Sprintf("charges[%d].code", i), in.Charges[i].Code},
			namedText{fmt.Sprintf("charges[%d].name", i), in.Charges[i].Name})
	}
	return all
}

// sane says whether a time that somebody sent can be one, or is unset.
func sane(t time.Time) bool { return t.IsZero() || t.Year() >= 1990 && t.Year() <= 2200 }
