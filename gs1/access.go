package gs1

import "time"

// Value finds the data field of an identifier; false if it is not there.
func (r *Reading) Value(ai string) (string, bool) { return Value(r.Elements, ai) }

// GTIN is the item's number in 14 digits: of a bare EAN, UPC or ITF-14, of (01), or of (03), an item made to order. The GTIN
// inside a logistic unit is (02), see Content.
func (r *Reading) GTIN() (string, bool) {
	if r.Kind == KindGTIN {
		return pad14(r.Text), true
	}
	if v, ok := r.Value("01"); ok {
		return v, true
	}
	return r.Value("03")
}

// Part is the item number on a supplier's label: data identifier P, the customer's own, else 1P, the supplier's
// (ANSI MH10.8.2).
func (r *Reading) Part() (string, bool) {
	if v, ok := r.field("P"); ok && v != "" {
		return v, true
	}
	v, ok := r.field("1P")
	return v, ok && v != ""
}

// Content is what a logistic unit holds: the 14-digit GTIN of (02) and the count of (37).
func (r *Reading) Content() (gtin string, count int64, ok bool) {
	gtin, ok = r.Value("02")
	if !ok {
		return "", 0, false
	}
	if s, has := r.Value("37"); has {
		count = int64(digitsValue(s))
	}
	return gtin, count, true
}

// SSCC is the number of the logistic unit, 18 digits.
func (r *Reading) SSCC() (string, bool) { return r.Value("00") }

// Lot is the batch or lot: (10), or data identifier 1T of a supplier's label.
func (r *Reading) Lot() (string, bool) { return r.either("10", "1T") }

// Serial is the serial number: (21), or data identifier S of a supplier's label.
func (r *Reading) Serial() (string, bool) { return r.either("21", "S") }

func (r *Reading) either(ai, identifier string) (string, bool) {
	if v, ok := r.Value(ai); ok {
		return v, true
	}
	return r.field(identifier)
}

// field finds a data identifier in envelopes of format 06.
func (r *Reading) field(identifier string) (string, bool) {
	for _, f := range r.Envelope {
		if f.Indicator != "06" {
			continue
		}
		for _, s := range f.Fields {
			if id, v := DataIdentifier(s); id == identifier {
				return v, true
			}
		}
	}
	return "", false
}

// Expiry is when the item must no longer be used: (7003) with its time, or (17). The century is taken relative to now.
func (r *Reading) Expiry(now time.Time) (Moment, bool) { return r.moment(now, "7003", "17") }

// BestBefore is (15), with the century taken relative to now.
func (r *Reading) BestBefore(now time.Time) (Moment, bool) { return r.moment(now, "15") }

// Produced is (8008) with its time, or (11), with the century taken relative to now.
func (r *Reading) Produced(now time.Time) (Moment, bool) { return r.moment(now, "8008", "11") }

func (r *Reading) moment(now time.Time, ais ...string) (Moment, bool) {
	for _, ai := range ais {
		if v, ok := r.Value(ai); ok {
			if m, err := ParseMoment(v, now); err == nil {
				return m, true
			}
		}
	}
	return Moment{}, false
}

// MonthOnly tells whether the use-by date names no day. Since 2025 regulated medicines must carry a real day.
func (r *Reading) MonthOnly() bool {
	v, ok := r.Value("17")
	return ok && len(v) == 6 && v[4:] == "00"
}

// Count is the number of pieces: (30) of a variable item, or (37) of the items inside, or data identifier Q.
func (r *Reading) Count() (int64, bool) {
	for _, ai := range []string{"30", "37"} {
		if v, ok := r.Value(ai); ok {
			return int64(digitsValue(v)), true
		}
	}
	if v, ok := r.field("Q"); ok && v != "" && len(v) <= 9 && allDigits(v) {
		return int64(digitsValue(v)), true
	}
	return 0, false
}

// NetWeight is (310n) in kilograms, else (320n) in pounds, else (356n) in troy ounces.
func (r *Reading) NetWeight() (Measure, bool) { return r.measure("310", "320", "356") }

// GrossWeight is (330n) in kilograms, else (340n) in pounds.
func (r *Reading) GrossWeight() (Measure, bool) { return r.measure("330", "340") }

func (r *Reading) measure(prefixes ...string) (Measure, bool) {
	for _, p := range prefixes {
		for i := range r.Elements {
			if e := &r.Elements[i]; len(e.AI) == 4 && e.AI[:3] == p {
				m, err := ParseMeasure(e.AI, e.Value)
				return m, err == nil
			}
		}
	}
	return Measure{}, false
}
