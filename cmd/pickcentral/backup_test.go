package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestABackupByOtherMeansIsMarkedAndDeclared(t *testing.T) {
	onEachStore(t, func(t *testing.T, store string) {
		mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), store)
		dir := t.TempDir()
		mark := filepath.Join(dir, "mark.json")
		if code, out, errOut := runCLI(t, "backup", "last", store); code != exitNo || out != `{"last":null,"days":0}`+"\n" || !strings.Contains(errOut, "benches keep everything") {
			t.Errorf("exit %d: %s%s", code, out, errOut)
		}
		mustCLI(t, "backup", "mark", mark, store)
		if st, err := os.Stat(mark); err != nil || st.Mode().Perm() != 0o600 {
			t.Error(st, err)
		}
		if code, _, _ := runCLI(t, "backup", "mark", mark, store); code != exitMissing {
			t.Errorf("a mark is written over: exit %d", code)
		}
		mustCLI(t, "backup", "declare", mark, store)
		mustCLI(t, "backup", "last", "--days=1", store)
		mustCLI(t, "restored", store)
		if code, _, errOut := runCLI(t, "backup", "declare", mark, store); code != exitNo || !strings.Contains(errOut, "Make a new one") {
			t.Errorf("exit %d: %s", code, errOut)
		}
		if code, _, _ := runCLI(t, "backup", "declare", write(t, "no.json", "[1,"), store); code != exitNo {
			t.Errorf("no mark: exit %d", code)
		}
		if code, _, _ := runCLI(t, "backup", "declare", filepath.Join(dir, "none"), store); code != exitMissing {
			t.Errorf("no file: exit %d", code)
		}
	})
}
