package station

import (
	"time"

	"pickstation/order"
)

// Store is the station's own database as the loop sees it. Only the loop's
// goroutine calls it. Reads inside a transaction see its writes.
type Store interface {
	order.Book
	// Bench returns the bench as it stood at the last commit.
	Bench() (order.Bench, error)
	// Recent returns the shipment's events among the last back events of the log, oldest first.
	Recent(id order.ShipmentID, back int) ([]order.Event, error)
	// LastEvent returns the newest event of the log, or nil.
	LastEvent() (*order.Event, error)
	// Policy returns the warehouse's policy, or the default before the first pull.
	Policy() (order.Policy, error)
	// Flow returns a flow template; the presets are always there.
	Flow(id string, version int) (*order.Flow, error)
	// Queue returns open work by priority, promise and cold chain, at most limit rows, and how much there is.
	Queue(op order.OperatorID, limit int) ([]QueueRow, int, error)
	// Outbound returns parcels that are labelled and not handed over, and how many there are.
	Outbound(limit int) ([]OutboundRow, int, error)
	// Instructions returns what the centre asks for and is not confirmed yet.
	Instructions(limit int) ([]order.Instruction, error)
	// Unsent returns how many events the centre has not acknowledged, and since when.
	Unsent() (n int, oldest time.Time, err error)
	// Begin starts the write transaction of one batch.
	Begin() (Tx, error)
}

// Tx is one batch of decisions; it is durable when Commit returns nil.
type Tx interface {
	// Append seals the event as the next of the log and stores it.
	Append(e *order.Event) error
	// PutProgress stores what the event changed in the shipment.
	PutProgress(s *order.Shipment, e *order.Event) error
	// PutBench stores the bench.
	PutBench(b order.Bench) error
	// AddPrint puts a job into the print queue.
	AddPrint(p order.PrintOrder, at time.Time) error
	// SetPrint records what became of a job.
	SetPrint(r PrintResult) error
	Commit() error
	Rollback() error
}

// QueueRow is one shipment of the work queue.
type QueueRow struct {
	ID       order.ShipmentID
	Ref      string // order number as people say it
	Priority int
	Promise  time.Time
	Temp     order.Temp // coldest class in it
	Lines    int
	Units    int
	Picked   int
	State    order.StateCode
	Stage    order.Stage
	Owner    order.OperatorID
	Tote     string
	Carrier  order.Carrier
	Hold     order.HoldCode // first hold that stops it, or ""
	Gone     bool           // cancelled
}

// OutboundRow is a packed parcel that waits for its carrier.
type OutboundRow struct {
	Shipment order.ShipmentID
	Ref      string
	Parcel   int
	Waybill  string
	Carrier  order.Carrier
	Since    time.Time
}

// PrintState is where a print job stands.
type PrintState string

// Print states.
const (
	PrintQueued  PrintState = "queued"
	PrintSending PrintState = "sending"
	PrintDone    PrintState = "done"
	PrintFailed  PrintState = "failed" // will be tried again
	PrintParked  PrintState = "parked" // needs a person
)

// PrintResult is what the queue worker reports of a job.
type PrintResult struct {
	JobID    int64
	Shipment order.ShipmentID
	Parcel   int
	No       int
	Version  int
	State    PrintState
	Ref      string // the printer's own name of the job
	Code     string // stable code of a failure
	Err      string
	At       time.Time
}
