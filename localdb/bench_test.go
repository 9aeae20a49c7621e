package localdb

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
	"pickstation/sync/wire"
)

// rawDisk is the limit that a commit is measured against: 4 KiB overwritten in a
// preallocated file, and fdatasync.
type rawDisk struct {
	fd  int
	n   int64
	buf [4096]byte
}

const rawBlocks = 1024

func openRaw(b *testing.B, dir string) *rawDisk {
	b.Helper()
	fd, err := unix.Open(filepath.Join(dir, "raw"), unix.O_CREAT|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { unix.Close(fd) })
	r := &rawDisk{fd: fd}
	for i := range r.buf {
		r.buf[i] = byte(i * 7)
	}
	for i := range int64(rawBlocks) {
		if _, err := unix.Pwrite(fd, r.buf[:], i*4096); err != nil {
			b.Fatal(err)
		}
	}
	if err := unix.Fsync(fd); err != nil {
		b.Fatal(err)
	}
	return r
}

func (r *rawDisk) write(b *testing.B) time.Duration {
	start := time.Now()
	if _, err := unix.Pwrite(r.fd, r.buf[:], r.n%rawBlocks*4096); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fdatasync(r.fd); err != nil {
		b.Fatal(err)
	}
	r.n++
	return time.Since(start)
}

func quantile(d []time.Duration, q float64) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}

// benchDir is on a real disk; the default temporary folder may be in memory.
func benchDir(b *testing.B) string {
	b.Helper()
	if d := os.Getenv("PICKSTATION_BENCH_DIR"); d != "" {
		dir, err := os.MkdirTemp(d, "bench")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return b.TempDir()
}

// fill stores work and events fast, without syncs; the file is durable only after
// it was opened the normal way.
func fill(b *testing.B, dir string, shipments, lines, events int) {
	b.Helper()
	h := newHands()
	db := openAt(b, dir, h)
	defer db.Close()
	if err := db.w.script("PRAGMA synchronous=OFF"); err != nil {
		b.Fatal(err)
	}
	const chunk = 20_000
	for at := 0; at < shipments; at += 500 {
		inTx(b, db, func(tx *Tx) error {
			var rows []wire.FeedRow
			for i := at; i < min(at+500, shipments); i++ {
				body, err := json.Marshal(wire.Work{Shipment: testShipment(fmt.Sprintf("S%d", i), lines, 1_000_000), Lease: lease(h)})
				if err != nil {
					return err
				}
				rows = append(rows, wire.FeedRow{FS: int64(i), Kind: wire.RowWork, ID: fmt.Sprint(i), Body: body})
			}
			_, err := tx.ApplyFeed(rows, int64(at), 1)
			return err
		})
	}
	for at := 0; at < events; at += chunk {
		inTx(b, db, func(tx *Tx) error {
			for i := range min(chunk, events-at) {
				e := pick(1, 1)
				e.At, e.Shipment = testTime.UnixMilli()+int64(i), order.ShipmentID(fmt.Sprintf("S%d", i%max(shipments, 1)))
				e.Device, e.Verdict, e.Code, e.OrderVersion = "gun1", order.OK, "6901234567892", 1
				if err := tx.Append(&e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := db.w.script("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkScanCommit stores one pick after another, interleaved with the disk's own
// limit, and gives both and their ratio (median over rounds of 50 of each). With
// PICKSTATION_BENCH_LONG a database of a million events takes turns with the small
// one, and growth is the ratio of the two.
func BenchmarkScanCommit(b *testing.B) {
	sizes := []int{1_000}
	if os.Getenv("PICKSTATION_BENCH_LONG") != "" {
		sizes = append(sizes, 1_000_000)
	}
	raw := openRaw(b, benchDir(b))
	var pickers []*picker
	for _, n := range sizes {
		dir := benchDir(b)
		fill(b, dir, min(n/10+1, 10_000), 10, n)
		pickers = append(pickers, newPicker(b, dir))
	}
	const round = 50
	var limits []time.Duration
	var growth []float64
	for i := range 20 { // warm
		raw.write(b)
		pickers[i%len(pickers)].one(b)
	}
	b.ResetTimer()
	for len(limits) < max(b.N, 20*round) {
		var l []time.Duration
		for range round {
			l = append(l, raw.write(b))
		}
		limits = append(limits, l...)
		for _, p := range pickers {
			p.round(b, round, quantile(l, .5))
		}
		first, last := pickers[0].rounds, pickers[len(pickers)-1].rounds
		growth = append(growth, float64(last[len(last)-1])/float64(first[len(first)-1]))
	}
	b.StopTimer()
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(us(quantile(limits, .5)), "limit-p50-us")
	b.ReportMetric(us(quantile(limits, .99)), "limit-p99-us")
	for i, p := range pickers {
		at := fmt.Sprintf("-at-%d", sizes[i])
		b.ReportMetric(us(quantile(p.all, .5)), "p50-us"+at)
		b.ReportMetric(us(quantile(p.all, .99)), "p99-us"+at)
		b.ReportMetric(median(p.ratios), "p50-ratio"+at)
		b.ReportMetric(float64(quantile(p.all, .99))/float64(quantile(limits, .99)), "p99-ratio"+at)
	}
	if len(pickers) > 1 {
		b.ReportMetric(median(growth), "growth")
	}
}

// picker stores picks in one database.
type picker struct {
	db     *DB
	s      *order.Shipment
	bench  order.Bench
	all    []time.Duration
	rounds []time.Duration // median of each round
	ratios []float64       // of each round's median to the limit's
}

func newPicker(b *testing.B, dir string) *picker {
	b.Helper()
	db := openAt(b, dir, newHands())
	b.Cleanup(func() { db.Close() })
	return &picker{db: db, s: mustShipment(b, db, "S7"),
		bench: order.Bench{Screen: order.ScreenPick, Operator: "op1", Shipment: "S7", Focus: 1, Located: "A-01"}}
}

func (p *picker) one(b *testing.B) time.Duration {
	e := pick(1, 1)
	e.Device, e.Verdict, e.Code, e.OrderVersion, e.At = "gun1", order.OK, "6901234567892", 1, testTime.UnixMilli()
	start := time.Now()
	tx, err := p.db.Begin()
	if err == nil {
		err = do(tx, p.s, e)
	}
	if err == nil {
		err = tx.PutBench(p.bench)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func (p *picker) round(b *testing.B, n int, limit time.Duration) {
	var d []time.Duration
	for range n {
		d = append(d, p.one(b))
	}
	p.all = append(p.all, d...)
	p.rounds = append(p.rounds, quantile(d, .5))
	p.ratios = append(p.ratios, float64(quantile(d, .5))/float64(limit))
}

// BenchmarkLookups are those of one scan.
func BenchmarkLookups(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 200, 10, 1000)
	h := newHands()
	db := openAt(b, dir, h)
	defer db.Close()
	for name, do := range map[string]func() error{
		"Find/waybill": func() error { _, err := db.Find("WB-S7", 20); return err },
		"Find/item":    func() error { _, err := db.Find("ITEM-1", 20); return err },
		"Find/unknown": func() error { _, err := db.Find("NOTHING", 20); return err },
		"Shipment":     func() error { _, err := db.Shipment("S7"); return err },
		"LeaseValid":   func() error { db.LeaseValid("S7", h.wall); return nil },
		"Queue/20":     func() error { _, _, err := db.Queue("op1", 20); return err },
		"Outbound/20":  func() error { _, _, err := db.Outbound(20); return err },
		"Instruction":  func() error { _, err := db.Instruction("S7"); return err },
		"Recent/200":   func() error { _, err := db.Recent("S7", 200); return err },
		"OperatorName": func() error { db.OperatorName("op1"); return nil },
		"Unsent":       func() error { _, _, err := db.Unsent(); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen opens a database of 100,000 open lines and, with
// PICKSTATION_BENCH_LONG, a million events.
func BenchmarkOpen(b *testing.B) {
	events := 10_000
	if os.Getenv("PICKSTATION_BENCH_LONG") != "" {
		events = 1_000_000
	}
	dir := benchDir(b)
	fill(b, dir, 10_000, 10, events)
	h := newHands()
	b.ResetTimer()
	for range b.N {
		db := openAt(b, dir, h)
		if _, _, err := db.Queue("op1", 50); err != nil {
			b.Fatal(err)
		}
		if _, _, err := db.Unsent(); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		db.Close()
		b.StartTimer()
	}
}

// BenchmarkApplyFeed stores 200 rows, the most that one write of the agent carries:
// so long a scan may have to wait for it.
func BenchmarkApplyFeed(b *testing.B) {
	h := newHands()
	for name, row := range map[string]func(i int) wire.FeedRow{
		"work of 10 lines": func(i int) wire.FeedRow {
			return workRow(b, int64(i), wire.Work{Shipment: testShipment(fmt.Sprintf("S%d", i), 10, 5), Lease: lease(h), Sealed: make([]byte, 300)})
		},
		"catalogue": func(i int) wire.FeedRow {
			return rowOf(b, int64(i), wire.RowProduct, fmt.Sprint(i), order.Product{SKU: order.SKU(fmt.Sprint(i)), Name: order.Names{EN: "Mango"},
				Codes: []order.ItemCode{{Key: fmt.Sprintf("%014d", i)}, {Key: fmt.Sprintf("1%013d", i), Mult: 12}}})
		},
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			db := openAt(b, dir, h)
			defer db.Close()
			n := 0
			for b.Loop() {
				b.StopTimer()
				var rows []wire.FeedRow
				for range 200 {
					n++
					rows = append(rows, row(n))
				}
				b.StartTimer()
				inTx(b, db, func(tx *Tx) error { _, err := tx.ApplyFeed(rows, int64(n), 1); return err })
			}
		})
	}
}

// BenchmarkCheckRecent verifies the 10,000 events that are checked before the first scan.
func BenchmarkCheckRecent(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 10, 10, 20_000)
	r, err := OpenReader(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for b.Loop() {
		if err := r.CheckRecent(b.Context(), 10_000); err != nil {
			b.Fatal(err)
		}
	}
}
