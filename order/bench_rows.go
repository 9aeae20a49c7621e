package order

import "time"

// QueueRow is one shipment of the work queue.
type QueueRow struct {
	ID       ShipmentID
	Ref      string // order number as people say it
	Priority int
	Promise  time.Time
	Temp     Temp // coldest class in it
	Lines    int
	Units    int
	Picked   int
	State    StateCode
	Stage    Stage
	Owner    OperatorID
	// OwnerName is who that is, for the screen.
	OwnerName string
	Tote      string
	Carrier   Carrier
	Hold      HoldCode // first hold that stops it, or ""
	Gone      bool     // cancelled
}

// OutRow is a shipment with cold goods whose time out of the cold is counted.
type OutRow struct {
	Shipment ShipmentID
	Ref      string
	Clocks   []OutClock
	Packed   bool // every label is on its box
	Over     bool // cancelled: they go back to their places
}

// OutboundRow is a packed parcel that waits for its carrier.
type OutboundRow struct {
	Shipment ShipmentID
	Ref      string
	Parcel   int
	Waybill  string
	Carrier  Carrier
	Hold     HoldCode // what keeps it here, "" nothing
	Since    time.Time
}

// HandedParcel is a parcel that its carrier took.
type HandedParcel struct {
	Shipment ShipmentID
	Parcel   int
	Waybill  string
	Carrier  Carrier
	Sort     string // where it goes, as the carrier says it
	WeightG  int
	Temp     Temp // coldest class in it
	At       time.Time
}

// PrintState is where a print job stands.
type PrintState string

// Print states.
const (
	PrintQueued  PrintState = "queued"
	PrintSending PrintState = "sending" // it may have left the station
	PrintTaken   PrintState = "taken"   // the printer has it, and has not said that it is out
	PrintDone    PrintState = "done"
	PrintFailed  PrintState = "failed"  // will be tried again
	PrintParked  PrintState = "parked"  // needs a person
	PrintDropped PrintState = "dropped" // nobody needs it any more
)

// PrintTries is how often a job that fails is sent before it waits for a person.
const PrintTries = 6

// Open says whether the job is still to be dealt with.
func (s PrintState) Open() bool { return s != PrintDone && s != PrintDropped }

// Codes of parked jobs that may have come out: nobody but a person who looks can say.
const (
	PrintUncertain = "print_uncertain" // the answer was lost, or the printer forgot it
	PrintAborted   = "print_aborted"   // the printer gave it up
	PrintCanceled  = "print_canceled"  // somebody cancelled it at the printer
)

// PrintNotWanted is the code of a paper that nobody needs any more.
const PrintNotWanted = "not_wanted"

// PrintResult is what the queue worker reports of a job.
type PrintResult struct {
	JobID    int64
	Kind     PaperKind
	Key      string // number of a manifest, id of a slip's instruction
	Shipment ShipmentID
	Parcel   int
	No       int
	Version  int        // order version on the paper, once it was sent; what was asked for before
	Contents string     // goods on the paper, once it was sent
	By       OperatorID // who asked for it
	State    PrintState
	Ref      string // the printer's own name of the job
	Code     string // stable code of a failure
	Err      string
	At       time.Time // of this report
	Asked    time.Time // when the job was put into the queue
	Attempts int       // how often it was sent to the printer
	Voided   time.Time // since when the paper does not count any more, zero: it counts
	VoidWhy  string
}

// MayBeOut says whether the paper can have come out although nobody has said so.
func (r *PrintResult) MayBeOut() bool {
	switch r.State {
	case PrintSending, PrintTaken:
		return true
	}
	return r.State == PrintParked && (r.Code == PrintUncertain || r.Code == PrintAborted || r.Code == PrintCanceled)
}
