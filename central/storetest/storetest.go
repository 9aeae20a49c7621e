// Package storetest is what every [central.Store] must pass.
package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"pickstation/central"
	"pickstation/order"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Run runs the suite; open makes an empty store that ends with the test.
func Run(t *testing.T, open func(t *testing.T) central.Store) {
	for name, test := range map[string]func(t *testing.T, s central.Store){
		"a failed write leaves nothing":                failedWrite,
		"writers that share a commit fail alone":       failAlone,
		"a broken statement fails its writer alone":    brokenAlone,
		"a statement that fails last fails its own":    brokenLast,
		"a panic is an error of its writer only":       panics,
		"a cancelled writer writes nothing":            cancelled,
		"a reader sees one moment":                     snapshot,
		"counters have no gaps and no doubles":         counters,
		"a feed cursor never passes a row to come":     feedOrder,
		"a failed write leaves no gap in a feed":       feedGaps,
		"a text that is none is kept, and found":       oddTexts,
		"a feed holds the latest of each":              feedLatest,
		"a feed adds up what a station has to hold":    feedSums,
		"a key of an order belongs to one order":       orderKey,
		"what is read ahead is what would be answered": readAhead,
		"orders are listed by id in pages":             orderPages,
		"old orders with a receiver are found":         private,
		"available shipments come best first":          available,
		"a zone's shipments are told from others":      availableByZone,
		"a waybill number is given out once":           numbers,
		"an exception is raised once":                  exceptionOnce,
		"an enrolment code works once and in time":     enrolCode,
		"a timeline keeps its order and joins names":   timeline,
		"logs get numbers and epochs":                  logs,
		"an event is stored once":                      events,
		"a fact is known from either side":             facts,
		"reference data tells whether it changed":      reference,
		"keys, stations and warehouses come back":      roundTrip,
		"returns and tracking come back":               returns,
		"a change wakes who waits":                     changed,
		"a backup is whole and made of one moment":     backup,
		"what is not there is nil without an error":    absent,
		"buyers and quotas come back":                  customsRecords,
		"what customs said is kept once":               customsReplies,
		"a quota has one taker at a time":              quotaTakers,
		"each conflict has its one word and task":      conflicts,
		"a newer program applies what was parked":      parkedNewer,
		"a timeline is passed once":                    timelinePast,
		"a large body and every rune come back whole":  runes,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func write(t *testing.T, s central.Store, fn func(tx central.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s central.Store, fn func(r central.Reader) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func meta(t *testing.T, s central.Store, key string) (v string) {
	t.Helper()
	read(t, s, func(r central.Reader) (err error) {
		v, err = r.Meta(key)
		return err
	})
	return v
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func code(err error) string {
	var known *order.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

var errStop = errors.New("stop")

func snapshot(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "1") })
	read(t, s, func(r central.Reader) error {
		before, err := r.Meta("a")
		if err != nil {
			return err
		}
		write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "2") }) // does not wait for the reader
		after, err := r.Meta("a")
		same(t, "within one read", []string{before, after}, []string{"1", "1"})
		return err
	})
	same(t, "afterwards", meta(t, s, "a"), "2")
}

func enrolCode(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, h := range []string{"a", "b"} {
			if err := tx.AddEnrolCode(central.EnrolCode{Hash: h, Station: "s1", Warehouse: "main", Until: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	take := func(hash string, at time.Time) (got *central.EnrolCode) {
		write(t, s, func(tx central.Tx) (err error) {
			got, err = tx.TakeEnrolCode(hash, at)
			return err
		})
		return got
	}
	if take("a", noon.Add(time.Second)) != nil || take("c", noon) != nil {
		t.Error("a late or unknown code works")
	}
	first := take("a", noon.Add(-time.Second))
	if first == nil || first.Station != "s1" || first.Warehouse != "main" {
		t.Errorf("code: %+v", first)
	}
	if take("a", noon.Add(-time.Second)) != nil {
		t.Error("a code works twice")
	}
}

func reference(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, want := range []bool{true, false} {
			a, err1 := tx.PutProduct("main", &order.Product{SKU: "A"})
			b, err2 := tx.PutLocation("main", &order.Location{ID: "L"})
			c, err3 := tx.PutOperator("main", &order.Operator{ID: "o"})
			if err := errors.Join(err1, err2, err3); err != nil || a != want || b != want || c != want {
				return fmt.Errorf("changed %v %v %v, want %v: %w", a, b, c, want, err)
			}
		}
		is, err := tx.PutProduct("main", &order.Product{SKU: "A", WeightG: 5})
		same(t, "another weight", is, true)
		if err != nil {
			return err
		}
		p, err := tx.Product("main", "A")
		same(t, "product", p, &order.Product{SKU: "A", WeightG: 5})
		if err != nil {
			return err
		}
		elsewhere, err := tx.Product("other", "A")
		same(t, "of another warehouse", elsewhere == nil, true)
		if err != nil {
			return err
		}
		f := order.StandardFlow()
		if err := tx.PutFlow(f); err != nil {
			return err
		}
		got, err := tx.Flow("standard", 1)
		same(t, "flow", got, f)
		return err
	})
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.PutFlow(order.StandardFlow()) }); err == nil {
		t.Error("a flow's version was stored twice")
	}
}

func roundTrip(t *testing.T, s central.Store) {
	st := &central.Station{ID: "s1", Warehouse: "main", BoxKey: []byte{1}, CertSerial: "aa", NotAfter: noon, EnrolledAt: noon, SeenAt: noon}
	k := central.Key{ID: "K1", Hash: "h", Name: "n", Scopes: []string{"a"}, Channel: "c", CreatedAt: noon}
	w := &central.Warehouse{ID: "main", Policy: order.DefaultPolicy(), SetAt: noon, BadgeKey: []byte{5}}
	in := &central.Instruction{Station: "s1", Instruction: order.Instruction{ID: "i", Kind: order.InstructStop, Shipment: "S1", At: noon}}
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.PutStation(st), tx.PutKey(k), tx.PutWarehouse(w), tx.PutInstruction(in))
	})
	k.RevokedAt = noon
	write(t, s, func(tx central.Tx) error { return tx.PutKey(k) })
	read(t, s, func(r central.Reader) error {
		st2, err1 := r.Station("s1")
		k2, err2 := r.KeyByHash("h")
		w2, err3 := r.Warehouse("main")
		all, err4 := r.Warehouses()
		in2, err5 := r.InstructionsOf("S1")
		same(t, "station", st2, st)
		same(t, "key", k2, &k)
		same(t, "warehouse", w2, w)
		same(t, "warehouses", all, []*central.Warehouse{w})
		same(t, "instructions", in2, []*central.Instruction{in})
		return errors.Join(err1, err2, err3, err4, err5)
	})
}

func backup(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.SetMeta("a", "1"), tx.PutLog(&central.Log{ID: "l", Station: "s1", HWM: 7}))
	})
	path := filepath.Join(t.TempDir(), "copy")
	killed, running := filepath.Join(filepath.Dir(path), ".backup-1"), filepath.Join(filepath.Dir(path), ".backup-2")
	at, err := os.Create(running)
	if err == nil {
		defer at.Close()
		err = unix.Flock(int(at.Fd()), unix.LOCK_EX)
	}
	if err := errors.Join(err, os.WriteFile(killed, nil, 0o600), os.WriteFile(killed+"-journal", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	marks, err := s.Backup(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "marks", marks, map[order.LogID]uint64{"l": 7})
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("copy: %v, %v", info, err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	same(t, "left beside it", left, []string{running})
	if err != nil {
		t.Error(err)
	}
	if _, err := s.Backup(t.Context(), path); code(err) != "backup" {
		t.Errorf("a second copy to the same name: %v", err)
	}
}

func absent(t *testing.T, s central.Store) {
	read(t, s, func(r central.Reader) error {
		a, e1 := r.Order("x")
		b, e2 := r.OrderByKey("x", "y")
		c, e3 := r.Shipment("x")
		d, e4 := r.Number("x")
		e, e5 := r.Station("x")
		f, e6 := r.KeyByHash("x")
		g, e7 := r.Log("x")
		h, e8 := r.NewestLog("x")
		i, e9 := r.Flow("x", 1)
		j, e10 := r.Return("x")
		k, e11 := r.Warehouse("x")
		if a != nil || b != nil || c != nil || d != nil || e != nil || f != nil || g != nil || h != nil || i != nil || j != nil || k != nil {
			t.Error("something is there")
		}
		name, e12 := r.OperatorName("x")
		same(t, "name", name, "")
		return errors.Join(e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12)
	})
}
