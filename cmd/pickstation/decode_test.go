package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runDecode feeds input to the command and answers the lines that come out, as JSON objects.
func runDecode(t *testing.T, input string, args ...string) []decoded {
	t.Helper()
	cmd := newDecodeCommand()
	var out bytes.Buffer
	cmd.SetIn(strings.NewReader(input))
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SetArgs(args)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	var lines []decoded
	for line := range strings.Lines(out.String()) {
		var d decoded
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, d)
	}
	return lines
}

func TestDecodeShowsWhatAWarehouseSymbolHolds(t *testing.T) {
	d := runDecode(t, "]d20109506000134352"+"17270531"+"10LOT7\x1d21S1\n")[0]
	if !d.OK || d.Kind != "gs1" || d.Symbology != "gs1_data_matrix" || d.GTIN != "09506000134352" || d.Lot != "LOT7" ||
		d.Serial != "S1" || d.Expiry != "2027-05-31" || d.Code != "" || len(d.AIs) != 4 || d.AIs[2] != [2]string{"10", "LOT7"} {
		t.Errorf("%+v", d)
	}
}

func TestDecodeKeepsItsFieldOrder(t *testing.T) {
	cmd := newDecodeCommand()
	var out bytes.Buffer
	cmd.SetIn(strings.NewReader("]C100950600013435200152\n"))
	cmd.SetOut(&out)
	cmd.SetArgs(nil)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	want := `{"raw_hex":"5d433130303935303630303031333433353230303135` + `32","ok":true,"kind":"gs1","symbology":"gs1_128",` +
		`"ais":[["00","950600013435200152"]],"gtin":"","sscc":"950600013435200152","lot":"","expiry":"","serial":"","code":"","message":""}` + "\n"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
}

func TestDecodeAnswersEveryLineOnce(t *testing.T) {
	input := "\n]E09506000134352\n\xff\xfe\x00bad\n\n]C1\nlast without newline"
	for _, args := range [][]string{nil, {"--strict"}, {"--station"}, {"--digital-link"}} {
		lines := runDecode(t, input, args...)
		if len(lines) != 6 {
			t.Fatalf("%v: %d lines for 6", args, len(lines))
		}
		for i, raw := range strings.Split(input, "\n") {
			if got, _ := hex.DecodeString(lines[i].RawHex); string(got) != raw {
				t.Errorf("%v line %d: raw_hex holds %q, sent %q", args, i, got, raw)
			}
			if lines[i].OK != (lines[i].Code == "") || lines[i].OK != (lines[i].Message == "") {
				t.Errorf("%v line %d: ok %v with code %q and message %q", args, i, lines[i].OK, lines[i].Code, lines[i].Message)
			}
		}
		if lines[0].Code != "empty_scan" {
			t.Errorf("%v: an empty line has code %q", args, lines[0].Code)
		}
	}
}

func TestDecodeReadsEightKiBAndRefusesMoreThanALineMayHold(t *testing.T) {
	long, tooLong := "]Q1"+strings.Repeat("A", 9000), strings.Repeat("B", 3*maxDecodeLine)
	exact := strings.Repeat("C", maxDecodeLine)
	lines := runDecode(t, long+"\n"+tooLong+"\n"+exact+"\n]E09506000134352\n"+tooLong, "--station")
	if len(lines) != 5 {
		t.Fatalf("%d lines for 5", len(lines))
	}
	codes := []string{"", "line_too_long", "", "", "line_too_long"}
	for i, d := range lines {
		if d.Code != codes[i] {
			t.Errorf("line %d: code %q, want %q", i, d.Code, codes[i])
		}
	}
	if (*lines[0].Readings)[0].Text != long[3:] {
		t.Error("the long line was not kept whole")
	}
}

func TestDecodeAnswersBeforeTheNextLineIsSent(t *testing.T) {
	in, send := io.Pipe()
	receive, out := io.Pipe()
	cmd := newDecodeCommand()
	cmd.SetIn(in)
	cmd.SetOut(out)
	cmd.SetArgs(nil)
	done := make(chan error, 1)
	go func() { done <- cmd.Execute(); out.Close() }()
	answers := bufio.NewReader(receive)
	for range 3 {
		io.WriteString(send, "]E09506000134352\n")
		if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "09506000134352") {
			t.Fatalf("%q %v", line, err)
		}
	}
	send.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestDecodeStrictAsksForTheAccompanyingAIs(t *testing.T) {
	const lotAlone = "]C110LOT7\n"
	if d := runDecode(t, lotAlone)[0]; !d.OK {
		t.Errorf("a lot alone is refused without --strict: %s", d.Message)
	}
	if d := runDecode(t, lotAlone, "--strict")[0]; d.OK || d.Code != "required_ais_missing" {
		t.Errorf("a lot alone passes --strict: %+v", d)
	}
}

func TestDecodeStationShowsFlagsAndAllReadings(t *testing.T) {
	lines := runDecode(t, "9506000134352\n]I109506000134352\n]C01Z5R89390357567127\n", "--station")
	d := lines[0]
	if !d.OK || d.Kind != "gtin" || d.GTIN != "09506000134352" || (*d.Flags)[0] != "no_aim" {
		t.Errorf("%+v", d)
	}
	if r := *d.Readings; len(r) < 2 || r[len(r)-1].Kind != "text" || r[len(r)-1].Text != "9506000134352" {
		t.Errorf("the last reading is not the text: %+v", r)
	}
	if d := lines[1]; !d.OK || d.Kind != "gtin" || (*d.Flags)[0] != "foreign_aim" || d.Symbology != "itf" {
		t.Errorf("%+v", d)
	}
	if d := lines[2]; d.Kind != "carrier" || (*d.Readings)[0].Carrier != "ups" {
		t.Errorf("%+v", d)
	}
}

func TestDecodeStationTakesTheScannersSuffixOff(t *testing.T) {
	lines := runDecode(t, "9506000134352\r\n]C10109506000134352\r\n\r\n", "--station")
	if d := lines[0]; d.Kind != "gtin" || d.RawHex != hex.EncodeToString([]byte("9506000134352\r")) {
		t.Errorf("%+v", d)
	}
	if d := lines[1]; !d.OK || d.GTIN != "09506000134352" {
		t.Errorf("%+v", d)
	}
	if d := lines[2]; d.OK || d.Code != "empty_scan" {
		t.Errorf("%+v", d)
	}
	if d := runDecode(t, "]C10109506000134352\r\n")[0]; d.OK {
		t.Errorf("without --station every byte is judged: %+v", d)
	}
}

func TestDecodeStationReportsALostSeparatorAndDoesNotGuess(t *testing.T) {
	d := runDecode(t, "]C1010950600013435210LOT7"+"17270531\n", "--station")[0]
	if !d.OK || d.Lot != "LOT717270531" || len(d.Splits) == 0 {
		t.Fatalf("%+v", d)
	}
	if s := d.Splits[0]; len(s) != 3 || s[1] != [2]string{"10", "LOT7"} || s[2] != [2]string{"17", "270531"} {
		t.Errorf("first split %v", s)
	}
}

func TestDecodeDigitalLinks(t *testing.T) {
	d := runDecode(t, "https://example.com/01/09506000134352/10/LOT7?17=270531\nhttps://example.com/shop\n", "--digital-link")
	if !d[0].OK || d[0].Kind != "digital_link" || d[0].GTIN != "09506000134352" || d[0].Lot != "LOT7" || d[0].Expiry != "2027-05-31" {
		t.Errorf("%+v", d[0])
	}
	if d[1].OK || d[1].Code != "no_key_in_path" {
		t.Errorf("%+v", d[1])
	}
}

func TestDecodeFlagsGoTogether(t *testing.T) {
	const lotAlone = "10LOT7\n"
	if d := runDecode(t, lotAlone, "--station")[0]; !d.OK || d.Lot != "LOT7" {
		t.Errorf("%+v", d)
	}
	if d := runDecode(t, lotAlone, "--station", "--strict")[0]; d.OK || d.Code != "required_ais_missing" || d.Lot != "LOT7" {
		t.Errorf("%+v", d)
	}
	if d := runDecode(t, "https://a/01/09506000134352\n", "--station", "--digital-link")[0]; d.Kind != "digital_link" || d.Readings == nil {
		t.Errorf("%+v", d)
	}
}

func TestDecodeAgreesWithTheReferenceVectors(t *testing.T) {
	root := os.Getenv("PICKSTATION_TESTDATA")
	if root == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: this test needs the outside test data")
	}
	file, err := os.ReadFile(filepath.Join(root, "gs1-vectors", "gen_scan_dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	type vector struct {
		In, NoreqErr string
		Noreq        bool        `json:"noreq_ok"`
		Full         bool        `json:"full_ok"`
		AIs          [][2]string `json:"ais"`
		Why          string      `json:"noreq_err"`
	}
	var vectors []vector
	var input strings.Builder
	for line := range strings.Lines(string(file)) {
		var v vector
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(v.In, "\n") || strings.Contains(v.Why, "coupon") {
			continue
		}
		vectors = append(vectors, v)
		input.WriteString(v.In + "\n")
	}
	first, second := runDecode(t, input.String()), runDecode(t, input.String(), "--strict")
	if len(first) != len(vectors) || len(second) != len(vectors) {
		t.Fatalf("%d and %d lines for %d", len(first), len(second), len(vectors))
	}
	for i, v := range vectors {
		if first[i].OK != v.Noreq || second[i].OK != v.Full {
			t.Errorf("%q: %v %v, reference %v %v", v.In, first[i].OK, second[i].OK, v.Noreq, v.Full)
		}
		for k, pair := range first[i].AIs {
			if v.Noreq && (len(v.AIs) != len(first[i].AIs) || v.AIs[k] != pair) {
				t.Errorf("%q: %v, reference %v", v.In, first[i].AIs, v.AIs)
			}
		}
	}
}
