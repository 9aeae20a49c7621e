package labels

import (
	"fmt"
	"strings"
	"time"
)

// ListLine is one line of goods on a list.
type ListLine struct {
	SKU      string `json:"sku"`
	Name     string `json:"name"`
	Barcode  string `json:"barcode,omitempty"`
	Location string `json:"location,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Expiry   string `json:"expiry,omitempty"` // as it is to be printed, 2026-08-31
	Serial   string `json:"serial,omitempty"`
	Qty      int    `json:"qty"`
	Unit     string `json:"unit,omitempty"`     // 件, kg, box
	WeightG  int64  `json:"weight_g,omitempty"` // grams, whole line
	Note     string `json:"note,omitempty"`
	Enclosed bool   `json:"enclosed,omitempty"` // no goods of the order: a leaflet, a gift
}

// PackingList 出库单 lies in the box and says what is in it.
type PackingList struct {
	Form        string     `json:"form,omitempty"` // A4 (default), A5, 100x150 or 100x180
	Number      string     `json:"number"`         // shipment or parcel
	OrderRefs   []string   `json:"order_refs,omitempty"`
	Shop        string     `json:"shop,omitempty"`
	Carrier     string     `json:"carrier,omitempty"`
	Waybill     string     `json:"waybill,omitempty"`
	ParcelNo    int        `json:"parcel_no,omitempty"`
	ParcelCount int        `json:"parcel_count,omitempty"`
	Receiver    Party      `json:"receiver"`           // name and phone are masked; the address is on the waybill
	Unmasked    bool       `json:"unmasked,omitempty"` // own delivery, cross-border
	Lines       []ListLine `json:"lines"`
	Note        string     `json:"note,omitempty"`
	PrintNo     int        `json:"print_no,omitempty"`
	Station     string     `json:"station,omitempty"`
	Operator    string     `json:"operator,omitempty"`
	PrintedAt   time.Time  `json:"printed_at,omitzero"`
}

// Layout makes as many pages as the lines need.
func (l PackingList) Layout(pr Printer) ([]*Page, error) {
	if err := checkList(KindPackingList, l.Number, l.Lines); err != nil {
		return nil, err
	}
	if !l.Unmasked {
		hidden := maskRules[KindPackingList]
		l.Receiver, l.Note = hidden.party(l.Receiver), hidden.note(l.Note)
	}
	f, err := newFlow(KindPackingList, l.Form, pr, func(f *flow) { f.heading("出库单 PACKING LIST", l.Number) })
	if err != nil {
		return nil, err
	}
	parcel := ""
	if l.ParcelCount > 0 {
		parcel = fmt.Sprintf("%d / %d", l.ParcelNo, l.ParcelCount)
	}
	f.facts([]pair{
		{"店铺 Shop", l.Shop}, {"订单 Orders", strings.Join(l.OrderRefs, " ")}, {"收件人 Receiver", joinNonEmpty("  ", l.Receiver.Name, l.Receiver.Phone)},
		{"承运 Carrier", l.Carrier}, {"运单 Waybill", l.Waybill}, {"包裹 Parcel", parcel},
	})
	f.y += 10
	cols := []column{{"#", 60, right, ordinary}, {"SKU", 190, left, ordinary}, {"品名 Description", 420, left, ordinary}, {"批号/效期 Lot, expiry", 220, left, ordinary}, {"数量 Qty", 110, right, strong}}
	rows := make([][]string, 0, len(l.Lines))
	for i, it := range l.Lines {
		rows = append(rows, []string{fmt.Sprint(i + 1), it.SKU, joinNonEmpty("\n", it.Name, it.Note), joinNonEmpty("\n", it.Lot, it.Expiry, it.Serial), quantity(it)})
	}
	f.rows("line", cols, rows)
	f.y += 12
	f.paragraph("total", listTotal(l.Lines), f.sheet.body, true)
	f.paragraph("note", l.Note, f.sheet.body, false)
	return f.done(joinNonEmpty("  ", reprintMark(l.PrintNo), traceLine(l.Station, l.PrintedAt, l.Operator)))
}

// maxListLines bounds one list.
const maxListLines = 20000

func checkList(kind, number string, lines []ListLine) error {
	bad := func(hint, format string, args ...any) error {
		return &Error{ErrorBadInput, "lay out " + kind, hint, fmt.Errorf(format, args...)}
	}
	switch {
	case number == "":
		return bad("give the list its number", "the number is missing")
	case len(lines) == 0:
		return bad("print the list once it has goods", "the list has no lines")
	case len(lines) > maxListLines:
		return bad("split the list", "%d lines are more than %d", len(lines), maxListLines)
	}
	for i, l := range lines {
		if l.Qty < 0 || l.Qty > maxQty || l.WeightG < 0 || l.WeightG > maxGrams {
			return bad("correct line "+fmt.Sprint(i+1), "line %d has quantity %d and weight %d g", i+1, l.Qty, l.WeightG)
		}
	}
	return nil
}

func quantity(l ListLine) string { return strings.TrimSpace(fmt.Sprintf("%d %s", l.Qty, l.Unit)) }

// listTotal counts lines, pieces and, where every line has one, weight.
func listTotal(lines []ListLine) string {
	pieces, grams, weighed, goods := 0, int64(0), true, 0
	for _, l := range lines {
		if l.Enclosed {
			continue
		}
		goods++
		pieces += l.Qty
		grams += l.WeightG
		weighed = weighed && l.WeightG > 0
	}
	s := fmt.Sprintf("合计 Total: %d 行 lines, %d 件 pcs", goods, pieces)
	if weighed {
		s += ", " + kilograms(grams) + " kg"
	}
	return s
}

func exampleLines() []ListLine {
	return []ListLine{
		{SKU: "MG-GF-5", Name: "贵妃芒果 5斤装 Mango", Barcode: "06901234567892", Location: "A-03-2", Lot: "L260312", Expiry: "2026-03-28", Qty: 2, Unit: "箱", WeightG: 5100},
		{SKU: "ICE-QBL-6", Name: "清补凉冰淇淋 Ice cream 6×80 g", Barcode: "06901234500011", Location: "F-01-1", Lot: "F2602", Expiry: "2027-02-01", Qty: 6, Unit: "盒", WeightG: 3300, Note: "冷冻 -18℃"},
		{SKU: "CK-WC-1", Name: "文昌鸡礼盒 Wenchang chicken", Barcode: "06901234511116", Location: "C-11-4", Lot: "C0311", Expiry: "2026-04-10", Qty: 1, Unit: "盒", WeightG: 1850},
		{SKU: "CF-XL-250", Name: "兴隆咖啡 Coffee 250 g", Barcode: "06901234522228", Location: "B-07-3", Qty: 3, Unit: "袋", WeightG: 780},
	}
}

func examplePackingList() Document {
	return PackingList{
		Number: "SH2026031400127-1", OrderRefs: []string{"WDT20260314000127"}, Shop: "海南鲜果旗舰店", Carrier: "顺丰速运", Waybill: "SF1234567890123",
		ParcelNo: 1, ParcelCount: 2, Receiver: Party{Name: "欧阳文静", Phone: "13812345678"}, Lines: exampleLines(), Note: "感谢惠顾 Thank you. 如有问题请联系客服。",
		PrintNo: 1, Station: "PACK-07", Operator: "A012", PrintedAt: exampleTime(),
	}
}
