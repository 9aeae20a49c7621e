package customs

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"pickstation/order"
)

// dutyFreeHead is the head of a delivery of duty-free goods.
type dutyFreeHead struct {
	GUID          string `ceb:"guid,req,len=36"`
	AppType       string `ceb:"appType,req,len=1"`
	AppTime       string `ceb:"appTime,req,len=14"`
	ShopCode      string `ceb:"shopCode,req,max=18"`
	ShopName      string `ceb:"shopName,req,max=100"`
	CustomsCode   string `ceb:"customsCode,req,len=4"`
	OrderNo       string `ceb:"orderNo,req,max=60"`
	ListNo        string `ceb:"listNo,req,max=20"`
	Collection    string `ceb:"collection,req,max=10"`
	BuyerIDType   string `ceb:"buyerIdType,req,len=1"`
	BuyerIDNumber string `ceb:"buyerIdNumber,req,max=60,personal"`
	BuyerName     string `ceb:"buyerName,req,max=60,personal"`
	BuyerPhone    string `ceb:"buyerTelephone,req,max=30,personal"`
	Consignee     string `ceb:"consignee,req,max=60,personal"`
	Address       string `ceb:"consigneeAddress,max=200,personal"`
	DepartedAt    string `ceb:"departedAt,len=14"`
	LeavesAt      string `ceb:"leavesAt,len=8"`
	DutyPaid      int    `ceb:"dutyPaid,req,digits=1"` // 1: duty is paid on what exceeds quota or limits
	LogisticsCode string `ceb:"logisticsCode,req,max=18"`
	LogisticsName string `ceb:"logisticsName,req,max=100"`
	LogisticsNo   string `ceb:"logisticsNo,req,max=60"`
	Currency      string `ceb:"currency,req,len=3"`
	PackNo        int    `ceb:"packNo,req,digits=9"`
	GrossWeight   Dec    `ceb:"grossWeight,req"`
	NetWeight     Dec    `ceb:"netWeight,req"`
}

// dutyFreeLine is a kind of goods of such a delivery.
type dutyFreeLine struct {
	GNum       int    `ceb:"gnum,req"`
	ItemNo     string `ceb:"itemNo,max=30"`
	GCode      string `ceb:"gcode,req,len=10"`
	GName      string `ceb:"gname,req,max=250"`
	GModel     string `ceb:"gmodel,req,max=510"`
	BarCode    string `ceb:"barCode,max=50"`
	Country    string `ceb:"country,req,len=3"`
	Category   string `ceb:"category,max=20"`
	Pieces     int    `ceb:"pieces,req,digits=9"` // that count towards the category's limit
	VolumeML   int    `ceb:"volumeMl,digits=9"`
	Qty        Dec    `ceb:"qty,req"`
	Unit       string `ceb:"unit,req,len=3"`
	Price      Dec    `ceb:"price,req"`
	TotalPrice Dec    `ceb:"totalPrice,req"`
}

// dutyFreeList writes the record of duty-free deliveries. Its elements are named like
// those of the inventories, in no name space, for it is no message of the port.
func dutyFreeList(cases []Case) ([]byte, error) {
	w := &writer{bare: true}
	ids := []string{"message", "DutyFreeDelivery"}
	for i := range cases {
		ids = append(ids, cases[i].guid())
	}
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DutyFreeDelivery guid=\"%s\" version=\"1.0\">\n", guid(ids...))
	for i := range cases {
		w.open("Delivery")
		w.WriteByte('\n')
		cases[i].writeDutyFree(w)
		w.shut("Delivery")
	}
	w.shut("DutyFreeDelivery")
	if err := w.found.err("list duty-free deliveries"); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

func (c *Case) writeDutyFree(w *writer) {
	p, d, f := c.Profile, c.declare(), c.facts(w)
	path := "shipment " + string(c.Shipment.ID)
	w.found.note(c.Buyer.Check())
	h := dutyFreeHead{
		GUID: c.guid(), AppType: c.appType(), AppTime: c.At.In(chinaTime).Format("20060102150405"),
		ShopCode: p.Seller.Code, ShopName: p.Seller.Name, CustomsCode: p.CustomsCode, OrderNo: f.orderNo, ListNo: f.copNo,
		Collection: string(d.Collect), BuyerIDType: c.Buyer.Kind(), BuyerIDNumber: strings.ToUpper(c.Buyer.ID.Plain()), BuyerName: c.Buyer.Name,
		BuyerPhone: cmp.Or(c.Buyer.Phone, c.Receiver.Phone), Consignee: c.Receiver.Name,
		DepartedAt: stamp(d.DepartedAt, "20060102150405"), LeavesAt: stamp(d.LeavesAt, "20060102"),
		LogisticsCode: f.logistics.Code, LogisticsName: f.logistics.Name, LogisticsNo: f.waybill, Currency: f.currency,
		PackNo: f.packs, GrossWeight: f.gross, NetWeight: f.net,
	}
	if d.DutyPaid {
		h.DutyPaid = 1
	}
	if d.Collect == order.CollectMail {
		h.Address = address(&c.Receiver)
		if !d.Receives || !SamePerson(&c.Buyer, &c.Receiver) {
			w.found.add(path, "", "is not sent to the buyer", "duty-free goods go to the buyer in person: correct the receiver, or cancel the order")
		}
	}
	w.part("Head", path+" ", h)
	for i := range f.goods {
		g, x := c.goods(w, path, &f, i), &f.goods[i]
		origin, err := Country(g.path+" origin", x.Origin)
		w.found.note(err)
		w.part("List", g.path+" ", dutyFreeLine{
			GNum: i + 1, ItemNo: g.item, GCode: g.hs, GName: g.name, GModel: g.model, BarCode: g.barcode, Country: origin,
			Category: x.Goods.Category, Pieces: x.Qty * max(x.Goods.Pieces, 1), VolumeML: x.Qty * x.Goods.VolumeML,
			Qty: g.qty, Unit: g.unit, Price: g.price, TotalPrice: g.total,
		})
	}
}

func stamp(at time.Time, layout string) string {
	if at.IsZero() {
		return ""
	}
	return at.In(chinaTime).Format(layout)
}

// SamePerson says whether the buyer is the receiver, as far as the order tells: the
// same name, blanks and capitals aside.
func SamePerson(b *Buyer, r *order.Receiver) bool {
	name := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	return name(b.Name) != "" && name(b.Name) == name(r.Name)
}
