package order

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestThePresetsHaveTheStatesOfTheTrade(t *testing.T) {
	want := map[*Flow]string{
		StandardFlow(): "待付款 已付款 待分拣 已分拣 待发货 已发货 运输中 派送中 已签收 已取消",
		ReturnsFlow():  "退货申请 待收货 质检中 已退款 已驳回",
	}
	for f, names := range want {
		var got []string
		for _, s := range f.States {
			got = append(got, s.Name.In("zh"))
		}
		if strings.Join(got, " ") != names {
			t.Errorf("%s has %v", f.ID, got)
		}
	}
}

func TestTheStandardFlowIsWalkedByItsTriggers(t *testing.T) {
	f := StandardFlow()
	at := f.Initial
	for _, on := range []Trigger{TriggerPay, TriggerRelease, TriggerPickDone, TriggerReopened, TriggerPickDone, TriggerPackDone,
		TriggerDispatch, TriggerCollect, TriggerOut, TriggerDeliver} {
		to, ok := f.Move(at, on)
		if !ok {
			t.Fatalf("%s does not leave %s", on, at)
		}
		if f.Stage(to).Rank() < f.Stage(at).Rank() != (on == TriggerReopened) {
			t.Fatalf("%s moves %s to %s", on, at, to)
		}
		at = to
	}
	if f.Stage(at) != StageDelivered {
		t.Fatalf("ends at %s", at)
	}
	if _, ok := f.Move("dispatched", TriggerCancel); ok {
		t.Fatal("what is on the road can be cancelled")
	}
}

func TestNoFlowMovesNothing(t *testing.T) {
	var f *Flow
	if _, ok := f.Move("paid", TriggerRelease); ok || f.Stage("paid") != "" {
		t.Fatal("a flow that is not there has an opinion")
	}
}

const tiny = `{"id":"t","version":1,"kind":"shipment","initial":"a","states":[{"code":"a","stage":"awaiting_pick","name":{}},` +
	`{"code":"b","stage":"picked","name":{}},{"code":"c","stage":"dispatched","name":{}}],` +
	`"edges":[{"from":"a","on":"pick_done","to":"b"},{"from":"b","on":"dispatch","to":"c"}]}`

func TestFlowsThatCannotWorkAreRefused(t *testing.T) {
	if _, err := ParseFlow([]byte(tiny)); err != nil {
		t.Fatalf("the example itself: %v", err)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"no id":               {`"id":"t"`, `"id":""`, "id and a version"},
		"no version":          {`"version":1`, `"version":0`, "id and a version"},
		"no kind":             {`"kind":"shipment"`, `"kind":"x"`, "kind"},
		"unknown stage":       {`"stage":"picked"`, `"stage":"pickled"`, "no known stage"},
		"a state twice":       {`"code":"b"`, `"code":"a"`, "stands twice"},
		"a state without":     {`"code":"c"`, `"code":""`, "no code"},
		"unknown initial":     {`"initial":"a"`, `"initial":"x"`, "initial state"},
		"edge to nowhere":     {`"to":"c"`, `"to":"x"`, "not there"},
		"edge without":        {`"on":"dispatch"`, `"on":""`, "no trigger"},
		"two edges":           {`{"from":"b","on":"dispatch","to":"c"}`, `{"from":"a","on":"pick_done","to":"c"}`, "two edges"},
		"unreachable":         {`"initial":"a"`, `"initial":"b"`, "cannot be reached"},
		"no end":              {`{"from":"b","on":"dispatch","to":"c"}`, `{"from":"b","on":"dispatch","to":"c"},{"from":"c","on":"x","to":"a"}`, "no state is an end"},
		"a trap":              {`{"from":"b","on":"dispatch","to":"c"}`, `{"from":"b","on":"y","to":"b"},{"from":"a","on":"z","to":"c"}`, "no end can be reached"},
		"unknown field":       {`"version":1`, `"version":1,"colour":"red"`, "not a flow template"},
		"something follows":   {`"to":"c"}]}`, `"to":"c"}]} {}`, "not a flow template"},
		"rubbish that follow": {`"to":"c"}]}`, `"to":"c"}]}]`, "not a flow template"},
		"not JSON":            {tiny, `<html>`, "not a flow template"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(tiny, c.old, c.new, 1)
			_, err := ParseFlow([]byte(text))
			oe, ok := err.(*Error)
			if !ok || oe.Code != "bad_flow" || oe.Hint == "" || !strings.Contains(oe.Error(), c.says) {
				t.Fatalf("says %v, want %q", err, c.says)
			}
		})
	}
}

func FuzzParseFlow(f *testing.F) {
	f.Add([]byte(tiny))
	for _, name := range []string{"standard", "returns", "pickup"} {
		data, err := presetFiles.ReadFile("flows/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"", "null", "{}", `{"states":null}`, "[[[[", `{"id":"x","version":1e9}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		flow, err := ParseFlow(data)
		if err != nil {
			if oe, ok := err.(*Error); !ok || oe.Code != "bad_flow" || oe.Hint == "" {
				t.Fatalf("error without code or next step: %v", err)
			}
			return
		}
		out, err := json.Marshal(flow)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseFlow(out); err != nil {
			t.Fatalf("a valid flow is refused when written again: %v", err)
		}
		for _, e := range flow.Edges {
			if to, ok := flow.Move(e.From, e.On); !ok || to != e.To {
				t.Fatalf("edge %+v is not walked", e)
			}
		}
	})
}
