package central

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Certificate is a client certificate as the CA has issued it.
type Certificate struct {
	PEM      string // of one that was just issued
	Serial   string
	Key      string // fingerprint of its public key
	NotAfter time.Time
}

// CertificateOf returns what a certificate tells that this centre's CA has issued.
func CertificateOf(cert *x509.Certificate) Certificate {
	key := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return Certificate{Serial: cert.SerialNumber.Text(16), Key: hex.EncodeToString(key[:]), NotAfter: cert.NotAfter}
}

// Signer issues client certificates; the subject is the station, whatever the request
// says.
type Signer interface {
	// SignStation checks the request's signature and signs. Errors carry a code.
	SignStation(csrPEM []byte, station order.StationID, now time.Time) (Certificate, error)
	// PEM returns the CA's certificate.
	PEM() string
}

// crockford is Crockford's base 32: no I, L, O and U.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

func secret(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return crockford.EncodeToString(b)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// normalCode undoes what typing does to a code: dashes, case, look-alikes. Of the
// form CODE.FINGERPRINT it keeps the code.
func normalCode(code string) string {
	code, _, _ = strings.Cut(code, ".")
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
}

// NewEnrolCode makes a one-time code for a station in a warehouse; "" is the one in which it
// stands, for a new one [DefaultWarehouse]. Only its hash is stored. 15 bytes
// of chance: guessing it within its life is out of reach without a limit on tries.
func (s *Service) NewEnrolCode(ctx context.Context, station order.StationID, warehouse string, valid time.Duration) (string, error) {
	if err := validStation(station); err != nil {
		return "", err
	}
	raw := secret(15)
	var groups []string
	for i := 0; i < len(raw); i += 6 {
		groups = append(groups, raw[i:min(i+6, len(raw))])
	}
	err := s.store.Write(ctx, func(tx Tx) error {
		st, err := tx.Station(station)
		if err != nil {
			return err
		}
		if st != nil {
			warehouse = cmp.Or(warehouse, st.Warehouse)
		}
		w, err := s.warehouse(tx, warehouse)
		if err != nil {
			return err
		}
		return tx.AddEnrolCode(EnrolCode{Hash: hashOf("enrol " + raw), Station: station, Warehouse: w.ID, Until: s.now().Add(valid)})
	})
	return strings.Join(groups, "-"), err
}

func validStation(id order.StationID) error {
	ok := len(id) >= 1 && len(id) <= 48
	for i := range len(id) {
		c := id[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')
	}
	if !ok {
		return order.Errorf("bad_station", "station name %q", string(id)).
			WithHint("use 1 to 48 letters, digits, dashes, dots or underscores")
	}
	return nil
}

// Enrol trades a one-time code for a client certificate. A station that enrols again
// keeps its name and logs; its older certificate is refused from then on.
func (s *Service) Enrol(ctx context.Context, ca Signer, req wire.EnrolRequest) (wire.EnrolReply, error) {
	var reply wire.EnrolReply
	if len(req.BoxKey) != 32 {
		return reply, order.Errorf("box_key", "box_key has %d bytes, wanted 32", len(req.BoxKey)).
			WithHint("send the station's X25519 public key")
	}
	err := s.store.Write(ctx, func(tx Tx) error {
		code, err := tx.TakeEnrolCode(hashOf("enrol "+normalCode(req.Code)), s.now())
		if err != nil {
			return err
		}
		if code == nil {
			return order.Errorf("bad_code", "the enrolment code is not known, was used, or is too old").
				WithHint("make a new one with: pickcentral enrol --station NAME")
		}
		cert, err := ca.SignStation([]byte(req.CSR), code.Station, s.now())
		if err != nil {
			return err
		}
		st, err := tx.LockStation(code.Station)
		if err != nil {
			return err
		}
		if st == nil {
			st = &Station{ID: code.Station, EnrolledAt: s.now()}
		}
		if err := s.move(tx, st, code.Warehouse); err != nil {
			return err
		}
		st.BoxKey, st.App = req.BoxKey, clip(req.App)
		st.bring(cert)
		st.RevokedAt = time.Time{}
		if err := tx.PutStation(st); err != nil {
			return err
		}
		reply = wire.EnrolReply{Station: st.ID, Cert: cert.PEM, CA: ca.PEM()}
		return s.resend(tx, st)
	})
	if err == nil {
		s.count("enrolments", "", 1)
	}
	return reply, err
}

// resend puts what is sealed to a station's key at the end of the feed, for the key
// may be another one now.
func (s *Service) resend(tx Tx, st *Station) error {
	all, err := tx.LeasedTo(st.ID)
	if err != nil {
		return err
	}
	for _, sh := range all {
		if err := s.emitWork(tx, sh); err != nil {
			return err
		}
	}
	return tx.Emit(st.Warehouse, "", string(wire.RowPolicy), st.Warehouse)
}

// Stations lists the stations of all warehouses.
func (s *Service) Stations(ctx context.Context) (all []*Station, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Stations("")
		return err
	})
	return all, err
}

// Renew issues a new certificate to a station that has shown the one in force. It is in
// force once it was used; asking again replaces it. Who came with a key shows none. What
// was in force when the request began may not be any more: its body may take a minute.
func (s *Service) Renew(ctx context.Context, ca Signer, station order.StationID, shown Certificate, csr string) (wire.EnrolReply, error) {
	var reply wire.EnrolReply
	err := s.store.Write(ctx, func(tx Tx) error {
		st, err := lockWorking(tx, station)
		if err == nil && shown.Serial != "" {
			err = st.inForce(shown)
		}
		if err != nil {
			return err
		}
		cert, err := ca.SignStation([]byte(csr), station, s.now())
		if err != nil {
			return err
		}
		st.NextSerial, st.NextNotAfter = cert.Serial, cert.NotAfter
		reply = wire.EnrolReply{Station: station, Cert: cert.PEM, CA: ca.PEM()}
		return tx.PutStation(st)
	})
	if err == nil {
		s.count("renewals", "", 1)
	}
	return reply, err
}

// bring puts a certificate into force.
func (st *Station) bring(cert Certificate) {
	st.CertSerial, st.CertKey, st.NotAfter = cert.Serial, cert.Key, cert.NotAfter
	st.NextSerial, st.NextNotAfter = "", time.Time{}
}

// inForce refuses every certificate but the one in force (codes certificate_revoked,
// certificate_replaced).
func (st *Station) inForce(cert Certificate) error {
	switch {
	case !st.RevokedAt.IsZero():
		return revoked(st.ID)
	case cert.Serial == "" || st.CertSerial != cert.Serial:
		return replaced(st.ID)
	}
	return nil
}

// renewed says whether a certificate comes after the one in force: it was asked for, or
// the store was put back to a moment before that. Then it is known by its key, which
// only the station has, and by lasting longer. Nothing comes after a revocation.
func (st *Station) renewed(cert Certificate) bool {
	return st.RevokedAt.IsZero() && (st.NextSerial != "" && st.NextSerial == cert.Serial ||
		st.CertSerial != "" && st.CertKey == cert.Key && cert.NotAfter.After(st.NotAfter))
}

// CheckStation says whether a certificate of this centre's CA is the station's one in
// force. The first use of a renewed one brings it into force.
func (s *Service) CheckStation(ctx context.Context, station order.StationID, cert Certificate) error {
	var st *Station
	err := s.store.Read(ctx, func(r Reader) (err error) {
		st, err = r.Station(station)
		return err
	})
	switch {
	case err != nil:
		return err
	case st == nil:
		return replaced(station)
	}
	if err = st.inForce(cert); err != nil && st.renewed(cert) {
		return s.promote(ctx, station, cert)
	}
	return err
}

func replaced(station order.StationID) error {
	return order.Errorf("certificate_replaced", "this certificate of station %q is not in force", string(station)).
		WithHint("enrol the station again; scanning goes on meanwhile")
}

func revoked(station order.StationID) error {
	return order.Errorf("certificate_revoked", "the certificate of station %q was revoked", string(station)).
		WithHint("enrol the station again if it is to work on; scanning goes on meanwhile")
}

// lockWorking is lockStation of one that was not revoked.
func lockWorking(tx Tx, id order.StationID) (*Station, error) {
	st, err := lockStation(tx, id)
	if err == nil && !st.RevokedAt.IsZero() {
		err = revoked(id)
	}
	return st, err
}

// CheckLife refuses a certificate that has expired since its connection was made, where
// TLS has asked. A station keeps a connection for weeks.
func (s *Service) CheckLife(station order.StationID, cert Certificate) error {
	if !s.now().After(cert.NotAfter) {
		return nil
	}
	return order.Errorf("certificate_expired", "the certificate of station %q has expired", string(station)).
		WithHint("enrol the station again; scanning goes on meanwhile")
}

// promote brings a renewed certificate into force, unless another request was first, or a
// revocation.
func (s *Service) promote(ctx context.Context, station order.StationID, cert Certificate) error {
	return s.store.Write(ctx, func(tx Tx) error {
		st, err := lockStation(tx, station)
		if err != nil {
			return err
		}
		if !st.renewed(cert) {
			return st.inForce(cert)
		}
		st.bring(cert)
		return tx.PutStation(st)
	})
}

// Revoke takes a station's certificates out of force at once: a lost or stolen
// terminal. Its logs stay; enrolling again gives it a new certificate.
func (s *Service) Revoke(ctx context.Context, station order.StationID) error {
	return s.store.Write(ctx, func(tx Tx) error {
		st, err := lockStation(tx, station)
		if err != nil {
			return err
		}
		st.CertSerial, st.NextSerial, st.RevokedAt = "", "", s.now()
		return tx.PutStation(st)
	})
}
