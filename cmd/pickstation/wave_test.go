package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// waveBench is a bench with its centre, over TLS.
type waveBench struct {
	*testing.T
	dir, config, db string
	centre          *centre
}

func newWaveBench(t *testing.T) *waveBench {
	t.Helper()
	dir := t.TempDir()
	c := liveCentre(t, dir)
	b := &waveBench{T: t, dir: dir, config: stationConfig(t, dir, "https://"+c.addr), centre: c}
	cfg := enrolAt(t, c, b.config)
	b.db = filepath.Join(cfg.DataDir, "station.db")
	b.atCentre("operators", "import", b.file("o.csv", "id,name,badge,roles\nop1,Li,BADGE-1,picker\n"))
	return b
}

func (b *waveBench) file(name, text string) string {
	b.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func (b *waveBench) atCentre(args ...string) []byte {
	b.Helper()
	out, err := b.centre.call(b.Context(), args...)
	if err != nil {
		b.Fatalf("pickcentral %v: %v", args, err)
	}
	return out
}

// order is one order of a carrier; goods are "SKU:quantity".
func (b *waveBench) order(ext, carrier string, goods ...string) {
	b.Helper()
	var lines []string
	for _, g := range goods {
		sku, qty, _ := strings.Cut(g, ":")
		lines = append(lines, fmt.Sprintf(`{"sku":%q,"qty":%s,"codes":[{"key":%q}],"location":"L-%s","name":{"en":%q}}`, sku, qty, sku, sku, sku))
	}
	b.atCentre("import", "--format", "json", b.file(ext+".json", fmt.Sprintf(`{"orders":[{"channel":"shop","external_id":%q,"paid_at":"2026-03-02T08:00:00Z",
		"carrier":%q,"receiver":{"name":"n","phone":"1","country":"CN","city":"c","province":"p","district":"d","street":"s 1"},"lines":[%s]}]}`,
		ext, carrier, strings.Join(lines, ","))))
}

func (b *waveBench) sync() {
	b.Helper()
	if out, code, err := cli(b.T, "sync", "--once", "--config", b.config); code != 0 {
		b.Fatalf("sync: %d %s %v", code, out, err)
	}
}

// lease has the bench ask for work, by a file that is carried: what sync --once does not.
func (b *waveBench) lease() {
	b.Helper()
	b.sync()
	asked := filepath.Join(b.dir, "ask.carry")
	if out, code, err := cli(b.T, "sync", "export", asked, "--config", b.config); code != 0 {
		b.Fatalf("export: %s %v", out, err)
	}
	var a answered
	if err := json.Unmarshal(b.atCentre("sync", "import", asked), &a); err != nil {
		b.Fatal(err)
	}
	if out, code, err := cli(b.T, "sync", "import", a.Answer, "--config", b.config); code != 0 {
		b.Fatalf("import: %s %v", out, err)
	}
	for _, f := range []string{asked, a.Answer} {
		if err := os.Remove(f); err != nil {
			b.Fatal(err)
		}
	}
	b.sync()
}

type replayed struct {
	Verdict, Screen, Shipment, What, Do string
	Async                               bool
}

// scans plays scans over a copy of the bench's database, through the station's own loop.
func (b *waveBench) scans(codes ...string) (out []replayed) {
	b.Helper()
	var rec strings.Builder
	for _, c := range codes {
		fmt.Fprintf(&rec, "{\"scan\":%q,\"device\":\"gun1\"}\n", c)
	}
	text, code, err := cli(b.T, "replay", "--db", b.db, b.file("rec.jsonl", rec.String()))
	if code != 0 {
		b.Fatalf("replay: %d %s %v", code, text, err)
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	for dec.More() {
		var r replayed
		if err := dec.Decode(&r); err != nil {
			b.Fatal(err)
		}
		if !r.Async {
			out = append(out, r)
		}
	}
	return out
}

// The centre makes a wave of one carrier's orders, the feed brings it, and the put wall
// of the bench works that wave and nothing else.
func TestAWaveGoesFromTheCentreOverTheFeedToThePutWall(t *testing.T) {
	b := newWaveBench(t)
	b.order("BIG", "SF", "MANGO:3", "FIG:1")
	b.order("SMALL", "SF", "MANGO:1")
	b.order("OTHER", "ZTO", "MANGO:1")
	var w struct {
		ID        string
		Mode      string
		Units     int
		Shipments []string
	}
	if err := json.Unmarshal(b.atCentre("wave", "make", "--mode", "wall", "--carrier", "SF", "--station", "bench-1"), &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Shipments) != 2 || w.Units != 5 || w.Mode != "wall" {
		t.Fatalf("the wave is %+v", w)
	}
	b.sync()
	got := b.scans("BADGE-1", "PS:WALL", "MANGO", "SLOT-1", "MANGO", "SLOT-2", "SLOT-1")
	want := []string{"", "2 orders together, 5 units", "1 of 1 in the hand", "SLOT-1: order SMALL is complete", "1 of 3 in the hand", "is in SLOT-2: 1 of 3", "Order SMALL goes on"}
	for i, part := range want {
		if !strings.Contains(got[i].What, part) {
			t.Errorf("scan %d: %+v, want %q", i+1, got[i], part)
		}
	}
	if got[6].Screen != "label" {
		t.Errorf("the full slot opens screen %s", got[6].Screen)
	}
	b.lease() // the third order comes, too
	if got := b.scans("BADGE-1", "PS:BATCH"); !strings.Contains(got[1].What, "1 order together") {
		t.Errorf("a plain batch takes orders of the wave: %+v", got[1])
	}
	b.atCentre("wave", "end", w.ID)
	b.sync()
	if got := b.scans("BADGE-1", "PS:BATCH"); !strings.Contains(got[1].What, "3 order") {
		t.Errorf("after the wave ended: %+v", got[1])
	}
}

// Orders of one item are sent as a wave of that item: the first bench that asks gets all
// of it, and each scan of the item opens the next of its orders.
func TestAWaveOfSingleItemsIsOfTheItemThatMostOrdersWant(t *testing.T) {
	b := newWaveBench(t)
	b.order("F1", "SF", "FIG:1")
	for i := range 3 {
		b.order(fmt.Sprintf("M%d", i), "SF", "MANGO:1")
	}
	b.order("TWO", "SF", "MANGO:1", "FIG:1")
	var w struct {
		SKU       string
		Shipments []string
	}
	if err := json.Unmarshal(b.atCentre("wave", "make", "--mode", "single"), &w); err != nil {
		t.Fatal(err)
	}
	if w.SKU != "MANGO" || len(w.Shipments) != 3 {
		t.Fatalf("the wave is %+v", w)
	}
	b.lease()
	got := b.scans("BADGE-1", "MANGO")
	if got[1].Verdict != "ORDER_DONE" || got[1].Screen != "label" {
		t.Errorf("the item opens %+v", got[1])
	}
	if out, err := b.centre.call(t.Context(), "wave", "make", "--mode", "cluster", "--carrier", "NOBODY"); err == nil {
		t.Errorf("a wave of nothing: %s", out)
	}
}
