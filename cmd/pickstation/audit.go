package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pickstation/order"
)

// centralOrder is an order as the centre tells it over HTTP.
type centralOrder struct {
	ID        order.OrderID `json:"id"`
	External  string        `json:"external"`
	Shipments []struct {
		order.Shipment
		Stage order.Stage `json:"stage"`
	} `json:"shipments"`
}

// reader reads the centre back over HTTP with a key of its own.
type centreReader struct {
	base string
	key  string
	http *http.Client
}

// newCentreReader makes a key for reading and trusts the centre's own CA.
func newCentreReader(ctx context.Context, st *stage) (*centreReader, error) {
	out, err := st.centre.call(ctx, "keys", "add", "--name", "demo", "--scope", "orders:read")
	if err != nil {
		return nil, err
	}
	var said struct {
		Key string `json:"key"`
	}
	if json.Unmarshal(out, &said) != nil || said.Key == "" {
		said.Key = strings.TrimSpace(string(out))
	}
	pem, err := os.ReadFile(filepath.Join(st.cfg.DataDir, "centre-ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("the centre's CA certificate cannot be read")
	}
	return &centreReader{base: "https://" + st.centre.addr, key: said.Key, http: &http.Client{Timeout: 30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}}, nil
}

// get reads one JSON answer.
func (c *centreReader) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the centre answers %s to %s: %.200s", resp.Status, path, body)
	}
	return json.Unmarshal(body, into)
}

// orders reads every order with its shipments.
func (c *centreReader) orders(ctx context.Context) ([]centralOrder, error) {
	var all []centralOrder
	for cursor := ""; ; {
		var page struct {
			Orders []struct {
				ID order.OrderID `json:"id"`
			} `json:"orders"`
			Next string `json:"next"`
		}
		if err := c.get(ctx, "/v1/orders?limit=500&cursor="+url.QueryEscape(cursor), &page); err != nil {
			return nil, err
		}
		for _, o := range page.Orders {
			var full centralOrder
			if err := c.get(ctx, "/v1/orders/"+url.PathEscape(string(o.ID)), &full); err != nil {
				return nil, err
			}
			all = append(all, full)
		}
		if page.Next == "" {
			return all, nil
		}
		cursor = page.Next
	}
}

// milestones of a shipped order that must each have a time and a person.
var auditedStates = []order.StateCode{"picked", "awaiting_dispatch", "dispatched"}

// untold counts the states of an order whose time or operator the centre lacks.
func (c *centreReader) untold(ctx context.Context, id order.OrderID) (int, error) {
	var t struct {
		Timeline []struct {
			Kind  string          `json:"kind"`
			State order.StateCode `json:"state"`
			At    time.Time       `json:"at"`
			By    string          `json:"by"`
		} `json:"timeline"`
	}
	if err := c.get(ctx, "/v1/orders/"+url.PathEscape(string(id))+"/timeline", &t); err != nil {
		return 0, err
	}
	told := map[order.StateCode]bool{}
	for _, r := range t.Timeline {
		if r.Kind == "state" && !r.At.IsZero() && r.By != "" {
			told[r.State] = true
		}
	}
	missing := 0
	for _, s := range auditedStates {
		if !told[s] {
			missing++
		}
	}
	return missing, nil
}

// audit compares the simulator's journal, the station's events and the centre.
func (st *stage) audit(ctx context.Context, sum *summary) error {
	rec, err := readStationRecord(ctx, st.cfg.DataDir)
	if err != nil {
		return err
	}
	orders, err := st.reader.orders(ctx)
	if err != nil {
		return err
	}
	a := &audit{sum: sum, journal: st.journal.lines, station: rec}
	a.journalAgainstStation()
	for i := range orders {
		a.stationAgainstCentre(&orders[i])
		missing, err := st.reader.untold(ctx, orders[i].ID)
		if err != nil {
			return err
		}
		a.lost(missing, "order %s: %d states without time or operator at the centre", orders[i].External, missing)
	}
	sum.Labels, err = countLabels(st.o.out)
	if err != nil {
		return err
	}
	sum.EventsStored, sum.EventsSynced = rec.events, rec.acked
	a.lost(rec.events-rec.acked, "%d events were not acknowledged", rec.events-rec.acked)
	a.lost(sum.Parcels-sum.Labels, "%d parcels, %d labels", sum.Parcels, sum.Labels)
	return nil
}

type audit struct {
	sum     *summary
	journal []journalLine
	station *stationRecord
}

func (a *audit) lost(n int, format string, args ...any) {
	if n > 0 {
		a.sum.Lost += n
		a.note(format, args...)
	}
}

func (a *audit) doubled(n int, format string, args ...any) {
	if n > 0 {
		a.sum.Duplicated += n
		a.note(format, args...)
	}
}

// note keeps the first finding.
func (a *audit) note(format string, args ...any) {
	if a.sum.Detail == "" {
		a.sum.Detail = fmt.Sprintf(format, args...)
	}
}

// within compares a count with what the journal is sure of and what it is not: a
// scan that was under way when the simulator was killed may have arrived or not.
func (a *audit) within(got, sure, unsure int, what string, args ...any) {
	a.lost(sure-got, what+": fewer than scanned", args...)
	a.doubled(got-sure-unsure, what+": more than scanned", args...)
}

func (a *audit) journalAgainstStation() {
	sure, unsure := map[lineKey]int{}, map[lineKey]int{}
	labels, handed := map[string]bool{}, map[string]bool{}
	open := 0
	for i := range a.journal {
		l := &a.journal[i]
		a.sum.Scans++
		if l.Kind == scanWrong {
			a.sum.WrongScans++
		}
		if l.Verdict == "" {
			open++
		}
		k := lineKey{l.Shipment, l.Line}
		switch {
		case l.Kind == scanUnit && l.Verdict == "":
			unsure[k] += l.Units
		case l.Kind == scanUnit && l.Verdict.Good():
			sure[k] += l.Units
		case l.Kind == scanLabel && l.Verdict.Good():
			labels[l.Waybill] = true
		case l.Kind == scanHand && l.Verdict.Good():
			handed[l.Waybill] = true
		}
	}
	a.within(a.station.scans, a.sum.Scans-open, open, "scans")
	for k := range sure {
		a.within(a.station.picked[k], sure[k], unsure[k], "shipment %s line %d", k.shipment, k.line)
	}
	for k, n := range a.station.picked {
		if _, known := sure[k]; !known {
			a.doubled(n-unsure[k], "shipment %s line %d: picked without a scan", k.shipment, k.line)
		}
		a.sum.Units += n
	}
	for w := range labels {
		a.lost(count(!a.station.labelled[w]), "label %s is not at the station", w)
	}
	for w := range handed {
		a.lost(count(!a.station.dispatched[w]), "hand-over of %s is not at the station", w)
	}
}

func (a *audit) stationAgainstCentre(o *centralOrder) {
	a.sum.Orders++
	for i := range o.Shipments {
		s := &o.Shipments[i]
		a.sum.Shipments++
		a.sum.Parcels += len(s.Parcels)
		if s.Stage == order.StageDispatched {
			a.sum.CentralDispatched++
		}
		for j := range s.Lines {
			l := &s.Lines[j]
			here := a.station.picked[lineKey{s.ID, l.No}]
			a.lost(here-l.Picked, "shipment %s line %d: centre has %d of %d", s.ID, l.No, l.Picked, here)
			a.doubled(l.Picked-here, "shipment %s line %d: centre has %d, station %d", s.ID, l.No, l.Picked, here)
		}
		for j := range s.Parcels {
			p := &s.Parcels[j]
			here := a.station.dispatched[p.Waybill.Number]
			a.lost(count(here && !p.Dispatched), "parcel %s: the centre does not know it was handed over", p.ID)
			a.doubled(count(!here && p.Dispatched), "parcel %s: handed over only at the centre", p.ID)
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// countLabels counts the originals among the printed labels.
func countLabels(dir string) (int, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	n := 0
	for _, f := range all {
		if !strings.Contains(filepath.Base(f), "-reprint-") {
			n++
		}
	}
	return n, err
}
