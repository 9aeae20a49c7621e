package central_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// FuzzLetters carries files that a station has signed, with anything in them: they are
// taken, or refused with a next step, and nobody else's log is touched.
func FuzzLetters(f *testing.F) {
	c := centraltest.New(f)
	b, other := c.NewBench(f, "bench-1"), c.NewBench(f, "bench-2")
	other.Add(order.Event{Type: order.EventNoted})
	c.PushAll(f, other)
	key, cert := carrier(f, c, b)
	h, bodies := other.Message(0, 1)
	head, err := json.Marshal(h)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"tl":1,"cursor":0,"beat":{"proto":1,"req":"x","want":5}}`+"\n"+string(head)+"\n"+string(bodies[0])+"\n"), true)
	f.Add([]byte(`{"tl":-1,"cursor":-9,"beat":{"proto":1,"log":"x","seq":18446744073709551615,"want":-5,"held":-1}}`), true)
	f.Add([]byte(`{"tl":1,"beat":{"proto":99}}`), true)
	f.Add([]byte(`{"tl":1}`+"\n"+`{"proto":1,"n":2147483647}`+"\n"), true)
	f.Add([]byte("\n\n\n"), true)
	f.Add([]byte("not packed"), false)
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, letter []byte, plain bool) {
		if plain {
			letter = pack.EncodeAll(letter, nil)
		}
		var file, answer bytes.Buffer
		if err := wire.WriteCarried(&file, wire.CarryHead{Kind: wire.CarryEvents, Station: "bench-1", Cert: cert}, letter, key); err != nil {
			t.Fatal(err)
		}
		_, err := c.TakeCarried(t.Context(), c.CA, &file, &answer, false)
		if oe := (*order.Error)(nil); err != nil && !errors.As(err, &oe) {
			t.Errorf("%q: %v has no code", letter, err)
		}
		err = c.Store.Read(t.Context(), func(r central.Reader) error {
			l, err := r.Log(other.Log)
			if err == nil && (l.HWM != 1 || l.Closed) {
				t.Errorf("%q changed another station's log: %+v", letter, l)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// carrier gives a bench a certificate.
func carrier(t testing.TB, c *centraltest.Centre, b *centraltest.Bench) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := c.CA.SignStation(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}), b.ID, c.Clock.Now())
	if err == nil {
		err = c.Store.Write(t.Context(), func(tx central.Tx) error {
			st, err := tx.LockStation(b.ID)
			if err != nil {
				return err
			}
			st.CertSerial, st.CertKey, st.NotAfter = cert.Serial, cert.Key, cert.NotAfter
			return tx.PutStation(st)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return key, cert.PEM
}
