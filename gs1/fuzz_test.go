package gs1

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// seed adds what breaks parsers.
func seed(f *testing.F) {
	for _, s := range []string{"", "]", "]C1", "]C101" + gtin + "10LOT7\x1d17270531", "]E0" + ean + "|]e0" + "99A", "]d2\x1d\x1d", "]Q1https://a/01/" + gtin + "/10/%41?17=270531&x",
		"(01)" + gtin + `(10)A\(1`, "()", "(", "[)>\x1e06\x1d1TA\x1e\x04", "[)>\x1e", "1Z5R89390357567127", "\xd6\xd0\xce\xc4", "\xff\x00", "]Q2\\000026\\\\", `]Q2\`, "10" + strings.Repeat("10112110", 30),
		"https://", "http://a/%", "JD1-", "420", "91" + strings.Repeat("Z", 100), "8030A==", "4331001800-", "7007270531270601"} {
		f.Add(s)
	}
}

// sane tests what holds for any reading of any bytes.
func sane(t *testing.T, elements []Element) {
	t.Helper()
	for _, e := range elements {
		if err := CheckValue(e.AI, e.Value); err != nil {
			t.Fatalf("an element that its own check refuses: %v", err)
		}
	}
	again, err := ParseBracketed(nil, Bracketed(elements), Options{})
	// A backslash before a bracket cannot be told from an escape; no other character is lost.
	if len(elements) > 0 && !strings.Contains(Bracketed(elements), `\`) && (err != nil || !slices.Equal(again, elements)) {
		t.Fatalf("%q is not read back: %v %v", Bracketed(elements), again, err)
	}
	if built, err := ElementString(elements); err != nil {
		t.Fatalf("%v cannot be built: %v", elements, err)
	} else if len(elements) > 0 {
		if back, err := ParseElements(nil, built, Options{}); err != nil || !slices.Equal(back, elements) {
			t.Fatalf("%q is not read back: %v %v", built, back, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, scan string) {
		m, err := Parse(scan, Options{})
		if err == nil {
			sane(t, m.Elements)
		} else if codeOf(err) == "" || err.Error() == "" {
			t.Fatalf("an error without a code: %v", err)
		}
		if _, strict := Parse(scan, Options{Required: true}); strict == nil && err != nil {
			t.Fatalf("the second level takes what the first refuses: %v", err)
		}
	})
}

func FuzzRead(f *testing.F) {
	seed(f)
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, scan string) {
		s := Read(scan)
		if scan != "" && (len(s.Readings) == 0 || s.Readings[len(s.Readings)-1].Kind != KindText) {
			t.Fatalf("the plain text is missing: %v", kinds(s))
		}
		for i := range s.Readings {
			r := &s.Readings[i]
			if r.Kind != KindISO15434 {
				sane(t, r.Elements)
			}
			r.GTIN()
			r.SSCC()
			r.Lot()
			r.Serial()
			r.Expiry(now)
			r.BestBefore(now)
			r.Produced(now)
			r.Count()
			r.NetWeight()
			r.GrossWeight()
			r.Content()
		}
		splits, _ := s.Splits(4)
		for _, split := range splits {
			sane(t, split)
		}
	})
}

func FuzzParseElements(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data string) {
		for _, o := range []Options{{}, {Required: true}, {UnknownAIs: true}} {
			elements, err := ParseElements(nil, data, o)
			if err == nil && !o.UnknownAIs {
				sane(t, elements)
			}
		}
		if elements, err := parseElements(nil, data, Options{}); err == nil && len(elements) <= MaxElements && !parses(data) {
			t.Fatal("the two parsers differ")
		}
	})
}

func FuzzParseDigitalLink(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, uri string) {
		for _, o := range []Options{{}, {KeyNames: true, ShortGTINs: true}, {UnknownAIs: true, UnknownAttributes: true}} {
			elements, err := ParseDigitalLink(nil, uri, o)
			if err != nil {
				continue
			}
			written, err := DigitalLink("", elements, o)
			if err != nil {
				t.Fatalf("%v cannot be written: %v", elements, err)
			}
			back, err := ParseDigitalLink(nil, written, o)
			if err != nil || len(back) != len(elements) {
				t.Fatalf("%q is not read back: %v %v", written, back, err)
			}
		}
	})
}

func FuzzParseBracketed(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if elements, err := ParseBracketed(nil, s, Options{}); err == nil {
			sane(t, elements)
		}
		ParseBracketed(nil, s, Options{UnknownAIs: true})
	})
}

func FuzzParseISO15434(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		formats, err := ParseISO15434(s)
		if err != nil {
			return
		}
		for _, format := range formats {
			for _, field := range format.Fields {
				if id, value := DataIdentifier(field); id+value != field {
					t.Fatalf("%q is cut into %q and %q", field, id, value)
				}
			}
		}
	})
}

func FuzzTransmit(f *testing.F) {
	seed(f)
	f.Add("^01" + gtin + "10A|^99B")
	f.Add("950600013435")
	f.Fuzz(func(t *testing.T, data string) {
		for label := LabelQR; label <= LabelEAN8+1; label++ {
			for _, add := range []bool{false, true} {
				sent, err := Transmit(label, data, add)
				if err != nil || isWebAddress(data) {
					continue
				}
				if _, err := Parse(sent, Options{}); err != nil && codeOf(err) != DifferentValues && codeOf(err) != InvalidPair &&
					codeOf(err) != SerialMissingForSignature && codeOf(err) != TooManyAIs {
					if !isWebAddress(strings.TrimLeft(data, `\`)) && !isWebAddress(sent[3:]) {
						t.Fatalf("%q is sent as %q, which is refused: %v", data, sent, err)
					}
				}
			}
		}
	})
}

func FuzzMomentAndMeasure(f *testing.F) {
	f.Add("270531143059", "3103")
	f.Add("001800-", "4331")
	f.Add("9780299", "3932")
	f.Fuzz(func(t *testing.T, value, ai string) {
		now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		if m, err := ParseMoment(value, now); err == nil && (m.Year < 1977 || m.Year > 2076) {
			t.Fatalf("%q is in the year %d", value, m.Year)
		}
		ParseDate(value, now)
		if m, err := ParseMeasure(ai, value); err == nil {
			_ = m.String()
			_, _ = m.Milligrams()
		}
		Carriers(value)
		EncodingOf(value)
		CheckPair(value)
		NormalGTIN(value)
		ShortGTIN(value)
	})
}
