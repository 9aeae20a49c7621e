package labels

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// layoutExample lays the example of a kind out.
func layoutExample(t testing.TB, kind string, pr Printer) []*Page {
	t.Helper()
	d, err := Example(kind)
	if err != nil {
		t.Fatal(err)
	}
	return layout(t, d, pr)
}

func layout(t testing.TB, d Document, pr Printer) []*Page {
	t.Helper()
	pages, err := d.Layout(pr)
	if err != nil {
		t.Fatalf("%v (%v)", err, err.(*Error).Code)
	}
	return pages
}

func renderPDF(t testing.TB, pages []*Page) []byte {
	t.Helper()
	b, _, err := RenderPDF(pages, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tool finds an outside program that a test needs. The test run that counts sets CI and must have it.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed; make test installs it", name)
	}
	t.Skipf("%s is not installed; make test installs it", name)
	return ""
}

// run runs a tool and gives its stdout.
func run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return out
}

// tempFile writes b into the test's folder.
func tempFile(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// marshal gives the document's JSON.
func marshal(t testing.TB, d Document) []byte {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
