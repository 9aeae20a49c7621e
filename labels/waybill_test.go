package labels

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// codeOf is the code of an *Error, "" for nil.
func codeOf(t testing.TB, err error) ErrorCode {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	if e.Hint == "" || e.Error() == "" {
		t.Errorf("%v has no next step", err)
	}
	return e.Code
}

// textOf is all text of a page without blanks.
func textOf(p *Page) string { return withoutSpaces(strings.Join(linesOf(p), "")) }

func TestEveryWaybillFormHoldsEveryField(t *testing.T) {
	for name := range waybillForms {
		for _, dpi := range []int{203, 300, 600} {
			w := exampleWaybill().(Waybill)
			w.Form, w.PrintNo, w.Unmasked = name, 2, true
			p := layout(t, w, Printer{DPI: dpi})[0]
			if r := p.Report(); len(r.Overflow)+len(r.Fine)+len(r.Missing) > 0 {
				t.Errorf("%s at %d dpi: %+v", name, dpi, r)
			}
			text := textOf(p)
			for _, want := range []string{w.Number, w.Carrier, w.Service, w.RoutingCode, w.SortingMark, w.Receiver.Name, w.Receiver.Phone, w.Receiver.Street, w.Receiver.Province,
				w.Sender.Name, w.Sender.Phone, w.Sender.Street, "贵妃芒果 5斤装 ×2", "文昌鸡礼盒 ×1", "1 / 2 件", "6.350 kg", "CNY 128.00", w.OrderRefs[0], w.OrderRefs[1],
				"Frozen goods: check before signing.", "冷冻", "PACK-07", "2026-03-14 09:26", "A012", "补打 #2 / REPRINT #2"} {
				if !strings.Contains(text, withoutSpaces(want)) {
					t.Errorf("%s at %d dpi: %q is not on the paper", name, dpi, want)
				}
			}
			symbols := p.Barcodes()
			if len(symbols) != 3 || symbols[0].Text != w.Number || symbols[1].Text != w.QR && symbols[2].Text != w.QR {
				t.Errorf("%s at %d dpi: symbols %+v", name, dpi, symbols)
			}
		}
	}
}

// GB/T 41833-2022, checked on the paper and not on the functions: no masked character may come through another field.
func TestAMaskedWaybillShowsNoPersonalData(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Sender = Party{Name: "赵小明", Phone: "15987654321", Street: "人民路5号2单元701室", Unit: "B座808"}
	w.Merchant = "收货请电13812345678"
	text := textOf(layout(t, w, Printer{DPI: 203})[0])
	for _, secret := range []string{"文静", "12345678", "2345", "1203", "2单元", "小明", "9876543", "701", "808"} {
		// The waybill number holds digits of its own.
		if strings.Contains(strings.ReplaceAll(text, w.Number, ""), secret) {
			t.Errorf("%q is on the paper: %s", secret, text)
		}
	}
	for _, want := range []string{"欧***", "138******78", "文一西路969号海创园6栋", "赵**", "159******21"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper: %s", want, text)
		}
	}
}

func TestAWaybillForAbroadSaysNothingInChinese(t *testing.T) {
	for form := range waybillForms {
		w := exportWaybill(form)
		w.Carrier, w.Service, w.SortingMark, w.Merchant, w.PrintNo = "China Post", "ePacket", "TYO", "Thank you.", 2
		w.Sender.Name, w.Receiver.Name, w.Items = "Hainan Fresh Fruit", "Yamada Hanako", []WaybillItem{{"Dried mango", 2}}
		w.COD = &Money{12800, "JPY"}
		p := layout(t, w, Printer{DPI: 203})[0]
		text := textOf(p)
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %s", form, text)
		}
		for _, want := range []string{"TO", "FROM", "Weight6.350kg", "1/2pcs", "REPRINT#2", "CODJPY12800", "CHILLED", "1SKU,2pcs", "Orders"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on the paper", form, want)
			}
		}
		if len(p.Report().Overflow) > 0 {
			t.Errorf("%s: %+v", form, p.Report())
		}
	}
}

func TestOnlyReprintsCarryTheReprintMark(t *testing.T) {
	for n, want := range map[int]bool{-1: false, 0: false, 1: false, 2: true, 17: true} {
		w := exampleWaybill().(Waybill)
		w.PrintNo = n
		if got := strings.Contains(textOf(layout(t, w, Printer{DPI: 203})[0]), "REPRINT#"+itoa(n)); got != want {
			t.Errorf("print %d: mark is there: %v, want %v", n, got, want)
		}
	}
}

func TestWaybillsThatCannotBePrintedAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Waybill)
		want   ErrorCode
	}{
		"no number":          {func(w *Waybill) { w.Number = "" }, ErrorBadInput},
		"number in Chinese":  {func(w *Waybill) { w.Number = "顺丰" }, ErrorBadSymbol},
		"number too long":    {func(w *Waybill) { w.Number = strings.Repeat("aB", 20) }, ErrorBarcodeTooFine},
		"unknown form":       {func(w *Waybill) { w.Form = "100x140" }, ErrorUnknownForm},
		"unknown class":      {func(w *Waybill) { w.Temperature = "cold" }, ErrorBadInput},
		"collect nothing":    {func(w *Waybill) { w.COD = &Money{0, "CNY"} }, ErrorBadInput},
		"collect in nothing": {func(w *Waybill) { w.COD = &Money{100, ""} }, ErrorBadInput},
		"QR text too long":   {func(w *Waybill) { w.QR = strings.Repeat("x", 3000) }, ErrorBadSymbol},
		"QR too fine":        {func(w *Waybill) { w.Form, w.QR = "76x130", strings.Repeat("x", 900) }, ErrorBarcodeTooFine},
	} {
		w := exampleWaybill().(Waybill)
		c.change(&w)
		if _, err := w.Layout(Printer{DPI: 203}); codeOf(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestABarcodeOfTwoDotsIsDrawnAndReported(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Form, w.Number = "76x130", "JDVA12345678901-1-1-EX"
	p := layout(t, w, Printer{DPI: 203})[0]
	r := p.Report()
	if len(r.Fine) != 1 || r.Fine[0].Field != "barcode" || r.Fine[0].Dots != 2 {
		t.Errorf("report %+v, want barcode of two dots", r)
	}
	if slices.ContainsFunc(p.Barcodes(), func(s Printed) bool { return s.Field == "barcode2" }) {
		t.Error("the second barcode is there although it would be too fine")
	}
}

// Numbers as long as the carriers' own stand twice on every form at three dots a module.
func TestUsualNumbersHaveTheirSecondBarcode(t *testing.T) {
	for form := range waybillForms {
		for _, number := range []string{"SF1234567890123", "EE471108151CN", "JT0012345678901", "772012345678901", "YT8812345678901"} {
			w := exampleWaybill().(Waybill)
			w.Form, w.Number = form, number
			for _, dpi := range []int{203, 300} {
				p := layout(t, w, Printer{DPI: dpi})[0]
				if !slices.ContainsFunc(p.Barcodes(), func(s Printed) bool { return s.Field == "barcode2" && s.Module >= goodModule }) {
					t.Errorf("%s at %d dpi: %s has no second barcode", form, dpi, number)
				}
			}
		}
	}
}

func TestManyItemsAreCountedAndTheRestNumbered(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Items = nil
	for i := range 40 {
		w.Items = append(w.Items, WaybillItem{fmt.Sprintf("商品名称很长的第%d种商品", i), 2})
	}
	p := layout(t, w, Printer{DPI: 203})[0]
	text := textOf(p)
	if r := p.Report(); len(r.Overflow) > 0 {
		t.Errorf("a summary is cut: %+v", r)
	}
	if !strings.Contains(text, "40SKU,80pcs") || !strings.Contains(text, "...+37") {
		t.Errorf("total or number of unnamed items missing in %s", text)
	}
}

func TestAddressesTooLongAreReportedNotLost(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Receiver.Street = strings.Repeat("非常长的街道名称", 60)
	p := layout(t, w, Printer{DPI: 203})[0]
	if err := p.Report().Err(); codeOf(t, err) != ErrorTextDoesNotFit || !strings.Contains(err.Error(), "receiver_address") {
		t.Errorf("report %v", err)
	}
}

func TestMoneyIsWrittenWithTheDecimalsOfItsCurrency(t *testing.T) {
	for want, m := range map[string]Money{"CNY 128.00": {12800, "CNY"}, "JPY 1280": {1280, "JPY"}, "KWD 1.280": {1280, "KWD"}, "USD 0.05": {5, "USD"},
		"CNY -0.05": {-5, "CNY"}, "CNY -92233720368547758.08": {-1 << 63, "CNY"}} {
		if m.String() != want {
			t.Errorf("%d %s is %q, want %q", m.Minor, m.Currency, m.String(), want)
		}
	}
}

func TestEveryExampleSurvivesItsOwnJSON(t *testing.T) {
	for _, kind := range Kinds() {
		d, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(kind, b)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if string(renderPDF(t, layout(t, again, Printer{DPI: 203}))) != string(renderPDF(t, layout(t, d, Printer{DPI: 203}))) {
			t.Errorf("%s: paper differs after a round trip through JSON", kind)
		}
	}
}

func FuzzDecodeTakesAnyBytes(f *testing.F) {
	for i, kind := range Kinds() {
		d, err := Example(kind)
		if err != nil {
			f.Fatal(err)
		}
		b, err := json.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, b)
	}
	f.Fuzz(func(t *testing.T, i int, b []byte) {
		kinds := Kinds()
		d, err := Decode(kinds[max(i, 0)%len(kinds)], b)
		if err != nil {
			return
		}
		pages, err := d.Layout(Printer{DPI: 203})
		if codeOf(t, err) == ErrorOverlap {
			t.Errorf("fields lie on each other: %v", err)
		}
		if err == nil && len(pages) < 5 {
			if _, _, err := RenderPDF(pages, Meta{}); err != nil {
				t.Errorf("laid out but not rendered: %v", err)
			}
		}
	})
}

func FuzzWaybillTakesAnyText(f *testing.F) {
	for _, s := range []string{"", "欧阳文静", "\xff\xfe\x00", "𠮷", "🍎", "شارع", strings.Repeat("长", 3000), "a\nb\nc\nd\ne\nf\ng\nh"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		w := exampleWaybill().(Waybill)
		w.Carrier, w.Service, w.RoutingCode, w.SortingMark, w.Merchant, w.Operator, w.Station = a, b, a, b, a, b, a
		w.Receiver, w.Sender = Party{Name: a, Phone: b, Street: a, Unit: b, City: a}, Party{Name: b, Phone: a, Street: b, Country: a}
		w.Items, w.OrderRefs = []WaybillItem{{a, 1}, {b, 2}}, []string{a, b}
		pages, err := w.Layout(Printer{DPI: 203})
		if err != nil {
			t.Fatalf("text alone must not stop a waybill: %v", err)
		}
		if _, _, err := RenderPDF(pages, Meta{Title: a}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := RenderZPL(pages); err != nil {
			t.Fatal(err)
		}
	})
}

// A library that writes to the terminal would tear the screen.
func TestNothingIsWrittenToStdoutOrStderr(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, out
	defer func() { os.Stdout, os.Stderr = stdout, stderr }()
	for _, kind := range Kinds() {
		d, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rendered(d, true); err != nil {
			t.Fatal(err)
		}
	}
	w := exampleWaybill().(Waybill)
	w.Receiver.Name, w.Merchant = "\xff\x00🍎𠮷", strings.Repeat("長", 9000)
	if _, err := rendered(w, true); err != nil {
		t.Fatal(err)
	}
	if st, err := out.Stat(); err != nil || st.Size() != 0 {
		t.Errorf("%d bytes were written (%v)", st.Size(), err)
	}
}
