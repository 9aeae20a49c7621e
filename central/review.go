package central

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"pickstation/order"
)

// Rule is one question that review asks of every order. Rules are data; which
// version answered what is told in the order's timeline.
type Rule struct {
	ID      string         `json:"id"`
	Version int            `json:"version"`
	Check   string         `json:"check"`             // fields, paid, goods
	Country string         `json:"country,omitempty"` // only for receivers there
	Fields  []string       `json:"fields,omitempty"`  // must not be empty
	Hold    order.HoldCode `json:"hold,omitempty"`    // put on where the answer is no
}

//go:embed rules.json
var ruleFile []byte

func loadRules() ([]Rule, error) {
	var rules []Rule
	if err := json.Unmarshal(ruleFile, &rules); err != nil {
		return nil, fmt.Errorf("read review rules: %w", err)
	}
	for _, r := range rules {
		if r.Check != "paid" && r.Check != "fields" && r.Check != "goods" || r.Version < 1 {
			return nil, order.Errorf("bad_rule", "review rule %q: check %q version %d", r.ID, r.Check, r.Version)
		}
		for _, f := range r.Fields {
			if _, ok := fieldOf(&order.Receiver{}, f); !ok {
				return nil, order.Errorf("bad_rule", "review rule %q names an unknown field %q", r.ID, f)
			}
		}
	}
	return rules, nil
}

// finding is the answer to one rule.
type finding struct {
	rule    *Rule
	missing []string // fields, or catalogue entries
	unpaid  bool
}

func (f *finding) ok() bool { return len(f.missing) == 0 && !f.unpaid }

// String tells rule, version and answer: "complete@1 missing receiver.phone".
func (f *finding) String() string {
	answer := "ok"
	switch {
	case f.unpaid:
		answer = "not paid"
	case len(f.missing) > 0:
		answer = "missing " + strings.Join(f.missing, ", ")
	}
	return fmt.Sprintf("%s@%d %s", f.rule.ID, f.rule.Version, answer)
}

// review asks all rules. unknown is what [unknownGoods] found.
func review(rules []Rule, o *Order, rc *order.Receiver, unknown []string) []finding {
	var all []finding
	for i := range rules {
		r := &rules[i]
		if r.Country != "" && !strings.EqualFold(r.Country, rc.Country) {
			continue
		}
		f := finding{rule: r}
		switch r.Check {
		case "paid":
			f.unpaid = !o.Paid()
		case "goods":
			f.missing = unknown
		case "fields":
			for _, name := range r.Fields {
				if v, _ := fieldOf(rc, name); strings.TrimSpace(v) == "" {
					f.missing = append(f.missing, name)
				}
			}
		}
		all = append(all, f)
	}
	return all
}

func fieldOf(r *order.Receiver, name string) (string, bool) {
	switch name {
	case "receiver.name":
		return r.Name, true
	case "receiver.phone":
		return r.Phone, true
	case "receiver.country":
		return r.Country, true
	case "receiver.province":
		return r.Province, true
	case "receiver.city":
		return r.City, true
	case "receiver.district":
		return r.District, true
	case "receiver.street":
		return r.Street, true
	case "receiver.postcode":
		return r.Postcode, true
	}
	return "", false
}
