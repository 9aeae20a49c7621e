package labels

import (
	"strings"
	"testing"
)

// longNames are names of people and firms up to 120 characters, the widest a source sends.
func longNames() map[string]string {
	cut := func(s string, n int) string { return string([]rune(s)[:n]) }
	latin := strings.Repeat("Wilhelmina von und zu Hohenlohe-Schillingsfürst-Waldenburg ", 3)
	return map[string]string{
		"German":            "Mr Long Name von und zu Hohenlohe-Schillingsfürst",
		"45 letters":        cut(latin, 45),
		"80 letters":        cut(latin, 80),
		"120 letters":       cut(latin, 120),
		"120 without blank": strings.Repeat("Donaudampfschifffahrts", 6)[:120],
		"120 wide letters":  strings.Repeat("W", 120),
		"120 capitals":      strings.Repeat("MAMMAWOM ", 14)[:120],
		"many blanks":       "Anna" + strings.Repeat("\n", 40) + "Maria\t\tda Silva",
		"Xinjiang":          "买买提江·阿不都热合曼·吾斯曼江·艾合买提·司马义·铁木尔·达瓦买提",
		"60 ideographs":     strings.Repeat("欧阳文静司马相如", 8)[:60*len("欧")],
		"120 ideographs":    strings.Repeat("欧阳文静司马相如", 15),
		"firm":              "International Fresh Fruit & Frozen Seafood Import Export Logistics (Hainan) Company Limited, Haikou Branch Office No. 3",
		"Chinese firm":      "海南自由贸易港国际冷链物流供应链管理有限责任公司海口市龙华区金盘工业区第三分公司进出口业务部售后服务中心（收货专用）",
	}
}

// A parcel must not stand at the bench because of what its receiver or sender is called.
func TestALongNameIsPrintedWholeOnEveryForm(t *testing.T) {
	for form := range waybillForms {
		for _, dpi := range []int{203, 300} {
			for kind, name := range longNames() {
				for _, unmasked := range []bool{false, true} {
					w := exampleWaybill().(Waybill)
					w.Form, w.Unmasked = form, unmasked
					w.Receiver.Name, w.Receiver.Phone, w.Sender.Name = name, "+86 138 1234 5678", name
					w.Receiver.Company = strings.Contains(kind, "firm")
					p := layout(t, w, Printer{DPI: dpi})[0]
					at := form + ", " + kind
					if r := p.Report(); len(r.Overflow) > 0 {
						t.Errorf("%s at %d dpi, unmasked %v: %+v", at, dpi, unmasked, r.Overflow)
					}
					checkParties(t, at, p, &w)
				}
			}
		}
	}
}

// checkParties holds the text of both parties on the paper against the waybill, and its sizes against the smallest ones.
func checkParties(t *testing.T, at string, p *Page, w *Waybill) {
	t.Helper()
	receiver, sender := w.Receiver, w.Sender
	if !w.Unmasked {
		receiver, sender = waybillRule.party(receiver), waybillRule.party(sender)
	}
	text := textOf(p)
	for _, party := range []Party{receiver, sender} {
		for _, want := range []string{party.Name + party.Phone, party.Line()} {
			want = withoutSpaces(strings.Join(strings.Fields(want), ""))
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on the paper", at, want)
			}
		}
	}
	for _, f := range p.Report().Shrunk {
		if strings.HasSuffix(f.Field, "_name") && f.To < float64(leastName)/10 {
			t.Errorf("%s: %s is drawn at %.1f pt", at, f.Field, f.To)
		}
	}
}

func TestANameOfTwoLinesStaysLargeWhereTheAddressIsShort(t *testing.T) {
	for form, f := range waybillForms {
		w := exampleWaybill().(Waybill)
		w.Form, w.Unmasked, w.Receiver.Name = form, true, "Mr Long Name von und zu Hohenlohe-Schillingsfürst"
		p := layout(t, w, Printer{DPI: 203})[0]
		for _, z := range f.zones {
			for _, s := range p.Report().Shrunk {
				if s.Field == z.id && z.id == "receiver_name" && s.To < s.From*0.8 {
					t.Errorf("%s: the name is shrunk from %.1f to %.1f pt with room below", form, s.From, s.To)
				}
			}
		}
	}
}

func TestAShortNameLeavesTheFormAsItIs(t *testing.T) {
	for form, f := range waybillForms {
		w := exampleWaybill().(Waybill)
		w.Form = form
		p := newPage(KindWaybill, Printer{DPI: 203}, f.w, f.h)
		for i, z := range w.balanced(p, f.zones) {
			if z != f.zones[i] {
				t.Errorf("%s: %s went from %+v to %+v", form, z.id, f.zones[i], z)
			}
		}
	}
}

// What no form can hold is cut and reported, and takes nothing else with it.
func TestOnlyTheFieldThatIsTooLongIsCut(t *testing.T) {
	for form := range waybillForms {
		for field, change := range map[string]func(*Waybill){
			"receiver_name": func(w *Waybill) { w.Receiver.Name = strings.Repeat("名", 2000) },
			"sender_name":   func(w *Waybill) { w.Sender.Name = strings.Repeat("名", 2000) },
			"receiver_address": func(w *Waybill) {
				w.Receiver.Name, w.Receiver.Street = longNames()["120 letters"], strings.Repeat("很长的街", 400)
			},
			"sender_address": func(w *Waybill) {
				w.Sender.Name, w.Sender.Street = longNames()["120 letters"], strings.Repeat("很长的街", 400)
			},
		} {
			w := exampleWaybill().(Waybill)
			w.Form, w.Unmasked = form, true
			change(&w)
			r := layout(t, w, Printer{DPI: 203})[0].Report()
			if len(r.Overflow) != 1 || r.Overflow[0].Field != field {
				t.Errorf("%s: cut %+v, want %s alone", form, r.Overflow, field)
			}
		}
	}
}
