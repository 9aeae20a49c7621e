package central_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/customs"
	"pickstation/labels"
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
		in.Lines[i].Customs = &order.LineCustoms{HS: "0902302000", Origin: "JP", Model: "200 g", Unit: "盒", NetG: 180, Record: "R1"}
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

// used returns what a buyer has used of a quota.
func used(t *testing.T, c *centraltest.Centre, id order.OrderID) (used int64, state string) {
	t.Helper()
	if err := c.Store.Read(t.Context(), func(r central.Reader) error {
		u, err := r.QuotaUse(id)
		if err != nil || u == nil {
			return err
		}
		state = u.State
		used, err = r.QuotaUsed(u.Quota)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return used, state
}

func TestFiftyOrdersAtOnceTakeTheQuotaTenTimes(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	ids := make([]order.OrderID, 50)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			in := declared(fmt.Sprint(i), order.CustomsDutyFree)
			in.Lines = in.Lines[:1]
			in.Lines[0].Qty, in.Lines[0].Price.Minor = 1, 1_000_000 // ¥10,000 of ¥100,000
			ids[i] = c.Put(t, in)
		})
	}
	wg.Wait()
	allocated, held := 0, 0
	for _, id := range ids {
		switch hold, _ := refusal(t, c, id); hold {
		case "":
			allocated++
		case "over_quota":
			held++
		default:
			t.Errorf("held for %q", hold)
		}
	}
	if allocated != 10 || held != 40 {
		t.Errorf("%d allocated, %d held", allocated, held)
	}
}

func TestAQuotaIsGivenBackOnce(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	in := declared("1", order.CustomsDutyFree) // ¥100 × 5
	first := c.Put(t, in)
	second := c.Put(t, declared("2", order.CustomsDutyFree))
	n, state := used(t, c, first)
	equal(t, "held", fmt.Sprint(n, state), "100000held")
	for range 2 {
		if _, err := c.Cancel(t.Context(), centraltest.By(), second, "no"); err != nil {
			t.Fatal(err)
		}
	}
	n, state = used(t, c, second)
	equal(t, "cancelled", fmt.Sprint(n, state), "50000released")

	c.Lease(t, b, 5)
	sh := shipment(t, c, first)
	b.Pick(sh)
	b.Label(sh)
	b.Dispatch(sh)
	c.PushAll(t, b)
	n, state = used(t, c, first)
	equal(t, "handed over", fmt.Sprint(n, state), "50000committed")

	back := central.ReturnIn{Channel: "shop", External: "R1", Order: first, Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 1, PriceEach: order.Money{Minor: 10_000, Currency: "CNY"}}}}
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), back)
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []order.Trigger{order.TriggerApprove, order.TriggerReceive, order.TriggerRefund, order.TriggerRefund} {
		if _, err := c.MoveReturn(t.Context(), centraltest.By(), ret.ID, on); err != nil {
			t.Fatalf("%s: %v", on, err)
		}
	}
	n, _ = used(t, c, first)
	equal(t, "one came back", n, int64(40_000))
	// Next year has a quota of its own.
	next := declared("3", order.CustomsDutyFree)
	next.PaidAt = time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC)
	n, _ = used(t, c, c.Put(t, next))
	equal(t, "next year", n, int64(50_000))
}

func TestThePartOfTheQuotaThatIsLeftCountsWhereDutyIsPaid(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	in := declared("1", order.CustomsDutyFree)
	in.Lines = in.Lines[:1]
	in.Lines[0].Qty, in.Lines[0].Price.Minor = 1, 9_990_000
	c.Put(t, in)
	more := declared("2", order.CustomsDutyFree)
	more.Declaration.DutyPaid = true
	id := c.Put(t, more)
	hold, _ := refusal(t, c, id)
	n, _ := used(t, c, id)
	equal(t, "held", hold, "")
	equal(t, "used", n, int64(10_000_000))
}

// packed takes an order through a bench, as far as its labels were scanned back.
func packed(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, in central.OrderIn) (order.OrderID, *order.Shipment) {
	t.Helper()
	id := c.Put(t, in)
	c.Lease(t, b, 500)
	from := uint64(len(b.Events))
	sh := shipment(t, c, id)
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventWeighed, Shipment: sh.ID, Parcel: 1, WeightG: 1500, Source: order.Weighed})
	b.Label(sh)
	c.PushRange(t, b, from, uint64(len(b.Events)))
	return id, sh
}

func TestAPackedShipmentIsDeclared(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	for regime, root := range map[order.CustomsMode]string{order.CustomsExport: "<ceb:CEB603Message", order.CustomsBonded: "<ceb:CEB621Message", order.CustomsDutyFree: "<DutyFreeDelivery"} {
		waiting := shipment(t, c, c.Put(t, declared("waiting-"+string(regime), regime)))
		if _, err := c.Declare(t.Context(), centraltest.By(), []order.ShipmentID{waiting.ID}); code(err) != "not_packed" {
			t.Errorf("%s: declared before it was packed: %v", regime, err)
		}
		_, sh := packed(t, c, b, declared("1-"+string(regime), regime))
		m, err := c.Declare(t.Context(), centraltest.By(), []order.ShipmentID{sh.ID})
		if err != nil {
			t.Fatalf("%s: %v", regime, err)
		}
		if !bytes.Contains(m.Body, []byte(root)) || !bytes.Contains(m.Body, []byte(">1.5<")) || !bytes.Contains(m.Body, []byte(sh.Parcels[0].Waybill.Number)) {
			t.Errorf("%s:\n%s", regime, m.Body)
		}
		if has := bytes.Contains(m.Body, []byte(buyerID)); has != (regime != order.CustomsExport) {
			t.Errorf("%s: the identity number stands in the message: %v", regime, has)
		}
		c.Clock.Advance(24 * time.Hour)
		from := uint64(len(b.Events))
		b.Dispatch(sh)
		c.PushRange(t, b, from, uint64(len(b.Events)))
		again, err := c.Declare(t.Context(), centraltest.By(), []order.ShipmentID{sh.ID})
		if err != nil || !bytes.Equal(m.Body, again.Body) {
			t.Errorf("%s: a day later the message is another one, %v", regime, err)
		}
		if _, err := c.Declare(t.Context(), central.By{Who: "shop-2", Channel: "other"}, []order.ShipmentID{sh.ID}); code(err) != "not_found" {
			t.Errorf("%s: another shop gets it: %v", regime, err)
		}
	}
	if _, err := c.Declare(t.Context(), centraltest.By(), []order.ShipmentID{shipment(t, c, c.Put(t, centraltest.Order("d"))).ID}); code(err) != "no_regime" {
		t.Errorf("a domestic order is declared: %v", err)
	}
}

// TestIdentityNumbersNeverLeaveTheCentre looks through every byte that a station gets,
// and through all that the centre stores and tells, for the number and parts of it.
func TestIdentityNumbersNeverLeaveTheCentre(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	var ids []order.OrderID
	for _, regime := range []order.CustomsMode{order.CustomsBonded, order.CustomsDutyFree} {
		in := declared(string(regime), regime)
		in.Declaration.Buyer.Phone = "13700007007"
		id, _ := packed(t, c, b, in)
		ids = append(ids, id)
		in = declared("held-"+string(regime), regime)
		in.Declaration.Buyer.ID = customs.IDNumber(buyerID[:17] + "0") // wrong, and told about
		ids = append(ids, c.Put(t, in))
	}
	var seen bytes.Buffer // everything that leaves the sealed part
	rows, _ := c.FeedAll(t, b, 0)
	if len(centraltest.Work(t, rows)) != 2 {
		t.Fatal("no work in the feed")
	}
	for _, r := range rows {
		seen.Write(r.Body)
	}
	for _, w := range centraltest.Work(t, rows) {
		plain, ok := box.OpenAnonymous(nil, w.Sealed, b.Box, b.Private)
		if !ok {
			t.Fatal("the receiver cannot be opened")
		}
		seen.Write(plain)
	}
	for _, id := range ids {
		view, err := json.Marshal(c.View(t, id))
		timeline, err2 := c.Timeline(t.Context(), centraltest.By(), id)
		told, err3 := json.Marshal(timeline)
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		seen.Write(view)
		seen.Write(told)
	}
	open, err := c.Exceptions(t.Context(), central.ExceptionFilter{Closed: true})
	told, err2 := json.Marshal(open)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	seen.Write(told)
	for _, suffix := range []string{"", "-wal"} {
		stored, err := os.ReadFile(c.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		seen.Write(stored)
	}
	for _, secret := range []string{buyerID, buyerID[:17], buyerID[6:14], "13700007007"} {
		if bytes.Contains(seen.Bytes(), []byte(secret)) {
			t.Errorf("%q is told or stored in the clear", secret)
		}
	}
}

// TestABenchPrintsTheListFromItsWork makes the list on paper of nothing but what a
// station is given.
func TestABenchPrintsTheListFromItsWork(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	packed(t, c, b, declared("WDT-7", order.CustomsBonded))
	rows, _ := c.FeedAll(t, b, 0)
	for _, w := range centraltest.Work(t, rows) {
		s := &w.Shipment
		list := labels.CustomsList{Regime: string(s.Customs), Number: s.Declare.Number, Enterprise: s.Declare.Enterprise, Port: s.Declare.Port,
			Carrier: s.Carrier.Name.ZH, Currency: s.Declare.Currency}
		for _, d := range s.Declared() {
			list.Lines = append(list.Lines, labels.CustomsListLine{Order: d.Ref, Waybill: s.Parcels[0].Waybill.Number, Goods: d.Name.ZH, Model: d.Model,
				HS: d.HS, Qty: d.Qty, Unit: d.Unit, NetG: d.NetG, Value: d.Value, Origin: d.Origin})
		}
		pages, err := list.Layout(labels.Printer{DPI: 203})
		if err != nil {
			t.Fatal(err)
		}
		if _, report, err := labels.RenderPDF(pages, labels.Meta{Title: "list"}); err != nil || report.Err() != nil {
			t.Errorf("%v, %v", err, report.Err())
		}
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
