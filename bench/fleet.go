package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"

	"pickstation/central"
	"pickstation/central/pki"
	"pickstation/order"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// The fleet.
const (
	fleetStations = 10_000
	fleetBurst    = 50 // events of one push
	fleetSpread   = 60 * time.Second
	fleetP99MS    = 1000
	fleetFiles    = 500     // that are open beside the connections
	fleetMemory   = 6 << 30 // bytes, at which this program collects after all
)

// fleet lets ten thousand simulated stations push a burst each, spread over a minute, to
// pickcentral on PostgreSQL, each with a certificate of its own over a TLS connection that
// stays open, as a station has it. Before the minute they connect and push a first time,
// a few at once: stations are connected for hours. After it a quarter of them pushes again,
// at the same rate, while the others wait for news of their feed. Where the process may not
// open so many files there are fewer stations.
func fleet(e *env) (_ []result, err error) {
	n, spread := fleetStations, fleetSpread
	if e.short {
		n, spread = n/10, spread/10
	}
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return nil, err
	}
	n = int(min(uint64(n), files.Cur-fleetFiles))
	h, err := e.onPostgres("fleet")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	stations, err := h.stations(n)
	if err != nil {
		return nil, err
	}
	certs, root, err := h.certify(stations)
	if err != nil {
		return nil, err
	}
	work, err := h.work(stations, n/10) // a tenth of the benches is at an order, the others wait
	if err != nil {
		return nil, err
	}
	at, stop, err := e.serve(h)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	all := make([]*caller, n)
	for i, st := range stations {
		all[i] = newCaller(at, st, &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: root, Certificates: certs[i : i+1]}, i)
		all[i].plan(work[st])
	}
	prepare(all)
	began := time.Now()
	if err := connect(all); err != nil {
		return nil, fmt.Errorf("first calls failed: %w", err)
	}
	connected := time.Since(began).Seconds()
	prepare(all)
	defer uncollected()()
	began = time.Now()
	took, failed := calls(all, spread)
	wall := time.Since(began).Seconds()
	polled, more, err := h.polled(all, spread)
	if failed = append(failed, more...); len(failed) > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d calls failed, such as: %w", len(failed), n+n/4, failed[0]))
	}
	return []result{of("pg_fleet_stations", float64(n), "stations", 0),
		of("pg_fleet_connects", float64(n)/connected, "stations/s", 0), of("pg_fleet_rate", float64(n*fleetBurst)/wall, "events/s", 0),
		of("pg_fleet_p50", millis(percentile(took, 50)), "ms", 0), of("pg_fleet_p99", millis(percentile(took, 99)), "ms", fleetP99MS),
		of("pg_fleet_max", millis(percentile(took, 100)), "ms", 0), of("pg_fleet_polled_p99", millis(percentile(polled, 99)), "ms", fleetP99MS),
		of("pg_fleet_errors", float64(len(failed)), "calls", 0)}, err
}

// uncollected keeps the collector of this program, which has ten thousand connections to
// look through, from taking the processors while replies are awaited, until what it returns
// is called.
func uncollected() (back func()) {
	runtime.GC()
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(fleetMemory)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// polled lets a quarter of the stations push while the others wait for news.
func (h *hub) polled(all []*caller, spread time.Duration) (took []time.Duration, failed []error, err error) {
	var head int64
	err = h.store.Read(context.Background(), func(r central.Reader) (err error) {
		_, head, err = r.FeedHead(central.DefaultWarehouse, "")
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	pushing, waiting := all[:len(all)/4], all[len(all)/4:]
	prepare(pushing)
	var polls sync.WaitGroup
	for _, c := range waiting {
		polls.Go(func() { c.poll(ctx, head) })
	}
	took, failed = calls(pushing, spread/4)
	cancel()
	polls.Wait()
	return took, failed, nil
}

// certify gives each station a certificate of the centre's own CA, with a key of its own.
func (h *hub) certify(stations []order.StationID) ([]tls.Certificate, *x509.CertPool, error) {
	ca, err := pki.Open(h.keys+".ca.pem", h.keys+".ca-key.pem", 24*time.Hour)
	if err != nil {
		return nil, nil, err
	}
	certs, issued := make([]tls.Certificate, len(stations)), make([]central.Certificate, len(stations))
	err = fewAtOnce(len(stations), func(i int) (err error) {
		certs[i], issued[i], err = certificate(ca, stations[i])
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	root := x509.NewCertPool()
	root.AppendCertsFromPEM([]byte(ca.PEM()))
	return certs, root, h.store.Write(context.Background(), func(tx central.Tx) error {
		for i, id := range stations {
			err := tx.PutStation(&central.Station{ID: id, Warehouse: central.DefaultWarehouse, BoxKey: make([]byte, 32),
				CertSerial: issued[i].Serial, CertKey: issued[i].Key, NotAfter: issued[i].NotAfter})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func certificate(ca *pki.CA, station order.StationID) (cert tls.Certificate, issued central.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return cert, issued, err
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		return cert, issued, err
	}
	issued, err = ca.SignStation(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}), station, time.Now())
	if err != nil {
		return cert, issued, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return cert, issued, err
	}
	cert, err = tls.X509KeyPair([]byte(issued.PEM), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return cert, issued, err
}

// fewAtOnce does something n times, 64 at once, and returns the first error.
func fewAtOnce(n int, do func(i int) error) error {
	errs, ahead := make([]error, n), make(chan struct{}, 64)
	var wait sync.WaitGroup
	for i := range n {
		ahead <- struct{}{}
		wait.Go(func() {
			errs[i] = do(i)
			<-ahead
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// connect lets every station push its burst as the first thing on a connection.
func connect(all []*caller) error {
	return fewAtOnce(len(all), func(i int) error { return all[i].call() })
}

// prepare makes the next burst of every station, all before the first call: ten thousand
// bursts take this program seconds of all processors, and a reply that came meanwhile
// would wait for them, not for the centre.
func prepare(all []*caller) {
	var wait sync.WaitGroup
	for part := range slices.Chunk(all, (len(all)+runtime.NumCPU()-1)/runtime.NumCPU()) {
		wait.Go(func() {
			for _, c := range part {
				c.prepare()
			}
		})
	}
	wait.Wait()
}

// calls lets every station push its next burst at a moment of its own, and returns how
// long the replies took.
func calls(all []*caller, spread time.Duration) (took []time.Duration, failed []error) {
	list, errs := make([]time.Duration, len(all)), make([]error, len(all))
	var wait sync.WaitGroup
	for i, c := range all {
		wait.Go(func() {
			time.Sleep(mathrand.N(spread))
			began := time.Now()
			errs[i] = c.call()
			list[i] = time.Since(began)
		})
	}
	wait.Wait()
	for i, err := range errs {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		took = append(took, list[i])
	}
	return took, failed
}

// caller is a simulated station with a connection of its own.
type caller struct {
	url     string
	station order.StationID
	http    *http.Client
	tape    *tape
	script  []order.Event
	body    []byte
}

var squeeze = func() *zstd.Encoder {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10))
	if err != nil {
		panic(err) // options are constants
	}
	return enc
}()

func newCaller(at string, st order.StationID, shown *tls.Config, n int) *caller {
	way := api.Transport()
	way.TLSClientConfig = shown
	return &caller{url: at + "/v1/stations/" + string(st) + "/push", station: st, tape: newTape(n),
		http: &http.Client{Timeout: time.Minute, Transport: way}}
}

// plan lets the station's bursts be of real work, as far as it has some.
func (c *caller) plan(work []order.Shipment) {
	for i := range work {
		c.script = append(c.script, script(c.station, &work[i])...)
	}
}

// prepare makes the next burst.
func (c *caller) prepare() {
	c.tape.fresh()
	for range fleetBurst {
		e := order.Event{Type: order.EventRefused, V: order.EventVersion, At: time.Now().UnixMilli(), Boot: "bench", By: "op1",
			Station: c.station, Device: "gun1", Source: order.Scanned, Verdict: order.Unknown, Code: "6909999999999"}
		if len(c.script) > 0 {
			e, c.script = c.script[0], c.script[1:]
		}
		c.tape.add(e)
	}
	head, err := json.Marshal(c.tape.header(0, fleetBurst))
	if err != nil {
		panic(err) // plain data always encodes
	}
	c.body = squeeze.EncodeAll(append(append(head, '\n'), bytes.Join(c.tape.bodies, []byte{'\n'})...), nil)
}

// poll waits for news past a cursor, again and again, until ctx ends.
func (c *caller) poll(ctx context.Context, cursor int64) {
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/feed?cursor=%d&wait=25", strings.TrimSuffix(c.url, "/push"), cursor), nil)
		if err != nil {
			return
		}
		resp, err := c.http.Do(req)
		if err != nil {
			continue // the end, or a pause of the centre, which the pushes tell of
		}
		var reply wire.FeedReply
		err = json.NewDecoder(resp.Body).Decode(&reply)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusOK {
			cursor = reply.Next
		}
	}
}

// call pushes the burst.
func (c *caller) call() error {
	req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(c.body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Encoding", "zstd")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var reply wire.PushReply
	if err := json.Unmarshal(data, &reply); err != nil || resp.StatusCode != http.StatusOK || reply.HWM != c.tape.base+fleetBurst {
		return fmt.Errorf("%s: %s %.200s: %w", c.station, resp.Status, data, err)
	}
	return nil
}
