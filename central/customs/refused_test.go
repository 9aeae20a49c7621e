package customs_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pickstation/central/customs"
	"pickstation/order"
)

// TestWhatAMessageCannotSayIsNamed breaks one thing at a time.
func TestWhatAMessageCannotSayIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		regime order.CustomsMode
		spoil  func(c *customs.Case)
		want   string
		do     string
	}{
		{"commodity code too short", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.HS = "090230" }, `commodity code "090230"`, "ten-digit"},
		{"no such subheading", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.HS = "7701000000" }, "770100 is no subheading", "tariff"},
		{"unknown unit", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.Unit = "dozen" }, `unit "dozen"`, "件"},
		{"unknown country", order.CustomsExport, func(c *customs.Case) { c.Receiver.Country = "XX" }, `destination "XX"`, "ISO 3166-1"},
		{"unknown currency", order.CustomsExport, func(c *customs.Case) { c.Shipment.Declare.Currency = "XAU" }, `currency "XAU"`, "ISO 4217"},
		{"carrier not registered", order.CustomsExport, func(c *customs.Case) { c.Shipment.Carrier.ID = "SF" }, `carrier "SF" is not registered`, "profile"},
		{"not weighed", order.CustomsExport, func(c *customs.Case) { c.Shipment.Parcels[0].WeightG = 0 }, "was not weighed", "weigh"},
		{"lighter than its goods", order.CustomsExport, func(c *customs.Case) { c.Shipment.Parcels[0].WeightG = 100 }, "less than its goods'", "weigh"},
		{"two parcels", order.CustomsBonded, func(c *customs.Case) { c.Shipment.Parcels = append(c.Shipment.Parcels, c.Shipment.Parcels[0]) }, "one waybill", "one parcel"},
		{"nothing picked", order.CustomsExport, func(c *customs.Case) {
			for i := range c.Shipment.Lines {
				c.Shipment.Lines[i].Picked, c.Shipment.Lines[i].Short = 0, c.Shipment.Lines[i].Qty
			}
		}, "has no goods", "pick"},
		{"a change of what customs do not have", order.CustomsExport, func(c *customs.Case) {
			c.AppType, c.Replies = customs.AppChange, []*customs.Reply{{CopNo: "S000000008", PreNo: "B1"}}
		}, "no number of the electronic port", "reply"},
		{"no price", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].PriceEach.Minor = 0 }, "has no price", "price"},
		{"statutory quantity", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Customs.Unit1 = "升" }, `"升" is a statutory unit`, "per1_milli"},
		{"order number too long", order.CustomsExport, func(c *customs.Case) { c.Shipment.Orders[0].External = strings.Repeat("x", 61) }, "61 characters, at most 60", "shorten"},
		{"control character", order.CustomsExport, func(c *customs.Case) { c.Shipment.Lines[0].Name.ZH = "a\x00b" }, "XML cannot carry", "correct"},
		{"wrong identity number", order.CustomsBonded, func(c *customs.Case) { c.Buyer.ID = "110105194912310021" }, "check character", "identity card"},
		{"no identity number", order.CustomsBonded, func(c *customs.Case) { c.Buyer = customs.Buyer{} }, "name is missing", "ask the buyer"},
		{"another receiver", order.CustomsDutyFree, func(c *customs.Case) { c.Receiver.Name = "李四" }, "not sent to the buyer", "in person"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := sample(tt.regime)
			tt.spoil(&c)
			_, err := customs.Message([]customs.Case{c})
			var e *order.Error
			if !errors.As(err, &e) {
				t.Fatalf("the message is made: %v", err)
			}
			if !strings.Contains(e.Msg, tt.want) || !strings.Contains(e.Hint, tt.do) {
				t.Errorf("%q, to do %q; want %q, %q", e.Msg, e.Hint, tt.want, tt.do)
			}
			if strings.Contains(err.Error(), c.Buyer.ID.Plain()) && c.Buyer.ID != "" {
				t.Errorf("the error tells the identity number: %v", err)
			}
		})
	}
}

func TestIdentityNumbersAreMaskedWhereverTheyAreShown(t *testing.T) {
	id := customs.IDNumber(exampleID)
	var log bytes.Buffer
	b := customs.Buyer{Name: "张三", ID: id}
	slog.New(slog.NewJSONHandler(&log, nil)).Info("buyer", "id", id, "buyer", b)
	for _, shown := range []string{fmt.Sprint(id), fmt.Sprintf("%v %s %q %x %#v %+v", id, id, id, id, id, b), fmt.Sprintf("%v", []customs.IDNumber{id}), log.String()} {
		if strings.Contains(shown, exampleID[6:14]) || strings.Contains(shown, fmt.Sprintf("%x", exampleID[6:14])) {
			t.Errorf("shown as %s", shown)
		}
	}
	if got := id.String(); got != "1****************X" {
		t.Errorf("masked as %s", got)
	}
}

func TestATableKnowsItsCodesOnce(t *testing.T) {
	for iso, want := range map[string]string{"CN": "142", "JP": "116", "US": "502", "GB": "303", "kr": "133", "AU": "601", "HK": "110", "TW": "143"} {
		if got, err := customs.Country("country", iso); err != nil || got != want {
			t.Errorf("country %s: %s, %v", iso, got, err)
		}
	}
	for iso, want := range map[string]string{"CNY": "142", "USD": "502", "JPY": "116", "EUR": "300", "GBP": "303", "HKD": "110"} {
		if got, _, err := customs.Currency("currency", iso); err != nil || got != want {
			t.Errorf("currency %s: %s, %v", iso, got, err)
		}
	}
	for name, want := range map[string]string{"千克": "035", "个": "007", "件": "011", "瓶": "142", "035": "035"} {
		if got, err := customs.Unit("unit", name); err != nil || got != want {
			t.Errorf("unit %s: %s, %v", name, got, err)
		}
	}
	for _, bad := range []error{customs.Transport("m", "Q"), customs.Wrap("w", "0"), customs.Office("o", "9901"), customs.Office("o", "64"), customs.Office("o", "６４００")} {
		var e *order.Error
		if !errors.As(bad, &e) || e.Code != "unknown_code" || e.Hint == "" {
			t.Errorf("%v", bad)
		}
	}
}

func TestProfilesAreChecked(t *testing.T) {
	for _, regime := range regimes {
		for name, spoil := range map[string]func(p *customs.Profile){
			"regime":        func(p *customs.Profile) { p.Regime = "9710" },
			"seller.code":   func(p *customs.Profile) { p.Seller.Code = "46019" },
			"character is":  func(p *customs.Profile) { p.Seller.Code = "91110000600037341M" },
			"seller.name":   func(p *customs.Profile) { p.Seller.Name = "" },
			"carriers":      func(p *customs.Profile) { p.Carriers = nil },
			"customs_code":  func(p *customs.Profile) { p.CustomsCode = "9999" },
			"port_code":     func(p *customs.Profile) { p.PortCode = "64" },
			"control chara": func(p *customs.Profile) { p.PortName = "a\x01" },
		} {
			p := customs.ExampleProfile(regime)
			spoil(p)
			if err := p.Check(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s of %s: %v", name, regime, err)
			}
		}
	}
	if _, err := customs.ParseProfile([]byte(`{"regime":"9610","sellr":{}}`)); err == nil {
		t.Error("a misspelt field passes")
	}
}

func FuzzAnyOrderIsDeclaredOrRefused(f *testing.F) {
	f.Add("红茶", "200 g", "0902302000", "CN", "件", "千克", "13900003001", exampleID, 3, int64(12345), 200, int64(0), 1000)
	f.Add("a\x00]]>&<\"'\u2028", "\xff\xfe", "9999999999", "", "", "", "\t\n", "", -1, int64(-5), -7, int64(1)<<62, 0)
	f.Add("\uFFFE", strings.Repeat("长", 600), "0101210000", "JP", "个", "升", "x", "x", 1_000_000, int64(1)<<50, 1<<31, int64(1)<<40, 1<<31)
	f.Fuzz(func(t *testing.T, name, model, hs, origin, unit, unit1, phone, id string, qty int, price int64, net int, per int64, weight int) {
		for _, regime := range regimes {
			c := sample(regime)
			l := &c.Shipment.Lines[0]
			l.Name.ZH, l.Qty, l.Picked, l.PriceEach.Minor = name, qty, qty, price
			l.Customs = &order.LineCustoms{HS: hs, Origin: origin, Model: model, Unit: unit, Unit1: unit1, Per1: per, NetG: net}
			c.Buyer.ID, c.Buyer.Phone, c.Buyer.Name = customs.IDNumber(id), phone, name
			c.Receiver.Street, c.Receiver.Name = model, name
			c.Shipment.Parcels[0].WeightG = weight
			c.Shipment.Orders[0].External = phone
			customs.CheckGoods(regime, "CNY", c.Shipment.Lines)
			message, err := customs.Message([]customs.Case{c})
			if err != nil {
				var e *order.Error
				if !errors.As(err, &e) || e.Hint == "" {
					t.Fatalf("an error without a next step: %v", err)
				}
				continue
			}
			root := parse(t, message)
			part := "InventoryList"
			if regime == order.CustomsDutyFree {
				part = "List"
			}
			if got := root.find(part).get(t, "gname"); qty > 0 && got != name && name != "" {
				t.Errorf("%s: declared %q, ordered %q", regime, got, name)
			}
		}
	})
}
