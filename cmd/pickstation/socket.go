package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// socketName is the station's local socket in its data folder, mode 0600.
const socketName = "station.sock"

// request is one line to a running station; the answer is one line.
type request struct {
	Op   string `json:"op"`             // status, shift, sync, backup, carried, watch
	File string `json:"file,omitempty"` // backup, carried
}

// reply is a running station's answer.
type reply struct {
	OK     bool            `json:"ok"`
	Error  string          `json:"error,omitempty"`
	Hint   string          `json:"hint,omitempty"`
	Status json.RawMessage `json:"status,omitempty"`
}

// serveSocket answers local commands until ctx ends. The folder's lock is held, so
// a socket that is there already is a leftover.
func (s *session) serveSocket(ctx context.Context) error {
	path := filepath.Join(s.cfg.DataDir, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	old := setUmask(0o177)
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "unix", path)
	setUmask(old)
	if err != nil {
		return err
	}
	s.run("socket", func() {
		<-ctx.Done()
		_ = ln.Close()
	})
	s.run("socket", func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.run("socket", func() { s.answer(ctx, c) })
		}
	})
	return nil
}

// socketPatience bounds one local command.
const socketPatience = 2 * time.Minute

func (s *session) answer(ctx context.Context, c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(socketPatience))
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	line, err := bufio.NewReaderSize(c, 4096).ReadSlice('\n')
	if err != nil {
		return
	}
	var req request
	var out reply
	if err := json.Unmarshal(line, &req); err != nil {
		out.Error, out.Hint = "the request is not JSON", "use the pickstation commands"
	} else if req.Op == "watch" {
		s.stream(ctx, c)
		return
	} else {
		out = s.carryOut(ctx, &req)
	}
	_ = json.NewEncoder(c).Encode(out) // who asked may have gone
}

func (s *session) carryOut(ctx context.Context, req *request) reply {
	var err error
	switch req.Op {
	case "status":
		var body []byte
		if body, err = json.Marshal(s.status(ctx)); err == nil {
			return reply{OK: true, Status: body}
		}
	case "shift":
		var rep *shiftReport
		if rep, err = s.shift(ctx); err == nil {
			body, _ := json.Marshal(rep) // plain numbers, names and times
			return reply{OK: true, Status: body}
		}
	case "sync":
		if s.agent == nil {
			return reply{Error: "this station has no centre", Hint: "set central.url in the configuration"}
		}
		s.agent.agent.Kick()
	case "backup":
		err = s.backup(ctx, req.File)
	case "carried":
		var t taken
		if t, err = s.carried(ctx, req.File); err == nil {
			body, _ := json.Marshal(t) // plain numbers and a time
			return reply{OK: true, Status: body}
		}
	default:
		return reply{Error: "unknown request " + req.Op, Hint: "use the pickstation command of the same version"}
	}
	if err != nil {
		var oe *order.Error
		if errors.As(err, &oe) && oe.Hint != "" {
			return reply{Error: err.Error(), Hint: oe.Hint}
		}
		return reply{Error: err.Error(), Hint: "see station.log"}
	}
	return reply{OK: true}
}

// backup copies the database while the station works.
func (s *session) backup(ctx context.Context, file string) error {
	r, err := s.db.NewReader()
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Backup(ctx, file)
}

// ask sends one request to the station that runs on dir. It returns errNoStation
// when none does.
func ask(ctx context.Context, dir string, req request) (reply, error) {
	var out reply
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", filepath.Join(dir, socketName))
	if err != nil {
		return out, errNoStation
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(socketPatience))
	if err := json.NewEncoder(c).Encode(req); err != nil {
		return out, err
	}
	if err := json.NewDecoder(c).Decode(&out); err != nil {
		return out, err
	}
	if !out.OK {
		return out, &failure{code: exitNo, what: out.Error, do: out.Hint}
	}
	return out, nil
}

var errNoStation = errors.New("no station runs on this data folder")

// status is what a running station knows of itself.
func (s *session) status(ctx context.Context) *statusReport {
	v := s.loop.View()
	r := &statusReport{Station: s.cfg.Station, Version: version, Running: true}
	if v == nil {
		return r
	}
	r.Screen, r.Operator, r.Shipment = string(v.Bench.Screen), string(v.Bench.Operator), string(v.Bench.Shipment)
	r.Queue = v.QueueTotal
	r.Central = centralStatus{URL: s.cfg.Central.URL, Online: v.Sync.Online, LastWord: v.Sync.LastWord, Unsent: v.Sync.Unsent,
		Oldest: v.Sync.Oldest, Problem: v.Sync.Problem, Detail: v.Sync.Detail, Differs: v.Sync.Differs, Rereads: v.Sync.Rereads}
	r.Central.Copy = copyStatusOf(&v.Copy)
	r.Printer = printerStatus{Address: v.Printer.Name, Status: v.Printer.Status, Detail: v.Printer.Detail, Queued: v.Printer.Queued, Parked: v.Printer.Parked}
	for _, d := range s.devs.states() {
		r.Devices = append(r.Devices, newDeviceStatus(d))
	}
	if sc := v.Scale; sc != nil {
		r.Scale = &scaleStatus{sc.Name, sc.State, sc.Grams, sc.Expected}
	}
	for _, p := range v.Probes {
		r.Probes = append(r.Probes, probeStatus{p.Name, p.State, p.MilliC, p.At, string(p.Alert), p.Since, p.Worst})
	}
	p50, p99, n := s.loop.Latency()
	r.Scans = scanStatus{Count: n, P50MS: ms(p50), P99MS: ms(p99)}
	r.Scans.today(&v.Today)
	r.Disk = diskStatus{FreeBytes: v.Health.DiskFree, Low: v.Health.DiskLow}
	r.Alerts = alertsOf(v, time.Now())
	r.Checking, r.Damaged = v.Health.Checking, v.Health.Damaged
	_ = s.loop.Read(ctx, func(station.Store) error { // an ended loop leaves the log out
		r.Log, r.Seq = string(s.db.Log()), s.db.LastSeq()
		return nil
	})
	return r
}
