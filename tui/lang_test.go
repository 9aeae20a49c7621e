package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/tui/text"
)

// speak makes a language known for one test.
func speak(t *testing.T, file string) {
	t.Helper()
	c, _, err := text.ParseCatalogue([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	text.Use(c)
	t.Cleanup(func() { text.Use() })
}

func sampleLanguage(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "dist", "lang", "vi.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// hostileLanguage has every text as long as it may be, in letters of two cells, with all
// its places.
func hostileLanguage() string {
	var b strings.Builder
	for l := range strings.Lines(text.Export("xx", "海")) {
		if e, ok := strings.CutPrefix(l, "# "); ok && b.Len() > 300 {
			b.WriteString(l)
			fill := strings.Repeat("宽한ｗ", 25)
			english := strings.TrimRight(e, "\n")
			b.WriteString("@" + fill + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(english) + "\n")
			continue
		}
		b.WriteString(l)
	}
	lines := strings.Split(b.String(), "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		if t, ok := strings.CutPrefix(lines[i], "@"); ok && i+1 < len(lines) {
			key, _, _ := strings.Cut(lines[i+1], " = ")
			out = append(out, key+` = "`+t+`"`)
			i++
			continue
		}
		out = append(out, lines[i])
	}
	return strings.Join(out, "\n")
}

// Whatever a language file says, no screen is wider or higher than its window.
func TestAFurtherLanguageNeverBreaksAScreen(t *testing.T) {
	for name, file := range map[string]string{"sample": sampleLanguage(t), "long and wide": hostileLanguage(), "empty": "code = \"xx\""} {
		t.Run(name, func(t *testing.T) {
			speak(t, file)
			code := text.Languages()[2]
			for view, v := range views() {
				if v != nil {
					v.Bench.Lang = code
				}
				for _, size := range append([]Size{{20, 6}, {41, 13}, {60, 20}}, sizes...) {
					if checkBounds(t, Render(v, size, options(code, Color16)), size); t.Failed() {
						t.Fatalf("%s at %v", view, size)
					}
				}
			}
		})
	}
}

func TestTheHostileLanguageIsTaken(t *testing.T) {
	speak(t, hostileLanguage())
	if s := text.For("xx").Location; !strings.HasPrefix(s, "宽한") {
		t.Errorf("%q: the test above tests nothing", s)
	}
}

// An operator's language follows the badge, further ones too; what is missing is seen.
func TestTheScreenSpeaksTheOperatorsFurtherLanguage(t *testing.T) {
	speak(t, sampleLanguage(t))
	v := picking()
	v.Bench.Lang = "vi"
	s := words(Render(v, Size{80, 24}, options(text.ZH, Mono)))
	for _, want := range []string{"VỊ TRÍ", "Hainan mango gift box 5 kg: 3 trên 5", "HOÀN TÁC", "TIẾP"} {
		if !strings.Contains(s, want) {
			t.Errorf("the screen lacks %q:\n%s", want, s)
		}
	}
	speak(t, "code = \"vi\"\n")
	v.Verdict = shown(order.Blocked, m(order.MsgNoLease, order.Args{Ref: "A"}), m(order.DoReconnect, order.Args{}))
	if s := words(Render(v, Size{80, 24}, options(text.ZH, Mono))); !strings.Contains(s, "~Order A is not leased") || !strings.Contains(s, "BỊ CHẶN") && !strings.Contains(s, "XXX") {
		t.Errorf("the gap is not seen:\n%s", s)
	}
}

// The sample of a further language has goldens of what pickers see most.
func TestTheSampleLanguageLooksAsItDid(t *testing.T) {
	speak(t, sampleLanguage(t))
	var b strings.Builder
	for _, name := range []string{"queue", "pick", "pick_wrong", "label"} {
		v := views()[name]
		v.Bench.Lang = "vi"
		for _, size := range []Size{{80, 24}, {40, 16}} {
			b.WriteString(sprintf("===== %s %dx%d\n%s\n", name, size.W, size.H, words(Render(v, size, options("vi", Mono)))))
		}
	}
	looksAsItDid(t, "vi.txt", b.String())
}

// looksAsItDid compares screens with those in a file of testdata.
func looksAsItDid(t *testing.T, name, screens string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(screens), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), screens); diff != "" {
		t.Errorf("screen changed; look at it, then run with -update:\n%s", diff)
	}
}
