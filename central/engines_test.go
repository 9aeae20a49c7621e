package central_test

import (
	"os"
	"path/filepath"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onEachEngine runs a test over an empty centre on every kind of store.
func onEachEngine(t *testing.T, test func(t *testing.T, c *centraltest.Centre)) {
	t.Run("SQLite", func(t *testing.T) { test(t, centraltest.New(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		store, err := postgres.Open(t.Context(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		test(t, centraltest.Over(t, store, filepath.Join(t.TempDir(), "central"), centraltest.NewClock()))
	})
}
