package station_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/nacl/box"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
	"pickstation/sync/wire"
)

// decide sets the warehouse's policy as a pull does.
func (b *bench) decide(set func(*order.Policy)) {
	b.Helper()
	var p order.Policy
	b.read(func() (err error) { p, err = b.db.Policy(); return err })
	set(&p)
	key, err := localdb.EnsureBoxKey(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	sealed, err := box.SealAnonymous(nil, badgeKey, &key.Public, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	if err := b.apply(wire.FeedRow{FS: 2_000_000, Kind: wire.RowPolicy, ID: "policy", Body: mustJSON(b, wire.Policy{Policy: p, BadgeKey: sealed})}); err != nil {
		b.Fatal(err)
	}
}

// read looks at the database between two batches of the loop.
func (b *bench) read(f func() error) {
	b.Helper()
	if err := b.loop.Read(context.Background(), func(station.Store) error { return f() }); err != nil {
		b.Fatal(err)
	}
}

// ledger returns all prints of a shipment.
func (b *bench) ledger(id order.ShipmentID) (list []order.PrintResult) {
	b.Helper()
	b.read(func() (err error) { list, err = b.db.Prints(id); return err })
	return list
}

// abroad is a shipment of mangoes that is declared for export.
func abroad(id string) order.Shipment {
	s := goods(id, 2, 1)
	s.Customs, s.Carrier = order.CustomsExport, order.Carrier{ID: "POST", Name: order.Names{ZH: "中国邮政", EN: "China Post"}}
	s.Parcels[0].Waybill = order.Waybill{Number: "RR473124829CN", Sort: "东京"}
	s.Declare = &order.Declaration{Number: "QD46002026031400018", Enterprise: "海南鲜果有限公司", Port: "海口", Country: "JP", Currency: "CNY"}
	for i := range s.Lines {
		s.Lines[i].Name = order.Names{ZH: "芒果干", EN: "Dried mango slices"}
		s.Lines[i].WeightG, s.Lines[i].PriceEach = 250, order.Money{Minor: 3900, Currency: "CNY"}
		s.Lines[i].Customs = &order.LineCustoms{HS: "0804502010", Origin: "CN", Unit: "袋"}
	}
	return s
}

func everyPaper(p *order.Policy) {
	p.Papers = []order.PaperRule{{Kind: order.PaperPackingList}, {Kind: order.PaperCustoms}, {Kind: order.PaperInvoice}, {Kind: order.PaperCustomsList}}
	p.Shipper = order.Sender{Name: "Hainan Fresh Fruit Co., Ltd.", Phone: "+86 898 6666 8888", Address: "No. 3 Baoshui Road, Haikou", Country: "CN"}
	p.Postal = order.Postal{Operator: "China Post", Incoterm: "DAP"}
}

// export has an export shipment of two units picked under a policy.
func export(t *testing.T, s order.Shipment, set func(*order.Policy)) *bench {
	t.Helper()
	b := newBench(t, s)
	b.decide(set)
	b.want(order.OK, badgeLi, "X1")
	b.want(order.LineDone, item(1))
	b.want(order.OrderDone, item(2))
	b.quiet()
	return b
}

func (b *bench) scale(grams int) {
	b.Helper()
	if err := b.loop.Weigh(context.Background(), station.Weight{Device: "scale", Grams: grams, Stable: true}); err != nil {
		b.Fatal(err)
	}
	b.next()
}

// quiet waits until the loop has nothing left to do, and forgets what it decided.
func (b *bench) quiet() {
	b.Helper()
	b.settle()
	b.drain()
}

// printedKinds are the papers that the log says came out, in their order.
func (b *bench) printedKinds() (kinds []string) {
	b.Helper()
	for _, e := range b.log() {
		if e.Type == order.EventPrinted {
			kinds = append(kinds, e.Paper.Word())
		}
	}
	return kinds
}

func TestEveryPaperOfThePolicyComesOutBehindItsWaybill(t *testing.T) {
	b := export(t, abroad("1"), everyPaper)
	b.scale(620)
	dir := t.TempDir()
	w, s := b.worker(dir)
	if v := b.settle().Work; v.Sheets != 5 || v.SheetsOut != 0 {
		t.Errorf("sheets %d of %d before printing", v.SheetsOut, v.Sheets)
	}
	steps(t, w)
	want := []string{"P-1-RR473124829CN-customs-form.pdf", "P-1-RR473124829CN-customs-list.pdf", "P-1-RR473124829CN-invoice.pdf",
		"P-1-RR473124829CN-packing-list.pdf", "P-1-RR473124829CN.pdf"}
	if d := cmp.Diff(want, files(t, dir)); d != "" {
		t.Fatalf("%s; ledger %+v", d, b.jobs())
	}
	if d := cmp.Diff([]string{"waybill", "packing-list", "customs-form", "invoice", "customs-list"}, b.printedKinds()); d != "" {
		t.Error(d)
	}
	if v := b.settle().Work; v.Sheets != 5 || v.SheetsOut != 5 || len(v.Parcels[0].Papers) != 4 {
		t.Errorf("sheets %d of %d", v.SheetsOut, v.Sheets)
	}
	for _, d := range s.docs { // A5 across is the CN 23: a parcel's form
		if strings.HasSuffix(d.Name, "customs-form") && (d.Width < 20900 || d.Width > 21100 || d.Height < 14700 || d.Height > 14900) {
			t.Errorf("the customs form is %d × %d", d.Width, d.Height)
		}
	}
	b.quiet()
	b.want(order.OK, "RR473124829CN", "PS:SHIP", "RR473124829CN")
}

func TestABenchWithoutAScaleDeclaresTheWeightsOfTheCatalogue(t *testing.T) {
	s := abroad("1")
	s.Declare.TareG = 120
	b := export(t, s, everyPaper)
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	if n := len(files(t, dir)); n != 5 {
		t.Fatalf("%d papers: %+v", n, b.jobs())
	}
}

func TestABenchWithAScalePrintsTheGrossWeightOnceItIsKnown(t *testing.T) {
	b := newBench(t, abroad("1"))
	b.decide(everyPaper)
	b.show(station.Scale{Name: "s", State: "stable"})
	b.want(order.OK, badgeLi, "X1")
	b.want(order.LineDone, item(1))
	b.want(order.OrderDone, item(2))
	b.quiet()
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	if n := len(files(t, dir)); n != 3 {
		t.Fatalf("%d papers before the box was weighed: %+v", n, b.jobs())
	}
	b.scale(620)
	steps(t, w)
	if n := len(files(t, dir)); n != 5 {
		t.Fatalf("%d papers after it was weighed: %+v", n, b.jobs())
	}
}

func TestLetterPostTakesTheSmallFormUpToTheLimits(t *testing.T) {
	b := export(t, abroad("1"), func(p *order.Policy) {
		everyPaper(p)
		p.Papers = []order.PaperRule{{Kind: order.PaperCustoms}}
		p.Postal.LetterPost = []order.CarrierID{"POST"}
		p.Postal.Rules = []order.CN22Rule{{From: "2026-01-01", LimitSDR: 300, LimitG: 2000}}
		p.Postal.Rates = []order.SDRRate{{From: "2026-01-01", Currency: "CNY", Micro: 9_600_000}}
	})
	b.scale(620)
	w, s := b.worker(t.TempDir())
	steps(t, w)
	if n := len(s.docs); n != 2 || s.docs[1].Width/100 > 80 {
		t.Errorf("%d papers, the form is %d wide", n, s.docs[n-1].Width)
	}
}

func TestAPaperThatCannotBeMadeIsParkedAndTheOthersComeOut(t *testing.T) {
	s := abroad("1")
	s.Lines[1].Customs.HS = "" // customs forms and invoices must have it
	b := export(t, s, everyPaper)
	b.scale(620)
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	if d := cmp.Diff([]string{"P-1-RR473124829CN-packing-list.pdf", "P-1-RR473124829CN.pdf"}, files(t, dir)); d != "" {
		t.Fatal(d)
	}
	jobs := b.jobs()
	for _, j := range jobs {
		if j.State != order.PrintParked || j.Code != "label_bad_input" || !strings.Contains(j.Err, "; ") {
			t.Errorf("%s: %s %s %q", j.Kind.Word(), j.State, j.Code, j.Err)
		}
	}
	v := b.settle()
	if len(jobs) != 3 || v.Work.Sheets != 5 || v.Work.SheetsOut != 2 || v.Verdict.What.Code != order.MsgPaperTrouble || v.Verdict.What.Args.Code == "" {
		t.Errorf("%d parked, sheets %d of %d, %+v", len(jobs), v.Work.SheetsOut, v.Work.Sheets, v.Verdict)
	}
	b.quiet()
	b.want(order.OK, "RR473124829CN", "PS:SHIP")
	b.want(order.Blocked, "RR473124829CN") // not without its customs papers
	s.Version, s.Lines[1].Customs.HS = 1, "0804502010"
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	b.want(order.Blocked, "RR473124829CN")
	b.want(order.OK, "PS:YES")
	steps(t, w)
	b.quiet()
	b.want(order.OK, "RR473124829CN")
}

func TestAPackingListOfOldGoodsIsVoidAndPrintedAgainWithItsWaybill(t *testing.T) {
	b := export(t, abroad("1"), func(p *order.Policy) { p.Papers = []order.PaperRule{{Kind: order.PaperPackingList}} })
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	b.quiet()
	b.want(order.OK, "PS:UNDO")
	b.want(order.ConfirmAgain, "PS:SHORT")
	b.want(order.OrderDone, "PS:YES")
	b.restart()
	b.want(order.Blocked, "RR473124829CN")
	v := b.settle().Work.Parcels[0]
	if v.Void != order.VoidContents || v.Papers[0].Void != order.VoidContents {
		t.Errorf("%+v", v)
	}
	ledger := b.ledger("1")
	if len(ledger) != 2 || ledger[0].VoidWhy != order.VoidContents || ledger[1].Voided.IsZero() {
		t.Errorf("ledger %+v", ledger)
	}
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	w, _ = b.worker(dir)
	steps(t, w)
	b.quiet()
	want := []string{"P-1-RR473124829CN-packing-list-reprint-2.pdf", "P-1-RR473124829CN-packing-list.pdf", "P-1-RR473124829CN-reprint-2.pdf", "P-1-RR473124829CN.pdf"}
	if d := cmp.Diff(want, files(t, dir)); d != "" {
		t.Error(d)
	}
	b.want(order.OK, "RR473124829CN")
}

func TestANewAddressVoidsThePaperThatIsOut(t *testing.T) {
	b := packed(t, "1")
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	b.quiet()
	s := goods("1", 1, 1)
	s.Version, s.Parcels[0].Waybill.Number, s.Parcels[0].VoidWaybills = 2, "SF-NEW-1", []string{"SF10001"}
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	if err := b.pull(s, 0); err != nil { // a row that comes twice voids once
		t.Fatal(err)
	}
	n := 0
	for _, e := range b.log() {
		if e.Type == order.EventPaperVoided {
			n++
			if e.Reason != order.VoidOrder || e.Waybill != "SF10001" || e.No != 1 {
				t.Errorf("%+v", e)
			}
		}
	}
	ledger := b.ledger("1")
	if n != 1 || len(ledger) != 1 || ledger[0].VoidWhy != order.VoidOrder {
		t.Errorf("%d events, ledger %+v", n, ledger)
	}
	o := b.scan("SF10001")
	if o.Decision.What.Code != order.MsgPaperVoid || o.Decision.Do.Code != order.DoReprint {
		t.Fatalf("the old paper: %+v", o.Decision)
	}
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	steps(t, w)
	b.quiet()
	if d := cmp.Diff([]string{"P-1-SF-NEW-1-reprint-2.pdf", "P-1-SF10001.pdf"}, files(t, dir)); d != "" {
		t.Error(d)
	}
	if o := b.scan("SF10001"); o.Decision.What.Code != order.MsgPaperVoid || o.Decision.Do.Code != order.DoWaitLabel {
		t.Fatalf("the old paper beside the new one: %+v", o.Decision)
	}
	b.want(order.OK, "SF-NEW-1", "PS:SHIP")
	b.want(order.Blocked, "SF10001") // the box still wears it
	b.want(order.OK, "SF-NEW-1")
}

// TestADesktopPrinterTakesThePapersAndTheLabelPrinterTheLabels proves that one queue
// feeds two printers, and that a jam of one does not hold up the other.
func TestADesktopPrinterTakesThePapersAndTheLabelPrinterTheLabels(t *testing.T) {
	b := export(t, abroad("1"), func(p *order.Policy) { p.Papers = []order.PaperRule{{Kind: order.PaperPackingList}} })
	labels, papers := t.TempDir(), t.TempDir()
	label := func(k order.PaperKind) bool { return k == order.PaperWaybill }
	office, s := b.worker(papers)
	office.Kinds = func(k order.PaperKind) bool { return !label(k) }
	steps(t, office)
	thermal, _ := b.worker(labels)
	thermal.Kinds = label
	thermal.Profile = print.Profile{DPI: 300, Language: print.ZPL}
	steps(t, thermal)
	if d := cmp.Diff([]string{"P-1-RR473124829CN-packing-list.pdf"}, files(t, papers)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"P-1-RR473124829CN.zpl"}, files(t, labels)); d != "" {
		t.Error(d)
	}
	if s.docs[0].Type != "application/pdf" {
		t.Errorf("%s", s.docs[0].Type)
	}
}

func TestAPaperWiderThanThePrinterIsParkedWithWhatToDo(t *testing.T) {
	b := export(t, abroad("1"), everyPaper)
	b.scale(620)
	w, _ := b.worker(t.TempDir())
	w.Profile = print.Profile{DPI: 203, List: "100x150", WidthMM: 108}
	steps(t, w)
	for _, j := range b.jobs() {
		if j.Code != "label_too_large" || !strings.Contains(j.Err, "paper_printer") || j.Kind == order.PaperPackingList {
			t.Errorf("%+v", j)
		}
	}
	if n := len(b.jobs()); n != 3 {
		t.Errorf("%d parked", n)
	}
}
