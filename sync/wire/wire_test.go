package wire_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

var update = flag.Bool("update", false, "write the recorded messages of this version anew")

// fill sets every field of a message to something that is not its zero value.
func fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 2, 8, 0, 0, 123e6, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), f.Name)
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"x":1}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), name)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, val := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, "key")
		fill(val, name)
		v.SetMapIndex(key, val)
	case reflect.String:
		v.SetString("a " + name)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(9)
	case reflect.Float64:
		v.SetFloat(1.5)
	default:
		panic("a message cannot carry a " + v.Kind().String())
	}
}

// messages are all that goes over the wire.
func messages() map[string]any {
	return map[string]any{
		"push_header": &wire.PushHeader{}, "push_reply": &wire.PushReply{}, "feed_reply": &wire.FeedReply{},
		"heartbeat": &wire.Heartbeat{}, "heartbeat_reply": &wire.HeartbeatReply{},
		"enrol_request": &wire.EnrolRequest{}, "enrol_reply": &wire.EnrolReply{}, "problem": &wire.Problem{},
		"row_work": &wire.Work{}, "row_gone": &wire.Gone{}, "row_policy": &wire.Policy{}, "row_block": &order.NumberBlock{},
		"row_instruction": &order.Instruction{}, "row_operator": &order.Operator{}, "row_product": &order.Product{}, "row_location": &order.Location{},
		"carry_head": &wire.CarryHead{}, "carry_letter": &wire.CarryLetter{}, "carry_reply": &wire.CarryReply{}, "event": &order.Event{},
	}
}

// lacks says what of a recorded message another one does not have, "" nothing.
func lacks(have, recorded any, at string) string {
	switch want := recorded.(type) {
	case map[string]any:
		h, _ := have.(map[string]any)
		for k := range want {
			if why := lacks(h[k], want[k], at+"."+k); why != "" {
				return why
			}
		}
		return ""
	case []any:
		h, _ := have.([]any)
		if len(h) != len(want) {
			return at
		}
		for i := range want {
			if why := lacks(h[i], want[i], at+"[]"); why != "" {
				return why
			}
		}
		return ""
	}
	if have != recorded {
		return at
	}
	return ""
}

// TestMessagesKeepTheirForm compares every message with the one recorded: stations and
// centres one version apart must understand each other, so fields are added, never
// renamed, removed or given another form. With -update new fields are recorded.
func TestMessagesKeepTheirForm(t *testing.T) {
	for name, m := range messages() {
		fill(reflect.ValueOf(m).Elem(), name)
		got, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "v1", name+".json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		recorded, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var want, have any
		if err := errors.Join(json.Unmarshal(recorded, &want), json.Unmarshal(got, &have)); err != nil {
			t.Fatal(err)
		}
		if at := lacks(have, want, name); at != "" {
			t.Errorf("%s is not what was recorded", at)
		}
	}
}

// TestMessagesOfTheNextVersionAreUnderstood reads every message with fields that this
// version does not know, and with those missing that are not required.
func TestMessagesOfTheNextVersionAreUnderstood(t *testing.T) {
	for name, m := range messages() {
		fill(reflect.ValueOf(m).Elem(), name)
		body, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		newer := append([]byte(`{"from_the_future":{"deep":[1,{"x":null}]},"zz":"y",`), body[1:]...)
		for _, text := range [][]byte{newer, []byte(`{}`)} {
			if err := json.Unmarshal(text, reflect.New(reflect.TypeOf(m).Elem()).Interface()); err != nil {
				t.Errorf("%s: %.60s: %v", name, text, err)
			}
		}
	}
}
