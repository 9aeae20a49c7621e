package api_test

import (
	"strings"
	"testing"

	"pickstation/central"
)

// In UTC these are of years that JSON does not have: what was stored with them could not be
// read again.
func TestATimeOnTheEdgeOfTheCalendarIsRefused(t *testing.T) {
	s := serve(t)
	key := s.key(t, central.Key{Scopes: []string{central.ScopeOrdersRead, central.ScopeReturnsWrite, central.ScopeTrackingWrite}})
	for _, at := range []string{"9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+12:00", "1989-12-31T00:00:00Z"} {
		status, body := s.call(t, "POST", "/v1/returns", key, `{"channel":"a","external_id":"r","created_at":"`+at+`","lines":[{"sku":"x","qty":1}]}`)
		if status != 422 || !strings.Contains(body, `"code":"bad_time"`) || !strings.Contains(body, `"hint":"`) {
			t.Errorf("a return of %s: %d %s", at, status, body)
		}
		status, body = s.call(t, "POST", "/v1/tracking", key, `{"events":[{"waybill":"SF1400000000001","event":"deliver","at":"`+at+`"}]}`)
		if status != 200 || !strings.Contains(body, `"outcome":"rejected"`) || !strings.Contains(body, "out of range") {
			t.Errorf("a parcel at %s: %d %s", at, status, body)
		}
	}
	status, body := s.call(t, "POST", "/v1/returns", key, `{"channel":"a","external_id":"r","created_at":"2026-03-02T08:00:00+08:00","lines":[{"sku":"x","qty":1}]}`)
	if status/100 != 2 {
		t.Errorf("a return of a day: %d %s", status, body)
	}
}
