package labels

import (
	"fmt"
	"time"
)

// CustomsForm is the postal customs form that value, weight and day ask for: CN 22 or CN 23.
type CustomsForm struct {
	LetterPost bool          `json:"letter_post"`     // false: parcel post, always CN 23
	Rules      []CustomsRule `json:"rules,omitempty"` // default: the Union's
	Rates      []SDRRate     `json:"rates"`           // of the special drawing right
	Customs
}

// CustomsRule says up to which value and weight letter post may use CN 22; it holds from a day on.
type CustomsRule struct {
	From     time.Time `json:"from"`
	LimitSDR int64     `json:"limit_sdr"` // special drawing rights (UPU: 300)
	LimitG   int64     `json:"limit_g"`   // grams
}

// SDRRate is the price of one special drawing right in millionths of a currency's main unit, from a day on.
type SDRRate struct {
	From     time.Time `json:"from"`
	Currency string    `json:"currency"`
	Micro    int64     `json:"micro"`
}

// unionRules are the limits of letter post: CN 22 up to 300 SDR (UPU Convention Regulations, article 20-001) and 2 kg, the
// heaviest letter-post item. Posts that set others have them in their configuration.
var unionRules = []CustomsRule{{From: time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC), LimitSDR: 300, LimitG: 2000}}

// Bounds of rules and rates, so that a limit in any currency is a number.
const (
	maxLimitSDR = 100_000
	maxRate     = 1_000_000_000_000 // millionths: a million units of a currency to the SDR
)

// Layout chooses the form for the day of the declaration and lays it out.
func (c CustomsForm) Layout(pr Printer) ([]*Page, error) {
	if c.Date.IsZero() {
		return nil, &Error{ErrorBadInput, "choose customs form", "give the day of posting", fmt.Errorf("the date is missing")}
	}
	if err := c.check("customs form"); err != nil {
		return nil, err
	}
	rules := c.Rules
	if len(rules) == 0 {
		rules = unionRules
	}
	_, value := c.totals()
	kind, err := ChooseCustomsForm(c.LetterPost, value, c.GrossG, c.Date, rules, c.Rates)
	if err != nil {
		return nil, err
	}
	if kind == KindCN22 {
		return CN22{c.Customs}.Layout(pr)
	}
	return CN23{c.Customs}.Layout(pr)
}

// ChooseCustomsForm says which form a postal item needs on a day: parcels always CN 23, letter post CN 22 up to the
// limits of value and weight. Rules and rates are the newest that hold on that day; without one there is no answer.
func ChooseCustomsForm(letterPost bool, value Money, grossG int64, on time.Time, rules []CustomsRule, rates []SDRRate) (kind string, err error) {
	if !letterPost {
		return KindCN23, nil
	}
	bad := func(what string) (string, error) {
		return "", &Error{ErrorBadInput, "choose customs form", "update the postal rules and rates", fmt.Errorf("no %s holds on %s", what, on.Format("2006-01-02"))}
	}
	rule := newest(rules, on, func(r CustomsRule) (time.Time, bool) {
		return r.From, r.LimitSDR > 0 && r.LimitSDR <= maxLimitSDR && r.LimitG > 0
	})
	rate := newest(rates, on, func(r SDRRate) (time.Time, bool) {
		return r.From, r.Currency == value.Currency && r.Micro > 0 && r.Micro <= maxRate
	})
	if rule == nil {
		return bad("rule")
	}
	if rate == nil {
		return bad("rate of " + value.Currency)
	}
	digits, ok := minorDigits[value.Currency]
	if !ok {
		digits = 2
	}
	limit := rule.LimitSDR * (rate.Micro / 1000) // thousandths of the main unit, at most 10^14
	for range digits {
		limit *= 10
	}
	limit += rule.LimitSDR * (rate.Micro % 1000) * pow10(digits) / 1000
	if grossG > rule.LimitG || value.Minor > limit/1000 {
		return KindCN23, nil
	}
	return KindCN22, nil
}

// pow10 is ten to the power of n.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// newest is the entry that came into force last up to a day; of tells when an entry does, and whether it counts.
func newest[T any](list []T, on time.Time, of func(T) (from time.Time, counts bool)) (best *T) {
	var since time.Time
	for i := range list {
		if from, counts := of(list[i]); counts && !from.After(on) && (best == nil || from.After(since)) {
			best, since = &list[i], from
		}
	}
	return best
}

func exampleCustomsForm() Document {
	c := CustomsForm{LetterPost: true, Rules: unionRules, Rates: []SDRRate{{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "CNY", 9_731_400}}, Customs: exampleCustoms()}
	c.Items, c.GrossG = c.Items[:2], 1980
	c.Items[0].NetG = 1200
	return c
}
