package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// copyFolder is where copies lie: a second disk, a stick, a share. Any call on it may hang
// for good, so each runs in a goroutine that nobody waits for beyond a while, the only
// ones of the program that may outlive it. While one hangs there is no second one.
type copyFolder struct {
	dir      string
	patience time.Duration
	busy     chan struct{} // holds one value while a call is under way
}

// copyPatience is how long a call on the folder may take: a stick writes a file in
// milliseconds, and a share that was idle wakes within seconds.
const copyPatience = 20 * time.Second

// newCopyFolder returns the configured folder, nil where there is none.
func newCopyFolder(cfg *Config, patience time.Duration) *copyFolder {
	if cfg.Sync.CopyDir == "" || cfg.Central.URL == "" {
		return nil
	}
	return &copyFolder{dir: cfg.Sync.CopyDir, patience: patience, busy: make(chan struct{}, 1)}
}

var errNoAnswer = errors.New("the folder does not answer")

// within runs a call, and gives it up when it takes too long or ctx ends.
func (f *copyFolder) within(ctx context.Context, call func() error) error {
	select {
	case f.busy <- struct{}{}:
	default:
		return errNoAnswer // the one before still hangs
	}
	done := make(chan error, 1)
	go func() {
		err := call()
		<-f.busy
		done <- err
	}()
	late := time.NewTimer(f.patience)
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		return errNoAnswer
	case <-ctx.Done():
		return ctx.Err()
	}
}

// copyFile is one file of a copy.
type copyFile struct {
	name string
	agent.Segment
}

// copyForm is how the files are named: station, place of the log among the station's logs,
// log, first and last event. In the order of their names they can be taken in.
var copyForm = regexp.MustCompile(`^\.([0-9]{4})-([0-9a-f]{32})\.([0-9]{12})-([0-9]{12})$`)

// probeSuffix ends the name of a file that is written as a trial and deleted at once.
const probeSuffix = ".probe"

func copyName(id order.StationID, logs []agent.Log, s agent.Segment) string {
	place := slices.IndexFunc(logs, func(l agent.Log) bool { return l.ID == s.Log }) + 1
	return fmt.Sprintf("%s.%04d-%s.%012d-%012d%s", id, place, s.Log, s.First, s.Last, wire.CopySuffix)
}

// parseCopyName reads the name of a file of the station's; ok is false for others.
func parseCopyName(id order.StationID, name string) (s agent.Segment, ok bool) {
	rest, mine := strings.CutPrefix(strings.TrimSuffix(name, wire.CopySuffix), string(id))
	m := copyForm.FindStringSubmatch(rest)
	if !mine || m == nil || !strings.HasSuffix(name, wire.CopySuffix) {
		return s, false
	}
	s.Log = order.LogID(m[2])
	s.First, _ = strconv.ParseUint(m[3], 10, 64)
	s.Last, _ = strconv.ParseUint(m[4], 10, 64)
	return s, s.First > 0 && s.First <= s.Last
}

// list returns the station's files. With tend it also deletes what a write that was cut off
// has left, and tries whether a file can be written.
func (f *copyFolder) list(ctx context.Context, id order.StationID, tend bool) (files []copyFile, err error) {
	var found []copyFile // the call's own: it may outlive this one
	err = f.within(ctx, func() error {
		all, err := os.ReadDir(f.dir)
		for _, e := range all {
			name, half := strings.CutSuffix(e.Name(), halfSuffix)
			s, ok := parseCopyName(id, name)
			switch {
			case !ok || half && !tend:
			case half:
				err = errors.Join(err, os.Remove(filepath.Join(f.dir, e.Name())))
			default:
				found = append(found, copyFile{name, s})
			}
		}
		if err != nil || !tend {
			return err
		}
		return f.probe(string(id) + probeSuffix)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// probe tries whether a file can be written.
func (f *copyFolder) probe(name string) error {
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, make([]byte, 4096), 0o600); err != nil {
		_ = os.Remove(path) // it may be there, empty
		return err
	}
	return os.Remove(path)
}

// write writes a file as a whole or not at all.
func (f *copyFolder) write(ctx context.Context, name string, id *api.Identity, kind wire.CarryKind, payload []byte) error {
	return f.within(ctx, func() error { return writeCarried(filepath.Join(f.dir, name), id, kind, payload) })
}

// remove deletes files; one that is gone is as good.
func (f *copyFolder) remove(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	return f.within(ctx, func() (err error) {
		for _, name := range names {
			if e := os.Remove(filepath.Join(f.dir, name)); !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
		return err
	})
}

// onDiskOf says whether the folder lies on the disk of another one, such as when a stick was
// pulled out and only the folder on which it was mounted is left.
func (f *copyFolder) onDiskOf(ctx context.Context, other string) (same bool, err error) {
	var a, b unix.Stat_t
	err = f.within(ctx, func() error { return errors.Join(unix.Stat(f.dir, &a), unix.Stat(other, &b)) })
	return err == nil && a.Dev == b.Dev, err
}

func segmentsOf(files []copyFile) (all []agent.Segment) {
	for _, f := range files {
		all = append(all, f.Segment)
	}
	return all
}

// filesOf are the names of segments.
func filesOf(files []copyFile, of []agent.Segment) (names []string) {
	for _, f := range files {
		if slices.Contains(of, f.Segment) {
			names = append(names, f.name)
		}
	}
	return names
}
