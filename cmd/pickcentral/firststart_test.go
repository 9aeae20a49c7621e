package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A first start makes keys, a database and a certificate authority, file after file. It is
// killed as soon as the folder holds so many of them; the next start finishes it.
func TestAFirstStartKilledAtAnyStepIsFinishedByTheNext(t *testing.T) {
	seen := map[string]bool{}
	for n := 1; n <= 8; n++ {
		dir := t.TempDir()
		store := "--store=sqlite:" + filepath.Join(dir, "central.db")
		c := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr", "127.0.0.1:0", store)
		c.Env = append(os.Environ(), asMain+"=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		var names []string
		for len(names) < n && !strings.Contains(strings.Join(names, " "), ".ca.pem") {
			list, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			names = names[:0]
			for _, f := range list {
				names = append(names, f.Name())
			}
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // killed
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		left := ""
		for _, f := range list {
			name, _, _ := strings.Cut(f.Name(), "-") // without what is chance of a temporary file's
			left += " " + name
		}
		seen[left] = true
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := startServer(t, store)
			enrol(t, s, store, "bench-1")
			if s.stop() != 0 {
				t.Error("it does not stop well")
			}
			if left, err := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(left) > 0 {
				t.Errorf("left of the first start: %v, %v", left, err)
			}
			if again := startServer(t, store); again.CA != s.CA {
				t.Errorf("another CA at the next start, left was%s", left)
			}
		})
	}
	t.Logf("left behind: %q", slices.Sorted(maps.Keys(seen)))
}
