package central_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central/centraltest"
	"pickstation/sync/wire"
)

func csr(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

func enrol(t *testing.T, c *centraltest.Centre, code string, b *centraltest.Bench) error {
	t.Helper()
	_, err := c.Enrol(t.Context(), c.CA, wire.EnrolRequest{Code: code, CSR: csr(t), BoxKey: b.Box[:]})
	return err
}

func TestAnEnrolmentCodeWorksOnceInItsTimeHoweverItIsTyped(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	fresh := func() string {
		t.Helper()
		text, err := c.NewEnrolCode(t.Context(), "bench-1", "", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := fresh()
	typed := strings.ToLower(strings.ReplaceAll(first, "-", " ")) + "." + c.CA.Fingerprint()
	equal(t, "typed by hand", enrol(t, c, typed, b), nil)
	equal(t, "again", code(enrol(t, c, first, b)), "bad_code")
	late := fresh()
	c.Clock.Advance(time.Hour + time.Second)
	equal(t, "late", code(enrol(t, c, late, b)), "bad_code")
	equal(t, "made up", code(enrol(t, c, "AAAAAA-AAAAAA-AAAAAA-AAAAAA", b)), "bad_code")
	equal(t, "empty", code(enrol(t, c, "", b)), "bad_code")
}

func TestABadRequestDoesNotUseTheCodeUp(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	text, err := c.NewEnrolCode(t.Context(), "bench-1", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Enrol(t.Context(), c.CA, wire.EnrolRequest{Code: text, CSR: "nonsense", BoxKey: b.Box[:]})
	equal(t, "bad request", code(err), "bad_csr")
	_, err = c.Enrol(t.Context(), c.CA, wire.EnrolRequest{Code: text, CSR: csr(t), BoxKey: []byte{1}})
	equal(t, "bad key", code(err), "box_key")
	equal(t, "then a good one", enrol(t, c, text, b), nil)
}

func TestAStationThatEnrolsAgainGetsItsWorkSealedToItsNewKey(t *testing.T) {
	c, b, ids := leased(t, "1")
	_, cursor := c.FeedAll(t, b, 0)
	var err error
	if b.Box, b.Private, err = box.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	text, err := c.NewEnrolCode(t.Context(), b.ID, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "enrolled", enrol(t, c, text, b), nil)
	rows, _ := c.FeedAll(t, b, cursor)
	w := centraltest.Work(t, rows)[shipment(t, c, ids[0]).ID]
	if _, ok := box.OpenAnonymous(nil, w.Sealed, b.Box, b.Private); !ok {
		t.Errorf("the receiver does not open with the new key; rows %d", len(rows))
	}
	equal(t, "rows again: work and policy", len(rows), 2)
}

func TestARenewedCertificateReplacesTheOldOne(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	text, err := c.NewEnrolCode(t.Context(), b.ID, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "enrolled", enrol(t, c, text, b), nil)
	before := serial(t, c, b)
	if _, err := c.Renew(t.Context(), c.CA, b.ID, csr(t)); err != nil {
		t.Fatal(err)
	}
	equal(t, "old, while the new one was not used", c.CheckStation(t.Context(), b.ID, before), nil)
	st, err := c.Stations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "new", c.CheckStation(t.Context(), b.ID, st[0].NextSerial), nil)
	equal(t, "in force", serial(t, c, b), st[0].NextSerial)
	equal(t, "old", code(c.CheckStation(t.Context(), b.ID, before)), "certificate_replaced")
	equal(t, "none", code(c.CheckStation(t.Context(), b.ID, "")), "certificate_replaced")
}

func serial(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) string {
	t.Helper()
	all, err := c.Stations(t.Context())
	if err != nil || len(all) != 1 || all[0].ID != b.ID {
		t.Fatal(all, err)
	}
	return all[0].CertSerial
}
