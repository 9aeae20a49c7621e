package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
)

// carryStation is a station whose centre can only be reached by hand.
type carryStation struct {
	*testing.T
	dir, config, data string
	centre            *centre
}

// enrolled starts a centre, enrols a station at it and ends the centre again.
func enrolledCarryStation(t *testing.T, name string, c *centre, dir string) *carryStation {
	t.Helper()
	s := &carryStation{T: t, dir: t.TempDir(), centre: c}
	if err := c.start(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	s.config = stationConfig(t, s.dir, "https://"+c.addr)
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.config, bytes.Replace(text, []byte("bench-1"), []byte(name), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	s.data = enrolAt(t, c, s.config).DataDir
	return s
}

// export writes a file at the station and returns its name and how many events it has.
func (s *carryStation) export(name string) (string, int) {
	s.Helper()
	path := filepath.Join(s.dir, name)
	var e exported
	out, code, err := cli(s.T, "sync", "export", path, "--config", s.config)
	if code != 0 {
		s.Fatalf("export: %d %v", code, err)
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		s.Fatal(err)
	}
	return path, e.Events
}

// answered is what the centre makes of a file.
type answered struct {
	Station                   string
	Events, Applied, Rows     int
	Duplicate, Parked, Leases int
	Answer                    string
}

func (s *carryStation) atCentre(path string) (a answered, err error) {
	out, err := s.centre.call(s.Context(), "sync", "import", path)
	if err == nil {
		err = json.Unmarshal(out, &a)
	}
	return a, err
}

func (s *carryStation) take(path string) (t taken, code int) {
	s.Helper()
	out, code, _ := cli(s.T, "sync", "import", path, "--config", s.config)
	if code == 0 {
		if err := json.Unmarshal([]byte(out), &t); err != nil {
			s.Fatal(err)
		}
	}
	return t, code
}

// pick books n units of the first shipment's first line, as a station does.
func (s *carryStation) pick(n int) order.ShipmentID {
	s.Helper()
	db, err := localdb.Open(s.Context(), localdb.Options{Dir: s.data})
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	rows, _, err := db.Queue("", 1)
	if err != nil || len(rows) == 0 {
		s.Fatalf("no work: %v", err)
	}
	sh, err := db.Shipment(rows[0].ID)
	if err != nil {
		s.Fatal(err)
	}
	f, err := db.Flow(sh.Flow, sh.FlowVersion)
	if err != nil {
		s.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		s.Fatal(err)
	}
	for range n {
		e := order.Event{Type: order.EventPicked, V: 1, Shipment: sh.ID, Line: 1, Qty: 1, At: time.Now().UnixMilli(), Station: "bench-1", Boot: "b", By: "li"}
		if err := tx.Append(&e); err != nil {
			s.Fatal(err)
		}
		order.Apply(sh, f, &e)
		if err := tx.PutProgress(sh, &e); err != nil {
			s.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		s.Fatal(err)
	}
	return sh.ID
}

// pickedAtCentre returns how many units of the shipment's first line the centre knows.
func (s *carryStation) pickedAtCentre(id order.ShipmentID) int {
	s.Helper()
	out, err := s.centre.call(s.Context(), "orders", "show", string(id))
	if err != nil {
		s.Fatal(err)
	}
	var v struct {
		Order struct {
			Shipments []struct{ Lines []struct{ Picked int } }
		}
	}
	if err := json.Unmarshal(out, &v); err != nil {
		s.Fatal(err)
	}
	return v.Order.Shipments[0].Lines[0].Picked
}

func newCarryCentre(t *testing.T) (*centre, string) {
	t.Helper()
	dir := t.TempDir()
	c, err := newCentre(dir)
	if err != nil {
		t.Fatal(err)
	}
	orders := filepath.Join(dir, "orders.json")
	body := `[{"channel":"shop","external_id":"X1","paid_at":"2026-01-02T08:00:00Z","receiver":{"name":"赵钱孙","phone":"13800001234","country":"CN","province":"海南省","city":"海口市","district":"龙华区","street":"滨海大道1号"},"lines":[{"sku":"MANGO","qty":9}]}]`
	if err := os.WriteFile(orders, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.start(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	if _, err := c.call(t.Context(), "import", "--format", "json", orders); err != nil {
		t.Fatal(err)
	}
	return c, dir
}

func TestALogIsCarriedByHandThereAndBack(t *testing.T) {
	c, dir := newCarryCentre(t)
	s := enrolledCarryStation(t, "bench-1", c, dir)
	if b, err := os.ReadFile(filepath.Join(s.data, "station.key")); err != nil || !bytes.HasPrefix(b, []byte("wrapped:")) {
		t.Errorf("the station's private key lies in the clear: %v", err)
	}
	stationDir(t, s.data, 1)
	first, n := s.export("1.carry")
	a, err := s.atCentre(first)
	if err != nil || n != 1 || a.Events != 1 || a.Leases != 1 || a.Station != "bench-1" {
		t.Fatalf("first round: %d events, %+v %v", n, a, err)
	}
	if got, code := s.take(a.Answer); code != 0 || got.Acked != 1 || got.Unsent != 0 || got.Rows == 0 {
		t.Fatalf("first answer: %+v, exit %d", got, code)
	}
	id := s.pick(2)
	older, _ := s.export("2.carry")
	s.pick(3)
	newer, n := s.export("3.carry")
	body, err := os.ReadFile(newer)
	if err != nil || n != 5 || bytes.Contains(body, []byte("赵钱孙")) {
		t.Fatalf("newer file: %d events, %v", n, err)
	}
	a3, err := s.atCentre(newer)
	if err != nil || a3.Applied != 5 {
		t.Fatalf("newer file: %+v %v", a3, err)
	}
	a2, err := s.atCentre(older) // the older one was forgotten in a pocket
	if err != nil || a2.Applied != 0 || a2.Duplicate != 2 {
		t.Errorf("older file: %+v %v", a2, err)
	}
	s.pick(1)
	for _, answer := range []string{a2.Answer, a3.Answer, a2.Answer, a3.Answer} {
		if got, code := s.take(answer); code != 0 || got.Unsent != 1 {
			t.Errorf("%s: %+v, exit %d", answer, got, code)
		}
	}
	last, n := s.export("4.carry")
	if a, err = s.atCentre(last); err != nil || n != 1 || a.Applied != 1 {
		t.Errorf("last file: %d events, %+v %v", n, a, err)
	}
	if got := s.pickedAtCentre(id); got != 6 {
		t.Errorf("%d units at the centre", got)
	}
	r, err := localdb.OpenReader(s.data)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if rcv, err := r.Unseal(id); err != nil || rcv.Name != "赵钱孙" {
		t.Errorf("the carried receiver: %v", err)
	}
}

func TestACarriedFileThatIsNotWhatItSeemsIsRefused(t *testing.T) {
	c, dir := newCarryCentre(t)
	s, other := enrolledCarryStation(t, "bench-1", c, dir), enrolledCarryStation(t, "bench-2", c, dir)
	stationDir(t, s.data, 3)
	stationDir(t, other.data, 1)
	good, _ := s.export("good.carry")
	body, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"changed payload":  append(bytes.Clone(body[:len(body)-9]), append([]byte{body[len(body)-9] ^ 1}, body[len(body)-8:]...)...),
		"cut":              body[:len(body)-5],
		"lengthened":       append(bytes.Clone(body), 'x'),
		"another station":  bytes.Replace(body, []byte(`"station":"bench-1"`), []byte(`"station":"bench-2"`), 1),
		"another kind":     bytes.Replace(body, []byte(`"kind":"events"`), []byte(`"kind":"answer"`), 1),
		"a newer version":  bytes.Replace(body, []byte(`"v":1`), []byte(`"v":2`), 1),
		"another's cert":   bytes.Replace(body, []byte("MII"), []byte("MIJ"), 1),
		"nothing":          {},
		"something else":   []byte(strings.Repeat("hello\n", 50)),
		"head without end": body[:40],
	} {
		path := filepath.Join(s.dir, "bad.carry")
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if a, err := s.atCentre(path); err == nil {
			t.Errorf("%s: taken in: %+v", name, a)
		}
	}
	a, err := s.atCentre(good)
	if err != nil || a.Events != 3 {
		t.Fatalf("after the refusals: %+v %v", a, err)
	}
	if _, code := other.take(a.Answer); code != exitNo {
		t.Errorf("another station takes the answer: exit %d", code)
	}
	if _, code := s.take(good); code != exitNo {
		t.Errorf("a station takes its own file for an answer: exit %d", code)
	}
	if _, code := s.take(filepath.Join(s.dir, "none")); code != exitMissing {
		t.Errorf("an answer that is not there: exit %d", code)
	}
	answer, err := os.ReadFile(a.Answer)
	if err != nil {
		t.Fatal(err)
	}
	answer[len(answer)-1] ^= 1
	if err := os.WriteFile(a.Answer, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, code := s.take(a.Answer); code != exitNo {
		t.Errorf("a changed answer: exit %d", code)
	}
}

func TestTheConformanceSuiteRunsOverTheNetwork(t *testing.T) {
	c, dir := newCarryCentre(t)
	s := enrolledCarryStation(t, "bench-1", c, dir)
	if _, code, err := cli(t, "sync", "conformance", "--config", s.config); code != exitMissing || strings.Contains(err.Error(), "rules are broken") {
		t.Errorf("without a centre: %d %v", code, err)
	}
	if err := c.start(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte("https://"))
	if err := os.WriteFile(s.config, append(text[:at], []byte("https://"+c.addr+"\"\n")...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code, err := cli(t, "sync", "conformance", "--config", s.config)
	if code != 0 || strings.Count(out, `"ok":true`) < 20 {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
}
