package devices_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pickstation/devices"
)

func TestSSIPacketsAreThoseOfTheVectors(t *testing.T) {
	for _, v := range vectors[struct{ Dir, What, Hex string }](t, "gs1-vectors/ssi.jsonl") {
		b, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		p, n, need, ok := devices.ParseSSI(b)
		if !ok || n != len(b) || need != 0 {
			t.Errorf("%s: ok %v, used %d of %d", v.What, ok, n, len(b))
			continue
		}
		if got := p.Encode(); !bytes.Equal(got, b) {
			t.Errorf("%s: encoded %x, want %x", v.What, got, b)
		}
		b[len(b)-1] ^= 1
		if _, _, _, ok := devices.ParseSSI(b); ok {
			t.Errorf("%s: accepted with a wrong checksum", v.What)
		}
		if want := v.Dir == "host->scanner"; (p.Source == devices.SSIFromHost) != want {
			t.Errorf("%s: source %d", v.What, p.Source)
		}
	}
}

// vectors reads a file of JSON lines from the test data.
func vectors[T any](t testing.TB, name string) []T {
	t.Helper()
	root := os.Getenv("PICKSTATION_TESTDATA")
	if root == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: it names the folder with the outside vectors")
	}
	f, err := os.Open(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	for in := bufio.NewScanner(f); in.Scan(); {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		t.Fatalf("%s holds nothing", name)
	}
	return out
}

func TestCodeIdentifiersAreThoseOfTheVectors(t *testing.T) {
	type line struct{ Vendor, ID, Sym string }
	want := map[string]string{
		"Code 39": "]A0", "Codabar": "]F0", "Code 128": "]C0", "I2of5": "]I0", "GS1-128": "]C1", "GS1 DataBar": "]e0",
		"UCC Composite": "]e0", "PDF417/ISSN": "]L0", "Aztec": "]z0", "Data Matrix": "]d1", "QR": "]Q1", "GS1 Data Matrix": "]d2",
		"GS1 QR": "]Q3", "EAN-13": "]E0", "EAN-8": "]E4", "GS1 DataBar Expanded": "]e0", "GS1 DataBar Omni": "]e0",
		"UPC/EAN": "]E4", "UPC-A": "]E4", "UPC-E": "]E4", // by length: the data below has eight digits
	}
	for _, v := range vectors[line](t, "gs1-vectors/code_ids.jsonl") {
		if v.Vendor == "aim" {
			continue
		}
		aim, data := devices.SplitCodeID(v.Vendor, []byte(v.ID+"96385074"))
		if aim != want[v.Sym] || string(data) != "96385074" {
			t.Errorf("%s %s (%s): %q %q, want %q", v.Vendor, v.ID, v.Sym, aim, data, want[v.Sym])
		}
		if aim, data := devices.SplitCodeID(v.Vendor, []byte("]C1"+v.ID)); aim != "" || string(data) != "]C1"+v.ID {
			t.Errorf("%s: an AIM identifier was taken for another: %q %q", v.Vendor, aim, data)
		}
	}
}
