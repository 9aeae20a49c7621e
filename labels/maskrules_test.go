package labels

import (
	"strings"
	"testing"
	"unicode"
)

// person is somebody whose data must not come through a paper that hides it. Each digit of the phone is a letter that no
// other field prints.
var person = Party{Name: "欧阳文静", Phone: "ΓΔΘΛΞΠΣΦΨΩБ", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "文一西路九六九号海创园", Unit: "❶单元❷室"}

// withPerson are documents of every kind that names people, as they are printed by default.
func withPerson() map[string]Document {
	w, l, c, v := exampleWaybill().(Waybill), examplePackingList().(PackingList), exampleCustoms(), exampleInvoice().(Invoice)
	w.Receiver, w.Sender, l.Receiver = person, person, person
	c.Receiver, c.Sender, v.Buyer, v.Seller = person, person, person, person
	g := CustomsListLine{Order: "O1", Waybill: "W1", Goods: "化妆品", HS: "3304990000", Qty: 2, Province: "浙江省", Buyer: person.Name, Consignee: person.Name, Departed: true, Complete: true}
	list := CustomsList{Regime: RegimeHainan, Number: "HN1", Currency: "CNY", Lines: []CustomsListLine{g}}
	return map[string]Document{KindWaybill: w, KindPackingList: l, KindCN23: CN23{c}, KindInvoice: v, KindCustomsList: list}
}

func TestEveryKindHasAMaskingRuleWithItsReason(t *testing.T) {
	for _, kind := range Kinds() {
		if rule, ok := maskRules[kind]; !ok || rule.why == "" {
			t.Errorf("%s has no rule", kind)
		}
	}
}

// The digits hidden are counted on the paper: at least six of the phone where the rule asks for it, none elsewhere.
func TestPapersHideWhatTheirRuleSaysAndNothingElse(t *testing.T) {
	for kind, d := range withPerson() {
		rule := maskRules[kind]
		text := strings.Join(strings.Fields(strings.Join(linesOf(layout(t, d, Printer{DPI: 203})[0]), "")), "")
		shown := func(s string) int {
			return count(s, func(r rune) bool { return !unicode.IsPunct(r) && strings.ContainsRune(text, r) })
		}
		digits := len([]rune(person.Phone))
		hidden := digits - shown(person.Phone)
		switch {
		case rule.phone && hidden < hiddenPhoneDigits:
			t.Errorf("%s hides %d digits of the phone, want at least %d: %s", kind, hidden, hiddenPhoneDigits, text)
		case !rule.phone && kind != KindCustomsList && hidden != 0:
			t.Errorf("%s hides %d digits of a phone that it needs", kind, hidden)
		}
		if full := strings.Contains(text, person.Name); full == rule.name {
			t.Errorf("%s: the name is there in full: %v", kind, full)
		}
		if room := shown("❶❷"); rule.room && room > 0 {
			t.Errorf("%s shows unit or room", kind)
		}
	}
}

func TestOwnFleetAndExportPapersPrintTheReceiverInFull(t *testing.T) {
	w := withPerson()[KindWaybill].(Waybill)
	w.Unmasked = true
	if text := textOf(layout(t, w, Printer{DPI: 203})[0]); !strings.Contains(text, person.Name) || strings.Contains(text, "*") {
		t.Errorf("%s", text)
	}
}
