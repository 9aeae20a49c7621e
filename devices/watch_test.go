package devices

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestAFolderIsWatchedAsSoonAsItIsThereAndAgainAfterItWasGone(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "serial", "by-id")
	w := newFolderWatch([]string{dir}, slog.New(slog.DiscardHandler))
	if w == nil {
		t.Skip("this system has no folder notification")
	}
	wake := w.subscribe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); w.run(ctx) }()
	defer func() { cancel(); <-done }()
	late := time.After(30 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for round := range 3 {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for !slices.Contains(w.w.WatchList(), dir) {
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("round %d: the folder is there and not watched", round)
			}
		}
		// From here on the only thing that can wake is the device.
		if err := os.WriteFile(filepath.Join(dir, "gun"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		select {
		case <-wake:
		case <-late:
			t.Fatalf("round %d: a device came and nobody was woken", round)
		}
		if err := os.RemoveAll(filepath.Dir(dir)); err != nil {
			t.Fatal(err)
		}
		for slices.Contains(w.w.WatchList(), dir) {
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("round %d: a folder that is gone is still watched", round)
			}
		}
	}
}

// TestAFolderThatComesWhileWatchesAreSetIsSeen makes the folder in the moment between the look for it and the watch on the
// one above it.
func TestAFolderThatComesWhileWatchesAreSetIsSeen(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "serial", "by-id")
	f := newFolderWatch([]string{dir}, slog.New(slog.DiscardHandler))
	if f == nil {
		t.Skip("this system has no folder notification")
	}
	defer f.w.Close()
	comes := true
	f.exists = func(path string) bool {
		was := folderExists(path)
		if path == root && comes {
			comes = false
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return was
	}
	f.cover()
	if list := f.w.WatchList(); !slices.Contains(list, dir) {
		t.Errorf("only %q are watched, and nothing will tell of %s any more", list, dir)
	}
}
