package pki_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central/pki"
	"pickstation/order"
)

func open(t testing.TB) (*pki.CA, string) {
	t.Helper()
	dir := t.TempDir()
	ca, err := pki.Open(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem"), 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return ca, dir
}

func request(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "somebody-else"}, DNSNames: []string{"pickcentral"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}

func code(err error) string {
	var known *order.Error
	if errors.As(err, &known) && known.Hint != "" {
		return known.Code
	}
	return "no code or hint"
}

func TestAStationsCertificateNamesTheStationAndServesAsAClientOnly(t *testing.T) {
	ca, _ := open(t)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, key := range []any{edKey, ecKey} {
		got, err := ca.SignStation(request(t, key), "bench-1", now)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode([]byte(got.PEM))
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if cert.Subject.CommonName != "bench-1" || len(cert.DNSNames) != 0 || cert.IsCA || cert.SerialNumber.Text(16) != got.Serial {
			t.Errorf("certificate %+v", cert.Subject)
		}
		if life := got.NotAfter.Sub(now); life > 30*24*time.Hour || life < 29*24*time.Hour {
			t.Errorf("valid for %s", life)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(ca.PEM()))
		if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
			t.Error(err)
		}
		if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}); err == nil {
			t.Error("a station's certificate passes for a server's")
		}
	}
}

func TestARequestThatIsNotSoundIsRefused(t *testing.T) {
	ca, _ := open(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := request(t, ecKey)
	block, _ := pem.Decode(good)
	forged := append([]byte(nil), block.Bytes...)
	forged[len(forged)-1] ^= 1
	for name, csr := range map[string][]byte{
		"nothing":        nil,
		"no PEM":         []byte("hello"),
		"other PEM":      []byte(strings.ReplaceAll(string(good), "CERTIFICATE REQUEST", "CERTIFICATE")),
		"broken":         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: block.Bytes[:40]}),
		"forged":         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: forged}),
		"another kind":   request(t, rsaKey),
		"much too large": append(good, make([]byte, 20<<10)...),
	} {
		if _, err := ca.SignStation(csr, "bench-1", time.Now()); code(err) != "bad_csr" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheCAStaysTheSameAndIsNotRemadeOverALostFile(t *testing.T) {
	ca, dir := open(t)
	cert, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem")
	again, err := pki.Open(cert, key, time.Hour)
	if err != nil || again.Fingerprint() != ca.Fingerprint() || len(ca.Fingerprint()) != 64 {
		t.Errorf("fingerprints %s %s, %v", ca.Fingerprint(), again.Fingerprint(), err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, err := pki.Open(cert, key, time.Hour); code(err) != "ca_files" {
		t.Errorf("key lost: %v", err)
	}
	if err := os.WriteFile(key, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := pki.Open(cert, key, time.Hour); code(err) != "ca_files" {
		t.Errorf("key damaged: %v", err)
	}
}

func TestAFirstStartThatWasCutOffIsFinishedByTheNext(t *testing.T) {
	ca, dir := open(t)
	cert, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem")
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	station, err := ca.SignStation(request(t, own), "bench-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	next, err := pki.Open(cert, key, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := pki.Open(cert, key, time.Hour); err != nil || again.Fingerprint() != next.Fingerprint() {
		t.Errorf("not kept: %v", err)
	}
	// Who was enrolled before trusts the centre, and is known to it.
	if known, err := next.Station(station.PEM); err != nil || known.Subject.CommonName != "bench-1" {
		t.Errorf("%+v %v", known, err)
	}
	shown, err := next.TLS("centre.example").GetCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(ca.PEM()))
	if _, err := shown.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "centre.example"}); err != nil {
		t.Errorf("with the certificate from before: %v", err)
	}
	if err := errors.Join(os.Remove(cert), os.WriteFile(key, []byte("half a k"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := pki.Open(cert, key, time.Hour); code(err) != "ca_files" {
		t.Errorf("key damaged: %v", err)
	}
}

func TestProcessesThatStartAtOnceHaveOneCA(t *testing.T) {
	dir := t.TempDir()
	prints := make(chan string)
	for range 8 {
		go func() {
			ca, err := pki.Open(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem"), time.Hour)
			if err != nil {
				prints <- err.Error()
				return
			}
			prints <- ca.Fingerprint()
		}()
	}
	first := <-prints
	for range 7 {
		if p := <-prints; p != first || len(p) != 64 {
			t.Errorf("%s, not %s", p, first)
		}
	}
}

func FuzzSignStation(f *testing.F) {
	ca, _ := open(f)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(request(f, key))
	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"))
	f.Fuzz(func(t *testing.T, csr []byte) {
		if _, err := ca.SignStation(csr, "bench-1", time.Now()); err != nil && code(err) != "bad_csr" {
			t.Error(err)
		}
	})
}
