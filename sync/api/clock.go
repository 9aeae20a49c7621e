package api

import (
	"crypto/x509"
	"errors"
	"time"
)

// oldestCentre is how much older than this station's own certificate one of the centre
// may be to be believed against the clock here. Centres make theirs anew every 20 days.
const oldestCentre = 45 * 24 * time.Hour

// judgedAt is the time at which the centre's certificate is judged: by the clock here,
// unless that was found to be wrong.
func (c *Client) judgedAt(id *Identity) func() time.Time {
	return func() time.Time {
		now := time.Now()
		if id.Now != nil {
			now = id.Now()
		}
		if leaf := c.believed.Load(); leaf != nil && (now.Before(leaf.NotBefore) || now.After(leaf.NotAfter)) {
			return leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
		}
		return now
	}
}

// clockIsWrong says whether a call failed because the clock here is not within the life of
// the centre's certificate, and whether that is believed rather than the clock. A machine
// whose clock has lost the date could not ask for the time otherwise, and would stay cut
// off until somebody looks. The certificate must be signed by the centre's own CA, which
// was pinned at the enrolment, and must not be from long before this station's own: an old
// one whose key was stolen could be shown for ever.
func (c *Client) clockIsWrong(err error) bool {
	var invalid x509.CertificateInvalidError
	id := c.shown.Load()
	if id == nil || !errors.As(err, &invalid) || invalid.Reason != x509.Expired || invalid.Cert == nil || id.cert.Leaf == nil {
		return false
	}
	leaf, newest := invalid.Cert, id.cert.Leaf.NotBefore.Add(-oldestCentre)
	if before := c.believed.Load(); before != nil && before.NotBefore.After(newest) {
		newest = before.NotBefore
	}
	if leaf.IsCA || leaf.CheckSignatureFrom(id.root) != nil || leaf.NotBefore.Before(newest) {
		return false
	}
	c.believed.Store(leaf)
	return true
}
