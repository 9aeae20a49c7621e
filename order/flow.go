package order

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Stage is a fixed point that every flow's states map to, so that custom states
// cannot break the station.
type Stage string

// The nine main stages, the four of a return, and the end of a cancelled one.
const (
	StageAwaitingPayment  Stage = "awaiting_payment"  // 待付款
	StagePaid             Stage = "paid"              // 已付款
	StageAwaitingPick     Stage = "awaiting_pick"     // 待分拣
	StagePicked           Stage = "picked"            // 已分拣
	StageAwaitingDispatch Stage = "awaiting_dispatch" // 待发货
	StageDispatched       Stage = "dispatched"        // 已发货
	StageInTransit        Stage = "in_transit"        // 运输中
	StageOutForDelivery   Stage = "out_for_delivery"  // 派送中
	StageDelivered        Stage = "delivered"         // 已签收

	StageReturnRequested Stage = "return_requested" // 退货申请
	StageAwaitingReturn  Stage = "awaiting_return"  // 待收货
	StageInspecting      Stage = "inspecting"       // 质检中
	StageRefunded        Stage = "refunded"         // 已退款

	StageCancelled Stage = "cancelled" // 已取消
)

var stageRank = map[Stage]int{
	StageAwaitingPayment: 1, StagePaid: 2, StageAwaitingPick: 3, StagePicked: 4, StageAwaitingDispatch: 5,
	StageDispatched: 6, StageInTransit: 7, StageOutForDelivery: 8, StageDelivered: 9,
	StageReturnRequested: 1, StageAwaitingReturn: 2, StageInspecting: 3, StageRefunded: 4,
	StageCancelled: 99,
}

// Rank orders stages by advance; 0 is an unknown stage, cancelled is past all.
func (s Stage) Rank() int { return stageRank[s] }

// StateCode names a state of a flow template.
type StateCode string

// Trigger is what moves a shipment along the edges of its flow. Stations and
// carriers send triggers, never state names.
type Trigger string

// Triggers.
const (
	TriggerPay      Trigger = "pay"
	TriggerRelease  Trigger = "release"
	TriggerPickDone Trigger = "pick_done"
	TriggerReopened Trigger = "pick_reopened"
	TriggerPackDone Trigger = "pack_done"
	TriggerDispatch Trigger = "dispatch"
	TriggerCollect  Trigger = "collect"
	TriggerOut      Trigger = "out_for_delivery"
	TriggerDeliver  Trigger = "deliver"
	TriggerCancel   Trigger = "cancel"
	TriggerApprove  Trigger = "approve"
	TriggerReceive  Trigger = "receive"
	TriggerRefund   Trigger = "refund"
)

// Flow is a versioned template of states and edges. Orders pin the version.
type Flow struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`
	Kind    string    `json:"kind"` // "shipment" or "return"
	Initial StateCode `json:"initial"`
	States  []State   `json:"states"`
	Edges   []Edge    `json:"edges"`
	Label   LabelTime `json:"label,omitempty"`
}

// LabelTime says when a waybill is printed. The zero value leaves it to the warehouse.
type LabelTime string

// Times of the waybill.
const (
	LabelFirst LabelTime = "first" // 先打后验: when the work is opened
	LabelLast  LabelTime = "last"  // 后置打单: when the goods are verified
)

// State is a state of a flow.
type State struct {
	Code  StateCode `json:"code"`
	Stage Stage     `json:"stage"`
	Name  Names     `json:"name"`
}

// Edge allows a trigger in a state.
type Edge struct {
	From StateCode `json:"from"`
	On   Trigger   `json:"on"`
	To   StateCode `json:"to"`
}

// State returns the state with that code; a nil flow has none.
func (f *Flow) State(code StateCode) (State, bool) {
	if f == nil {
		return State{}, false
	}
	for _, s := range f.States {
		if s.Code == code {
			return s, true
		}
	}
	return State{}, false
}

// Stage returns the fixed stage of a state, or "" for a state the flow lacks.
func (f *Flow) Stage(code StateCode) Stage {
	s, _ := f.State(code)
	return s.Stage
}

// Move returns the state that a trigger leads to, and whether the flow allows it.
func (f *Flow) Move(from StateCode, on Trigger) (StateCode, bool) {
	if f == nil {
		return "", false
	}
	for _, e := range f.Edges {
		if e.From == from && e.On == on {
			return e.To, true
		}
	}
	return "", false
}

// Validate says what is wrong with a template: unknown stages or states, two edges
// for one trigger, states that cannot be reached or from which no end can be.
func (f *Flow) Validate() error {
	fail := func(format string, args ...any) error {
		return Errorf("bad_flow", "flow %q version %d: %s", f.ID, f.Version, fmt.Sprintf(format, args...)).
			WithHint("correct the template and publish it again")
	}
	if f.ID == "" || f.Version < 1 {
		return fail("id and a version of at least 1 are needed")
	}
	if f.Kind != "shipment" && f.Kind != "return" {
		return fail("kind is %q, not shipment or return", f.Kind)
	}
	if f.Label != "" && f.Label != LabelFirst && f.Label != LabelLast {
		return fail("label is %q, not first or last", f.Label)
	}
	seen := map[StateCode]bool{}
	for _, s := range f.States {
		if s.Code == "" {
			return fail("a state has no code")
		}
		if s.Stage.Rank() == 0 {
			return fail("state %q has no known stage (%q)", s.Code, s.Stage)
		}
		if seen[s.Code] {
			return fail("state %q stands twice", s.Code)
		}
		seen[s.Code] = true
	}
	if !seen[f.Initial] {
		return fail("initial state %q is not among the states", f.Initial)
	}
	return f.validateEdges(seen, fail)
}

func (f *Flow) validateEdges(states map[StateCode]bool, fail func(string, ...any) error) error {
	type key struct {
		from StateCode
		on   Trigger
	}
	edges := map[key]bool{}
	out, in := map[StateCode][]StateCode{}, map[StateCode][]StateCode{}
	for _, e := range f.Edges {
		switch {
		case !states[e.From] || !states[e.To]:
			return fail("edge %s -%s-> %s names a state that is not there", e.From, e.On, e.To)
		case e.On == "":
			return fail("the edge %s -> %s has no trigger", e.From, e.To)
		case edges[key{e.From, e.On}]:
			return fail("two edges leave %q on %q", e.From, e.On)
		}
		edges[key{e.From, e.On}] = true
		out[e.From] = append(out[e.From], e.To)
		in[e.To] = append(in[e.To], e.From)
	}
	var ends []StateCode
	for _, s := range f.States {
		if len(out[s.Code]) == 0 {
			ends = append(ends, s.Code)
		}
	}
	if len(ends) == 0 {
		return fail("no state is an end")
	}
	reached, ending := walk(out, f.Initial), walk(in, ends...)
	for _, s := range f.States {
		switch {
		case !reached[s.Code]:
			return fail("state %q cannot be reached from %q", s.Code, f.Initial)
		case !ending[s.Code]:
			return fail("no end can be reached from state %q", s.Code)
		}
	}
	return nil
}

// walk returns all states that can be reached from some.
func walk(edges map[StateCode][]StateCode, from ...StateCode) map[StateCode]bool {
	reached := map[StateCode]bool{}
	for todo := from; len(todo) > 0; {
		last := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !reached[last] {
			reached[last] = true
			todo = append(todo, edges[last]...)
		}
	}
	return reached
}

// ParseFlow reads and validates a template. Unknown fields, and anything after the
// template, are refused.
func ParseFlow(data []byte) (*Flow, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var f Flow
	err := dec.Decode(&f)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something follows the template")
		}
	}
	if err != nil {
		return nil, (&Error{Code: "bad_flow", Op: "parse flow", Msg: "not a flow template", Err: err}).
			WithHint("see the presets for the format")
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return &f, nil
}

//go:embed flows/*.json
var presetFiles embed.FS

var presets = loadPresets()

func loadPresets() map[string]*Flow {
	all := map[string]*Flow{}
	for _, name := range []string{"standard", "returns", "pickup"} {
		data, err := presetFiles.ReadFile("flows/" + name + ".json")
		if err != nil {
			panic(err)
		}
		f, err := ParseFlow(data)
		if err != nil {
			panic(err)
		}
		all[name] = f
	}
	return all
}

// StandardFlow returns the preset with the nine main states.
func StandardFlow() *Flow { return presets["standard"] }

// PickupFlow returns the preset of parcels that buyers fetch 自提: like the standard one up
// to 待自提, then 已自提.
func PickupFlow() *Flow { return presets["pickup"] }

// ReturnsFlow returns the preset of returns: 退货申请, 待收货, 质检中, 已退款.
func ReturnsFlow() *Flow { return presets["returns"] }
