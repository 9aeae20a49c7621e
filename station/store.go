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
	// Tail returns the last back events of all logs, oldest first.
	Tail(back int) ([]order.Event, error)
	// Policy returns the warehouse's policy, or the default before the first pull.
	Policy() (order.Policy, error)
	// Flow returns a flow template; the presets are always there.
	Flow(id string, version int) (*order.Flow, error)
	// Queue returns open work by priority, promise and cold chain, at most limit rows, and how much there is.
	Queue(op order.OperatorID, limit int) ([]QueueRow, int, error)
	// WaveLeft returns how many orders of a wave of single items are still to be picked here.
	WaveLeft(wave string) (int, error)
	// Outbound returns parcels that are labelled and not handed over, and how many there are.
	Outbound(limit int) ([]OutboundRow, int, error)
	// Waiting returns those that wait for a carrier, longest waiting first, at most limit.
	Waiting(c order.CarrierID, limit int) ([]order.OutboundRow, error)
	// WaitingBeside counts them, without one of them.
	WaitingBeside(c order.CarrierID, id order.ShipmentID, parcel int) (int, error)
	// Instructions returns what the centre asks for and is not confirmed yet.
	Instructions(limit int) ([]order.Instruction, error)
	// LastPrint returns the latest print job of a parcel's paper, or nil.
	LastPrint(id order.ShipmentID, parcel int, kind order.PaperKind) (*PrintResult, error)
	// PrintJob returns a job of the print ledger, or nil.
	PrintJob(id int64) (*PrintResult, error)
	// Prints returns the ledger of a shipment's papers, oldest first.
	Prints(id order.ShipmentID) ([]PrintResult, error)
	// SlipsWanted returns open instructions whose slip was never asked for.
	SlipsWanted(limit int) ([]order.Instruction, error)
	// Handed returns what each carrier took that no hand-over list names; Manifests how
	// many lists have a number that begins so, LastLists the lists that were asked for last.
	Handed() ([]order.Handed, error)
	LastLists() ([]order.Handed, error)
	Manifests(prefix string) (int, error)
	// Unsent returns how many events the centre has not acknowledged, and since when.
	Unsent() (n int, oldest time.Time, err error)
	// LastScans returns the newest stored scan of each scanner, for the start.
	LastScans() ([]order.LastScan, error)
	// OpenTasks returns the tasks that somebody is to work on, the most urgent first, at
	// most limit, and how many there are.
	OpenTasks(limit int) ([]order.Task, int, error)
	// OutOfCold returns open shipments with cold goods whose time out of the cold is counted.
	OutOfCold(limit int) ([]order.OutRow, error)
	// Cold returns the alerts of cold places that are not over.
	Cold() ([]order.ColdAlert, error)
	// Begin starts the write transaction of one batch.
	Begin() (Tx, error)
	// Ready does beforehand what the next Begin would do, while nobody waits.
	Ready()
}

// Tx is one batch of decisions; it is durable when Commit returns nil.
type Tx interface {
	// Append seals the event as the next of the log and stores it.
	Append(e *order.Event) error
	// NextNumber takes the next waybill number of a carrier from the blocks leased to the
	// open log, in the order of Book.Number; ok is false when none is left.
	NextNumber(c order.CarrierID) (number string, ok bool, err error)
	// PutProgress stores what the event changed in the shipment.
	PutProgress(s *order.Shipment, e *order.Event) error
	// PutTask stores a task after an event.
	PutTask(t *order.Task) error
	// PutPacket remembers the fingerprint of the packet in which a scan came; e is its stored event.
	PutPacket(device order.DeviceID, packet []byte, e *order.Event) error
	// PutCold remembers an alert of a cold place until it is over.
	PutCold(a order.ColdAlert) error
	// PutBench stores the bench.
	PutBench(b order.Bench) error
	// AddPrint puts a job into the print queue, has one tried again, or ends one.
	AddPrint(p order.PrintOrder, at time.Time) error
	// SetPrint records what became of a job.
	SetPrint(r PrintResult) error
	Commit() error
	Rollback() error
}

// Rows and results that the database shares with the loop.
type (
	QueueRow    = order.QueueRow
	OutboundRow = order.OutboundRow
	PrintState  = order.PrintState
	PrintResult = order.PrintResult
)
