package print

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pickstation/labels"
	"pickstation/order"
)

// abroad says whether a receiver is outside the country of domestic express waybills.
func abroad(to order.Receiver) bool { return to.Country != "" && to.Country != "CN" }

// receiver is the addressee in full.
func receiver(to order.Receiver) labels.Party {
	return labels.Party{Name: to.Name, Phone: to.Phone, Country: to.Country, PostCode: to.Postcode,
		Province: to.Province, City: to.City, District: to.District, Street: to.Street}
}

// sender is the warehouse; it is not a person.
func sender(p order.Policy) labels.Party {
	return labels.Party{Name: p.Shipper.Name, Phone: p.Shipper.Phone, Street: p.Shipper.Address, Country: p.Shipper.Country, Company: true}
}

// refs are the shops' own order numbers.
func refs(s *order.Shipment) (all []string) {
	for _, o := range s.Orders {
		all = append(all, o.External)
	}
	return all
}

// packingList says what is in one box.
func (w *Worker) packingList(paper *Paper, p *order.Parcel, job *Job) labels.Document {
	s := paper.Shipment
	out := abroad(paper.Receiver)
	lang := "zh"
	if out {
		lang = "en"
	}
	l := labels.PackingList{Form: w.Profile.List, Number: string(s.ID), OrderRefs: refs(s), Shop: paper.Policy.Shipper.Name,
		Carrier: s.Carrier.Name.In(lang), Waybill: p.Waybill.Number, ParcelNo: p.No, ParcelCount: s.ParcelCount(),
		Receiver: receiver(paper.Receiver), Unmasked: out, PrintNo: job.No, Station: string(w.Station), Operator: paper.Operator,
		PrintedAt: job.Asked.In(zone(paper.Policy))}
	in := s.PaperContents(p, job.Kind)
	for i := range s.Lines {
		x := &s.Lines[i]
		if n := in[x.No]; n > 0 {
			l.Lines = append(l.Lines, labels.ListLine{SKU: string(x.SKU), Name: x.Name.In(lang), Location: string(x.Location),
				Lot: strings.Join(x.Lots, " "), Serial: strings.Join(x.Serials, " "), Qty: n, WeightG: int64(x.WeightG) * int64(n)})
		}
	}
	for _, in := range paper.Policy.Enclosed(p) {
		l.Lines = append(l.Lines, labels.ListLine{Name: in.Name.In(lang), Qty: 1, Note: enclosed[out], Enclosed: true})
	}
	return l
}

// enclosed says of a line of the packing list, by whether it goes abroad, that it stands on no order.
var enclosed = map[bool]string{false: "随箱附送", true: "enclosed"}

// declared are the goods that a customs paper names, their currency, and what they weigh
// and are worth together.
func declared(s *order.Shipment, p *order.Parcel, kind order.PaperKind) (all []order.Declared, currency string, err error) {
	stated := s.Stated(p, kind)
	if s.Declare != nil {
		currency = s.Declare.Currency
	}
	for i := range stated.Lines {
		c := stated.Lines[i].PriceEach.Currency
		switch {
		case stated.Lines[i].Picked == 0 || c == "" || c == currency:
		case currency == "":
			currency = c
		default:
			return nil, "", permanent(order.Errorf("label_bad_input", "line %d is priced in %s, the declaration in %s", stated.Lines[i].No, c, currency).
				WithHint("call the lead: the order's prices must have one currency"))
		}
	}
	if stated.Started() {
		all = stated.Declared()
	}
	return all, currency, nil
}

// description is the goods' name where the destination reads it, and in Chinese behind it.
func description(d *order.Declared) (foreign, local string) {
	if d.Name.EN == "" || d.Name.EN == d.Name.ZH {
		return d.Name.ZH, ""
	}
	return d.Name.EN, d.Name.ZH
}

// gross is what a parcel weighs: as its bench's scale said, else, as the centre declares
// it, the catalogue's weights of the goods and the declarant's of an empty box; 0 where
// that is not known.
func gross(s *order.Shipment, p *order.Parcel) int64 {
	if p.WeightG > 0 {
		return int64(p.WeightG)
	}
	grams, known := s.WeightIn(p.No)
	if !known || s.Declare == nil || s.Declare.TareG <= 0 {
		return 0
	}
	return int64(grams + s.Declare.TareG)
}

// hsAbroad are the digits of a tariff number that all countries share, the six of the
// Harmonized System; forms of the UPU have room for no more.
func hsAbroad(code string) string { return code[:min(len(code), 6)] }

// unitsAbroad are the declared units as destinations read them.
var unitsAbroad = map[string]string{"件": "pcs", "个": "pcs", "把": "pcs", "支": "pcs", "只": "pcs", "条": "pcs", "块": "pcs", "张": "pcs", "本": "pcs",
	"台": "sets", "套": "sets", "双": "pairs", "副": "pairs", "瓶": "bottles", "袋": "bags", "包": "packs", "盒": "boxes", "箱": "cartons", "罐": "cans",
	"千克": "kg", "克": "g", "升": "l", "毫升": "ml", "米": "m", "平方米": "m²"}

func unitAbroad(unit string) string { return cmp.Or(unitsAbroad[unit], unit) }

// customsForm is the CN 22 or CN 23 of one parcel: parcels always take the CN 23, letter
// post the CN 22 up to the limits of value and weight.
func (w *Worker) customsForm(paper *Paper, p *order.Parcel, job *Job) (labels.Document, error) {
	s, post := paper.Shipment, paper.Policy.Postal
	goods, currency, err := declared(s, p, job.Kind)
	if err != nil {
		return nil, err
	}
	day := job.Asked.In(zone(paper.Policy))
	c := labels.Customs{Operator: post.Operator, Category: labels.CategorySale, Sender: sender(paper.Policy), Receiver: receiver(paper.Receiver),
		Currency: currency, GrossG: gross(s, p), Invoice: invoiceNumber(s), Date: day, SignedBy: paper.Operator, PrintNo: job.No}
	if labels.CheckS10(p.Waybill.Number) == nil {
		c.Number = p.Waybill.Number
	}
	value := labels.Money{Currency: currency}
	for i := range goods {
		d := &goods[i]
		text, local := description(d)
		c.Items = append(c.Items, labels.CustomsItem{Description: text, Local: local, Qty: d.Qty, Unit: unitAbroad(d.Unit), NetG: d.NetG, Value: d.Value, HS: hsAbroad(d.HS), Origin: d.Origin})
		value.Minor += d.Value
	}
	form, err := labels.ChooseCustomsForm(slices.Contains(post.LetterPost, s.Carrier.ID), value, c.GrossG, day, rules(post, day.Location()), rates(post, day.Location()))
	if err != nil {
		return nil, err
	}
	if form == labels.KindCN22 {
		return labels.CN22{Customs: c}, nil
	}
	return labels.CN23{Customs: c}, nil
}

// rules and rates hold from the beginning of their day in the warehouse; one without a
// day that can be read holds never.
func rules(p order.Postal, zone *time.Location) (all []labels.CustomsRule) {
	for _, r := range p.Rules {
		if from, err := time.ParseInLocation(time.DateOnly, string(r.From), zone); err == nil {
			all = append(all, labels.CustomsRule{From: from, LimitSDR: r.LimitSDR, LimitG: r.LimitG})
		}
	}
	return all
}

func rates(p order.Postal, zone *time.Location) (all []labels.SDRRate) {
	for _, r := range p.Rates {
		if from, err := time.ParseInLocation(time.DateOnly, string(r.From), zone); err == nil {
			all = append(all, labels.SDRRate{From: from, Currency: r.Currency, Micro: r.Micro})
		}
	}
	return all
}

func invoiceNumber(s *order.Shipment) string { return "INV-" + string(s.ID) }

// invoice is the commercial invoice of a whole shipment.
func (w *Worker) invoice(paper *Paper, p *order.Parcel, job *Job) (labels.Document, error) {
	s := paper.Shipment
	goods, currency, err := declared(s, p, job.Kind)
	if err != nil {
		return nil, err
	}
	day := job.Asked.In(zone(paper.Policy))
	v := labels.Invoice{Form: officeForm(w.Profile.List), Number: invoiceNumber(s), Date: day, OrderRef: strings.Join(refs(s), " "), Waybill: p.Waybill.Number,
		Seller: sender(paper.Policy), Buyer: receiver(paper.Receiver), Incoterm: paper.Policy.Postal.Incoterm, Reason: "Sale", Currency: currency,
		SignedBy: paper.Operator, PrintNo: job.No, Station: string(w.Station), PrintedAt: day}
	if s.Declare != nil {
		v.Freight, v.Insurance = s.Declare.Freight, s.Declare.Insurance
	}
	for i := range s.Parcels {
		if x := &s.Parcels[i]; s.NeedsBox(x) {
			v.Packages++
			v.GrossG += gross(s, x)
		}
	}
	for i := range goods {
		d := &goods[i]
		text, local := description(d)
		v.Lines = append(v.Lines, labels.InvoiceLine{Description: text, Local: local, SKU: string(d.SKU), HS: d.HS, Origin: d.Origin, Qty: d.Qty,
			Unit: unitAbroad(d.Unit), UnitMinor: d.Value / int64(d.Qty), NetG: d.NetG})
	}
	return v, nil
}

// officeForm is the size of a paper that no label roll takes in hand: A4 unless lists are
// on a smaller sheet.
func officeForm(list string) string {
	if list == "A5" {
		return list
	}
	return "A4"
}

// regimes are the customs lists' names of the modes.
var regimes = map[order.CustomsMode]string{order.CustomsExport: labels.Regime9610, order.CustomsBonded: labels.Regime1210, order.CustomsDutyFree: labels.RegimeHainan}

// customsList is what the customs post gets with a shipment. It names no identity number.
func (w *Worker) customsList(paper *Paper, p *order.Parcel, job *Job) (labels.Document, error) {
	s, to := paper.Shipment, paper.Receiver
	if s.Declare == nil {
		return nil, permanent(order.Errorf("label_bad_input", "shipment %s has no declaration", s.ID).WithHint("call the lead: the order came without customs data"))
	}
	goods, currency, err := declared(s, p, job.Kind)
	if err != nil {
		return nil, err
	}
	d := s.Declare
	l := labels.CustomsList{Regime: regimes[s.Customs], Collect: string(d.Collect), Number: d.Number, Enterprise: d.Enterprise, Port: d.Port, Carrier: s.Carrier.Name.In("zh"),
		Currency: currency, Station: string(w.Station), Operator: paper.Operator, PrintedAt: job.Asked.In(zone(paper.Policy))}
	for i := range goods {
		g := &goods[i]
		name := g.Name.ZH
		if name == "" {
			name = g.Name.EN
		}
		x := labels.CustomsListLine{Order: g.Ref, Waybill: p.Waybill.Number, Goods: name, Model: g.Model, HS: g.HS, Qty: g.Qty, Unit: g.Unit,
			NetG: g.NetG, Value: g.Value, Origin: g.Origin, Country: d.Country, Province: cmp.Or(d.Province, to.Province),
			Departed: !d.DepartedAt.IsZero(), Complete: d.Whole}
		if d.Receives {
			x.Buyer, x.Consignee = to.Name, to.Name
		}
		l.Lines = append(l.Lines, x)
	}
	return l, nil
}

// slipReasons say in both languages what a slip asks for; the order's number stands in
// the place of %s.
var slipReasons = map[order.InstructionKind]string{
	order.InstructPutBack:   "订单 %[1]s 已取消：把货放回货位，再扫此码和「是」。\nOrder %[1]s is cancelled: put the goods back, then scan this code and YES.",
	order.InstructStop:      "订单 %[1]s 不要发出：放到异常货架，请叫组长。\nDo not hand over order %[1]s: set it aside, call the lead.",
	order.InstructReprint:   "订单 %[1]s 面单作废：撕掉旧面单，扫此码和「是」打新单。\nThe waybill of order %[1]s is void: tear it off, scan this code and YES for a new one.",
	order.InstructIntercept: "订单 %[1]s 要取回：从承运商笼里取出包裹，放到异常货架，再扫此码和「是」。\nOrder %[1]s comes back: take the parcel out of the carrier's cage, set it aside, then scan this code and YES.",
}

// slip goes with goods or a box that leaves the normal way. Its barcode is the shipment's
// number, which brings the instruction up on the screen.
func (w *Worker) slip(paper *Paper, job *Job) (labels.Document, error) {
	in := paper.Instruction
	if in == nil || in.Done {
		return nil, permanent(order.Errorf(order.PrintNotWanted, "instruction %s is done or withdrawn", job.Key).WithHint("nothing is to be done"))
	}
	l := labels.Slip{Slip: labels.SlipException, Number: string(in.Shipment), Reason: fmt.Sprintf(slipReasons[in.Kind], in.Ref), Shipment: string(in.Shipment),
		Station: string(w.Station), Operator: paper.Operator, PrintedAt: job.Asked.In(zone(paper.Policy))}
	if slipReasons[in.Kind] == "" {
		l.Reason = string(in.Kind)
	}
	if w.Profile.Form == "100x150" || w.Profile.Form == "100x180" || w.Profile.Form == "4x6in" {
		l.Form = "100x150"
	}
	if in.Kind == order.InstructPutBack && len(in.Goods) > 0 {
		l.Slip = labels.SlipPutBack
	}
	for _, g := range in.Goods {
		l.Lines = append(l.Lines, labels.ListLine{SKU: string(g.SKU), Name: g.Name.In("zh"), Location: string(g.Location), Qty: g.Qty})
	}
	return l, nil
}

// manifest is the list of parcels that a driver signs.
func (w *Worker) manifest(paper *Paper, job *Job) (labels.Document, error) {
	if len(paper.Handed) == 0 {
		return nil, permanent(order.Errorf("label_bad_input", "nothing is known any more of the parcels of list %s", job.Key).
			WithHint("take the list from the centre"))
	}
	c := paper.Handed[0].Carrier
	name := c.Name.In("zh")
	if c.Name.EN != "" && c.Name.EN != name {
		name = strings.TrimSpace(name + " " + c.Name.EN)
	}
	m := labels.Manifest{Form: w.Profile.List, Number: job.Key, Carrier: cmp.Or(name, string(c.ID)), Warehouse: paper.Policy.Warehouse, Station: string(w.Station),
		Operator: paper.Operator, PrintNo: job.No, PrintedAt: job.Asked.In(zone(paper.Policy))}
	for _, p := range paper.Handed {
		m.Lines = append(m.Lines, labels.ManifestLine{Waybill: p.Waybill, Parcel: fmt.Sprintf("%s-%d", p.Shipment, p.Parcel), Destination: p.Sort,
			WeightG: int64(p.WeightG), Temperature: map[order.Temp]string{order.Chilled: labels.Chilled, order.Frozen: labels.Frozen}[p.Temp]})
	}
	return m, nil
}
