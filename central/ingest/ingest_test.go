package ingest_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// history is a station's log as the station has it.
type history struct {
	log    order.LogID
	events []order.Event
}

func (h *history) hash(seq uint64) order.Hash {
	if seq == 0 {
		return order.LogStart(h.log)
	}
	return h.events[seq-1].Hash
}

func (h *history) add(t interface{ Fatal(...any) }, e order.Event) {
	n := uint64(len(h.events))
	if err := e.Seal(n+1, h.hash(n)); err != nil {
		t.Fatal(err)
	}
	h.events = append(h.events, e)
}

// message is a push.
type message struct {
	head   wire.PushHeader
	bodies [][]byte
}

func (h *history) message(base, end uint64) message {
	head := wire.PushHeader{Proto: wire.Proto, Schema: wire.Schema, Log: h.log, Base: base, BaseHash: h.hash(base),
		N: int(end - base), EndHash: h.hash(end)}
	var bodies [][]byte
	for _, e := range h.events[base:end] {
		bodies = append(bodies, e.Body)
	}
	return message{head, bodies}
}

// centre keeps what Step tells it to.
type centre struct {
	logs    map[order.LogID]*ingest.State
	rows    map[order.LogID][]ingest.Row
	facts   map[order.FactID]bool // stored under any number
	applied map[order.FactID]int
}

func newCentre() *centre {
	return &centre{map[order.LogID]*ingest.State{}, map[order.LogID][]ingest.Row{}, map[order.FactID]bool{}, map[order.FactID]int{}}
}

func (c *centre) push(t interface{ Fatalf(string, ...any) }, m message) ingest.Result {
	h := m.head
	b, refusal := ingest.Read(h, m.bodies)
	if refusal != nil {
		t.Fatalf("refused: %+v", refusal)
	}
	st := c.logs[h.Log]
	if st == nil {
		st = &ingest.State{Hash: order.LogStart(h.Log), Stored: map[uint64]order.Hash{}}
		c.logs[h.Log] = st
	}
	in := *st
	in.Known = map[order.FactID]bool{}
	for i := range b.Items {
		f := b.Items[i].Fact(h.Log)
		in.Known[f] = c.facts[f]
	}
	res := ingest.Step(in, b)
	st.HWM, st.Hash, st.Closed = res.HWM, res.Hash, st.Closed || res.Close
	for _, r := range res.Append {
		st.Stored[r.Seq] = r.Hash
		c.rows[h.Log] = append(c.rows[h.Log], r)
		c.facts[r.Fact] = true
		if !r.Duplicate {
			c.applied[r.Fact]++
		}
	}
	return res
}

func logID(n int) order.LogID { return order.LogID(fmt.Sprintf("%032x", n+1)) }

// TestWhateverComesInWhateverOrderEachFactCountsOnce lets stations write, repeat,
// reorder, be restored from backups and cloned, and follow the protocol's client
// rules; the centre must hold every fact once, each log must be contiguous and one
// history's prefix.
func TestWhateverComesInWhateverOrderEachFactCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCentre()
		logs := 0
		fresh := func() *history { logs++; return &history{log: logID(logs)} }
		stations := []*history{fresh(), fresh()}
		var old []*history // backups, clones and late messages' senders
		for step := range rapid.IntRange(5, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, len(stations)-1).Draw(t, "station")
			h := stations[i]
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0, 1:
				h.add(t, order.Event{Type: order.EventNoted, V: 1, Code: fmt.Sprintf("e%d", step)})
			case 2: // a range, maybe one that was sent before
				end := uint64(rapid.IntRange(0, len(h.events)).Draw(t, "end"))
				base := uint64(rapid.IntRange(0, int(end)).Draw(t, "base"))
				stations[i] = obey(t, c, h, base, end, fresh)
			case 3: // backup
				twin := *h
				twin.events = h.events[:len(h.events):len(h.events)]
				old = append(old, &twin)
			case 4: // a clone comes to life beside the station
				if len(old) > 0 && len(stations) < 6 {
					twin := *old[rapid.IntRange(0, len(old)-1).Draw(t, "which")]
					stations = append(stations, &twin)
				}
			case 5: // all of it
				stations[i] = obey(t, c, h, 0, uint64(len(h.events)), fresh)
			}
			check(t, c)
		}
		quiet(t, c, stations, fresh)
		check(t, c)
		whole(t, c, stations)
	})
}

// quiet lets everybody send until all is stored.
func quiet(t *rapid.T, c *centre, stations []*history, fresh func() *history) {
	for range 30 {
		done := true
		for i, h := range stations {
			res := c.push(t, h.message(0, uint64(len(h.events))))
			done = done && res.Code == wire.CodeOK
			if res.Code == wire.CodeFork || res.Code == wire.CodeFenced {
				stations[i] = h.reissue(t, res.At, fresh())
			}
		}
		if done {
			return
		}
	}
	t.Fatal("the stations never become quiet")
}

// whole checks that what living stations have is applied exactly once.
func whole(t *rapid.T, c *centre, stations []*history) {
	seen := map[string]int{}
	for _, rows := range c.rows {
		for _, r := range rows {
			if !r.Duplicate {
				seen[r.Event.Code]++
			}
		}
	}
	for _, h := range stations {
		for _, e := range h.events {
			if seen[e.Code] != 1 {
				t.Fatalf("fact %s counts %d times", e.Code, seen[e.Code])
			}
		}
	}
}

// obey pushes and does what the reply tells a station to do.
func obey(t *rapid.T, c *centre, h *history, base, end uint64, fresh func() *history) *history {
	res := c.push(t, h.message(base, end))
	if (res.Code == wire.CodeFork || res.Code == wire.CodeFenced) && res.At > 0 {
		return h.reissue(t, res.At, fresh())
	}
	return h
}

// reissue goes on in a new log with everything from number at on; what was before
// stays with the station as sent.
func (h *history) reissue(t *rapid.T, at uint64, to *history) *history {
	for _, e := range h.events[at-1:] {
		if e.Orig == nil {
			e.Orig = &order.FactID{Log: h.log, Seq: e.Seq, Hash: e.Hash}
		}
		to.add(t, e)
	}
	return to
}

func check(t *rapid.T, c *centre) {
	for f, n := range c.applied {
		if n != 1 {
			t.Fatalf("fact %v applied %d times", f, n)
		}
	}
	for log, rows := range c.rows {
		prev := order.LogStart(log)
		for i, r := range rows {
			prev = order.Chain(prev, r.Body)
			if r.Seq != uint64(i+1) || r.Hash != prev {
				t.Fatalf("log %s breaks at %d", log, i+1)
			}
		}
		if st := c.logs[log]; st.HWM != uint64(len(rows)) || st.Hash != prev {
			t.Fatalf("log %s: mark %d of %d", log, st.HWM, len(rows))
		}
	}
}

func TestStepTellsWhatToDo(t *testing.T) {
	h := &history{log: logID(1)}
	for i := range 6 {
		h.add(t, order.Event{Type: order.EventNoted, V: 1, Code: fmt.Sprint(i)})
	}
	twin := &history{log: h.log, events: h.events[:3:3]}
	twin.add(t, order.Event{Type: order.EventNoted, V: 1, Code: "other"})
	twin.add(t, order.Event{Type: order.EventNoted, V: 1, Code: "others"})
	for name, x := range map[string]struct {
		of        *history
		base, end uint64
		closed    bool
		want      wire.Code
		at, hwm   uint64
		appended  int
		closes    bool
	}{
		"nothing new":                 {h, 0, 4, false, wire.CodeOK, 0, 4, 0, false},
		"a probe":                     {h, 4, 4, false, wire.CodeOK, 0, 4, 0, false},
		"two more":                    {h, 4, 6, false, wire.CodeOK, 0, 6, 2, false},
		"overlap":                     {h, 2, 6, false, wire.CodeOK, 0, 6, 2, false},
		"gap":                         {h, 5, 6, false, wire.CodeGap, 0, 4, 0, false},
		"fork inside":                 {twin, 2, 5, false, wire.CodeFork, 4, 4, 0, true},
		"fork before the batch":       {twin, 4, 5, false, wire.CodeFork, 0, 4, 0, false},
		"closed, and equal":           {h, 0, 4, true, wire.CodeOK, 0, 4, 0, false},
		"closed, and more":            {h, 2, 6, true, wire.CodeFenced, 5, 4, 0, false},
		"closed, and another history": {twin, 0, 5, true, wire.CodeFork, 4, 4, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre()
			c.push(t, h.message(0, 4))
			c.logs[h.log].Closed = x.closed
			res := c.push(t, x.of.message(x.base, x.end))
			if res.Code != x.want || res.At != x.at || res.HWM != x.hwm || len(res.Append) != x.appended || res.Close != x.closes {
				t.Errorf("got %+v", res)
			}
		})
	}
}

// The centre was restored. What a station sends before it has heard of that may follow on
// what is lost now, in another log.
func TestABatchOfAnOlderTimelineIsNotTaken(t *testing.T) {
	h := &history{log: logID(1)}
	h.add(t, order.Event{Type: order.EventNoted, V: 1, Code: "a"})
	for tl, want := range map[int64]wire.Code{0: wire.CodeOK, 1: wire.CodeGap, 2: wire.CodeOK, 3: wire.CodeOK} {
		m := h.message(0, 1)
		m.head.Timeline = tl
		b, refusal := ingest.Read(m.head, m.bodies)
		if refusal != nil {
			t.Fatal(refusal)
		}
		res := ingest.Step(ingest.State{Timeline: 2, Hash: order.LogStart(h.log)}, b)
		if res.Code != want || res.End > 0 != (want == wire.CodeOK) || len(res.Append) > 0 != (want == wire.CodeOK) {
			t.Errorf("timeline %d: %+v", tl, res)
		}
	}
}

func TestALotOrSerialThatNoBenchCanHaveIsParked(t *testing.T) {
	for name, e := range map[string]order.Event{
		"lot": {Lot: strings.Repeat("L", ingest.MaxTracked+1)}, "serial": {Serial: strings.Repeat("S", ingest.MaxTracked+1)},
	} {
		h := &history{log: logID(1)}
		e.Type, e.V, e.Shipment, e.Line, e.Qty = order.EventPicked, 1, "S1", 1, 1
		h.add(t, e)
		m := h.message(0, 1)
		b, refusal := ingest.Read(m.head, m.bodies)
		if refusal != nil || b.Items[0].Bad != ingest.WhyRange {
			t.Errorf("%s: %+v, %v", name, b, refusal)
		}
	}
}

func TestCountsByLotThatNoBenchCanHaveAreParked(t *testing.T) {
	for name, lot := range map[string]order.LotQty{"less than nothing": {Lot: "L7", Qty: -1}, "too many": {Lot: "L7", Qty: ingest.MaxCount + 1},
		"lot": {Lot: strings.Repeat("L", ingest.MaxTracked+1), Qty: 1}} {
		if bad := readOne(t, order.Event{Type: order.EventCounted, V: 1, Task: "T1", Line: 1, Qty: 1, Lots: []order.LotQty{lot}}).Bad; bad != ingest.WhyRange {
			t.Errorf("%s: %q", name, bad)
		}
	}
}

func TestWhatWasLaidBackAndABoxThatIsTooLightAreNoAbsurdCounts(t *testing.T) {
	for _, e := range []order.Event{{Type: order.EventInHand, Qty: -2}, {Type: order.EventWeightOff, Qty: -120, WeightG: 380}} {
		e.V, e.Shipment, e.Line = 1, "S1", 1
		if bad := readOne(t, e).Bad; bad != "" {
			t.Errorf("%s: %s", e.Type, bad)
		}
		e.Qty = math.MinInt
		if bad := readOne(t, e).Bad; bad != ingest.WhyRange {
			t.Errorf("%s of %d: %q", e.Type, e.Qty, bad)
		}
	}
}

func readOne(t *testing.T, e order.Event) ingest.Item {
	t.Helper()
	h := &history{log: logID(1)}
	h.add(t, e)
	m := h.message(0, 1)
	b, refusal := ingest.Read(m.head, m.bodies)
	if refusal != nil {
		t.Fatal(refusal)
	}
	return b.Items[0]
}

func TestWhatCannotBeUsedIsKnownAgainWhenItIsIssuedAgain(t *testing.T) {
	orig := &order.FactID{Log: logID(2), Seq: 7, Hash: order.Hash{1}}
	for name, c := range map[string]struct {
		e    order.Event
		want bool
	}{
		"no kind":      {order.Event{Orig: orig}, true},
		"out of range": {order.Event{Type: order.EventPicked, V: 1, Qty: -1, Orig: orig}, true},
		"newer":        {order.Event{Type: order.EventPicked, V: order.EventVersion + 1, Orig: orig}, true},
		"no log":       {order.Event{Type: order.EventPicked, V: 1, Orig: &order.FactID{Log: "x", Seq: 7}}, false},
	} {
		h := &history{log: logID(1)}
		h.add(t, c.e)
		m := h.message(0, 1)
		b, refusal := ingest.Read(m.head, m.bodies)
		if refusal != nil || b.Items[0].Bad == "" || b.Items[0].Reissued() != c.want {
			t.Fatalf("%s: %+v, %v", name, b, refusal)
		}
		res := ingest.Step(ingest.State{Hash: order.LogStart(logID(1)), Known: map[order.FactID]bool{*orig: true}}, b)
		if res.Append[0].Duplicate != c.want {
			t.Errorf("%s: %+v", name, res.Append[0])
		}
	}
	half := []byte(`{"s":1,"k":"picked","q":"many","orig":{"log":"` + string(logID(2)) + `","seq":7}}`)
	if it := ingest.ReadItem(1, order.Hash{}, half); it.Bad != ingest.WhyUnreadable || it.Reissued() {
		t.Errorf("half read: %+v", it)
	}
}

func FuzzRead(f *testing.F) {
	h := &history{log: logID(1)}
	h.add(f, order.Event{Type: order.EventPicked, V: 1, Shipment: "S1", Line: 1, Qty: 1})
	f.Add(uint64(0), h.message(0, 1).bodies[0])
	f.Add(uint64(1)<<63, []byte(`{"s":1,"k":"picked","orig":{"log":"`+string(logID(2))+`","seq":3,"hash":"00000000000000000000000000000000"}}`))
	f.Add(uint64(7), []byte("{\n\n[null]\nnull\n"))
	f.Fuzz(func(t *testing.T, base uint64, body []byte) {
		lines := ingest.Lines(body)
		if got := bytes.Join(lines, []byte("\n")); !bytes.Equal(got, bytes.TrimSuffix(body, []byte("\n"))) {
			t.Fatalf("lines changed the bytes: %q", got)
		}
		head := wire.PushHeader{Proto: 1, Schema: 1, Log: logID(1), Base: base, BaseHash: order.LogStart(logID(1)), N: len(lines)}
		prev := head.BaseHash
		for _, l := range lines {
			prev = order.Chain(prev, l)
		}
		head.EndHash = prev
		b, refusal := ingest.Read(head, lines)
		if refusal != nil {
			return
		}
		res := ingest.Step(ingest.State{Hash: order.LogStart(logID(1))}, b)
		if base == 0 && (res.Code != wire.CodeOK || res.HWM != uint64(len(lines))) {
			t.Fatalf("a sound batch is not taken: %+v", res)
		}
	})
}
