package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net"
	"sync"
	"testing"

	"pickstation/devices/sim"
)

// simPrinter is a simulated printer on a port of its own that can be switched off.
type simPrinter struct {
	addr string
	sim  *sim.Zebra

	mu    sync.Mutex // guards below
	l     net.Listener
	ended chan error
	out   map[[32]byte]int // labels that came out whole
}

func newSimPrinter(t *testing.T) *simPrinter {
	t.Helper()
	p := &simPrinter{addr: "127.0.0.1:0", out: map[[32]byte]int{}}
	p.sim = &sim.Zebra{OnDocument: func(b []byte) {
		if !bytes.HasSuffix(bytes.TrimSpace(b), []byte("^XZ")) {
			return // nothing but questions, or cut off
		}
		p.mu.Lock()
		p.out[sha256.Sum256(b)]++
		p.mu.Unlock()
	}}
	p.on(t)
	t.Cleanup(p.off)
	return p
}

// on switches the printer on, at the port that it had.
func (p *simPrinter) on(t *testing.T) {
	t.Helper()
	if p.l != nil {
		return
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.l, p.addr, p.ended = l, l.Addr().String(), make(chan error, 1)
	ended := p.ended
	go func() { ended <- p.sim.Serve(l) }()
}

// off switches it off: its connections and what it has not printed are gone.
func (p *simPrinter) off() {
	if p.l != nil {
		p.l.Close()
		<-p.ended
		p.l = nil
	}
}

// came says how many labels came out, and how many of them were on paper before.
func (p *simPrinter) came() (n, again int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.out {
		n, again = n+k, again+k-1
	}
	return n, again
}
