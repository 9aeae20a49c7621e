// Package pickstation holds the tests that look at the module as a whole.
package pickstation

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed lists, for every package of the module, the sibling packages it may
// import. A missing edge is a design decision, not an accident.
var allowed = map[string][]string{
	"":                 {},
	"gs1":              {},
	"internal/boot":    {},
	"order":            {"gs1"},
	"devices":          {},
	"labels":           {"order", "gs1"},
	"localdb":          {"order", "sync/wire", "internal/boot"},
	"sync/wire":        {"order"},
	"sync/agent":       {"order", "sync/wire", "sync/api", "localdb"},
	"sync/api":         {"order", "sync/wire"},
	"sync/conformance": {"order", "sync/wire"},
	"station":          {"order", "gs1", "labels", "internal/boot"},
	"tui":              {"station", "order"},
	"central":          {"order", "gs1", "sync/wire", "central/customs", "internal/boot"},
	"central/customs":  {"order", "gs1"},
	"cmd":              {"*"},
	"bench":            {"*"},
	"scripts":          {},
	"scripts/sheet":    {"labels"},
	"world":            {},
}

// home returns the row of the table that a package belongs to: itself or the
// nearest folder above it.
func home(pkg string) (string, bool) {
	for p := pkg; ; {
		if _, ok := allowed[p]; ok && (p != "" || pkg == "") {
			return p, true
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return "", false
		}
		p = p[:i]
	}
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestPackagesImportOnlyWhatTheHouseAllows(t *testing.T) {
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		f := strings.Fields(line)
		pkg := strings.TrimPrefix(strings.TrimPrefix(f[0], "pickstation"), "/")
		from, ok := home(pkg)
		if !ok {
			t.Errorf("%s is not in the dependency table", f[0])
			continue
		}
		for _, imp := range f[1:] {
			dep, ours := strings.CutPrefix(imp, "pickstation/")
			if !ours {
				continue
			}
			to, _ := home(dep)
			if to != from && !slices.Contains(allowed[from], to) && !slices.Contains(allowed[from], "*") {
				t.Errorf("%s must not import %s", f[0], imp)
			}
		}
	}
}

func TestTheStationDoesNotLinkTheCentre(t *testing.T) {
	for _, dep := range goList(t, "-deps", "./cmd/pickstation") {
		for _, bad := range []string{"github.com/jackc/pgx", "github.com/danielgtaylor/huma", "cel.dev/", "pickstation/central",
			"golang.org/x/text/language/display"} { // megabytes of names in every language
			if strings.HasPrefix(dep, bad) {
				t.Errorf("the station binary links %s", dep)
			}
		}
	}
}

func TestOnlyTheScreenImportsTheTerminalLibrary(t *testing.T) {
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		f := strings.Fields(line)
		for _, imp := range f[1:] {
			if strings.HasPrefix(imp, "github.com/charmbracelet/") && f[0] != "pickstation/tui" {
				t.Errorf("%s imports %s; only tui may", f[0], imp)
			}
		}
	}
}
