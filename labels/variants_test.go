package labels

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// soaking reports whether the long versions of tests are asked for, as make soak does.
func soaking() bool { return os.Getenv("PICKSTATION_SOAK") != "" }

// variant is a document in one of its forms.
type variant struct {
	name string
	doc  Document
}

// variants are all documents in all their forms, each with everything on it that it can hold.
func variants(t testing.TB) []variant {
	t.Helper()
	out := []variant{}
	add := func(name string, d Document) { out = append(out, variant{name, d}) }
	for _, form := range []string{"100x150", "76x130", "100x180", "4x6in"} {
		w := exampleWaybill().(Waybill)
		w.Form, w.PrintNo = form, 2
		add("waybill "+form, w)
		add("export waybill "+form, exportWaybill(form))
		s := Slip{Form: "76x130", Slip: SlipException, Number: "EX-20260314-0007", Reason: "条码无法识读 Barcode unreadable", Where: "异常架 E-02", Lines: exampleLines()[:1]}
		if form == "100x150" {
			s.Form = form
		}
		add("exception slip "+s.Form, s)
	}
	for form := range logisticForms {
		l := exampleLogisticLabel().(LogisticLabel)
		if l.Form = form; form != "A5" && form != narrowLogistic {
			l.Elements, l.PrintNo = l.Elements[:2], 2
		}
		add("sscc "+form, l)
	}
	for form := range benchCardForms {
		b := exampleBenchCard().(BenchCard)
		b.Form = form
		add("bench card "+form, b)
	}
	out = append(out, lists()...)
	for form := range placeForms {
		p := examplePlaces().(TotesAndLocations)
		p.Form = form
		add("place "+form, p)
	}
	add("put-back slip 76x130", exampleSlip())
	add("badge", exampleBadges())
	add("ready-made", exampleReadyMade())
	add("item", exampleItemLabels())
	for name, change := range map[string]func(*Customs){
		"":                func(*Customs) {},
		" reprint":        func(c *Customs) { c.PrintNo = 2 },
		" of three pages": func(c *Customs) { c.Items = manyItems(24); c.GrossG = 5000 },
	} {
		small, large := exampleCustoms(), exampleCustoms()
		change(&small)
		change(&large)
		add("cn22"+name, CN22{small})
		add("cn23"+name, CN23{large})
	}
	return out
}

// lists are the lists in all their forms.
func lists() (out []variant) {
	add := func(name string, d Document) { out = append(out, variant{name, d}) }
	for form := range sheets {
		packing, pick, manifest := examplePackingList().(PackingList), examplePickList().(PickList), exampleManifest().(Manifest)
		invoice, list := exampleInvoice().(Invoice), exampleCustomsList().(CustomsList)
		packing.Form, pick.Form, manifest.Form, invoice.Form, list.Form = form, form, form, form, form
		packing.PrintNo, manifest.PrintNo, invoice.PrintNo = 2, 2, 2
		add("packing list "+form, packing)
		add("pick list "+form, pick)
		add("manifest "+form, manifest)
		add("invoice "+form, invoice)
		add("customs list "+form, list)
	}
	for _, regime := range []string{Regime1210, RegimeHainan} {
		l := exampleCustomsList().(CustomsList)
		l.Regime = regime
		for i := range l.Lines {
			g := &l.Lines[i]
			g.Province, g.Buyer, g.Consignee, g.Departed, g.Complete = "浙江省", "王海涛", "王海涛", true, true
		}
		add("customs list "+regime, l)
		if regime == RegimeHainan {
			l.Collect = "pickup"
			add("collection list", l)
		}
	}
	return out
}

// exportWaybill is a waybill that prints names and addresses in full.
func exportWaybill(form string) Waybill {
	w := exampleWaybill().(Waybill)
	c := exampleCustoms()
	w.Form, w.Unmasked, w.Sender, w.Receiver = form, true, c.Sender, c.Receiver
	w.Number, w.QR, w.Temperature, w.COD = "EE471108151CN", "", Chilled, nil
	return w
}

// manyItems are n kinds of goods of a customs form.
func manyItems(n int) []CustomsItem {
	var out []CustomsItem
	for i := range n {
		out = append(out, CustomsItem{Description: fmt.Sprintf("Dried fruit of kind No. %03d, sliced and packed", i), Local: "水果干", Qty: 2, Unit: "bags", NetG: 20, Value: 100, HS: "0813.40", Origin: "CN"})
	}
	return out
}

// sheaf is the pages of all variants together, with the name of each page's document.
func sheaf(t testing.TB, dpi int) (pages []*Page, names []string) {
	t.Helper()
	for _, v := range variants(t) {
		for i, p := range layout(t, v.doc, Printer{DPI: dpi}) {
			pages = append(pages, p)
			names = append(names, fmt.Sprintf("%s page %d at %d dpi", v.name, i+1, dpi))
		}
	}
	return pages, names
}

func TestTheVariantsCoverEveryKind(t *testing.T) {
	seen := map[string]bool{}
	pages, names := sheaf(t, 203)
	for i, p := range pages {
		seen[p.Kind()] = true
		if r := p.Report(); len(r.Overflow)+len(r.Missing) > 0 {
			t.Errorf("%s: %+v", names[i], r)
		}
	}
	for _, kind := range Kinds() {
		if !seen[kind] && kind != KindCustomsForm { // which is a CN 22 or a CN 23
			t.Errorf("no variant of %s", kind)
		}
	}
	for _, form := range []string{"100x150", "76x130", "100x180", "4x6in"} {
		if _, ok := waybillForms[form]; !ok {
			t.Errorf("no waybill of %s", form)
		}
	}
	if !strings.Contains(strings.Join(names, "\n"), "cn23 of three pages page 3") {
		t.Error("no customs form that goes on over pages")
	}
}
