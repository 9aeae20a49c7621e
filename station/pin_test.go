package station_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

// A lead signs in with badge and PIN without a centre in reach; neither the database nor
// its log keeps the PIN, or a fingerprint by which it could be found.
func TestAPINIsCheckedOfflineAndLeavesNoTrace(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	b.decide(func(p *order.Policy) { p.PINRoles = []order.Role{order.RoleLead} })
	const pin = "271828"
	mei := order.Operator{ID: "mei", Name: "韩梅梅", Roles: []order.Role{order.RoleLead}, BadgeHash: order.BadgeHash(badgeKey, badgeMei),
		PIN: order.HashPIN(pin, []byte("0123456789abcdef")), PINDigits: len(pin)}
	if err := b.apply(wire.FeedRow{FS: 2_500_000, Kind: wire.RowOperator, ID: "mei", Body: mustJSON(t, mei)}); err != nil {
		t.Fatal(err)
	}
	b.want(order.Needs, badgeMei)
	b.restart()
	if err := b.loop.PIN(t.Context(), "000000"); err != nil {
		t.Fatal(err)
	}
	if o := b.next(); o.Decision.What.Code != order.MsgWrongPIN {
		t.Fatalf("%+v", o.Decision.What)
	}
	b.frames["gun1"]++
	if err := b.loop.Scan(t.Context(), station.Scan{Device: "gun1", Frame: b.frames["gun1"], Text: pin, Packet: []byte("packet " + pin)}); err != nil {
		t.Fatal(err)
	}
	if o := b.next(); o.Decision.What.Code != order.MsgSignedIn {
		t.Fatalf("%+v", o.Decision.What)
	}
	if v := b.settle(); v.Bench.Operator != "mei" || v.Bench.Question != nil {
		t.Fatalf("bench %+v", v.Bench)
	}
	b.stop()
	mark := order.PacketID([]byte("packet " + pin))
	files, err := filepath.Glob(filepath.Join(b.dir, "station.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no database", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for what, trace := range map[string][]byte{"PIN": []byte(pin), "fingerprint": mark, "code": []byte(order.Fingerprint(pin))} {
			if bytes.Contains(data, trace) {
				t.Errorf("%s holds the %s", filepath.Base(name), what)
			}
		}
	}
	if err := b.loop.PIN(t.Context(), pin); err == nil {
		t.Error("a loop that has ended takes a PIN")
	}
}
