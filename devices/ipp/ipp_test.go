package ipp

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func example() Message {
	return Message{Code: PrintJob, RequestID: 7, Groups: []Group{
		{Tag: OperationGroup, Attrs: []Attribute{
			Attr("attributes-charset", String(TagCharset, "utf-8")),
			Attr("job-name", String(TagName, "面单-1")),
			Keywords("requested-attributes", "job-state", "job-state-reasons"),
		}},
		{Tag: JobGroup, Attrs: []Attribute{
			Attr("copies", Integer(-2)), Attr("job-state", Enum(9)), Attr("fidelity", Boolean(true)),
			Attr("media-col", Collection(
				Attr("media-size", Collection(Attr("x-dimension", Integer(10000)), Attr("y-dimension", Integer(15000)))),
				Attr("media-top-margin", Integer(0)),
			)),
		}},
	}}
}

func TestAMessageSurvivesTheWire(t *testing.T) {
	b := append(example().Encode(), "%PDF-1.7"...)
	m, rest, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if string(rest) != "%PDF-1.7" {
		t.Errorf("document %q", rest)
	}
	if d := cmp.Diff(example(), m); d != "" {
		t.Error(d)
	}
}

// After RFC 8010, Appendix A.1 ("Print-Job Request").
func TestTheExampleOfTheStandardIsRead(t *testing.T) {
	b := []byte("\x01\x01\x00\x02\x00\x00\x00\x01\x01" +
		"\x47\x00\x12attributes-charset\x00\x05utf-8" +
		"\x48\x00\x1battributes-natural-language\x00\x05en-us" +
		"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree" +
		"\x42\x00\x08job-name\x00\x06foobar" +
		"\x22\x00\x16ipp-attribute-fidelity\x00\x01\x01\x02" +
		"\x21\x00\x06copies\x00\x04\x00\x00\x00\x14" +
		"\x44\x00\x05sides\x00\x13two-sided-long-edge\x03%!PDF...")
	m, rest, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := m.Group(JobGroup).Int("copies"); !ok || n != 20 || m.Code != PrintJob || string(rest) != "%!PDF..." {
		t.Errorf("%+v", m)
	}
}

func TestBytesThatAreNoMessageAreRefused(t *testing.T) {
	whole := example().Encode()
	for n := range whole {
		if _, _, err := Decode(whole[:n]); !errors.Is(err, ErrMalformed) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	deep := []byte("\x02\x00\x00\x00\x00\x00\x00\x01\x02\x34\x00\x01a\x00\x00")
	for range 10_000 {
		deep = append(deep, "\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00"...)
	}
	for _, b := range []string{"", "HTTP/1.1 200 OK", "<html>", string(deep),
		"\x02\x00\x00\x00\x00\x00\x00\x01\x21\x00\x00\x00\x00\x03", "\x02\x00\x00\x00\x00\x00\x00\x01\x01\x21\x00\x00\x00\x04\x00\x00\x00\x00\x03",
		"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x21\x00\x01a\x00\x01\x00\x03", "\x02\x00\x00\x00\x00\x00\x00\x01\x01\x22\x00\x01a\x00\x01\x07\x03"} {
		if _, _, err := Decode([]byte(b)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.20q: %v", b, err)
		}
	}
}

func TestStatusCodesSayWhetherToTryAgain(t *testing.T) {
	for code, again := range map[int]bool{Busy: true, NotAcceptingJobs: true, NotFound: false, FormatNotSupported: false} {
		var e *StatusError
		if err := (Message{Code: code}).Err(); !errors.As(err, &e) || e.Retryable() != again {
			t.Errorf("0x%04x: %v", code, err)
		}
	}
	if err := (Message{Code: 0x0001}).Err(); err != nil { // successful-ok-ignored-or-substituted-attributes
		t.Errorf("a success is an error: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(example().Encode())
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x01\x01\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, rest, err := Decode(b)
		if err != nil {
			return
		}
		again, rest2, err := Decode(append(m.Encode(), rest...))
		if err != nil {
			t.Fatalf("its own bytes are refused: %v", err)
		}
		if !bytes.Equal(rest, rest2) || len(again.Groups) != len(m.Groups) {
			t.Fatalf("changed on the wire: %+v, %+v", m, again)
		}
	})
}
