package station_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
	"pickstation/station"
)

// block is how many scans, and then how many bare writes, follow each other; the two
// take turns, so that both meet the same disk.
const block = 20

// unitsPerLine is how often the same goods are scanned in a row, as on a real day.
const unitsPerLine = 9

// BenchmarkScan is a whole scan: mailbox, rules, commit, answer, view. Its ratios
// compare it with the disk's own limit, an overwrite of 4 KiB and fdatasync.
func BenchmarkScan(b *testing.B) {
	for _, lines := range []int{4, 1114} {
		b.Run(fmt.Sprint("lines=", lines), func(b *testing.B) {
			bn := newBench(b, goods("1", lines, 1_000_000))
			bn.want(order.OK, badgeLi, "X1", item(1))
			lim := newLimit(b)
			var scans, writes []time.Duration
			frame := uint64(10)
			b.ReportAllocs()
			for b.Loop() {
				for range block {
					frame++
					began := time.Now()
					if err := bn.loop.Scan(context.Background(), station.Scan{Device: "gun1", Frame: frame, Text: item(int(frame)/unitsPerLine%lines + 1)}); err != nil {
						b.Fatal(err)
					}
					<-bn.outcomes
					scans = append(scans, time.Since(began))
				}
				for range block {
					writes = append(writes, lim.write(b))
				}
			}
			b.ReportMetric(ratio(scans, writes, 50), "p50/limit")
			b.ReportMetric(ratio(scans, writes, 99), "p99/limit")
			b.ReportMetric(float64(percentile(scans, 50).Microseconds()), "p50-µs")
		})
	}
}

func ratio(a, b []time.Duration, p int) float64 {
	return float64(percentile(a, p)) / float64(percentile(b, p))
}

func percentile(list []time.Duration, p int) time.Duration {
	s := slices.Sorted(slices.Values(list))
	return s[min(len(s)*p/100, len(s)-1)]
}

// limit is what the disk itself can do.
type limit struct {
	f   *os.File
	buf [4096]byte
	n   int64
}

const limitPages = 256

func newLimit(b *testing.B) *limit {
	f, err := os.Create(filepath.Join(b.TempDir(), "limit"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	l := &limit{f: f}
	if _, err := f.Write(make([]byte, limitPages*len(l.buf))); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return l
}

// write overwrites 4 KiB durably and returns how long that took.
func (l *limit) write(b *testing.B) time.Duration {
	l.n++
	l.buf[0]++
	began := time.Now()
	if _, err := l.f.WriteAt(l.buf[:], l.n%limitPages*int64(len(l.buf))); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fdatasync(int(l.f.Fd())); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
