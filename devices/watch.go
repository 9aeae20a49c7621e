package devices

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// folderWatch wakes links when something appears or vanishes in the folders their ports are in. /dev/serial/by-id, and
// /dev/serial with it, exist only while a device is plugged in; until then the nearest folder above is watched.
type folderWatch struct {
	w       *fsnotify.Watcher
	folders []string
	wake    []chan struct{}
	exists  func(dir string) bool
	log     *slog.Logger
}

// newFolderWatch watches folders. Without inotify (none left, or a system without it) it returns nil: links poll anyway.
func newFolderWatch(folders []string, log *slog.Logger) *folderWatch {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("hot-plug notification is not available, polling instead", "error", err.Error())
		return nil
	}
	return &folderWatch{w: w, folders: folders, exists: folderExists, log: log}
}

// subscribe gives a channel that holds one token after a change. Call it before run.
func (f *folderWatch) subscribe() <-chan struct{} {
	if f == nil {
		return nil
	}
	c := make(chan struct{}, 1)
	f.wake = append(f.wake, c)
	return c
}

// run watches until ctx ends.
func (f *folderWatch) run(ctx context.Context) {
	defer f.w.Close()
	f.cover()
	f.signal()
	for {
		select {
		case <-ctx.Done():
			return
		case ev, ok := <-f.w.Events:
			if !ok {
				return
			}
			if ev.Op&^(fsnotify.Chmod|fsnotify.Write) != 0 {
				f.cover()
			}
			if ev.Op&^fsnotify.Write != 0 {
				f.signal()
			}
		case err, ok := <-f.w.Errors:
			if !ok {
				return
			}
			f.log.Warn("hot-plug notification failed", "error", err.Error())
			f.cover()
			f.signal()
		}
	}
}

// cover watches each folder and the nearest folder above it that exists, so that its own coming and going is seen. A
// folder that appears while a watch is being set is found by looking again after every change.
func (f *folderWatch) cover() {
	for range 8 {
		if !f.coverOnce() {
			return
		}
	}
}

// coverOnce says whether it added a watch.
func (f *folderWatch) coverOnce() bool {
	want := map[string]bool{}
	for _, dir := range f.folders {
		if f.exists(dir) {
			want[dir] = true
		}
		up := filepath.Dir(dir)
		for !f.exists(up) && up != filepath.Dir(up) {
			up = filepath.Dir(up)
		}
		want[up] = true
	}
	have := map[string]bool{}
	for _, dir := range f.w.WatchList() {
		have[dir] = true
		if !want[dir] {
			_ = f.w.Remove(dir)
		}
	}
	added := false
	for dir := range want {
		if have[dir] {
			continue
		}
		if err := f.w.Add(dir); err != nil {
			f.log.Debug("cannot watch folder, polling instead", "folder", dir, "error", err.Error())
			continue
		}
		added = true
	}
	return added
}

func folderExists(dir string) bool {
	st, err := os.Stat(dir)
	return err == nil && st.IsDir()
}

func (f *folderWatch) signal() {
	for _, c := range f.wake {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
