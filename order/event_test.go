package order

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTheChainIsSHA256OverHashAndBody(t *testing.T) {
	log := LogID("00112233445566778899aabbccddeeff")
	start := sha256.Sum256([]byte("pickstation log 00112233445566778899aabbccddeeff"))
	if got := LogStart(log); got != Hash(start[:16]) {
		t.Fatalf("start %s", got)
	}
	e := Event{Type: EventPicked, V: EventVersion, Shipment: "S", Line: 1, Qty: 2, At: 5, Boot: "b", Station: "st"}
	if err := e.Seal(7, LogStart(log)); err != nil {
		t.Fatal(err)
	}
	const want = `{"s":7,"k":"picked","kv":1,"o":"S","l":1,"q":2,"t":5,"mono":0,"boot":"b","st":"st"}`
	if string(e.Body) != want {
		t.Fatalf("canonical bytes %s\nwant %s", e.Body, want)
	}
	sum := sha256.Sum256(append(start[:16:16], want...))
	if e.Hash != Hash(sum[:16]) || e.Hash != Chain(LogStart(log), e.Body) {
		t.Fatalf("hash %s, want %x", e.Hash, sum[:16])
	}
	long := bytes.Repeat([]byte("x"), 5000)
	sum = sha256.Sum256(append(start[:16:16], long...))
	if Chain(LogStart(log), long) != Hash(sum[:16]) {
		t.Fatal("a long body has another hash")
	}
}

func TestAChangedEventBreaksTheChain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		prev := LogStart("log")
		var events []Event
		for i := range rapid.IntRange(1, 10).Draw(rt, "events") {
			e := drawEvent(rt)
			if err := e.Seal(uint64(i+1), prev); err != nil {
				rt.Fatalf("seal: %v", err)
			}
			events, prev = append(events, e), e.Hash
		}
		at := rapid.IntRange(0, len(events)-1).Draw(rt, "at")
		body := bytes.Clone(events[at].Body)
		body[rapid.IntRange(0, len(body)-1).Draw(rt, "byte")] ^= 1
		events[at].Body = body
		prev = LogStart("log")
		for _, e := range events {
			prev = Chain(prev, e.Body)
		}
		if prev == events[len(events)-1].Hash {
			rt.Fatalf("the last hash is the same after event %d changed", at)
		}
	})
}

func TestHashesAreWrittenAsHex(t *testing.T) {
	h := LogStart("x")
	b, err := json.Marshal(h)
	if err != nil || len(b) != 34 {
		t.Fatalf("%s %v", b, err)
	}
	var back Hash
	if err := json.Unmarshal(b, &back); err != nil || back != h {
		t.Fatalf("%s %v", back, err)
	}
	for _, bad := range []string{"", "12", strings.Repeat("g", 32), strings.Repeat("0", 33)} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is a hash", bad)
		}
	}
}

func TestEventsSurviveTheirBytes(t *testing.T) {
	e := Event{Type: EventUndone, V: 1, Shipment: "S<&>", Line: 1, Qty: 2, Parcel: 3, Waybill: "W", At: 4, Wall: 5, Mono: 6, Boot: "b",
		By: "li", Station: "st", Device: gun1, Frame: 7, Source: Scanned, OrderVersion: 8, FlowVersion: 9, Verdict: OK, Msg: MsgUndone,
		Code: "C\x1d", Lot: "L", Serial: "S", Expiry: "2026-01-01", Reason: "picked", Of: 10, No: 11, WordS: -1, Auth: "boss",
		WeightG: 12, Orig: &FactID{Log: "l", Seq: 13, Hash: LogStart("l")}}
	if err := e.Seal(1, Hash{}); err != nil {
		t.Fatal(err)
	}
	back, err := ParseEvent(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	back.Hash = e.Hash
	if diff := cmp.Diff(e, back); diff != "" {
		t.Fatal(diff)
	}
	if got := back.Time(); !got.Equal(time.UnixMilli(4)) || got.Location() != time.UTC {
		t.Fatalf("time %v", got)
	}
}

func TestFieldsOfANewerProgramStayInTheBytes(t *testing.T) {
	body := []byte(`{"s":1,"k":"beamed","new":{"x":1}}`)
	e, err := ParseEvent(body)
	if err != nil || e.Type != "beamed" || !bytes.Equal(e.Body, body) {
		t.Fatalf("%+v %v", e, err)
	}
	_, err = ParseEvent([]byte("<html>"))
	if oe, ok := err.(*Error); !ok || oe.Code != "bad_event" || oe.Hint == "" {
		t.Fatalf("%v", err)
	}
}

func TestEventsHoldCodesAndNoPersonalData(t *testing.T) {
	for _, code := range []string{"9506000134352", "A-03-2", "SF1234567890", "TOTE_7", "PS:UNDO", "(01)09506000134352", "0109506000134352\x1d10AB",
		"85123A", "#4711", "2026/05-20.1"} {
		if got := EventCode(code); got != code {
			t.Errorf("%q becomes %q", code, got)
		}
	}
	for _, text := range []string{"张三", "收件人：李四 13800138000", "Zhang San", "zhang@example.com", "tel:13800138000",
		"https://example.com/u/zhangsan", "BEGIN:VCARD", "MECARD:N:ZHANG", "海南省海口市", "a\nb", "bad\xff", "PS:tel:1",
		strings.Repeat("1", 49), "WIFI:S:home"} {
		got := EventCode(text)
		if len(got) != 17 || got[0] != '#' || strings.Contains(got, text) {
			t.Errorf("%q becomes %q", text, got)
		}
		if got != EventCode(text) || got == EventCode(text+"x") {
			t.Errorf("the fingerprint of %q does not tell texts apart", text)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	for _, s := range []string{`{"s":1,"k":"picked","l":1,"q":1}`, `{}`, `[]`, `null`, `{"orig":{"hash":"zz"}}`, `{"q":1e99}`, "\xff", `{"k":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := ParseEvent(body)
		if err != nil {
			if oe, ok := err.(*Error); !ok || oe.Code == "" || oe.Hint == "" {
				t.Fatalf("error without code or next step: %v", err)
			}
			return
		}
		s := ship1("A", line("mango", 2, "L1"))
		Apply(s, StandardFlow(), &e) // whatever it says, it is folded
		if err := e.Seal(e.Seq, Hash{}); err != nil {
			t.Fatalf("cannot seal what was read: %v", err)
		}
		again, err := ParseEvent(e.Body)
		if err != nil {
			t.Fatalf("cannot read what was sealed: %v", err)
		}
		again.Hash = e.Hash
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
