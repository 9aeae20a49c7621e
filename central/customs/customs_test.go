package customs_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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

// published are the facets of a message's parts as the data file lists them.
type published struct {
	name     string
	required bool
	facets   map[string]int
	kind     string
}

func readFacets(t *testing.T, text, part string) []published {
	t.Helper()
	_, text, ok := strings.Cut(text, "## "+part+"\n")
	if !ok {
		t.Fatalf("the facets have no part %s", part)
	}
	text, _, _ = strings.Cut(text, "## ")
	var all []published
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		p := published{name: f[0], required: f[1] == "REQ", kind: f[2], facets: map[string]int{}}
		for _, kv := range f[3:] {
			k, v, _ := strings.Cut(kv, "=")
			n, err := strconv.Atoi(v)
			if err != nil {
				t.Fatal(err)
			}
			p.facets[k] = n
		}
		all = append(all, p)
	}
	return all
}

// inFacets checks an element's children against published facets: order, presence,
// lengths, digits.
func inFacets(t *testing.T, e *element, want []published) {
	t.Helper()
	i := 0
	for _, p := range want {
		if i == len(e.children) || e.children[i].name != p.name {
			if p.required {
				t.Errorf("%s: %s is missing or out of order", e.name, p.name)
			}
			continue
		}
		v, n := e.children[i].text, utf8.RuneCountInString(e.children[i].text)
		i++
		if l, ok := p.facets["length"]; ok && n != l {
			t.Errorf("%s/%s %q: length %d, want %d", e.name, p.name, v, n, l)
		}
		if l, ok := p.facets["maxLength"]; ok && n > l {
			t.Errorf("%s/%s %q: longer than %d", e.name, p.name, v, l)
		}
		if n < p.facets["minLength"] {
			t.Errorf("%s/%s is empty", e.name, p.name)
		}
		switch p.kind {
		case "decimal":
			if !regexp.MustCompile(`^\d{1,14}(\.\d{1,5})?$`).MatchString(v) {
				t.Errorf("%s/%s %q is no decimal(19,5)", e.name, p.name, v)
			}
		case "int":
			if !regexp.MustCompile(`^\d{1,9}$`).MatchString(v) {
				t.Errorf("%s/%s %q is no whole number", e.name, p.name, v)
			}
		}
	}
	if i < len(e.children) {
		t.Errorf("%s: %s is out of order or not known", e.name, e.children[i].name)
	}
}

func TestTheImportInventoryKeepsThePublishedFacets(t *testing.T) {
	facets := data(t, "import_facets.txt")
	message, err := customs.Message([]customs.Case{sample(order.CustomsBonded)})
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, message)
	inFacets(t, root.find("InventoryHead"), readFacets(t, facets, "InventoryHead"))
	for _, l := range root.all("InventoryList") {
		inFacets(t, l, readFacets(t, facets, "InventoryList"))
	}
	inFacets(t, root.find("BaseTransfer"), readFacets(t, facets, "BaseTransfer"))
}

// exportOrder reads the published order of elements of a part of the export inventory.
func exportOrder(t *testing.T, part string) (names []string, optional map[string]bool) {
	t.Helper()
	text := data(t, "ceb603_field_order.txt")
	at := strings.Index(text, part+":")
	if at < 0 {
		t.Fatalf("no part %s", part)
	}
	text = text[at+len(part)+1:]
	if end := regexp.MustCompile(`\n(Inventory|BaseTransfer|Traps)`).FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	optional = map[string]bool{}
	for _, m := range regexp.MustCompile(`\[([^\]]*)\]`).FindAllStringSubmatch(text, -1) {
		for _, w := range strings.Fields(m[1]) {
			optional[w] = true
		}
	}
	for _, word := range strings.Fields(regexp.MustCompile(`\([^)]*\)|only on change/delete|=E|=DXP|[\[\]]`).ReplaceAllString(text, " ")) {
		names = append(names, word)
	}
	return names, optional
}

func TestTheExportInventoryKeepsThePublishedOrder(t *testing.T) {
	facets := data(t, "import_facets.txt")
	c := sample(order.CustomsExport)
	c.AppType, c.PreNo, c.InvtNo = customs.AppChange, "B20260302000000001", "460120260000000001"
	message, err := customs.Message([]customs.Case{c})
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, message)
	for part, path := range map[string]string{"InventoryHead": "Inventory/InventoryHead", "InventoryList": "Inventory/InventoryList", "BaseTransfer": "BaseTransfer"} {
		names, optional := exportOrder(t, path)
		known := map[string]published{}
		for _, p := range readFacets(t, facets, part) {
			known[p.name] = p
		}
		want := make([]published, len(names))
		for i, n := range names {
			want[i] = known[n]
			want[i].name, want[i].required = n, known[n].required && !optional[n]
			if want[i].facets == nil {
				want[i].facets = map[string]int{}
			}
		}
		for _, e := range root.all(part) {
			inFacets(t, e, want)
		}
	}
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

// TestWhatAMessageCannotSayIsNamed breaks one thing at a time.
func TestWhatAMessageCannotSayIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		regime order.CustomsMode
		spoil  func(c *customs.Case)
		want   string
		do     string
	}{
		{"commodity code too short", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.HS = "090230" }, `commodity code "090230"`, "ten-digit"},
		{"no such subheading", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.HS = "7701000000" }, "770100 is no subheading", "tariff"},
		{"unknown unit", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.Unit = "dozen" }, `unit "dozen"`, "件"},
		{"unknown country", order.CustomsExport, func(c *customs.Case) { c.Receiver.Country = "XX" }, `destination "XX"`, "ISO 3166-1"},
		{"unknown currency", order.CustomsExport, func(c *customs.Case) { c.Shipment.Declare.Currency = "XAU" }, `currency "XAU"`, "ISO 4217"},
		{"carrier not registered", order.CustomsExport, func(c *customs.Case) { c.Shipment.Carrier.ID = "SF" }, `carrier "SF" is not registered`, "profile"},
		{"not weighed", order.CustomsExport, func(c *customs.Case) { c.Shipment.Parcels[0].WeightG = 0 }, "was not weighed", "weigh"},
		{"lighter than its goods", order.CustomsExport, func(c *customs.Case) { c.Shipment.Parcels[0].WeightG = 100 }, "less than its goods'", "weigh"},
		{"two parcels", order.CustomsBonded, func(c *customs.Case) { c.Shipment.Parcels = append(c.Shipment.Parcels, c.Shipment.Parcels[0]) }, "one waybill", "one parcel"},
		{"nothing picked", order.CustomsExport, func(c *customs.Case) {
			for i := range c.Shipment.Lines {
				c.Shipment.Lines[i].Picked, c.Shipment.Lines[i].Short = 0, c.Shipment.Lines[i].Qty
			}
		}, "has no goods", "pick"},
		{"no price", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].PriceEach.Minor = 0 }, "has no price", "price"},
		{"statutory quantity", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.Unit1 = "升" }, `"升" is a statutory unit`, "per1_milli"},
		{"order number too long", order.CustomsExport, func(c *customs.Case) { c.Shipment.Orders[0].External = strings.Repeat("x", 61) }, "61 characters, at most 60", "shorten"},
		{"control character", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Name.ZH = "a\x00b" }, "XML cannot carry", "correct"},
		{"wrong identity number", order.CustomsBonded, func(c *customs.Case) { c.Buyer.ID = "110105194912310021" }, "check character", "identity card"},
		{"no identity number", order.CustomsBonded, func(c *customs.Case) { c.Buyer = customs.Buyer{} }, "name is missing", "ask the buyer"},
		{"another receiver", order.CustomsDutyFree, func(c *customs.Case) { c.Receiver.Name = "李四" }, "not sent to the buyer", "in person"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := sample(tt.regime)
			tt.spoil(&c)
			_, err := customs.Message([]customs.Case{c})
			var e *order.Error
			if !errors.As(err, &e) {
				t.Fatalf("the message is made: %v", err)
			}
			if !strings.Contains(e.Msg, tt.want) || !strings.Contains(e.Hint, tt.do) {
				t.Errorf("%q, to do %q; want %q, %q", e.Msg, e.Hint, tt.want, tt.do)
			}
			if strings.Contains(err.Error(), string(c.Buyer.ID.Plain())) && c.Buyer.ID != "" {
				t.Errorf("the error tells the identity number: %v", err)
			}
		})
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

func TestIdentityNumbersAreMaskedWhereverTheyAreShown(t *testing.T) {
	id := customs.IDNumber(exampleID)
	var log bytes.Buffer
	b := customs.Buyer{Name: "张三", ID: id}
	slog.New(slog.NewJSONHandler(&log, nil)).Info("buyer", "id", id, "buyer", b)
	for _, shown := range []string{fmt.Sprint(id), fmt.Sprintf("%v %s %q %x %#v %+v", id, id, id, id, id, b), fmt.Sprintf("%v", []customs.IDNumber{id}), log.String()} {
		if strings.Contains(shown, exampleID[6:14]) || strings.Contains(shown, fmt.Sprintf("%x", exampleID[6:14])) {
			t.Errorf("shown as %s", shown)
		}
	}
	if got := id.String(); got != "1****************X" {
		t.Errorf("masked as %s", got)
	}
}

func TestATableKnowsItsCodesOnce(t *testing.T) {
	for iso, want := range map[string]string{"CN": "142", "JP": "116", "US": "502", "GB": "303", "kr": "133", "AU": "601", "HK": "110", "TW": "143"} {
		if got, err := customs.Country("country", iso); err != nil || got != want {
			t.Errorf("country %s: %s, %v", iso, got, err)
		}
	}
	for iso, want := range map[string]string{"CNY": "142", "USD": "502", "JPY": "116", "EUR": "300", "GBP": "303", "HKD": "110"} {
		if got, _, err := customs.Currency("currency", iso); err != nil || got != want {
			t.Errorf("currency %s: %s, %v", iso, got, err)
		}
	}
	for name, want := range map[string]string{"千克": "035", "个": "007", "件": "011", "瓶": "142", "035": "035"} {
		if got, err := customs.Unit("unit", name); err != nil || got != want {
			t.Errorf("unit %s: %s, %v", name, got, err)
		}
	}
	for _, bad := range []error{customs.Transport("m", "Q"), customs.Wrap("w", "0"), customs.Office("o", "9901"), customs.Office("o", "64"), customs.Office("o", "６４００")} {
		var e *order.Error
		if !errors.As(bad, &e) || e.Code != "unknown_code" || e.Hint == "" {
			t.Errorf("%v", bad)
		}
	}
}

func TestSubheadingsAreThoseOfTheHarmonizedSystem(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: the Harmonized System is not at hand")
	}
	text, err := os.ReadFile(filepath.Join(dir, "hs", "harmonized-system.csv"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^\w+,(\d{6}),`).FindAllStringSubmatch(string(text), -1) {
		if m[1] == "999999" { // not specified
			continue
		}
		n++
		if err := customs.HS("code", m[1]+"0000"); err != nil {
			t.Error(err)
		}
	}
	if n != 5612 {
		t.Errorf("%d subheadings", n)
	}
	for _, bad := range []string{"9999990000", "0000000000", "7701100000", "010121000", "01012100000", "01.0121.00", "０１０１２１００００"} {
		if err := customs.HS("code", bad); err == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

func TestProfilesAreChecked(t *testing.T) {
	for _, regime := range regimes {
		for name, spoil := range map[string]func(p *customs.Profile){
			"regime":        func(p *customs.Profile) { p.Regime = "9710" },
			"seller.code":   func(p *customs.Profile) { p.Seller.Code = "46019" },
			"character is":  func(p *customs.Profile) { p.Seller.Code = "91110000600037341M" },
			"seller.name":   func(p *customs.Profile) { p.Seller.Name = "" },
			"carriers":      func(p *customs.Profile) { p.Carriers = nil },
			"customs_code":  func(p *customs.Profile) { p.CustomsCode = "9999" },
			"port_code":     func(p *customs.Profile) { p.PortCode = "64" },
			"control chara": func(p *customs.Profile) { p.PortName = "a\x01" },
		} {
			p := customs.ExampleProfile(regime)
			spoil(p)
			if err := p.Check(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s of %s: %v", name, regime, err)
			}
		}
	}
	if _, err := customs.ParseProfile([]byte(`{"regime":"9610","sellr":{}}`)); err == nil {
		t.Error("a misspelt field passes")
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

func FuzzAnyOrderIsDeclaredOrRefused(f *testing.F) {
	f.Add("红茶", "200 g", "0902302000", "CN", "件", "千克", "13900003001", exampleID, 3, int64(12345), 200, int64(0), 1000)
	f.Add("a\x00]]>&<\"'\u2028", "\xff\xfe", "9999999999", "", "", "", "\t\n", "", -1, int64(-5), -7, int64(1)<<62, 0)
	f.Add("\uFFFE", strings.Repeat("长", 600), "0101210000", "JP", "个", "升", "x", "x", 1_000_000, int64(1)<<50, 1<<31, int64(1)<<40, 1<<31)
	f.Fuzz(func(t *testing.T, name, model, hs, origin, unit, unit1, phone, id string, qty int, price int64, net int, per int64, weight int) {
		for _, regime := range regimes {
			c := sample(regime)
			l := &c.Shipment.Lines[0]
			l.Name.ZH, l.Qty, l.Picked, l.PriceEach.Minor = name, qty, qty, price
			l.Customs = &order.LineCustoms{HS: hs, Origin: origin, Model: model, Unit: unit, Unit1: unit1, Per1: per, NetG: net}
			c.Buyer.ID, c.Buyer.Phone, c.Buyer.Name = customs.IDNumber(id), phone, name
			c.Receiver.Street, c.Receiver.Name = model, name
			c.Shipment.Parcels[0].WeightG = weight
			c.Shipment.Orders[0].External = phone
			customs.CheckGoods(regime, "CNY", c.Shipment.Lines)
			message, err := customs.Message([]customs.Case{c})
			if err != nil {
				var e *order.Error
				if !errors.As(err, &e) || e.Hint == "" {
					t.Fatalf("an error without a next step: %v", err)
				}
				continue
			}
			root := parse(t, message)
			part := "InventoryList"
			if regime == order.CustomsDutyFree {
				part = "List"
			}
			if got := root.find(part).get(t, "gname"); qty > 0 && got != name && name != "" {
				t.Errorf("%s: declared %q, ordered %q", regime, got, name)
			}
		}
	})
}
