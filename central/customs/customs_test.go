package customs_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/central/customs"
	"pickstation/order"
)

var update = flag.Bool("update", false, "write the golden messages anew")

// A published example of an identity number (GB 11643).
const exampleID = "11010519491231002X"

// sample is a packed shipment of a regime, as it would be declared.
func sample(regime order.CustomsMode) customs.Case {
	cny := func(minor int64) order.Money { return order.Money{Minor: minor, Currency: "CNY"} }
	c := customs.Case{Profile: customs.ExampleProfile(regime), At: time.Date(2026, 3, 2, 17, 30, 0, 0, time.UTC),
		Shipment: &order.Shipment{ID: "S000000007", Version: 2, Customs: regime, Carrier: order.Carrier{ID: "EMS"},
			Orders: []order.OrderRef{{ID: "O000000003", Channel: "shop", External: "WDT-1 & <2>"}},
			Declare: &order.Declaration{Number: "S000000007", Currency: "CNY", Freight: 1200, Insurance: 35, Receives: true, Whole: true,
				Collect: order.CollectMail, DepartedAt: time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)},
			Lines: []order.Line{
				{No: 1, Order: "O000000003", OrderLine: 1, SKU: "TEA", Name: order.Names{ZH: "红茶", EN: "Black tea"}, Qty: 3, Picked: 3,
					Codes: []order.ItemCode{{Key: "09521234000617"}}, PriceEach: cny(12345), WeightG: 235,
					Customs: &order.LineCustoms{HS: "0902302000", Origin: "CN", Model: "200 克/盒", Unit: "盒", NetG: 200, Record: "R0001"}},
				{No: 2, Order: "O000000003", OrderLine: 2, SKU: "WATCH", Name: order.Names{ZH: "智能手表", EN: "Smart watch"}, Qty: 1, Picked: 1,
					Codes: []order.ItemCode{{Key: "WATCH"}}, PriceEach: cny(99900), WeightG: 190,
					Customs: &order.LineCustoms{HS: "8517629900", Origin: "JP", Unit: "个", Unit1: "个", Unit2: "千克", NetG: 60, Record: "R0002"}},
			},
			Parcels: []order.Parcel{{No: 1, ID: "S000000007-1", WeightG: 1000, Waybill: order.Waybill{Number: "EA123456785CN"}}}},
		Receiver: order.Receiver{Name: "周一诺", Phone: "13900003001", Country: "CN", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "试验巷 1 号"},
		Buyer:    customs.Buyer{Name: "周一诺", ID: exampleID},
	}
	if regime == order.CustomsExport {
		c.Receiver = order.Receiver{Name: "Emma Example", Phone: "+44", Country: "GB", City: "Leeds", Street: "12 Sample Street"}
		c.Buyer, c.Shipment.Declare.Collect = customs.Buyer{}, ""
	}
	return c
}

var regimes = []order.CustomsMode{order.CustomsExport, order.CustomsBonded, order.CustomsDutyFree}

func TestMessagesLookAsTheyDid(t *testing.T) {
	for _, regime := range regimes {
		got, err := customs.Message([]customs.Case{sample(regime)})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", string(regime)+".xml")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", regime, d)
		}
		again, err := customs.Message([]customs.Case{sample(regime)})
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("%s: the same shipment gives other bytes, %v", regime, err)
		}
	}
}

// element is an element of a message with its place among its siblings.
type element struct {
	name     string
	text     string
	children []*element
}

func parse(t *testing.T, message []byte) *element {
	t.Helper()
	root := &element{}
	stack := []*element{root}
	dec := xml.NewDecoder(bytes.NewReader(message))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return root.children[0]
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, message)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			e := &element{name: tok.Name.Local}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(tok)
		}
	}
}

func (e *element) find(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
		if f := c.find(name); f != nil {
			return f
		}
	}
	return nil
}

func (e *element) all(name string) (found []*element) {
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

func (e *element) get(t *testing.T, name string) string {
	t.Helper()
	f := e.find(name)
	if f == nil {
		t.Errorf("no element %s", name)
		return ""
	}
	return f.text
}

func TestCodesAreThoseOfCustomsAndNotISO(t *testing.T) {
	message, err := customs.Message([]customs.Case{sample(order.CustomsExport)})
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, message)
	line := root.find("InventoryList")
	for name, want := range map[string]string{"currency": "142", "country": "303", "unit": "140", "unit1": "035", "qty": "3", "qty1": "0.6", "price": "123.45", "totalPrice": "370.35"} {
		if got := line.get(t, name); got != want {
			t.Errorf("%s %s, want %s", name, got, want)
		}
	}
	head := root.find("InventoryHead")
	for name, want := range map[string]string{"tradeMode": "9610", "ieFlag": "E", "trafMode": "5", "orderNo": "WDT-1 & <2>", "freight": "12", "insuredFee": "0.35",
		"grossWeight": "1", "netWeight": "0.66", "appTime": "20260303013000", "ieDate": "20260303"} {
		if got := head.get(t, name); got != want {
			t.Errorf("%s %s, want %s", name, got, want)
		}
	}
}

func TestSimplifiedExportsGoByTheHeading(t *testing.T) {
	c := sample(order.CustomsExport)
	c.Profile.StatisticsFlag = "A"
	message, err := customs.Message([]customs.Case{c})
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, message).find("InventoryList").get(t, "gcode"); got != "0902000000" {
		t.Errorf("commodity code %s", got)
	}
}

func TestRegimesAreNeverMixedInAMessage(t *testing.T) {
	for _, a := range regimes {
		for _, b := range regimes {
			x, y := sample(a), sample(b)
			y.Shipment.ID, y.Shipment.Declare.Number = "S000000008", "S000000008"
			message, err := customs.Message([]customs.Case{y, x})
			if a == b {
				if err != nil {
					t.Errorf("two of %s: %v", a, err)
				} else if first := bytes.Index(message, []byte("S000000007")); first < 0 || first > bytes.Index(message, []byte("S000000008")) {
					t.Errorf("%s: inventories are not in the order of their shipments", a)
				}
				continue
			}
			if err == nil || !strings.Contains(err.Error(), "regimes") {
				t.Errorf("%s with %s: %v", a, b, err)
			}
		}
	}
}

func TestAParcelThatWasNotWeighedGoesByItsGoodsWhereTheDeclarantLetsIt(t *testing.T) {
	c := sample(order.CustomsExport)
	c.Shipment.Parcels[0].WeightG, c.Profile.TareG = 0, 105
	message, err := customs.Message([]customs.Case{c})
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, message).get(t, "grossWeight"); got != "1" { // 3 × 235 g, 190 g and the box
		t.Errorf("gross weight %s kg", got)
	}
	c.Shipment.Lines[1].WeightG = 0
	if _, err := customs.Message([]customs.Case{c}); err == nil {
		t.Error("a parcel goes by goods whose weight nobody knows")
	}
}

func TestEveryBoxOfAnExportHasAnInventoryOfItsOwn(t *testing.T) {
	c := sample(order.CustomsExport)
	c.Shipment.Parcels = append(c.Shipment.Parcels, order.Parcel{No: 2, WeightG: 300, Waybill: order.Waybill{Number: "EA123456799CN"}}, order.Parcel{No: 3})
	c.Shipment.Lines[0].Boxes = []order.InBox{{Parcel: 2, Qty: 1}}
	message, err := customs.Message([]customs.Case{c})
	if err != nil {
		t.Fatal(err)
	}
	all := parse(t, message).all("Inventory")
	if len(all) != 2 {
		t.Fatalf("%d inventories of two boxes that are not empty", len(all))
	}
	for i, want := range []struct{ waybill, gross, net, freight, qty, cop string }{
		{"EA123456785CN", "1", "0.46", "12", "2", "S000000007-1"}, {"EA123456799CN", "0.3", "0.2", "0", "1", "S000000007-2"}} {
		for name, v := range map[string]string{"logisticsNo": want.waybill, "grossWeight": want.gross, "netWeight": want.net, "freight": want.freight, "qty": want.qty, "copNo": want.cop} {
			if got := all[i].get(t, name); got != v {
				t.Errorf("box %d: %s %s, want %s", i+1, name, got, v)
			}
		}
	}
	if all[0].get(t, "guid") == all[1].get(t, "guid") {
		t.Error("two inventories have one identifier")
	}
}

// TestMessagesAreWellFormedForOthers lets another parser read them.
func TestMessagesAreWellFormedForOthers(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	for _, regime := range regimes {
		message, err := customs.Message([]customs.Case{sample(regime)})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), xmllint, "--noout", "-")
		cmd.Stdin = bytes.NewReader(message)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", regime, err, out)
		}
	}
}
