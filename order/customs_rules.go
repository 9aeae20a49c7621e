package order

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// chinaTime is the zone in which China's rules count days and years. China has had no
// daylight saving since 1991.
var chinaTime = time.FixedZone("CST", 8*3600)

// ChinaYear returns the calendar year in which a payment counts towards a yearly quota.
func ChinaYear(at time.Time) int { return at.In(chinaTime).Year() }

//go:embed customsrules/*.json
var customsRuleFiles embed.FS

// bondedRule is what holds for bonded retail import from a day on. Amounts are minor units.
type bondedRule struct {
	From      Date   `json:"from"`
	Source    string `json:"source"`
	Single    int64  `json:"single"`
	Yearly    int64  `json:"yearly"`
	Currency  string `json:"currency"`
	TariffBP  int64  `json:"tariff_bp"` // within the limits, in place of the goods' tariff
	ShareBP   int64  `json:"share_bp"`  // of VAT and consumption tax that is taken within the limits
	TaxSource string `json:"tax_source"`
}

func (r bondedRule) from() Date { return r.From }

// dutyFreeRule is what holds for Hainan's offshore duty-free trade from a day on.
type dutyFreeRule struct {
	From     Date            `json:"from"`
	Source   string          `json:"source"`
	Yearly   int64           `json:"yearly"`
	Currency string          `json:"currency"`
	MinAge   int             `json:"min_age"`
	Limits   []dutyFreeLimit `json:"limits"`
	Ways     []dutyFreeWay   `json:"ways"`
}

func (r dutyFreeRule) from() Date { return r.From }

// dutyFreeLimit bounds one category of one purchase.
type dutyFreeLimit struct {
	Category    string `json:"category"`
	Pieces      int    `json:"pieces,omitempty"`
	Millilitres int    `json:"millilitres,omitempty"`
}

// dutyFreeWay is a way of collection with its conditions; prices are minor units of
// one piece.
type dutyFreeWay struct {
	Way       Collection `json:"way"`
	UnitFrom  int64      `json:"unit_from,omitempty"`  // dearer or equal only
	UnitBelow int64      `json:"unit_below,omitempty"` // cheaper only
	Listed    bool       `json:"listed,omitempty"`     // only goods on the list
	LeaveDays int        `json:"leave_days,omitempty"` // the buyer leaves within so many days
}

// customsRules are all dated rules, oldest first.
type customsRules struct {
	bonded   []bondedRule
	dutyFree []dutyFreeRule
}

var rulesOfCustoms = mustCustomsRules()

func mustCustomsRules() customsRules {
	var r customsRules
	for name, into := range map[string]any{"bonded": &r.bonded, "dutyfree": &r.dutyFree} {
		data, err := customsRuleFiles.ReadFile("customsrules/" + name + ".json")
		if err == nil {
			dec := json.NewDecoder(strings.NewReader(string(data)))
			dec.DisallowUnknownFields()
			err = dec.Decode(into)
		}
		if err != nil {
			panic("customs rules " + name + ": " + err.Error()) // embedded, and read by every test
		}
	}
	return r
}

// inForce returns the newest rule that holds on the day of at in China, or nil.
func inForce[R interface{ from() Date }](rules []R, at time.Time) *R {
	day := DateOf(at.In(chinaTime))
	var found *R
	for i := range rules {
		if rules[i].from() <= day {
			found = &rules[i]
		}
	}
	return found
}

// CustomsCase is everything that the customs rules look at in an order. Of the buyer it
// holds what the check of the identity said, not who it is.
type CustomsCase struct {
	Mode     CustomsMode
	At       time.Time // of the payment: picks the rules in force
	Country  string    // of the receiver, ISO 3166-1 alpha-2
	Province string    // of the receiver
	Declare  Declaration
	Currency string
	Lines    []Line // with Customs, quantities as ordered

	IdentityProblem string // what is wrong with the buyer's identity, without telling it; "" nothing
	Born            Date   // of the buyer, "" unknown
	Used            int64  // of the buyer's quota by other orders of the year, minor units
}

// Value returns what counts towards limits and quota: goods, freight and insurance,
// in minor units. Duty-free goods count by their shop prices alone.
func (c *CustomsCase) Value() int64 {
	sum := int64(0)
	for i := range c.Lines {
		sum += c.Lines[i].PriceEach.Minor * int64(c.Lines[i].Qty)
	}
	if c.Mode == CustomsDutyFree {
		return sum
	}
	return sum + c.Declare.Freight + c.Declare.Insurance
}

// CheckCustoms asks every rule of the order's regime and returns those that it breaks.
// Orders without a regime are asked only whether their stock is free for them.
func CheckCustoms(c *CustomsCase) []Refusal {
	all := c.checkStock()
	switch c.Mode {
	case CustomsExport:
		all = append(all, c.checkExport()...)
	case CustomsBonded:
		all = append(all, c.checkBonded()...)
	case CustomsDutyFree:
		all = append(all, c.checkDutyFree()...)
	}
	return all
}

// checkStock keeps stock of one regime out of orders of another one.
func (c *CustomsCase) checkStock() []Refusal {
	s := Shipment{Customs: c.Mode, Lines: c.Lines}
	return CheckShipment(&s, nil)
}

func (c *CustomsCase) checkExport() []Refusal {
	if inChina(c.Country) {
		return []Refusal{{Code: "not_abroad", What: "an export order goes to an address in China",
			Do: "correct the receiver's country, or take the order as a domestic one"}}
	}
	return nil
}

// inChina says whether an address lies in the customs territory of China: Hong Kong,
// Macao and Taiwan are customs territories of their own.
func inChina(country string) bool { return country == "" || strings.EqualFold(country, "CN") }

func (c *CustomsCase) checkBonded() []Refusal {
	var all []Refusal
	if !inChina(c.Country) {
		all = append(all, Refusal{Code: "not_in_china", What: "a bonded import goes to an address abroad",
			Do: "correct the receiver's country, or send the goods under another regime"})
	}
	if c.IdentityProblem != "" {
		all = append(all, Refusal{Code: "identity_missing", What: "the buyer's identity: " + c.IdentityProblem,
			Do: "ask the buyer for name and identity number and send the order again", Rule: "财关税〔2018〕49号"})
	}
	for i := range c.Lines {
		if l := &c.Lines[i]; l.Customs == nil || l.Customs.Record == "" {
			all = append(all, Refusal{Code: "record_missing", What: fmt.Sprintf("line %d has no item number of the bonded account book", l.No),
				Do: "add customs.record to the article in the catalogue"})
		}
	}
	r := inForce(rulesOfCustoms.bonded, c.At)
	if r == nil {
		return append(all, noRule(c))
	}
	if c.Currency != r.Currency {
		return append(all, otherCurrency(c, r.Currency))
	}
	value := c.Value()
	if value > r.Single && !c.oneItem() {
		all = append(all, Refusal{Code: "over_single", Rule: r.Source,
			What: fmt.Sprintf("the order is worth %s, at most %s are allowed for more than one piece", money(value, r.Currency), money(r.Single, r.Currency)),
			Do:   "ask the buyer to split the purchase into orders of their own, or import it as general trade"})
	}
	if c.Used+value > r.Yearly {
		all = append(all, Refusal{Code: "over_quota", Rule: r.Source,
			What: fmt.Sprintf("the buyer's year would reach %s of %s", money(c.Used+value, r.Currency), money(r.Yearly, r.Currency)),
			Do:   "cancel the order, or import the goods as general trade"})
	}
	return all
}

// oneItem says whether the order is a single piece, which may pass the limit of one
// order (at full tax).
func (c *CustomsCase) oneItem() bool { return len(c.Lines) == 1 && c.Lines[0].Qty == 1 }

func noRule(c *CustomsCase) Refusal {
	return Refusal{Code: "no_rule", What: fmt.Sprintf("no rule of regime %s holds on %s", c.Mode, DateOf(c.At.In(chinaTime))),
		Do: "correct the time of payment"}
}

func otherCurrency(c *CustomsCase, want string) Refusal {
	return Refusal{Code: "currency", What: fmt.Sprintf("the order is in %q, limits and quota are in %s", c.Currency, want),
		Do: "send the order with its prices in " + want}
}

func money(minor int64, currency string) string {
	return fmt.Sprintf("%d.%02d %s", minor/100, minor%100, currency)
}

// ImportTax is the tax on one bonded retail import, in minor units.
type ImportTax struct {
	Tariff      int64  `json:"tariff"`
	Consumption int64  `json:"consumption"`
	VAT         int64  `json:"vat"`
	Full        bool   `json:"full,omitempty"` // as on general goods, for a single piece above the limit of one order
	Source      string `json:"source"`
}

// Total returns the whole tax.
func (t ImportTax) Total() int64 { return t.Tariff + t.Consumption + t.VAT }

// TaxOf returns the import tax of a bonded order. Freight and insurance are spread over
// the lines by value. Consumption tax is part of its own base:
// (value + tariff) / (1 − rate) × rate; VAT is taken on value, tariff and consumption
// tax (财关税〔2016〕18号). Each line is rounded to the minor unit.
func TaxOf(c *CustomsCase) (ImportTax, error) {
	r := inForce(rulesOfCustoms.bonded, c.At)
	if c.Mode != CustomsBonded || r == nil {
		return ImportTax{}, Errorf("no_rule", "there is no import tax rule for regime %q on %s", c.Mode, DateOf(c.At.In(chinaTime))).
			WithHint("only bonded imports from 2019 on are taxed this way")
	}
	t := ImportTax{Full: c.Value() > r.Single, Source: r.TaxSource}
	extra, goods := c.Declare.Freight+c.Declare.Insurance, c.Value()-c.Declare.Freight-c.Declare.Insurance
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Customs == nil {
			return ImportTax{}, Errorf("no_rates", "line %d has no tax rates", l.No).WithHint("add customs.vat_bp to the article")
		}
		value := l.PriceEach.Minor * int64(l.Qty)
		if goods > 0 {
			value += mulDiv(extra, l.PriceEach.Minor*int64(l.Qty), goods)
		}
		tariff, share := r.TariffBP, r.ShareBP
		if t.Full {
			tariff, share = int64(l.Customs.TariffBP), 10000
		}
		consumption := int64(l.Customs.ConsumptionBP)
		if l.Customs.VATBP == 0 { // there is no import without VAT: the rates are not known
			return ImportTax{}, Errorf("no_rates", "line %d has no tax rates", l.No).WithHint("add customs.vat_bp to the article")
		}
		if consumption < 0 || consumption >= 10000 || l.Customs.VATBP < 0 || l.Customs.VATBP > 10000 || tariff < 0 || tariff > 100000 {
			return ImportTax{}, Errorf("bad_rates", "line %d has tax rates out of range", l.No).WithHint("rates are hundredths of a percent")
		}
		duty := mulDiv(value, tariff, 10000)
		excise := mulDiv(value+duty, consumption, 10000-consumption)
		vat := mulDiv(value+duty+excise, int64(l.Customs.VATBP), 10000)
		t.Tariff += duty
		t.Consumption += mulDiv(excise, share, 10000)
		t.VAT += mulDiv(vat, share, 10000)
	}
	return t, nil
}
