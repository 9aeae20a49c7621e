package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestACheckOfALanguageSaysEachThingOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "xx.toml")
	if err := os.WriteFile(file, []byte("code = \"xx\"\n[texts]\nUnsent = \"%s\"\nQueued = \"%s\"\nOnline = \"“ON”\"\n[messages]\nno_such = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code, err := cli(t, "lang", "--check", file)
	if code != exitNo || !strings.Contains(err.Error(), "3 texts cannot be used") {
		t.Errorf("exit %d: %v", code, err)
	}
	for _, want := range []string{"wrong   2 texts: has the places [%s], English has [%d]: texts Unsent, texts Queued\n", "wrong   is nothing the station says: messages no_such\n",
		"two cells wide on terminals that are set up for Chinese: texts Online\n", "of messages; English is shown: ", " more (--all)\n", "xx (xx): 3 wrong, "} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	if n := strings.Count(out, "\n"); n > 15 {
		t.Errorf("%d lines:\n%s", n, out)
	}
	all, _, _ := cli(t, "lang", "--check", file, "--all")
	if strings.Contains(all, "--all") || !strings.Contains(all, ", work_gone") || strings.Count(all, "\n") != strings.Count(out, "\n") {
		t.Errorf("--all:\n%s", all)
	}
}
