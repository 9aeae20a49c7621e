package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// SyncConfig says where a copy of what the centre does not have is kept.
type SyncConfig struct {
	CopyDir   string   `toml:"copy_dir"`   // a folder on another disk, which has to be there; "" none
	CopyEvery duration `toml:"copy_every"` // how often it is brought up to date; default 1m
}

func (s SyncConfig) check(c *Config) error {
	rel, err := filepath.Rel(c.DataDir, s.CopyDir)
	switch {
	case s.CopyDir == "":
		return nil
	case c.Central.URL == "":
		return errors.New("sync.copy_dir has no use without central.url")
	case err == nil && filepath.IsLocal(rel):
		return fmt.Errorf("sync.copy_dir %s lies in data_dir; name a folder on another disk", s.CopyDir)
	}
	return nil
}

// copier keeps a copy of what the centre does not have in a folder on another disk. It has
// a goroutine and a connection of its own: it reads as much as one file holds, ends the
// read, and only then touches the folder, which may be slow or hang.
type copier struct {
	s       *session
	folder  *copyFolder
	station order.StationID
	every   time.Duration
	reader  *localdb.Reader
	agent   *agent.Agent // packs; it has no line to the centre
	shown   station.CopyView
	sound   bool // the last look went through
}

// copyPause is how long the copier waits between two files, so that a day's events do not
// take the disk and a core away from the bench.
const copyPause = 50 * time.Millisecond

// newCopier returns the copier of a station, nil where none is configured.
func newCopier(s *session, clock station.Clock, folder *copyFolder) (*copier, error) {
	if folder == nil {
		return nil, nil
	}
	reader, err := s.db.NewReader()
	if err != nil {
		return nil, err
	}
	return &copier{s: s, folder: folder, station: order.StationID(s.cfg.Station), every: time.Duration(s.cfg.Sync.CopyEvery), reader: reader,
		agent: agent.New(agent.Options{Config: agent.DefaultConfig(), Source: source{reader}, Boot: clock.Boot(), App: version})}, nil
}

// lastWait is how long the end of the program waits for the folder.
const lastWait = 2 * time.Second

// end brings the copy up to date for the last time, with what the end of the work has stored,
// unless another session follows at once.
func (c *copier) end(ctx context.Context, last bool) {
	defer c.reader.Close()
	if !last {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lastWait)
	defer cancel()
	if v := c.look(ctx); v.At.IsZero() {
		c.s.log.Warn("copy", "problem", v.Problem, "detail", v.Detail)
	}
}

// run looks again and again, until ctx ends.
func (c *copier) run(ctx context.Context) {
	t := time.NewTicker(c.every)
	defer t.Stop()
	for {
		c.tell(ctx, c.look(ctx))
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// tell shows what came of a look, and logs what has changed.
func (c *copier) tell(ctx context.Context, v station.CopyView) {
	if ctx.Err() != nil {
		return
	}
	if v.At.IsZero() {
		v.At = c.shown.At // of the last look that went through
	}
	if v.Problem != c.shown.Problem {
		c.s.log.Warn("copy", "problem", v.Problem, "detail", v.Detail)
	}
	c.shown = v
	_ = c.s.loop.SetCopy(ctx, v) // fails only when the loop has ended
}

// look brings the copy up to date once.
func (c *copier) look(ctx context.Context) station.CopyView {
	v := station.CopyView{Dir: c.folder.dir}
	tend := !c.sound
	c.sound = false
	problem := func(err error) station.CopyView {
		v.Problem, v.Detail = copyProblem(err), err.Error()
		return v
	}
	found, err := c.folder.list(ctx, c.station, tend)
	if err != nil {
		return problem(err)
	}
	asOf := time.Now()
	local, err := source{c.reader}.Local(ctx)
	if err != nil {
		return problem(err)
	}
	here, err := c.here(local.Logs)
	if err != nil {
		return problem(err)
	}
	grow, drop, lost := agent.PlanCopy(local.Logs, here, segmentsOf(found))
	if err := c.folder.remove(ctx, filesOf(found, drop)); err != nil {
		return problem(err)
	}
	v.Earlier, v.Files = lost, len(found)-len(drop)-lost
	for i := range grow {
		if i > 0 && !waited(ctx, copyPause) {
			return v
		}
		if err := c.write(ctx, local.Logs, grow[i].Segment); err != nil {
			return problem(err)
		}
		if v.Files++; grow[i].Over == nil {
			continue
		}
		if err := c.folder.remove(ctx, filesOf(found, []agent.Segment{*grow[i].Over})); err != nil {
			return problem(err)
		}
		v.Files--
	}
	v.At, c.sound = asOf, true
	switch same, err := c.folder.onDiskOf(ctx, c.s.cfg.DataDir); {
	case err != nil:
		return problem(err)
	case v.Earlier > 0:
		v.Problem = station.CopyEarlier
	case same:
		v.Problem = station.CopySameDisk
	}
	return v
}

// here is the last event of each closed log that is in the database.
func (c *copier) here(logs []agent.Log) (map[order.LogID]uint64, error) {
	here := map[order.LogID]uint64{}
	for i := range logs {
		if l := &logs[i]; l.Closed {
			last, err := c.reader.LastHere(l.ID)
			if err != nil {
				return nil, err
			}
			here[l.ID] = last
		}
	}
	return here, nil
}

// write writes one file.
func (c *copier) write(ctx context.Context, logs []agent.Log, seg agent.Segment) error {
	payload, err := c.agent.Copy(ctx, seg.Log, seg.First, seg.Last)
	if err != nil {
		return err
	}
	id, err := identityIn(c.s.cfg.DataDir) // the newest: it is renewed while the station runs
	if err != nil {
		return err
	}
	return c.folder.write(ctx, copyName(c.station, logs, seg), id, wire.CarryCopy, payload)
}

// waited waits, and says whether ctx goes on.
func waited(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// copyProblem is the stable code of what is wrong with the folder.
func copyProblem(err error) string {
	switch {
	case errors.Is(err, errNoAnswer):
		return station.CopyHangs
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ESTALE), errors.Is(err, unix.ENOTCONN):
		return station.CopyAbsent
	case errors.Is(err, fs.ErrPermission), errors.Is(err, unix.EROFS):
		return station.CopyDenied
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return station.CopyFull
	}
	return station.CopyFails
}
