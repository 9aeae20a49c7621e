package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// work scans at the bench's own database, through its loop, with nobody at the other end.
func (b *waveBench) work(codes ...string) (out []station.Outcome) {
	b.Helper()
	db, err := localdb.Open(b.Context(), localdb.Options{Dir: filepath.Dir(b.db)})
	if err != nil {
		b.Fatal(err)
	}
	said := make(chan station.Outcome, 64)
	loop := station.New(station.Options{Station: "bench-1", Store: store{db}, Lang: "en", OnVerdict: func(o station.Outcome) { said <- o }})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	for i, c := range codes {
		if err := loop.Scan(ctx, station.Scan{Device: "gun1", Frame: uint64(i + 1), Text: c, LastByte: time.Now()}); err != nil {
			b.Fatal(err)
		}
		o := <-said
		if o.Err != nil {
			b.Fatalf("scan %s: %v", c, o.Err)
		}
		out = append(out, o)
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return out
}

// says checks what each scan was answered with.
func (b *waveBench) says(got []station.Outcome, want ...order.MsgCode) {
	b.Helper()
	for i, w := range want {
		if g := got[i].Decision.What.Code; w != "" && g != w {
			b.Fatalf("scan %d says %s %s, want %s", i+1, got[i].Decision.Verdict, g, w)
		}
	}
}

// Staff ask for a move and a count, the feed brings both, a bench that reaches nobody
// does them, and what differs stands at the centre after the next sync.
func TestStockTasksGoFromTheCentreToABenchWithoutNetworkAndBack(t *testing.T) {
	b := newWaveBench(t)
	b.atCentre("catalogue", "import", b.file("c.csv", "sku,codes,home\nMANGO,MANGO,L-1\n"))
	b.atCentre("locations", "import", b.file("l.csv", "id,walk\nL-1,1\nR-1,2\n"))
	b.atCentre("tasks", "add", "--kind", "move", "--sku", "MANGO", "--qty", "2", "--from", "R-1", "--to", "L-1", "--priority", "5")
	b.sync()
	b.says(b.work("BADGE-1", "PS:TASKS", "R-1", "MANGO", "MANGO", "L-1"),
		order.MsgSignedIn, order.MsgInTasks, order.MsgTaskOpened, order.MsgInHand, order.MsgInHand, order.MsgMoved)
	b.sync()
	b.atCentre("tasks", "add", "--kind", "count", "--sku", "MANGO", "--qty", "5", "--from", "L-1")
	b.sync()
	b.says(b.work("L-1", "MANGO", "PS:YES", "PS:YES"), order.MsgTaskOpened, order.MsgCountedSoFar, order.MsgCountDiffers, order.MsgCounted)
	b.sync()
	list := string(b.atCentre("tasks", "list", "--all"))
	if n := strings.Count(list, `"done":true`); n != 2 || strings.Count(list, `"done_by":"op1"`) != 2 {
		t.Fatalf("tasks at the centre: %s", list)
	}
	if open := b.atCentre("tasks", "list"); len(open) > 0 {
		t.Fatalf("still open: %s", open)
	}
}

// An order leaves, comes back without a word of the shop, and is taken in by the bench
// that sent it while nobody can be reached; the centre learns of it, and of what was said
// of the goods.
func TestGoodsThatComeBackWithoutNetworkReachTheCentre(t *testing.T) {
	b := newWaveBench(t)
	b.atCentre("policy", "set", b.file("p.json", `{"zone":"Asia/Shanghai","auto_print":true,"print_word_age_s":0,"dispatch_word_age_s":0}`))
	b.order("1001", "SF", "MANGO:2")
	b.lease()
	got := b.work("BADGE-1", "1001", "MANGO", "MANGO", "PS:PRINT")
	waybill := got[len(got)-1].Work.Parcels[0].Waybill.Number
	b.printed()
	b.says(b.work(waybill, "PS:SHIP", waybill), order.MsgPackedAll, order.MsgInDispatch, order.MsgDispatched)
	b.says(b.work("PS:TASKS", waybill, "MANGO", "MANGO", "MANGO", "PS:GRADE-A", "PS:YES"), order.MsgInTasks, order.MsgTaskOpened, order.MsgReturnedUnit,
		order.MsgReturnedUnit, order.MsgReturnedAll, order.MsgGraded, order.MsgReturnClosed)
	b.sync()
	var k struct {
		Kind, State, Return string
		Done                bool
		Lines               []order.TaskLine
	}
	if err := json.Unmarshal(b.atCentre("tasks", "list", "--all"), &k); err != nil {
		t.Fatal(err)
	}
	want := []order.Judged{{Qty: 2, Grade: "A", Fate: order.FateRestock}}
	if k.Kind != "return" || k.State != "inspecting" || k.Return == "" || !k.Done || fmt.Sprint(k.Lines[0].Goods) != fmt.Sprint(want) {
		t.Fatalf("return at the centre: %+v", k)
	}
}

// printed has every waybill come out of a printer.
func (b *waveBench) printed() {
	b.Helper()
	db, err := localdb.Open(b.Context(), localdb.Options{Dir: filepath.Dir(b.db)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	jobs, err := db.PrintQueue(10)
	if err != nil {
		b.Fatal(err)
	}
	loop := station.New(station.Options{Station: "bench-1", Store: store{db}})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	for _, j := range jobs {
		j.State = order.PrintDone
		if err := loop.Printed(ctx, j); err != nil {
			b.Fatal(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

// The demo's keys do tasks to their end.
func TestTheDemosScannerDoesTasks(t *testing.T) {
	b := newWaveBench(t)
	b.atCentre("catalogue", "import", b.file("c.csv", "sku,codes,home\nMANGO,MANGO,L-1\n"))
	b.atCentre("tasks", "add", "--kind", "move", "--sku", "MANGO", "--qty", "2", "--from", "R-1", "--to", "L-1")
	b.atCentre("tasks", "add", "--kind", "count", "--sku", "MANGO", "--qty", "3", "--from", "L-1")
	b.sync()
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: filepath.Dir(b.db)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	said := make(chan station.Outcome, 1)
	loop := station.New(station.Options{Station: "bench-1", Store: store{db}, Lang: "en", OnVerdict: func(o station.Outcome) { said <- o }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	p, left := &puppet{}, -1
	for _, raw := range append([]string{"BADGE-1", "PS:TASKS"}, make([]string, 20)...) {
		v := <-loop.Views()
		for v.Bench.Screen != order.ScreenSignIn && raw != "" && raw != "PS:TASKS" {
			v = <-loop.Views()
		}
		if raw == "" {
			var ok bool
			if raw, ok = p.right(v); !ok {
				left = v.TasksAll
				break
			}
		}
		if err := loop.Scan(ctx, station.Scan{Device: "gun1", Frame: 1, Text: raw, LastByte: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if o := <-said; !o.Decision.Verdict.Good() {
			t.Fatalf("%s: %s %s", raw, o.Decision.Verdict, o.Decision.What.Code)
		}
	}
	cancel()
	if err := <-ended; err != nil || left != 0 {
		t.Fatalf("%d tasks are left, %v", left, err)
	}
}
