package gs1

import (
	"encoding/csv"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEverySingleWrongDigitIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9]{7,17}`).Draw(t, "body")
		number := body + string(rune(CheckDigit(body)))
		if !ValidCheckDigit(number) {
			t.Fatalf("%s: its own check digit is refused", number)
		}
		at := rapid.IntRange(0, len(number)-1).Draw(t, "at")
		step := byte(rapid.IntRange(1, 9).Draw(t, "step"))
		wrong := number[:at] + string(rune('0'+(number[at]-'0'+step)%10)) + number[at+1:]
		if ValidCheckDigit(wrong) {
			t.Fatalf("%s passes as well as %s", wrong, number)
		}
	})
}

func TestCheckDigitsOfRealItemsHold(t *testing.T) {
	file, err := os.Open(testData(t, "gtin", "off_mousquetaires_gtin.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := csv.NewReader(file)
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	items := 0
	for _, row := range rows {
		for _, cell := range row {
			if len(cell) == 13 && allDigits(cell) {
				items++
				if err := CheckGTIN(cell); err != nil {
					t.Errorf("%s: %v", cell, err)
				}
			}
		}
	}
	if items < 20 {
		t.Errorf("%d items tried", items)
	}
}

func TestKeysAreMadeAndRefused(t *testing.T) {
	made, err := MakeSSCC(9, "506000134352", 15)
	if err != nil || CheckSSCC(made) != nil || made[:13] != "9506000134352" {
		t.Errorf("%s %v", made, err)
	}
	for name, f := range map[string]func() (string, error){
		"serial too long":     func() (string, error) { return MakeSSCC(0, "506000134352", 10000) },
		"extension too big":   func() (string, error) { return MakeSSCC(10, "5060001", 1) },
		"prefix with letters": func() (string, error) { return MakeSSCC(0, "50A0001", 1) },
		"prefix too short":    func() (string, error) { return MakeSSCC(0, "506", 1) },
		"prefix too long":     func() (string, error) { return MakeGLN("5060001343521", 1) },
		"indicator negative":  func() (string, error) { return MakeGTIN(-1, "5060001", 1) },
		"item too long":       func() (string, error) { return MakeGTIN(0, "506000134352", 1) },
	} {
		if made, err := f(); err == nil {
			t.Errorf("%s: made %s", name, made)
		}
	}
	for _, bad := range []string{"", "1", "950600013435", "95060001343521", "٩٥٠٦٠٠٠١٣٤٣٥٢"} {
		if CheckGLN(bad) == nil || CheckSSCC(bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
	for short, long := range map[string]string{"02345673": "00000002345673", "416000336108": "00416000336108", ean: gtin, gtin: gtin} {
		got, err := NormalGTIN(short)
		if got != long || err != nil {
			t.Errorf("%s: %s %v", short, got, err)
		}
	}
}

func TestTheCenturyMovesWithTheClock(t *testing.T) {
	for _, c := range []struct{ now, yy, want int }{
		{2026, 26, 2026}, {2026, 76, 2076}, {2026, 77, 1977}, {2026, 0, 2000}, {2026, 99, 1999},
		{2060, 9, 2109}, {2060, 10, 2110}, {2060, 11, 2011}, {2099, 0, 2100}, {2099, 49, 2149}, {2099, 50, 2050}, {2001, 52, 1952}, {2001, 51, 2051},
	} {
		now := time.Date(c.now, 6, 1, 0, 0, 0, 0, time.UTC)
		got := CenturyOf(c.yy, now)
		if got != c.want || got-c.now > 50 || c.now-got > 49 {
			t.Errorf("year %02d seen from %d: %d, want %d", c.yy, c.now, got, c.want)
		}
	}
}

func TestDatesAreReadToTheDay(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{"270531": "2027-05-31", "270200": "2027-02-28", "280200": "2028-02-29", "280229": "2028-02-29",
		"270400": "2027-04-30", "770101": "1977-01-01"} {
		if d, err := ParseDate(in, now); err != nil || d.String() != want {
			t.Errorf("%s: %v %v, want %s", in, d, err, want)
		}
	}
	for in, code := range map[string]Code{"270229": IllegalDay, "271301": IllegalMonth, "2705": DateTooShort, "27053A": NonDigitCharacter} {
		if _, err := ParseDate(in, now); codeOf(err) != code {
			t.Errorf("%s: %v, want %s", in, err, code)
		}
	}
	// 2100 is no leap year; only then does the missing century matter.
	if _, err := ParseDate("000229", time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)); codeOf(err) != IllegalDay {
		t.Errorf("29 February 2100: %v", err)
	}
}

func TestAnItemIsGoodUntilTheEndOfItsDay(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	zone := time.FixedZone("CST", 8*3600)
	r := Read("]d201" + gtin + "17270531").Readings[0]
	m, ok := r.Expiry(now)
	if !ok || !m.Ends(zone).Equal(time.Date(2027, 6, 1, 0, 0, 0, 0, zone)) || m.HasTime || r.MonthOnly() {
		t.Errorf("%v %v", m, m.Ends(zone))
	}
	r = Read("]d201" + gtin + "17270531" + "70032705301430").Readings[0]
	if m, ok = r.Expiry(now); !ok || !m.Ends(zone).Equal(time.Date(2027, 5, 30, 14, 30, 0, 0, zone)) {
		t.Errorf("the time of (7003) does not count: %v", m)
	}
	if r = Read("]d201" + gtin + "17270500").Readings[0]; !r.MonthOnly() {
		t.Error("day 00 is not noticed")
	}
	for in, code := range map[string]Code{"27053": DateTooShort, "2705311": HourTooShort, "270531143": MinuteTooShort, "27053124": IllegalHour,
		"2705311460": IllegalMinute, "270531143060": IllegalSecond, "27053114303012": DateTooLong} {
		if _, err := ParseMoment(in, now); codeOf(err) != code {
			t.Errorf("%s: %v, want %s", in, err, code)
		}
	}
}

func TestMeasuresStayExact(t *testing.T) {
	for _, c := range []struct{ ai, value, want string }{
		{"3100", "000012", "12 kg"}, {"3103", "001250", "1.250 kg"}, {"3105", "000001", "0.00001 kg"}, {"3202", "000150", "1.50 lb"},
		{"30", "12", "12"}, {"37", "00000012", "12"}, {"3922", "0299", "2.99"}, {"3932", "9780299", "2.99 978"},
		{"4331", "002500", "25.00 °C"}, {"4333", "001800-", "-18.00 °C"}, {"4332", "000005-", "-0.05 °F"}, {"3909", "123456789012345", "123456.789012345"},
	} {
		if m, err := ParseMeasure(c.ai, c.value); err != nil || m.String() != c.want {
			t.Errorf("(%s)%s: %v %v, want %s", c.ai, c.value, m, err, c.want)
		}
	}
	for _, c := range []struct{ ai, value string }{{"01", gtin}, {"3103", "1"}, {"10", "A"}, {"9999", "1"}, {"4331", "00180-"}, {"8005", "000000"}} {
		if m, err := ParseMeasure(c.ai, c.value); err == nil {
			t.Errorf("(%s)%s is taken for %v", c.ai, c.value, m)
		}
	}
	for _, c := range []struct {
		ai, value string
		mg        int64
	}{{"3103", "001250", 1_250_000}, {"3105", "000001", 10}, {"3200", "000001", 453_592}, {"3205", "000001", 5}, {"3200", "999999", 453591916408},
		{"3560", "000001", 31103}, {"3100", "999999", 999_999_000_000}} {
		m, err := ParseMeasure(c.ai, c.value)
		if mg, ok := m.Milligrams(); err != nil || !ok || mg != c.mg {
			t.Errorf("(%s)%s: %d mg %v %v, want %d", c.ai, c.value, mg, ok, err, c.mg)
		}
	}
	if _, ok := (Measure{Mantissa: 1 << 60, Unit: "kg"}).Milligrams(); ok {
		t.Error("an impossible weight is converted")
	}
	if _, ok := (Measure{Mantissa: 1, Unit: "m"}).Milligrams(); ok {
		t.Error("a length is a weight")
	}
}

func TestAccessorsAnswerFromTheRightIdentifier(t *testing.T) {
	r := Read("]C100" + sscc + "02" + gtin + "3712\x1d10LOT7").Readings[0]
	if _, ok := r.GTIN(); ok {
		t.Error("the GTIN of the content is taken for that of the unit")
	}
	item, count, ok := r.Content()
	if s, _ := r.SSCC(); !ok || item != gtin || count != 12 || s != sscc {
		t.Errorf("%s %d %v", item, count, ok)
	}
	r = Read("]C101" + gtin + "3103001250" + "3302000150" + "3012\x1d15270531").Readings[0]
	net, _ := r.NetWeight()
	gross, _ := r.GrossWeight()
	n, _ := r.Count()
	best, _ := r.BestBefore(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if net.String() != "1.250 kg" || gross.String() != "1.50 kg" || n != 12 || best.String() != "2027-05-31" {
		t.Errorf("%v %v %d %v", net, gross, n, best)
	}
	if _, ok := r.Lot(); ok {
		t.Error("a lot out of nothing")
	}
}

func TestAPartsSerialDoesNotBeginWithZero(t *testing.T) {
	for _, bad := range []string{"0", "01"} {
		if codeOf(CheckValue("8011", bad)) != IllegalZeroPrefix {
			t.Errorf("(8011)%s passes", bad)
		}
	}
}

func TestLimitedDataBarTakesOnlySmallIndicators(t *testing.T) {
	if _, err := Transmit(LabelDataBarLimited, "29506000134356", false); codeOf(err) != NotForThisSymbology {
		t.Errorf("%v", err)
	}
	if sent, err := Transmit(LabelDataBarLimited, "19506000134359", false); err != nil || sent != "]e00119506000134359" {
		t.Errorf("%q %v", sent, err)
	}
}

func TestUPCENumbersStandForTheirUPCA(t *testing.T) {
	for short, long := range map[string]string{ // one of each way to leave zeros out; the check digit is the UPC-A's
		"01234505": "012000003455", "01234514": "012100003454", "01234523": "012200003453", "01234531": "012300000451",
		"01234543": "012340000053", "01234565": "012345000065", "01234596": "012345000096", "12345670": "123456000070",
	} {
		got, err := ExpandUPCE(short)
		if got != long || err != nil {
			t.Errorf("%s is %s %v, want %s", short, got, err, long)
		}
		s := Read(short)
		found := false
		for _, r := range s.Readings {
			gtin, _ := r.GTIN()
			found = found || r.Kind == KindGTIN && gtin == "00"+long
		}
		if !found || !s.Flags.Has(FlagUPCE|FlagNoAIM) {
			t.Errorf("%s without identifier: %+v", short, s.Readings)
		}
	}
	for _, bad := range []string{"", "0123456", "01234560", "21234565", "012345650", "0123456A", "\x0012345\xff"} {
		if got, err := ExpandUPCE(bad); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
}

func TestAnItemMadeToOrderHasItsGTIN(t *testing.T) {
	s := Read("]d2" + "03" + "09506000134352" + "21S1")
	if gtin, ok := s.Readings[0].GTIN(); !ok || gtin != "09506000134352" {
		t.Errorf("%q %v %v", gtin, ok, s.Err)
	}
}
