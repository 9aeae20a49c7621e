package centraltest

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"pickstation/central/pki"
)

// Front is where stations reach a centre over TLS. Who answers there may change, as when
// a centre is restored.
type Front struct {
	URL, Addr string
	handler   atomic.Pointer[http.Handler]
}

// NewFront listens with a certificate of the CA until the test ends.
func NewFront(t testing.TB, ca *pki.CA) *Front {
	t.Helper()
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	f := &Front{URL: "https://" + ln.Addr().String(), Addr: ln.Addr().String()}
	web := &http.Server{TLSConfig: ca.TLS("127.0.0.1"), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*f.handler.Load()).ServeHTTP(w, r) })}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = web.ServeTLS(ln, "", "") // it says that it was closed
	}()
	t.Cleanup(func() {
		_ = web.Close() // nobody waits for an answer any more
		<-ended
	})
	return f
}

// Answer lets a handler answer from now on.
func (f *Front) Answer(h http.Handler) { f.handler.Store(&h) }
