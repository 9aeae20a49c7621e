package station_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/devices/printer"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

func TestAnInstructionPrintsItsSlipOnce(t *testing.T) {
	b := packed(t, "1", "2")
	b.decide(func(p *order.Policy) { p.Slips = true })
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	b.quiet()
	in := order.Instruction{ID: "I-1", Kind: order.InstructPutBack, Shipment: "1", Ref: "X1", At: b.clock.Now(),
		Goods: []order.PutBack{{SKU: "SKU1", Name: order.Names{ZH: "芒果"}, Qty: 1, Location: "A-01"}}}
	row := wire.FeedRow{FS: 3_000_000, Kind: wire.RowInstruction, ID: "I-1", Body: mustJSON(t, in)}
	for range 2 {
		if err := b.apply(row); err != nil {
			t.Fatal(err)
		}
	}
	steps(t, w)
	if names := files(t, dir); len(names) != 3 || !slices.Contains(names, "slip-1I-1.pdf") {
		t.Fatalf("%v; ledger %+v", names, b.jobs())
	}
	gone := order.Instruction{ID: "I-2", Kind: order.InstructStop, Shipment: "2", Ref: "X2", At: b.clock.Now()}
	row = wire.FeedRow{FS: 3_000_001, Kind: wire.RowInstruction, ID: "I-2", Body: mustJSON(t, gone)}
	if err := b.apply(row); err != nil {
		t.Fatal(err)
	}
	gone.Done, row.FS = true, 3_000_002
	row.Body = mustJSON(t, gone)
	if err := b.apply(row); err != nil {
		t.Fatal(err)
	}
	steps(t, w)
	if names := files(t, dir); len(names) != 3 || len(b.jobs()) != 0 {
		t.Errorf("a slip for nothing: %v; ledger %+v", names, b.jobs())
	}
}

func TestTheHandOverListNamesWhatLeftSinceTheLastOne(t *testing.T) {
	list := []order.Shipment{goods("1", 1, 1), goods("2", 1, 1), goods("3", 1, 1)}
	list[1].Carrier = order.Carrier{ID: "YT", Name: order.Names{ZH: "圆通"}}
	b := newBench(t, list...)
	w, _ := b.worker(t.TempDir())
	b.want(order.OK, badgeLi)
	for _, id := range []string{"1", "2", "3"} {
		b.want(order.OK, "X"+id)
		b.want(order.OrderDone, item(1))
		steps(t, w)
		b.quiet()
		b.want(order.OK, "SF1000"+id)
	}
	dir := t.TempDir()
	w, s := b.worker(dir)
	b.want(order.OK, "PS:SHIP")
	b.want(order.DoneAlready, "PS:LIST")
	b.want(order.OK, "SF10001", "PS:SHIP", "SF10002", "PS:LIST")
	steps(t, w)
	b.quiet()
	b.want(order.ConfirmAgain, "PS:LIST")
	b.want(order.OK, "PS:YES") // the driver lost them
	steps(t, w)
	b.quiet()
	b.want(order.OK, "SF10003", "PS:LIST")
	steps(t, w)
	b.quiet()
	want := []string{"manifest-MF-st1-20260302-SF-01-reprint-2.pdf", "manifest-MF-st1-20260302-SF-01.pdf", "manifest-MF-st1-20260302-SF-02.pdf", "manifest-MF-st1-20260302-YT-01-reprint-2.pdf", "manifest-MF-st1-20260302-YT-01.pdf"}
	if d := cmp.Diff(want, files(t, dir)); d != "" {
		t.Fatalf("%s; ledger %+v", d, b.jobs())
	}
	var rows []order.HandedParcel
	b.read(func() (err error) { rows, err = b.db.ManifestRows("MF-st1-20260302-SF-02"); return err })
	if len(rows) != 1 || rows[0].Waybill != "SF10003" || len(s.docs) != 5 {
		t.Errorf("%+v", rows)
	}
	for _, e := range b.log() {
		if e.Type == order.EventManifested && (e.By != "li" || e.Qty != 1 || e.Paper != order.PaperManifest) {
			t.Errorf("%+v", e)
		}
	}
}

func TestScenario56ANumberThatIsVoidOrUsedIsNotPrinted(t *testing.T) {
	used, cancelled := goods("2", 1, 1), goods("3", 1, 1)
	used.Parcels[0].Waybill.Number = "SF10001" // as of shipment 1: its carrier gave an old one again
	cancelled.Parcels[0].Waybill.Fields = map[string]string{"state": "cancelled"}
	b := newBench(t, goods("1", 1, 1), used, cancelled)
	b.want(order.OK, badgeLi)
	for _, id := range []string{"X2", "X3"} {
		b.want(order.OK, id)
		b.want(order.OrderDone, item(1))
		b.want(order.OK, "PS:QUEUE")
	}
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	jobs := b.jobs()
	if len(files(t, dir)) != 0 || len(jobs) != 2 || jobs[0].Code != "waybill_used" || jobs[1].Code != "waybill_cancelled" {
		t.Fatalf("%v %+v", files(t, dir), jobs)
	}
	for _, j := range jobs {
		if j.State != order.PrintParked || !strings.Contains(j.Err, "ask the centre for a new one") {
			t.Errorf("%+v", j)
		}
	}
}

func TestScenario57OneStoppedShipmentOfAMassPrintIsSkippedAndTheRestIsPrinted(t *testing.T) {
	b := packed(t, "1", "2", "3")
	dir := t.TempDir()
	busy, p := office(t)
	busy.Busy(1000)
	w, s := b.workerFor(p)
	for range 40 {
		steps(t, w)
		b.clock.advance(time.Minute)
	}
	if jobs := b.jobs(); len(jobs) != 3 || jobs[2].State != order.PrintParked || len(s.docs) == 0 {
		t.Fatalf("%+v", jobs)
	}
	held := goods("2", 1, 1)
	held.Version, held.Holds = 1, []order.Hold{{Code: order.Intercepted, Stops: true}}
	if err := b.pull(held, 0); err != nil {
		t.Fatal(err)
	}
	b.quiet()
	b.want(order.OK, "PS:QUEUE")
	if err := b.loop.SetPrinter(context.Background(), station.PrinterView{Status: "ready", Parked: 3}); err != nil {
		t.Fatal(err)
	}
	b.want(order.OK, "PS:PRINT") // all that are parked
	w, _ = b.worker(dir)
	steps(t, w)
	if d := cmp.Diff([]string{"P-1-SF10001.pdf", "P-3-SF10003.pdf"}, files(t, dir)); d != "" {
		t.Error(d)
	}
	if jobs := b.jobs(); len(jobs) != 1 || jobs[0].Shipment != "2" || jobs[0].Code != "held" {
		t.Errorf("%+v", jobs)
	}
}

func TestLabelsWaitForAPrinterThatIsAwayAndComeOutByThemselves(t *testing.T) {
	b := packed(t, "1", "2", "3")
	w, s := b.workerFor(unreachable(t))
	for range 40 {
		steps(t, w)
		b.clock.advance(time.Minute)
	}
	if jobs := b.jobs(); len(jobs) != 3 || jobs[0].State != order.PrintFailed || jobs[0].Code != printer.CodeUnreachable || jobs[2].State != order.PrintQueued || s.tries != 1 {
		t.Fatalf("tried %d times: %+v", s.tries, jobs)
	}
	held := goods("2", 1, 1)
	held.Version, held.Holds = 1, []order.Hold{{Code: order.Intercepted, Stops: true}}
	if err := b.pull(held, 0); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, _ = b.worker(dir)
	steps(t, w)
	if d := cmp.Diff([]string{"P-1-SF10001.pdf", "P-3-SF10003.pdf"}, files(t, dir)); d != "" {
		t.Error(d)
	}
}

func TestCarriersThatLookAlikeInANumberGetListsOfTheirOwn(t *testing.T) {
	list := []order.Shipment{goods("1", 1, 1), goods("2", 1, 1)}
	list[0].Carrier, list[1].Carrier = order.Carrier{ID: "顺丰"}, order.Carrier{ID: "圆通"}
	b := newBench(t, list...)
	w, _ := b.worker(t.TempDir())
	b.want(order.OK, badgeLi)
	for _, id := range []string{"1", "2"} {
		b.want(order.OK, "X"+id)
		b.want(order.OrderDone, item(1))
		steps(t, w)
		b.quiet()
		b.want(order.OK, "SF1000"+id)
	}
	b.want(order.OK, "PS:SHIP", "SF10001", "PS:SHIP", "SF10002", "PS:LIST")
	for _, number := range []string{"MF-st1-20260302-__-01", "MF-st1-20260302-__-02"} {
		var rows []order.HandedParcel
		b.read(func() (err error) { rows, err = b.db.ManifestRows(number); return err })
		if len(rows) != 1 {
			t.Errorf("%s: %+v", number, rows)
		}
	}
}

func TestWhoSignsInHearsOfThePrinterFirst(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	if err := b.loop.SetPrinter(context.Background(), station.PrinterView{Name: "p", Status: "unreachable"}); err != nil {
		t.Fatal(err)
	}
	if o := b.scan(badgeLi); o.Decision.Verdict != order.OK || o.Decision.Do.Code != order.DoMendPrinter || o.Decision.Do.Args.Reason != "unreachable" {
		t.Errorf("%+v", o.Decision)
	}
}
