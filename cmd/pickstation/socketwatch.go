package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
)

// watchAhead is how many lines may wait for somebody who watches. Who reads too slowly
// loses lines and is told how many; the devices never wait.
const watchAhead = 256

// watchers are the people who watch the devices through the station's socket. What they
// see holds whatever is scanned, badges too: the socket is the station's own user's.
// The zero value is ready; safe for concurrent use.
type watchers struct {
	n atomic.Int32 // how many there are

	mu  sync.Mutex // guards below
	all map[*onlooker]bool
}

// onlooker is one of them.
type onlooker struct {
	lines   chan any
	dropped atomic.Int64
}

// tell passes a line on; it is made only when somebody watches.
func (w *watchers) tell(line func() any) {
	if w.n.Load() == 0 {
		return
	}
	l := line()
	w.mu.Lock()
	defer w.mu.Unlock()
	for o := range w.all {
		select {
		case o.lines <- l:
		default:
			o.dropped.Add(1)
		}
	}
}

func (w *watchers) join() *onlooker {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[*onlooker]bool{}
	}
	o := &onlooker{lines: make(chan any, watchAhead)}
	w.all[o] = true
	w.n.Add(1)
	return o
}

func (w *watchers) leave(o *onlooker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, o)
	w.n.Add(-1)
}

// droppedLine tells somebody who watches that lines were left out.
type droppedLine struct {
	Dropped int64 `json:"dropped"`
}

// watchPatience is how long somebody who watches may not read.
const watchPatience = 5 * time.Second

// stream tells a local client what the devices say, until it goes or ctx ends.
func (s *session) stream(ctx context.Context, c net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = c.SetDeadline(time.Time{})
	s.run("socket", func() { // the client sends nothing more; the end of its side ends the stream
		defer cancel()
		_, _ = c.Read(make([]byte, 1))
	})
	o := s.watch.join()
	defer s.watch.leave(o)
	out := json.NewEncoder(c)
	out.SetEscapeHTML(false)
	send := func(v any) bool {
		_ = c.SetWriteDeadline(time.Now().Add(watchPatience))
		return out.Encode(v) == nil
	}
	ok := send(reply{OK: true})
	for _, st := range s.devs.states() {
		ok = ok && send(newStateLine(st))
	}
	for ok {
		select {
		case <-ctx.Done():
			return
		case l := <-o.lines:
			if n := o.dropped.Swap(0); n > 0 {
				ok = send(droppedLine{n})
			}
			ok = ok && send(l)
		}
	}
}

// watchStation prints what the station that runs on dir tells of its devices. It
// returns errNoStation when none does.
func watchStation(cmd *cobra.Command, dir string, o watchFlags) error {
	ctx := cmd.Context()
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", filepath.Join(dir, socketName))
	if err != nil {
		return errNoStation
	}
	defer c.Close()
	if o.answer != "" {
		return usage("devices watch", "the station runs and answers its scanners itself: leave out --answer")
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	if err := json.NewEncoder(c).Encode(request{Op: "watch"}); err != nil {
		return stationGone(err)
	}
	in := bufio.NewScanner(c)
	in.Buffer(nil, 1<<20)
	for first, scans := true, 0; in.Scan(); first = false {
		if first {
			var r reply
			if err := json.Unmarshal(in.Bytes(), &r); err != nil || !r.OK {
				return &failure{code: exitNo, what: "devices watch: " + r.Error, do: r.Hint, err: err}
			}
			continue
		}
		if _, err := cmd.OutOrStdout().Write(append(bytes.Clone(in.Bytes()), '\n')); err != nil {
			return err
		}
		var l frameLine
		if json.Unmarshal(in.Bytes(), &l) == nil && l.Seq > 0 {
			if scans++; scans == o.count {
				return nil
			}
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return stationGone(in.Err())
}

func stationGone(err error) error {
	return &failure{code: exitNo, what: "devices watch: the station has ended", do: "start it, or watch again to open the devices here", err: err}
}
