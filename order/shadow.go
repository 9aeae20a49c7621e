package order

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ShadowRule puts the warehouse's own rules on trial for some days: what they would refuse
// or ask about is recorded and goes on. The laws stay: nothing expired, cancelled, held or
// too much counts, wrong goods never count, what is tracked is asked for, and steps that
// cannot be undone keep their gates.
//
// On trial are: the location before the goods, the policy's remaining life, the reserved
// lot, the oldest stock first, kits one at a time, the weight of a box.
type ShadowRule struct {
	From  Date   `json:"from"`            // first day, in the warehouse's zone
	Days  int    `json:"days"`            // how many, at most 31: a trial ends by itself
	Class string `json:"class,omitempty"` // goods of this temperature or scan class, "" all and boxes
}

// shadowDays is the longest trial.
const shadowDays = 31

// until is the first day that is not of the trial any more.
func (r *ShadowRule) until() Date { return r.From.AddDays(min(max(r.Days, 0), shadowDays)) }

func (r *ShadowRule) on(day Date) bool { return r.From != "" && r.From <= day && day < r.until() }

// covers says whether the trial is of the line's goods; nil is a box.
func (r *ShadowRule) covers(l *Line) bool {
	return r.Class == "" || l != nil && (r.Class == string(l.Temp) || r.Class == string(l.Scan))
}

// check says what is wrong with the rule, "" nothing.
func (r *ShadowRule) check() string {
	classes := []string{"", string(Chilled), string(Frozen), string(ScanOnce), string(ScanCheck)}
	switch {
	case r.From == "" || r.From.AddDays(0) != r.From:
		return fmt.Sprintf("shadow begins on a day such as 2026-12-01, not %.20q", string(r.From))
	case r.Days < 1 || r.Days > shadowDays:
		return fmt.Sprintf("shadow lasts 1 to %d days", shadowDays)
	case !slices.Contains(classes, r.Class):
		return fmt.Sprintf("shadow is for all goods, or those of class %s, not %.20q", strings.Join(classes[1:], ", "), r.Class)
	}
	return ""
}

// Trial is a shadow that goes on.
type Trial struct {
	Ends  time.Time // the first moment after it
	Class string    // "" all goods
}

// Trials returns the shadows that go on at a time, the one that ends last first.
func (p *Policy) Trials(at time.Time, zone *time.Location) (list []Trial) {
	day := DateOf(at.In(zone))
	for i := range p.Shadow {
		r := &p.Shadow[i]
		if !r.on(day) {
			continue
		}
		if end, err := time.ParseInLocation(time.DateOnly, string(r.until()), zone); err == nil {
			list = append(list, Trial{end, r.Class})
		}
	}
	slices.SortStableFunc(list, func(a, b Trial) int { return b.Ends.Compare(a.Ends) })
	return list
}

// lenient says whether a rule is on trial for goods, nil for a box: then it only notes what
// it would have said.
func (t *turn) lenient(l *Line, why MsgCode) bool {
	if !t.env.Policy.trial(l, t.today()) {
		return false
	}
	if !slices.Contains(t.shadowed, string(why)) {
		t.shadowed = append(t.shadowed, string(why))
	}
	return true
}

// trial says whether rules about goods are on trial on a day; nil is a box.
func (p *Policy) trial(l *Line, day Date) bool {
	return slices.ContainsFunc(p.Shadow, func(r ShadowRule) bool { return r.on(day) && r.covers(l) })
}

// stampShadow puts what rules on trial would have refused on the event of what went on.
func (t *turn) stampShadow(e *Event) {
	if t.verdict.Look() != LookStop {
		e.Shadow = strings.Join(t.shadowed, ",")
	}
}
