package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// keysOf lists the keys of a configuration, tables without their path.
func keysOf(t reflect.Type, seen map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("toml")
		if key == "" {
			continue
		}
		seen[key] = true
		if strings.HasPrefix(f.Type.String(), "main.") || strings.HasPrefix(f.Type.String(), "*main.") || strings.HasPrefix(f.Type.String(), "[]main.") {
			keysOf(f.Type, seen)
		}
	}
}

func TestTheSampleConfigurationHasEveryKeyAndLoads(t *testing.T) {
	sample, err := os.ReadFile("../../dist/pickstation.toml")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	keysOf(reflect.TypeFor[Config](), keys)
	for k := range keys {
		if !regexp.MustCompile(`(?m)^(# )?(\[+` + k + `\]+|` + k + ` *=)`).Match(sample) {
			t.Errorf("the sample lacks %s", k)
		}
	}
	// Its remarks that are keys or tables must work as well.
	whole := regexp.MustCompile(`(?m)^# (\[|[a-z_]+ *= )`).ReplaceAllString(string(sample), "$1")
	path := filepath.Join(t.TempDir(), "pickstation.toml")
	whole = strings.ReplaceAll(whole, "/usr/share/pickstation/lang", mustAbs(t, "../../dist/lang"))
	for name, text := range map[string]string{"as it is": string(sample), "with everything in it": whole} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadConfig(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
