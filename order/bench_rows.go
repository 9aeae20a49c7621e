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

// OutboundRow is a packed parcel that waits for its carrier.
type OutboundRow struct {
	Shipment ShipmentID
	Ref      string
	Parcel   int
	Waybill  string
	Carrier  Carrier
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
	Shipment ShipmentID
	Parcel   int
	No       int
	Version  int
	By       OperatorID // who asked for it
	State    PrintState
	Ref      string // the printer's own name of the job
	Code     string // stable code of a failure
	Err      string
	At       time.Time // of this report
	Asked    time.Time // when the job was put into the queue
	Attempts int       // how often it was sent to the printer
}
