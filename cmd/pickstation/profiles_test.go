package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/devices"
)

// configOf writes a configuration with these tables and loads it.
func configOf(t *testing.T, tables string) (*Config, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pickstation.toml")
	if err := os.WriteFile(path, []byte("station = \"bench-1\"\ndata_dir = \"data\"\n"+tables), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path)
	return c, path, err
}

func TestAConfigurationAddsProfilesLikeKnownOnes(t *testing.T) {
	c, path, err := configOf(t, `
[[profile]]
name = "our-gun"
like = "zebra-acknak"
backend = "linux"
suffix = "tab"
[profile.line]
baud = 115200

[[profile]]
name = "our-other-gun"
like = "our-gun"
code_id = "aim"

[[scanner]]
name = "gun1"
port = "gun"
profile = "our-other-gun"
`)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.bench()
	if err != nil {
		t.Fatal(err)
	}
	zebra, err := devices.ProfileNamed("zebra-acknak")
	if err != nil {
		t.Fatal(err)
	}
	p := b.Scanners[0].Profile
	if p.Name != "our-other-gun" || p.Backend != devices.BackendLinux || p.Suffix != devices.SuffixTab || p.Line.Baud != 115200 ||
		p.Driver != zebra.Driver || p.AckMS != zebra.AckMS || p.CodeID != "aim" || len(p.USB) != 0 {
		t.Errorf("%+v", p)
	}
	if out, code, _ := cli(t, "devices", "list", "--profiles", "--config", path); code != 0 || !strings.Contains(out, "our-gun ") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestProfilesThatCannotWorkAreNamed(t *testing.T) {
	for want, tables := range map[string]string{
		"has no name":            "[[profile]]\nlike = \"generic\"\n",
		"is there already":       "[[profile]]\nname = \"generic\"\nlike = \"zebra\"\n",
		"no device profile":      "[[profile]]\nname = \"x\"\nlike = \"hal9000\"\n",
		"unknown kind":           "[[profile]]\nname = \"x\"\n",
		"unknown scanner driver": "[[profile]]\nname = \"x\"\nlike = \"generic\"\ndriver = \"morse\"\n",
		"unknown back end":       "[[profile]]\nname = \"x\"\nlike = \"generic\"\nbackend = \"usb\"\n",
		"needs an idle time":     "[[profile]]\nname = \"x\"\nlike = \"generic\"\nsuffix = \"none\"\n",
		"baud":                   "[[profile]]\nname = \"x\"\nlike = \"generic\"\n[profile.line]\nbaud = -1\n",
		"sufix":                  "[[profile]]\nname = \"x\"\nlike = \"generic\"\nsufix = \"tab\"\n",
		"gap_ms":                 "[wedge]\ngap_ms = 3\n",
		"wedge.min":              "[wedge]\nmin = -1\n",
	} {
		_, _, err := configOf(t, tables)
		if code := exitCode(t, err); code != exitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: exit %d, %v", tables, code, err)
		}
	}
}
