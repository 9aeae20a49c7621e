package labels

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

// longName is a text of 200 characters that ends in a word of its own.
func longName(i int) string {
	base := strings.Repeat("海南岛特产贵妃芒果 Premium mango from Hainan island, hand picked and packed; ", 4)
	mark := fmt.Sprintf("末%04d", i)
	return string([]rune(base)[:200-len([]rune(mark))]) + mark
}

// longDocuments are all documents that list goods, with n lines of 200 characters each.
func longDocuments(n int) map[string]Document {
	lines := make([]ListLine, n)
	manifest, invoice, customs := exampleManifest().(Manifest), exampleInvoice().(Invoice), exampleCustomsList().(CustomsList)
	manifest.Lines, invoice.Lines, customs.Lines = nil, nil, nil
	postal := exampleCustoms()
	postal.Items = nil
	for i := range n {
		name := longName(i)
		lines[i] = ListLine{SKU: "SKU-1", Name: name, Location: "A-01-1", Qty: 1, WeightG: 10}
		manifest.Lines = append(manifest.Lines, ManifestLine{Waybill: "SF1234567890123", Destination: name, WeightG: 10})
		invoice.Lines = append(invoice.Lines, InvoiceLine{Description: name, HS: "080450", Origin: "CN", Qty: 1, NetG: 10})
		customs.Lines = append(customs.Lines, CustomsListLine{Order: "O", Waybill: "W", Goods: name, HS: "0804502010", Qty: 1})
		postal.Items = append(postal.Items, CustomsItem{Description: name, Qty: 1, NetG: 10, HS: "080450", Origin: "CN"})
	}
	invoice.GrossG, postal.GrossG = int64(n)*10, int64(n)*10
	out := map[string]Document{"cn22": CN22{postal}, "cn23": CN23{postal}}
	for form := range sheets {
		manifest.Form, invoice.Form, customs.Form = form, form, form
		out["packing list "+form] = PackingList{Form: form, Number: "SH1", Lines: lines, PrintedAt: exampleTime()}
		out["pick list "+form] = PickList{Form: form, Number: "W1", Lines: lines}
		out["manifest "+form], out["invoice "+form], out["customs list "+form] = manifest, invoice, customs
	}
	for form := range slipForms {
		out["slip "+form] = Slip{Form: form, Slip: SlipPutBack, Number: "PB1", Lines: lines}
	}
	return out
}

func TestThreeHundredLinesOfTwoHundredCharactersLoseNothing(t *testing.T) {
	const n = 300
	for name, d := range longDocuments(n) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages := layout(t, d, Printer{DPI: 203})
			text := allText(pages)
			for i := range n {
				if !strings.Contains(text, fmt.Sprintf("末%04d", i)) {
					t.Errorf("line %d is cut", i+1)
				}
			}
			for i, p := range pages {
				if r := p.Report(); len(r.Overflow) > 0 {
					t.Errorf("page %d: %+v", i+1, r.Overflow[0])
				}
				if want := fmt.Sprintf("%d/%d", i+1, len(pages)); !strings.Contains(textOf(p), want) {
					t.Errorf("page %d does not say %s", i+1, want)
				}
				if len(p.Barcodes()) == 0 {
					t.Errorf("page %d has no barcode", i+1)
				}
			}
			renderPDF(t, pages)
		})
	}
}

func TestNumbersAreNeverBrokenOverLines(t *testing.T) {
	for large, n := range map[bool]struct{ qty, minor, grams int64 }{false: {99_999, 999_999_999, 9_999_999}, true: {maxQty, maxMinor, maxGrams}} {
		checkWholeNumbers(t, int(n.qty), n.minor, n.grams, large)
	}
}

// checkWholeNumbers prints numbers; where they may be too large for their column, a report does as well.
func checkWholeNumbers(t *testing.T, qty int, minor, grams int64, mayOverflow bool) {
	t.Helper()
	invoice, list := exampleInvoice().(Invoice), exampleCustomsList().(CustomsList)
	packing, manifest, postal := examplePackingList().(PackingList), exampleManifest().(Manifest), exampleCustoms()
	invoice.Lines[0].UnitMinor, invoice.Lines[0].Qty = minor, 12
	postal.Items[0].Value, postal.Items[0].NetG, postal.Items[0].Qty, postal.GrossG = minor, grams, qty, 2*grams
	list.Lines[0].Value, list.Lines[0].NetG, list.Lines[0].Qty = minor, grams, qty
	packing.Lines[0].Qty, manifest.Lines[0].WeightG = qty, grams
	amount, kg, pieces := Money{minor, "CNY"}.Amount(), kilograms(grams), fmt.Sprint(qty)
	for form := range sheets {
		invoice.Form, list.Form, packing.Form, manifest.Form = form, form, form, form
		for name, c := range map[string]struct {
			doc  Document
			want []string
		}{
			"invoice":      {invoice, []string{amount, Money{minor * 12, "CNY"}.Amount()}},
			"cn22":         {CN22{postal}, []string{amount, kg, pieces}},
			"cn23":         {CN23{postal}, []string{amount, kg, pieces}},
			"customs list": {list, []string{amount, kg, pieces}},
			"packing list": {packing, []string{pieces}},
			"manifest":     {manifest, []string{kg}},
		} {
			var lines []string
			var rep Report
			for _, p := range layout(t, c.doc, Printer{DPI: 203}) {
				lines = append(lines, linesOf(p)...)
				rep.merge(1, p.Report())
			}
			if len(rep.Overflow) > 0 {
				if !mayOverflow {
					t.Errorf("%s on %s: %+v", name, form, rep.Overflow)
				}
				continue
			}
			for _, want := range c.want {
				if !strings.Contains(strings.Join(lines, "\n"), want) {
					t.Errorf("%s on %s: %s is not on one line", name, form, want)
				}
			}
		}
	}
}

func TestAmountsBeyondReasonAreRefusedNotWrapped(t *testing.T) {
	v := exampleInvoice().(Invoice)
	for i := range v.Lines {
		v.Lines[i].UnitMinor, v.Lines[i].Qty = maxMinor, maxQty
	}
	for range 20 {
		v.Lines = append(v.Lines, v.Lines[0])
	}
	v.GrossG = 1_000_000
	if _, err := v.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
		t.Errorf("an invoice whose total is no number any more: %v", err)
	}
}

// A field of megabytes must cost no more than one that is just too long.
func TestAnEndlessFieldIsCutBeforeItIsWorkedOn(t *testing.T) {
	for _, unit := range []string{"名", "a\u0301", "ش", "क", "\n"} {
		s := strings.Repeat(unit, 1_000_000)
		if got := bounded(s); len([]rune(got)) != maxFieldRunes+1 {
			t.Errorf("%q: %d runes are worked on", unit, len([]rune(got)))
		}
		if _, rep := set(t, box{0, 0, 300, 100}, s, style{size: 100, min: 50}); len(rep.Overflow) != 1 {
			t.Errorf("%q: not reported", unit)
		}
		var rep Report
		if gs := glyphsOf(nil, s, false, &rep); gs[len(gs)-1] != overlongMark {
			t.Errorf("%q: the end is not marked", unit)
		}
	}
	if s := strings.Repeat("名", maxFieldRunes); bounded(s) != s {
		t.Error("a field of the greatest length was cut")
	}
}

// hostile are inputs that nobody means well with.
func hostile() map[string]string {
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	out := map[string]string{
		"empty": "", "null": "null", "list": "[]", "text": `"x"`, "number": "1", "no end": `{"number":"x"`, "two": "{} {}", "deep object": deep,
		"deep list": strings.Repeat("[", 100_000), "NaN": `{"weight_g":NaN}`, "unknown": `{"no_such_field":1}`, "not UTF-8": "{\"number\":\"\xff\xfe\"}",
		"fraction": `{"weight_g":1.5,"gross_g":1.5}`, "beyond int64": `{"weight_g":99999999999999999999,"gross_g":99999999999999999999}`,
		"wrong types": `{"lines":"x","items":5,"receiver":[],"commands":{},"badges":7,"labels":"y","sscc":1}`,
		"bad time":    `{"printed_at":"yesterday","date":"0000-00-00"}`, "negative": `{"items":[{"qty":-1,"name":"x"}],"lines":[{"qty":-1}],"print_no":-5,"parcel_no":-1}`,
	}
	return out
}

func TestHostileInputGetsAClearError(t *testing.T) {
	for _, kind := range Kinds() {
		for name, in := range hostile() {
			d, err := Decode(kind, []byte(in))
			if err == nil {
				_, err = d.Layout(Printer{DPI: 203})
			}
			if err == nil {
				t.Errorf("%s: %s was printed", kind, name)
				continue
			}
			if code := codeOf(t, err); code == "" || code == ErrorOverlap || code == ErrorRenderer {
				t.Errorf("%s: %s: code %s", kind, name, code)
			}
			if len(err.Error()) > 400 || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %s: the error is no line: %.500s", kind, name, err)
			}
		}
	}
}

// Every number of every document, each in turn as small, large and negative as can be: printed whole, or refused.
func TestExtremeNumbersAreRefusedOrPrintedWhole(t *testing.T) {
	for _, kind := range Kinds() {
		example, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(marshal(t, example), &doc); err != nil {
			t.Fatal(err)
		}
		eachNumber(doc, func(set func(any)) {
			for _, n := range []any{0, -1, 1, 1_000_000_001, int64(1)<<62 + 1, int64(math.MinInt64)} {
				set(n)
				b, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				d, err := Decode(kind, b)
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				pages, err := d.Layout(Printer{DPI: 203})
				if code := codeOf(t, err); code == ErrorOverlap {
					t.Errorf("%s with %v: %v", kind, n, err)
				}
				if err == nil && len(pages) < 20 {
					renderPDF(t, pages)
				}
			}
		})
	}
}

// eachNumber visits every number of a decoded JSON value and puts it back afterwards.
func eachNumber(v any, visit func(set func(any))) {
	try := func(child any, set func(any)) {
		if _, ok := child.(float64); ok {
			visit(set)
			set(child)
		} else {
			eachNumber(child, visit)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for k, child := range v {
			try(child, func(n any) { v[k] = n })
		}
	case []any:
		for i, child := range v {
			try(child, func(n any) { v[i] = n })
		}
	}
}
