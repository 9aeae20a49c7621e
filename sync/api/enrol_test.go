package api

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// testCentre is a centre with a CA of its own that enrols and hears heartbeats.
type testCentre struct {
	ca   *x509.Certificate
	key  *ecdsa.PrivateKey
	srv  *httptest.Server
	seen []string // codes that came
}

func startCentre(t *testing.T, notAfter time.Time) *testCentre {
	t.Helper()
	c := &testCentre{}
	c.ca, c.key = issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(time.Hour)}, nil, nil, nil)
	cert, key := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "centre"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotAfter: notAfter}, c.ca, c.key, nil)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/enrol", func(w http.ResponseWriter, r *http.Request) { c.enrol(t, w, r) })
	mux.HandleFunc("POST /v1/stations/{id}/heartbeat", func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) == 0 || r.TLS.PeerCertificates[0].Subject.CommonName != r.PathValue("id") || r.ProtoMajor != 2 {
			w.WriteHeader(403)
			return
		}
		json.NewEncoder(w).Encode(wire.HeartbeatReply{Timeline: 1})
	})
	c.srv = httptest.NewUnstartedServer(mux)
	pool := x509.NewCertPool()
	pool.AddCert(c.ca)
	c.srv.TLS = &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool,
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw, c.ca.Raw}, PrivateKey: key}}}
	c.srv.EnableHTTP2 = true
	c.srv.Config.ErrorLog = log.New(&strings.Builder{}, "", 0)
	c.srv.StartTLS()
	t.Cleanup(c.srv.Close)
	return c
}

// issue signs a certificate for a new key, or for pub.
func issue(t testing.TB, tmpl, ca *x509.Certificate, caKey *ecdsa.PrivateKey, pub any) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if pub == nil {
		pub = &key.PublicKey
	}
	if ca == nil {
		ca, caKey = tmpl, key
	}
	tmpl.SerialNumber, tmpl.NotBefore = big.NewInt(time.Now().UnixNano()), time.Now().Add(-2*time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca, pub, caKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func (c *testCentre) enrol(t *testing.T, w http.ResponseWriter, r *http.Request) {
	var req wire.EnrolRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		t.Error(err)
	}
	c.seen = append(c.seen, req.Code)
	if req.Code != "GOOD" {
		w.WriteHeader(403)
		json.NewEncoder(w).Encode(wire.Problem{Status: 403, Code: "bad_code", Detail: "used", Hint: "make another"})
		return
	}
	block, _ := pem.Decode([]byte(req.CSR))
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || csr.CheckSignature() != nil || len(req.BoxKey) != 32 {
		t.Error(err, len(req.BoxKey))
	}
	cert, _ := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "bench-7"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		NotAfter: time.Now().Add(time.Hour)}, c.ca, c.key, csr.PublicKey)
	json.NewEncoder(w).Encode(wire.EnrolReply{Station: "bench-7", Cert: encodePEM(cert), CA: encodePEM(c.ca)})
}

func encodePEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func (c *testCentre) code(code string) string {
	sum := sha256.Sum256(c.ca.Raw)
	return code + "." + hex.EncodeToString(sum[:])
}

func codeOf(err error) string {
	var e *order.Error
	if errors.As(err, &e) && e.Hint != "" {
		return e.Code
	}
	var a *Error
	if errors.As(err, &a) && a.Hint() != "" {
		return a.Code()
	}
	return ""
}

func TestEnrolledStationIsKnownByItsCertificate(t *testing.T) {
	c := startCentre(t, time.Now().Add(time.Hour))
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := Load(dir, nil); codeOf(err) != "not_enrolled" {
		t.Errorf("before: %v", err)
	}
	id, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: c.code("GOOD"), Dir: dir})
	if err != nil || id.Station != "bench-7" || id.URL != c.srv.URL || time.Until(id.NotAfter()) > time.Hour || time.Until(id.NotAfter()) < 0 {
		t.Fatal(id, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Errorf("files %v %v", files, err)
	}
	for _, f := range files {
		if st, err := f.Info(); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", f.Name(), st.Mode(), err)
		}
	}
	if id, err = Load(dir, nil); err != nil {
		t.Fatal(err)
	}
	client, err := New(id)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Beat(t.Context(), wire.Heartbeat{}); err != nil {
		t.Error(err)
	}
	other := startCentre(t, time.Now().Add(time.Hour))
	id.URL = other.srv.URL
	if client, err = New(id); err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Beat(t.Context(), wire.Heartbeat{})
	var e *Error
	if !errors.As(err, &e) || e.Class() != "park" || e.Code() != "wrong_centre" {
		t.Errorf("a centre with another CA: %v", err)
	}
}

func TestCodeIsNotShownToAnotherCentre(t *testing.T) {
	c, thief := startCentre(t, time.Now().Add(time.Hour)), startCentre(t, time.Now().Add(time.Hour))
	dir := t.TempDir()
	_, err := Enrol(t.Context(), Enrolment{URL: thief.srv.URL, Code: c.code("GOOD"), Dir: dir})
	if codeOf(err) != "wrong_centre" || len(thief.seen) != 0 {
		t.Errorf("%v; it saw %v", err, thief.seen)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	if _, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: c.code("USED"), Dir: dir}); codeOf(err) != "bad_code" {
		t.Errorf("used code: %v", err)
	}
	for _, code := range []string{"", "GOOD", "GOOD.", ".abcd", "GOOD.zz", c.code("GOOD") + "00"} {
		if _, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: code, Dir: dir}); codeOf(err) != "bad_code" {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestExpiredCertificateOfTheCentreIsAMatterOfTheClock(t *testing.T) {
	c := startCentre(t, time.Now().Add(-time.Minute))
	_, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: c.code("GOOD"), Dir: t.TempDir()})
	if codeOf(err) != "clock" {
		t.Error(err)
	}
}

// kept is a place for keys that is no folder.
type kept map[string][]byte

func (k kept) Read(name string) ([]byte, error) {
	if k[name] == nil {
		return nil, order.Errorf("no_seal_key", "the key for it is not here").WithHint("put it back")
	}
	return k[name], nil
}

func (k kept) Write(name string, body []byte) error {
	k[name] = body
	return nil
}

func TestThePrivateKeyIsOnlyWhereKeysAreKept(t *testing.T) {
	c := startCentre(t, time.Now().Add(time.Hour))
	dir, keys := t.TempDir(), kept{}
	if _, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: c.code("GOOD"), Dir: dir, Keys: keys}); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(keys) != 1 {
		t.Fatal(err, len(keys))
	}
	for _, f := range list {
		if b, err := os.ReadFile(filepath.Join(dir, f.Name())); err != nil || strings.Contains(string(b), "PRIVATE") {
			t.Errorf("%s holds the key: %v", f.Name(), err)
		}
	}
	if id, err := Load(dir, keys); err != nil || id.Station == "" {
		t.Error(err)
	}
	if _, err := Load(dir, kept{}); codeOf(err) != "no_seal_key" {
		t.Errorf("the next step is lost: %v", err)
	}
}

func TestDamagedIdentityIsNamed(t *testing.T) {
	c := startCentre(t, time.Now().Add(time.Hour))
	for _, name := range []string{identityFile, certFile, keyFile, caFile} {
		dir := t.TempDir()
		if _, err := Enrol(t.Context(), Enrolment{URL: c.srv.URL, Code: c.code("GOOD"), Dir: dir}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("scratched"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir, nil); codeOf(err) != "bad_identity" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzEnrolmentCode(f *testing.F) {
	f.Add("K7QX-1234." + strings.Repeat("ab", 32))
	f.Add(".")
	f.Add("x.\xff")
	f.Fuzz(func(t *testing.T, text string) {
		code, pin, err := splitCode(text)
		if err != nil {
			if codeOf(err) != "bad_code" {
				t.Error(err)
			}
			return
		}
		if code == "" || !strings.EqualFold(strings.TrimSpace(text), code+"."+hex.EncodeToString(pin[:])) {
			t.Errorf("%q gives %q and %x", text, code, pin)
		}
	})
}
