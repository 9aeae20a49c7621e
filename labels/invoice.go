package labels

import (
	"fmt"
	"strings"
	"time"
)

// InvoiceLine is one kind of goods of a commercial invoice.
type InvoiceLine struct {
	Description string `json:"description"`
	Local       string `json:"local,omitempty"`
	SKU         string `json:"sku,omitempty"`
	HS          string `json:"hs"`
	Origin      string `json:"origin"` // ISO 3166-1 alpha-2
	Qty         int    `json:"qty"`
	Unit        string `json:"unit,omitempty"`
	UnitMinor   int64  `json:"unit_price_minor"` // smallest unit of the invoice's currency
	NetG        int64  `json:"net_g"`            // grams, whole line
}

// Invoice is a commercial invoice 商业发票 for customs. It prints names and addresses in full.
type Invoice struct {
	Form       string        `json:"form,omitempty"` // A4 (default), A4L, A5, 100x150 or 100x180
	Number     string        `json:"number"`
	Date       time.Time     `json:"date"`
	OrderRef   string        `json:"order_ref,omitempty"`
	Waybill    string        `json:"waybill,omitempty"`
	Seller     Party         `json:"seller"`
	Buyer      Party         `json:"buyer"`
	Consignee  *Party        `json:"consignee,omitempty"` // where it is not the buyer
	Incoterm   string        `json:"incoterm"`            // Incoterms 2020 rule, with place: "DDP Tokyo"
	Reason     string        `json:"reason,omitempty"`    // reason for export
	Currency   string        `json:"currency"`            // ISO 4217
	Lines      []InvoiceLine `json:"lines"`
	Freight    int64         `json:"freight_minor,omitempty"`
	Insurance  int64         `json:"insurance_minor,omitempty"`
	Packages   int           `json:"packages"`
	GrossG     int64         `json:"gross_g"` // grams
	SignedBy   string        `json:"signed_by,omitempty"`
	PrintNo    int           `json:"print_no,omitempty"`
	Station    string        `json:"station,omitempty"`
	PrintedAt  time.Time     `json:"printed_at,omitzero"`
	Additional string        `json:"additional,omitempty"`
}

// incoterms are the rules of Incoterms 2020.
var incoterms = []string{"EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"}

func (v *Invoice) check() error {
	bad := func(hint, format string, args ...any) error {
		return &Error{ErrorBadInput, "lay out invoice", hint, fmt.Errorf(format, args...)}
	}
	known := false
	for _, t := range incoterms {
		known = known || strings.HasPrefix(v.Incoterm, t)
	}
	switch {
	case v.Number == "" || v.Date.IsZero():
		return bad("give the invoice its number and date", "number %q, date %s", v.Number, v.Date.Format("2006-01-02"))
	case v.Seller.Name == "" || v.Buyer.Name == "":
		return bad("name seller and buyer", "seller %q, buyer %q", v.Seller.Name, v.Buyer.Name)
	case !known:
		return bad("use one of "+strings.Join(incoterms, " "), "no Incoterms 2020 rule %q", v.Incoterm)
	case len(v.Currency) != 3:
		return bad("give the currency as ISO 4217 code", "no currency %q", v.Currency)
	case len(v.Lines) == 0 || len(v.Lines) > maxListLines:
		return bad("invoice at least one line", "%d lines", len(v.Lines))
	case min(v.Freight, v.Insurance) < 0 || max(v.Freight, v.Insurance) > maxMinor || v.GrossG > maxGrams*100:
		return bad("correct freight, insurance or gross weight", "freight %d, insurance %d, gross weight %d g", v.Freight, v.Insurance, v.GrossG)
	case v.Packages < 1:
		return bad("give the number of packages", "%d packages", v.Packages)
	}
	net, goods := int64(0), int64(0)
	for i, l := range v.Lines {
		if l.Description == "" || l.Qty <= 0 || l.Qty > maxQty || l.UnitMinor < 0 || l.UnitMinor > maxMinor || l.NetG < 0 || l.NetG > maxGrams || !hsCode(l.HS) || !countryCode(l.Origin) {
			return bad("correct line "+fmt.Sprint(i+1), "line %d needs description, quantity, price, HS code and origin (%q, %d, %q, %q)", i+1, l.Description, l.Qty, l.HS, l.Origin)
		}
		net, goods = net+l.NetG, goods+l.UnitMinor*int64(l.Qty)
		if goods > maxTotal {
			return bad("invoice in several parts", "the total up to line %d is beyond %s", i+1, Money{maxTotal, v.Currency})
		}
	}
	if v.GrossG < net {
		return bad("weigh the packages again", "gross weight %s kg is below the net weight %s kg", kilograms(v.GrossG), kilograms(net))
	}
	return nil
}

// Layout makes as many pages as the lines need.
func (v Invoice) Layout(pr Printer) ([]*Page, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	f, err := newFlow(KindInvoice, v.Form, pr, func(f *flow) { f.heading("COMMERCIAL INVOICE 商业发票", v.Number) })
	if err != nil {
		return nil, err
	}
	f.facts([]pair{{"Date 日期", v.Date.Format("2006-01-02")}, {"Order 订单", v.OrderRef}, {"Waybill 运单", v.Waybill}, {"Terms of delivery 贸易术语 (Incoterms 2020)", v.Incoterm},
		{"Reason for export 出口原因", v.Reason}, {"Currency 币种", v.Currency}})
	f.y += 8
	to := v.Buyer
	if v.Consignee != nil {
		to = *v.Consignee
	}
	f.blocks(0, []pair{{"Seller / exporter 卖方", withTaxID(v.Seller)}, {"Buyer 买方", withTaxID(v.Buyer)}, {"Ship to 收货方", withTaxID(to)}}, 3)
	f.y += 24
	if f.narrow() {
		f.rows("line", []column{{"#", 50, right, ordinary}, {"Description 品名\nHS 税号, origin 原产", 460, left, ordinary}, {"Qty 数量\nNet 净重 kg", 190, right, ordinary},
			{"Unit price 单价\nAmount 金额", 300, right, ordinary}}, v.narrowRows())
	} else {
		f.rows("line", invoiceColumns, v.wideRows())
	}
	v.sums(f)
	return f.done(joinNonEmpty("  ", reprintMark(v.PrintNo), traceLine(v.Station, v.PrintedAt, "")))
}

var invoiceColumns = []column{{"#", 45, right, ordinary}, {"Description 品名", 325, left, ordinary}, {"HS 税号", 110, left, ordinary}, {"Origin 原产", 90, left, ordinary},
	{"Qty 数量", 110, right, ordinary}, {"Unit price 单价", 120, right, ordinary}, {"Amount 金额", 120, right, ordinary}, {"净重 kg", 80, right, ordinary}}

func (v *Invoice) wideRows() (rows [][]string) {
	for i, l := range v.Lines {
		rows = append(rows, []string{fmt.Sprint(i + 1), joinNonEmpty("\n", l.Description, joinNonEmpty("  ", l.Local, l.SKU)), l.HS, l.Origin, joinNonEmpty(" ", fmt.Sprint(l.Qty), l.Unit),
			v.amount(l.UnitMinor), v.amount(l.UnitMinor * int64(l.Qty)), kilograms(l.NetG)})
	}
	return rows
}

// narrowRows are the rows for a label roll, with two values in a column.
func (v *Invoice) narrowRows() (rows [][]string) {
	for i, l := range v.Lines {
		rows = append(rows, []string{fmt.Sprint(i + 1), joinNonEmpty("\n", l.Description, joinNonEmpty("  ", l.Local, l.SKU), joinNonEmpty("  ", "HS "+l.HS, l.Origin)),
			joinNonEmpty(" ", fmt.Sprint(l.Qty), l.Unit) + "\n" + kilograms(l.NetG), v.amount(l.UnitMinor) + "\n" + v.amount(l.UnitMinor*int64(l.Qty))})
	}
	return rows
}

func (v *Invoice) amount(minor int64) string { return Money{minor, v.Currency}.Amount() }

// sums sets totals, declaration and signature; they stay together on one page.
func (v *Invoice) sums(f *flow) {
	goods, net := int64(0), int64(0)
	for _, l := range v.Lines {
		goods += l.UnitMinor * int64(l.Qty)
		net += l.NetG
	}
	money := func(minor int64) string { return Money{minor, v.Currency}.String() }
	f.y += 14
	f.need(14*lineHeight(f.sheet.body) + signatureHeight)
	x, w := f.sheet.margin, f.width()
	weights := []pair{{"Packages 件数", fmt.Sprint(v.Packages)}, {"Net weight 净重", kilograms(net) + " kg"}, {"Gross weight 毛重", kilograms(v.GrossG) + " kg"}}
	amounts := []pair{{"Goods 货值", money(goods)}, {"Freight 运费", money(v.Freight)}, {"Insurance 保险费", money(v.Insurance)}, {"TOTAL 总计", money(goods + v.Freight + v.Insurance)}}
	if f.narrow() {
		f.y += f.ledger(x, w, weights, false) + 10
		f.y += f.ledger(x, w, amounts, true) + 14
	} else {
		f.y += max(f.ledger(x, w*40/100, weights, false), f.ledger(x+w*50/100, w*50/100, amounts, true)) + 14
	}
	f.paragraph("additional", v.Additional, f.sheet.body, false)
	f.y += 10
	f.paragraph("declaration", "I declare that the information on this invoice is true and correct. 兹声明本发票所载内容真实无误。", f.sheet.body, false)
	f.y += 6
	f.blocks(signatureHeight, []pair{{"Signature 签字", v.SignedBy}, {"Date 日期", v.Date.Format("2006-01-02")}}, 2)
}

func withTaxID(p Party) string {
	s := joinNonEmpty("\n", partyBlock(p), p.Email)
	if p.TaxID != "" {
		s += "\nTax ID " + p.TaxID
	}
	return s
}

// blocks sets captioned blocks, at least `least` high, side by side (two on narrow sheets at most) and moves down past them.
func (f *flow) blocks(least int, blocks []pair, columns int) {
	if f.narrow() && blocks[0].value != "" {
		columns = 1
	}
	w, caption := f.width()/columns, f.sheet.body*7/10
	for from := 0; from < len(blocks); from += columns {
		high := least
		row := blocks[from:min(from+columns, len(blocks))]
		for _, b := range row {
			high = max(high, f.height(b.value, w-20, f.sheet.body, false)+lineHeight(caption)+26)
		}
		high = min(high, f.bottom()-f.sheet.margin)
		f.need(high)
		for i, b := range row {
			f.page.captionedAt(caption, b.caption, box{f.sheet.margin + i*w, f.y, w, high}, b.caption, b.value, style{size: f.sheet.body, min: smallestBody})
		}
		f.y += high
	}
}

func exampleInvoice() Document {
	c := exampleCustoms()
	return Invoice{
		Number: "INV-20260314-0127", Date: exampleTime(), OrderRef: "WDT20260314000127", Waybill: c.Number, Seller: c.Sender, Buyer: c.Receiver, Incoterm: "DAP Tokyo", Reason: "Sale",
		Currency: "CNY", Freight: 12600, Insurance: 500, Packages: 1, GrossG: 2780, SignedBy: "A012", PrintNo: 1, Station: "PACK-07", PrintedAt: exampleTime(),
		Lines: []InvoiceLine{
			{"Dried mango slices, vacuum packed", "芒果干", "MG-DR-250", "0804.50", "CN", 6, "bags", 3900, 1500},
			{"Roasted coffee beans", "兴隆咖啡豆", "CF-XL-250", "0901.21", "CN", 2, "bags", 4900, 500},
			{"Coconut shell bowl, polished", "椰壳碗", "BW-CO-1", "4602.19", "CN", 3, "pcs", 2900, 360},
		},
	}
}
