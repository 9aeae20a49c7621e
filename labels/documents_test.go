package labels

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/gs1"
)

// allText is the text of all pages without blanks.
func allText(pages []*Page) string {
	var b strings.Builder
	for _, p := range pages {
		b.WriteString(textOf(p))
	}
	return b.String()
}

func TestListsGoOnOverPagesAndLoseNoLine(t *testing.T) {
	const n = 400
	lines := make([]ListLine, n)
	for i := range lines {
		lines[i] = ListLine{SKU: fmt.Sprintf("SKU-%04d", i), Name: strings.Repeat("很长的品名", i%9+1), Location: fmt.Sprintf("A-%04d", i), Lot: "L1", Qty: i + 1, WeightG: 10}
	}
	manifest := Manifest{Number: "MF-1"}
	invoice := exampleInvoice().(Invoice)
	invoice.Lines, invoice.GrossG = nil, n*10
	customs := exampleCustomsList().(CustomsList)
	customs.Lines = nil
	for i := range n {
		manifest.Lines = append(manifest.Lines, ManifestLine{Waybill: fmt.Sprintf("SKU-%04d", i), WeightG: 10})
		invoice.Lines = append(invoice.Lines, InvoiceLine{Description: fmt.Sprintf("Goods SKU-%04d", i), HS: "080450", Origin: "CN", Qty: 1, NetG: 10})
		customs.Lines = append(customs.Lines, CustomsListLine{Order: fmt.Sprintf("SKU-%04d", i), Waybill: "W", Goods: "芒果干", HS: "0804502010", Qty: 1})
	}
	for name, d := range map[string]Document{
		"packing A4": PackingList{Number: "SH1", Lines: lines}, "packing roll": PackingList{Form: "100x150", Number: "SH1", Lines: lines},
		"pick A5": PickList{Form: "A5", Number: "W1", Lines: lines}, "manifest": manifest, "manifest roll": Manifest{Form: "100x180", Number: "MF-1", Lines: manifest.Lines},
		"invoice": invoice, "customs": customs, "put back": Slip{Slip: SlipPutBack, Number: "PB1", Lines: lines},
	} {
		pages := layout(t, d, Printer{DPI: 203})
		if len(pages) < 2 {
			t.Errorf("%s: %d lines on one page", name, n)
		}
		text := allText(pages)
		for i := range n {
			if !strings.Contains(text, fmt.Sprintf("SKU-%04d", i)) {
				t.Errorf("%s: line %d is lost", name, i)
			}
		}
		for i, p := range pages {
			if r := p.Report(); len(r.Overflow) > 0 {
				t.Errorf("%s: page %d: %+v", name, i+1, r.Overflow[0])
			}
			if want := fmt.Sprintf("%d/%d", i+1, len(pages)); !strings.Contains(textOf(p), want) {
				t.Errorf("%s: page %d does not say %s", name, i+1, want)
			}
			if len(p.Barcodes()) == 0 {
				t.Errorf("%s: page %d has no barcode of the list", name, i+1)
			}
		}
	}
}

func TestCustomsFormsGoOnOverPagesAndLoseNoGoods(t *testing.T) {
	c := exampleCustoms()
	c.Items = nil
	for i := range 30 {
		c.Items = append(c.Items, CustomsItem{Description: fmt.Sprintf("Dried fruit of kind No. %03d, sliced and packed", i), Local: "水果干", Qty: 2, NetG: 20, Value: 100, HS: "0813.40", Origin: "CN"})
	}
	for _, d := range []Document{CN22{c}, CN23{c}} {
		pages := layout(t, d, Printer{DPI: 203})
		text := allText(pages)
		for i := range 30 {
			if !strings.Contains(text, fmt.Sprintf("No.%03d", i)) {
				t.Errorf("%T: goods %d are lost", d, i)
			}
		}
		for i, p := range pages {
			if len(p.Report().Overflow) > 0 || !strings.Contains(textOf(p), fmt.Sprintf("%d/%d", i+1, len(pages))) {
				t.Errorf("%T page %d: %+v", d, i+1, p.Report())
			}
			if !strings.Contains(textOf(p), "CNY30.00") || !strings.Contains(textOf(p), "2.780") {
				t.Errorf("%T page %d lacks total value or weight", d, i+1)
			}
		}
	}
}

func TestCustomsFormsThatThePostWouldReturnAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Customs){
		"wrong check digit":      func(c *Customs) { c.Number = "RR473124828CN" },
		"no category":            func(c *Customs) { c.Category = "" },
		"no goods":               func(c *Customs) { c.Items = nil },
		"vague description":      func(c *Customs) { c.Items[0].Description = "Samples" },
		"Chinese only":           func(c *Customs) { c.Items[0].Description = "芒果干" },
		"sale without HS code":   func(c *Customs) { c.Items[0].HS = "" },
		"HS code of four digits": func(c *Customs) { c.Items[0].HS = "0804" },
		"sale without origin":    func(c *Customs) { c.Items[0].Origin = "China" },
		"no quantity":            func(c *Customs) { c.Items[0].Qty = 0 },
		"no weight":              func(c *Customs) { c.Items[0].NetG = 0 },
		"gross below net":        func(c *Customs) { c.GrossG = 100 },
		"no currency":            func(c *Customs) { c.Currency = "" },
		"quantity beyond reason": func(c *Customs) { c.Items[0].Qty = 1 << 40 },
		"weight beyond reason":   func(c *Customs) { c.Items[0].NetG = 1 << 60; c.GrossG = 1 << 61 },
		"amount beyond reason":   func(c *Customs) { c.Items[0].Value = 1 << 62 },
	} {
		c := exampleCustoms()
		change(&c)
		for _, d := range []Document{CN22{c}, CN23{c}} {
			if _, err := d.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
				t.Errorf("%s: %T gave %v", name, d, err)
			}
		}
	}
	c := exampleCustoms()
	c.Category, c.Items[0].HS, c.Items[0].Origin = CategoryGift, "", ""
	if _, err := (CN22{c}).Layout(Printer{DPI: 203}); err != nil {
		t.Errorf("a gift needs no HS code: %v", err)
	}
	c.Number = ""
	if _, err := (CN23{c}).Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
		t.Errorf("CN 23 without an item number: %v", err)
	}
}

// Vectors of the project's test data (data/customs/vectors.txt, data/tracking-numbers: S10).
func TestS10NumbersAreCheckedAsTheUnionDoes(t *testing.T) {
	for _, s := range []string{"RR473124829GB", "EE471108151FR", "RB123456785GB", "RB123456785US", "RB123456785CV", "AA000717581AA", "AA966331020AA", "AA761294038AA"} {
		if err := CheckS10(s); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{"RB123456786US", "", "RB12345678US", "rb123456785gb", "RB12345678５US", "RB1234567 5US", "RR473124829G1"} {
		if CheckS10(s) == nil {
			t.Errorf("%q passed", s)
		}
	}
}

func TestTheCustomsFormFollowsValueWeightAndDay(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse("2006-01-02", s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rules := []CustomsRule{{day("2020-01-01"), 300, 2000}, {day("2026-07-01"), 200, 2000}}
	rates := []SDRRate{{day("2026-01-01"), "CNY", 9_500_000}, {day("2026-03-01"), "CNY", 10_000_000}, {day("2026-01-01"), "JPY", 210_000_000},
		{day("2026-01-01"), "VND", 0}, {day("2026-01-01"), "ZZZ", 1 << 60}}
	for _, c := range []struct {
		letter bool
		value  Money
		grams  int64
		on     string
		want   string
	}{
		{true, Money{300000, "CNY"}, 500, "2026-03-14", KindCN22}, // exactly 300 SDR
		{true, Money{300001, "CNY"}, 500, "2026-03-14", KindCN23}, // a fen more
		{true, Money{285001, "CNY"}, 500, "2026-02-01", KindCN23}, // at the older rate
		{true, Money{285000, "CNY"}, 500, "2026-02-01", KindCN22}, //
		{true, Money{200001, "CNY"}, 500, "2026-07-01", KindCN23}, // under the newer rule
		{true, Money{63000, "JPY"}, 500, "2026-03-14", KindCN22},  // a currency without decimals
		{true, Money{63001, "JPY"}, 500, "2026-03-14", KindCN23},  //
		{true, Money{100, "CNY"}, 2000, "2026-03-14", KindCN22},   //
		{true, Money{100, "CNY"}, 2001, "2026-03-14", KindCN23},   // too heavy
		{false, Money{100, "CNY"}, 100, "2026-03-14", KindCN23},   // parcel post
		{false, Money{100, "XXX"}, 100, "1990-01-01", KindCN23},   // needs no rate
		{true, Money{100, "USD"}, 100, "2026-03-14", ""},          // no rate
		{true, Money{100, "CNY"}, 100, "2019-03-14", ""},          // no rule yet
		{true, Money{3_399_999, "VND"}, 500, "2026-03-14", ""},    // a rate of nothing is none
		{true, Money{100, "ZZZ"}, 500, "2026-03-14", ""},          // nor is one beyond reason
	} {
		got, err := ChooseCustomsForm(c.letter, c.value, c.grams, day(c.on), rules, rates)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}

func TestTheCustomsFormOfAnItemIsTheOneItsValueAsksFor(t *testing.T) {
	form := exampleCustomsForm().(CustomsForm)
	for want, change := range map[string]func(*CustomsForm){
		KindCN22: func(*CustomsForm) {},
		KindCN23: func(c *CustomsForm) { c.Items[0].Value = 292_000 }, // 300 SDR at 9.7314 are 2,919.42
	} {
		c := copied(t, KindCustomsForm, form).(CustomsForm)
		change(&c)
		if got := layout(t, c, Printer{DPI: 203})[0].Kind(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		c.LetterPost = false
		if got := layout(t, c, Printer{DPI: 203})[0].Kind(); got != KindCN23 {
			t.Errorf("a parcel got %s", got)
		}
	}
	form.Rates = nil
	if _, err := form.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
		t.Errorf("without a rate: %v", err)
	}
	form.Date = time.Time{}
	if _, err := form.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
		t.Errorf("without a day: %v", err)
	}
}

func TestDutyFreeGoodsThatAreFetchedNeedNoAddress(t *testing.T) {
	line := CustomsListLine{Order: "O1", Waybill: "W1", Goods: "化妆品", HS: "3304990000", Qty: 2, Province: "海南省", Buyer: "王海涛", Consignee: "王海涛", Complete: true}
	list := CustomsList{Regime: RegimeHainan, Collect: "pickup", Number: "HN1", Currency: "CNY", Lines: []CustomsListLine{line}}
	if text := allText(layout(t, list, Printer{DPI: 203})); !strings.Contains(text, "COLLECTION") || strings.Contains(text, "MAIL") {
		t.Errorf("the list says %q", text)
	}
	list.Lines[0].Complete = false
	if _, err := list.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorNotAllowed {
		t.Errorf("split: %v", err)
	}
}

func TestDutyFreeMailKeepsTheRules(t *testing.T) {
	line := CustomsListLine{Order: "O1", Waybill: "W1", Goods: "化妆品", HS: "3304990000", Qty: 2, Province: "浙江省", Buyer: "王海涛", Consignee: "王海涛", Departed: true, Complete: true}
	list := func(l CustomsListLine) CustomsList {
		return CustomsList{Regime: RegimeHainan, Number: "HN1", Currency: "CNY", Lines: []CustomsListLine{l}}
	}
	pages := layout(t, list(line), Printer{DPI: 203})
	if strings.Contains(allText(pages), "海涛") {
		t.Error("the buyer's name is on the list in full")
	}
	for name, change := range map[string]func(*CustomsListLine){
		"to Hainan":          func(l *CustomsListLine) { l.Province = "海南省" },
		"to Hainan by code":  func(l *CustomsListLine) { l.Province = "460000" },
		"province not known": func(l *CustomsListLine) { l.Province = "" },
		"other consignee":    func(l *CustomsListLine) { l.Consignee = "李国强" },
		"buyer not known":    func(l *CustomsListLine) { l.Buyer, l.Consignee = "", "" },
		"not departed":       func(l *CustomsListLine) { l.Departed = false },
		"split":              func(l *CustomsListLine) { l.Complete = false },
	} {
		l := line
		change(&l)
		if _, err := list(l).Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorNotAllowed {
			t.Errorf("%s: %v", name, err)
		}
		other := list(l)
		other.Regime = Regime9610
		if _, err := other.Layout(Printer{DPI: 203}); err != nil {
			t.Errorf("%s: the rule reaches beyond its regime: %v", name, err)
		}
	}
}

// GS1 General Specifications: X 0.495 to 1.016 mm, 48 data characters, SSCC with its check digit.
func TestLogisticLabelsKeepTheStandardOrAreRefused(t *testing.T) {
	for form := range logisticForms {
		for _, dpi := range []int{203, 300, 600} {
			l := LogisticLabel{Form: form, SSCC: "395011015300000011", Elements: []Element{{"02", "06901234567892"}, {"37", "12"}}, DataMatrix: form == narrowLogistic}
			for _, s := range layout(t, l, Printer{DPI: dpi})[0].Barcodes() {
				if s.Symbology != "gs1-128" {
					continue
				}
				x := float64(s.Module) * 25.4 / float64(dpi)
				if x < 0.495 || x > 1.016 || float64(min(s.W, s.H))*25.4/float64(dpi) < 31.75 {
					t.Errorf("%s at %d dpi: X %.3f mm, height %d dots", form, dpi, x, s.H)
				}
			}
		}
	}
	for name, l := range map[string]LogisticLabel{
		"check digit wrong":  {SSCC: "395011015300000012"},
		"SSCC missing":       {},
		"unknown element":    {SSCC: "395011015300000011", Elements: []Element{{"9999999", "1"}}},
		"bad date":           {SSCC: "395011015300000011", Elements: []Element{{"17", "261345"}}},
		"SSCC twice":         {SSCC: "395011015300000011", Elements: []Element{{"00", "395011015300000011"}}},
		"line feed in a lot": {SSCC: "395011015300000011", Elements: []Element{{"10", "A\nB"}}},
		"unknown form":       {SSCC: "395011015300000011", Form: "50x50"},
		"too many for A6":    {SSCC: "395011015300000011", Elements: []Element{{"02", "06901234567892"}, {"37", "12"}, {"10", "ABCDEFGHIJ1234567890"}, {"21", "ABCDEFGHIJ1234567890"}}},
		"element too wide":   {SSCC: "395011015300000011", Elements: []Element{{"10", "abcdefghijklmnopqrst"}}},
	} {
		if _, err := l.Layout(Printer{DPI: 203}); codeOf(t, err) == "" {
			t.Errorf("%s: a label was made", name)
		}
	}
}

func TestLogisticBarcodesSayTheirElements(t *testing.T) {
	l := exampleLogisticLabel().(LogisticLabel)
	p := layout(t, l, Printer{DPI: 203})[0]
	var got []Element
	for _, s := range p.Barcodes() {
		if s.Symbology != "gs1-128" {
			continue
		}
		text := decodeCode128(t, s.Runs)
		body, ok := strings.CutPrefix(text, string(fnc1))
		if !ok {
			t.Fatalf("%q does not begin with FNC1", text)
		}
		elements, err := gs1.ParseElements(nil, strings.ReplaceAll(body, string(fnc1), string(rune(gs1.GS))), gs1.Options{})
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		for _, e := range elements {
			got = append(got, Element{e.AI, e.Value})
		}
	}
	want := append(slices.Clone(l.Elements), Element{"00", l.SSCC})
	slices.SortFunc(got, func(a, b Element) int { return strings.Compare(a.AI, b.AI) })
	slices.SortFunc(want, func(a, b Element) int { return strings.Compare(a.AI, b.AI) })
	if !slices.Equal(got, want) {
		t.Errorf("barcodes say %v, want %v", got, want)
	}
}

func TestItemLabelsRefuseWrongNumbers(t *testing.T) {
	for _, l := range []ItemLabel{{Symbology: "ean-13", Code: "6901234567891"}, {Symbology: "ean-13", Code: "69012345"}, {Symbology: "itf-14", Code: "16901234567898"},
		{Symbology: "itf-14", Code: "6901234567892"}, {Symbology: "datamatrix", Code: "海"}, {Symbology: "datamatrix"}, {Symbology: "pdf417", Code: "1"}, {Code: ""}} {
		if _, err := (ItemLabels{[]ItemLabel{l}}).Layout(Printer{DPI: 203}); codeOf(t, err) == "" {
			t.Errorf("%+v was drawn", l)
		}
	}
	for _, l := range []ItemLabels{{}, {[]ItemLabel{{Code: "1", Copies: 1 << 62}, {Code: "1", Copies: 1 << 62}}}, {[]ItemLabel{{Code: "1", Copies: -1}}}} {
		if _, err := l.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

func TestABadgeDoesNotPrintItsCodeAsText(t *testing.T) {
	b := Badges{[]Badge{{Code: "OP7K2M9Q4X", Name: "冯冬梅"}}}
	if p := layout(t, b, Printer{DPI: 203})[0]; strings.Contains(textOf(p), "OP7K") || p.Barcodes()[0].Text != "OP7K2M9Q4X" {
		t.Error("a badge shows its code, or its barcode does not")
	}
}
