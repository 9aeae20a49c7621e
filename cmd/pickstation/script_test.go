package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pickstation/central/postgres/pgtest"
)

// centreDir holds the pickcentral that the tests of this package run.
var centreDir string

// TestMain lets the test binary be pickstation itself, for scripts and for tests that
// kill it, and builds the pickcentral beside which it is tried.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "pickstation" || os.Getenv("PICKSTATION_TEST_MAIN") != "" {
		main()
		return
	}
	if plan := os.Getenv(doomEnv); plan != "" {
		if err := runDoomed(plan); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if plan := os.Getenv(workerEnv); plan != "" {
		if err := runWorker(plan); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	dir, err := os.MkdirTemp("", "pickstation-bin-")
	if err != nil {
		panic(err)
	}
	centreDir = dir
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "pickcentral"), "pickstation/cmd/pickcentral")
	if out, err := build.CombinedOutput(); err != nil {
		panic("build pickcentral: " + err.Error() + "\n" + string(out))
	}
	os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	code := pgtest.Main(m)
	os.RemoveAll(dir)
	os.Exit(code)
}

func TestScripts(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "pickstation")); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("PICKSTATION_UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+string(os.PathListSeparator)+centreDir+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("PICKSTATION_TESTDATA", os.Getenv("PICKSTATION_TESTDATA"))
			return nil
		},
	})
}
