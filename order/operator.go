package order

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Role is what an operator may do.
type Role string

// Roles.
const (
	RolePicker  Role = "picker"
	RolePacker  Role = "packer"
	RoleReturns Role = "returns" // takes goods back in
	RoleCount   Role = "count"   // counts, moves and replenishes stock
	RoleLead    Role = "lead"    // shift lead 班组长: may override gates
)

// Operator is a person who signs in by badge. The badge itself is never kept.
type Operator struct {
	ID         OperatorID `json:"id"`
	Name       string     `json:"name"`
	Lang       string     `json:"lang,omitempty"` // "zh" or "en"
	Roles      []Role     `json:"roles"`
	BadgeHash  string     `json:"badge_hash"`
	PIN        string     `json:"pin,omitempty"`        // verifier as HashPIN makes it, "" none was set
	PINDigits  int        `json:"pin_digits,omitempty"` // how long it is
	ValidUntil time.Time  `json:"valid_until,omitzero"`
	Disabled   bool       `json:"disabled,omitempty"`
}

// Has says whether the operator has the role.
func (o *Operator) Has(r Role) bool {
	for _, x := range o.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// ValidAt says whether the badge may be used at t.
func (o *Operator) ValidAt(t time.Time) bool {
	return !o.Disabled && (o.ValidUntil.IsZero() || t.Before(o.ValidUntil))
}

// BadgeHash returns the keyed hash under which a badge code is known; key is the
// warehouse's badge key, so that a stolen table of hashes cannot be searched.
func BadgeHash(key []byte, badge string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(CodeKey(badge)))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// Policy is what a warehouse has decided; it travels in the feed.
type Policy struct {
	Warehouse        string        `json:"warehouse"`
	Zone             string        `json:"zone"`                        // IANA time zone, decides "today"
	LocationFirst    bool          `json:"location_first,omitempty"`    // the location is scanned before the item
	PlaceConfirms    []string      `json:"place_confirms,omitempty"`    // zones in which the scan of a place stands for its goods where nothing else lies there; "*" all
	LabelFirst       bool          `json:"label_first,omitempty"`       // 先打后验: the waybill is printed when the work is opened
	AutoPrint        bool          `json:"auto_print"`                  // print when the last unit is verified
	PrintWordAgeS    int           `json:"print_word_age_s"`            // oldest word from the centre for printing, seconds; 0 no limit
	DispatchWordAgeS int           `json:"dispatch_word_age_s"`         // the same for hand-over
	PickupWordAgeS   int           `json:"pickup_word_age_s,omitempty"` // the same for parcels that buyers fetch; 0 as for carriers, -1 no limit
	MinLifeDays      int           `json:"min_life_days,omitempty"`     // least remaining shelf life of goods with an expiry
	Lang             string        `json:"lang,omitempty"`              // language before sign-in
	Shipper          Sender        `json:"shipper,omitzero"`            // sender block of the waybill
	Packagings       []Packaging   `json:"packagings,omitempty"`        // kinds of boxes; none: S, M and L
	Weigh            WeighPolicy   `json:"weigh,omitzero"`
	Reasons          []ReasonRule  `json:"reasons"`                // from which a lead chooses why something may pass; none: nobody asks
	ZeroCheck        bool          `json:"zero_check,omitempty"`   // a place that should be empty after a pick is asked about
	PINRoles         []Role        `json:"pin_roles,omitempty"`    // who has one of these gives a PIN beside the badge
	StrictRoles      bool          `json:"strict_roles,omitempty"` // each does what their roles say; else everybody does everything but what takes a lead
	BatchSize        int           `json:"batch_size,omitempty"`   // orders in a batch, 0 is 8
	WallSlots        int           `json:"wall_slots,omitempty"`   // orders at a put wall, 0 is 8
	Totes            []string      `json:"totes,omitempty"`        // what codes of totes and slots begin with; none: TOTE, SLOT, T-
	Drops            []DropRule    `json:"drops,omitempty"`        // where full totes go; none: they stay
	PurgeDays        int           `json:"purge_days,omitempty"`   // receivers are deleted so many days after hand-over
	Returns          ReturnPolicy  `json:"returns,omitzero"`       // how goods that come back are judged
	Cold             []ColdRule    `json:"cold,omitempty"`         // how long cold goods may be out of the cold; none: no limit
	Coolants         []CoolantRule `json:"coolants,omitempty"`     // what is packed with cold goods, the first rule that fits
	Transits         []TransitRule `json:"transits,omitempty"`     // how long parcels travel, the first rule that fits
	ColdLeaseS       int           `json:"cold_lease_s,omitempty"` // how long a bench may work on cold goods without a word, 0 as the centre is set

	Zones  []string     `json:"zones,omitempty"`  // in which people of this bench pick, none: all; the centre sets it for each station
	Shadow []ShadowRule `json:"shadow,omitempty"` // rules on trial: recorded, not refused

	ColdBenches []StationID `json:"cold_benches,omitempty"` // benches whose screen has the look for a fogged visor

	Shifts []string `json:"shifts,omitempty"` // when shifts begin, "06:00"; none: at midnight

	Inserts []Insert `json:"inserts,omitempty"` // what is put into boxes and stands on no order

	Papers []PaperRule `json:"papers,omitempty"` // what is printed at the label step beside the waybill
	Slips  bool        `json:"slips,omitempty"`  // an instruction of the centre prints its slip when it comes
	Postal Postal      `json:"postal,omitzero"`  // for customs forms and invoices
}

// Postal is what customs papers say that no order says, and which form a parcel needs.
type Postal struct {
	LetterPost []CarrierID `json:"letter_post,omitempty"` // carriers that post as letters; parcels always need a CN 23
	Operator   string      `json:"operator,omitempty"`    // designated operator on the form
	Incoterm   string      `json:"incoterm,omitempty"`    // Incoterms 2020 rule, "DAP"
	Rules      []CN22Rule  `json:"rules,omitempty"`
	Rates      []SDRRate   `json:"rates,omitempty"`
}

// CN22Rule says up to which value and weight letter post needs only a CN 22, from a day on.
type CN22Rule struct {
	From     Date  `json:"from"`
	LimitSDR int64 `json:"limit_sdr"` // special drawing rights
	LimitG   int64 `json:"limit_g"`   // grams
}

// SDRRate is the price of one special drawing right in millionths of a currency's main
// unit, from a day on.
type SDRRate struct {
	From     Date   `json:"from"`
	Currency string `json:"currency"`
	Micro    int64  `json:"micro"`
}

// Sender is the warehouse as it stands on waybills; it is not a person.
type Sender struct {
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
	Country string `json:"country,omitempty"`
}

// DefaultPolicy holds until the centre sends one: print up to 24 hours and hand
// over up to 12 hours after the centre's last word, and a lead says why something may pass.
func DefaultPolicy() Policy {
	return Policy{Zone: "Asia/Shanghai", AutoPrint: true, PrintWordAgeS: 24 * 3600, DispatchWordAgeS: 12 * 3600, Reasons: StandardReasons()}
}

// dispatchWordAge is the oldest word of the centre with which a shipment may be handed
// over, seconds; 0 no limit.
func (p *Policy) dispatchWordAge(s *Shipment) int {
	switch {
	case s.Pickup == "" || p.PickupWordAgeS == 0:
		return p.DispatchWordAgeS
	case p.PickupWordAgeS < 0:
		return 0
	}
	return p.PickupWordAgeS
}

// Product is a catalogue entry: what a code is, even when no open work wants it.
type Product struct {
	SKU      SKU        `json:"sku"`
	Name     Names      `json:"name"`
	Codes    []ItemCode `json:"codes"`
	Home     LocationID `json:"home,omitempty"` // where it normally stands
	Temp     Temp       `json:"temp,omitempty"`
	WeightG  int        `json:"weight_g,omitempty"`
	SpreadG  int        `json:"spread_g,omitempty"`
	Learnt   int        `json:"learnt,omitempty"`        // parcels from which weight and spread were learnt, 0 a person gave them
	MinLife  int        `json:"min_life_days,omitempty"` // least remaining shelf life, days; the warehouse's where that is more
	PackRank int        `json:"pack_rank,omitempty"`     // into the box in this order, ascending
	Track    Tracking   `json:"track,omitzero"`
	Scan     ScanClass  `json:"scan,omitempty"`

	Customs *LineCustoms `json:"customs,omitempty"` // what customs ask of the goods

	SpreadLearnt int `json:"spread_learnt,omitempty"` // boxes from which the spread beside a given weight was learnt, 0 a person gave it
}

// Location is a place of the warehouse.
type Location struct {
	ID   LocationID `json:"id"`
	Zone string     `json:"zone,omitempty"`
	Walk int        `json:"walk,omitempty"`
	Temp Temp       `json:"temp,omitempty"`
}

// Instruction is work in the physical world that the centre asks for, such as
// putting goods back after a cancellation. It ends by a scan.
type Instruction struct {
	ID       string          `json:"id"`
	Kind     InstructionKind `json:"kind"`
	Shipment ShipmentID      `json:"shipment"`
	Ref      string          `json:"ref"` // what a person calls the order
	Goods    []PutBack       `json:"goods,omitempty"`
	Waybills []string        `json:"waybills,omitempty"` // of the parcels that are meant
	Carrier  Names           `json:"carrier,omitzero"`   // in whose cage they stand
	At       time.Time       `json:"at"`
	Done     bool            `json:"done,omitempty"`
}

// InstructionKind says what is to be done.
type InstructionKind string

// Instruction kinds.
const (
	InstructPutBack   InstructionKind = "put_back"  // goods back to their places
	InstructStop      InstructionKind = "stop"      // do not hand over
	InstructReprint   InstructionKind = "reprint"   // the paper is void, print again
	InstructIntercept InstructionKind = "intercept" // handed over, and still in the carrier's cage: take it out again
)

// PutBack is one line of goods to be put back.
type PutBack struct {
	Line     int        `json:"line,omitempty"` // of the shipment; 0 from a centre that does not say
	SKU      SKU        `json:"sku"`
	Name     Names      `json:"name"`
	Qty      int        `json:"qty"`
	Location LocationID `json:"location"`
}

// Lease lets a station start work on a shipment. Validity is counted on the
// station's own monotonic clock, and on the wall clock less a margin after a reboot.
type Lease struct {
	Token  int64     `json:"token"`   // grows with every grant of the shipment
	Until  time.Time `json:"until"`   // centre's clock
	GrantS int       `json:"grant_s"` // seconds granted from the moment of the answer
}
