package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
)

// setPolicy sets one policy after the other in a new centre and returns what stands then.
func setPolicy(t *testing.T, all ...string) (p order.Policy) {
	t.Helper()
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	for _, text := range all {
		mustCLI(t, "policy", "set", write(t, "p.json", text), store)
	}
	if err := json.Unmarshal([]byte(mustCLI(t, "policy", "show", store)), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAListOfThePolicyIsReplacedWhole(t *testing.T) {
	p := setPolicy(t,
		`{"transits":[{"carrier":"SF","region":"海南省","hours":12},{"hours":60}],"weigh":{"check":true},
		  "postal":{"operator":"China Post","rules":[{"from":"2026-01-01","limit_sdr":300,"limit_g":2000}]}}`,
		`{"transits":[{"hours":48}],"postal":{"rules":[{"from":"2027-01-01","limit_sdr":250}]}}`)
	if diff := cmp.Diff([]order.TransitRule{{Hours: 48}}, p.Transits); diff != "" {
		t.Errorf("the new entry keeps fields of the old one:\n%s", diff)
	}
	if diff := cmp.Diff(order.Postal{Operator: "China Post", Rules: []order.CN22Rule{{From: "2027-01-01", LimitSDR: 250}}}, p.Postal); diff != "" {
		t.Errorf("a list inside an object:\n%s", diff)
	}
	if !p.Weigh.Check || p.DispatchWordAgeS == 0 {
		t.Errorf("what was left out lost its value: %+v", p)
	}
}

func TestAFieldOfThePolicyIsKnownInAnyCaseAndGivenBackByNull(t *testing.T) {
	p := setPolicy(t, `{"min_life_days":30,"purge_days":9,"shipper":{"name":"A","phone":"1","address":"X"}}`,
		`{"Min_Life_Days":7,"purge_days":null,"shipper":{"Phone":"2"}}`)
	if p.MinLifeDays != 7 || p.PurgeDays != 0 || p.Shipper != (order.Sender{Name: "A", Phone: "2", Address: "X"}) {
		t.Errorf("%+v", p)
	}
}

func TestAFieldThatIsNoneNamesTheOneThatWasMeant(t *testing.T) {
	for patch, want := range map[string]string{`{"pin_role":[]}`: `did you mean "pin_roles"? see its fields`, `{"returns":{"grade":[]}}`: `did you mean "grades"?`,
		`{"colour_of_the_door":1}`: "see its fields with"} {
		var e *order.Error
		if _, err := patched(order.DefaultPolicy(), []byte(patch)); !errors.As(err, &e) || !strings.HasPrefix(e.Hint, want) {
			t.Errorf("%s: %v, hint %q", patch, err, e.Hint)
		}
	}
}

func TestAPolicyIsOneObject(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	for _, text := range []string{`[]`, `"x"`, `null`, `{} {}`, `{"slips":1}`, `{"slips":true}x`, ``} {
		if code, out, errOut := runCLI(t, "policy", "set", write(t, "p.json", text), store); code != exitNo {
			t.Errorf("%s: exit %d: %s %s", text, code, out, errOut)
		}
	}
}
