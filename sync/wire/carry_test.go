package wire_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

func carryKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func carriedFile(t testing.TB, key *ecdsa.PrivateKey, payload string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := wire.WriteCarried(&out, wire.CarryHead{Kind: wire.CarryEvents, Station: "st1", Cert: "c"}, []byte(payload), key); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestACarriedFileIsTakenAsItWasWrittenOrNotAtAll(t *testing.T) {
	key := carryKey(t)
	file := carriedFile(t, key, "payload\nof lines\n")
	h, payload, err := wire.ReadCarried(bytes.NewReader(file))
	if err != nil || string(payload) != "payload\nof lines\n" || h.Station != "st1" || h.Verify(wire.CarryEvents, &key.PublicKey, payload) != nil {
		t.Fatalf("%+v %q %v", h, payload, err)
	}
	if err := h.Verify(wire.CarryAnswer, &key.PublicKey, payload); err == nil {
		t.Error("a file of the other kind is taken")
	}
	if err := h.Verify(wire.CarryEvents, &carryKey(t).PublicKey, payload); err == nil {
		t.Error("a file of another key is taken")
	}
	for i := range file {
		changed := bytes.Clone(file)
		changed[i] ^= 1
		was := h.Sig
		h, payload, err := wire.ReadCarried(bytes.NewReader(changed))
		if err == nil && bytes.Equal(h.Sig, was) && bytes.HasPrefix(file[i+1:], []byte("=")) {
			continue // spare bits of base64 say nothing
		}
		if err == nil && h.Verify(wire.CarryEvents, &key.PublicKey, payload) == nil && h.Cert == "c" {
			t.Fatalf("byte %d was changed and it is taken", i)
		}
	}
}

func TestALetterThatEndsInTheMiddleIsRefused(t *testing.T) {
	whole := `{"tl":1,"cursor":2,"beat":{}}` + "\n" + `{"n":2,"log":"a"}` + "\ne1\ne2\n" + `{"n":0,"log":"b"}` + "\n"
	read := func(text string) (events int, err error) {
		r, l, err := wire.NewCarryReader(strings.NewReader(text))
		if err != nil {
			return 0, err
		}
		if l.Timeline != 1 || l.Cursor != 2 {
			t.Errorf("letter %+v", l)
		}
		for {
			_, bodies, err := r.Next()
			if errors.Is(err, io.EOF) {
				return events, nil
			}
			if err != nil {
				return events, err
			}
			events += len(bodies)
		}
	}
	if n, err := read(whole); n != 2 || err != nil {
		t.Errorf("%d events, %v", n, err)
	}
	boundary := map[int]bool{strings.Index(whole, "\n") + 1: true, strings.Index(whole, `{"n":0`): true}
	for i := range len(whole) {
		if _, err := read(whole[:i]); err == nil && !boundary[i] {
			t.Errorf("cut after %d bytes it is taken", i)
		}
	}
	if _, err := read(`{"tl":1,"cursor":2}` + "\n" + `{"n":1000000}` + "\n"); err == nil {
		t.Error("a push without bounds is taken")
	}
	if _, err := read(`{"tl":1,"cursor":2}` + "\n" + strings.Repeat("x", wire.MaxPushBytes+10)); err == nil {
		t.Error("a line without end is taken")
	}
}

// FuzzCarried gives the readers any bytes: nothing panics, and every refusal says what to do.
func FuzzCarried(f *testing.F) {
	key := carryKey(f)
	f.Add(carriedFile(f, key, `{"tl":1}`+"\n"+`{"n":1}`+"\nx\n"))
	f.Add([]byte("pickstation carried file\n{}\n"))
	f.Add([]byte("pickstation carried file\n" + `{"v":1,"kind":"events"}` + "\n{}\n" + `{"n":-1}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		h, payload, err := wire.ReadCarried(bytes.NewReader(file))
		if err != nil {
			var oe *order.Error
			if !errors.As(err, &oe) || oe.Hint == "" {
				t.Errorf("%v does not say what to do", err)
			}
			payload = file
		} else if h.Verify(wire.CarryEvents, &key.PublicKey, payload) == nil && h.Station != "st1" {
			t.Error("a file that nobody signed is taken")
		}
		r, _, err := wire.NewCarryReader(bytes.NewReader(payload))
		for err == nil {
			_, _, err = r.Next()
		}
	})
}
