package main

import (
	"context"
	"io"
	"net"
	"sync"
)

// relay is a loopback TCP line between the station and the centre that can be cut,
// as a pulled network cable would.
type relay struct {
	ln net.Listener
	wg sync.WaitGroup

	mu     sync.Mutex // guards below
	target string
	cut    bool
	conns  map[net.Conn]struct{}
}

// newRelay listens on a free loopback port and forwards to target.
func newRelay(ctx context.Context, addr, target string) (*relay, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	r := &relay{ln: ln, target: target, conns: map[net.Conn]struct{}{}}
	r.wg.Add(1)
	go r.accept()
	return r, nil
}

// Addr is where the station reaches the centre.
func (r *relay) Addr() string { return r.ln.Addr().String() }

// Cut drops every connection and refuses new ones until Restore.
func (r *relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut = true
	for c := range r.conns {
		_ = c.Close() // the line is down, nobody is left to tell
	}
}

// Restore lets connections through again.
func (r *relay) Restore() {
	r.mu.Lock()
	r.cut = false
	r.mu.Unlock()
}

// IsCut says whether the line is down.
func (r *relay) IsCut() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cut
}

// Close ends the relay and waits for its goroutines.
func (r *relay) Close() {
	_ = r.ln.Close()
	r.Cut()
	r.wg.Wait()
}

func (r *relay) accept() {
	defer r.wg.Done()
	for {
		c, err := r.ln.Accept()
		if err != nil {
			return
		}
		r.wg.Add(1)
		go r.forward(c)
	}
}

// keep registers a connection unless the line is cut.
func (r *relay) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		return false
	}
	r.conns[c] = struct{}{}
	return true
}

func (r *relay) drop(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	delete(r.conns, c)
	r.mu.Unlock()
}

func (r *relay) forward(in net.Conn) {
	defer r.wg.Done()
	defer r.drop(in)
	if !r.keep(in) {
		return
	}
	r.mu.Lock()
	target := r.target
	r.mu.Unlock()
	var d net.Dialer
	out, err := d.DialContext(context.Background(), "tcp", target) // Close ends it
	if err != nil {
		return
	}
	defer r.drop(out)
	if !r.keep(out) {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(out, in) // ends when either side closes
		_ = out.Close()
		_ = in.Close()
	}()
	_, _ = io.Copy(in, out)
	_ = in.Close()
	_ = out.Close()
	<-done
}
