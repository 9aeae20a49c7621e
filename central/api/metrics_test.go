package api_test

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"pickstation/central"
	"pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/central/sqlite"
)

// read is a store that counts how often it is read.
type read struct {
	central.Store
	n atomic.Int64
}

func (r *read) Read(ctx context.Context, fn func(r central.Reader) error) error {
	r.n.Add(1)
	return r.Store.Read(ctx, fn)
}

// TestWhoeverAsksForMetricsDoesNotKeepOthersFromTheStore asks often: with 400,000 orders, 40 callers
// without any key made others wait for three seconds.
func TestWhoeverAsksForMetricsDoesNotKeepOthersFromTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "central.db")
	file, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	store := &read{Store: file}
	c := centraltest.Over(t, store, path, centraltest.NewClock())
	a, err := api.New(c.Service, c.CA)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler())
	t.Cleanup(srv.Close)
	s := &served{c, a, srv}
	s.Put(t, centraltest.Order("1"))
	store.n.Store(0)
	for range 20 {
		status, text := s.call(t, "GET", "/metrics", "", "")
		if status != 200 || !strings.Contains(text, `pickcentral_rows{kind="orders"} 1`) {
			t.Fatalf("%d %s", status, text)
		}
	}
	if n := store.n.Load(); n != 2 { // what is counted, and the newest backup
		t.Errorf("the store was read %d times", n)
	}
}
