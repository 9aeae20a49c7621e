package central_test

import (
	"bytes"
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

func contains(t *testing.T, path, text string) bool {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Contains(data, []byte(text))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
