package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"pickstation/order"
)

//go:embed samples/products.json
var sampleProductsJSON []byte

// sampleProfiles are the profiles of the demo's declarant; its enterprises are made up.
//
//go:embed samples/customs-*.json
var sampleProfiles embed.FS

// sampleProduct is a product of the demo with the trade it belongs to.
type sampleProduct struct {
	order.Product
	Group string `json:"group"` // fruit, dry, frozen, dutyfree, export
}

// sampleOrder is an order as the central API takes it.
type sampleOrder struct {
	Channel  string            `json:"channel"`
	External string            `json:"external_id"`
	Created  time.Time         `json:"created_at"`
	Paid     time.Time         `json:"paid_at"`
	Carrier  order.CarrierID   `json:"carrier"`
	Customs  order.CustomsMode `json:"customs,omitempty"`
	Priority int               `json:"priority,omitempty"`
	Promise  time.Time         `json:"promise"`
	Tote     string            `json:"tote,omitempty"`
	Check    order.PackCheck   `json:"pack_check,omitempty"`
	Receiver order.Receiver    `json:"receiver"`
	Lines    []sampleLine      `json:"lines"`

	Declaration *sampleDeclaration `json:"declaration,omitempty"`
}

// sampleDeclaration is what customs ask of a duty-free order.
type sampleDeclaration struct {
	Buyer    sampleBuyer `json:"buyer"`
	Departed time.Time   `json:"departed_at"`
}

// sampleBuyer is the receiver with a document that is none: each order is another
// person's, so that no quota is ever used up.
type sampleBuyer struct {
	Name   string     `json:"name"`
	IDType string     `json:"id_type"`
	ID     string     `json:"id_number"`
	Born   order.Date `json:"born"`
}

type sampleLine struct {
	SKU   order.SKU   `json:"sku"`
	Qty   int         `json:"qty"`
	Price order.Money `json:"price_each"`
}

// sampleOperator is a person of the demo with the badge that is imported.
type sampleOperator struct {
	ID    order.OperatorID `json:"id"`
	Name  string           `json:"name"`
	Lang  string           `json:"lang"`
	Roles []order.Role     `json:"roles"`
	Badge string           `json:"badge"`
}

// sampleOperators are the people of the demo; the first, who signs in, speaks lang.
func sampleOperators(lang string) []sampleOperator {
	return []sampleOperator{
		{"op-1001", "陈师傅", lang, []order.Role{order.RolePicker, order.RolePacker}, demoBadge},
		{"op-1002", "Alex Packer", "en", []order.Role{order.RolePicker, order.RolePacker}, "BADGE-1002"},
		{"op-2001", "林组长", "zh", []order.Role{order.RolePicker, order.RolePacker, order.RoleLead}, "BADGE-2001"},
	}
}

// samplePolicy is what the demo's warehouse has decided.
func samplePolicy() order.Policy {
	p := order.DefaultPolicy()
	p.Warehouse = "main"
	p.Shipper = order.Sender{Name: "海口示范仓 Haikou Sample Warehouse", Phone: "0898-00000000",
		Address: "海南省海口市龙华区样例路 1 号 / 1 Sample Road, Longhua, Haikou, Hainan", Country: "CN"}
	p.Papers = []order.PaperRule{
		{Kind: order.PaperCustoms, Customs: []order.CustomsMode{order.CustomsExport}},
		{Kind: order.PaperInvoice, Customs: []order.CustomsMode{order.CustomsExport}},
		{Kind: order.PaperCustomsList, Customs: []order.CustomsMode{order.CustomsDutyFree}},
	}
	p.Postal = order.Postal{Operator: "China Post", Incoterm: "DAP"} // parcels: a CN 23 whatever they are worth
	return p
}

// sampleTrade is a kind of order that the demo shows.
type sampleTrade struct {
	channel string
	prefix  string
	groups  []string
	carrier order.CarrierID
	customs order.CustomsMode
	check   order.PackCheck
	places  []order.Receiver
}

func home(name, phone, province, city, district, street string) order.Receiver {
	return order.Receiver{Name: name, Phone: phone, Country: "CN", Province: province, City: city, District: district, Street: street}
}

func abroad(name, phone, country, city, street, postcode string) order.Receiver {
	return order.Receiver{Name: name, Phone: phone, Country: country, City: city, Street: street, Postcode: postcode}
}

// The people below are made up, and so are their numbers.
var sampleTrades = []sampleTrade{
	{"抖音小店", "DY", []string{"fruit", "dry"}, "SF", "", "", []order.Receiver{
		home("王小雨", "13900001001", "北京市", "北京市", "海淀区", "示范路 18 号 3 号楼 502 室"),
		home("欧阳明珠", "13900001002", "四川省", "成都市", "武侯区", "样板街 77 号 2 单元 1101"),
		home("李雷", "13900001003", "海南省", "琼海市", "", "嘉积镇测试大道 6 号")}},
	{"冷链到家", "LL", []string{"frozen"}, "SF", "", "", []order.Receiver{
		home("陈𠮷祥", "13900002001", "广东省", "广州市", "天河区", "演示花园 5 栋 1803 房"),
		home("赵敏", "13900002002", "上海市", "上海市", "浦东新区", "样例路 200 弄 9 号 601 室")}},
	{"离岛免税", "DF", []string{"dutyfree"}, "EMS", order.CustomsDutyFree, order.PackEach, []order.Receiver{
		home("周一诺", "13900003001", "浙江省", "杭州市", "西湖区", "试验巷 1 号 4 单元 302"),
		home("孙悦", "13900003002", "湖北省", "武汉市", "洪山区", "示例大学南门 12 号")}},
	{"Shopify UK", "XB", []string{"export", "dry"}, "EMS", order.CustomsExport, "", []order.Receiver{
		abroad("Emma Example", "+44 7700 900123", "GB", "Leeds", "12 Sample Street, Flat 3", "LS1 9ZZ"),
		abroad("Jan Voorbeeld", "+31 6 00000000", "NL", "Utrecht", "Teststraat 5", "3500 ZZ"),
		abroad("Marie Échantillon", "+33 6 00 00 00 00", "FR", "Lyon", "8 rue de l'Exemple", "69000")}},
}

// sampleProducts returns the catalogue of the demo.
func sampleProducts() ([]sampleProduct, error) {
	var all []sampleProduct
	err := json.Unmarshal(sampleProductsJSON, &all)
	return all, err
}

// sampleOrders makes n orders; the same seed gives the same orders.
func sampleOrders(n int, seed uint64, now time.Time) ([]sampleOrder, error) {
	products, err := sampleProducts()
	if err != nil {
		return nil, err
	}
	byGroup := map[string][]sampleProduct{}
	for _, p := range products {
		byGroup[p.Group] = append(byGroup[p.Group], p)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	now = now.UTC().Truncate(time.Minute)
	out := make([]sampleOrder, 0, n)
	for i := range n {
		t := sampleTrades[i%len(sampleTrades)]
		o := sampleOrder{Channel: t.channel, External: fmt.Sprintf("%s%06d", t.prefix, 100001+i), Carrier: t.carrier,
			Customs: t.customs, Check: t.check, Receiver: t.places[rng.IntN(len(t.places))],
			Created: now.Add(-time.Duration(n-i) * time.Minute), Promise: now.Add(time.Duration(1+rng.IntN(8)) * time.Hour)}
		o.Paid = o.Created.Add(time.Minute)
		if o.Customs == order.CustomsDutyFree {
			o.Declaration = &sampleDeclaration{Departed: o.Created, Buyer: sampleBuyer{Name: o.Receiver.Name, IDType: "2",
				ID: "SAMPLE-" + o.External, Born: "1990-01-01"}}
		}
		if rng.IntN(8) == 0 {
			o.Priority = 5
		}
		if rng.IntN(3) == 0 {
			o.Tote = fmt.Sprintf("TOTE-%03d", i+1)
		}
		for _, k := range rng.Perm(6)[:1+rng.IntN(3)] {
			group := byGroup[t.groups[rng.IntN(len(t.groups))]]
			p := group[k%len(group)]
			o.add(sampleLine{SKU: p.SKU, Qty: 1 + rng.IntN(4), Price: order.Money{Minor: int64(1000 + rng.IntN(30000)), Currency: "CNY"}})
		}
		out = append(out, o)
	}
	return out, nil
}

// add puts a line on the order; a SKU stands on one line.
func (o *sampleOrder) add(l sampleLine) {
	for i := range o.Lines {
		if o.Lines[i].SKU == l.SKU {
			o.Lines[i].Qty += l.Qty
			return
		}
	}
	o.Lines = append(o.Lines, l)
}
