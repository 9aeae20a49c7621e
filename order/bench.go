package order

import "time"

// Screen is where the bench is in its flow.
type Screen string

// Screens.
const (
	ScreenSignIn   Screen = "sign_in"
	ScreenQueue    Screen = "queue"
	ScreenPick     Screen = "pick"
	ScreenPack     Screen = "pack"  // pack check, each unit again
	ScreenLabel    Screen = "label" // waybill printing, label to be scanned back
	ScreenDispatch Screen = "dispatch"
	ScreenBatch    Screen = "batch" // several orders along the shelves, each into its tote
	ScreenWall     Screen = "wall"  // goods of a wave into the slots of a put wall
	ScreenDrop     Screen = "drop"  // totes of a picked batch to their places
	ScreenTasks    Screen = "tasks" // work that is no shipment: returns and stock
	ScreenReturn   Screen = "return"
	ScreenStock    Screen = "stock" // goods moved or counted
)

// Screens lists all screens, so that tests can prove that each was looked at.
func Screens() []Screen {
	return []Screen{ScreenSignIn, ScreenQueue, ScreenPick, ScreenPack, ScreenLabel, ScreenDispatch, ScreenBatch, ScreenWall, ScreenDrop,
		ScreenTasks, ScreenReturn, ScreenStock}
}

// Bench is the state of the terminal itself: who works, on what, what was asked.
// It is a value; [Decide] returns a new one.
type Bench struct {
	Screen       Screen     `json:"screen"`
	Operator     OperatorID `json:"operator,omitempty"`
	OperatorName string     `json:"operator_name,omitempty"`
	Lead         bool       `json:"lead,omitempty"`
	Roles        []Role     `json:"roles,omitempty"`
	Called       *Call      `json:"called,omitempty"` // the lead is wanted here
	WrongPINs    int        `json:"wrong_pins,omitempty"`
	WrongPINAt   time.Time  `json:"wrong_pin_at,omitzero"`
	Lang         string     `json:"lang,omitempty"`
	Panel        Panel      `json:"panel,omitempty"` // what is shown over the work
	Shipment     ShipmentID `json:"shipment,omitempty"`
	Focus        int        `json:"focus,omitempty"`    // line the operator turned to, 0 automatic
	Zones        []string   `json:"zones,omitempty"`    // of the warehouse in which people of this bench pick; none: all
	Located      LocationID `json:"located,omitempty"`  // location confirmed by scan
	Opened       string     `json:"opened,omitempty"`   // pack out of which units are taken one by one
	Recheck      *Recheck   `json:"recheck,omitempty"`  // box whose weight does not fit
	Box          int        `json:"box,omitempty"`      // box the operator turned to, 0 automatic
	Skipped      []int      `json:"skipped,omitempty"`  // lines put behind, oldest first
	OldGone      *LineRef   `json:"old_gone,omitempty"` // line at whose place no older stock is left, as the operator said
	Loose        *LineRef   `json:"loose,omitempty"`    // line whose goods lie loose, as the operator said
	Skips        []SkipMark `json:"skips,omitempty"`    // what UNDO takes back of them, oldest first
	Batch        *Batch     `json:"batch,omitempty"`    // several shipments at once
	Hand         []Pending  `json:"hand,omitempty"`     // goods taken for the shipment and not put yet
	Task         TaskBench  `json:"task,omitzero"`      // task at hand
	Fetch        ShipmentID `json:"fetch,omitempty"`    // its buyer's pickup code was scanned
	Load         Carrier    `json:"load,omitzero"`      // whose load is handed over now; none: the next parcel tells
	Chill        bool       `json:"chill,omitempty"`    // parcels that are scanned go into the cold
	Pending      *Pending   `json:"pending,omitempty"`
	Question     *Question  `json:"question,omitempty"`
}

// Pending is an item scan that still lacks its lot, expiry or serial.
type Pending struct {
	Line   int      `json:"line"`
	Units  int      `json:"units"`
	Lot    string   `json:"lot,omitempty"`
	Serial string   `json:"serial,omitempty"`
	Expiry Date     `json:"expiry,omitempty"`
	NetG   int      `json:"net_g,omitempty"` // weight, where each unit is weighed
	Device DeviceID `json:"device"`
	Times  int      `json:"times,omitempty"` // scans alike of goods in the hand, 0 is one
	// Confirmed says that the other lot was scanned a second time.
	Confirmed bool     `json:"confirmed,omitempty"`
	Told      bool     `json:"told,omitempty"`  // the number of units was said, not scanned
	Pack      string   `json:"pack,omitempty"`  // pack that the units are out of
	Whole     bool     `json:"whole,omitempty"` // they are all of it
	Gave      *LineRef `json:"gave,omitempty"`  // of goods in the hand: the line of other work that gave its lot up
	Taken     int64    `json:"taken,omitempty"` // of cold goods in the hand: when the first of them was scanned, Unix milliseconds UTC
}

// QuestionKind says what is asked.
type QuestionKind string

// Questions.
const (
	AskTakeOver  QuestionKind = "take_over"  // somebody else's work; the same scan again takes it
	AskHandOver  QuestionKind = "hand_over"  // another badge at a bench in use
	AskLot       QuestionKind = "lot"        // another lot than reserved
	AskShort     QuestionKind = "short"      // close the line short; YES code only
	AskSignOut   QuestionKind = "sign_out"   // keep or release the open work
	AskOverride  QuestionKind = "override"   // a gate; a lead's badge opens it
	AskReprint   QuestionKind = "reprint"    // print the waybill again; YES code only
	AskResend    QuestionKind = "resend"     // maybe counted before a restart; the same scan again counts it
	AskUnhold    QuestionKind = "unhold"     // a lead lifts what a bench put aside; YES code only
	AskUnbox     QuestionKind = "unbox"      // which box is to be emptied: its label, or YES for the latest
	AskDrop      QuestionKind = "drop"       // another place than expected; the same scan again puts it there
	AskOlder     QuestionKind = "older"      // older stock is said to be there; the same scan again takes this unit
	AskPack      QuestionKind = "pack"       // goods lie in packs; the same scan again takes this unit for a loose one
	AskQty       QuestionKind = "qty"        // how many of ONCE goods; a number, or YES by code for all
	AskPIN       QuestionKind = "pin"        // the PIN of the badge that was scanned; digits only
	AskZero      QuestionKind = "zero"       // is the place empty? YES by code, NO by code or key
	AskPutBack   QuestionKind = "put_back"   // an instruction is carried out; YES code only
	AskTakeTask  QuestionKind = "take_task"  // somebody else's task; the same scan again takes it
	AskTaskPlace QuestionKind = "task_place" // another place than the task says; the same scan again puts it there
	AskTaskShort QuestionKind = "task_short" // fewer units are there to be moved; YES code only
	AskCount     QuestionKind = "count"      // a count that differs from stock; YES code only, NO counts again
	AskLists     QuestionKind = "lists"      // print the hand-over lists of last time again; YES code only
	AskReason    QuestionKind = "reason"     // why something is let pass or left out: one of the reasons that are listed
	AskSubst     QuestionKind = "subst"      // the goods that go out instead
	AskPapers    QuestionKind = "papers"     // print the papers without which a parcel must not leave; YES code only
)

// QuestionKinds lists all questions, so that tests can prove that each was looked at.
func QuestionKinds() []QuestionKind {
	return []QuestionKind{AskTakeOver, AskHandOver, AskLot, AskShort, AskSignOut, AskOverride, AskReprint, AskResend, AskUnhold, AskUnbox,
		AskDrop, AskOlder, AskPack, AskQty, AskPIN, AskZero, AskPutBack, AskTakeTask, AskTaskPlace, AskTaskShort, AskCount, AskLists, AskReason,
		AskSubst, AskPapers}
}

// RepeatAfter is how long a repeatable question must have been shown before the
// same scan counts as "yes".
const RepeatAfter = 700 * time.Millisecond

// Question is what the station waits to be told.
type Question struct {
	Kind       QuestionKind `json:"kind"`
	Repeatable bool         `json:"repeatable,omitempty"` // the same scan again is "yes"
	Key        string       `json:"key,omitempty"`        // fingerprint of the scan that raised it
	Device     DeviceID     `json:"device,omitempty"`
	ShownAt    time.Time    `json:"shown_at"`
	Shipment   ShipmentID   `json:"shipment,omitempty"`
	Line       int          `json:"line,omitempty"`
	Qty        int          `json:"qty,omitempty"`
	Parcel     int          `json:"parcel,omitempty"`
	Task       TaskID       `json:"task,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	Gate       Gate         `json:"gate,omitempty"`
	Who        OperatorID   `json:"who,omitempty"`     // whose PIN is asked for
	Digits     int          `json:"digits,omitempty"`  // how long it is, 0 not known
	Then       QuestionKind `json:"then,omitempty"`    // what the PIN opens, "" the sign-in
	Counts     *Pending     `json:"counts,omitempty"`  // unit that "yes" counts
	Also       []ShortLine  `json:"also,omitempty"`    // other lines that a shortage closes
	Why        string       `json:"why,omitempty"`     // the reason that was chosen
	Choices    []ReasonRule `json:"choices,omitempty"` // the reasons that are listed
	Back       []Returned   `json:"back,omitempty"`    // of an instruction's goods, in its order: what was put back so far
	What       Message      `json:"what"`
	Do         Message      `json:"do"`
}

// Gate is a step that cannot be undone in the physical world.
type Gate string

// Gates.
const (
	GatePrint    Gate = "print"
	GateDispatch Gate = "dispatch"
	GatePickup   Gate = "pickup" // a parcel that a buyer fetches, without the buyer's code
	GateCold     Gate = "cold"   // goods that were out of the cold for too long
	GateWeight   Gate = "weight" // a box that weighs something else than it should

	// Steps that can be undone and still take a lead.
	GateHold       Gate = "hold"       // work that a bench put aside goes on
	GateSubstitute Gate = "substitute" // other goods go out instead
	GateLeadView   Gate = "lead_view"  // what others did at this bench is shown

	// Steps that take nobody but who is at work, and a reason where the warehouse lists some.
	GateShort   Gate = "short"   // a line is closed with fewer units
	GateDamaged Gate = "damaged" // the same, since what is there is damaged
	GateSkip    Gate = "skip"    // a line is put behind
)

// RefKind is what a code names in the station's own records.
type RefKind int

// Reference kinds.
const (
	RefItem     RefKind = iota + 1 // goods on an open line
	RefShipment                    // shipment or order number
	RefWaybill
	RefTote
	RefLocation
	RefProduct // catalogue only, no open work wants it
)

// Ref is one thing that a code names.
type Ref struct {
	Kind     RefKind
	Shipment ShipmentID
	Order    string // order number as people say it
	Line     int
	Parcel   int
	SKU      SKU
	Name     Names
	Location LocationID
	Owner    OperatorID
}

// Book is what a rule may look up. All lookups are in the station's own records and
// give the same answer until the next event.
type Book interface {
	// Find returns what a key names: open work first, then the catalogue and the
	// locations; at most limit references. A location with open lines is returned
	// once for each shipment that has some there.
	Find(key string, limit int) ([]Ref, error)
	// Shipment returns a copy of a shipment that was leased to this station, or nil.
	Shipment(id ShipmentID) (*Shipment, error)
	// Badge returns the operator of a badge code, or nil.
	Badge(code string) (*Operator, error)
	// OperatorName returns a name to show, or the id where it is not known.
	OperatorName(id OperatorID) string
	// Operator returns a person by id, or nil.
	Operator(id OperatorID) (*Operator, error)
	// OwnedBy returns the shipment that the operator kept open, or "".
	OwnedBy(id OperatorID) (ShipmentID, error)
	// Singles returns open shipments of one line that still wants goods of that key and
	// that nobody but the operator works on, the most urgent first: priority, promise, age.
	Singles(key string, op OperatorID, limit int) ([]ShipmentID, error)
	// FreeWork returns open shipments with goods to pick that nobody works on and nothing
	// stops, the most urgent first.
	FreeWork(limit int) ([]ShipmentID, error)
	// Product returns the catalogue entry of a SKU, or nil.
	Product(sku SKU) (*Product, error)
	// Twins returns the goods that a SKU was mixed up with, the most often first; at most limit.
	Twins(sku SKU, limit int) ([]Twin, error)
	// WaveWork returns free shipments of waves of that mode, like FreeWork.
	WaveWork(m BatchMode, limit int) ([]ShipmentID, error)
	// BatchOf returns the shipments of a batch that somebody still owns, in a fixed order.
	BatchOf(batch string) ([]ShipmentID, error)
	// WithGoods returns shipments of this bench that have lines with goods of that key,
	// picked or not, and were not handed over.
	WithGoods(key string, limit int) ([]ShipmentID, error)
	// Picked returns open shipments all of whose goods are picked and that nobody has packed,
	// with goods of that key.
	Picked(key string, limit int) ([]ShipmentID, error)
	// Holders returns the shipments that a unit with that serial was picked for and not taken
	// out of again, handed over or not; what was cancelled or taken away before holds nothing.
	Holders(sku SKU, serial string, limit int) ([]ShipmentID, error)
	// LeaseValid says whether the station may start or go on with a shipment.
	LeaseValid(id ShipmentID, at time.Time) bool
	// Number returns the nth number, from 0, that the station still holds of a carrier's
	// waybills, or "".
	Number(c CarrierID, nth int) (string, error)
	// Place returns a place of the warehouse, or nil where nobody knows it.
	Place(id LocationID) (*Location, error)
	// Task returns a copy of a task, or nil.
	Task(id TaskID) (*Task, error)
	// Tasks returns the tasks that a key names and that are not over: by a number of their
	// own, or by their goods and places; at most limit.
	Tasks(key string, limit int) ([]TaskRef, error)
	// Pickups returns the shipments that a buyer's pickup code opens, or has opened; at
	// most limit.
	Pickups(code string, limit int) ([]ShipmentID, error)
	// PickupPlaces returns where the parcels are that a buyer's pickup code opens, or has
	// opened, at whatever bench of the warehouse; those that wait first; at most limit.
	PickupPlaces(code string, limit int) ([]PickupPlace, error)
	// PickupPlace returns where the parcels of an order are that its buyer fetches, or nil.
	PickupPlace(id ShipmentID) (*PickupPlace, error)
	// Instruction returns the open instruction for a shipment, or nil.
	Instruction(id ShipmentID) (*Instruction, error)
}

// Input is one scan or command at the bench.
type Input struct {
	At       time.Time // business time
	Device   DeviceID
	Frame    uint64
	Source   Source
	Text     string // as scanned, without framing and code identifier
	Readings []Reading
	Command  Command // set for keys; scans carry theirs in Text
	Unsure   bool    // may be an earlier scan sent again: the gun could not say, so it is asked
	WeightG  int     // what a scale shows, grams; with Source Weighed
	Stable   bool    // the scale says that the weight stands still
	Noise    int     // bytes of a frame that is no scan (too long, not framed), 0 none
}

// Reading is one way to understand a scan. Where several are possible all are
// given and the expected line decides.
type Reading struct {
	Key    string // as [CodeKey] returns it; a GTIN as 14 digits
	Units  int    // count carried by the code (AI 30, 37), 0 none
	Zero   bool   // the code carries a count, and it is 0
	Lot    string // AI 10
	Serial string // AI 21
	Expiry Date   // AI 17, or 15 where 17 is absent
	NetG   int    // net weight, grams (AI 310n, 320n, 356n), 0 none
	Pack   string // SSCC (AI 00), beside the key where the code names goods too
	Mended bool   // a lost separator was put back to read it; the event says so
}

// Env is everything beside the bench, the shipment and the scan that a rule may see.
type Env struct {
	Book   Book
	Policy Policy
	Flow   *Flow // flow of the shipment on the bench
	// Flows returns the flow of any other shipment, such as one to be opened. Where it
	// is nil, only the presets are known, and other flows are judged on the bench.
	Flows   func(id string, version int) (*Flow, error)
	Zone    *time.Location // the warehouse's zone
	WordAge time.Duration  // since the centre's last word; negative: never heard
	// Recall returns a copy of a shipment with what UNDO may take back of it. Where it is nil,
	// Book.Shipment does.
	Recall func(id ShipmentID) (*Shipment, error)
	// PrintJob returns the latest job of a paper from the print ledger, or nil. Where it
	// is nil, nothing is known of jobs.
	PrintJob func(id ShipmentID, parcel int, kind PaperKind) (*PrintResult, error)
	// Printer is the stable code of what keeps the printer from printing, "" nothing;
	// Parked how many prints wait for a person.
	Printer string
	Parked  int
	// Langs are the languages of the bench, in the order in which LANG turns to them; none: zh and en.
	Langs []string
	// Probe returns the newest reading of a probe in a place of that class. Where it is
	// nil, nobody measures.
	Probe func(t Temp) (ProbeReading, bool)
	// Scale: the bench has a scale that works; papers that name a gross weight wait for it.
	Scale bool
	// HasScale: the bench has a scale, whether or not it answers.
	HasScale bool
	// Handed returns what each carrier took that no hand-over list names yet; LastLists the
	// lists that were asked for last.
	Handed func() ([]Handed, error)
	// Waiting returns the packed parcels that wait for a carrier, as many as are looked at
	// when its load is closed.
	Waiting func(c CarrierID) ([]OutboundRow, error)
	// WaitingBeside counts them, without the parcel that is handed over now.
	WaitingBeside func(c CarrierID, id ShipmentID, parcel int) (int, error)
	LastLists     func() ([]Handed, error)
}

// Decision is the answer to an input. Nothing has happened yet: the events are
// drafts that the station stores, applies and only then answers for.
type Decision struct {
	Verdict Verdict
	What    Message
	Do      Message
	Bench   Bench
	Events  []Event
	Prints  []PrintOrder
}

// PrintOrder asks the print queue for a paper.
type PrintOrder struct {
	Kind     PaperKind
	Key      string    // number of a manifest, id of a slip's instruction
	Carrier  CarrierID // of a manifest
	Shipment ShipmentID
	Parcel   int
	No       int // 1 is the original, 2 and up are reprints
	Version  int // order version to print
	By       OperatorID
	Again    bool // try the job of that number again, it never reached the printer
	Out      bool // the job of that number is done: its paper was seen
	Drop     bool // nobody waits for the job of that number any more
}
