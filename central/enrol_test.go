package central_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func enrol(t *testing.T, c *centraltest.Centre, code string, b *centraltest.Bench) error {
	t.Helper()
	_, err := c.Enrol(t.Context(), c.CA, wire.EnrolRequest{Code: code, CSR: centraltest.Request(t), BoxKey: b.Box[:]})
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
	_, err = c.Enrol(t.Context(), c.CA, wire.EnrolRequest{Code: text, CSR: centraltest.Request(t), BoxKey: []byte{1}})
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

// holder is a station with one key and the certificates that it was given for it.
type holder struct {
	c   *centraltest.Centre
	b   *centraltest.Bench
	csr string
}

func newHolder(t *testing.T) (h *holder, cert central.Certificate) {
	t.Helper()
	return holderAt(t, centraltest.New(t))
}

func holderAt(t *testing.T, c *centraltest.Centre) (h *holder, cert central.Certificate) {
	t.Helper()
	h = &holder{c: c, csr: centraltest.Request(t)}
	h.b = h.c.NewBench(t, "bench-1")
	return h, h.enrol(t)
}

func (h *holder) enrol(t *testing.T) central.Certificate {
	t.Helper()
	text, err := h.c.NewEnrolCode(t.Context(), h.b.ID, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := h.c.Enrol(t.Context(), h.c.CA, wire.EnrolRequest{Code: text, CSR: h.csr, BoxKey: h.b.Box[:]})
	return h.given(t, reply, err)
}

// renew lets an hour pass before it asks, with a certificate that it has.
func (h *holder) renew(t *testing.T, shown central.Certificate) central.Certificate {
	t.Helper()
	h.c.Clock.Advance(time.Hour)
	reply, err := h.c.Renew(t.Context(), h.c.CA, h.b.ID, shown, h.csr)
	return h.given(t, reply, err)
}

// refusedRenewal is the code with which a renewal is met.
func (h *holder) refusedRenewal(t *testing.T, shown central.Certificate) string {
	t.Helper()
	reply, err := h.c.Renew(t.Context(), h.c.CA, h.b.ID, shown, centraltest.Request(t))
	equal(t, "certificate", reply.Cert, "")
	return code(err)
}

func (h *holder) revoke(t *testing.T) {
	t.Helper()
	if err := h.c.Revoke(t.Context(), h.b.ID); err != nil {
		t.Fatal(err)
	}
}

func (h *holder) given(t *testing.T, reply wire.EnrolReply, err error) central.Certificate {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := h.c.CA.Station(reply.Cert)
	if err != nil {
		t.Fatal(err)
	}
	return central.CertificateOf(cert)
}

// check says "" for a certificate that is taken.
func (h *holder) check(t *testing.T, cert central.Certificate) string {
	t.Helper()
	if err := h.c.CheckStation(t.Context(), h.b.ID, cert); err != nil {
		return code(err)
	}
	return ""
}

func TestARenewedCertificateReplacesTheOldOne(t *testing.T) {
	h, before := newHolder(t)
	h.renew(t, before) // its answer is lost
	next := h.renew(t, before)
	equal(t, "old, while the new one was not used", h.check(t, before), "")
	equal(t, "new", h.check(t, next), "")
	equal(t, "in force", serial(t, h.c, h.b), next.Serial)
	equal(t, "old", h.check(t, before), "certificate_replaced")
	equal(t, "none", h.check(t, central.Certificate{}), "certificate_replaced")
	equal(t, "renewed with the new one", h.check(t, h.renew(t, next)), "")
}

// A centre that was put back to a moment before a renewal knows only the certificate from
// before it, and the station only the later one.
func TestACertificateThatWasRenewedInAStateThatIsLostIsTaken(t *testing.T) {
	h, before := newHolder(t)
	copied := backup(t, h.c)
	next := h.renew(t, before)
	equal(t, "used", h.check(t, next), "")
	h.c = restore(t, h.c, copied)
	equal(t, "in force at the restored centre", serial(t, h.c, h.b), before.Serial)
	equal(t, "the renewed one", h.check(t, next), "")
	equal(t, "in force", serial(t, h.c, h.b), next.Serial)
	equal(t, "the one from before", h.check(t, before), "certificate_replaced")
	last := h.renew(t, next)
	equal(t, "renewed again", h.check(t, last), "")

	h.revoke(t)
	equal(t, "revoked", h.check(t, last), "certificate_revoked")
	h.csr = centraltest.Request(t) // another machine
	other := h.enrol(t)
	equal(t, "the successor's", h.check(t, other), "")
	equal(t, "of the lost machine", h.check(t, last), "certificate_replaced")
}

func serial(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) string {
	t.Helper()
	all, err := c.Stations(t.Context())
	if err != nil || len(all) != 1 || all[0].ID != b.ID {
		t.Fatal(all, err)
	}
	return all[0].CertSerial
}

// A stolen terminal may have begun a request before it was revoked, and send the rest of it
// afterwards.
func TestWhatARevokedStationHadBegunComesToNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		h, stolen := holderAt(t, c)
		c.Put(t, centraltest.Order("1"))
		h.b.Add(order.Event{Type: order.EventNoted})
		h.revoke(t)
		equal(t, "renewal", h.refusedRenewal(t, stolen), "certificate_revoked")
		equal(t, "renewal by a key", h.refusedRenewal(t, central.Certificate{}), "certificate_revoked")
		_, err := c.Heartbeat(t.Context(), h.b.ID, wire.Heartbeat{Proto: wire.Proto, Want: 5})
		equal(t, "heartbeat", code(err), "certificate_revoked")
		header, bodies := h.b.Message(0, 1)
		_, err = c.Push(t.Context(), h.b.ID, header, bodies)
		equal(t, "push", code(err), "certificate_revoked")

		h.csr = centraltest.Request(t) // another machine
		other := h.enrol(t)
		equal(t, "renewal of the lost machine", h.refusedRenewal(t, stolen), "certificate_replaced")
		equal(t, "the successor's", h.check(t, other), "")
		equal(t, "granted to it", c.Lease(t, h.b, 5).Granted, 1)
	})
}

// between does something after the next read.
type between struct {
	central.Store
	do func()
}

func (b *between) Read(ctx context.Context, fn func(central.Reader) error) error {
	err := b.Store.Read(ctx, fn)
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return err
}

func TestARevocationCutsInOnTheFirstUseOfARenewedCertificate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		h, first := holderAt(t, c)
		next := h.renew(t, first)
		store := &between{Store: c.Store}
		h.c = centraltest.Over(t, store, c.Path, c.Clock)
		store.do = func() { h.revoke(t) }
		equal(t, "meanwhile", h.check(t, next), "certificate_revoked")
		equal(t, "afterwards", h.check(t, next), "certificate_revoked")
		equal(t, "in force", serial(t, c, h.b), "")
	})
}
