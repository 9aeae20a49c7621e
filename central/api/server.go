// Package api speaks HTTP for the centre: huma on net/http, with the OpenAPI 3.1
// description made from the code. Every call is denied unless the caller shows a
// bearer key with the call's scope or the client certificate of the station that the
// path names; public are only the description, health, metrics (counts, nothing
// personal) and enrolment, which asks for its one-time code.
package api

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"pickstation/central"
)

// Limits of the server against slow and greedy callers.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 60 * time.Second
	writeTimeout  = central.MaxFeedWait + 30*time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
	maxBatchBytes = 16 << 20
	maxSmallBytes = 256 << 10
	// maxPublicBytes is for bodies that anybody may send, on as many connections as he
	// likes: a certificate request with what stands around it has 1 kB.
	maxPublicBytes = 32 << 10
	// compressFrom is the size from which answers are compressed for who takes that. The
	// reply to a push of 2,000 events has 54 kB, and 3 kB compressed.
	compressFrom = 1024
)

// Version is the version of the API as its description tells it.
const Version = "1.0.0"

// Server answers the centre's calls.
type Server struct {
	svc     *central.Service
	ca      central.Signer
	metrics *metrics
	api     huma.API
	callers callers
	handler http.Handler
}

// New makes the server for a service. ca signs stations' certificates.
func New(svc *central.Service, ca central.Signer) (*Server, error) {
	s := &Server{svc: svc, ca: ca, metrics: newMetrics(svc)}
	svc.Tally = s.metrics
	mux := http.NewServeMux()
	s.api = huma.NewAPI(config(), humago.NewAdapter(verbMux{mux}, ""))
	s.api.UseMiddleware(s.measure, s.authorise)
	s.registerOrders()
	s.registerOthers()
	s.registerCustoms()
	s.registerStations()
	s.registerHealth()
	if err := s.describe(mux); err != nil {
		return nil, err
	}
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		newProblem(http.StatusNotFound, "not_found", "there is no "+r.Method+" "+clipPath(r.URL.Path),
			"GET /openapi.json lists what there is").write(w)
	})
	small, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom), gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	s.callers.left = func() { s.metrics.Add("refusals", "no_request", 1) }
	s.handler = asked(guard(small(splitVerb(mux))))
	return s, nil
}

func clipPath(p string) string { return fmt.Sprintf("%.80q", p) }

// Handler returns the handler of all calls.
func (s *Server) Handler() http.Handler { return s.handler }

// HTTP returns a server with its time and size limits set.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       headerTimeout + bodyTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
		ConnContext:       s.callers.come,
		ConnState:         s.callers.changed,
	}
}

func config() huma.Config {
	c := huma.DefaultConfig("Pickstation central order API", Version)
	c.CreateHooks = nil // no $schema links in bodies
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.Info.Description = "Orders in, work out to stations, their event logs back in. Errors are RFC 9457 problems with a stable `code` and a `hint`."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		schemeKey:     {Type: "http", Scheme: "bearer", Description: "a key made with: pickcentral keys add"},
		schemeStation: {Type: "mutualTLS", Description: "the client certificate that a station got at its enrolment"},
	}
	return c
}

// schemaName keeps types of one name in two packages apart.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if strings.HasSuffix(t.PkgPath(), "/order") && name == "Shipment" {
		return "ShipmentPlan"
	}
	return name
}

// Description returns the OpenAPI 3.1 description, indented.
func (s *Server) Description() ([]byte, error) {
	data, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	return append(data, '\n'), err
}

func (s *Server) describe(mux *http.ServeMux) error {
	data, err := s.Description()
	if err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(data) // the client may have left
	})
	return nil
}

// verbMux registers paths such as /v1/orders/{id}:cancel, which the standard mux does
// not take because a wildcard must fill its segment, as /v1/orders/{id}/:cancel;
// splitVerb brings requests into the same form.
type verbMux struct{ *http.ServeMux }

// HandleFunc registers a pattern.
func (m verbMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.ServeMux.HandleFunc(strings.Replace(pattern, "}:", "}/:", 1), h)
}

func splitVerb(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.URL.Path
		slash, colon := strings.LastIndexByte(p, '/'), strings.LastIndexByte(p, ':')
		if colon > slash+1 && strings.Count(p, "/") == 3 {
			r2 := r.Clone(r.Context())
			r2.URL.Path, r2.URL.RawPath = p[:colon]+"/"+p[colon:], ""
			r = r2
		}
		next.ServeHTTP(w, r)
	})
}

// guard keeps a panic of one request from the others.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				slog.Error("request panicked", "method", r.Method, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				newProblem(http.StatusInternalServerError, "internal", "the centre failed on this request",
					"send it again; if it stays, look into the centre's log").write(w)
			}
		}()
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Body != nil && r.ContentLength != 0 {
			// Bodies are JSON whatever a client calls them; keys are never sent by a
			// browser on its own, so nothing can be forged through a form.
			r.Header.Set("Content-Type", "application/json")
		}
		next.ServeHTTP(w, r)
	})
}
