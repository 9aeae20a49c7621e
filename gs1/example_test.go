package gs1_test

import (
	"errors"
	"fmt"
	"time"

	"pickstation/gs1"
)

// today is fixed so that the examples stay true.
var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func ExampleRead() {
	s := gs1.Read("9506000134352") // the scanner sends no AIM identifier
	for _, r := range s.Readings {
		fmt.Println(r.Kind, r.Text)
	}
	fmt.Println(s.Flags.Names())
	// Output:
	// gtin 9506000134352
	// gs1 9506000134352
	// text 9506000134352
	// [no_aim several]
}

func ExampleReader_Read() {
	var r gs1.Reader // one per device: nothing is allocated for the usual symbols
	s := r.Read("]d201095060001343521727053110LOT7\x1d21S1")
	item, _ := s.As(gs1.KindGS1)
	gtin, _ := item.GTIN()
	lot, _ := item.Lot()
	serial, _ := item.Serial()
	expiry, _ := item.Expiry(today)
	fmt.Println(s.Symbology, gtin, lot, serial, expiry)
	// Output: gs1_data_matrix 09506000134352 LOT7 S1 2027-05-31
}

func ExampleScan_Splits() {
	s := gs1.Read("]C1010950600013435210LOT717270531") // the FNC1 after the lot is missing
	if s.Flags.Has(gs1.FlagMissingFNC1) {
		splits, _ := s.Splits(1)
		fmt.Println(gs1.Bracketed(splits[0]))
	}
	// Output: (01)09506000134352(10)LOT7(17)270531
}

func ExampleSplits() {
	splits, all := gs1.Splits("10LOT717270531", 2)
	for _, elements := range splits {
		fmt.Println(gs1.Bracketed(elements))
	}
	fmt.Println("all:", all)
	// Output:
	// (10)LOT7(17)270531
	// (10)LOT(717)270531
	// all: false
}

func ExampleParse() {
	m, err := gs1.Parse("]C100950600013435200152", gs1.Options{})
	sscc, _ := m.SSCC()
	fmt.Println(m.Symbology, m.Kind, sscc, err)
	_, err = gs1.Parse("]C100950600013435200153", gs1.Options{})
	fmt.Println(err)
	// Output:
	// gs1_128 gs1 950600013435200152 <nil>
	// AI (00): the check digit is wrong: "3" in "950600013435200153"
}

func ExampleParseInto() {
	room := make([]gs1.Element, 0, 16)
	m, err := gs1.ParseInto(room, "]C1010950600013435210A", gs1.Options{})
	fmt.Println(m.Elements, err)
	// Output: [{01 09506000134352} {10 A}] <nil>
}

func ExampleParseElements() {
	elements, err := gs1.ParseElements(nil, "10LOT7\x1d17270531", gs1.Options{})
	fmt.Println(elements, err)
	// Output: [{10 LOT7} {17 270531}] <nil>
}

func ExampleLookup() {
	ai, _ := gs1.Lookup("3103")
	fmt.Println(ai.Title, ai.MinLength, ai.FixedLength)
	// Output: net weight, kg 6 true
}

func ExampleAIs() {
	fmt.Println(len(gs1.AIs()), gs1.AIs()[0].Code)
	// Output: 541 00
}

func ExampleCheckValue() {
	fmt.Println(gs1.CheckValue("17", "271331"))
	// Output: AI (17): there is no such month: "13" in "271331"
}

func ExampleValue() {
	lot, ok := gs1.Value([]gs1.Element{{AI: "10", Value: "LOT7"}}, "10")
	fmt.Println(lot, ok)
	// Output: LOT7 true
}

func ExampleCheckPairs() {
	fmt.Println(gs1.CheckPairs([]gs1.Element{{AI: "01", Value: "09506000134352"}, {AI: "37", Value: "12"}}))
	// Output: AI (01): must not stand together with AI (37)
}

func ExampleCheckRequired() {
	fmt.Println(gs1.CheckRequired([]gs1.Element{{AI: "21", Value: "S1"}}))
	// Output: AI (21): needs to be accompanied by AI 01,03,8006
}

func ExampleMerge() {
	item, _ := gs1.ParseElements(nil, "0109506000134352", gs1.Options{})
	lot, _ := gs1.ParseElements(nil, "10LOT7", gs1.Options{})
	all, err := gs1.Merge(item, lot)
	fmt.Println(all, err, gs1.CheckRequired(all))
	// Output: [{01 09506000134352} {10 LOT7}] <nil> <nil>
}

func ExampleCheckDigit() {
	fmt.Printf("%c\n", gs1.CheckDigit("950600013435"))
	// Output: 2
}

func ExampleValidCheckDigit() {
	fmt.Println(gs1.ValidCheckDigit("9506000134352"), gs1.ValidCheckDigit("9506000134353"))
	// Output: true false
}

func ExampleCheckPair() {
	fmt.Println(gs1.CheckPair("1987654Ad4X4bL5ttr2310c"))
	// Output: 2K <nil>
}

func ExampleCheckGTIN() {
	fmt.Println(gs1.CheckGTIN("9506000134353"))
	// Output: the check digit of the number is wrong: "3" in "9506000134353"
}

func ExampleCheckSSCC() {
	fmt.Println(gs1.CheckSSCC("950600013435200152"))
	// Output: <nil>
}

func ExampleCheckGLN() {
	fmt.Println(gs1.CheckGLN("950600013435"))
	// Output: the number has a wrong length: "950600013435"
}

func ExampleNormalGTIN() {
	fmt.Println(gs1.NormalGTIN("02345673"))
	// Output: 00000002345673 <nil>
}

func ExampleShortGTIN() {
	fmt.Println(gs1.ShortGTIN("00000002345673"), gs1.ShortGTIN("09506000134352"))
	// Output: 02345673 9506000134352
}

func ExampleMakeSSCC() {
	fmt.Println(gs1.MakeSSCC(3, "9506000", 42))
	// Output: 395060000000000429 <nil>
}

func ExampleMakeGTIN() {
	fmt.Println(gs1.MakeGTIN(1, "9506000", 13435))
	// Output: 19506000134359 <nil>
}

func ExampleMakeGLN() {
	fmt.Println(gs1.MakeGLN("9506000", 13435))
	// Output: 9506000134352 <nil>
}

func ExampleSymbologyOf() {
	fmt.Println(gs1.SymbologyOf("]C1"), gs1.SymbologyOf("]I1"), gs1.SymbologyOf("]?9"))
	// Output: gs1_128 itf unknown
}

func ExampleParseDigitalLink() {
	elements, err := gs1.ParseDigitalLink(nil, "https://id.gs1.org/01/09506000134352/10/LOT7?17=270531", gs1.Options{})
	fmt.Println(elements, err)
	// Output: [{01 09506000134352} {10 LOT7} {17 270531}] <nil>
}

func ExampleDigitalLink() {
	elements, _ := gs1.ParseBracketed(nil, "(17)270531(10)LOT/7(01)09506000134352", gs1.Options{})
	fmt.Println(gs1.DigitalLink("https://example.com", elements, gs1.Options{}))
	// Output: https://example.com/01/09506000134352/10/LOT%2F7?17=270531 <nil>
}

func ExampleElementString() {
	elements := []gs1.Element{{AI: "10", Value: "LOT7"}, {AI: "01", Value: "09506000134352"}, {AI: "21", Value: "S1"}}
	as, err := gs1.ElementString(elements)
	fmt.Printf("%q %v\n", as, err)
	as, err = gs1.ElementString(gs1.Compact(elements))
	fmt.Printf("%q %v\n", as, err)
	// Output:
	// "10LOT7\x1d010950600013435221S1" <nil>
	// "010950600013435210LOT7\x1d21S1" <nil>
}

func ExampleCompact() {
	fmt.Println(gs1.Compact([]gs1.Element{{AI: "10", Value: "A"}, {AI: "11", Value: "260101"}}))
	// Output: [{11 260101} {10 A}]
}

func ExampleBracketed() {
	fmt.Println(gs1.Bracketed([]gs1.Element{{AI: "01", Value: "09506000134352"}, {AI: "10", Value: "A(1)"}}))
	// Output: (01)09506000134352(10)A\(1)
}

func ExampleParseBracketed() {
	elements, err := gs1.ParseBracketed(nil, `(01)09506000134352(10)A\(1)`, gs1.Options{})
	fmt.Println(elements, err)
	// Output: [{01 09506000134352} {10 A(1)}] <nil>
}

func ExampleCenturyOf() {
	fmt.Println(gs1.CenturyOf(27, today), gs1.CenturyOf(76, today), gs1.CenturyOf(77, today))
	// Output: 2027 2076 1977
}

func ExampleParseDate() {
	d, err := gs1.ParseDate("280200", today) // day 00: the whole month
	fmt.Println(d, err)
	// Output: 2028-02-29 <nil>
}

func ExampleParseMoment() {
	m, err := gs1.ParseMoment("2705311430", today)
	fmt.Println(m, m.Ends(time.UTC), err)
	// Output: 2027-05-31T14:30:00 2027-05-31 14:30:00 +0000 UTC <nil>
}

func ExampleParseMeasure() {
	m, _ := gs1.ParseMeasure("3103", "001250")
	mg, _ := m.Milligrams()
	fmt.Println(m, mg)
	cold, _ := gs1.ParseMeasure("4333", "001800-")
	fmt.Println(cold)
	// Output:
	// 1.250 kg 1250000
	// -18.00 °C
}

func ExampleParseISO15434() {
	formats, err := gs1.ParseISO15434("[)>\x1e06\x1d1TLOT9\x1dQ5\x1e\x04")
	fmt.Println(formats, err)
	// Output: [{06 [1TLOT9 Q5]}] <nil>
}

func ExampleDataIdentifier() {
	fmt.Println(gs1.DataIdentifier("1TLOT9"))
	// Output: 1T LOT9
}

func ExampleEncodingOf() {
	fmt.Println(gs1.EncodingOf("中文"), gs1.EncodingOf("\xd6\xd0\xce\xc4"))
	// Output: utf-8 gbk
}

func ExampleCarriers() {
	fmt.Println(gs1.Carriers("RB123456785GB"), gs1.Carriers("SF1234567890123"))
	// Output: [s10] [sf]
}

func ExampleS10CheckDigit() {
	fmt.Printf("%c\n", gs1.S10CheckDigit("47312482"))
	// Output: 9
}

func ExampleTransmit() {
	fmt.Println(gs1.Transmit(gs1.LabelEAN13, "950600013435", true))
	// Output: ]E09506000134352 <nil>
}

func ExampleExpandUPCE() {
	fmt.Println(gs1.ExpandUPCE("01234565"))
	// Output: 012345000065 <nil>
}

func ExampleReading_Part() {
	s := gs1.Read("[)>\x1e06\x1dPMANGO-5\x1d1TLOT9\x1dQ12\x1e\x04") // a supplier's label
	part, _ := s.Readings[0].Part()
	lot, _ := s.Readings[0].Lot()
	count, _ := s.Readings[0].Count()
	fmt.Println(part, lot, count)
	// Output: MANGO-5 LOT9 12
}

func ExampleReading_Content() {
	s := gs1.Read("]C10209506000134352" + "3724") // 24 pieces in a logistic unit
	fmt.Println(s.Readings[0].Content())
	// Output: 09506000134352 24 true
}

func ExampleReading_NetWeight() {
	s := gs1.Read("]C10109506000134352" + "3103001250" + "3303001300")
	net, _ := s.Readings[0].NetWeight()
	gross, _ := s.Readings[0].GrossWeight()
	fmt.Println(net, gross)
	// Output: 1.250 kg 1.300 kg
}

func ExampleReading_BestBefore() {
	s := gs1.Read("]C10109506000134352" + "11260501" + "15270500" + "17270600" + "3005")
	best, _ := s.Readings[0].BestBefore(today)
	made, _ := s.Readings[0].Produced(today)
	pieces, _ := s.Readings[0].Count()
	fmt.Println(made, best, made.Before(best.Date), s.Readings[0].MonthOnly(), pieces)
	fmt.Println(best.In(time.UTC), best.Date.In(time.UTC))
	// Output:
	// 2026-05-01 2027-05-31 true true 5
	// 2027-05-31 00:00:00 +0000 UTC 2027-05-31 00:00:00 +0000 UTC
}

func ExampleError() {
	_, err := gs1.Parse("]C10109506000134353", gs1.Options{})
	var e *gs1.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code, e.AI)
		fmt.Println(e.Hint() != "")
	}
	// Output:
	// incorrect_check_digit 01
	// true
}
