package main

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/gs1"
	"pickstation/order"
	"pickstation/station"
)

func TestAJournalGoesOnAfterATornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := j.intend(journalLine{Kind: scanUnit, Code: "A", Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.outcome(n, order.OK); err != nil {
		t.Fatal(err)
	}
	if _, err := j.intend(journalLine{Kind: scanUnit, Code: "B"}); err != nil {
		t.Fatal(err)
	}
	j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, `{"n":3,"kind":"un`...), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err = openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if len(j.lines) != 2 || j.lines[0].Verdict != order.OK || j.lines[1].Verdict != "" {
		t.Fatalf("read back %+v", j.lines)
	}
	if n, err := j.intend(journalLine{Kind: scanUnit, Code: "C"}); err != nil || n != 3 {
		t.Fatalf("next scan is %d, %v", n, err)
	}
	again, err := openJournal(path)
	if err != nil || len(again.lines) != 3 || again.lines[2].Code != "C" {
		t.Fatalf("after the torn line: %+v, %v", again, err)
	}
	again.Close()
}

func TestAWholeAuditCountsWhatIsLostAndWhatIsDoubled(t *testing.T) {
	k := lineKey{"S1", 1}
	for _, c := range []struct {
		name            string
		picked          int
		lost, duplicate int
	}{
		{"all arrived", 3, 0, 0},
		{"the unsure one arrived too", 4, 0, 0},
		{"one is missing", 2, 1, 0},
		{"one is there twice", 5, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			sum := &summary{}
			a := &audit{sum: sum, station: &stationRecord{scans: 4, picked: map[lineKey]int{k: c.picked}}, journal: []journalLine{
				{N: 1, Kind: scanUnit, Shipment: "S1", Line: 1, Units: 1, Verdict: order.OK},
				{N: 2, Kind: scanUnit, Shipment: "S1", Line: 1, Units: 2, Verdict: order.LineDone},
				{N: 3, Kind: scanWrong, Shipment: "S1", Line: 1, Units: 1, Verdict: order.Unknown},
				{N: 4, Kind: scanUnit, Shipment: "S1", Line: 1, Units: 1}}}
			a.journalAgainstStation()
			if sum.Lost != c.lost || sum.Duplicated != c.duplicate {
				t.Errorf("lost %d, duplicated %d: %s", sum.Lost, sum.Duplicated, sum.Detail)
			}
		})
	}
}

func TestARelayCutsAndRestoresTheLine(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				line, err := bufio.NewReader(c).ReadString('\n')
				if err == nil {
					_, _ = c.Write([]byte("heard " + line)) // a cut line is what is tested
				}
				c.Close()
			}()
		}
	}()
	r, err := newRelay(t.Context(), "127.0.0.1:0", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	say := func() (string, error) {
		c, err := net.DialTimeout("tcp", r.Addr(), 5*time.Second)
		if err != nil {
			return "", err
		}
		defer c.Close()
		if _, err := c.Write([]byte("hello\n")); err != nil {
			return "", err
		}
		return bufio.NewReader(c).ReadString('\n')
	}
	if got, err := say(); err != nil || got != "heard hello\n" {
		t.Fatalf("%q, %v", got, err)
	}
	r.Cut()
	if got, err := say(); err == nil {
		t.Fatalf("a cut line carried %q", got)
	}
	r.Restore()
	if got, err := say(); err != nil || got != "heard hello\n" {
		t.Fatalf("restored: %q, %v", got, err)
	}
}

func TestSampleCodesAreWhatAScannerReads(t *testing.T) {
	products, err := sampleProducts()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range products {
		for _, c := range p.Codes {
			if err := gs1.CheckGTIN(c.Key); err != nil {
				t.Errorf("%s: %q: %v", p.SKU, c.Key, err)
			}
		}
		raw := symbol(&station.LineView{SKU: p.SKU, Codes: p.Codes, Track: p.Track}, 7)
		scan := gs1.Read(raw)
		if scan.Err != nil {
			t.Errorf("%s: %q: %v", p.SKU, raw, scan.Err)
		}
		if p.Name.ZH == "" || p.Name.EN == "" {
			t.Errorf("%s has no name in both languages", p.SKU)
		}
	}
}

func TestTheSameSeedMakesTheSameOrders(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	a, err := sampleOrders(40, 7, now)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := sampleOrders(40, 7, now)
	seen := map[string]bool{}
	for i := range a {
		if a[i].External != b[i].External || len(a[i].Lines) != len(b[i].Lines) {
			t.Fatalf("order %d differs", i)
		}
		if seen[a[i].External] {
			t.Errorf("%s stands twice", a[i].External)
		}
		seen[a[i].External] = true
		if a[i].Customs == order.CustomsDutyFree && a[i].Receiver.Province == "海南省" {
			t.Errorf("%s: duty-free goods are not mailed within Hainan", a[i].External)
		}
	}
}
