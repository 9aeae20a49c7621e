package api

import (
	"context"
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
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Keys keeps the station's private key: encrypted where the station can do that.
type Keys interface {
	// Read returns the file that Write has written, or an older one in the clear; an error
	// that is an *order.Error has a next step.
	Read(name string) ([]byte, error)
	Write(name string, body []byte) error
}

// plain keeps keys in the clear in a folder, readable for their owner only.
type plain string

func (p plain) Read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(string(p), name)) }

func (p plain) Write(name string, body []byte) error {
	return writePrivate(filepath.Join(string(p), name), body)
}

// Files of an enrolled station in its data folder; all are readable for their owner only.
const (
	identityFile = "centre.json"
	certFile     = "station.crt"
	keyFile      = "station.key"
	caFile       = "centre-ca.crt"
)

// Identity is what an enrolled station knows of itself and its centre.
type Identity struct {
	URL     string          `json:"url"`
	Station order.StationID `json:"station"`
	// Now is the clock by which the centre's certificate is judged; nil is this machine's.
	Now  func() time.Time `json:"-"`
	dir  string
	keys Keys // that keep the private key
	cert tls.Certificate
	root *x509.Certificate
	ca   *x509.CertPool
}

// NotAfter is when the station's certificate expires. After that nothing is synced
// any more; scanning goes on.
func (id *Identity) NotAfter() time.Time {
	if id.cert.Leaf == nil {
		return time.Time{}
	}
	return id.cert.Leaf.NotAfter
}

func (id *Identity) tls() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: id.ca, Certificates: []tls.Certificate{id.cert}, Time: id.Now}
}

// Load reads the identity of a data folder, and its key from where it is kept; nil is the
// folder. A station that was never enrolled gives an error with code not_enrolled.
func Load(dir string, keys Keys) (*Identity, error) {
	if keys == nil {
		keys = plain(dir)
	}
	id := &Identity{dir: dir, keys: keys}
	b, err := os.ReadFile(filepath.Join(dir, identityFile))
	if os.IsNotExist(err) {
		return nil, order.Errorf("not_enrolled", "the station is not enrolled at a centre").
			WithHint("get a code with: pickcentral enrol --station NAME")
	}
	fail := func(err error) (*Identity, error) {
		return nil, (&order.Error{Code: "bad_identity", Op: "read " + dir, Msg: "the station's certificate cannot be used", Err: err}).
			WithHint("enrol the station again")
	}
	if err == nil {
		err = json.Unmarshal(b, id)
	}
	if err != nil {
		return fail(err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, caFile))
	if err != nil {
		return fail(err)
	}
	id.ca = x509.NewCertPool()
	if block, _ := pem.Decode(ca); block != nil {
		if id.root, err = x509.ParseCertificate(block.Bytes); err != nil {
			return fail(err)
		}
	}
	if id.root == nil {
		return fail(errors.New("no certificate in " + caFile))
	}
	id.ca.AddCert(id.root)
	cert, err := os.ReadFile(filepath.Join(dir, certFile))
	if err != nil {
		return fail(err)
	}
	key, err := keys.Read(keyFile)
	var refused *order.Error
	if errors.As(err, &refused) {
		return nil, err // with a next step of its own
	}
	if err != nil {
		return fail(err)
	}
	if id.cert, err = tls.X509KeyPair(cert, key); err != nil {
		return fail(err)
	}
	return id, nil
}

// Enrolment is what it takes to enrol.
type Enrolment struct {
	URL string // https://HOST:PORT
	// Station is the name that the code must be for; "" takes any.
	Station order.StationID
	Code    string   // one-time code of the form CODE.FINGERPRINT
	Dir     string   // data folder that keeps the identity
	Keys    Keys     // that keep its private key; nil: the folder does
	BoxKey  [32]byte // public key to which receivers are to be sealed
	App     string
}

// Enrol trades a one-time code for a client certificate. The key is made here and
// never leaves the machine. On first contact the centre must show the CA whose
// fingerprint is part of the code, before the code is sent.
func Enrol(ctx context.Context, e Enrolment) (*Identity, error) {
	base, err := checkURL(e.URL)
	if err != nil {
		return nil, err
	}
	code, pin, err := splitCode(e.Code)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "pickstation"}}, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	tr := Transport()
	host, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	tr.TLSClientConfig = pinned(pin, host.Hostname())
	c, err := newClient(base, "", tr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var reply wire.EnrolReply
	err = c.post(ctx, base+"/v1/enrol", wire.EnrolRequest{Code: code, BoxKey: e.BoxKey[:], App: e.App,
		CSR: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))},
		&reply, func() bool { return reply.Station != "" && reply.Cert != "" && reply.CA != "" })
	if err != nil {
		return nil, enrolError(err)
	}
	if err := checkPin(reply.CA, pin); err != nil {
		return nil, err
	}
	if e.Station != "" && reply.Station != e.Station {
		return nil, order.Errorf("other_station", "the code is for station %s, this one is %s", reply.Station, e.Station).
			WithHint("correct station in the configuration, or make a code for it")
	}
	return save(e, base, reply, key)
}

// splitCode takes a code apart. The fingerprint is the SHA-256 of the CA's
// certificate, 64 hex digits.
func splitCode(text string) (code string, pin [32]byte, err error) {
	bad := func() (string, [32]byte, error) {
		return "", pin, order.Errorf("bad_code", "the enrolment code is not complete").
			WithHint("copy the whole code, with what follows the dot, from: pickcentral enrol --station NAME")
	}
	code, fp, ok := strings.Cut(strings.TrimSpace(text), ".")
	if !ok || code == "" {
		return bad()
	}
	raw, err := hex.DecodeString(strings.ToLower(fp))
	if err != nil || len(raw) != len(pin) {
		return bad()
	}
	return code, [32]byte(raw), nil
}

// pinned trusts whoever shows a chain to the CA with that fingerprint, and nobody else.
func pinned(pin [32]byte, host string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         host,
		InsecureSkipVerify: true, // VerifyConnection does it, with the pinned CA as the only root
		VerifyConnection: func(cs tls.ConnectionState) error {
			roots, between := x509.NewCertPool(), x509.NewCertPool()
			found := false
			for _, c := range cs.PeerCertificates {
				if sha256.Sum256(c.Raw) == pin && c.IsCA {
					roots.AddCert(c)
					found = true
				} else {
					between.AddCert(c)
				}
			}
			if !found {
				return x509.UnknownAuthorityError{Cert: cs.PeerCertificates[0]}
			}
			_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: host})
			return err
		},
	}
}

// checkPin makes sure that the CA which is kept is the one that was named.
func checkPin(caPEM string, pin [32]byte) error {
	block, _ := pem.Decode([]byte(caPEM))
	if block == nil || sha256.Sum256(block.Bytes) != pin {
		return order.Errorf("wrong_centre", "the centre sent another CA than the code names").
			WithHint("make a new code at the centre and check the address")
	}
	return nil
}

// enrolError gives a refusal of the centre its own code and hint.
func enrolError(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return &order.Error{Code: e.code, Op: "enrol", Msg: e.msg, Hint: e.hint, Err: e.err}
}

// save writes the identity; the file that makes it count comes last.
func save(e Enrolment, base string, reply wire.EnrolReply, key *ecdsa.PrivateKey) (*Identity, error) {
	dir, keys := e.Dir, e.Keys
	if keys == nil {
		keys = plain(dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep identity: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("keep key: %w", err)
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if _, err := tls.X509KeyPair([]byte(reply.Cert), keyPEM); err != nil {
		return nil, order.Errorf("bad_reply", "the centre's certificate does not fit this station's key").
			WithHint("make a new code at the centre and enrol again")
	}
	id, err := json.Marshal(Identity{URL: base, Station: reply.Station})
	if err != nil {
		return nil, fmt.Errorf("keep identity: %w", err)
	}
	if err := keys.Write(keyFile, keyPEM); err != nil {
		return nil, fmt.Errorf("keep %s: %w", keyFile, err)
	}
	for _, f := range []struct {
		name string
		body []byte
	}{{certFile, []byte(reply.Cert)}, {caFile, []byte(reply.CA)}, {identityFile, append(id, '\n')}} {
		if err := writePrivate(filepath.Join(dir, f.name), f.body); err != nil {
			return nil, fmt.Errorf("keep %s: %w", f.name, err)
		}
	}
	return Load(dir, e.Keys)
}

// writePrivate writes a file for the owner only, as a whole or not at all.
func writePrivate(path string, body []byte) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(tmp)
		return err
	}
	return os.Rename(tmp, path)
}
