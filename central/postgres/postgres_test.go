package postgres_test

import (
	"os"
	"testing"

	"pickstation/central"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/central/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) central.Store { return open(t, pgtest.Database(t)) })
}
