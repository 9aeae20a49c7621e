package text

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"

	"pickstation/order"
)

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// sureWidths says whether every rune is as wide on terminals set up for Chinese as
// on others (Unicode Standard Annex 11: none is "ambiguous").
func sureWidths(s string) bool {
	east, other := runewidth.Condition{EastAsianWidth: true}, runewidth.Condition{}
	return !strings.ContainsFunc(s, func(r rune) bool { return east.RuneWidth(r) != other.RuneWidth(r) })
}

func checkPair(t *testing.T, what string, p Pair) {
	t.Helper()
	if !hasHan(p.ZH) {
		t.Errorf("%s: Chinese text %q has no Han character", what, p.ZH)
	}
	if !sureWidths(p.ZH) {
		t.Errorf("%s: %q has a rune whose width differs between terminals", what, p.ZH)
	}
	// The Linux console has no more than ASCII for certain.
	if p.EN == "" || !plain(p.EN) {
		t.Errorf("%s: English text %q is empty or not plain ASCII", what, p.EN)
	}
}

func TestEveryMessageCodeHasBothLanguages(t *testing.T) {
	known := map[order.MsgCode]bool{}
	for _, c := range order.MsgCodes() {
		known[c] = true
		p, ok := messages[c]
		if !ok {
			t.Errorf("message code %q has no text", c)
			continue
		}
		checkPair(t, string(c), p)
	}
	for c := range messages {
		if !known[c] {
			t.Errorf("text for %q, which is no message code", c)
		}
	}
}

func TestEveryVerdictHasBothLanguages(t *testing.T) {
	for _, v := range order.Verdicts() {
		checkPair(t, string(v), verdicts[v])
	}
	if len(verdicts) != len(order.Verdicts()) {
		t.Errorf("%d verdict names for %d verdicts", len(verdicts), len(order.Verdicts()))
	}
}

func TestEveryScreenLabelHasBothLanguages(t *testing.T) {
	z, e := reflect.ValueOf(zh), reflect.ValueOf(en)
	for i := range z.NumField() {
		name := z.Type().Field(i).Name
		p := Pair{z.Field(i).String(), e.Field(i).String()}
		checkPair(t, name, p)
		if strings.Count(p.ZH, "%") != strings.Count(p.EN, "%") {
			t.Errorf("%s: %q and %q have different arguments", name, p.ZH, p.EN)
		}
	}
}

func TestEveryWordHasBothLanguages(t *testing.T) {
	for code, p := range words {
		checkPair(t, code, p)
	}
	for _, code := range []string{string(order.Frozen), string(order.Intercepted), string(order.PrintParked),
		string(order.StagePicked), "out_of_stock", "media_empty"} {
		if Word(EN, code) == "" || !hasHan(Word(ZH, code)) {
			t.Errorf("no word for %q", code)
		}
	}
	for _, s := range order.StandardFlow().States {
		if !hasHan(Word(ZH, string(s.Stage))) {
			t.Errorf("no word for stage %q", s.Stage)
		}
	}
	for _, code := range []string{"label_bad_input", "label_bad_printer", "label_bad_symbol", "label_barcode_too_fine",
		"label_text_does_not_fit", "label_unknown_kind", "label_unknown_form", "label_renderer", "label_overlap",
		"label_not_allowed", "label_too_large", "no_parcel", "no_shipment", "no_receiver", "cancelled", "held"} {
		if !Known(code) {
			t.Errorf("no word for print error %q", code)
		}
	}
	if got := Word(EN, "never_heard_of"); got != "never heard of" {
		t.Errorf("unknown code is shown as %q", got)
	}
}

func fullArgs() order.Args {
	return order.Args{Name: order.Names{ZH: "芒果", EN: "Mango"}, SKU: "SKU-1", Ref: "R1042", Code: "UNDO",
		Location: "A-03-2", Who: "Li", Lot: "L77", Serial: "S9", Date: "2027-01-02", Reason: "out_of_stock",
		Waybill: "SF123", N: 3, Need: 5, AgeS: 3600, At: time.Unix(0, 0)}
}

func TestLinesFillTheirFieldsAndLeaveNoBrackets(t *testing.T) {
	for _, c := range order.MsgCodes() {
		for _, lang := range []string{ZH, EN} {
			for _, a := range []order.Args{fullArgs(), {}} {
				if got := Line(lang, order.Message{Code: c, Args: a}); strings.ContainsAny(got, "{}[]") {
					t.Errorf("%s %s: %q", c, lang, got)
				}
			}
		}
	}
}

func TestAPartWhoseFieldIsEmptyIsLeftOut(t *testing.T) {
	full := Line(EN, order.Message{Code: order.DoPutBack, Args: fullArgs()})
	empty := Line(EN, order.Message{Code: order.DoPutBack})
	if full != "Put it back to A-03-2" || empty != "Put it back" {
		t.Errorf("%q, %q", full, empty)
	}
}

func TestCountsAndWordsAgree(t *testing.T) {
	for _, c := range []struct {
		m      order.Message
		zh, en string
	}{
		{order.Message{Code: order.MsgOrderPicked, Args: order.Args{Ref: "R1", N: 4, Need: 4}}, "订单 R1 拣货完成，共 4 件", "Order R1 is picked, 4 units"},
		{order.Message{Code: order.MsgOrderPicked, Args: order.Args{Ref: "R1", N: 1}}, "订单 R1 拣货完成，共 1 件", "Order R1 is picked, 1 unit"},
		{order.Message{Code: order.MsgOrderPicked, Args: order.Args{Ref: "R1", N: 1, Need: 3}}, "订单 R1 拣货完成，共 1 / 3 件，其余缺货",
			"Order R1 is picked, 1 of 3 units, the rest is short"},
		{order.Message{Code: order.MsgInDispatch, Args: order.Args{N: 1}}, "发货交接，待交 1 件", "Hand-over, 1 parcel waiting"},
		{order.Message{Code: order.MsgInDispatch}, "发货交接", "Hand-over"},
	} {
		if zh, en := Line(ZH, c.m), Line(EN, c.m); zh != c.zh || en != c.en {
			t.Errorf("%q, %q", zh, en)
		}
	}
	if one, two := Count("%d scan(s), %d wrong", 1, 2), Count("%d scan(s)", 0); one != "1 scan, 2 wrong" || two != "0 scans" {
		t.Errorf("%q, %q", one, two)
	}
}

func TestNoLineShowsTheMarkOfAnEnding(t *testing.T) {
	for _, c := range order.MsgCodes() {
		for _, a := range []order.Args{fullArgs(), {}, {N: 1, Need: 1}} {
			if got := Line(EN, order.Message{Code: c, Args: a}); strings.Contains(got, "(s)") {
				t.Errorf("%s: %q", c, got)
			}
		}
	}
}

func TestNamesFallBackToTheOtherLanguageThenTheSKU(t *testing.T) {
	a := fullArgs()
	a.Name = order.Names{ZH: "芒果"}
	if got := Line(EN, order.Message{Code: order.MsgUnitPicked, Args: a}); got != "芒果: 3 of 5" {
		t.Errorf("%q", got)
	}
	a.Name = order.Names{}
	if got := Line(ZH, order.Message{Code: order.MsgUnitPicked, Args: a}); got != "SKU-1：已拣 3 / 5" {
		t.Errorf("%q", got)
	}
}

func TestAMessageWithoutTextIsShownAsItsCode(t *testing.T) {
	if got := Line(EN, order.Message{Code: "brand_new"}); got != "brand new" {
		t.Errorf("%q", got)
	}
	if got := Line(EN, order.Message{}); got != "" {
		t.Errorf("empty message is %q", got)
	}
}

func TestBrokenTemplatesAreFound(t *testing.T) {
	for _, s := range []string{"{name", "{nobody}", "[{name}", "[{x}]"} {
		if _, err := parse(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestControlBytesInArgumentsAreNeutral(t *testing.T) {
	a := order.Args{Code: "\x1b[2J\x07\x9b31m\u202eevil\r\n\xff"}
	got := Line(EN, order.Message{Code: order.MsgUnknownCode, Args: a})
	if want := "Nobody knows this code: ?[2J??31mevil  ?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCleanKeepsTwoMarksAndNoMore(t *testing.T) {
	if got := Clean("e" + strings.Repeat("\u0301", 50) + "x"); got != "e\u0301\u0301x" {
		t.Errorf("%q", got)
	}
}

func TestCleanTextHasNoControls(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := Clean(string(rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes")) + rapid.String().Draw(rt, "text"))
		for _, r := range s {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				rt.Fatalf("%q holds %U", s, r)
			}
		}
		if Clean(s) != s {
			rt.Fatalf("cleaning twice changes %q to %q", s, Clean(s))
		}
	})
}

func FuzzLine(f *testing.F) {
	f.Add("unknown_code", "\x1b]0;x\x07", "芒果", 3)
	f.Add("not_now", "UNDO", "", -1)
	f.Fuzz(func(t *testing.T, code, s, name string, n int) {
		m := order.Message{Code: order.MsgCode(code), Args: order.Args{Code: s, Who: s, Ref: s, Reason: s,
			Name: order.Names{ZH: name}, N: n, Need: -n, AgeS: n}}
		for _, lang := range []string{ZH, EN, ""} {
			if got := Line(lang, m); strings.ContainsFunc(got, unicode.IsControl) {
				t.Errorf("control in %q", got)
			}
		}
	})
}

func TestAgesAreShort(t *testing.T) {
	for _, c := range []struct {
		d      time.Duration
		zh, en string
	}{
		{-time.Hour, "刚刚", "now"}, {59 * time.Second, "刚刚", "now"}, {time.Minute, "1分", "1 min"},
		{3*time.Hour + 5*time.Minute, "3时05分", "3 h 05"}, {49 * time.Hour, "2天", "2 d"},
		{1 << 62, "9999天", "9999 d"},
	} {
		if Age(ZH, c.d) != c.zh || Age(EN, c.d) != c.en {
			t.Errorf("%v: %q, %q", c.d, Age(ZH, c.d), Age(EN, c.d))
		}
	}
	if AgeSeconds(EN, -1) != "never" {
		t.Error("a negative age is not never")
	}
}
