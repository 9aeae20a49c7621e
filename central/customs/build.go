package customs

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pickstation/order"
)

// Application types of a message.
const (
	AppNew    = "1"
	AppChange = "2"
	AppDelete = "3"
)

// Case is one shipment with all that its declaration is made of.
type Case struct {
	Profile  *Profile
	Shipment *order.Shipment // packed: picked quantities, weighed parcels, waybill numbers
	Receiver order.Receiver
	Buyer    Buyer
	At       time.Time // when it is declared; part of the message
	AppType  string    // "" is AppNew
	Replies  []*Reply  // what customs said so far: a change or deletion states their numbers

	// parcel is the box that the inventory is for, where the shipment has several; 0 is
	// the whole shipment.
	parcel int
}

// namespace is the name space of the messages' identifiers (RFC 9562, version 5).
var namespace = uuid.MustParse("5d0f2a3e-6a4b-5c1d-9e21-7c0a96101210")

// guid returns the identifier of a thing: the same thing has the same one, so that a
// message that is sent again is known as such.
func guid(parts ...string) string {
	return strings.ToUpper(uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\x00"))).String())
}

func (c *Case) appType() string { return cmp.Or(c.AppType, AppNew) }

// guid identifies the inventory of this version of the shipment. The order's own number
// is part of it, for several centres of one declarant count their shipments alike.
func (c *Case) guid() string {
	s := c.Shipment
	parts := []string{"inventory", string(s.Customs), c.Profile.Agent.Code, s.Warehouse, string(s.ID), fmt.Sprint(s.Version), c.appType(), fmt.Sprint(c.parcel)}
	for _, o := range s.Orders {
		parts = append(parts, o.Channel, o.External)
	}
	return guid(parts...)
}

// perParcel makes an inventory of every box of an export that is not empty, for an
// inventory is for one waybill. Other regimes send the whole order in one box.
func perParcel(cases []Case) []Case {
	all := make([]Case, 0, len(cases))
	for i := range cases {
		c := cases[i]
		if s := c.Shipment; s.Customs == order.CustomsExport && len(s.Parcels) > 1 {
			for j := range s.Parcels {
				if c.parcel = s.Parcels[j].No; s.UnitsIn(c.parcel) > 0 {
					all = append(all, c)
				}
			}
			continue
		}
		all = append(all, c)
	}
	return all
}

// chinaTime is the zone of the messages' times.
var chinaTime = time.FixedZone("CST", 8*3600)

// namespaceURI is the XML name space of the messages.
const namespaceURI = "http://www.chinaport.gov.cn/ceb"

// MaxInventories bounds one message.
const MaxInventories = 100

// Message makes the message of one regime for one or more shipments, ordered by
// shipment. It refuses shipments of several regimes or declarants, and tells every
// field that is wrong.
func Message(cases []Case) ([]byte, error) {
	if len(cases) == 0 || len(cases) > MaxInventories {
		return nil, order.Errorf("customs_batch", "a message holds 1 to %d inventories, not %d", MaxInventories, len(cases)).
			WithHint("declare in several messages")
	}
	for i := range cases {
		if cases[i].Shipment == nil {
			return nil, order.Errorf("customs_batch", "an inventory has no shipment").WithHint("name the shipment")
		}
	}
	cases = slices.Clone(cases)
	slices.SortFunc(cases, func(a, b Case) int { return cmp.Compare(a.Shipment.ID, b.Shipment.ID) })
	first := &cases[0]
	for i := range cases {
		c := &cases[i]
		if c.Shipment.Customs != first.Shipment.Customs {
			return nil, order.Errorf("mixed_regimes", "shipments %s and %s are of regimes %s and %s", first.Shipment.ID, c.Shipment.ID, first.Shipment.Customs, c.Shipment.Customs).
				WithHint("declare each regime in messages of its own")
		}
		if c.Profile == nil || c.Profile.Regime != c.Shipment.Customs || c.Profile.Agent != first.Profile.Agent {
			return nil, order.Errorf("customs_profile", "shipment %s has no declarant's profile of regime %s, or another declarant", c.Shipment.ID, c.Shipment.Customs).
				WithHint("set the profile with: pickcentral customs profile set FILE")
		}
		if i > 0 && c.Shipment.ID == cases[i-1].Shipment.ID {
			return nil, order.Errorf("customs_batch", "shipment %s is named twice", c.Shipment.ID).WithHint("name each shipment once")
		}
	}
	cases = perParcel(cases)
	if len(cases) == 0 {
		return nil, order.Errorf("customs_batch", "the boxes are empty").WithHint("pick the order first")
	}
	switch cases[0].Shipment.Customs {
	case order.CustomsExport:
		return inventories("CEB603Message", cases, (*Case).write603)
	case order.CustomsBonded:
		return inventories("CEB621Message", cases, (*Case).write621)
	case order.CustomsDutyFree:
		return dutyFreeList(cases)
	}
	return nil, order.Errorf("no_regime", "shipment %s is not declared to customs", cases[0].Shipment.ID).
		WithHint("only orders with a customs regime have a declaration")
}

// inventories writes a message of the electronic port.
func inventories(root string, cases []Case, write func(*Case, *writer)) ([]byte, error) {
	w := &writer{}
	ids := []string{"message", root}
	for i := range cases {
		ids = append(ids, cases[i].guid())
	}
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ceb:%s guid=\"%s\" version=\"1.0\" xmlns:ceb=\"%s\">\n", root, guid(ids...), namespaceURI)
	for i := range cases {
		w.open("Inventory")
		w.WriteByte('\n')
		write(&cases[i], w)
		w.shut("Inventory")
	}
	p := cases[0].Profile
	w.part("BaseTransfer", "", baseTransfer{CopCode: p.Transfer.Code, CopName: p.Transfer.Name, DxpMode: "DXP", DxpID: p.DxpID})
	w.shut(root)
	if err := w.found.err("declare " + string(cases[0].Shipment.Customs)); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

// facts are the values that both inventories state.
type facts struct {
	orderNo, waybill, copNo, currency string
	logistics                         Enterprise
	currencyDigits, packs             int
	gross, net                        Dec
	goods                             []order.Declared
	shared                            bool // freight and insurance stand in the inventory of the first box
}

// extra returns freight and insurance as this inventory states them.
func (f *facts) extra(d *order.Declaration) (freight, insurance Dec) {
	if f.shared {
		return 0, 0
	}
	return amount(d.Freight, f.currencyDigits), amount(d.Insurance, f.currencyDigits)
}

// facts gathers and checks what an inventory states of its shipment.
func (c *Case) facts(w *writer) facts {
	s, d := c.Shipment, c.declare()
	path := "shipment " + string(s.ID)
	f := facts{copNo: cmp.Or(d.Number, string(s.ID)), packs: 1, goods: s.Declared(), logistics: c.Profile.Carriers[s.Carrier.ID]}
	if len(s.Orders) > 0 {
		f.orderNo = s.Orders[0].External
	}
	if f.logistics.none() {
		w.found.add(path+" carrier", string(s.Carrier.ID), "is not registered with customs", "add it to the carriers of the declarant's profile, or send with another one")
	}
	var box order.Parcel
	switch {
	case c.parcel > 0:
		box = *s.Parcel(c.parcel)
		f.goods, path = s.DeclaredIn(c.parcel), path+" parcel "+fmt.Sprint(c.parcel)
		if f.copNo += fmt.Sprintf("-%d", c.parcel); c.parcel != s.Parcels[0].No {
			f.shared = true
		}
	case len(s.Parcels) == 1:
		box = s.Parcels[0]
	default:
		w.found.add(path, fmt.Sprint(len(s.Parcels)), "parcels; an inventory is for one waybill", "send the whole order in one parcel")
	}
	f.waybill = box.Waybill.Number
	grams := int64(box.WeightG)
	if box.No > 0 && grams <= 0 {
		if grams = c.reckoned(f.goods); grams == 0 {
			w.found.add(path, "", "was not weighed", "weigh the parcel at the bench")
		}
	}
	var err error
	f.currency, f.currencyDigits, err = Currency(path+" currency", d.Currency)
	w.found.note(err)
	net := int64(0)
	for i := range f.goods {
		net += f.goods[i].NetG
	}
	f.gross, f.net = kilograms(grams), kilograms(net)
	if grams > 0 && net > grams {
		w.found.add(path, "", fmt.Sprintf("weighs %s kg, less than its goods' net weight of %s kg", f.gross, f.net), "weigh the parcel again, or correct the goods' net weight")
	}
	if len(f.goods) == 0 {
		w.found.add(path, "", "has no goods", "pick the order first")
	}
	return f
}

// reckoned is what a box weighs by its goods, where the declarant lets parcels go that
// were not weighed and the weight of every article is known; else 0.
func (c *Case) reckoned(goods []order.Declared) int64 {
	if c.Profile.TareG <= 0 {
		return 0
	}
	grams := int64(c.Profile.TareG)
	for i := range goods {
		if goods[i].GrossG <= 0 {
			return 0
		}
		grams += goods[i].GrossG
	}
	return grams
}

func (c *Case) declare() order.Declaration {
	if c.Shipment.Declare == nil {
		return order.Declaration{}
	}
	return *c.Shipment.Declare
}

// taken returns the numbers under which customs have an inventory; a new one has none.
func (c *Case) taken(w *writer, copNo string) (preNo, invtNo string) {
	if c.appType() == AppNew {
		return "", ""
	}
	for _, r := range c.Replies {
		if r.CopNo == copNo {
			preNo, invtNo = cmp.Or(r.PreNo, preNo), cmp.Or(r.InvtNo, invtNo)
		}
	}
	if preNo == "" {
		w.found.add("inventory "+copNo, "", "has no number of the electronic port yet", "take in the port's reply first, or declare it as a new one")
	}
	return preNo, invtNo
}

func (c *Case) write603(w *writer) {
	p, d, f := c.Profile, c.declare(), c.facts(w)
	path := "shipment " + string(c.Shipment.ID)
	at := c.At.In(chinaTime)
	country, err := Country(path+" destination", cmp.Or(d.Country, c.Receiver.Country))
	w.found.note(err)
	freight, insurance := f.extra(&d)
	preNo, invtNo := c.taken(w, f.copNo)
	w.part("InventoryHead", path+" ", head603{
		GUID: c.guid(), AppType: c.appType(), AppTime: at.Format("20060102150405"), AppStatus: "2",
		CustomsCode: p.CustomsCode, EbpCode: p.Platform.Code, EbpName: p.Platform.Name, OrderNo: f.orderNo,
		LogisticsCode: f.logistics.Code, LogisticsName: f.logistics.Name, LogisticsNo: f.waybill, CopNo: f.copNo,
		PreNo: preNo, InvtNo: invtNo, IEFlag: "E", PortCode: p.PortCode, IEDate: at.Format("20060102"),
		StatisticsFlag: p.StatisticsFlag, AgentCode: p.Agent.Code, AgentName: p.Agent.Name,
		EbcCode: p.Seller.Code, EbcName: p.Seller.Name, OwnerCode: p.Owner.Code, OwnerName: p.Owner.Name,
		IacCode: p.Area.Code, IacName: p.Area.Name, TradeMode: string(order.CustomsExport), TrafMode: p.TrafMode,
		LoctNo: p.LoctNo, Country: country, POD: cmp.Or(p.POD, country),
		Freight: freight, FCurrency: f.currency, FFlag: "3", InsuredFee: insurance, ICurrency: f.currency, IFlag: "3",
		WrapType: p.WrapType, PackNo: f.packs, GrossWeight: f.gross, NetWeight: f.net,
	})
	for i := range f.goods {
		g := c.goods(w, path, &f, i)
		if p.StatisticsFlag == "A" && len(g.hs) == 10 {
			g.hs = g.hs[:4] + "000000" // simplified declarations go by the heading
		}
		w.part("InventoryList", path+" line "+fmt.Sprint(f.goods[i].Line)+" ", line603{
			GNum: i + 1, ItemNo: g.item, ItemRecordNo: f.goods[i].Goods.Record, ItemName: g.name, GCode: g.hs, GName: g.name,
			GModel: g.model, BarCode: cmp.Or(g.barcode, "无"), Country: country, Currency: f.currency,
			Qty: g.qty, Qty1: g.qty1, Qty2: g.qty2, Unit: g.unit, Unit1: g.unit1, Unit2: g.unit2, Price: g.price, TotalPrice: g.total,
		})
	}
}

func (c *Case) write621(w *writer) {
	p, d, f := c.Profile, c.declare(), c.facts(w)
	path := "shipment " + string(c.Shipment.ID)
	at := c.At.In(chinaTime)
	country, err := Country(path+" country of dispatch", cmp.Or(d.Country, "CN")) // out of a zone in China
	w.found.note(err)
	w.found.note(c.Buyer.Check())
	freight, insurance := f.extra(&d)
	preNo, invtNo := c.taken(w, f.copNo)
	w.part("InventoryHead", path+" ", head621{
		GUID: c.guid(), AppType: c.appType(), AppTime: at.Format("20060102150405"), AppStatus: "2", OrderNo: f.orderNo,
		EbpCode: p.Platform.Code, EbpName: p.Platform.Name, EbcCode: p.Seller.Code, EbcName: p.Seller.Name,
		LogisticsNo: f.waybill, LogisticsCode: f.logistics.Code, LogisticsName: f.logistics.Name, CopNo: f.copNo, PreNo: preNo,
		AssureCode: p.AssureCode, EmsNo: p.EmsNo, InvtNo: invtNo, IEFlag: "I", DeclTime: at.Format("20060102"),
		CustomsCode: p.CustomsCode, PortCode: p.PortCode, IEDate: at.Format("20060102"),
		BuyerIDType: c.Buyer.Kind(), BuyerIDNumber: strings.ToUpper(c.Buyer.ID.Plain()), BuyerName: c.Buyer.Name,
		BuyerTelephone: cmp.Or(c.Buyer.Phone, c.Receiver.Phone), ConsigneeAddress: address(&c.Receiver),
		AgentCode: p.Agent.Code, AgentName: p.Agent.Name, AreaCode: p.Area.Code, AreaName: p.Area.Name,
		TradeMode: string(order.CustomsBonded), TrafMode: p.TrafMode, LoctNo: p.LoctNo, Country: country,
		Freight: freight, InsuredFee: insurance, Currency: f.currency,
		WrapType: p.WrapType, PackNo: f.packs, GrossWeight: f.gross, NetWeight: f.net,
	})
	for i := range f.goods {
		g := c.goods(w, path, &f, i)
		origin, err := Country(g.path+" origin", f.goods[i].Origin)
		w.found.note(err)
		w.part("InventoryList", g.path+" ", line621{
			GNum: i + 1, ItemRecordNo: f.goods[i].Goods.Record, ItemNo: g.item, ItemName: g.name, GCode: g.hs, GName: g.name,
			GModel: g.model, BarCode: g.barcode, Country: origin, Currency: f.currency, Qty: g.qty, Unit: g.unit,
			Qty1: g.qty1, Unit1: g.unit1, Qty2: g.qty2, Unit2: g.unit2, Price: g.price, TotalPrice: g.total,
		})
	}
}

// address is a receiver's address in one line, from the province on.
func address(r *order.Receiver) string {
	return strings.TrimSpace(r.Province + r.City + r.District + r.Street)
}

// amount returns an amount of minor units as a decimal of the main unit.
func amount(minor int64, digits int) Dec {
	scale := int64(decOne)
	for range digits {
		scale /= 10
	}
	return times(minor, scale)
}

func kilograms(g int64) Dec { return times(g, decOne/1000) }

// times multiplies, and returns maxDec, which no field takes, where the result has too
// many digits.
func times(n, by int64) Dec {
	if n < 0 {
		return Dec(max(n, -1<<40)) // negative values are refused as they are
	}
	hi, lo := bits.Mul64(uint64(n), uint64(by))
	if hi != 0 || lo >= uint64(maxDec) {
		return maxDec
	}
	return Dec(lo)
}
