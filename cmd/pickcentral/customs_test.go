package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

func TestCustomsFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	store := "--store=sqlite:" + filepath.Join(dir, "c.db")
	in := central.OrderIn{Channel: "shop", External: "DF-1", Customs: order.CustomsDutyFree, Carrier: "EMS",
		Receiver: order.Receiver{Name: "周一诺", Phone: "13900003001", Country: "CN", Province: "浙江省", City: "杭州市", Street: "试验巷 1 号"},
		Lines: []central.LineIn{{SKU: "CREAM", Qty: 2, Price: order.Money{Minor: 9900, Currency: "CNY"}, WeightG: 180,
			Customs: &order.LineCustoms{HS: "3304990099", Origin: "JP", NetG: 50}}},
		Declaration: &central.DeclarationIn{Buyer: customs.Buyer{Name: "周一诺", ID: "11010519491231002X"}}}
	in.PaidAt = in.CreatedAt.AddDate(2025, 2, 1)
	body, err := json.Marshal([]central.OrderIn{in})
	if err != nil {
		t.Fatal(err)
	}
	mustCLI(t, "import", store, "--format", "json", write(t, "orders.json", string(body)))
	shown := func(want string) string {
		t.Helper()
		out := mustCLI(t, "orders", "show", "DF-1", store)
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
		return out
	}
	shown("no_profile")
	example := mustCLI(t, "customs", "profile", "example", "dutyfree")
	if out := mustCLI(t, "customs", "profile", "set", write(t, "profile.json", example), store); !strings.Contains(out, `"freed":0`) {
		t.Errorf("set: %s", out)
	}
	shown("not_departed")
	mustCLI(t, "customs", "departed", "DF-1", "--at", "2026-03-01T09:00:00+08:00", store)
	if out := shown(`"awaiting_pick"`); strings.Contains(out, "19491231") {
		t.Errorf("the identity number is shown: %s", out)
	}
	if out := mustCLI(t, "customs", "review", store); strings.TrimSpace(out) != `{"freed":0}` {
		t.Errorf("review: %s", out)
	}
	if out := mustCLI(t, "customs", "profile", "list", store); strings.Count(out, "\n") != 1 || !strings.Contains(out, "dutyfree") {
		t.Errorf("list: %s", out)
	}
	answer := write(t, "reply.xml", `<CEB622Message><InventoryReturn><guid>G</guid><copNo>S000000001</copNo><preNo>B1</preNo><returnStatus>120</returnStatus><returnTime>20260302173000123</returnTime></InventoryReturn></CEB622Message>`)
	if out := mustCLI(t, "customs", "reply", answer, store); !strings.Contains(out, `"outcome":"applied"`) {
		t.Errorf("reply: %s", out)
	}
	stranger := write(t, "stranger.xml", `<CEB622Message><InventoryReturn><guid>G</guid><copNo>S9</copNo><returnStatus>120</returnStatus><returnTime>20260302173000123</returnTime></InventoryReturn></CEB622Message>`)
	file := filepath.Join(dir, "out.xml")
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"not packed":      {[]string{"message", "S000000001", "--out", file}, exitNo, "not packed"},
		"no such kind":    {[]string{"message", "S000000001", "--out", file, "--kind", "undo"}, exitUsage, "undo"},
		"stranger":        {[]string{"reply", stranger}, exitNo, "not declared here"},
		"no reply":        {[]string{"reply", write(t, "no.xml", "hello")}, exitNo, "CEB604Message"},
		"no file":         {[]string{"message", "S000000001"}, exitUsage, "--out"},
		"no shipment":     {[]string{"message", "--out", file}, exitUsage, "shipments"},
		"unknown":         {[]string{"message", "S9", "--out", file}, exitNo, "no shipment"},
		"bad time":        {[]string{"departed", "DF-1", "--at", "yesterday"}, exitUsage, "at"},
		"unknown order":   {[]string{"departed", "DF-9"}, exitNo, "no order"},
		"bad profile":     {[]string{"profile", "set", write(t, "bad.json", `{"regime":"9610"}`)}, exitNo, "seller"},
		"no such file":    {[]string{"profile", "set", filepath.Join(dir, "none")}, exitMissing, "none"},
		"bad regime":      {[]string{"profile", "example", "9710"}, exitUsage, "9710"},
		"nothing to name": {[]string{"profile"}, exitUsage, "customs profile"},
	} {
		code, _, errOut := runCLI(t, append(append([]string{"customs"}, tt.args...), store)...)
		if code != tt.code || !strings.Contains(errOut, tt.want) || strings.Count(errOut, "\n") != 2 {
			t.Errorf("%s: exit %d: %s", name, code, errOut)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a refused message left a file")
	}
	if err := writeSecret(file, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if err := writeSecret(file, []byte("y")); err == nil {
		t.Error("a message is overwritten")
	}
}
