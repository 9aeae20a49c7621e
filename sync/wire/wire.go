// Package wire holds the messages between a station and a centre, version 1 of the
// station event log protocol. Names are short where a message carries many of them.
//
// A push carries events as newline-delimited JSON: a [PushHeader] line, then each
// event's canonical bytes untouched, so that the hash chain is verified over what
// the station wrote, fields of newer versions included. Bodies may be compressed
// with zstd (Content-Encoding).
package wire

import (
	"encoding/json"
	"time"

	"pickstation/order"
)

// Proto is the protocol version; Schema the version of the event layout.
const (
	Proto  = 1
	Schema = order.EventVersion
)

// Limits of one message.
const (
	MaxPushEvents = 2000
	MaxPushBytes  = 4 << 20 // decompressed
	MaxFeedRows   = 500
)

// PushHeader opens a push of the events Base+1 … Base+N of one log.
type PushHeader struct {
	Proto    int           `json:"proto"`
	Req      string        `json:"req"` // UUID; the reply repeats it
	Timeline int64         `json:"tl"`  // centre's timeline as the station knows it, 0 unknown
	Schema   int           `json:"schema"`
	Log      order.LogID   `json:"log"`
	Base     uint64        `json:"base"`
	BaseHash order.Hash    `json:"base_hash"`
	N        int           `json:"n"`
	EndHash  order.Hash    `json:"end_hash"`
	Boot     string        `json:"boot"`
	SentAt   time.Time     `json:"sent_at"`
	Backlog  Backlog       `json:"backlog"`
	App      string        `json:"app"`
	Epoch    *order.FactID `json:"follows,omitempty"` // last event of the log this one replaces
}

// Backlog is what a station has not had acknowledged.
type Backlog struct {
	N        int       `json:"n"`
	OldestAt time.Time `json:"oldest_at,omitzero"`
}

// Code is the outcome of a message as a whole.
type Code string

// Codes of replies.
const (
	CodeOK      Code = "ok"
	CodeGap     Code = "gap"     // Base is past the high-water mark, or the push of an older timeline: send from HWM
	CodeFork    Code = "fork"    // other events under the same numbers: start a new log
	CodeFenced  Code = "fenced"  // the log was closed by the centre
	CodeSplit   Code = "split"   // too large: send less
	CodeBad     Code = "bad"     // the envelope cannot be read
	CodeUpgrade Code = "upgrade" // the centre no longer reads this schema
	CodeBusy    Code = "busy"    // come again after Next.AfterMS
)

// PushReply answers a push.
type PushReply struct {
	Req      string     `json:"req"`
	Timeline int64      `json:"tl"` // grows at every restore of the centre
	Code     Code       `json:"code"`
	End      uint64     `json:"end"`      // last event verified in this push
	HWM      uint64     `json:"hwm"`      // high-water mark of the log at the centre
	HWMHash  order.Hash `json:"hwm_hash"` // hash of the event at HWM
	At       uint64     `json:"at,omitempty"`
	Stable   uint64     `json:"stable"` // covered by a backup: may be pruned
	Results  []Result   `json:"results,omitempty"`
	ServerAt time.Time  `json:"server_at"`
	Next     Next       `json:"next"`
	Head     int64      `json:"head"` // newest feed row for this station
	Message  string     `json:"message,omitempty"`
}

// Outcome is what became of one event at the centre.
type Outcome string

// Outcomes.
const (
	Applied   Outcome = "applied"
	Duplicate Outcome = "duplicate"
	Parked    Outcome = "parked" // stored, and raised to a person
)

// Result is the outcome of one event.
type Result struct {
	Seq     uint64  `json:"s"`
	Outcome Outcome `json:"code"`
	Why     string  `json:"why,omitempty"` // anomaly code of a parked event
}

// Next tells the station how to go on.
type Next struct {
	AfterMS   int `json:"after_ms,omitempty"`
	MaxEvents int `json:"max_events,omitempty"`
	MaxBytes  int `json:"max_bytes,omitempty"`
}

// RowKind is the kind of a feed row.
type RowKind string

// Feed row kinds.
const (
	RowWork        RowKind = "work"        // body Work
	RowWorkGone    RowKind = "work_gone"   // body Gone
	RowProduct     RowKind = "catalogue"   // body order.Product
	RowLocation    RowKind = "location"    // body order.Location
	RowOperator    RowKind = "operator"    // body order.Operator
	RowFlow        RowKind = "flow"        // body order.Flow
	RowPolicy      RowKind = "policy"      // body Policy
	RowBlock       RowKind = "block"       // body order.NumberBlock
	RowInstruction RowKind = "instruction" // body order.Instruction
	RowTask        RowKind = "task"        // body Task
	RowPickup      RowKind = "pickup"      // body order.PickupPlace
)

// FeedRow is one change for a station. Applying it twice changes nothing.
type FeedRow struct {
	FS   int64           `json:"fs"` // place in the feed, ascending without holes that matter
	Kind RowKind         `json:"type"`
	ID   string          `json:"id"`   // of the thing; a flow's is ID@version
	Body json.RawMessage `json:"body"` // null where the centre could not make it, see [FeedRow.LeftOut]
}

// LeftOut says whether the centre could not make the body, though the thing is there. The
// station keeps what it has of it, and both count the row as held.
func (r *FeedRow) LeftOut() bool { return len(r.Body) == 0 || string(r.Body) == "null" }

// FeedReply answers GET /v1/stations/{id}/feed?cursor=&max=&wait=&sums=.
type FeedReply struct {
	Timeline int64     `json:"tl"`
	Rows     []FeedRow `json:"rows"`
	Next     int64     `json:"next"`               // cursor for the next call
	UpToDate bool      `json:"up_to_date"`         // nothing beyond Next now
	Snapshot bool      `json:"snapshot,omitempty"` // the cursor was too old: rows start from the beginning
	ServerAt time.Time `json:"server_at"`
	// Sums say what a station holds that has all rows up to Next, where it asked for them
	// and nothing lies beyond. A kind of which nothing is held has a sum of zeros; one that
	// is not named cannot be compared. A centre that sends none is one version back.
	Sums Sums `json:"sums,omitempty"`
}

// Work is a shipment leased to the station.
type Work struct {
	Shipment order.Shipment `json:"shipment"`
	Lease    order.Lease    `json:"lease"`
	Sealed   []byte         `json:"sealed"` // order.Receiver as JSON, sealed to the station's key
	// Seen says which of the station's own events the progress includes: of its newest
	// log at the centre.
	SeenLog order.LogID `json:"seen_log,omitempty"`
	Seen    uint64      `json:"seen,omitempty"`
	// Marks say the same of all its logs, newest first: a station that was restored knows
	// only some of them. A centre that sends none is one version back.
	Marks []Mark `json:"marks,omitempty"`
}

// Task is work at a bench that is no shipment. Every station of the warehouse gets it.
type Task struct {
	Task  order.Task `json:"task"`
	Marks []Mark     `json:"marks,omitempty"` // how far the station's logs are in its progress, newest first
}

// Mark is how far a log is at the centre.
type Mark struct {
	Log  order.LogID `json:"log"`
	Seq  uint64      `json:"s"`
	Hash order.Hash  `json:"h"` // of the event at Seq
}

// Gone takes a shipment away from a station.
type Gone struct {
	Shipment order.ShipmentID `json:"shipment"`
	Why      string           `json:"why"` // released, shipped, leased_elsewhere
}

// Policy is the warehouse's policy with the badge key sealed to the station.
type Policy struct {
	order.Policy
	BadgeKey []byte `json:"badge_key"`
}

// Heartbeat is sent at least every 5 minutes and after each change of need.
type Heartbeat struct {
	Proto   int         `json:"proto"`
	Req     string      `json:"req"`
	Log     order.LogID `json:"log"`
	Seq     uint64      `json:"seq"` // last event of the log
	Acked   uint64      `json:"acked"`
	Want    int         `json:"want"` // shipments the station wants to hold in all
	Held    int         `json:"held"` // open shipments it holds
	Backlog Backlog     `json:"backlog"`
	App     string      `json:"app"`
	SentAt  time.Time   `json:"sent_at"`
	Health  Health      `json:"health"`
	// Used says how many numbers of its blocks the log has given to parcels.
	Used map[order.CarrierID]int64 `json:"used,omitempty"`
}

// Health is what a station tells of itself.
type Health struct {
	Printer  string `json:"printer,omitempty"`
	Scanners int    `json:"scanners"`
	DiskFree int64  `json:"disk_free"` // bytes
}

// HeartbeatReply answers a heartbeat. New leases come as feed rows; renewed ones here.
type HeartbeatReply struct {
	Req      string    `json:"req"`
	Timeline int64     `json:"tl"`
	ServerAt time.Time `json:"server_at"`
	Head     int64     `json:"head"`
	Granted  int       `json:"granted"` // shipments newly leased by this call
	Renewed  []Renewal `json:"renewed,omitempty"`
	NotAfter time.Time `json:"not_after,omitzero"` // when the client certificate expires
}

// Renewal prolongs a lease.
type Renewal struct {
	Shipment order.ShipmentID `json:"shipment"`
	Lease    order.Lease      `json:"lease"`
}

// EnrolRequest trades a one-time code for a client certificate.
type EnrolRequest struct {
	Code   string `json:"code"`
	CSR    string `json:"csr"`     // PEM, PKCS #10; the subject is set by the centre
	BoxKey []byte `json:"box_key"` // X25519 public key, 32 bytes, to which receivers are sealed
	App    string `json:"app"`
}

// RenewRequest asks for a new certificate, over a connection with the old one.
type RenewRequest struct {
	CSR string `json:"csr"` // PEM, PKCS #10
}

// EnrolReply answers an enrolment or a renewal.
type EnrolReply struct {
	Station order.StationID `json:"station"`
	Cert    string          `json:"cert"` // PEM
	CA      string          `json:"ca"`   // PEM
}

// CodeStoreAway is the code of a refusal by a centre that could not store the change now.
const CodeStoreAway = "store_write"

// Problem is the body of every refusal (RFC 9457) with a stable code and a hint.
type Problem struct {
	Title  string `json:"title,omitempty"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Hint   string `json:"hint,omitempty"`
}
