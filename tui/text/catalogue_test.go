package text

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pickstation/order"
)

// speak makes a language known for one test.
func speak(t *testing.T, c *Catalogue) {
	t.Helper()
	Use(c)
	t.Cleanup(func() { Use() })
}

func parseOK(t *testing.T, file string) (*Catalogue, []Finding) {
	t.Helper()
	c, found, err := ParseCatalogue([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return c, found
}

const sampleFile = `
code = "xx"
name = "Example"
[texts]
Online = "KONEKTITA"
[messages]
unit_picked = "{name}: {n} el {need}"
[verdicts]
OK = "BONE"
[words]
damaged = "rompita"
[printer]
media_empty = "sen papero"
[printer_do]
media_empty = "metu paperon"
[commands]
UNDO = "MALFARU"
`

func TestAThirdLanguageIsAFile(t *testing.T) {
	c, _ := parseOK(t, sampleFile)
	speak(t, c)
	a := order.Args{Name: order.Names{EN: "Mango"}, N: 3, Need: 5, Code: "UNDO"}
	for got, want := range map[string]string{
		For("xx").Online: "KONEKTITA", Verdict("xx", order.OK): "BONE", Word("xx", "damaged"): "rompita",
		Word("xx", "media-empty"): "sen papero", PrinterDo("xx", "media_empty"): "metu paperon",
		Line("xx", order.Message{Code: order.MsgUnitPicked, Args: a}): "Mango: 3 el 5",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := Line("xx", order.Message{Code: order.MsgNotNow, Args: a}); !strings.HasPrefix(got, Missing) || !strings.Contains(got, "MALFARU") {
		t.Errorf("a missing message with a known command is %q", got)
	}
	if got := fmt.Sprint(Languages()); got != "[zh en xx]" {
		t.Errorf("languages %s", got)
	}
}

func TestAMissingTextIsEnglishBehindAMark(t *testing.T) {
	c, found := parseOK(t, "code = \"xx\"\n")
	speak(t, c)
	if For("xx").Offline != "~OFFLINE" || Verdict("xx", order.Unknown) != "~UNKNOWN CODE" || Word("xx", "frozen") != "~frozen" {
		t.Errorf("%q %q %q", For("xx").Offline, Verdict("xx", order.Unknown), Word("xx", "frozen"))
	}
	if got := Line("xx", order.Message{Code: order.DoScanBadge}); got != "~Scan your badge" {
		t.Errorf("%q", got)
	}
	n := 0
	for _, s := range sections() {
		n += len(s.keys)
	}
	if len(found) != n {
		t.Errorf("%d findings for %d missing texts", len(found), n)
	}
}

func TestAWrongTextIsToldAndNotUsed(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"[texts]\nUnsent = \"%s ones\"", "has the places [%s], English has [%d]"},
		{"[texts]\nUnsent = \"%d ones %[3]d\"", "begins no place"},
		{"[texts]\nUnsent = \"%d ones %*d\"", "begins no place"},
		{"[texts]\nUnsent = \"%d ones, 5%\"", "begins no place"},
		{"[messages]\nunit_picked = \"{nobody}\"", "no field is called"},
		{"[messages]\nunit_picked = \"{lot} x\"", "has the field {lot}, which is empty here"},
		{"[messages]\nunit_picked = \"{name\"", "is not closed"},
		{"[texts]\nOnline = \"a\\u001b[2J\"", "U+001B"},
		{"[texts]\nOnline = \"a\\u202eb\"", "U+202E"},
		{"[texts]\nNoSuchText = \"x\"", "is nothing the station says"},
		{"[texts]\nOnline = \"" + strings.Repeat("x", 401) + "\"", "is longer than 400 bytes"},
		{"[texts]\nOnline = \"~x\"", "begins with"},
		{"colour = \"red\"\n", "is nothing a language has"},
	} {
		head := "code = \"xx\"\n"
		got, found := parseOK(t, head+c.file)
		hit := false
		for _, f := range found {
			hit = hit || f.Wrong && strings.Contains(f.String(), c.want)
		}
		if !hit {
			t.Errorf("%s: %q is not told", c.file, c.want)
		}
		speak(t, got)
		if strings.ContainsAny(For("xx").Online, "\x1b\u202e") || For("xx").Unsent != "~%d unsent" {
			t.Errorf("%s is used: %q %q", c.file, For("xx").Online, For("xx").Unsent)
		}
	}
}

func TestFilesThatAreNoLanguageAreRefused(t *testing.T) {
	for _, file := range []string{"", "code = \"xx\"\nname = \"" + strings.Repeat("x", maxText+1) + "\"", "code = \"en\"", "code = \"../x\"", "not toml", "code = 3", strings.Repeat("#", maxCatalogue+1)} {
		if _, _, err := ParseCatalogue([]byte(file)); err == nil {
			t.Errorf("%.20q is taken", file)
		}
	}
	if _, _, err := LoadDir(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a folder that is not there is taken")
	}
}

// What is exported is read back as it was, in every language.
func TestAnExportedLanguageComesBack(t *testing.T) {
	c, _ := parseOK(t, sampleFile)
	speak(t, c)
	again, _ := parseOK(t, Export("xx", "Example"))
	for _, s := range sections() {
		for _, k := range s.keys {
			if a, b := c.source(s.name, k), again.source(s.name, k); a != b {
				t.Errorf("%s %s: %q became %q", s.name, k, a, b)
			}
		}
	}
	for _, lang := range []string{ZH, EN} {
		full, found := parseOK(t, strings.Replace(Export(lang, "x"), "code = \""+lang+"\"", "code = \"xy\"", 1))
		for _, f := range found {
			if f.Wrong || strings.Contains(f.What, "missing") {
				t.Errorf("%s: %s", lang, f)
			}
		}
		if got := full.source("messages", string(order.MsgUnitPicked)); got != messages[order.MsgUnitPicked].In(lang) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestANameOfAnyLettersIsExportedAsTOML(t *testing.T) {
	for _, name := range []string{"Tiếng Việt", "a\"b\\c", "\a\x1b\v"} {
		c, _ := parseOK(t, Export("xx", name))
		if want := cmp.Or(Clean(name), "xx"); c.Name != want {
			t.Errorf("%q became %q", name, c.Name)
		}
	}
}

func TestALanguageFileIsReadNoFurtherThanItTakesToRefuseIt(t *testing.T) {
	name := filepath.Join(t.TempDir(), "xx.toml")
	if err := os.WriteFile(name, []byte(strings.Repeat("#", 2*maxCatalogue)), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadFile(name); err != nil || len(data) != maxCatalogue+1 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// The language that is shipped as a sample says everything that the station says: whoever adds
// a text adds it there, too.
func TestTheSampleLanguageIsWhole(t *testing.T) {
	dir := filepath.Join("..", "..", "dist", "lang")
	list, found, err := LoadDir(dir)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d languages, %v", len(list), err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

func TestFilesOfAFolderAreLanguages(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"xx.toml": sampleFile, "bad.toml": "code", "note.txt": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	list, found, err := LoadDir(dir)
	if err != nil || len(list) != 1 || list[0].Code != "xx" {
		t.Fatalf("%v %v", list, err)
	}
	for _, name := range []string{"bad.toml", "folder.toml"} {
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.File == name && f.Wrong }) {
			t.Errorf("%s, which is none, is not told", name)
		}
	}
}

// Whatever a language file holds, no text of it disturbs a terminal.
func FuzzParseCatalogue(f *testing.F) {
	f.Add([]byte(sampleFile))
	f.Add([]byte("code=\"xx\"\n[texts]\nOnline=\"\\u001b[2J\"\n[messages]\nopened=\"[{ref}] {n}\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _, err := ParseCatalogue(data)
		if err != nil {
			return
		}
		for _, s := range sections() {
			for _, k := range s.keys {
				if strings.ContainsFunc(c.source(s.name, k), unicode.IsControl) {
					t.Errorf("control in %s %s", s.name, k)
				}
			}
		}
	})
}
