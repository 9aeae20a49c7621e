package api

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pickstation/central"
)

// metrics is what the centre tells of itself, in a registry of its own. Nothing in it
// is personal, and no label is taken from what a caller sends.
type metrics struct {
	reg      *prometheus.Registry
	counters map[string]*prometheus.CounterVec
	requests *prometheus.HistogramVec
}

var counterTexts = map[string]string{
	"pushes":            "pushes of event logs by outcome",
	"events":            "events taken by outcome",
	"intake":            "orders taken by outcome",
	"leases":            "leases granted and renewed",
	"blocks":            "blocks of waybill numbers leased to stations by carrier",
	"carried":           "carried files taken in by outcome",
	"refusals":          "requests refused by code",
	"exceptions":        "exceptions raised by code",
	"tracking":          "carriers' events by outcome",
	"feed_rows":         "rows given to stations",
	"feed_sums":         "times that a station was told what it has to hold",
	"feed_rows_failed":  "rows that could not be made, by kind",
	"receivers_deleted": "receivers deleted after their time",
	"enrolments":        "stations enrolled",
	"renewals":          "certificates renewed",
	"store_failures":    "calls that the store could not answer or keep",
}

func newMetrics(svc *central.Service) *metrics {
	m := &metrics{reg: prometheus.NewRegistry(), counters: map[string]*prometheus.CounterVec{}}
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "pickcentral_request_seconds",
		Help: "time of requests by operation and status", Buckets: []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60}},
		[]string{"operation", "status"})
	for name, text := range counterTexts {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "pickcentral_" + name + "_total", Help: text}, []string{"kind"})
		m.counters[name] = c
		m.reg.MustRegister(c)
	}
	m.reg.MustRegister(m.requests, &gauges{svc: svc}, collectors.NewGoCollector())
	return m
}

// Add implements [central.Tally].
func (m *metrics) Add(name, label string, n int) {
	if c := m.counters[name]; c != nil {
		c.WithLabelValues(label).Add(float64(n))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{Timeout: 10 * time.Second, MaxRequestsInFlight: maxScrapes})
}

func (s *Server) measure(ctx huma.Context, next func(huma.Context)) {
	start := time.Now()
	next(ctx)
	if ctx.Status() == http.StatusRequestTimeout {
		s.metrics.Add("refusals", codeOf[http.StatusRequestTimeout][0], 1)
	}
	s.metrics.requests.WithLabelValues(ctx.Operation().OperationID, strconv.Itoa(ctx.Status())).Observe(time.Since(start).Seconds())
}

// Everybody may ask, and counting reads whole tables: so few ask at once, and what was
// counted is told for a while.
const (
	maxScrapes = 4
	gaugesFor  = 10 * time.Second
)

// gauges counts what is in the store.
type gauges struct {
	svc *central.Service

	mu     sync.Mutex // guards below; held while the store is read
	at     time.Time  // when it was read, zero not yet
	counts map[string]int64
	backup time.Time
	err    error
}

var gaugeDesc = prometheus.NewDesc("pickcentral_rows", "rows in the store by kind", []string{"kind"}, nil)

var backupDesc = prometheus.NewDesc("pickcentral_last_backup_timestamp_seconds",
	"when the newest backup was begun that the store was told of, 0 never; benches delete nothing that came after it", nil, nil)

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) { ch <- gaugeDesc; ch <- backupDesc }

// Collect implements prometheus.Collector.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	counts, at, err := g.read()
	if err != nil {
		ch <- prometheus.NewInvalidMetric(gaugeDesc, err)
		return
	}
	for kind, n := range counts {
		ch <- prometheus.MustNewConstMetric(gaugeDesc, prometheus.GaugeValue, float64(n), kind)
	}
	seconds := 0.0
	if !at.IsZero() {
		seconds = float64(at.Unix())
	}
	ch <- prometheus.MustNewConstMetric(backupDesc, prometheus.GaugeValue, seconds)
}

func (g *gauges) read() (map[string]int64, time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.at.IsZero() || time.Since(g.at) > gaugesFor {
		ctx, cancel := context.WithTimeout(central.Patient(context.Background()), 5*time.Second)
		defer cancel()
		if g.counts, g.err = g.svc.Counts(ctx); g.err == nil {
			g.backup, g.err = g.svc.LastBackup(ctx)
		}
		g.at = time.Now()
	}
	return g.counts, g.backup, g.err
}
