package api_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/sync/wire"
)

// heldRenewal is a renewal that the centre has let in and whose body has not come yet.
type heldRenewal struct {
	conn    *tls.Conn
	answers *bufio.Reader
	body    []byte
}

func (c *tlsCentre) holdRenewal(t *testing.T, dir string) *heldRenewal {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "station.crt"), filepath.Join(dir, "station.key"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(c.CA.PEM()))
	conn, err := tls.Dial("tcp", strings.TrimPrefix(c.url, "https://"), &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	h := &heldRenewal{conn: conn, answers: bufio.NewReader(conn)}
	if h.body, err = json.Marshal(wire.RenewRequest{CSR: centraltest.Request(t)}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /v1/stations/bench-1/renew HTTP/1.1\r\nHost: centre\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(h.body))
	if line, err := h.answers.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100") { // it reads the body by now
		t.Fatal(line, err)
	}
	if _, err := h.answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return h
}

// end sends the body and returns the code of the refusal.
func (h *heldRenewal) end(t *testing.T) string {
	t.Helper()
	if _, err := h.conn.Write(h.body); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(h.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p wire.Problem
	if err := json.Unmarshal(text, &p); err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("%s %.80s", answer.Status, text)
	}
	return p.Code
}

// Who lost a terminal revokes it; a renewal that it held open must not bring it back, nor
// take the name from the machine that follows it.
func TestARenewalThatWasHeldOpenDoesNotOutliveARevocation(t *testing.T) {
	c := startTLS(t, 30*day)
	stolen := c.enrolled(t)
	one, other := c.holdRenewal(t, stolen), c.holdRenewal(t, stolen)
	if err := c.Revoke(t.Context(), "bench-1"); err != nil {
		t.Fatal(err)
	}
	equalText(t, "after the revocation", one.end(t), "certificate_revoked")
	successor, _ := c.client(t, c.enrolled(t))
	equalText(t, "after the successor was enrolled", other.end(t), "certificate_replaced")
	equalText(t, "the successor", beat(t, successor), "")
}
