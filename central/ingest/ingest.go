// Package ingest holds the pure rules by which the centre takes a station's event
// log: no I/O, no clock. [Read] checks a message against itself, [Step] against what
// is stored of the log. The caller stores what Step tells it in one transaction.
//
// Ingest is not apply: a fact is never refused for what it says. A body that cannot
// be read, or a kind that is not known, is stored with its hash, the high-water mark
// moves, and a person is told.
package ingest

import (
	"bytes"
	"fmt"

	"pickstation/order"
	"pickstation/sync/wire"
)

// MinSchema is the oldest event layout that is still read.
const MinSchema = 1

// Batch is a push that is consistent in itself: its chain leads from the header's
// base hash to its end hash.
type Batch struct {
	Header wire.PushHeader
	Items  []Item // Items[i] has the number Header.Base + i + 1
}

// End is the number of the last event.
func (b *Batch) End() uint64 { return b.Header.Base + uint64(len(b.Items)) }

// Item is one event of a batch.
type Item struct {
	Seq   uint64
	Hash  order.Hash
	Body  []byte
	Event order.Event // zero where Bad is set
	Bad   string      // why the body cannot be read, "" it can
}

// Fact returns the identity of the event at its first issue.
func (it *Item) Fact(log order.LogID) order.FactID {
	if it.Reissued() {
		return *it.Event.Orig
	}
	return order.FactID{Log: log, Seq: it.Seq, Hash: it.Hash}
}

// Reissued says whether the event was issued before in another log. Events that cannot be
// used say so in the same place: what is parked must not be parked twice.
func (it *Item) Reissued() bool { return it.Event.Orig != nil }

// Refusal is why a message as a whole is not taken.
type Refusal struct {
	Code    wire.Code
	Message string
}

func refuse(code wire.Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Reasons for which a stored event is parked without being applied.
const (
	WhyUnreadable = "unreadable"    // not an event
	WhyNumber     = "wrong_number"  // carries another number than its place in the log
	WhyNewer      = "newer_version" // a layout this program does not know
	WhyRange      = "out_of_range"  // a count, weight, name, lot, serial or time that no bench can have
)

// MaxCount is the largest quantity, print number and weight in grams of an event.
// Sums of such numbers cannot wrap.
const MaxCount = 1_000_000

// MaxTracked is the most bytes of a lot, a serial or the name of a shipment or task: GS1 element
// strings hold 20 characters (GS1 General Specifications 3.4.2, 3.5.2), and what is kept by
// them must fit an index.
const MaxTracked = 200

// MinTime and MaxTime bound the times of an event, Unix milliseconds: the years 1 to 9998. A
// clock may be wrong by decades, but JSON has no other years (RFC 3339), in any zone.
const (
	MinTime = -62_135_596_800_000
	MaxTime = 253_370_764_799_999
)

// MaxTimeline is past the timeline of any centre: they are times of restores in Unix seconds,
// and the year 9999 ends before it.
const MaxTimeline = 1 << 38

// Read checks a push against itself. bodies are the event lines without their line
// ends; they are kept, not copied.
func Read(h wire.PushHeader, bodies [][]byte) (*Batch, *Refusal) {
	switch {
	case h.Proto != wire.Proto:
		return nil, refuse(wire.CodeUpgrade, "protocol %d is not spoken here, %d is", h.Proto, wire.Proto)
	case h.Schema < MinSchema:
		return nil, refuse(wire.CodeUpgrade, "event layout %d is no longer read; the oldest one is %d", h.Schema, MinSchema)
	case !ValidLog(h.Log):
		return nil, refuse(wire.CodeBad, "a log id has 32 hex digits")
	case h.N > wire.MaxPushEvents || len(bodies) > wire.MaxPushEvents:
		return nil, refuse(wire.CodeSplit, "at most %d events in one push", wire.MaxPushEvents)
	case h.N != len(bodies):
		return nil, refuse(wire.CodeBad, "the header announces %d events, %d came", h.N, len(bodies))
	case h.Timeline < 0 || h.Timeline > MaxTimeline:
		return nil, refuse(wire.CodeBad, "timeline %d is out of range", h.Timeline)
	case h.Base > 1<<62:
		return nil, refuse(wire.CodeBad, "base %d is out of range", h.Base)
	case h.Base == 0 && h.BaseHash != order.LogStart(h.Log):
		return nil, refuse(wire.CodeBad, "the base hash is not the start of the log")
	}
	b := &Batch{Header: h, Items: make([]Item, len(bodies))}
	prev := h.BaseHash
	for i, body := range bodies {
		it := &b.Items[i]
		it.Seq, it.Body, it.Hash = h.Base+uint64(i)+1, body, order.Chain(prev, body)
		prev = it.Hash
		it.read()
	}
	if prev != h.EndHash {
		return nil, refuse(wire.CodeBad, "the hash chain does not lead to the end hash; the message was damaged on its way")
	}
	return b, nil
}

// ReadItem reads an event that is stored; its hash was checked when it came.
func ReadItem(seq uint64, hash order.Hash, body []byte) Item {
	it := Item{Seq: seq, Hash: hash, Body: body}
	it.read()
	return it
}

func (it *Item) read() {
	e, err := order.ParseEvent(it.Body)
	switch {
	case err != nil || e.Type == "":
		it.Bad = WhyUnreadable
	case e.Seq != it.Seq:
		it.Bad = WhyNumber
	case e.V > order.EventVersion:
		it.Bad = WhyNewer
	case !countable(&e):
		it.Bad = WhyRange
	}
	e.Hash = it.Hash
	it.Event = e
	switch {
	case err != nil:
		it.Event.Orig = nil // what was read of it may be half
	case e.Orig != nil && !ValidLog(e.Orig.Log):
		it.Bad, it.Event.Orig = WhyUnreadable, nil
	}
}

// signed are events whose Qty may be less than nothing: goods that were laid back, a weight
// that is too low. Nothing is counted by them.
var signed = map[order.EventType]bool{order.EventInHand: true, order.EventWeightOff: true}

// countable says whether a bench can have the counts, weights, names, lots, serials and times
// of an event.
func countable(e *order.Event) bool {
	qty := e.Qty
	if signed[e.Type] {
		qty = max(qty, -qty)
	}
	for _, ms := range []int64{e.At, e.Wall, e.Since} {
		if ms < MinTime || ms > MaxTime {
			return false
		}
	}
	for _, s := range []string{string(e.Shipment), string(e.Task), e.Serial, e.Lot, e.Pack} {
		if len(s) > MaxTracked {
			return false
		}
	}
	for _, l := range e.Lots {
		if !inRange(l.Qty) || len(l.Lot) > MaxTracked {
			return false
		}
	}
	return inRange(qty) && inRange(e.No) && inRange(e.WeightG)
}

func inRange(n int) bool { return n >= 0 && n <= MaxCount }

// ValidLog says whether an id can be a log's: 32 hex digits.
func ValidLog(id order.LogID) bool {
	if len(id) != 32 {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// State is what is stored of a log.
type State struct {
	HWM    uint64
	Hash   order.Hash // of the event at HWM, [order.LogStart] for an empty log
	Closed bool       // takes no more events; what it has is still compared
	// Timeline is the centre's. A station that has not heard of it yet sends what followed
	// on what a restored centre may have lost.
	Timeline int64
	// Stored holds the hashes of the stored events from the batch's base (where it is
	// past 0) to its end, or to HWM where that comes first.
	Stored map[uint64]order.Hash
	// Known holds the facts of the batch that are stored already: in their own log or
	// re-issued by another one. It must be asked for every item, not only for the
	// re-issued ones: the original of a re-issued event may come later.
	Known map[order.FactID]bool
}

// Row is one event to append.
type Row struct {
	*Item
	Fact      order.FactID
	Duplicate bool // the fact is stored under another number: kept, not applied
}

// Result is what a push came to.
type Result struct {
	Code   wire.Code
	At     uint64 // for fork and fenced: the first event that is not taken; 0: before the batch
	End    uint64 // last event that was verified
	HWM    uint64
	Hash   order.Hash
	Append []Row
	Close  bool // the log is to be closed
	// Same are the numbers of the batch that were stored before, with equal hashes.
	Same []uint64
}

// Step compares a batch with the log: what is stored must be equal, what follows is
// appended, and the mark moves.
//
// A gap tells the station from where to send. Different events under one number mean
// that the log went on in two places (a restored or cloned station): the log is
// closed at the fork, and the station goes on in a new one, re-issuing what is not
// here. A fork before the batch closes nothing, for nobody knows yet where it is.
//
// A batch of an older timeline is a gap too, whatever it brings: the station goes back and
// sends again from what the centre cannot have lost, so that nothing comes before what
// happened first.
func Step(st State, b *Batch) Result {
	res := Result{Code: wire.CodeOK, HWM: st.HWM, Hash: st.Hash, End: b.Header.Base}
	if tl := b.Header.Timeline; b.Header.Base > st.HWM || tl != 0 && tl < st.Timeline {
		res.Code, res.End = wire.CodeGap, min(b.Header.Base, st.HWM)
		return res
	}
	if b.Header.Base > 0 && st.Stored[b.Header.Base] != b.Header.BaseHash {
		res.Code, res.At, res.End = wire.CodeFork, 0, 0
		return res
	}
	seen := map[order.FactID]bool{}
	for i := range b.Items {
		it := &b.Items[i]
		if it.Seq <= st.HWM {
			if st.Stored[it.Seq] != it.Hash {
				res.Code, res.At, res.Close = wire.CodeFork, it.Seq, true
				return res
			}
			res.Same = append(res.Same, it.Seq)
			res.End = it.Seq
			continue
		}
		if st.Closed {
			res.Code, res.At = wire.CodeFenced, it.Seq
			return res
		}
		fact := it.Fact(b.Header.Log)
		res.Append = append(res.Append, Row{Item: it, Fact: fact, Duplicate: st.Known[fact] || seen[fact]})
		seen[fact] = true
		res.HWM, res.Hash, res.End = it.Seq, it.Hash, it.Seq
	}
	return res
}

// Lines cuts a body into its lines; the last one may lack its line end. Empty lines
// are kept out of the events only at the very end.
func Lines(body []byte) [][]byte {
	body = bytes.TrimSuffix(body, []byte{'\n'})
	if len(body) == 0 {
		return nil
	}
	return bytes.Split(body, []byte{'\n'})
}
