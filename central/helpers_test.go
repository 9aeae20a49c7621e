package central_test

import (
	"os"
	"testing"
)

// copyKey puts the key file of a store beside a copy of it.
func copyKey(t *testing.T, from, to string) {
	t.Helper()
	key, err := os.ReadFile(from + ".key")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to+".key", key, 0o600); err != nil {
		t.Fatal(err)
	}
}
