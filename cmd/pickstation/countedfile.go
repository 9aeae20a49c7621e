package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
)

// countedFile is what the station counted, for its next start. It is written beside the
// scans and not synced: a kill keeps it, and what a power cut takes of it is the waits of its
// shift, for all else is counted again from the log's newest events.
const countedFile = "counted.json"

// maxCounted bounds what is read of it, bytes.
const maxCounted = 1 << 20

// readCounted returns nil where there is none.
func readCounted(dir string) []byte {
	name := filepath.Join(dir, countedFile)
	if st, err := os.Stat(name); err != nil || st.Size() > maxCounted {
		return nil
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return body
}

// keepCounted writes what the station has counted where it is not what was written last, and
// returns what is written now. It fails only in the log.
func (s *session) keepCounted(ctx context.Context, last []byte) []byte {
	body, err := s.loop.Counted(ctx)
	if err != nil || bytes.Equal(body, last) {
		return last
	}
	name := filepath.Join(s.cfg.DataDir, countedFile)
	if err := errors.Join(os.WriteFile(name+".new", body, 0o600), os.Rename(name+".new", name)); err != nil {
		s.log.Warn("counted", "err", err)
		return last
	}
	return body
}
