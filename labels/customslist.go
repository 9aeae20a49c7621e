package labels

import (
	"fmt"
	"slices"
	"time"

	"pickstation/order"
)

// Regimes of China's cross-border retail. They are never mixed on one list.
const (
	Regime9610   = "9610"             // B2C direct export, inventory CEB603
	Regime1210   = "1210"             // bonded import, inventory CEB621
	RegimeHainan = "hainan-duty-free" // offshore duty-free, delivered by mail
)

// CustomsListLine is one kind of goods of one order. It holds no identity number: those never reach a station.
type CustomsListLine struct {
	Order     string `json:"order"`
	Waybill   string `json:"waybill"`
	Goods     string `json:"goods"`
	Model     string `json:"model,omitempty"` // 规格型号
	HS        string `json:"hs"`              // China uses ten digits
	Qty       int    `json:"qty"`
	Unit      string `json:"unit"`
	NetG      int64  `json:"net_g"`
	Value     int64  `json:"value_minor"`
	Origin    string `json:"origin,omitempty"`
	Country   string `json:"country,omitempty"`   // destination (9610) or dispatch (1210), ISO 3166-1 alpha-2
	Province  string `json:"province,omitempty"`  // of the receiver; asked for duty-free
	Buyer     string `json:"buyer,omitempty"`     // who bought and pays, masked on paper
	Consignee string `json:"consignee,omitempty"` // who receives, masked on paper
	Departed  bool   `json:"departed,omitempty"`  // duty-free: the traveller has left the island
	Complete  bool   `json:"complete,omitempty"`  // duty-free: the whole purchase goes in this shipment
}

// CustomsList 报关清单 is the list a bench prints for the customs post; the message itself is made at the centre.
type CustomsList struct {
	Form       string            `json:"form,omitempty"` // A4L (A4 across, default), A4, A5, 100x150 or 100x180
	Regime     string            `json:"regime"`
	Collect    string            `json:"collect,omitempty"` // duty-free: how the buyer gets the goods; mail (default), pickup, instant, …
	Number     string            `json:"number"`            // inventory or batch number
	Enterprise string            `json:"enterprise,omitempty"`
	Port       string            `json:"port,omitempty"`
	Carrier    string            `json:"carrier,omitempty"`
	Currency   string            `json:"currency"`
	Lines      []CustomsListLine `json:"lines"`
	Station    string            `json:"station,omitempty"`
	Operator   string            `json:"operator,omitempty"`
	PrintedAt  time.Time         `json:"printed_at,omitzero"`
}

// regimeTitles head the list.
var regimeTitles = map[string]string{
	Regime9610:   "跨境电商出口清单 9610 EXPORT LIST (CEB603)",
	Regime1210:   "跨境电商保税进口清单 1210 BONDED LIST (CEB621)",
	RegimeHainan: "离岛免税邮寄送达清单 HAINAN DUTY-FREE MAIL LIST",
}

// mailed says whether duty-free goods go out by mail, which has rules of its own.
func (l *CustomsList) mailed() bool { return l.Collect == "" || l.Collect == string(order.CollectMail) }

// title heads the list; duty-free goods that the buyer fetches are on another list than mailed ones.
func (l *CustomsList) title() string {
	if l.Regime == RegimeHainan && !l.mailed() {
		return "离岛免税提货清单 HAINAN DUTY-FREE COLLECTION LIST"
	}
	return regimeTitles[l.Regime]
}

func (l *CustomsList) check() error {
	bad := func(hint, format string, args ...any) error {
		return &Error{ErrorBadInput, "lay out customs list", hint, fmt.Errorf(format, args...)}
	}
	switch {
	case regimeTitles[l.Regime] == "":
		return bad("use 9610, 1210 or hainan-duty-free", "no regime %q", l.Regime)
	case l.Number == "":
		return bad("give the list its number", "the number is missing")
	case len(l.Lines) == 0 || len(l.Lines) > maxListLines:
		return bad("list at least one line", "%d lines", len(l.Lines))
	case len(l.Currency) != 3:
		return bad("give the currency as ISO 4217 code", "no currency %q", l.Currency)
	}
	for i, g := range l.Lines {
		if g.Order == "" || g.Waybill == "" || g.Goods == "" || g.Qty <= 0 || g.Qty > maxQty || g.NetG < 0 || g.NetG > maxGrams ||
			g.Value < 0 || g.Value > maxMinor || !hsCode(g.HS) {
			return bad("correct line "+fmt.Sprint(i+1), "line %d needs order, waybill, goods, quantity and HS code", i+1)
		}
		if l.Regime == RegimeHainan {
			if err := g.checkDutyFree(i+1, l.mailed()); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkDutyFree holds a line against the rules of duty-free delivery: the buyer receives the whole purchase; by mail
// outside the island, after having left it (财政部 海关总署 税务总局 关于增加海南离岛旅客免税购物提货方式的公告, 2021-02-02).
func (g *CustomsListLine) checkDutyFree(n int, mailed bool) error {
	no := func(hint, format string, args ...any) error {
		return &Error{ErrorNotAllowed, "lay out customs list", hint, fmt.Errorf("line %d, order %s: %s", n, g.Order, fmt.Sprintf(format, args...))}
	}
	switch {
	case mailed && (g.Province == "" || order.InHainan(g.Province)):
		return no("duty-free goods are mailed to addresses outside Hainan only", "the receiver's province is %q", g.Province)
	case g.Buyer == "" || g.Buyer != g.Consignee:
		return no("only the buyer may receive duty-free goods", "buyer and consignee differ")
	case mailed && !g.Departed:
		return no("wait until the departure is confirmed", "the traveller has not left the island")
	case !g.Complete:
		return no("send the whole purchase in one shipment", "the shipment is split")
	}
	return nil
}

// Layout makes as many pages as the lines need.
func (l CustomsList) Layout(pr Printer) ([]*Page, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	f, err := newFlow(KindCustomsList, firstOf(l.Form, "A4L"), pr, func(f *flow) { f.heading(l.title(), l.Number) })
	if err != nil {
		return nil, err
	}
	f.facts([]pair{{"企业 Enterprise", l.Enterprise}, {"口岸 Port", l.Port}, {"承运 Carrier", l.Carrier}, {"币种 Currency", l.Currency},
		{"提货 Collection", l.Collect}})
	f.y += 10
	cols := slices.Clone(customsColumns)
	if f.narrow() {
		cols = customsNarrow
	} else if l.Regime == RegimeHainan {
		cols[len(cols)-1].title = "购买人 Buyer"
	}
	rows := make([][]string, 0, len(l.Lines))
	net, value := int64(0), int64(0)
	var orders, waybills []string
	for i, g := range l.Lines {
		rows = append(rows, l.row(i, f.narrow()))
		net, value = net+g.NetG, value+g.Value
		orders, waybills = append(orders, g.Order), append(waybills, g.Waybill)
	}
	f.rows("line", cols, rows)
	f.y += 12
	f.paragraph("total", fmt.Sprintf("合计 Total: %d 单 orders, %d 运单 waybills, %d 行 lines, %s kg, %s", distinct(orders), distinct(waybills), len(rows), kilograms(net),
		Money{value, l.Currency}), f.sheet.body, true)
	f.y += 10
	f.blocks(signatureHeight, []pair{{"企业经办 Declarant", ""}, {"海关 Customs", ""}, {"日期 Date", ""}}, 3)
	return f.done(traceLine(l.Station, l.PrintedAt, l.Operator))
}

// The columns of the list; what the last of them says depends on the regime.
var (
	customsColumns = []column{{"#", 35, right, ordinary}, {"订单 Order", 165, left, ordinary}, {"运单 Waybill", 150, left, ordinary}, {"商品 规格 Goods", 250, left, ordinary},
		{"税号 HS", 95, left, ordinary}, {"数量 Qty", 70, right, ordinary}, {"净重 kg", 70, right, ordinary}, {"金额 Value", 80, right, ordinary}, {"国别 Country", 85, center, ordinary}}
	customsNarrow = []column{{"#", 45, right, ordinary}, {"订单 Order\n运单 Waybill", 300, left, ordinary}, {"商品 Goods\n税号 HS", 305, left, ordinary},
		{"数量 Qty\n净重 kg", 150, right, ordinary}, {"金额 Value\n国别 Country", 200, right, ordinary}}
)

// row is line i as the columns have it.
func (l *CustomsList) row(i int, narrow bool) []string {
	g := &l.Lines[i]
	last := joinNonEmpty("\n", g.Origin, g.Country)
	if l.Regime == RegimeHainan {
		last = joinNonEmpty("\n", joinNonEmpty(" ", g.Origin, g.Country), g.Province, maskRules[KindCustomsList].party(Party{Name: g.Buyer}).Name)
	}
	goods, qty, value := joinNonEmpty("\n", g.Goods, g.Model), joinNonEmpty(" ", fmt.Sprint(g.Qty), g.Unit), Money{g.Value, l.Currency}.Amount()
	if narrow {
		return []string{fmt.Sprint(i + 1), g.Order + "\n" + g.Waybill, goods + "\n" + g.HS, qty + "\n" + kilograms(g.NetG), joinNonEmpty("\n", value, last)}
	}
	return []string{fmt.Sprint(i + 1), g.Order, g.Waybill, goods, g.HS, qty, kilograms(g.NetG), value, last}
}

func distinct(s []string) int {
	slices.Sort(s)
	return len(slices.Compact(s))
}

func exampleCustomsList() Document {
	return CustomsList{
		Regime: Regime9610, Number: "QD46002026031400018", Enterprise: "海南鲜果有限公司", Port: "海口美兰机场海关", Carrier: "中国邮政", Currency: "CNY",
		Lines: []CustomsListLine{
			{Order: "WDT20260314000127", Waybill: "RR473124829CN", Goods: "芒果干", Model: "250 g/袋", HS: "0804502010", Qty: 6, Unit: "袋", NetG: 1500, Value: 23400, Origin: "CN", Country: "JP"},
			{Order: "WDT20260314000127", Waybill: "RR473124829CN", Goods: "兴隆咖啡豆", Model: "250 g/袋", HS: "0901210000", Qty: 2, Unit: "袋", NetG: 500, Value: 9800, Origin: "CN", Country: "JP"},
			{Order: "WDT20260314000131", Waybill: "EE471108151CN", Goods: "椰壳碗", HS: "4602199000", Qty: 3, Unit: "件", NetG: 360, Value: 8700, Origin: "CN", Country: "FR"},
		},
		Station: "PACK-07", Operator: "A012", PrintedAt: exampleTime(),
	}
}
