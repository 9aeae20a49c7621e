package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// TestNothingOfARecordedTalkGetsLost reads what a station and a centre of an older version
// said to each other, and writes it again: every field must still be there. Unlike the
// messages of this version the talk is never recorded anew.
func TestNothingOfARecordedTalkGetsLost(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "older", "talk.json"))
	if err != nil {
		t.Fatal(err)
	}
	var talk []struct {
		Ask         string
		Said, Reply json.RawMessage
		Events      []string
		Status      int
	}
	if err := json.Unmarshal(text, &talk); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for i, x := range talk {
		ask, _, _ := strings.Cut(x.Ask, "?")
		asks := map[string]any{"push": &wire.PushHeader{}, "heartbeat": &wire.Heartbeat{}}
		replies := map[string]any{"push": &wire.PushReply{}, "heartbeat": &wire.HeartbeatReply{}, "feed": &wire.FeedReply{}}
		reply := replies[ask]
		if x.Status == http.StatusUnauthorized {
			reply = &wire.Problem{}
		}
		again(t, fmt.Sprintf("%d. %s reply", i+1, ask), x.Reply, reply)
		if asks[ask] != nil {
			again(t, fmt.Sprintf("%d. %s", i+1, ask), x.Said, asks[ask])
		}
		for _, e := range x.Events {
			again(t, fmt.Sprintf("%d. event", i+1), []byte(e), &order.Event{})
		}
		feed, _ := reply.(*wire.FeedReply)
		for k := 0; feed != nil && k < len(feed.Rows); k++ {
			r := &feed.Rows[k]
			kinds[string(r.Kind)] = true
			bodies := map[wire.RowKind]any{wire.RowWork: &wire.Work{}, wire.RowWorkGone: &wire.Gone{}, wire.RowProduct: &order.Product{},
				wire.RowLocation: &order.Location{}, wire.RowOperator: &order.Operator{}, wire.RowFlow: &order.Flow{},
				wire.RowPolicy: &wire.Policy{}, wire.RowBlock: &order.NumberBlock{}, wire.RowInstruction: &order.Instruction{}}
			again(t, fmt.Sprintf("%d. row %s", i+1, r.Kind), r.Body, bodies[r.Kind])
		}
	}
	if len(kinds) != 9 {
		t.Errorf("the talk has rows of the kinds %v only", kinds)
	}
}

// again reads a recorded message into m and wants all of it in what is written.
func again(t *testing.T, name string, recorded []byte, m any) {
	t.Helper()
	if m == nil {
		t.Errorf("%s: of a kind that is not known", name)
		return
	}
	var want, have any
	err := errors.Join(json.Unmarshal(recorded, m), json.Unmarshal(recorded, &want))
	body, err2 := json.Marshal(m)
	if err := errors.Join(err, err2, json.Unmarshal(body, &have)); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if at := lacks(have, want, ""); at != "" {
		t.Errorf("%s: %s is not understood", name, at)
	}
}
