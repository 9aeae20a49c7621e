package api

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"pickstation/sync/wire"
)

// FuzzCertificates answers a renewal with anything: only a certificate of this centre's
// CA, for this station's name and key, takes the place of the one in force.
func FuzzCertificates(f *testing.F) {
	t0 := time.Now()
	ca, caKey := issue(f, &x509.Certificate{Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: t0.Add(time.Hour)}, nil, nil, nil)
	of := func(name string, pub any) (*x509.Certificate, *ecdsa.PrivateKey) {
		return issue(f, &x509.Certificate{Subject: pkix.Name{CommonName: name}, NotAfter: t0.Add(time.Hour)}, ca, caKey, pub)
	}
	own, key := of("st1", nil)
	next, _ := of("st1", &key.PublicKey)
	foreign, _ := of("st2", &key.PublicKey)
	other, _ := of("st1", nil)
	for _, c := range []*x509.Certificate{next, foreign, other} {
		body, err := json.Marshal(wire.EnrolReply{Cert: encodePEM(c)})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(200, body)
	}
	f.Add(200, []byte(`{"cert":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}`))
	f.Add(200, []byte(`{"cert":"x","station":"st9","url":"http://evil"}`))
	f.Add(403, []byte(`{"code":"certificate_revoked"}`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})
		c, err := newClient("https://127.0.0.1", "st1", rt)
		if err != nil {
			t.Fatal(err)
		}
		c.shown.Store(&Identity{Station: "st1", dir: dir, root: ca, cert: tls.Certificate{Certificate: [][]byte{own.Raw}, PrivateKey: key, Leaf: own}})
		err = c.Renew(t.Context())
		leaf := c.shown.Load().cert.Leaf
		switch {
		case err != nil && leaf != own:
			t.Errorf("refused (%v) and yet taken", err)
		case err == nil && (leaf.Subject.CommonName != "st1" || !key.PublicKey.Equal(leaf.PublicKey) || leaf.CheckSignatureFrom(ca) != nil):
			t.Errorf("taken: %+v", leaf.Subject)
		}
		c.Close()
	})
}
