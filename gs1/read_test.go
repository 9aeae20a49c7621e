package gs1

import (
	"slices"
	"strings"
	"testing"
)

const (
	ean  = "9506000134352"
	gtin = "09506000134352"
	sscc = "950600013435200152"
)

func kinds(s Scan) []string {
	var out []string
	for _, r := range s.Readings {
		out = append(out, r.Kind.String())
	}
	return out
}

func TestIdentifiersThatWarehousesSendAreRead(t *testing.T) {
	for _, c := range []struct {
		name, scan string
		symbology  Symbology
		kinds      string
		flags      Flags
	}{
		{"EAN-13", "]E0" + ean, EAN13, "gtin text", FlagSeveral},
		{"UPC-A without its leading zero", "]E0416000336108", EAN13, "gtin text", FlagShortNumber},
		{"UPC-E under the identifier of EAN-13", "]E001234565", EAN13, "gtin gtin text", FlagShortNumber | FlagUPCE},
		{"UPC-E that is no EAN-8", "]E001234505", EAN13, "gtin text", FlagUPCE},
		{"EAN-8 under the identifier of EAN-13", "]E096385074", EAN13, "gtin text", FlagShortNumber},
		{"ITF-14 with its check digit", "]I1" + gtin, ITF, "gtin text", FlagForeignAIM},
		{"ITF without a check", "]I0" + gtin, ITF, "gtin text", FlagForeignAIM},
		{"ITF with the check digit stripped", "]I3" + gtin[:13], ITF, "gtin text", FlagForeignAIM | FlagCheckDigitDone},
		{"ITF with a wrong check digit", "]I0" + gtin[:13] + "9", ITF, "text", FlagForeignAIM},
		{"ITF of another length", "]I1123456", ITF, "text", FlagForeignAIM},
		{"Code 128 with a shop's code", "]C0SKU-4711", Code128, "text", FlagForeignAIM},
		{"Code 128 with element strings", "]C001" + gtin, Code128, "gs1 text", FlagForeignAIM | FlagGS1InPlain},
		{"Code 128 with an item number", "]C0" + gtin, Code128, "gtin text", FlagForeignAIM},
		{"AIM 128", "]C2ABC", AIM128, "text", FlagForeignAIM},
		{"ISBT 128", "]C4=W0000", ISBT128, "text", FlagForeignAIM},
		{"Code 39", "]A0A-03-2", Code39, "text", FlagForeignAIM},
		{"EAN with a two-digit add-on", "]E3" + ean + "12", EANWithAddOn, "gtin text", FlagForeignAIM | FlagAddOn},
		{"EAN with a five-digit add-on", "]E3" + ean + "12345", EANWithAddOn, "gtin text", FlagForeignAIM | FlagAddOn},
		{"EAN with its add-on as a second message", "]E0" + ean + "]E112", EAN13, "gtin text", FlagAddOn},
		{"the add-on alone", "]E112", AddOn2, "text", FlagForeignAIM},
		{"Data Matrix, old", "]d0ABC", DataMatrix, "text", FlagForeignAIM},
		{"Data Matrix, FNC1 second", "]d3ABC", DataMatrix, "text", FlagForeignAIM},
		{"Data Matrix with ECI", `]d4\000026ABC`, DataMatrix, "text", FlagForeignAIM | FlagECI},
		{"GS1 Data Matrix with ECI", `]d501` + gtin, GS1DataMatrix, "gs1 text", FlagForeignAIM},
		{"QR, model 1", "]Q0ABC", QR, "text", FlagForeignAIM},
		{"QR with ECI", `]Q2\000026A\\B`, QR, "text", FlagForeignAIM | FlagECI},
		{"GS1 QR with ECI", `]Q4\00002601` + gtin, GS1QR, "gs1 text", FlagForeignAIM | FlagECI},
		{"PDF417", "]L0ABC", PDF417, "text", FlagForeignAIM},
		{"Aztec", "]z0ABC", Aztec, "text", FlagForeignAIM},
		{"other", "]X0ABC", OtherSymbology, "text", FlagForeignAIM},
		{"a symbol with one separator in front", "]C1\x1d01" + gtin, GS1128, "gs1 text", FlagLeadingGS},
		{"a link to a page", "]Q1https://example.com/p/1", QR, "url text", FlagSeveral},
		{"a Digital Link", "]Q1https://example.com/01/" + gtin, QR, "digital_link text", 0},
		{"a scheme in mixed case", "]Q1Https://example.com/01/" + gtin, QR, "url text", 0},
		{"UTF-8", "]Q1货位A-03", QR, "text", FlagNonASCII},
	} {
		s := Read(c.scan)
		want := strings.Fields(c.kinds)
		flags := c.flags &^ FlagSeveral
		if s.Err != nil || s.Symbology != c.symbology || !slices.Equal(kinds(s), want) || s.Flags&^FlagSeveral != flags {
			t.Errorf("%s %q: %v %v %v %v, want %v %v %v", c.name, c.scan, s.Symbology, kinds(s), s.Flags.Names(), s.Err, c.symbology, want, flags.Names())
		}
	}
}

func TestTheStrictJudgeRefusesWhatTheStationForgives(t *testing.T) {
	for _, scan := range []string{"]I1" + gtin, "]C001" + gtin, "]E3" + ean + "12", "01" + gtin, "]C1\x1d01" + gtin, "]d501" + gtin} {
		if _, err := Parse(scan, Options{}); err == nil {
			t.Errorf("%q passes the strict parser", scan)
		}
		if s := Read(scan); s.Err != nil || s.Flags == 0 {
			t.Errorf("%q: the station gives %v and flags %v", scan, s.Err, s.Flags.Names())
		}
	}
}

func TestOnlyOneLeadingSeparatorIsDropped(t *testing.T) {
	s := Read("]C1\x1d\x1d01" + gtin)
	if codeOf(s.Err) != UnknownAI || !slices.Equal(kinds(s), []string{"text"}) {
		t.Errorf("%v %v", s.Err, kinds(s))
	}
}

func TestWithoutIdentifierAllReadingsAreReturned(t *testing.T) {
	for scan, want := range map[string]string{
		ean:                            "gtin gs1 text", // also (95), internal
		gtin:                           "gtin text",
		"96385074":                     "gtin gs1 text",  // also (96), internal
		"02345673":                     "gtin gtin text", // an EAN-8 or a UPC-E
		"416000336108":                 "gtin text",      // (416) needs thirteen digits
		"9506000134353":                "gs1 text",       // wrong check digit: no item number
		"01" + gtin:                    "gs1 text",
		"01" + gtin + "10A\x1d21B":     "gs1 text",
		"986578788855":                 "carrier gs1 text",
		"RB123456785GB":                "carrier text",
		"SKU-1":                        "text",
		"(01)" + gtin + "(10)A":        "gs1 text",
		"[)>\x1e06\x1d1TA\x1e\x04":     "iso15434 text",
		"https://example.com/a":        "url text",
		"HTTP://a/01/" + gtin:          "digital_link text",
		"货位A":                          "text",
		"\xd6\xd0\xce\xc4":             "text",
		"]":                            "text",
		"]]]":                          "text",
		"]~0ABC":                       "text",
		"99" + strings.Repeat("A", 91): "text",
	} {
		s := Read(scan)
		if got := strings.Join(kinds(s), " "); got != want || !s.Flags.Has(FlagNoAIM) {
			t.Errorf("%q: %s %v, want %s", scan, got, s.Flags.Names(), want)
		}
	}
}

func TestAFaultySymbolMarkedAsGS1KeepsItsTextAndSaysWhy(t *testing.T) {
	s := Read("]C101" + gtin[:13] + "9")
	if codeOf(s.Err) != IncorrectCheckDigit || len(s.Readings) != 1 || s.Readings[0].Text != "01"+gtin[:13]+"9" {
		t.Errorf("%v %+v", s.Err, s.Readings)
	}
	if s := Read("]E09506000134353"); codeOf(s.Err) != PrimaryCheckDigitIncorrect {
		t.Errorf("%v", s.Err)
	}
	if s := Read("https://a/01/" + gtin[:13] + "9"); codeOf(s.Err) != IncorrectCheckDigit || s.Kind() != KindURL {
		t.Errorf("%v %v", s.Err, s.Kind())
	}
	if s := Read(""); codeOf(s.Err) != EmptyScan || len(s.Readings) != 0 {
		t.Errorf("%v %+v", s.Err, s.Readings)
	}
}

func TestEnvelopesGiveTheirFields(t *testing.T) {
	s := Read("[)>\x1e06\x1d1TLOT9\x1dSABC1\x1dQ5\x1e\x04")
	r, ok := s.As(KindISO15434)
	lot, _ := r.Lot()
	serial, _ := r.Serial()
	count, _ := r.Count()
	if !ok || lot != "LOT9" || serial != "ABC1" || count != 5 || s.Flags.Has(FlagOpenEnvelope) {
		t.Errorf("%+v %v", r, s.Flags.Names())
	}
	s = Read("[)>\x1e05\x1d01" + gtin + "\x1d10LOT7")
	r, _ = s.As(KindISO15434)
	if g, _ := r.GTIN(); g != gtin || !s.Flags.Has(FlagOpenEnvelope) {
		t.Errorf("%+v %v", r, s.Flags.Names())
	}
	for _, bad := range []string{"[)>", "[)>\x1e", "[)>06\x1dA\x1e\x04", "[)>\x1eA6\x1dA", "[)>\x1e06" + strings.Repeat("\x1d", 600)} {
		if s := Read(bad); codeOf(s.Err) != EnvelopeMalformed || s.Kind() != KindText {
			t.Errorf("%q: %v %v", bad, s.Err, kinds(s))
		}
	}
}

func TestEncodingsAreToldApart(t *testing.T) {
	for text, want := range map[string]Encoding{"ABC": ASCII, "": ASCII, "中文": UTF8, "\xd6\xd0\xce\xc4": GBK, "A\xd6\xd0": GBK, "\xff\xfe": Binary,
		"\xd6": Binary, "\x80A": Binary, "\xd6\x7f": Binary} {
		if got := EncodingOf(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestALostSeparatorIsReportedAndNotGuessed(t *testing.T) {
	s := Read("]C101" + gtin + "10LOT7" + "17270531")
	r, _ := s.As(KindGS1)
	if lot, _ := r.Lot(); lot != "LOT717270531" || !s.Flags.Has(FlagMissingFNC1) {
		t.Errorf("lot %q, flags %v: the reading as printed must stay", lot, s.Flags.Names())
	}
	splits, _ := s.Splits(8)
	want := []Element{{"01", gtin}, {"10", "LOT7"}, {"17", "270531"}}
	if len(splits) == 0 || !slices.Equal(splits[0], want) {
		t.Errorf("splits %v", splits)
	}
	for _, split := range splits {
		if err := CheckPairs(split); err != nil {
			t.Errorf("split %v: %v", split, err)
		}
		if text := strings.Join(strings.Split(mustElementString(t, split), "\x1d"), ""); text != s.data {
			t.Errorf("split %v does not spell the data", split)
		}
	}
	if clean := Read("]C101" + gtin + "10LOT7\x1d17270531"); clean.Flags.Has(FlagMissingFNC1) {
		t.Errorf("a separator that is there is reported missing: %v", clean.Flags.Names())
	}
	for _, ordinary := range []string{"10B2046", "10ABC21XYZW12345", "1727053110LOT7" + "17270531", "10LOT7" + "17271331"} {
		if s := Read("]C101" + gtin + ordinary); s.Err != nil || s.Flags.Has(FlagMissingFNC1) {
			t.Errorf("%s: an ordinary lot is under suspicion: %v %v", ordinary, s.Flags.Names(), s.Err)
		}
	}
}

func TestSplitsListEveryNumberOfLostSeparatorsTheFewestFirst(t *testing.T) {
	data := "10LOT7" + "21SER" + "17270531"
	splits, all := Splits(data, 64)
	if !all || len(splits) < 3 {
		t.Errorf("%d ways, all of them: %v", len(splits), all)
	}
	if _, all := Splits(data, len(splits)-1); all {
		t.Error("a list that was cut off passes as all")
	}
	if _, all := Splits(hostileSplits, maxSplits); all {
		t.Error("a search that was given up passes as all")
	}
	truth := []Element{{"10", "LOT7"}, {"21", "SER"}, {"17", "270531"}}
	if !slices.ContainsFunc(splits, func(split []Element) bool { return slices.Equal(split, truth) }) {
		t.Errorf("a scanner that drops one separator drops the next as well, but no split has both: %v", splits)
	}
	for i := range splits[1:] {
		if len(splits[i]) > len(splits[i+1]) {
			t.Errorf("%s comes before %s", Bracketed(splits[i]), Bracketed(splits[i+1]))
		}
	}
	if got, _ := Splits(data, 1); len(got) != 1 {
		t.Errorf("limit 1 gives %d", len(got))
	}
	if got, _ := Splits("10LOT717270531", 0); len(got) != 0 {
		t.Errorf("limit 0 gives %d", len(got))
	}
}

func TestSplitsKeepTheRulesBetweenElements(t *testing.T) {
	splits, _ := Splits("01"+gtin+"10A"+"3712", 64)
	for _, split := range splits {
		if _, forbidden := Value(split, "37"); forbidden {
			t.Errorf("%s: (37) must not stand beside (01)", Bracketed(split))
		}
	}
}

func TestUnmarkedDataThatBeginsWithAProvenFieldIsNotTakenForText(t *testing.T) {
	s := Read("01" + gtin + "10LOT7721" + "17270531" + "21" + "001234567890")
	if codeOf(s.Err) != DataTooLong || !s.Flags.Has(FlagMissingFNC1) {
		t.Errorf("%v %v", s.Err, s.Flags.Names())
	}
	if s := Read("01-SHELF"); s.Err != nil {
		t.Errorf("a shop's code is taken for faulty GS1 data: %v", s.Err)
	}
}

func TestPrintedBracketsWithAFaultInThemAreNotTakenForText(t *testing.T) {
	for raw, want := range map[string]Code{
		"(01)" + gtin[:13] + "3": IncorrectCheckDigit, "(01)" + gtin + "(17)271331": IllegalMonth, "(01)" + gtin + "(02)" + gtin: InvalidPair,
		"(A) SHELF": "", "(see over)": "", "(": "", "(9999)X": "",
	} {
		if s := Read(raw); codeOf(s.Err) != want || s.Kind() != KindText {
			t.Errorf("%s: %s, error %v, want %q", raw, s.Kind(), s.Err, want)
		}
	}
}

func TestALostSeparatorThatBreaksTheDataIsReported(t *testing.T) {
	s := Read("]C101" + gtin + "10LOT7721" + "17270531" + "21" + "001234567890")
	if splits, _ := s.Splits(8); codeOf(s.Err) != DataTooLong || !s.Flags.Has(FlagMissingFNC1) || len(splits) == 0 {
		t.Errorf("%v %v %v", s.Err, s.Flags.Names(), splits)
	}
	if s := Read("]C1" + "77\x00\x01"); s.Flags.Has(FlagMissingFNC1) || s.Err == nil {
		t.Errorf("garbage: %v %v", s.Err, s.Flags.Names())
	}
}

func mustElementString(t *testing.T, elements []Element) string {
	t.Helper()
	s, err := ElementString(elements)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNothingIsAllocatedForWarehouseSymbols(t *testing.T) {
	room := make([]Element, 0, 16)
	var r Reader
	for _, s := range warehouseSymbols {
		if n := testing.AllocsPerRun(100, func() { ParseInto(room, s.scan, Options{}) }); n != 0 {
			t.Errorf("%s: ParseInto allocates %v times", s.name, n)
		}
		if n := testing.AllocsPerRun(100, func() { r.Read(s.scan) }); n != 0 {
			t.Errorf("%s: Read allocates %v times", s.name, n)
		}
		if n := testing.AllocsPerRun(100, func() { r.Read(s.scan[3:]) }); n != 0 {
			t.Errorf("%s without identifier: Read allocates %v times", s.name, n)
		}
	}
}

func TestReaderAndReadAgree(t *testing.T) {
	var reused Reader
	lines(t, "gen_scan_dev.jsonl", func(v scanVector) {
		fresh, again := Read(v.In), reused.Read(v.In)
		if !slices.Equal(kinds(fresh), kinds(again)) || fresh.Flags != again.Flags || (fresh.Err == nil) != (again.Err == nil) {
			t.Errorf("%q: %v %v, reused %v %v", v.In, kinds(fresh), fresh.Err, kinds(again), again.Err)
		}
		if m, err := Parse(v.In, Options{}); err == nil && len(m.Elements) > 0 {
			r := again.Readings[0]
			if again.Err != nil || !slices.Equal(r.Elements, m.Elements) {
				t.Errorf("%q: the station reads %v, the strict parser %v", v.In, r.Elements, m.Elements)
			}
		}
	})
}

func TestKnownIdentifiersNameTheirSymbology(t *testing.T) {
	type vector struct{ Vendor, ID, Sym string }
	want := map[string]Symbology{"]A0": Code39, "]C0": Code128, "]C1": GS1128, "]C2": AIM128, "]C4": ISBT128, "]E0": EAN13, "]E1": AddOn2,
		"]E2": AddOn5, "]E3": EANWithAddOn, "]E4": EAN8, "]I0": ITF, "]I1": ITF, "]I3": ITF, "]d1": DataMatrix, "]d2": GS1DataMatrix, "]Q1": QR,
		"]Q3": GS1QR, "]J0": DotCode, "]J1": GS1DotCode, "]e0": GS1DataBar, "]L0": PDF417, "]z0": Aztec, "]X0": OtherSymbology}
	n := 0
	lines(t, "code_ids.jsonl", func(v vector) {
		if v.Vendor != "aim" {
			return
		}
		n++
		if got := SymbologyOf(v.ID); got != want[v.ID] || got == SymbologyUnknown {
			t.Errorf("%s (%s): %v", v.ID, v.Sym, got)
		}
	})
	if n != len(want) {
		t.Errorf("%d identifiers, %d expected", n, len(want))
	}
}
