// Package pki is the centre's own certificate authority: ECDSA P-256, kept in two PEM
// files beside the store. It vouches for the centre towards stations, which pin it by
// the fingerprint in their enrolment code, and for stations towards the centre.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// Lifetimes of certificates.
const (
	caLife      = 20 * 365 * 24 * time.Hour
	serverLife  = 30 * 24 * time.Hour
	serverRenew = 10 * 24 * time.Hour // a new server certificate is made this long before the end
	backdate    = time.Hour           // for stations whose clock is behind
	maxCSR      = 16 << 10
)

// CA issues certificates. It is safe for concurrent use.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  string
	life time.Duration // of stations' certificates
	now  func() time.Time

	mu     sync.Mutex       // guards server
	server *tls.Certificate // in use, made on demand
}

var _ central.Notary = (*CA)(nil)

// Open reads the CA from certFile and keyFile, and makes what is not there yet. A
// certificate without its key is refused. A key without its certificate is a first start
// that was cut off, or a lost file: it gets a new certificate, and whoever was enrolled
// under the old one goes on, for name and key are the same. Several processes may do this
// at once. life is how long stations' certificates are valid.
func Open(certFile, keyFile string, life time.Duration) (*CA, error) {
	ca := &CA{life: life, now: time.Now}
	central.SweepNew(keyFile)
	central.SweepNew(certFile)
	_, errCert := os.Stat(certFile)
	if _, err := os.Stat(keyFile); errors.Is(errCert, fs.ErrNotExist) && errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(keyFile); err != nil {
			return nil, fail("make "+keyFile, err)
		}
	}
	keyPEM, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fail("read "+keyFile, err)
	}
	if err := central.Private("ca_files", keyFile); err != nil {
		return nil, err
	}
	if errors.Is(errCert, fs.ErrNotExist) {
		if err := makeCert(certFile, keyPEM, ca.now()); err != nil {
			return nil, fail("make "+certFile, err)
		}
	}
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fail("read "+certFile, err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fail("read "+keyFile, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fail("read "+certFile, errors.New("not a CA with an ECDSA key"))
	}
	ca.cert, ca.key = pair.Leaf, key
	ca.pem = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Leaf.Raw}))
	return ca, nil
}

func fail(op string, err error) error {
	return (&order.Error{Code: "ca_files", Op: op, Msg: "the certificate authority cannot be used", Err: err}).
		WithHint("put both CA files back beside the store; with new ones every station has to be enrolled again")
}

// makeKey comes first: a certificate without its key would be taken for a whole CA.
func makeKey(keyFile string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writeNew(keyFile, "PRIVATE KEY", der)
}

func makeCert(certFile string, keyPEM []byte, now time.Time) error {
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return errors.New("its key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return errors.New("its key is not ECDSA")
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "pickcentral CA"},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return err
	}
	return writeNew(certFile, "CERTIFICATE", der)
}

// writeNew takes the file of whoever was first.
func writeNew(path, kind string, der []byte) error {
	err := central.WriteNew(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func serial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] = b[0]&0x7f | 0x40 // positive, and always of one length
	return new(big.Int).SetBytes(b)
}

// SetClock gives the CA another clock than this machine's, before it is used.
func (ca *CA) SetClock(now func() time.Time) { ca.now = now }

// PEM returns the CA's certificate.
func (ca *CA) PEM() string { return ca.pem }

// Fingerprint returns the SHA-256 of the CA's certificate, 64 hex digits.
func (ca *CA) Fingerprint() string {
	sum := sha256.Sum256(ca.cert.Raw)
	return hex.EncodeToString(sum[:])
}

// SignStation issues a client certificate. Of the request only the public key is
// taken; the name is the station's.
func (ca *CA) SignStation(csrPEM []byte, station order.StationID, now time.Time) (central.Certificate, error) {
	bad := func(msg string, err error) (central.Certificate, error) {
		return central.Certificate{}, (&order.Error{Code: "bad_csr", Op: "sign certificate", Msg: msg, Err: err}).
			WithHint("send a PKCS #10 request in PEM with an ECDSA P-256 or Ed25519 key")
	}
	if len(csrPEM) > maxCSR {
		return bad("the request is too large", nil)
	}
	block, _ := pem.Decode(csrPEM)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return bad("not a certificate request", nil)
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return bad("the request cannot be read", err)
	}
	if err := csr.CheckSignature(); err != nil {
		return bad("the request's signature does not hold", err)
	}
	switch key := csr.PublicKey.(type) {
	case ed25519.PublicKey:
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() && key.Curve != elliptic.P384() {
			return bad("the key's curve is not taken", nil)
		}
	default:
		return bad("the key's kind is not taken", nil)
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: string(station)},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(ca.life).Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca.cert, csr.PublicKey, ca.key)
	if err != nil {
		return bad("the request cannot be signed", err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		return bad("the request cannot be signed", err)
	}
	cert := central.CertificateOf(made)
	cert.PEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, nil
}

// Station returns a certificate when this CA issued it for a client. It does
// not look at the time: see [central.Notary].
func (ca *CA) Station(certPEM string) (*x509.Certificate, error) {
	bad := func(err error) (*x509.Certificate, error) {
		return nil, (&order.Error{Code: "bad_certificate", Op: "check certificate", Msg: "it is none of this centre's", Err: err}).
			WithHint("use the centre at which the station is enrolled")
	}
	block, _ := pem.Decode([]byte(certPEM))
	if block == nil || len(certPEM) > maxCSR {
		return bad(nil)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return bad(err)
	}
	if err := cert.CheckSignatureFrom(ca.cert); err != nil {
		return bad(err)
	}
	if cert.IsCA || !slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return bad(errors.New("not a station's"))
	}
	return cert, nil
}

// Key signs in the centre's name.
func (ca *CA) Key() crypto.Signer { return ca.key }

// TLS returns the server's configuration: TLS 1.2 or newer, a certificate for host,
// localhost and the loopback addresses that renews itself, and client certificates of
// this CA checked where one is shown.
func (ca *CA) TLS(host string) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		Time:       func() time.Time { return ca.now() },
		NextProtos: []string{"h2", "http/1.1"},
		ClientAuth: tls.VerifyClientCertIfGiven,
		ClientCAs:  pool,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return ca.serverCert(host)
		},
	}
}

func (ca *CA) serverCert(host string) (*tls.Certificate, error) {
	ca.mu.Lock()
	defer ca.mu.Unlock()
	now := ca.now()
	if ca.server != nil && ca.server.Leaf.NotAfter.Sub(now) > serverRenew {
		return ca.server, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "pickcentral"},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		BasicConstraintsValid: true,
	}
	name(tmpl, host)
	if own, err := os.Hostname(); err == nil {
		name(tmpl, own)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	ca.server = &tls.Certificate{Certificate: [][]byte{der, ca.cert.Raw}, PrivateKey: key, Leaf: leaf}
	return ca.server, nil
}

func name(tmpl *x509.Certificate, host string) {
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip != nil && ip.IsUnspecified():
	case ip != nil && !slices.ContainsFunc(tmpl.IPAddresses, ip.Equal):
		tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
	case ip == nil && !slices.Contains(tmpl.DNSNames, host):
		tmpl.DNSNames = append(tmpl.DNSNames, host)
	}
}
