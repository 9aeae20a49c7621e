package labels

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/gs1"
)

// field is one value of a document: its path without indices, "Lines.Name".
type field struct {
	path  string
	value reflect.Value
}

// name is the last part of the path.
func (f field) name() string { return f.path[strings.LastIndexByte(f.path, '.')+1:] }

// fieldsOf lists every text, number, time and switch of a document.
func fieldsOf(v reflect.Value, path string) (out []field) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return fieldsOf(v.Elem(), path)
		}
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range v.Len() {
			out = append(out, fieldsOf(v.Index(i), path)...)
		}
		return out
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return []field{{path, v}}
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			at := name
			if v.Type().Field(i).Anonymous {
				at = path
			} else if path != "" {
				at = path + "." + name
			}
			out = append(out, fieldsOf(v.Field(i), at)...)
		}
		return out
	}
	return []field{{path, v}}
}

// notPrinted are the fields that are on a paper in another way or not at all, by kind and path, and why.
var notPrinted = map[string]map[string]string{
	KindWaybill: {
		"CarrierCode":      "printed where the carrier has no name",
		"Receiver.Country": "a domestic waybill names no country", "Sender.Country": "a domestic waybill names no country",
		"Receiver.PostCode": "China's sorting uses the routing code", "Sender.PostCode": "China's sorting uses the routing code",
		"Receiver.Email": "no carrier asks for it", "Sender.Email": "no carrier asks for it",
		"Receiver.TaxID": "stands on the customs form", "Sender.TaxID": "stands on the customs form",
	},
	KindBadge: {"Badges.Code": "only in the barcode, so that nobody types it"},
	KindPackingList: {
		"Lines.Barcode": "the goods carry it", "Lines.Location": "concerns the warehouse only", "Lines.WeightG": "in the total",
		"Receiver.Province": "the address is on the waybill", "Receiver.City": "the address is on the waybill", "Receiver.District": "the address is on the waybill",
		"Receiver.Street": "the address is on the waybill", "Receiver.Unit": "the address is on the waybill", "Receiver.Country": "the address is on the waybill",
		"Receiver.PostCode": "the address is on the waybill", "Receiver.Email": "no use in the box", "Receiver.TaxID": "no use in the box",
	},
	KindPickList: {"Lines.WeightG": "in the total"},
	KindSlip:     {"Lines.Barcode": "the goods carry it", "Lines.WeightG": "nobody weighs what goes back"},
	KindCN22:     cn22NotPrinted(),
	KindCN23: {
		"Sender.Email": "the form has no place for it", "Sender.TaxID": "printed where the sender has no customs reference",
		"Receiver.TaxID": "printed where there is no importer's reference",
	},
	KindInvoice:     {},
	KindCustomsForm: cn22NotPrinted("Rules.*", "Rates.*"),
	KindCustomsList: {"Lines.Departed": "a condition", "Lines.Complete": "a condition", "Lines.Consignee": "equals the buyer where it counts", "Lines.Province": "duty-free only", "Lines.Buyer": "duty-free only, masked"},
	KindPlace:       {"Labels.Temperature": "as a word"},
}

// cn22NotPrinted is what a CN 22 leaves to the address side and to CN 23, and more that only decides.
func cn22NotPrinted(decisions ...string) map[string]string {
	out := map[string]string{
		"Sender.*": "CN 22 names the signer only; the parties are on the address side", "Receiver.*": "on the address side", "SenderRef": "CN 23 only", "ImporterRef": "CN 23 only",
		"Postage.*": "CN 23 only", "Comments": "CN 23 only", "Licences": "CN 23 only", "Certificates": "CN 23 only", "Invoice": "CN 23 only", "Office": "CN 23 only",
	}
	for _, path := range decisions {
		out[path] = "decides which form it is"
	}
	return out
}

// everywhere are fields that are no contents.
var everywhere = []string{"Form", "Unmasked", "Company", "PhoneVirtual", "Up", "Down", "Copies", "Symbology", "DataMatrix", "Category", "Slip", "Regime", "AI", "LetterPost"}

// printed reports whether a field must be found on the paper.
func printed(kind string, f field) bool {
	if slices.Contains(everywhere, f.name()) {
		return false
	}
	_, exact := notPrinted[kind][f.path]
	group, _, _ := strings.Cut(f.path, ".")
	_, all := notPrinted[kind][group+".*"]
	return !exact && !all
}

// unlike gives every value of a document that is free to choose a value that is found nowhere else, so that no field
// stands in for another.
func unlike(t testing.TB, kind string, d Document) Document {
	t.Helper()
	v := reflect.New(reflect.TypeOf(d))
	v.Elem().Set(reflect.ValueOf(copied(t, kind, d)))
	complete(v.Elem())
	for i, f := range fieldsOf(v.Elem(), "") {
		switch {
		case f.value.Kind() == reflect.String && !slices.Contains(codeFields, f.name()):
			f.value.SetString(fmt.Sprintf("字%c%c%03d", 'A'+i%26, 'Q'-i/26%15, i))
		case slices.Contains([]string{"GrossG"}, f.name()):
			f.value.SetInt(91_000_000 + int64(i))
		case slices.Contains([]string{"PrintNo", "Copies"}, f.name()):
			f.value.SetInt(2)
		case f.name() == "ParcelNo", f.name() == "ParcelCount", f.name() == "Packages":
			f.value.SetInt(int64(300 + i))
		case f.value.CanInt():
			f.value.SetInt(int64(40_000 + 137*i))
		case f.name() == "Unmasked":
			f.value.SetBool(true)
		case f.value.Type() == reflect.TypeFor[time.Time]():
			f.value.Set(reflect.ValueOf(time.Date(2026, 3, 1+i%28, 9, i%60, 0, 0, time.UTC)))
		}
	}
	return v.Elem().Interface().(Document)
}

// complete fills what an example leaves empty: texts, and what a pointer would lead to.
func complete(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
			if m, ok := v.Interface().(*Money); ok {
				m.Currency = "CNY"
			}
		}
		complete(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			complete(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String && f.String() == "" && !slices.Contains(codeFields, v.Type().Field(i).Name) {
				f.SetString("x")
			} else if f.Kind() != reflect.String && v.Type() != reflect.TypeFor[time.Time]() {
				complete(f)
			}
		}
	}
}

// onPaper is how a field is written, without blanks.
func onPaper(f field, currency string) string {
	s := ""
	switch v := f.value; {
	case v.Kind() == reflect.String && f.name() == "Temperature":
		s = map[string]string{Frozen: "FROZEN", Chilled: "CHILLED"}[v.String()]
	case v.Kind() == reflect.String:
		s = v.String()
	case v.Type() == reflect.TypeFor[time.Time]():
		s = v.Interface().(time.Time).Format("2006-01-02")
	case strings.HasSuffix(f.name(), "G") && v.CanInt():
		s = kilograms(v.Int())
	case slices.Contains([]string{"Value", "UnitMinor", "Freight", "Insurance", "Minor"}, f.name()):
		s = Money{v.Int(), currency}.Amount()
	case v.CanInt():
		s = fmt.Sprint(v.Int())
	}
	return withoutSpaces(s)
}

// currencyOf is the document's currency.
func currencyOf(d Document) string {
	for _, f := range fieldsOf(reflect.ValueOf(d), "") {
		if f.name() == "Currency" {
			return f.value.String()
		}
	}
	return "CNY"
}

// readPaper gives the text of a PDF and what readers make of its barcodes, one after another.
func readPaper(t *testing.T, pages []*Page) (text string, codes []string) {
	t.Helper()
	pdf := renderPDF(t, pages)
	dir := t.TempDir()
	name := filepath.Join(dir, "paper.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text = withoutSpaces(string(run(t, "pdftotext", "-raw", name, "-")))
	var files []string
	for i, m := range rasterise(t, "pdftoppm", pdf, pages[0].printer.DPI) {
		for k, s := range pages[i].Barcodes() {
			file := filepath.Join(dir, fmt.Sprintf("%d-%d.pbm", i, k))
			if err := os.WriteFile(file, pbm(m.cut(quietRect(s))), 0o600); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(s.Symbology, "datamatrix") {
				codes = append(codes, strings.TrimPrefix(string(run(t, "dmtxread", "-N1", "-G29", "-m5000", file)), string(rune(gs1.GS))))
			} else {
				files = append(files, file)
			}
		}
	}
	for _, c := range zbar(t, files) {
		codes = append(codes, c)
	}
	return text, codes
}

// TestEveryFieldComesBackFromThePaper prints each kind, in the long version each form of it, with values that differ
// everywhere, reads text and barcodes of the PDF back with other people's programs and looks for every field of the
// document. What a paper leaves out is listed, with the reason, in notPrinted.
func TestEveryFieldComesBackFromThePaper(t *testing.T) {
	list := []variant{}
	for _, kind := range Kinds() {
		example, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, variant{kind, example})
	}
	if soaking() {
		list = append(list, variants(t)...)
	}
	for _, v := range list {
		kind := layout(t, v.doc, Printer{DPI: 300})[0].Kind()
		if _, ok := v.doc.(CustomsForm); ok {
			kind = KindCustomsForm
		}
		if kind == KindReadyMade {
			continue // a picture, compared dot by dot in readymade_test.go
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			lookForFields(t, kind, unlike(t, kind, v.doc))
		})
	}
}

func lookForFields(t *testing.T, kind string, d Document) {
	t.Helper()
	pages := layout(t, d, Printer{DPI: 300})
	for _, p := range pages {
		if r := p.Report(); len(r.Overflow)+len(r.Missing) > 0 {
			t.Errorf("%+v", r)
		}
	}
	text, codes := readPaper(t, pages)
	currency, found := currencyOf(d), 0
	for _, f := range fieldsOf(reflect.ValueOf(d), "") {
		want := onPaper(f, currency)
		if want == "" || !printed(kind, f) {
			continue
		}
		if !strings.Contains(text, want) && !slices.ContainsFunc(codes, func(c string) bool { return strings.Contains(c, want) }) {
			t.Errorf("%s: %q is neither in the text nor in a barcode", f.path, want)
		}
		found++
	}
	if found < 3 {
		t.Errorf("only %d fields were looked for", found)
	}
	for _, p := range pages {
		for _, s := range p.Barcodes() {
			if !slices.Contains(codes, s.Text) {
				t.Errorf("barcode %s: %q was not read, got %q", s.Field, s.Text, codes)
			}
		}
	}
}

// A field that is listed as not printed must exist, or the list hides nothing and excuses everything.
func TestTheListOfFieldsLeftOutNamesFieldsThatExist(t *testing.T) {
	for kind, paths := range notPrinted {
		example, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		var known []string
		for _, f := range fieldsOf(reflect.ValueOf(unlike(t, kind, example)), "") {
			known = append(known, f.path)
		}
		all := strings.Join(known, "\n")
		for path, why := range paths {
			pattern := "(?m)^" + strings.ReplaceAll(regexp.QuoteMeta(path), `\*`, ".*") + "$"
			if !regexp.MustCompile(pattern).MatchString(all) || why == "" {
				t.Errorf("%s has no field %s", kind, path)
			}
		}
	}
}
