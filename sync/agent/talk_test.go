package agent

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// heard is what a station heard of an older centre; see sync/wire/testdata/README.md.
type heard struct {
	Ask   string
	Said  wire.PushHeader
	Reply json.RawMessage
}

func recordedTalk(t *testing.T) (talk []heard) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "wire", "testdata", "older", "talk.json"))
	if err == nil {
		err = json.Unmarshal(text, &talk)
	}
	if err != nil {
		t.Fatal(err)
	}
	return talk
}

// asNewer adds fields that this version does not know to a message and to what became of
// each event.
func asNewer(body []byte) []byte {
	body = bytes.ReplaceAll(body, []byte(`{"s":`), []byte(`{"robot":[7],"s":`))
	return append([]byte(`{"from_the_future":{"deep":[1,null]},"schema":9,`), body[1:]...)
}

func read[T any](t *testing.T, body []byte) (m T) {
	t.Helper()
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// answered lets a station push as the recorded one did, and hear the recorded answer.
func (d *driver) answered(x *heard, body []byte) []Action {
	n := uint64(max(x.Said.N, 1))
	d.local.Logs = []Log{{ID: x.Said.Log, Acked: x.Said.Base, Last: x.Said.Base + n}}
	p := d.settled()
	marks := read[map[string]any](d.t, body)
	hash := read[order.Hash](d.t, []byte(`"`+marks["hwm_hash"].(string)+`"`))
	return d.in(Input{Kind: Pushed, Req: p.Req, Push: read[wire.PushReply](d.t, body),
		HashAtHWM: hash, HashKnown: marks["hwm"].(float64) <= float64(d.local.Logs[0].Last)})
}

// TestTheRefusalsOfOtherVersionsAreActedOn lets Step hear what an older centre said to a
// station in trouble, as it was said and with more that is not known here.
func TestTheRefusalsOfOtherVersionsAreActedOn(t *testing.T) {
	found := map[string]bool{}
	for _, x := range recordedTalk(t) {
		if x.Ask != "push" {
			continue
		}
		for _, body := range [][]byte{x.Reply, asNewer(x.Reply)} {
			d := newDriver(t)
			acts := d.answered(&x, body)
			name, _ := read[map[string]any](t, body)["code"].(string)
			start, forked := pick[StartLog](acts)
			mark, marked := pick[SetAcked](acts)
			switch {
			case name == "ok" && x.Said.N < 10: // the centre has ten events of it
				name = "amnesia"
				if mark.Acked != 3 || start.At != 4 || start.Why != "amnesia" {
					t.Errorf("%s: %+v", body, acts)
				}
			case name == "ok":
				if mark.Acked != 10 || forked || d.s.max <= 10 {
					t.Errorf("%s: %+v", body, acts)
				}
			case name == "gap":
				if mark.Acked != 10 || forked {
					t.Errorf("%s: %+v", body, acts)
				}
			case name == "fork":
				must[Repull](t, acts)
				if start.At != x.Said.Base+1 || start.Why != "fork" || marked {
					t.Errorf("%s: %+v", body, acts)
				}
			case marked || forked || d.s.Status().Problem != name || d.s.Status().Detail == "":
				t.Errorf("%s: %+v, %+v", body, acts, d.s.Status())
			}
			found[name] = true
			if name == "upgrade" != (d.s.problem.Class == ClassPark) {
				t.Errorf("%s is met as %s", name, d.s.problem.Class)
			}
		}
	}
	for _, name := range []string{"ok", "amnesia", "gap", "fork", "upgrade", "bad"} {
		if !found[name] {
			t.Errorf("nobody said %s", name)
		}
	}
}

// TestACodeOfTheNextVersionIsNoYes hears a code that is not known: nothing counts as
// acknowledged, and the push is sent again.
func TestACodeOfTheNextVersionIsNoYes(t *testing.T) {
	for _, x := range recordedTalk(t) {
		if x.Ask != "push" {
			continue
		}
		d := newDriver(t)
		code := read[map[string]any](t, x.Reply)["code"].(string)
		acts := d.answered(&x, bytes.Replace(x.Reply, []byte(`"`+code+`"`), []byte(`"ask_the_robot"`), 1))
		none[SetAcked](t, acts)
		none[StartLog](t, acts)
		d.now = d.now.Add(time.Minute)
		beat := must[SendBeat](t, d.in(Input{Kind: Tick}))
		d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
		if again := must[SendPush](t, d.in(Input{Kind: Tick})); again.After != x.Said.Base {
			t.Errorf("%+v", again)
		}
	}
}

// TestFeedAndHeartbeatOfOtherVersionsAreTaken lets Step hear a feed that begins again, and
// leases that are prolonged.
func TestFeedAndHeartbeatOfOtherVersionsAreTaken(t *testing.T) {
	fed, renewed := 0, 0
	for _, x := range recordedTalk(t) {
		for _, body := range [][]byte{x.Reply, asNewer(x.Reply)} {
			d := newDriver(t)
			acts := d.in(Input{Kind: Tick})
			beat, feed := must[SendBeat](t, acts), must[SendFeed](t, acts)
			switch {
			case x.Ask == "heartbeat" && bytes.Contains(body, []byte(`"renewed"`)):
				renewed++
				acts = d.in(Input{Kind: Beaten, Req: beat.Req, Beat: read[wire.HeartbeatReply](t, body)})
				r := must[Renew](t, acts).Leases
				if len(r) != 1 || r[0].Shipment != "S000000004" || r[0].Lease.Token != 1 || r[0].Lease.GrantS != 86400 || r[0].Lease.Until.IsZero() {
					t.Errorf("%+v", r)
				}
				if must[Heard](t, acts).ServerAt.IsZero() {
					t.Error("the centre's time is not heard")
				}
			case bytes.Contains(body, []byte(`"snapshot":true`)):
				fed++
				acts = d.in(Input{Kind: Fed, Req: feed.Req, Feed: read[wire.FeedReply](t, body)})
				must[Repull](t, acts)
				must[FeedRead](t, acts)
				if a := must[ApplyFeed](t, acts); len(a.Rows) != 13 || a.Next != 22 || a.Timeline != 1 || a.Rows[12].FS != 21 ||
					a.Rows[12].Kind != wire.RowWork || a.Rows[12].ID != "S000000004" || len(a.Rows[12].Body) == 0 {
					t.Errorf("%+v", a)
				}
			}
		}
	}
	if fed != 2 || renewed != 2 {
		t.Errorf("%d feeds that begin again and %d renewals were heard", fed, renewed)
	}
}
