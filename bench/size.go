package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// sizeMB bounds the stripped station with its fonts.
const sizeMB = 25

// size builds the station as a release is built and weighs it.
func size(e *env) ([]result, error) {
	path := filepath.Join(e.tmp, "pickstation")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./cmd/pickstation")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the station: %w: %s", err, out)
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return []result{of("binary_size", float64(st.Size())/(1<<20), "MB", sizeMB)}, nil
}
