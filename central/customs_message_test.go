package central_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/customs"
	"pickstation/labels"
	"pickstation/order"
)

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
		if _, err := c.Declare(t.Context(), centraltest.By(), "", []order.ShipmentID{waiting.ID}); code(err) != "not_packed" {
			t.Errorf("%s: declared before it was packed: %v", regime, err)
		}
		_, sh := packed(t, c, b, declared("1-"+string(regime), regime))
		m, err := c.Declare(t.Context(), centraltest.By(), "", []order.ShipmentID{sh.ID})
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
		again, err := c.Declare(t.Context(), centraltest.By(), "", []order.ShipmentID{sh.ID})
		if err != nil || !bytes.Equal(m.Body, again.Body) {
			t.Errorf("%s: a day later the message is another one, %v", regime, err)
		}
		if _, err := c.Declare(t.Context(), central.By{Who: "shop-2", Channel: "other"}, "", []order.ShipmentID{sh.ID}); code(err) != "not_found" {
			t.Errorf("%s: another shop gets it: %v", regime, err)
		}
	}
	if _, err := c.Declare(t.Context(), centraltest.By(), "", []order.ShipmentID{shipment(t, c, c.Put(t, centraltest.Order("d"))).ID}); code(err) != "no_regime" {
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

func TestBuyersAreDeletedWithReceivers(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	id, sh := packed(t, c, b, declared("1", order.CustomsBonded))
	from := uint64(len(b.Events))
	b.Dispatch(sh)
	c.PushRange(t, b, from, uint64(len(b.Events)))
	buyer := func() (sealed []byte) {
		if err := c.Store.Read(t.Context(), func(r central.Reader) (err error) {
			sealed, err = r.Buyer(id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	if len(buyer()) == 0 {
		t.Fatal("nobody is stored")
	}
	c.Clock.Advance(31 * 24 * time.Hour)
	if n, err := c.Purge(t.Context()); n != 1 || err != nil {
		t.Fatalf("purged %d, %v", n, err)
	}
	if len(buyer()) != 0 {
		t.Error("the buyer is kept")
	}
	if _, err := c.Declare(t.Context(), centraltest.By(), "", []order.ShipmentID{sh.ID}); code(err) != "receiver_deleted" {
		t.Errorf("declared without a receiver: %v", err)
	}
	if n, state := used(t, c, id); n != 50_000 || state != central.QuotaCommitted {
		t.Errorf("the quota is %d %s; it counts without the person's name", n, state)
	}
}
