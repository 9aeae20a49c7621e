package api

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"path/filepath"
	"time"

	"pickstation/sync/wire"
)

// How often it is looked whether the certificate is to be renewed. The clock may be
// set at any time, so nobody sleeps until the day.
const (
	renewLook  = time.Hour
	renewFirst = time.Minute // after the start
)

// RenewAt is when the certificate is to be renewed: after two thirds of its life, so
// that a third of it is left for a station that is often without network.
func (id *Identity) RenewAt() time.Time {
	if id.cert.Leaf == nil {
		return time.Time{}
	}
	life := id.cert.Leaf.NotAfter.Sub(id.cert.Leaf.NotBefore)
	return id.cert.Leaf.NotBefore.Add(life / 3 * 2)
}

// Renew obtains a new certificate for the station's key, keeps it, and shows it from
// the next connection on. The centre takes the old one until the new one was used, so
// that an answer which is lost, or a crash at any point, locks nobody out.
func (c *Client) Renew(ctx context.Context) error {
	id := c.shown.Load()
	if id == nil {
		return errors.New("renew certificate: the client has no identity")
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: string(c.station)}}, id.cert.PrivateKey)
	if err != nil {
		return fmt.Errorf("make certificate request: %w", err)
	}
	var reply wire.EnrolReply
	err = c.post(ctx, c.path("renew"), wire.RenewRequest{CSR: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))},
		&reply, func() bool { return reply.Cert != "" })
	if err != nil {
		return err
	}
	next, err := id.renewed(reply.Cert)
	if err != nil {
		return badReply("the new certificate is not this station's", err)
	}
	if err := writePrivate(filepath.Join(id.dir, certFile), []byte(reply.Cert)); err != nil {
		return fmt.Errorf("keep %s: %w", certFile, err)
	}
	c.dial(next)
	return nil
}

// renewed returns the identity with another certificate.
func (id *Identity) renewed(certPEM string) (*Identity, error) {
	block, _ := pem.Decode([]byte(certPEM))
	if block == nil {
		return nil, errors.New("it is not PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	own, ok := id.cert.Leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || !own.Equal(leaf.PublicKey) {
		return nil, errors.New("it is for another key")
	}
	if err := leaf.CheckSignatureFrom(id.root); err != nil {
		return nil, err
	}
	if leaf.Subject.CommonName != string(id.Station) {
		return nil, fmt.Errorf("it is for %q", leaf.Subject.CommonName)
	}
	next := *id
	next.cert = tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: id.cert.PrivateKey, Leaf: leaf}
	return &next, nil
}

// enrolledAnew looks, when the centre does not take the certificate of an identity, whether
// the data folder holds another one by now, and shows that from then on.
func (c *Client) enrolledAnew(id *Identity, refused error) bool {
	var e *Error
	if !errors.As(refused, &e) || !aboutIdentity[e.code] {
		return false
	}
	if c.shown.Load() != id { // another call has found it
		return true
	}
	next, err := Load(id.dir, id.keys)
	if err != nil || next.Station != id.Station || bytes.Equal(next.cert.Leaf.Raw, id.cert.Leaf.Raw) {
		return false
	}
	next.URL, next.Now = id.URL, id.Now
	c.dial(next)
	return true
}

// aboutIdentity are the codes of refusals that another enrolment ends.
var aboutIdentity = map[string]bool{"certificate_refused": true, "certificate_replaced": true, "certificate_revoked": true,
	"certificate_expired": true, "wrong_centre": true}

// KeepCertificate renews the certificate when it is time, until ctx ends. now is the
// business clock. told hears of every attempt; the pauses between them are long and
// uneven, so that a hall of stations does not ask at once.
func (c *Client) KeepCertificate(ctx context.Context, now func() time.Time, told func(error)) {
	for wait := renewFirst; ; wait = renewLook/2 + mathrand.N(renewLook) {
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
		if done, err := c.RenewIfDue(ctx, now()); done || err != nil {
			told(err)
		}
	}
}

// RenewIfDue renews the certificate when it is time, and says whether it did. One
// goroutine may call it.
func (c *Client) RenewIfDue(ctx context.Context, now time.Time) (bool, error) {
	if id := c.shown.Load(); id == nil || now.Before(id.RenewAt()) {
		return false, nil
	}
	err := c.Renew(ctx)
	return err == nil, err
}
