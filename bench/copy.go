package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// copyRest is how long a station waits between two files of a copy.
const copyRest = 50 * time.Millisecond

// besideCopy scans while a backlog is copied to the same disk in files of some events each, as
// a station does that is cut off, again and again.
func besideCopy(e *env) (_ []result, err error) {
	d, err := e.readDesk(backlogEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	a := agent.New(agent.Options{Config: agent.DefaultConfig(), Source: source{d.reader}, App: "bench"})
	log, events, bytes := d.db.Log(), 0, 0
	results, err := scanBeside(d, e.tmp, "copy", e.window(), func(ctx context.Context) (files int, err error) {
		for first := uint64(1); ; first += wire.MaxPushEvents {
			if first+wire.MaxPushEvents > backlogEvents {
				first = 1
			}
			payload, err := a.Copy(ctx, log, first, first+wire.MaxPushEvents-1)
			if err != nil {
				return files, err
			}
			if err := writeSynced(filepath.Join(e.tmp, "segment.copy"), payload); err != nil {
				return files, err
			}
			files, events, bytes = files+1, events+wire.MaxPushEvents, bytes+len(payload)
			select {
			case <-ctx.Done():
				return files, nil
			case <-time.After(copyRest):
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return append(results, of("copy_bytes_per_event", float64(bytes)/float64(events), "B", 25)), nil
}

// writeSynced writes a file that is on the disk when it returns.
func writeSynced(path string, body []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}
