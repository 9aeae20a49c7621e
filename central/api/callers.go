package api

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// callers tells of connections over which something came and never a whole request, as of
// a caller that sends its header byte by byte until it is cut off: no handler hears of it.
type callers struct {
	left func()   // is told of each
	open sync.Map // net.Conn to *call
}

// call is one connection.
type call struct{ began, asked atomic.Bool }

type callKey struct{}

// come is told of a new connection.
func (c *callers) come(ctx context.Context, conn net.Conn) context.Context {
	one := &call{}
	c.open.Store(conn, one)
	return context.WithValue(ctx, callKey{}, one)
}

// changed is told of what becomes of a connection.
func (c *callers) changed(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateActive: // something came
		if one, ok := c.open.Load(conn); ok {
			one.(*call).began.Store(true)
		}
	case http.StateClosed, http.StateHijacked:
		if one, ok := c.open.LoadAndDelete(conn); ok && one.(*call).began.Load() && !one.(*call).asked.Load() {
			c.left()
		}
	}
}

// asked notes on its connection that a request came whole.
func asked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if one, ok := r.Context().Value(callKey{}).(*call); ok {
			one.asked.Store(true)
		}
		next.ServeHTTP(w, r)
	})
}
