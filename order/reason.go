package order

import (
	"slices"
	"strconv"
	"strings"
)

// ReasonRule is a reason that a warehouse accepts for what a lead lets pass, or for what a
// picker leaves out.
type ReasonRule struct {
	Code string `json:"code"`
	Name Names  `json:"name,omitzero"` // none: it is one of those for which benches have words
	For  []Gate `json:"for,omitempty"` // none: for everything that takes a lead
}

func (r *ReasonRule) fits(g Gate) bool {
	return slices.Contains(r.For, g) || len(r.For) == 0 && slices.Contains(leadGates, g)
}

// StandardReasons are those from which a lead chooses while the warehouse lists none of its own.
func StandardReasons() []ReasonRule {
	return []ReasonRule{{Code: "goods_checked"}, {Code: "agreed_by_phone"}, {Code: "carrier_waits", For: []Gate{GatePrint, GateDispatch}},
		{Code: "scale_wrong", For: []Gate{GateWeight}}, {Code: "other_reason"}}
}

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

// reasonGates are the steps for which a reason may be.
var reasonGates = append(slices.Clone(leadGates), GateShort, GateDamaged, GateSkip)

// checkReasons says what is wrong with the list of reasons.
func (p *Policy) checkReasons() error {
	seen, standard := map[string]bool{}, StandardReasons()
	for _, r := range p.Reasons {
		named := r.Name != (Names{}) || slices.ContainsFunc(standard, func(s ReasonRule) bool { return s.Code == r.Code })
		if r.Code == "" || len(r.Code) > maxTote || !plainCode(r.Code) || seen[r.Code] || !named {
			return Errorf("bad_policy", "reason %.40q needs a short, plain code of its own and a name", r.Code).
				WithHint("correct the policy and set it again")
		}
		seen[r.Code] = true
		for _, g := range r.For {
			if !slices.Contains(reasonGates, g) {
				return Errorf("bad_policy", "reason %s is for %.40q, which takes no reason", r.Code, g).
					WithHint("use print, dispatch, weight, hold, substitute, cold, pickup, short, damaged or skip")
			}
		}
	}
	for _, g := range reasonGates {
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
	next := *q
	next.Who = lead
	return t.askWhy(Needs, next, msg(MsgAskReason, Args{N: len(t.env.Policy.reasonsFor(q.Gate)), Reason: string(q.Gate)}))
}

// askWhy asks for one of the warehouse's reasons for what q opens; it reports false where
// there are none, or one was chosen.
func (t *turn) askWhy(v Verdict, q Question, what Message) bool {
	list := t.env.Policy.reasonsFor(q.Gate)
	if len(list) == 0 || q.Why != "" {
		return false
	}
	q.Then, q.Kind, q.Repeatable, q.Choices = q.Kind, AskReason, false, list
	t.ask(v, q, what, msg(DoReason, Args{N: len(list)}))
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
	then := *q
	then.Kind, then.Then, then.Choices, then.Why = q.Then, "", nil, q.Choices[n-1].Code
	if then.Who == "" {
		t.left(&then)
		return
	}
	op, err := t.env.Book.Operator(q.Who)
	t.keep(err)
	switch {
	case t.err != nil:
	case op == nil || !op.ValidAt(t.in.At) || !op.Has(RoleLead):
		t.b.Question = nil
		t.say(Blocked, msg(MsgUnknownBadge, Args{}), msg(DoCallLead, Args{}))
	case then.Kind == AskUnhold:
		t.b.Question = nil
		t.unhold(&then)
	default:
		t.overridden(&then, op)
	}
}

// left goes on with what a picker leaves out for the reason that was chosen: the choice is
// the yes.
func (t *turn) left(q *Question) {
	if q.Gate != GateSkip {
		t.yes(q)
		return
	}
	t.b.Question = nil
	switch l := t.atHand(); {
	case l == nil || t.s.ID != q.Shipment || l.No != q.Line:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	case t.b.Batch != nil:
		t.skipInBatch(q.Why)
	default:
		t.skip(q.Why)
	}
}

// shortGate is the step that SHORT or DAMAGED is, to the list of reasons.
func shortGate(c Command) Gate {
	if c == CmdDamaged {
		return GateDamaged
	}
	return GateShort
}
