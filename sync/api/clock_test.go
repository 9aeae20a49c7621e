package api

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"testing"
	"time"
)

// Who has an old key of the centre's may not use it by setting clocks wrong.
func TestWhichCertificateIsBelievedAgainstTheClock(t *testing.T) {
	now := time.Now()
	ca, caKey := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: now.Add(time.Hour)}, nil, nil, nil)
	stranger, strangerKey := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: now.Add(time.Hour)}, nil, nil, nil)
	own, key := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "st1"}, NotAfter: now.Add(time.Hour)}, ca, caKey, nil)
	centre := func(issuer *x509.Certificate, from time.Duration) *x509.Certificate {
		k := caKey
		if issuer == stranger {
			k = strangerKey
		}
		leaf, _ := issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "centre"}, NotAfter: now.Add(from + 30*24*time.Hour)}, issuer, k, nil)
		leaf.NotBefore = now.Add(from)
		return leaf
	}
	const day = 24 * time.Hour
	c := &Client{}
	told := func(leaf *x509.Certificate, why x509.InvalidReason) bool {
		return c.clockIsWrong(fmt.Errorf("post: %w", x509.CertificateInvalidError{Cert: leaf, Reason: why}))
	}
	if told(centre(ca, 0), x509.Expired) {
		t.Error("believed before the enrolment")
	}
	c.shown.Store(&Identity{Station: "st1", root: ca, cert: tls.Certificate{Certificate: [][]byte{own.Raw}, PrivateKey: key, Leaf: own}})
	for name, x := range map[string]struct {
		leaf *x509.Certificate
		why  x509.InvalidReason
	}{
		"of another CA":             {centre(stranger, 0), x509.Expired},
		"from long before":          {centre(ca, -60*day), x509.Expired},
		"the CA's own":              {ca, x509.Expired},
		"not for a server":          {centre(ca, 0), x509.IncompatibleUsage},
		"no certificate in the way": {nil, x509.Expired},
	} {
		if told(x.leaf, x.why) {
			t.Errorf("believed: %s", name)
		}
	}
	later := centre(ca, 20*day)
	if !told(later, x509.Expired) {
		t.Error("a new certificate of the centre is not believed")
	}
	if told(centre(ca, 10*day), x509.Expired) {
		t.Error("an older one is believed after a newer one")
	}
	id := c.shown.Load()
	at := now
	id.Now = func() time.Time { return at }
	if got := c.judgedAt(id)(); got.Before(later.NotBefore) || got.After(later.NotAfter) {
		t.Errorf("judged at %s", got)
	}
	if at = now.Add(25 * day); !c.judgedAt(id)().Equal(at) {
		t.Error("a clock that can be right is not used")
	}
}
