package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/labels"
	"pickstation/order"
)

// runLabelArgs runs the command and gives its outputs and exit code.
func runLabelArgs(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := newLabelCommand()
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SetArgs(args)
	err := cmd.Execute()
	if err == nil {
		return out.String(), errs.String(), 0
	}
	var coded interface{ ExitCode() int }
	if !errors.As(err, &coded) {
		t.Fatalf("label %v: error without an exit code: %v", args, err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || lines[0] == "" || lines[1] == "" {
		t.Errorf("label %v: want one line what and one line what to do, got %q", args, err)
	}
	return out.String(), errs.String(), coded.ExitCode()
}

func TestEveryExampleRendersInEveryFormat(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range labels.Kinds() {
		example, _, code := runLabelArgs(t, "--kind", kind, "--example")
		if code != 0 {
			t.Fatalf("%s --example: exit %d", kind, code)
		}
		in := filepath.Join(dir, kind+".json")
		if err := os.WriteFile(in, []byte(example), 0o600); err != nil {
			t.Fatal(err)
		}
		for format, magic := range map[string]string{"pdf": "%PDF-", "png": "\x89PNG", "zpl": "^XA", "tspl": "SIZE "} {
			out := filepath.Join(dir, kind+"."+format)
			_, stderr, code := runLabelArgs(t, "--kind", kind, "--in", in, "--out", out, "--format", format, "--dpi", "300")
			if code != 0 || stderr != "" {
				t.Fatalf("%s as %s: exit %d, stderr %q", kind, format, code, stderr)
			}
			b, err := os.ReadFile(out)
			if err != nil || !strings.HasPrefix(string(b), magic) {
				t.Errorf("%s as %s: file begins %.8q (%v)", kind, format, b, err)
			}
			if st, err := os.Stat(out); err == nil && st.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %v lets others read addresses", out, st.Mode())
			}
		}
	}
}

func TestPNGHasTheDotsOfThePrinter(t *testing.T) {
	out := filepath.Join(t.TempDir(), "w.png")
	in := exampleFile(t, "waybill")
	if _, _, code := runLabelArgs(t, "--kind", "waybill", "--in", in, "--out", out, "--format", "png"); code != 0 {
		t.Fatalf("exit %d", code)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cfg, err := png.DecodeConfig(f)
	if err != nil || cfg.Width != 799 || cfg.Height != 1199 { // 100 × 150 mm at 203 dpi
		t.Errorf("%d×%d dots (%v), want 799×1199", cfg.Width, cfg.Height, err)
	}
}

func exampleFile(t *testing.T, kind string) string {
	t.Helper()
	example, _, _ := runLabelArgs(t, "--kind", kind, "--example")
	in := filepath.Join(t.TempDir(), kind+".json")
	if err := os.WriteFile(in, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	return in
}

func TestExitCodesTellUsageFromRefusalFromMissingFiles(t *testing.T) {
	in := exampleFile(t, "waybill")
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	out := filepath.Join(dir, "out.pdf")
	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"no kind":               {2, []string{"--in", in, "--out", out}},
		"unknown kind":          {2, []string{"--kind", "postcard", "--in", in, "--out", out}},
		"unknown kind, no file": {2, []string{"--kind", "postcard", "--in", filepath.Join(dir, "none"), "--out", out}},
		"unknown flag":          {2, []string{"--colour"}},
		"no input named":        {2, []string{"--kind", "waybill", "--out", out}},
		"no output named":       {2, []string{"--kind", "waybill", "--in", in}},
		"unknown format":        {2, []string{"--kind", "waybill", "--in", in, "--out", out, "--format", "doc"}},
		"unknown dpi":           {2, []string{"--kind", "waybill", "--in", in, "--out", out, "--dpi", "72"}},
		"input not there":       {3, []string{"--kind", "waybill", "--in", filepath.Join(dir, "none"), "--out", out}},
		"folder not there":      {3, []string{"--kind", "waybill", "--in", in, "--out", filepath.Join(dir, "none", "x.pdf")}},
		"not JSON":              {1, []string{"--kind", "waybill", "--in", write("a", "\xff\x00{"), "--out", out}},
		"empty input":           {1, []string{"--kind", "waybill", "--in", write("b", ""), "--out", out}},
		"unknown field":         {1, []string{"--kind", "waybill", "--in", write("c", `{"waybil":"SF1"}`), "--out", out}},
		"no waybill number":     {1, []string{"--kind", "waybill", "--in", write("d", `{"carrier":"SF"}`), "--out", out}},
		"number in Chinese":     {1, []string{"--kind", "waybill", "--in", write("e", `{"waybill":"顺丰一号"}`), "--out", out}},
		"number too long":       {1, []string{"--kind", "waybill", "--in", write("f", `{"waybill":"`+strings.Repeat("Ab1", 26)+`"}`), "--out", out}},
		"text does not fit":     {1, []string{"--kind", "waybill", "--in", write("g", `{"waybill":"SF1","receiver":{"street":"`+strings.Repeat("很长的路", 200)+`"}}`), "--out", out}},
	} {
		if _, _, code := runLabelArgs(t, c.args...); code != c.code {
			t.Errorf("%s: exit %d, want %d", name, code, c.code)
		}
	}
}

func TestMissingGlyphsAreNamedOnStderr(t *testing.T) {
	in := filepath.Join(t.TempDir(), "w.json")
	if err := os.WriteFile(in, []byte(`{"waybill":"SF1","merchant":"thanks 🍎"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := runLabelArgs(t, "--kind", "waybill", "--in", in, "--out", filepath.Join(t.TempDir(), "w.pdf"))
	if code != 0 || !strings.Contains(stderr, "U+1F34E") {
		t.Errorf("exit %d, stderr %q; want a warning that names U+1F34E", code, stderr)
	}
}

func TestTheBenchCardCarriesEveryCommand(t *testing.T) {
	out := filepath.Join(t.TempDir(), "card.pdf")
	for args, code := range map[string]int{"--out " + out: 0, "--out " + out + " --form A5 --dpi 203": 0, "": 2, "--out " + out + " --form B5": 1,
		"--out " + out + " --format doc": 2, "--out " + filepath.Join(out, "x"): 3, "--out " + out + " --dpi 100": 2,
		"--out " + out + " --roles gun1,pack-2": 0, "--out " + out + " --roles gun:1": 2, "--out " + out + " --roles gun1,": 2} {
		cmd := newBenchCardCommand()
		cmd.SetArgs(strings.Fields(args))
		err := cmd.Execute()
		var coded interface{ ExitCode() int }
		if (err == nil) != (code == 0) || err != nil && (!errors.As(err, &coded) || coded.ExitCode() != code) {
			t.Errorf("bench-card %s: %v, want exit %d", args, err, code)
		}
	}
	pages, err := labels.BenchCard{Commands: benchCommands()}.Layout(labels.Printer{DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, p := range pages {
		for _, s := range p.Barcodes() {
			codes[s.Text] = true
		}
	}
	for _, c := range order.Commands() {
		if !codes[c.Code()] {
			t.Errorf("%s is not on the card", c.Code())
		}
	}
}

func TestACarriersOwnLabelIsPrintedDotByDot(t *testing.T) {
	dir := t.TempDir()
	picture := filepath.Join(dir, "carrier.png")
	if _, _, code := runLabelArgs(t, "--kind", "waybill", "--in", exampleFile(t, "waybill"), "--out", picture, "--format", "png", "--dpi", "203"); code != 0 {
		t.Fatalf("exit %d", code)
	}
	again := filepath.Join(dir, "again.png")
	if _, stderr, code := runLabelArgs(t, "--kind", "ready-made", "--in", picture, "--out", again, "--format", "png", "--dpi", "203"); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	first, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(again)
	if err != nil || !samePicture(t, first, second) {
		t.Errorf("the picture has changed: %v", err)
	}
	for name, in := range map[string]string{"no picture": `{"pictures":[{"dpi":203,"png":"AAAA"}]}`, "unknown field": `{"pic":""}`, "two": `{} {}`, "text": "hello", "cut": "\x89PNG\r\n\x1a\n"} {
		bad := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(bad, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, stderr, code := runLabelArgs(t, "--kind", "ready-made", "--in", bad, "--out", again); code != 1 {
			t.Errorf("%s: exit %d, %s", name, code, stderr)
		}
	}
}

// samePicture compares two PNG files pixel by pixel.
func samePicture(t *testing.T, a, b []byte) bool {
	t.Helper()
	p, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	q, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if p.Bounds() != q.Bounds() {
		return false
	}
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			r1, _, _, _ := p.At(x, y).RGBA()
			r2, _, _, _ := q.At(x, y).RGBA()
			if r1 != r2 {
				return false
			}
		}
	}
	return true
}

func TestAPictureSaysItsOwnResolution(t *testing.T) {
	phys := func(perMetre uint32) []byte {
		b := append([]byte{}, pngMagic...)
		b = append(b, 0, 0, 0, 9)
		b = append(b, "pHYs"...)
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, perMetre), perMetre)
		return append(b, 1, 0, 0, 0, 0)
	}
	for perMetre, want := range map[uint32]int{7992: 203, 11811: 300, 23622: 600, 3780: 0, 0: 0} {
		if got := pictureDPI(phys(perMetre)); got != want {
			t.Errorf("%d pixels a metre: %d dpi", perMetre, got)
		}
	}
	in := exampleFile(t, "ready-made")
	if _, _, code := runLabelArgs(t, "--kind", "ready-made", "--in", in, "--out", filepath.Join(t.TempDir(), "x.zpl"), "--format", "zpl", "--dpi", "600"); code != 0 {
		t.Errorf("exit %d", code)
	}
}

func FuzzPictureDPI(f *testing.F) {
	f.Add(pngMagic)
	f.Add(append(append([]byte{}, pngMagic...), 0xff, 0xff, 0xff, 0xff, 'p', 'H', 'Y', 's'))
	f.Fuzz(func(t *testing.T, data []byte) {
		if dpi := pictureDPI(data); dpi != 0 && dpi != 203 && dpi != 300 && dpi != 600 {
			t.Errorf("%d dpi", dpi)
		}
		_, _ = decodeLabel("ready-made", data, 203)
	})
}
