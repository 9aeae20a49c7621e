package order

import (
	"slices"
	"strconv"
	"strings"
)

// ReasonRule is a reason that a warehouse accepts for what a lead lets pass.
type ReasonRule struct {
	Code string `json:"code"`
	Name Names  `json:"name"`
	For  []Gate `json:"for,omitempty"` // none: for everything that takes a lead
}

func (r *ReasonRule) fits(g Gate) bool { return len(r.For) == 0 || slices.Contains(r.For, g) }

// maxReasons is how many reasons can be chosen from: the card has a code for each.
const maxReasons = 9

// reasonsFor returns the reasons from which one is chosen for a gate; none where the
// warehouse lists none.
func (p *Policy) reasonsFor(g Gate) (list []ReasonRule) {
	for _, r := range p.Reasons {
		if r.fits(g) && len(list) < maxReasons {
			list = append(list, ReasonRule{Code: r.Code, Name: r.Name})
		}
	}
	return list
}

// leadGates are the gates that a lead can open.
var leadGates = []Gate{GatePrint, GateDispatch, GateWeight, GateHold, GateSubstitute, GateCold, GatePickup}

// checkReasons says what is wrong with the list of reasons.
func (p *Policy) checkReasons() error {
	seen := map[string]bool{}
	for _, r := range p.Reasons {
		if r.Code == "" || len(r.Code) > maxTote || !plainCode(r.Code) || seen[r.Code] || r.Name == (Names{}) {
			return Errorf("bad_policy", "reason %.40q needs a short, plain code of its own and a name", r.Code).
				WithHint("correct the policy and set it again")
		}
		seen[r.Code] = true
		for _, g := range r.For {
			if !slices.Contains(leadGates, g) {
				return Errorf("bad_policy", "reason %s is for %.40q, which takes no lead", r.Code, g).
					WithHint("use print, dispatch, weight, hold, substitute, cold or pickup")
			}
		}
	}
	for _, g := range leadGates {
		n := 0
		for _, r := range p.Reasons {
			if r.fits(g) {
				n++
			}
		}
		if n > maxReasons {
			return Errorf("bad_policy", "%d reasons for %s; the card has codes for %d", n, g, maxReasons).
				WithHint("say with \"for\" which reason is for what")
		}
	}
	return nil
}

const choicePrefix = "WHY-"

// Choice is the command that chooses the nth of the things that are listed, from 1.
func Choice(n int) Command { return Command(choicePrefix + strconv.Itoa(n)) }

// choiceOf returns which one a command chooses.
func choiceOf(c Command) (n int, ok bool) {
	rest, ok := strings.CutPrefix(string(c), choicePrefix)
	if !ok || len(rest) != 1 || rest[0] < '1' || rest[0] > '0'+maxReasons {
		return 0, false
	}
	return int(rest[0] - '0'), true
}

// askReason asks a lead why, where the warehouse has reasons to choose from and none was
// chosen yet; q is what it opens, and comes back with the answer.
func (t *turn) askReason(q *Question, lead OperatorID) bool {
	list := t.env.Policy.reasonsFor(q.Gate)
	if len(list) == 0 || q.Why != "" {
		return false
	}
	next := *q
	next.Then, next.Kind, next.Repeatable, next.Who, next.Choices = q.Kind, AskReason, false, lead, list
	t.ask(Needs, next, msg(MsgAskReason, Args{N: len(list), Reason: string(q.Gate)}), msg(DoReason, Args{N: len(list)}))
	return true
}

// choose takes the nth reason of the list that is shown, and goes on with what it opens.
func (t *turn) choose(n int) {
	q := t.b.Question
	if q == nil || q.Kind != AskReason {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	if n > len(q.Choices) {
		t.say(WrongKind, q.What, q.Do)
		return
	}
	op, err := t.env.Book.Operator(q.Who)
	t.keep(err)
	switch {
	case t.err != nil:
		return
	case op == nil || !op.ValidAt(t.in.At) || !op.Has(RoleLead):
		t.b.Question = nil
		t.say(Blocked, msg(MsgUnknownBadge, Args{}), msg(DoCallLead, Args{}))
		return
	}
	then := *q
	then.Kind, then.Then, then.Choices, then.Why = q.Then, "", nil, q.Choices[n-1].Code
	if then.Kind == AskUnhold {
		t.b.Question = nil
		t.unhold(&then)
		return
	}
	t.overridden(&then, op)
}
