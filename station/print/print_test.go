package print

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pickstation/labels"
	"pickstation/order"
)

func TestTriesAreEverFurtherApartUpToAMinute(t *testing.T) {
	want := []time.Duration{1, 1, 2, 4, 8, 16, 32, 60, 60}
	for n, seconds := range want {
		if got := Backoff(n); got != seconds*time.Second {
			t.Errorf("after %d tries: %v", n, got)
		}
	}
	if Backoff(1<<30) != time.Minute || Backoff(-5) != time.Second {
		t.Error("odd numbers of tries")
	}
}

func TestNamesAreFitForPrintersAndUnique(t *testing.T) {
	name := func(id, waybill string, no int) string {
		return Name(&order.Parcel{ID: order.ParcelID(id), Waybill: order.Waybill{Number: waybill}}, order.PaperWaybill, no)
	}
	if got := name("P-7", "SF1001", 1); got != "P-7-SF1001" {
		t.Error(got)
	}
	if got := name("P-7", "SF1001", 2); got != "P-7-SF1001-reprint-2" {
		t.Error(got)
	}
	seen := map[string]bool{}
	for _, id := range []string{"P/1", "P_1", "../../etc/passwd", "包裹1", "包裹2", strings.Repeat("x", 300), strings.Repeat("x", 301), "", ".", "\x00"} {
		n := name(id, "SF1001", 3)
		if len(n) > 120 || strings.Trim(n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" || strings.HasPrefix(n, ".") {
			t.Errorf("%q gives the name %q", id, n)
		}
		if seen[n] {
			t.Errorf("%q has the name of another parcel: %q", id, n)
		}
		seen[n] = true
	}
}

// sheet is a shipment with its receiver in a country.
func sheet(country string) Paper {
	return Paper{Shipment: &order.Shipment{ID: "1", Version: 3, Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}},
		Orders:  []order.OrderRef{{External: "X1"}},
		Lines:   []order.Line{{No: 1, Qty: 3, Picked: 2, Short: 1, Name: order.Names{ZH: "芒果", EN: "Mango"}}, {No: 2, Qty: 1, Short: 1}},
		Parcels: []order.Parcel{{No: 1, ID: "P1", Waybill: order.Waybill{Number: "SF1001"}}}},
		Receiver: order.Receiver{Name: "Zhang San", Phone: "13800001234", Country: country}, Policy: order.DefaultPolicy()}
}

func TestOnlyDomesticReceiversAreMasked(t *testing.T) {
	w := NewWorker(Worker{Profile: Profile{DPI: 203}})
	job := &Job{No: 2, Asked: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	for country, masked := range map[string]bool{"CN": true, "": true, "GB": false, "HK": false} {
		p := sheet(country)
		wb := w.waybill(&p, &p.Shipment.Parcels[0], job)
		if wb.Unmasked == masked {
			t.Errorf("receiver in %q: unmasked %v", country, wb.Unmasked)
		}
		if want := map[bool]string{true: "顺丰", false: "SF Express"}[masked]; wb.Carrier != want {
			t.Errorf("receiver in %q: carrier %s", country, wb.Carrier)
		}
		if len(wb.Items) != 1 || wb.Items[0].Qty != 2 {
			t.Errorf("items %+v: what is short is not in the box", wb.Items)
		}
		if wb.PrintNo != 2 || wb.PrintedAt.Format("15:04") != "16:00" {
			t.Errorf("print %d at %s", wb.PrintNo, wb.PrintedAt)
		}
	}
}

func TestTheColdestGoodsMarkTheWaybill(t *testing.T) {
	for want, temps := range map[string][]order.Temp{labels.Ambient: {order.Ambient}, labels.Chilled: {order.Chilled, order.Ambient},
		labels.Frozen: {order.Chilled, order.Frozen, order.Ambient}} {
		s := &order.Shipment{}
		for _, temp := range temps {
			s.Lines = append(s.Lines, order.Line{Temp: temp})
		}
		if got := temperature(s); got != want {
			t.Errorf("%v: %s", temps, got)
		}
	}
}

// broken is a ledger that cannot be read.
type broken struct{ err error }

func (b broken) PrintQueue(context.Context, int) ([]Job, error) {
	return []Job{{JobID: 1, Shipment: "1", Parcel: 1, No: 1, State: order.PrintQueued}}, nil
}

func (b broken) Paper(context.Context, Job) (Paper, error) { return Paper{}, b.err }

// idle is a printer that is ready and gets nothing.
type idle struct{ Printer }

func (idle) Status(context.Context) (code, detail string) { return "ready", "" }

func TestALedgerThatCannotBeReadLeavesTheJobAsItIs(t *testing.T) {
	disk := errors.New("disk I/O error")
	w := NewWorker(Worker{Ledger: broken{disk}, Printer: idle{}, Profile: Profile{DPI: 203}}) // no reporter: a report would panic
	if did, err := w.Step(context.Background()); !did || !errors.Is(err, disk) {
		t.Errorf("%v %v", did, err)
	}
}
