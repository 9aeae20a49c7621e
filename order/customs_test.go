package order

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var customsDay = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// goodsOf makes a line; price in fen.
func goodsOf(no, qty int, price int64, c LineCustoms) Line {
	return Line{No: no, Order: "O1", OrderLine: no, SKU: "SKU", Qty: qty, PriceEach: Money{price, "CNY"}, Customs: &c}
}

// dutyFreeCase is an order that every rule allows.
func dutyFreeCase() *CustomsCase {
	return &CustomsCase{Mode: CustomsDutyFree, At: customsDay, Country: "CN", Province: "浙江省", Currency: "CNY", Born: "1990-05-01",
		Declare: Declaration{Currency: "CNY", Collect: CollectMail, Receives: true, DepartedAt: customsDay.Add(-time.Hour)},
		Lines:   []Line{goodsOf(1, 2, 50_000, LineCustoms{Category: "cosmetics"})}}
}

func bondedCase() *CustomsCase {
	return &CustomsCase{Mode: CustomsBonded, At: customsDay, Country: "CN", Province: "海南省", Currency: "CNY",
		Declare: Declaration{Currency: "CNY", Freight: 1000},
		Lines:   []Line{goodsOf(1, 2, 100_000, LineCustoms{Record: "R1", VATBP: 1300})}}
}

func exportCase() *CustomsCase {
	return &CustomsCase{Mode: CustomsExport, At: customsDay, Country: "GB", Currency: "CNY", Lines: []Line{goodsOf(1, 2, 100, LineCustoms{})}}
}

func codesOf(all []Refusal) []string {
	codes := make([]string, len(all))
	for i := range all {
		codes[i] = all[i].Code
	}
	return codes
}

// TestCustomsRules breaks one rule at a time; every case but the first of a regime is
// an order that was fine before.
func TestCustomsRules(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  func() *CustomsCase
		spoil func(c *CustomsCase)
		want  []string
	}{
		{"duty-free by mail", dutyFreeCase, func(*CustomsCase) {}, nil},
		{"mail to Hainan", dutyFreeCase, func(c *CustomsCase) { c.Province = "海南省" }, []string{"mail_hainan"}},
		{"mail to Hainan by code", dutyFreeCase, func(c *CustomsCase) { c.Province = "460000" }, []string{"mail_hainan"}},
		{"mail to Hainan in English", dutyFreeCase, func(c *CustomsCase) { c.Province = " HAINAN " }, []string{"mail_hainan"}},
		{"mail to Qinghai", dutyFreeCase, func(c *CustomsCase) { c.Province = "青海省" }, nil},
		{"mail without province", dutyFreeCase, func(c *CustomsCase) { c.Province = " " }, []string{"mail_province"}},
		{"mail abroad", dutyFreeCase, func(c *CustomsCase) { c.Country = "JP" }, []string{"mail_abroad"}},
		{"mail to somebody else", dutyFreeCase, func(c *CustomsCase) { c.Declare.Receives = false }, []string{"other_receiver"}},
		{"mail before the departure", dutyFreeCase, func(c *CustomsCase) { c.Declare.DepartedAt = time.Time{} }, []string{"not_departed"}},
		{"pickup needs none of that", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectPickup}
			c.Province = "海南省"
		}, nil},
		{"identity missing", dutyFreeCase, func(c *CustomsCase) { c.IdentityProblem, c.Born = "missing", "" }, []string{"identity_missing"}},
		{"age not known", dutyFreeCase, func(c *CustomsCase) { c.Born = "" }, []string{"age_unknown"}},
		{"a day too young", dutyFreeCase, func(c *CustomsCase) { c.Born = "2008-03-03" }, []string{"too_young"}},
		{"eighteen today", dutyFreeCase, func(c *CustomsCase) { c.Born = "2008-03-02" }, nil},
		{"sixteen was enough before November 2025", dutyFreeCase, func(c *CustomsCase) {
			c.Born, c.At = "2009-10-31", time.Date(2025, 10, 31, 15, 59, 0, 0, time.UTC)
		}, nil},
		{"sixteen is not, from midnight in China", dutyFreeCase, func(c *CustomsCase) {
			c.Born, c.At = "2009-10-31", time.Date(2025, 10, 31, 16, 0, 0, 0, time.UTC)
		}, []string{"too_young"}},
		{"thirty cosmetics", dutyFreeCase, func(c *CustomsCase) { c.Lines[0].Qty = 30 }, nil},
		{"thirty-one cosmetics", dutyFreeCase, func(c *CustomsCase) { c.Lines[0].Qty = 31 }, []string{"over_limit"}},
		{"eleven sets of three", dutyFreeCase, func(c *CustomsCase) { c.Lines[0].Qty, c.Lines[0].Customs.Pieces = 11, 3 }, []string{"over_limit"}},
		{"cosmetics on two lines", dutyFreeCase, func(c *CustomsCase) {
			c.Lines = append(c.Lines, goodsOf(2, 29, 100, LineCustoms{Category: "cosmetics"}))
		}, []string{"over_limit"}},
		{"four phones", dutyFreeCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 4, 600_000, LineCustoms{Category: "phone"}) }, nil},
		{"five phones", dutyFreeCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 5, 600_000, LineCustoms{Category: "phone"}) }, []string{"over_limit"}},
		{"1,500 ml", dutyFreeCase, func(c *CustomsCase) {
			c.Lines[0] = goodsOf(1, 3, 100, LineCustoms{Category: "liquor", VolumeML: 500})
		}, nil},
		{"1,501 ml", dutyFreeCase, func(c *CustomsCase) {
			c.Lines = []Line{goodsOf(1, 1, 100, LineCustoms{Category: "liquor", VolumeML: 750}), goodsOf(2, 1, 100, LineCustoms{Category: "liquor", VolumeML: 751})}
		}, []string{"over_limit"}},
		{"liquor of unknown volume", dutyFreeCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 1, 100, LineCustoms{Category: "liquor"}) }, []string{"over_limit"}},
		{"other goods have no limit", dutyFreeCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 500, 100, LineCustoms{}) }, nil},
		{"duty is paid on the excess", dutyFreeCase, func(c *CustomsCase) { c.Lines[0].Qty, c.Declare.DutyPaid = 300, true }, nil},
		{"the whole quota", dutyFreeCase, func(c *CustomsCase) { c.Used = 10_000_000 - 100_000 }, nil},
		{"a fen over the quota", dutyFreeCase, func(c *CustomsCase) { c.Used = 10_000_000 - 99_999 }, []string{"over_quota"}},
		{"no such collection", dutyFreeCase, func(c *CustomsCase) { c.Declare.Collect = "drone" }, []string{"collection"}},
		{"mail was not allowed in 2020", dutyFreeCase, func(c *CustomsCase) { c.At = time.Date(2020, 8, 1, 0, 0, 0, 0, time.UTC) }, []string{"collection"}},
		{"no rule before July 2020", dutyFreeCase, func(c *CustomsCase) { c.At = time.Date(2020, 6, 30, 15, 59, 0, 0, time.UTC) }, []string{"no_rule"}},
		{"other currency", dutyFreeCase, func(c *CustomsCase) { c.Currency = "USD" }, []string{"currency"}},
		{"instant", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectInstant, LeavesAt: c.At.AddDate(0, 0, 30)}
			c.Lines[0] = goodsOf(1, 1, 1_999_999, LineCustoms{Instant: true})
		}, nil},
		{"instant, too dear", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectInstant, LeavesAt: c.At.AddDate(0, 0, 3)}
			c.Lines[0] = goodsOf(1, 1, 2_000_000, LineCustoms{Instant: true})
		}, []string{"collection_price"}},
		{"instant, not on the list", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectInstant, LeavesAt: c.At.AddDate(0, 0, 3)}
		}, []string{"collection_list"}},
		{"instant, leaves late", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectInstant, LeavesAt: c.At.AddDate(0, 0, 30).Add(time.Minute)}
			c.Lines[0].Customs.Instant = true
		}, []string{"leaves_late"}},
		{"guaranteed", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectGuaranteed, LeavesAt: c.At.AddDate(0, 0, 3)}
			c.Lines[0] = goodsOf(1, 1, 5_000_000, LineCustoms{})
		}, nil},
		{"guaranteed, too cheap", dutyFreeCase, func(c *CustomsCase) {
			c.Declare = Declaration{Collect: CollectGuaranteed, LeavesAt: c.At.AddDate(0, 0, 3)}
			c.Lines[0] = goodsOf(1, 1, 4_999_999, LineCustoms{})
		}, []string{"collection_price"}},
		{"bonded stock", dutyFreeCase, func(c *CustomsCase) { c.Lines[0].Customs.Regime = CustomsBonded }, []string{"mixed_regimes"}},

		{"bonded import", bondedCase, func(*CustomsCase) {}, nil},
		{"bonded, abroad", bondedCase, func(c *CustomsCase) { c.Country = "HK" }, []string{"not_in_china"}},
		{"bonded, identity missing", bondedCase, func(c *CustomsCase) { c.IdentityProblem = "missing" }, []string{"identity_missing"}},
		{"bonded, not in the account book", bondedCase, func(c *CustomsCase) { c.Lines[0].Customs.Record = "" }, []string{"record_missing"}},
		{"5,000 with freight", bondedCase, func(c *CustomsCase) { c.Lines[0].PriceEach.Minor = 249_500 }, nil},
		{"a fen over 5,000", bondedCase, func(c *CustomsCase) { c.Lines[0].PriceEach.Minor, c.Declare.Insurance = 249_500, 1 }, []string{"over_single"}},
		{"one piece may pass 5,000", bondedCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 1, 2_599_000, LineCustoms{Record: "R"}) }, nil},
		{"one piece may not pass 26,000", bondedCase, func(c *CustomsCase) { c.Lines[0] = goodsOf(1, 1, 2_599_001, LineCustoms{Record: "R"}) }, []string{"over_quota"}},
		{"the year's 26,000", bondedCase, func(c *CustomsCase) { c.Used = 2_600_000 - 201_000 }, nil},
		{"a fen over the year's", bondedCase, func(c *CustomsCase) { c.Used = 2_600_000 - 200_999 }, []string{"over_quota"}},
		{"no rule before 2019", bondedCase, func(c *CustomsCase) { c.At = time.Date(2018, 12, 31, 15, 59, 0, 0, time.UTC) }, []string{"no_rule"}},
		{"duty-free stock in a bonded order", bondedCase, func(c *CustomsCase) { c.Lines[0].Customs.Regime = CustomsDutyFree }, []string{"mixed_regimes"}},

		{"export", exportCase, func(*CustomsCase) {}, nil},
		{"export to Hong Kong", exportCase, func(c *CustomsCase) { c.Country = "HK" }, nil},
		{"export within China", exportCase, func(c *CustomsCase) { c.Country = "cn" }, []string{"not_abroad"}},
		{"bonded stock in an export order", exportCase, func(c *CustomsCase) { c.Lines[0].Customs.Regime = CustomsBonded }, []string{"mixed_regimes"}},
		{"duty-free stock in a domestic order", exportCase, func(c *CustomsCase) {
			c.Mode, c.Lines[0].Customs.Regime = CustomsNone, CustomsDutyFree
		}, []string{"mixed_regimes"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.from()
			tt.spoil(c)
			got := CheckCustoms(c)
			if !slices.Equal(codesOf(got), tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
			for _, r := range got {
				if r.What == "" || r.Do == "" || strings.Contains(r.What, "%!") {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

func TestAShipmentHoldsOneRegimeAndTheWholeOrder(t *testing.T) {
	lines := []Line{goodsOf(1, 3, 100, LineCustoms{}), goodsOf(2, 1, 100, LineCustoms{})}
	whole := func(m CustomsMode) *Shipment {
		return &Shipment{Customs: m, Orders: []OrderRef{{ID: "O1"}}, Lines: slices.Clone(lines), Parcels: []Parcel{{No: 1}}}
	}
	orders := map[OrderID][]Line{"O1": lines, "O2": lines}
	for _, tt := range []struct {
		name  string
		mode  CustomsMode
		spoil func(s *Shipment)
		want  []string
	}{
		{"whole", CustomsDutyFree, func(*Shipment) {}, nil},
		{"whole, bonded", CustomsBonded, func(*Shipment) {}, nil},
		{"a line is missing", CustomsDutyFree, func(s *Shipment) { s.Lines = s.Lines[:1] }, []string{"split_shipment"}},
		{"a unit is missing", CustomsBonded, func(s *Shipment) { s.Lines[0].Qty = 2 }, []string{"split_shipment"}},
		{"a line at two places is whole", CustomsDutyFree, func(s *Shipment) {
			s.Lines[0].Qty = 1
			s.Lines = append(s.Lines, Line{No: 3, Order: "O1", OrderLine: 1, Qty: 2})
		}, nil},
		{"two parcels", CustomsDutyFree, func(s *Shipment) { s.Parcels = append(s.Parcels, Parcel{No: 2}) }, []string{"split_shipment"}},
		{"two orders", CustomsBonded, func(s *Shipment) {
			s.Orders = append(s.Orders, OrderRef{ID: "O2"})
			for _, l := range lines {
				l.Order, l.No = "O2", l.No+2
				s.Lines = append(s.Lines, l)
			}
		}, []string{"merged_orders"}},
		{"exports may be split", CustomsExport, func(s *Shipment) { s.Lines, s.Parcels = s.Lines[:1], append(s.Parcels, Parcel{No: 2}) }, nil},
		{"domestic goods may be split", CustomsNone, func(s *Shipment) { s.Lines = s.Lines[:1] }, nil},
	} {
		s := whole(tt.mode)
		tt.spoil(s)
		if got := CheckShipment(s, orders); !slices.Equal(codesOf(got), tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	modes := []CustomsMode{CustomsNone, CustomsExport, CustomsBonded, CustomsDutyFree}
	for _, m := range modes {
		for _, stock := range modes[1:] {
			s := &Shipment{Customs: m, Lines: []Line{{No: 1, Customs: &LineCustoms{}}, {No: 2, Customs: &LineCustoms{Regime: stock}}}}
			if got := len(CheckShipment(s, nil)) > 0; got != (m != stock) {
				t.Errorf("stock of %s in a shipment of %q: refused %v", stock, m, got)
			}
		}
	}
}

func TestImportTaxIsSeventyPercentWithinTheLimits(t *testing.T) {
	// Worked by hand from the formulas of 财关税〔2016〕18号: value 1,000.00, consumption tax 15 %,
	// VAT 13 %: consumption 1000/0.85×0.15 = 176.47, VAT (1000+176.47)×0.13 = 152.94;
	// at 70 %: 123.53 and 107.06.
	c := bondedCase()
	c.Declare.Freight = 0
	c.Lines = []Line{goodsOf(1, 1, 100_000, LineCustoms{Record: "R", TariffBP: 1000, VATBP: 1300, ConsumptionBP: 1500})}
	got, err := TaxOf(c)
	if err != nil || got.Tariff != 0 || got.Consumption != 12353 || got.VAT != 10706 || got.Full || got.Total() != 23059 {
		t.Errorf("%+v, %v", got, err)
	}
	// The same goods at 10,000.00 are one piece above 5,000: tariff 10 % = 1,000, consumption
	// 11000/0.85×0.15 = 1,941.18, VAT 12,941.18×0.13 = 1,682.35, all of it.
	c.Lines[0].PriceEach.Minor = 1_000_000
	got, err = TaxOf(c)
	if err != nil || got.Tariff != 100_000 || got.Consumption != 194_118 || got.VAT != 168_235 || !got.Full {
		t.Errorf("%+v, %v", got, err)
	}
	// Freight is part of the value and spread by value.
	c = bondedCase()
	c.Lines = []Line{goodsOf(1, 1, 10_000, LineCustoms{VATBP: 1300}), goodsOf(2, 1, 30_000, LineCustoms{VATBP: 900})}
	c.Declare.Freight = 4_000
	if got, err := TaxOf(c); err != nil || got.VAT != (11_000*13*7+33_000*9*7)/1000 {
		t.Errorf("%+v, %v", got, err)
	}
	for name, spoil := range map[string]func(c *CustomsCase){
		"export": func(c *CustomsCase) { c.Mode = CustomsExport }, "2018": func(c *CustomsCase) { c.At = c.At.AddDate(-9, 0, 0) },
		"no rates": func(c *CustomsCase) { c.Lines[0].Customs = nil }, "no VAT": func(c *CustomsCase) { c.Lines[0].Customs.VATBP = 0 }, "all consumption": func(c *CustomsCase) { c.Lines[0].Customs.ConsumptionBP = 10000 },
	} {
		c := bondedCase()
		spoil(c)
		if got, err := TaxOf(c); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatCountsTowardsTheQuota(t *testing.T) {
	c := dutyFreeCase()
	c.Declare.Freight = 999 // the shop's prices alone count
	if got := c.Counts(); got != 100_000 {
		t.Errorf("duty-free counts %d", got)
	}
	c.Used, c.Declare.DutyPaid = 10_000_000-30_000, true
	if got := c.Counts(); got != 30_000 {
		t.Errorf("with duty paid on the excess it counts %d", got)
	}
	if got := bondedCase().Counts(); got != 201_000 {
		t.Errorf("bonded import counts %d", got)
	}
	if got := exportCase().Counts(); got != 0 {
		t.Errorf("export counts %d", got)
	}
	if ChinaYear(time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC)) != 2027 {
		t.Error("the year does not begin at midnight in China")
	}
}

func TestDeclaredGoodsAreThoseInTheBox(t *testing.T) {
	s := &Shipment{Orders: []OrderRef{{ID: "O1", External: "X1"}}, Lines: []Line{
		{No: 1, Order: "O1", Qty: 3, SKU: "A", Name: Names{ZH: "茶", EN: "Tea"}, WeightG: 250, PriceEach: Money{500, "CNY"}},
		{No: 2, Order: "O1", Qty: 2, SKU: "B", PriceEach: Money{100, "CNY"}, WeightG: 90,
			Customs: &LineCustoms{HS: "0902302000", Name: "红茶", Model: "m", Unit: "盒", NetG: 80, Origin: "CN"}}}}
	planned := s.Declared()
	if len(planned) != 2 || planned[0].Qty != 3 || planned[0].NetG != 750 || planned[0].Unit != DefaultUnit || planned[0].Ref != "X1" {
		t.Errorf("planned %+v", planned)
	}
	s.Lines[0].Short = 3
	s.Lines[1].Picked = 1
	packed := s.Declared()
	if len(packed) != 1 || packed[0].Line != 2 || packed[0].Qty != 1 || packed[0].NetG != 80 || packed[0].Value != 100 ||
		packed[0].Name.ZH != "红茶" || packed[0].HS != "0902302000" || packed[0].Unit != "盒" {
		t.Errorf("packed %+v", packed)
	}
}

// TestCustomsRulesTakeAnything draws any order: no panic, and what is refused says what
// to do.
func TestCustomsRulesTakeAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := &CustomsCase{
			Mode: rapid.SampledFrom([]CustomsMode{"", "9610", "1210", "dutyfree", "x"}).Draw(rt, "mode"),
			At:   time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(rt, "at"), 0), Country: rapid.StringN(0, 3, 6).Draw(rt, "country"),
			Province: rapid.String().Draw(rt, "province"), Currency: rapid.SampledFrom([]string{"CNY", "USD", ""}).Draw(rt, "currency"),
			IdentityProblem: rapid.SampledFrom([]string{"", "wrong"}).Draw(rt, "identity"), Born: Date(rapid.String().Draw(rt, "born")), Used: rapid.Int64().Draw(rt, "used"),
			Declare: Declaration{Collect: Collection(rapid.SampledFrom([]string{"", "mail", "instant", "guaranteed", "pickup"}).Draw(rt, "way")),
				Freight: rapid.Int64().Draw(rt, "freight"), DutyPaid: rapid.Bool().Draw(rt, "duty")},
		}
		for i := range rapid.IntRange(0, 3).Draw(rt, "lines") {
			l := goodsOf(i+1, rapid.Int().Draw(rt, "qty"), rapid.Int64().Draw(rt, "price"), LineCustoms{
				Category: rapid.SampledFrom([]string{"", "phone", "liquor"}).Draw(rt, "category"), Pieces: rapid.Int().Draw(rt, "pieces"),
				VATBP: rapid.Int().Draw(rt, "vat"), ConsumptionBP: rapid.Int().Draw(rt, "consumption")})
			if rapid.Bool().Draw(rt, "bare") {
				l.Customs = nil
			}
			c.Lines = append(c.Lines, l)
		}
		for _, r := range CheckCustoms(c) {
			if r.Do == "" || r.String() == "" {
				rt.Fatalf("%+v", r)
			}
		}
		_, _ = TaxOf(c) // the error or the tax, no panic
		c.Counts()
		s := &Shipment{Lines: c.Lines}
		s.Declared()
	})
}
