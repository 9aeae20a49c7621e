package central

import (
	"time"

	"pickstation/order"
)

// Order is an order 订单 as the centre keeps it. Personal data is in Receiver only,
// sealed; everything else may be logged.
type Order struct {
	ID             order.OrderID     `json:"id"`
	Channel        string            `json:"channel"`
	External       string            `json:"external"`
	Version        int               `json:"version"`         // grows with every change of the plan or the receiver
	AddressVersion int               `json:"address_version"` // version at the last change of the receiver
	Digest         string            `json:"digest"`          // keyed digest of what the shop sent last
	Warehouse      string            `json:"warehouse"`
	Flow           string            `json:"flow"`
	FlowVersion    int               `json:"flow_version"`
	State          order.StateCode   `json:"state"` // own while there are no shipments, else derived
	Stage          order.Stage       `json:"stage"`
	Holds          []order.Hold      `json:"holds,omitempty"`
	CreatedAt      time.Time         `json:"created_at"`
	ReceivedAt     time.Time         `json:"received_at"`
	PaidAt         time.Time         `json:"paid_at,omitzero"`
	CancelledAt    time.Time         `json:"cancelled_at,omitzero"`
	Total          order.Money       `json:"total"`
	Carrier        order.Carrier     `json:"carrier"`
	Customs        order.CustomsMode `json:"customs,omitempty"`
	Priority       int               `json:"priority,omitempty"`
	Promise        time.Time         `json:"promise,omitzero"`
	Tote           string            `json:"tote,omitempty"`
	Complete       bool              `json:"complete,omitempty"`
	PackCheck      order.PackCheck   `json:"pack_check,omitempty"`
	Packaging      string            `json:"packaging,omitempty"`
	Pickup         string            `json:"pickup,omitempty"` // hash of the buyer's code, see order.PickupHash
	Lines          []LineIn          `json:"lines"`
	Charges        []ChargeIn        `json:"charges,omitempty"`

	// Declare is what the order declares to customs, without anything personal; nil
	// without a customs mode. Who bought is kept apart, see CustomsReader.
	Declare *order.Declaration `json:"declare,omitempty"`

	Receiver []byte `json:"-"` // order.Receiver as JSON, sealed with the store's key
}

// Paid says whether the payment was confirmed.
func (o *Order) Paid() bool { return !o.PaidAt.IsZero() }

// Cancelled says whether the order was cancelled.
func (o *Order) Cancelled() bool { return !o.CancelledAt.IsZero() }

// stopped returns the first hold that keeps the order from being allocated, or nil.
func (o *Order) stopped() *order.Hold {
	for i := range o.Holds {
		if o.Holds[i].Stops {
			return &o.Holds[i]
		}
	}
	return nil
}

// setHold puts a hold on, once per code; it says whether that changed anything.
func (o *Order) setHold(h order.Hold) bool {
	for i := range o.Holds {
		if o.Holds[i].Code == h.Code {
			changed := o.Holds[i].Note != h.Note || o.Holds[i].Stops != h.Stops
			o.Holds[i] = h
			return changed
		}
	}
	o.Holds = append(o.Holds, h)
	return true
}

// dropHold takes a hold off; it says whether it stood.
func (o *Order) dropHold(code order.HoldCode) bool {
	for i := range o.Holds {
		if o.Holds[i].Code == code {
			o.Holds = append(o.Holds[:i:i], o.Holds[i+1:]...)
			return true
		}
	}
	return false
}

// Shipment is a shipment 出库单 with what only the centre knows of it.
type Shipment struct {
	order.Shipment
	Order          order.OrderID `json:"order"`
	Stage          order.Stage   `json:"stage"`
	Age            time.Time     `json:"age"` // when the order was received; oldest first among equals
	AddressVersion int           `json:"address_version"`
	ColdLeaseS     int           `json:"cold_lease_s,omitempty"` // length of a lease on its cold goods, by the warehouse's policy; 0 as the centre is set

	LeaseStation order.StationID `json:"lease_station,omitempty"`
	SentFrom     order.StationID `json:"sent_from,omitempty"` // the bench that handed it over
	LeftBy       order.StationID `json:"left_by,omitempty"`   // held it when it was enrolled into another warehouse; its late words count
	LeaseToken   int64           `json:"lease_token,omitempty"`
	LeaseUntil   time.Time       `json:"lease_until,omitzero"`

	Hands []Hand `json:"hands,omitempty"` // who has what, while several benches have goods of it
}

// Cold says whether any line belongs to the cold chain.
func (s *Shipment) Cold() bool {
	for i := range s.Lines {
		if s.Lines[i].Temp.Cold() {
			return true
		}
	}
	return false
}

// Open says whether a bench may be given the shipment while nobody has a lease on it: nobody
// has begun it, or who did stands in another warehouse now and its goods were fetched.
func (s *Shipment) Open() bool {
	left := s.LeftBy != "" && s.LeaseStation == "" && !gone(s)
	return !s.Cancelled && s.Stopped() == nil && (left || s.Stage == order.StageAwaitingPick && !s.Started())
}

// Held is what a heartbeat asks of a shipment that a station holds. A bench may hold
// thousands of parcels that wait for their carriers, and asks every few minutes.
type Held struct {
	ID         order.ShipmentID `json:"id"`
	Carrier    order.CarrierID  `json:"carrier,omitempty"` // of one that is still worked on
	Cancelled  bool             `json:"cancelled,omitempty"`
	Work       bool             `json:"work,omitempty"` // counts as work that the bench has
	Cold       bool             `json:"cold,omitempty"`
	ColdLeaseS int              `json:"cold_lease_s,omitempty"`
	LeaseUntil time.Time        `json:"lease_until"`
}

// HeldOf returns that of a shipment.
func HeldOf(sh *Shipment) Held {
	h := Held{ID: sh.ID, Cancelled: sh.Cancelled, Cold: sh.Cold(), ColdLeaseS: sh.ColdLeaseS, LeaseUntil: sh.LeaseUntil,
		Work: sh.Stage.Rank() < order.StageAwaitingDispatch.Rank() && sh.Stopped() == nil}
	if !sh.Cancelled && !gone(sh) {
		h.Carrier = sh.Carrier.ID
	}
	return h
}

// Waybill number states. A number is never given out twice.
const (
	NumberIssued = "issued"
	NumberUsed   = "used" // handed over
	NumberVoid   = "void"
)

// Number is a waybill number of a carrier and what became of it.
type Number struct {
	Number   string
	Carrier  order.CarrierID
	State    string
	Shipment order.ShipmentID
	Parcel   int
	At       time.Time
}

// Timeline kinds.
const (
	KindState     = "state"
	KindHold      = "hold"
	KindReview    = "review"
	KindChange    = "change"
	KindException = "exception"
)

// TimelineRow is one thing that is told about an order or a return.
type TimelineRow struct {
	Subject    string           `json:"-"` // order or return id
	N          int64            `json:"n"`
	Kind       string           `json:"kind"`
	State      order.StateCode  `json:"state,omitempty"`
	Shipment   order.ShipmentID `json:"shipment,omitempty"`
	At         time.Time        `json:"at"`          // when it happened
	ReceivedAt time.Time        `json:"received_at"` // when the centre heard of it
	By         string           `json:"by,omitempty"`
	ByName     string           `json:"by_name,omitempty"` // joined when read
	Station    order.StationID  `json:"station,omitempty"`
	Source     string           `json:"source"`         // scanned, keyed, intake, api, carrier, system
	Note       string           `json:"note,omitempty"` // no personal data
}

// Exception is a thing that a person has to look at.
type Exception struct {
	ID       int64            `json:"id"`
	Key      string           `json:"-"` // unique: one conflict, one exception
	Code     string           `json:"code"`
	Order    order.OrderID    `json:"order,omitempty"`
	Shipment order.ShipmentID `json:"shipment,omitempty"`
	Station  order.StationID  `json:"station,omitempty"`
	Log      order.LogID      `json:"log,omitempty"`
	Seq      uint64           `json:"seq,omitempty"`
	At       time.Time        `json:"at"`
	Detail   string           `json:"detail"`
	NextStep string           `json:"next_step"`
	ClosedAt time.Time        `json:"closed_at,omitzero"`
	ClosedBy string           `json:"closed_by,omitempty"`
}

// Station is an enrolled bench.
type Station struct {
	ID         order.StationID
	Warehouse  string
	BoxKey     []byte // X25519 public key, 32 bytes
	CertSerial string // the certificate in force; others of the name are refused
	CertKey    string // fingerprint of its public key, which stays the same over renewals
	NotAfter   time.Time
	// NextSerial is of a renewed certificate that was not used yet. The one in force
	// stays so until then, for the answer that brought the new one may have been lost.
	NextSerial   string    `json:",omitempty"`
	NextNotAfter time.Time `json:",omitzero"`
	RevokedAt    time.Time `json:",omitzero"` // no certificate is in force since
	EnrolledAt   time.Time
	SeenAt       time.Time
	App          string
	Health       string   // last heartbeat's health, JSON
	Zones        []string `json:",omitempty"` // in which people of the bench pick; none: all
	Hearing      Hearing
	// FeedPast is where the numbers of its feed begin: past those of the warehouses in which
	// it stood before.
	FeedPast int64         `json:",omitempty"`
	ClockOff time.Duration `json:",omitempty"` // by how much its clock was ahead of the centre's at the last heartbeat, less than 0 behind
}

// EnrolCode is a one-time code; only its hash is kept.
type EnrolCode struct {
	Hash      string
	Station   order.StationID
	Warehouse string
	Until     time.Time
	UsedAt    time.Time
}

// Key is a bearer key; only its hash is kept.
type Key struct {
	ID        string          `json:"id"`
	Hash      string          `json:"-"`
	Name      string          `json:"name"`
	Scopes    []string        `json:"scopes"`
	Channel   string          `json:"channel,omitempty"` // bound to one shop
	Station   order.StationID `json:"station,omitempty"` // bound to one station, scope station
	CreatedAt time.Time       `json:"created_at"`
	RevokedAt time.Time       `json:"revoked_at,omitzero"`
}

// Has says whether the key carries a scope.
func (k *Key) Has(scope string) bool {
	for _, s := range k.Scopes {
		if s == scope {
			return true
		}
	}
	return false
}

// Log is an event log as the centre has it.
type Log struct {
	ID      order.LogID
	No      int64 // dense number, 0 before the first append
	Station order.StationID
	Epoch   int64 // 1, 2, 3 … per station, in the order of first contact
	HWM     uint64
	Hash    order.Hash // of the event at HWM
	Stable  uint64     // covered by a backup
	Closed  bool       // takes no more events
	LastAt  time.Time
}

// EventRow is an event as stored, with what became of it.
type EventRow struct {
	LogNo      int64
	Seq        uint64
	Hash       order.Hash
	Type       order.EventType
	Shipment   order.ShipmentID
	At         time.Time
	ReceivedAt time.Time
	Outcome    string
	Why        string
	Body       []byte
}

// ParkedEvent is an event that was stored by a program that could not read it. Type,
// shipment, time and outcome are not filled in.
type ParkedEvent struct {
	Log     order.LogID
	Station order.StationID
	EventRow
}

// FeedRef names the thing that changed; its body is read when a station asks.
type FeedRef struct {
	FS      int64
	Station order.StationID // "" is for every station of the warehouse
	Kind    string
	ID      string
}

// Warehouse is a place with its policy.
type Warehouse struct {
	ID       string
	Policy   order.Policy
	SetAt    time.Time // zero while the policy is the default one
	BadgeKey []byte    // 32 bytes, sealed with the store's key
}

// Instruction is an instruction and the station that is to carry it out.
type Instruction struct {
	order.Instruction
	Station order.StationID `json:"station"`
	// Confirmed says that the bench told it was carried out; one that is done without was withdrawn.
	Confirmed bool `json:"confirmed,omitempty"`
}

// Return is a return 退货 with its own small flow.
type Return struct {
	ID          string          `json:"id"`
	Channel     string          `json:"channel"`
	External    string          `json:"external"`
	Order       order.OrderID   `json:"order,omitempty"` // "" where the shop did not name one
	State       order.StateCode `json:"state"`
	Stage       order.Stage     `json:"stage"`
	Flow        string          `json:"flow"`
	FlowVersion int             `json:"flow_version"`
	Reason      string          `json:"reason,omitempty"`
	Lines       []ReturnLine    `json:"lines,omitempty"`
	Digest      string          `json:"digest"`
	CreatedAt   time.Time       `json:"created_at"`
	ReceivedAt  time.Time       `json:"received_at"`
}

// ReturnLine is goods, or a sum of money, that comes back.
type ReturnLine struct {
	SKU       order.SKU   `json:"sku"`
	Name      order.Names `json:"name,omitzero"`
	Qty       int         `json:"qty"`
	PriceEach order.Money `json:"price_each,omitzero"`
	Charge    bool        `json:"charge,omitempty"` // money only, no goods
}

// TrackingEvent is what a carrier told about a parcel.
type TrackingEvent struct {
	Waybill    string        `json:"waybill"`
	Event      order.Trigger `json:"event"`
	At         time.Time     `json:"at"`
	ReceivedAt time.Time     `json:"received_at"`
	Outcome    string        `json:"outcome"`
	Place      string        `json:"place,omitempty"`
}
