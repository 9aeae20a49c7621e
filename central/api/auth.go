package api

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pickstation/central"
	"pickstation/order"
)

// Security schemes.
const (
	schemeKey     = "key"
	schemeStation = "station"
)

// caller is who makes a request.
type caller struct {
	by      central.By
	station order.StationID
	cert    central.Certificate // that the station has shown; none where it came with a key
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// scoped asks for a bearer key with the scope.
func scoped(scope string) []map[string][]string {
	return []map[string][]string{{schemeKey: {scope}}}
}

// forStation asks for the station's own certificate, or, where there is no TLS, for a
// key bound to the station.
func forStation() []map[string][]string {
	return []map[string][]string{{schemeStation: {}}, {schemeKey: {central.ScopeStation}}}
}

// public marks the few calls that need nothing. An operation without any mark is
// denied.
func public() []map[string][]string { return []map[string][]string{{}} }

func (s *Server) authorise(ctx huma.Context, next func(huma.Context)) {
	if ctx.Operation().OperationID == opFeed { // its certificate, too, is looked up behind those of pushes
		ctx = huma.WithContext(ctx, central.Patient(ctx.Context()))
	}
	c, err := s.identify(ctx)
	if err != nil {
		p := toProblem(err).(*problem) //nolint:errorlint // toProblem returns nothing else for an error
		_, w := humago.Unwrap(ctx)
		if p.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="pickcentral"`)
		}
		s.metrics.Add("refusals", p.Code, 1)
		p.write(w)
		return
	}
	next(huma.WithValue(ctx, callerKey{}, c))
}

func (s *Server) identify(ctx huma.Context) (caller, error) {
	r, _ := humago.Unwrap(ctx)
	for _, way := range ctx.Operation().Security {
		if len(way) == 0 {
			return caller{}, nil
		}
		if _, ok := way[schemeStation]; ok && r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
			return s.stationByCert(ctx.Context(), r, ctx.Param("id"))
		}
		if scopes, ok := way[schemeKey]; ok && r.Header.Get("Authorization") != "" {
			return s.byKey(ctx.Context(), r, scopes[0], ctx.Param("id"))
		}
	}
	if len(ctx.Operation().Security) == 0 {
		return caller{}, newProblem(http.StatusForbidden, "forbidden", "this call is not open to anybody", "")
	}
	return caller{}, newProblem(http.StatusUnauthorized, "no_key", "this call needs a key or a certificate",
		"send Authorization: Bearer KEY, or the station's client certificate")
}

// stationByCert takes the name from the certificate; TLS has verified that it is of
// this centre's CA. The path must name the same station.
func (s *Server) stationByCert(ctx context.Context, r *http.Request, pathID string) (caller, error) {
	cert := r.TLS.PeerCertificates[0]
	id := order.StationID(cert.Subject.CommonName)
	if string(id) != pathID {
		return caller{}, newProblem(http.StatusForbidden, "wrong_station", "the certificate is of another station",
			"use the address with the station's own name")
	}
	shown := central.CertificateOf(cert)
	if err := s.svc.CheckLife(id, shown); err != nil {
		return caller{}, err
	}
	if err := s.svc.CheckStation(ctx, id, shown); err != nil {
		return caller{}, err
	}
	return caller{by: central.By{Who: string(id), Source: "station"}, station: id, cert: shown}, nil
}

func (s *Server) byKey(ctx context.Context, r *http.Request, scope, pathID string) (caller, error) {
	plain, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	denied := newProblem(http.StatusUnauthorized, "no_key", "the key is not known or was revoked",
		"make one with: pickcentral keys add")
	if !ok || len(plain) > 200 {
		return caller{}, denied
	}
	k, err := s.svc.Authenticate(ctx, plain)
	if err != nil {
		return caller{}, err
	}
	switch {
	case k == nil:
		return caller{}, denied
	case !k.Has(scope):
		return caller{}, newProblem(http.StatusForbidden, "forbidden", "the key lacks the scope "+scope,
			"make a key with this scope: pickcentral keys add --scope "+scope)
	case scope != central.ScopeStation:
		return caller{by: central.By{Who: k.Name, Source: "api", Channel: k.Channel}}, nil
	case r.TLS == nil && !loopback(r.RemoteAddr):
		return caller{}, newProblem(http.StatusForbidden, "forbidden", "station keys work on loopback only", "use TLS")
	case string(k.Station) != pathID:
		return caller{}, newProblem(http.StatusForbidden, "wrong_station", "the key is of another station",
			"use the address with the station's own name")
	}
	return caller{by: central.By{Who: k.Name, Source: "station"}, station: k.Station}, nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
