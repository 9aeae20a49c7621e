package central_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// A file of a certificate that is not in force is taken only where a person says so, whoever
// ended it; then only its events are, and nobody is answered.
func TestAFileOfAnEarlierCertificateWantsAWord(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	key, cert := carrier(t, c, b)
	b.Add(order.Event{Type: order.EventNoted})
	h, bodies := b.Message(0, 1)
	head, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	letter := `{"tl":1,"beat":{"proto":1,"req":"x","want":5}}` + "\n" + string(head) + "\n" + string(bodies[0]) + "\n"
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	take := func(kind wire.CarryKind, replaced bool) (events, answer int, code string) {
		t.Helper()
		var file, out bytes.Buffer
		if err := wire.WriteCarried(&file, wire.CarryHead{Kind: kind, Station: b.ID, Cert: cert}, pack.EncodeAll([]byte(letter), nil), key); err != nil {
			t.Fatal(err)
		}
		got, err := c.TakeCarried(t.Context(), c.CA, &file, &out, replaced)
		var oe *order.Error
		if errors.As(err, &oe) {
			if oe.Hint == "" {
				t.Errorf("%v does not say what to do", err)
			}
			return 0, out.Len(), oe.Code
		}
		if err != nil {
			t.Fatal(err)
		}
		return got.Events, out.Len(), string(got.Code)
	}
	if n, answer, code := take(wire.CarryCopy, false); n != 1 || answer != 0 || code != "ok" {
		t.Errorf("a copy: %d events, answer of %d bytes, %s", n, answer, code)
	}
	if n, _, code := take(wire.CarryAnswer, true); n != 0 || code != "carry_kind" {
		t.Errorf("an answer of a bench: %d events, %s", n, code)
	}
	if err := c.Revoke(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []wire.CarryKind{wire.CarryEvents, wire.CarryCopy} {
		if n, answer, code := take(kind, false); n != 0 || answer != 0 || code != "certificate_revoked" {
			t.Errorf("%s of a revoked bench: %d events, answer of %d bytes, %s", kind, n, answer, code)
		}
		if n, answer, code := take(kind, true); n != 1 || answer != 0 || code != "ok" {
			t.Errorf("%s of a revoked bench, as somebody wants: %d events, answer of %d bytes, %s", kind, n, answer, code)
		}
	}
}
