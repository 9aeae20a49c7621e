package central_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/customs"
	"pickstation/order"
)

// A published example of an identity number (GB 11643), born on 1949-12-31.
const buyerID = "11010519491231002X"

// withProfiles gives a centre the declarants' profiles of all regimes.
func withProfiles(t testing.TB, c *centraltest.Centre) *centraltest.Centre {
	t.Helper()
	for _, regime := range []order.CustomsMode{order.CustomsExport, order.CustomsBonded, order.CustomsDutyFree} {
		if _, err := c.SetCustomsProfile(t.Context(), centraltest.By(), customs.ExampleProfile(regime)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// declared is an order of a regime that every rule allows.
func declared(external string, regime order.CustomsMode) central.OrderIn {
	in := centraltest.Order(external)
	in.Customs, in.Carrier = regime, "EMS"
	in.Receiver = order.Receiver{Name: "周一诺", Phone: "13900003001", Country: "CN", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "试验巷 1 号"}
	if regime == order.CustomsExport {
		in.Receiver = order.Receiver{Name: "Emma Example", Phone: "+44", Country: "GB", City: "Leeds", Street: "12 Sample Street"}
	}
	for i := range in.Lines {
		in.Lines[i].Price, in.Lines[i].WeightG = order.Money{Minor: 10_000, Currency: "CNY"}, 200
		in.Lines[i].Customs = &order.LineCustoms{HS: "0902302000", Origin: "JP", Model: "200 g", Unit: "盒", NetG: 180, Record: "R1", VATBP: 1300}
	}
	in.Declaration = &central.DeclarationIn{Buyer: customs.Buyer{Name: "周一诺", ID: buyerID}, DepartedAt: centraltest.Start.Add(-time.Hour)}
	return in
}

// refusal returns the hold and the open exception of an order, "" for none.
func refusal(t *testing.T, c *centraltest.Centre, id order.OrderID) (hold, detail string) {
	t.Helper()
	for _, h := range c.View(t, id).Holds {
		if h.Code == order.CustomsRefused && h.Stops {
			hold = h.Note
		}
	}
	open, err := c.Exceptions(t.Context(), central.ExceptionFilter{Order: id})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		if e.Code == central.ExcCustoms {
			detail += e.Detail
			if e.NextStep == "" {
				t.Error("an exception without a next step")
			}
		}
	}
	return hold, detail
}

func TestAnOrderThatKeepsTheCustomsRulesIsAllocated(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	for _, regime := range []order.CustomsMode{order.CustomsExport, order.CustomsBonded, order.CustomsDutyFree} {
		id := c.Put(t, declared(string(regime), regime))
		hold, detail := refusal(t, c, id)
		v := c.View(t, id)
		if hold != "" || detail != "" || len(v.Shipments) != 1 {
			t.Fatalf("%s: held %q for %q, %d shipments", regime, hold, detail, len(v.Shipments))
		}
		if got := v.Declare.Tax; (got != nil) != (regime == order.CustomsBonded) || got != nil && got.VAT != 50_000*13*7/1000 {
			t.Errorf("%s: tax %+v", regime, got)
		}
		d := v.Shipments[0].Declare
		if d == nil || d.Number != string(v.Shipments[0].ID) || d.Port != "海口海关" || d.Enterprise == "" || v.Shipments[0].Complete != regime.Whole() {
			t.Errorf("%s declares %+v, complete %v", regime, d, v.Shipments[0].Complete)
		}
	}
}

// TestCustomsRefusalsHoldTheOrder breaks one thing at a time; each is a hold and an
// exception that tell what to do, and nothing reaches a bench.
func TestCustomsRefusalsHoldTheOrder(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	for i, tt := range []struct {
		regime order.CustomsMode
		spoil  func(in *central.OrderIn)
		want   string
	}{
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Receiver.Province = "海南省" }, "mail_hainan"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Receiver.Name = "李四" }, "other_receiver"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Declaration.DepartedAt = time.Time{} }, "not_departed"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Declaration.Buyer.ID = "110105194912310021" }, "identity_missing"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Declaration = nil }, "identity_missing, other_receiver, not_departed"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Lines[0].Qty, in.Lines[0].Customs.Category = 31, "cosmetics" }, "over_limit"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Lines[0].Price.Minor = 3_400_000 }, "over_quota"},
		{order.CustomsDutyFree, func(in *central.OrderIn) { in.Carrier = "SF" }, "carrier_not_registered"},
		{order.CustomsBonded, func(in *central.OrderIn) { in.Lines[1].Customs.Record = "" }, "record_missing"},
		{order.CustomsBonded, func(in *central.OrderIn) { in.Lines[0].Price.Minor = 500_000 }, "over_single"},
		{order.CustomsBonded, func(in *central.OrderIn) { in.Lines[0].Customs.HS = "0902" }, "goods_data"},
		{order.CustomsBonded, func(in *central.OrderIn) { in.Lines[0].Customs = nil }, "record_missing, goods_data"},
		{order.CustomsBonded, func(in *central.OrderIn) { in.Lines[0].Customs.Regime = order.CustomsDutyFree }, "mixed_regimes"},
		{order.CustomsExport, func(in *central.OrderIn) { in.Receiver.Country = "CN" }, "not_abroad"},
		{order.CustomsExport, func(in *central.OrderIn) { in.Receiver.Country = "AQ" }, "unknown_country"},
		{order.CustomsExport, func(in *central.OrderIn) { in.Lines[0].Customs.Unit = "bucketful" }, "goods_data"},
		{order.CustomsExport, func(in *central.OrderIn) {
			for i := range in.Lines {
				in.Lines[i].Price.Currency = "BRL"
			}
		}, "unknown_code"},
	} {
		in := declared(fmt.Sprint("refused-", i), tt.regime)
		tt.spoil(&in)
		id := c.Put(t, in)
		hold, detail := refusal(t, c, id)
		if !strings.Contains(hold, tt.want) || detail == "" || !strings.Contains(detail, "→") {
			t.Errorf("%d: held for %q (%q), want %q", i, hold, detail, tt.want)
		}
		if tt.want == "identity_missing" && !strings.Contains(detail, "check character is wrong") {
			t.Errorf("%d: the exception does not tell what is wrong: %q", i, detail)
		}
		if strings.Contains(detail, "1949") || strings.Contains(detail, "周一诺") {
			t.Errorf("%d: the exception tells who it is: %q", i, detail)
		}
		v := c.View(t, id)
		if v.State != "paid" || len(v.Shipments) != 0 {
			t.Errorf("%d: state %s with %d shipments", i, v.State, len(v.Shipments))
		}
		// Once it is put right, the hold and the exception go.
		right := declared(in.External, tt.regime)
		right.Urgent = true // another digest, even where only the centre's data was wrong
		right.Declaration.Buyer.ID = otherID(i)
		c.Put(t, right)
		if hold, detail := refusal(t, c, id); hold != "" || detail != "" || len(c.View(t, id).Shipments) != 1 {
			t.Errorf("%d: put right, it is held for %q (%q)", i, hold, detail)
		}
	}
}

// otherID makes well-formed numbers of people that do not exist: the region of no
// county, born on 1900-01-01.
func otherID(n int) customs.IDNumber {
	s := fmt.Sprintf("11999919000101%03d", n)
	for _, c := range "0123456789X" {
		id := customs.IDNumber(s + string(c))
		if _, err := customs.CheckID(id); err == nil {
			return id
		}
	}
	return ""
}

func TestAProfileThatComesLateFreesWhatWaitedForIt(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, declared("1", order.CustomsExport))
	if hold, _ := refusal(t, c, id); hold != "no_profile" {
		t.Fatalf("held for %q", hold)
	}
	for want := 1; want >= 0; want-- {
		freed, err := c.SetCustomsProfile(t.Context(), centraltest.By(), customs.ExampleProfile(order.CustomsExport))
		if err != nil || freed != want {
			t.Errorf("freed %d, %v", freed, err)
		}
	}
	if hold, detail := refusal(t, c, id); hold != "" || detail != "" || len(c.View(t, id).Shipments) != 1 {
		t.Errorf("still held for %q (%q)", hold, detail)
	}
}

func TestAllocationKeepsStockOfARegimeOutOfOtherOrders(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	// A domestic order is not asked about customs at review; its stock is looked at when it
	// is put together.
	in := centraltest.Order("domestic")
	in.Lines[1].Customs = &order.LineCustoms{Regime: order.CustomsBonded}
	id := c.Put(t, in)
	hold, detail := refusal(t, c, id)
	if hold != "mixed_regimes" || !strings.Contains(detail, "line 2") || len(c.View(t, id).Shipments) != 0 {
		t.Errorf("held for %q (%q)", hold, detail)
	}
	// So does the catalogue's word.
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "PEAR", Customs: &order.LineCustoms{Regime: order.CustomsDutyFree}}}); err != nil {
		t.Fatal(err)
	}
	id = c.Put(t, centraltest.Order("catalogue"))
	if hold, _ := refusal(t, c, id); hold != "mixed_regimes" {
		t.Errorf("held for %q", hold)
	}
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "PEAR"}}); err != nil {
		t.Fatal(err)
	}
	if freed, err := c.ReviewHeld(t.Context(), centraltest.By()); err != nil || freed != 1 {
		t.Errorf("freed %d, %v", freed, err)
	}
}

func TestAChangedAddressIsAskedAgain(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	id := c.Put(t, declared("1", order.CustomsDutyFree))
	c.Lease(t, b, 5)
	move := func(province, name string) {
		t.Helper()
		rc := declared("1", order.CustomsDutyFree).Receiver
		rc.Province, rc.Name = province, name
		if _, err := c.ChangeAddress(t.Context(), centraltest.By(), id, rc); err != nil {
			t.Fatal(err)
		}
	}
	stopped := func() string {
		t.Helper()
		rows, _ := c.FeedAll(t, b, 0)
		for _, w := range centraltest.Work(t, rows) {
			if h := w.Shipment.Stopped(); h != nil {
				return string(h.Code)
			}
		}
		return ""
	}
	equal(t, "before", stopped(), "")
	move("海南省", "周一诺")
	equal(t, "moved to Hainan", stopped(), string(order.CustomsRefused))
	if hold, detail := refusal(t, c, id); hold != "mail_hainan" || detail == "" {
		t.Errorf("held for %q (%q)", hold, detail)
	}
	move("广东省", "周一诺")
	equal(t, "moved on", stopped(), "")
	if hold, detail := refusal(t, c, id); hold != "" || detail != "" {
		t.Errorf("held for %q (%q)", hold, detail)
	}
	move("广东省", "李四")
	equal(t, "given to somebody else", stopped(), string(order.CustomsRefused))
}

func TestDutyFreeMailWaitsForTheDeparture(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Declaration.DepartedAt = time.Time{}
	id := c.Put(t, in)
	if hold, _ := refusal(t, c, id); hold != "not_departed" {
		t.Fatalf("held for %q", hold)
	}
	if _, err := c.Departed(t.Context(), centraltest.By(), id, c.Clock.Now().Add(48*time.Hour)); code(err) != "bad_time" {
		t.Errorf("a departure in the future: %v", err)
	}
	for range 2 {
		v, err := c.Departed(t.Context(), centraltest.By(), id, time.Time{})
		if err != nil || len(v.Shipments) != 1 {
			t.Fatalf("%v", err)
		}
	}
	other := c.Put(t, declared("2", order.CustomsExport))
	if _, err := c.Departed(t.Context(), centraltest.By(), other, time.Time{}); code(err) != "not_duty_free" {
		t.Errorf("an export departs: %v", err)
	}
}

func TestACustomsPartThatCannotBeMeantIsRejected(t *testing.T) {
	c := centraltest.New(t)
	for i, spoil := range []func(in *central.OrderIn){
		func(in *central.OrderIn) { in.Customs = "" },
		func(in *central.OrderIn) { in.Declaration.Buyer.Name = "a\x00" },
		func(in *central.OrderIn) { in.Declaration.Buyer.ID = customs.IDNumber(strings.Repeat("1", 300)) },
		func(in *central.OrderIn) { in.Declaration.Freight = order.Money{Minor: -1, Currency: "CNY"} },
		func(in *central.OrderIn) { in.Declaration.Freight = order.Money{Minor: 1, Currency: "USD"} },
		func(in *central.OrderIn) { in.Declaration.LeavesAt = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC) },
		func(in *central.OrderIn) { in.Lines[0].Customs.NetG = -5 },
		func(in *central.OrderIn) { in.Lines[0].Customs.Model = strings.Repeat("x", 300) },
		func(in *central.OrderIn) { in.Lines[0].Customs.Regime = "9710" },
		func(in *central.OrderIn) { in.Lines[0].Customs.ConsumptionBP = 10_000 },
	} {
		in := declared(fmt.Sprint(i), order.CustomsBonded)
		spoil(&in)
		res, err := c.Intake(t.Context(), centraltest.By(), []central.OrderIn{in})
		if err != nil || res[0].Outcome != central.OutcomeRejected || res[0].Hint == "" || strings.Contains(res[0].Message, buyerID[6:14]) {
			t.Errorf("%d: %+v, %v", i, res, err)
		}
	}
}

func TestTheSameReasonsAreRaisedOnce(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Receiver.Province = "海南省"
	id := c.Put(t, in)
	count := func() (open, all int) {
		t.Helper()
		list, err := c.Exceptions(t.Context(), central.ExceptionFilter{Order: id, Closed: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if e.ClosedAt.IsZero() {
				open++
			}
		}
		return open, len(list)
	}
	for range 3 {
		if _, err := c.Review(t.Context(), centraltest.By(), id); err != nil {
			t.Fatal(err)
		}
	}
	open, all := count()
	equal(t, "reviewed three times", fmt.Sprint(open, all), "1 1")
	in.Receiver.Name = "李四" // another reason more: the old exception is closed for the new one
	c.Put(t, in)
	open, all = count()
	equal(t, "other reasons", fmt.Sprint(open, all), "1 2")
	in.Receiver.Province, in.Receiver.Name = "浙江省", "周一诺"
	c.Put(t, in)
	open, all = count()
	equal(t, "put right", fmt.Sprint(open, all), "0 2")
}

func TestAnOrderThatIsSentWithoutABuyerForgetsWhoItWas(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsExport) // an export needs no identity, and may have one
	id := c.Put(t, in)
	in.Declaration = nil
	in.Lines[0].Qty++
	c.Put(t, in)
	if err := c.Store.Read(t.Context(), func(r central.Reader) error {
		sealed, err := r.Buyer(id)
		if sealed != nil {
			t.Error("the buyer is kept")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
