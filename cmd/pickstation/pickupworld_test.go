package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// counterBench is one of several benches of one centre, each behind a line of its own, at
// whose counter buyers fetch parcels.
type counterBench struct {
	*linkedBench
	said  chan station.Outcome
	frame uint64
}

// newCounter starts a bench that prints into a folder.
func newCounter(t *testing.T, c *centre, name string) *counterBench {
	t.Helper()
	dir := t.TempDir()
	line, err := newRelay(t.Context(), "127.0.0.1:0", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	config := filepath.Join(dir, "pickstation.toml")
	text := fmt.Sprintf("station = %q\ndata_dir = %q\nlang = \"en\"\n[central]\nurl = %q\n[printer]\nuri = %q\n",
		name, filepath.Join(dir, "data"), "https://"+line.Addr(), "spool:"+filepath.Join(dir, "spool"))
	if err := os.MkdirAll(filepath.Join(dir, "spool"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := enrolAt(t, c, config)
	b := &counterBench{linkedBench: &linkedBench{liveBench: &liveBench{T: t, data: cfg.DataDir}, cfg: cfg, line: line}, said: make(chan station.Outcome, 64)}
	b.loop = make(chan *station.Loop, 1)
	b.hooks = hooks{every: 20 * time.Millisecond, extra: func(ctx context.Context, s *session) error {
		b.loop <- s.loop
		<-ctx.Done()
		return nil
	}, onVerdict: func(o station.Outcome) {
		if o.Input.Source == order.Scanned {
			b.said <- o
		}
	}}
	b.serve(cfg)
	return b
}

// scan scans, and checks what is said.
func (b *counterBench) scan(text string, want order.MsgCode) order.Decision {
	b.Helper()
	loop := <-b.loop
	b.loop <- loop
	b.frame++
	if err := loop.Scan(b.Context(), station.Scan{Device: "gun1", Frame: b.frame, Text: text, LastByte: time.Now()}); err != nil {
		b.Fatal(err)
	}
	select {
	case o := <-b.said:
		if o.Err != nil || o.Decision.What.Code != want {
			b.Fatalf("%s at %s: %s %+v, %v; want %s", text, b.cfg.Station, o.Decision.Verdict, o.Decision.What, o.Err, want)
		}
		return o.Decision
	case <-time.After(livePatience):
		b.Fatalf("%s at %s is not answered", text, b.cfg.Station)
	}
	return order.Decision{}
}

// sent waits until the centre has everything of the bench.
func (b *counterBench) sent() {
	b.Helper()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
}

// knows waits until the bench's own database says so of a pickup code.
func (b *counterBench) knows(what, code string, ok func(p *order.PickupPlace) bool) {
	b.Helper()
	loop := <-b.loop
	b.loop <- loop
	var places []order.PickupPlace
	for end := time.Now().Add(livePatience); time.Now().Before(end); {
		err := loop.Read(b.Context(), func(s station.Store) (err error) {
			places, err = s.PickupPlaces(code, 9)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if len(places) == 1 && ok(&places[0]) {
			return
		}
		b.last = nil
		b.await("another view", func(*station.View) bool { return true })
	}
	b.Fatalf("%s is never known at %s: %+v", what, b.cfg.Station, places)
}

// counters are two benches; the first one packs the order.
func counters(t *testing.T) (w *waveBench, a, b *counterBench) {
	t.Helper()
	dir := t.TempDir()
	c := liveCentre(t, dir)
	w = &waveBench{T: t, dir: dir, centre: c}
	w.atCentre("operators", "import", w.file("o.csv", "id,name,badge,roles\nop1,Li,BADGE-1,lead\nop2,Mei,BADGE-2,lead\n"))
	w.atCentre("policy", "set", w.file("p.json", `{"zone":"Asia/Shanghai","auto_print":true,"print_word_age_s":0,"dispatch_word_age_s":0}`))
	w.atCentre("import", "--format", "json", w.file("1.json", `{"orders":[{"channel":"shop","external_id":"1001","paid_at":"2026-03-02T08:00:00Z",
		"pickup_code":"829144","receiver":{"name":"n","phone":"1","country":"CN","city":"c","province":"p","district":"d","street":"s 1"},
		"lines":[{"sku":"MANGO","qty":1,"codes":[{"key":"MANGO"}],"location":"L-1","name":{"en":"Mango"}}]}]}`))
	a = newCounter(t, c, "bench-1")
	a.knows("the order", "829144", func(*order.PickupPlace) bool { return true })
	a.scan("BADGE-1", order.MsgSignedIn)
	a.await("the work", func(v *station.View) bool { return v.QueueTotal > 0 })
	a.scan("1001", order.MsgOpened)
	a.scan("MANGO", order.MsgOrderPicked)
	v := a.await("the label", func(v *station.View) bool {
		return v.Work != nil && len(v.Work.Parcels) > 0 && v.Work.Parcels[0].Prints > 0
	})
	a.scan(v.Work.Parcels[0].Waybill, order.MsgPackedAll)
	a.sent()
	b = newCounter(t, c, "bench-2")
	b.knows("a packed order", "829144", func(p *order.PickupPlace) bool { return p.Packed && p.Station == "bench-1" })
	b.scan("BADGE-2", order.MsgSignedIn)
	return w, a, b
}

// fetched checks who gave the order out as the centre has it, and that nobody has to look.
func (b *waveBench) fetched(by order.OperatorID, at string) {
	b.Helper()
	var v struct {
		Order struct {
			State     order.StateCode
			Shipments []struct {
				Fetched  *order.Fetched
				Holds    []order.Hold
				SentFrom string `json:"sent_from"`
			}
		}
	}
	if err := json.Unmarshal(b.atCentre("orders", "show", "1001", "--json"), &v); err != nil {
		b.Fatal(err)
	}
	sh := v.Order.Shipments[0]
	if v.Order.State != "fetched" || sh.Fetched == nil || sh.Fetched.By != by || sh.SentFrom != at || len(sh.Holds) > 0 {
		b.Fatalf("at the centre %+v", v)
	}
}

// A bench that packed the order, another one at whose counter the buyer is, and the line
// between that one and the centre goes right after the code was scanned.
func TestABuyerFetchesAtAnotherBenchWhoseLineGoesInTheMiddle(t *testing.T) {
	w, a, b := counters(t)
	b.line.Cut()
	d := b.scan("829144", order.MsgPickupAsked)
	label := d.Do.Args.Waybill
	if d.What.Args.Code != "bench-1" || label == "" {
		t.Fatalf("says %+v, %+v", d.What.Args, d.Do.Args)
	}
	b.scan(label, order.MsgPickupComing)
	b.line.Restore()
	b.await("the parcels", func(v *station.View) bool { return v.Fetch != nil })
	b.scan(label, order.MsgFetched)
	b.sent()
	a.knows("that it was given out", "829144", func(p *order.PickupPlace) bool { return p.Fetched != nil })
	if d := a.scan("829144", order.MsgFetchedYet); d.What.Args.Code != "bench-2" || d.What.Args.Who != "Mei" || d.What.Args.At.IsZero() {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.fetched("op2", "bench-2")
}

// The bench that packed it is cut off and gives it out: whoever asked for it hears so.
func TestABenchWithoutNetworkThatGaveTheParcelsOutWins(t *testing.T) {
	w, a, b := counters(t)
	a.line.Cut()
	b.scan("829144", order.MsgPickupAsked)
	b.await("the parcels", func(v *station.View) bool { return v.Fetch != nil })
	d := a.scan("829144", order.MsgPickupCode)
	a.scan(d.Do.Args.Waybill, order.MsgFetched)
	a.line.Restore()
	a.sent()
	b.knows("that it was given out", "829144", func(p *order.PickupPlace) bool { return p.Fetched != nil })
	if d := b.scan("829144", order.MsgFetchedYet); d.What.Args.Code != "bench-1" || d.What.Args.Who != "Li" {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.fetched("op1", "bench-1")
}
