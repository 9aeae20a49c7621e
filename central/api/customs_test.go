package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/customs"
	"pickstation/order"
)

const buyerID = "11010519491231002X" // a published example, GB 11643

// dutyFree is a duty-free order as a shop posts it.
func dutyFree(external string) central.OrderIn {
	in := centraltest.Order(external)
	in.Customs, in.Carrier = order.CustomsDutyFree, "EMS"
	in.Receiver.Province, in.Receiver.City = "浙江省", "杭州市"
	for i := range in.Lines {
		in.Lines[i].Price, in.Lines[i].WeightG = order.Money{Minor: 10_000, Currency: "CNY"}, 200
		in.Lines[i].Customs = &order.LineCustoms{HS: "3304990099", Origin: "FR", Model: "50 ml", Unit: "瓶", NetG: 60, Category: "cosmetics"}
	}
	in.Declaration = &central.DeclarationIn{Buyer: customs.Buyer{Name: in.Receiver.Name, ID: buyerID}}
	return in
}

func TestADutyFreeOrderGoesFromPostToMessage(t *testing.T) {
	s := serve(t)
	shop := s.key(t, central.Key{Scopes: []string{central.ScopeOrdersWrite, central.ScopeOrdersRead}, Channel: "shop"})
	other := s.key(t, central.Key{Scopes: []string{central.ScopeCustomsRead, central.ScopeOrdersWrite}, Channel: "other"})
	declarant := s.key(t, central.Key{Scopes: []string{central.ScopeCustomsRead, central.ScopeCustomsWrite}})

	post := func(in central.OrderIn) order.OrderID {
		t.Helper()
		body, err := json.Marshal(map[string]any{"orders": []central.OrderIn{in}})
		if err != nil {
			t.Fatal(err)
		}
		status, reply := s.call(t, "POST", "/v1/orders:batch", shop, string(body))
		var out struct{ Results []central.IntakeResult }
		if err := json.Unmarshal([]byte(reply), &out); err != nil || status != http.StatusOK || out.Results[0].ID == "" {
			t.Fatalf("%d %s, %v", status, reply, err)
		}
		return out.Results[0].ID
	}
	id := post(dutyFree("1"))
	profile, err := json.Marshal(customs.ExampleProfile(order.CustomsDutyFree))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name, method, path, key, body string
		status                        int
		want                          string
	}{
		{"a shop sets no profile", "PUT", "/v1/customs/profiles", shop, string(profile), http.StatusForbidden, "customs:write"},
		{"a broken profile", "PUT", "/v1/customs/profiles", declarant, strings.Replace(string(profile), `"6400"`, `"9999"`, 1), http.StatusUnprocessableEntity, "9999"},
		{"the profile", "PUT", "/v1/customs/profiles", declarant, string(profile), http.StatusOK, `"freed":0`},
		{"it is listed", "GET", "/v1/customs/profiles", declarant, "", http.StatusOK, "海口海关"},
		{"the departure, of another shop", "POST", "/v1/orders/" + string(id) + ":departed", other, "", http.StatusNotFound, "not_found"},
		{"the departure, in the future", "POST", "/v1/orders/" + string(id) + ":departed", shop, `{"at":"2099-01-01T00:00:00Z"}`, http.StatusUnprocessableEntity, "bad_time"},
		{"the departure", "POST", "/v1/orders/" + string(id) + ":departed", shop, "", http.StatusOK, `"awaiting_pick"`},
		{"review again", "POST", "/v1/orders/" + string(id) + ":review", shop, "", http.StatusOK, `"awaiting_pick"`},
	} {
		status, reply := s.call(t, step.method, step.path, step.key, step.body)
		if status != step.status || !strings.Contains(reply, step.want) {
			t.Errorf("%s: %d %s", step.name, status, reply)
		}
		if strings.Contains(reply, buyerID[6:14]) {
			t.Errorf("%s: the reply tells the identity number", step.name)
		}
	}

	sh := &s.View(t, id).Shipments[0].Shipment
	path := "/v1/customs/messages?shipments=" + string(sh.ID)
	if status, reply := s.call(t, "GET", path, declarant, ""); status != http.StatusConflict || !strings.Contains(reply, "not_packed") {
		t.Errorf("before it is packed: %d %s", status, reply)
	}
	b := s.NewBench(t, "bench-1")
	s.Lease(t, b, 5)
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventWeighed, Shipment: sh.ID, Parcel: 1, WeightG: 1200, Source: order.Weighed})
	b.Label(sh)
	s.PushAll(t, b)
	status, reply := s.call(t, "GET", path, declarant, "")
	if status != http.StatusOK || !strings.HasPrefix(reply, "<?xml") || !strings.Contains(reply, buyerID) {
		t.Errorf("packed: %d %s", status, reply)
	}
	refusal := `<?xml version="1.0" encoding="UTF-8"?><ceb:CEB622Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"><ceb:InventoryReturn><ceb:guid>G</ceb:guid><ceb:copNo>` +
		string(sh.ID) + `</ceb:copNo><ceb:preNo>B1</ceb:preNo><ceb:returnStatus>100</ceb:returnStatus><ceb:returnTime>20260302173000123</ceb:returnTime></ceb:InventoryReturn></ceb:CEB622Message>`
	if status, reply := s.call(t, "POST", "/v1/customs/replies", shop, refusal); status != http.StatusForbidden {
		t.Errorf("a shop takes replies in: %d %s", status, reply)
	}
	if status, reply := s.call(t, "POST", "/v1/customs/replies", declarant, refusal); status != http.StatusOK || !strings.Contains(reply, "海关退单") || !strings.Contains(reply, `"applied"`) {
		t.Errorf("reply: %d %s", status, reply)
	}
	if status, reply := s.call(t, "POST", "/v1/customs/replies", declarant, `{"a":1}`); status != http.StatusUnprocessableEntity || !strings.Contains(reply, "bad_reply") {
		t.Errorf("no reply: %d %s", status, reply)
	}
	for name, key := range map[string]string{"no key": "", "a shop's key": shop, "another shop's": other} {
		status, reply := s.call(t, "GET", path, key, "")
		if status < 400 || strings.Contains(reply, buyerID) {
			t.Errorf("%s: %d %s", name, status, reply)
		}
	}
	for query, want := range map[string]int{"": http.StatusUnprocessableEntity, "?shipments=": http.StatusUnprocessableEntity, "?shipments=S1,,": http.StatusNotFound,
		"?shipments=" + strings.Repeat("S,", 101): http.StatusUnprocessableEntity} {
		if status, reply := s.call(t, "GET", "/v1/customs/messages"+query, declarant, ""); status != want {
			t.Errorf("%q: %d %s", query, status, reply)
		}
	}
}
