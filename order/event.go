package order

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// EventType says what happened. Events are only appended and hold no personal data.
type EventType string

// Event types.
const (
	EventSignedIn       EventType = "signed_in"
	EventSignedOut      EventType = "signed_out"
	EventOpened         EventType = "opened"
	EventReleased       EventType = "released"
	EventTakenOver      EventType = "taken_over"
	EventLocated        EventType = "located" // a location was confirmed by scan
	EventInHand         EventType = "in_hand" // goods were taken, or laid back; counted once they are put
	EventDropped        EventType = "dropped" // its tote stands at Place
	EventPicked         EventType = "picked"
	EventUndone         EventType = "undone"
	EventZero           EventType = "zero_check" // a place after its last unit: Reason is "empty" or "count"
	EventShorted        EventType = "shorted"
	EventSkipped        EventType = "skipped"
	EventPacked         EventType = "packed"   // a unit passed the pack check
	EventBoxed          EventType = "boxed"    // a box was closed (Over), or only its kind told; Box is the kind, Reason the one before
	EventEnclosed       EventType = "enclosed" // Reason, the code of an [Insert], was scanned into a box
	EventWeighed        EventType = "weighed"
	EventWeightOff      EventType = "weight_off" // a weight that does not fit: Qty grams off, Reason and Line the likely mistake
	EventPrintRequested EventType = "print_requested"
	EventPrinted        EventType = "printed"
	EventPrintFailed    EventType = "print_failed"
	EventPaperVoided    EventType = "paper_voided" // paper that came out does not count any more, Reason says why
	EventManifested     EventType = "manifested"   // handed-over parcels of a carrier were listed; Code is the list's number
	EventLabelled       EventType = "labelled"     // the label was scanned back off the box
	EventDispatched     EventType = "dispatched"
	EventLeftBehind     EventType = "left_behind" // its carrier's load was closed with part of it: the other parcels are a back-order
	EventSubstituted    EventType = "substituted" // Qty units that Line lacks go out as the goods Sub, on line No
	EventPassed         EventType = "passed"      // on to zone Reason in tote Slot; what is picked stays counted
	EventRelotted       EventType = "relotted"    // Qty of its reserved lot went to shipment Reason; Lot is reserved instead, "" any; Over: it came back
	EventHeld           EventType = "held"
	EventUnheld         EventType = "unheld" // a lead lifted a hold, Reason names it
	EventInstructed     EventType = "instruction_done"
	EventCalled         EventType = "called"      // the lead is called to the bench
	EventCallEnded      EventType = "call_ended"  // a lead came, Auth says who
	EventAsked          EventType = "asked"       // a question was shown
	EventRefused        EventType = "refused"     // a verdict that changed nothing
	EventNoted          EventType = "noted"       // a command without effect on goods, such as LANG
	EventTemperature    EventType = "temperature" // a cold place has an alert, or its alert is over
)

// EventVersion is the version of the event layout this program writes.
const EventVersion = 1

// Source says how a thing was entered.
type Source string

// Sources.
const (
	Scanned Source = "scanned"
	Keyed   Source = "keyed"
	Weighed Source = "weighed"
	System  Source = "system"
)

// Event is one thing that happened at a station. (Log, Seq) identifies it; Hash
// chains it to the event before it.
type Event struct {
	Seq      uint64     `json:"s"`
	Type     EventType  `json:"k"`
	V        int        `json:"kv"`
	Shipment ShipmentID `json:"o,omitempty"`
	Line     int        `json:"l,omitempty"`
	Qty      int        `json:"q,omitempty"`
	Parcel   int        `json:"p,omitempty"`
	Waybill  string     `json:"wb,omitempty"`

	At      int64      `json:"t"`            // business time, Unix milliseconds UTC
	Wall    int64      `json:"tw,omitempty"` // raw wall clock where it differs from At
	Mono    int64      `json:"mono"`         // milliseconds since boot
	Boot    string     `json:"boot"`
	By      OperatorID `json:"op,omitempty"`
	Station StationID  `json:"st"`
	Device  DeviceID   `json:"dev,omitempty"`
	Frame   uint64     `json:"fr,omitempty"` // number of the frame on that device since start
	Source  Source     `json:"src,omitempty"`

	OrderVersion int `json:"ov,omitempty"`
	FlowVersion  int `json:"fv,omitempty"`

	Verdict Verdict `json:"vd,omitempty"`
	Msg     MsgCode `json:"msg,omitempty"`
	Code    string  `json:"c,omitempty"`    // what was scanned, as [EventCode] lets it pass
	Mended  bool    `json:"mend,omitempty"` // read by putting back a separator that the symbol lacks, as only the open work fits

	Lot     string `json:"lot,omitempty"`
	Serial  string `json:"sn,omitempty"`
	Expiry  Date   `json:"exp,omitempty"`
	Reason  string `json:"why,omitempty"`  // why; of an undone event the type of what it undoes
	Of      uint64 `json:"of,omitempty"`   // seq of the event this one undoes or answers
	No      int    `json:"n,omitempty"`    // print number; of picked and short units: which event of their put or shortage, from 0, over all its shipments
	WordS   int    `json:"age,omitempty"`  // seconds since the centre's last word, for gated steps; -1 never
	Auth    string `json:"auth,omitempty"` // who overrode a rule
	Why     string `json:"rs,omitempty"`   // the reason chosen for it, a code of [ReasonRule]
	WeightG int    `json:"g,omitempty"`
	Box     string `json:"bx,omitempty"` // kind of box, a code of [Packaging]

	Want SKU `json:"want,omitempty"` // of a refused scan of goods: what the bench asked for
	Saw  SKU `json:"saw,omitempty"`  // and what was scanned in its place; of a weight that does not fit: what probably lies there

	Shadow string `json:"shadow,omitempty"` // messages of rules on trial that would have refused this, with commas

	Batch string     `json:"ba,omitempty"` // of opened work: the batch it is part of
	Gave  *LineRef   `json:"gv,omitempty"` // of picked units: the line of other work that gave its reserved lot up for them
	Slot  string     `json:"sl,omitempty"` // of picked units: the tote or slot they were put into
	Pack  string     `json:"pa,omitempty"` // of picked units: the pack they are out of; Over: it was taken whole
	Place LocationID `json:"lo,omitempty"` // where a tote was brought; where goods are short

	Task   TaskID `json:"tk,omitempty"`  // work that is no shipment
	Grade  Grade  `json:"gr,omitempty"`  // of returned goods
	Fate   Fate   `json:"ft,omitempty"`  // what becomes of them
	Was    string `json:"was,omitempty"` // grade and fate before
	Photo  string `json:"ph,omitempty"`  // reference of a picture
	Expect int    `json:"x,omitempty"`   // of a count: what stock says

	Lots []LotQty `json:"lots,omitempty"` // of a count: Qty by lot, where the goods have lots

	Back []PutBackQty `json:"back,omitempty"` // of a put-back that was carried out; Qty is what nobody scanned of it

	Sub *Product `json:"sub,omitempty"` // goods that go out instead

	Paper    PaperKind `json:"pk,omitempty"` // which paper a print is of, "" the waybill
	Contents string    `json:"cm,omitempty"` // what the paper says of the goods, see [Shipment.ContentsMark]

	MilliC int      `json:"mc,omitempty"`    // of a cold place: worst temperature, thousandths of a degree Celsius
	Probe  DeviceID `json:"pr,omitempty"`    // of a parcel: which probe says MilliC
	OutS   int      `json:"out,omitempty"`   // of a parcel with cold goods: how long they were out of the cold, seconds
	Since  int64    `json:"since,omitempty"` // when that began, Unix milliseconds UTC; of picked cold goods: when they were taken into the hand
	Over   bool     `json:"over,omitempty"`  // it has ended; of a box: it is closed

	Orig *FactID `json:"orig,omitempty"` // first identity of a re-issued event

	Body []byte `json:"-"` // canonical bytes, what the hash covers
	Hash Hash   `json:"-"`
}

// FactID is the identity of an event at its first issue.
type FactID struct {
	Log  LogID  `json:"log"`
	Seq  uint64 `json:"seq"`
	Hash Hash   `json:"hash"`
}

// Replans says whether the event changes the plan of its shipment, not its progress alone.
func (e *Event) Replans() bool {
	return e.Type == EventRelotted || e.Type == EventSubstituted || e.Type == EventUndone && e.Reason == string(EventSubstituted)
}

// Time returns the business time of the event.
func (e *Event) Time() time.Time { return time.UnixMilli(e.At).UTC() }

// Hash is a link of the event chain: the first 16 bytes of SHA-256.
type Hash [16]byte

// String returns 32 hex digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; it wants 32 hex digits.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return Errorf("bad_hash", "a hash has 32 hex digits, got %d bytes", len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// LogStart returns the hash before the first event of a log.
func LogStart(log LogID) Hash {
	sum := sha256.Sum256([]byte("pickstation log " + log))
	return Hash(sum[:16])
}

// Chain returns the hash of the event whose canonical bytes are body, after prev.
func Chain(prev Hash, body []byte) Hash {
	var buf [512]byte
	b := append(append(buf[:0], prev[:]...), body...)
	sum := sha256.Sum256(b)
	return Hash(sum[:16])
}

// Seal sets Seq, fixes the canonical bytes and chains the event after prev.
func (e *Event) Seal(seq uint64, prev Hash) error {
	e.Seq = seq
	body, err := e.canonical()
	if err != nil {
		return &Error{Code: "event_encoding", Op: "seal event", Msg: string(e.Type), Err: err}
	}
	e.Body, e.Hash = body, Chain(prev, body)
	return nil
}

// ParseEvent decodes canonical bytes. Fields it does not know stay in Body.
func ParseEvent(body []byte) (Event, error) {
	var e Event
	if err := json.Unmarshal(body, &e); err != nil {
		return e, (&Error{Code: "bad_event", Op: "parse event", Msg: "not an event", Err: err}).
			WithHint("the event is kept as it is; look at it with a newer version")
	}
	e.Body = body
	return e, nil
}

// EventCode returns what of a scanned text may stand in an event: short plain
// ASCII codes as they are, anything else (QR texts, web and mail addresses, names)
// only as a fingerprint, for an event holds no personal data and lives for ever.
func EventCode(text string) string {
	if len(text) <= maxCode && plainCode(text) {
		return text
	}
	return Fingerprint(text)
}

// Fingerprint names a text without telling it.
func Fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "#" + hex.EncodeToString(sum[:8])
}

// plainCode says whether a text looks like a code of goods, places or commands. A
// colon is allowed only in commands: elsewhere it starts "tel:", "https:" and the like.
func plainCode(s string) bool {
	s = strings.TrimPrefix(s, CommandPrefix)
	for i := range len(s) {
		if c := s[i]; !isLetterOrDigit(c) && strings.IndexByte("-_./()#\x1d", c) < 0 {
			return false
		}
	}
	return true
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
