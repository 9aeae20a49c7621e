package postgres_test

import (
	"path/filepath"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/central/postgres/pgtest"
)

func BenchmarkCentre(b *testing.B) {
	centraltest.Measure(b, func(t testing.TB) *centraltest.Centre {
		return centraltest.Over(t, open(t, pgtest.Database(t)), filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	})
}
