package central

import (
	"context"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Store keeps everything the centre knows. Implementations are in central/sqlite
// and, when one machine is outgrown, behind the same interface on PostgreSQL;
// central/storetest is what each must pass. All methods are safe for concurrent use.
type Store interface {
	// Write runs fn in one transaction and returns nil only when it is durable. An
	// error of fn undoes what fn did and is returned as it is. fn may run again after
	// a serialisation failure, so it must not act on anything but tx. Several
	// callers may share one commit; each succeeds or fails alone.
	Write(ctx context.Context, fn func(tx Tx) error) error
	// Read runs fn on one consistent snapshot. It never waits for a writer.
	Read(ctx context.Context, fn func(r Reader) error) error
	// Changed returns a channel that is closed when the station's feed has news, by this
	// process or another one, at the latest one second after it.
	Changed(station order.StationID) <-chan struct{}
	// Ready says whether the store takes changes now. It goes the way that every change
	// goes, and makes none.
	Ready(ctx context.Context) error
	// Backup writes a consistent copy to path, which must not exist, and returns the
	// high-water marks that it covers. It does not stop writers.
	Backup(ctx context.Context, path string) (map[order.LogID]uint64, error)
	// WhenReplaced says what to do when the database goes on as another one than the
	// records were written in, as a standby that was promoted: it may lack what was
	// confirmed. renew runs in a transaction before any other on it, in one process; forget
	// runs in every process that was at work. It is called once, before the first use.
	WhenReplaced(forget func(), renew func(tx Tx) error)
	// Close waits for running transactions and closes the store.
	Close() error
}

type patience struct{}

// Patient returns a context whose reads may wait behind those of others: of a caller that
// waits for news anyhow. Thousands of them begin to wait at once after a pause of the centre,
// and pushes must not stand in their queue.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patience{}, true) }

// IsPatient says whether a context is such a one.
func IsPatient(ctx context.Context) bool { return ctx.Value(patience{}) != nil }

// Reader is what can be asked. A single thing that is not there is nil without an
// error; lists are empty.
type Reader interface {
	CustomsReader

	Meta(key string) (string, error) // "" when unset
	// Waves lists waves before an id, the latest first; "" before none.
	Waves(before string, limit int) ([]*Wave, error)

	Order(id order.OrderID) (*Order, error)
	OrderByKey(channel, external string) (*Order, error)
	Orders(f OrderFilter) ([]*Order, error)
	// Private lists orders that were received before a moment and still have a receiver,
	// by id past a cursor.
	Private(before time.Time, after order.OrderID, limit int) ([]*Order, error)
	Shipment(id order.ShipmentID) (*Shipment, error)
	ShipmentsOf(id order.OrderID) ([]*Shipment, error)
	LeasedTo(station order.StationID) ([]*Shipment, error)
	// Held is LeasedTo in short, by id.
	Held(station order.StationID) ([]Held, error)
	// Available lists shipments that may be leased, best first: priority, then promise,
	// then age.
	Available(f FreeFilter) ([]*Shipment, error)
	Number(number string) (*Number, error)
	Timeline(subject string) ([]TimelineRow, error)
	Exceptions(f ExceptionFilter) ([]Exception, error)

	Station(id order.StationID) (*Station, error)
	Stations(warehouse string) ([]*Station, error) // all warehouses for ""
	KeyByHash(hash string) (*Key, error)
	Keys() ([]Key, error)

	Log(id order.LogID) (*Log, error)
	// NewestLog returns the log of the station with the highest epoch, or nil.
	NewestLog(station order.StationID) (*Log, error)
	// LogsOf returns the logs of the station by descending epoch, at most limit.
	LogsOf(station order.StationID, limit int) ([]Log, error)
	// Hashes returns the hashes of stored events from…to of a log, both inclusive.
	Hashes(logNo int64, from, to uint64) (map[uint64]order.Hash, error)
	// Reissued returns the events of the log in that range that came in through another log:
	// of one number several, where copies of the log went on apart.
	Reissued(log order.LogID, from, to uint64) (map[order.FactID]bool, error)

	// Parked lists events that no program could read so far (unknown kind, newer layout,
	// unreadable), in the order of their logs, past a place.
	Parked(logNo int64, seq uint64, limit int) ([]ParkedEvent, error)

	// FeedAfter returns references past a cursor: those of the station and those of
	// its warehouse merged, ascending, at most limit.
	FeedAfter(warehouse string, station order.StationID, cursor int64, limit int) ([]FeedRef, error)
	// FeedHead returns the newest reference for the station, and the warehouse's counter.
	FeedHead(warehouse string, station order.StationID) (head, counter int64, err error)
	// FeedSums adds up, by kind, the references to what the station has to hold: work and
	// instructions of its own, and of its warehouse the reference data and the open tasks.
	// Kinds without any are named too. To each place past is added, as the station knows it.
	FeedSums(warehouse string, station order.StationID, past int64) (wire.Sums, error)

	Warehouse(id string) (*Warehouse, error)
	Warehouses() ([]*Warehouse, error)
	Product(warehouse string, sku order.SKU) (*order.Product, error)
	// HasProducts says whether the warehouse has a catalogue at all.
	HasProducts(warehouse string) (bool, error)
	Location(warehouse string, id order.LocationID) (*order.Location, error)
	Operator(warehouse string, id order.OperatorID) (*order.Operator, error)
	// OperatorName looks in all warehouses; "" when nobody has the id.
	OperatorName(id order.OperatorID) (string, error)
	Flow(id string, version int) (*order.Flow, error)
	NewestFlow(id string) (version int, err error) // 0 when there is none
	Flows() ([]*order.Flow, error)                 // by id, then version
	Instruction(id string) (*Instruction, error)
	InstructionsOf(shipment order.ShipmentID) ([]*Instruction, error)
	Return(id string) (*Return, error)
	ReturnByKey(channel, external string) (*Return, error)
	Task(id order.TaskID) (*Task, error)
	TasksOf(id order.OrderID) ([]*Task, error)
	Tasks(f TaskFilter) ([]*Task, error)
	Tracking(waybill string) ([]TrackingEvent, error)
	// Marks returns the number of the newest event of each log.
	Marks() (map[order.LogID]uint64, error)
	// Counts returns gauges by name: orders, shipments, open exceptions, leases.
	Counts() (map[string]int64, error)
}

// OrderKey is the shop's own name of an order.
type OrderKey struct{ Channel, External string }

// Ahead is what a batch of orders will be asked for.
type Ahead struct {
	Keys   []OrderKey
	Goods  map[string][]order.SKU        // by warehouse, each once
	Places map[string][]order.LocationID // by warehouse, each once; only of warehouses in Goods
}

// Tx is a transaction. The Lock methods are the points where an engine with several
// writers takes row locks (SELECT … FOR UPDATE), always in this order: log, order
// key or order, shipments by id, warehouse. On SQLite the single writer is the lock.
type Tx interface {
	Reader
	CustomsTx

	// LockStation returns the station and holds it, before any other lock: several
	// requests of a station change it.
	LockStation(id order.StationID) (*Station, error)
	// LockLog returns the log and holds it until the end of the transaction; nil for
	// one that was never seen.
	LockLog(id order.LogID) (*Log, error)
	// LockOrder returns the order and holds it.
	LockOrder(id order.OrderID) (*Order, error)
	// LockOrderKey holds the key even where no order has it yet, so that two callers
	// cannot both create it.
	LockOrderKey(channel, external string) (*Order, error)
	// ReadAhead says what the transaction is about to ask for, so that a store that is a
	// network away answers it at once. The keys are locked as LockOrderKey does, in their order.
	ReadAhead(want Ahead) error
	// HoldWave returns the wave and holds it, nil when there is none. It waits for nobody:
	// held is false while another transaction has it, which may want what this one holds.
	HoldWave(id string) (w *Wave, held bool, err error)
	// LockShipment returns the shipment and holds it.
	LockShipment(id order.ShipmentID) (*Shipment, error)

	SetMeta(key, value string) error
	// Next takes n numbers from a counter and returns the first; a counter starts at 1.
	// They have no gaps, so on an engine with several writers whoever wants the next ones
	// waits for this transaction. With n = 0 it tells the next number and takes none.
	Next(counter string, n int64) (int64, error)
	// Take returns the first of n numbers in a row that nobody else gets. It makes nobody
	// wait for a commit: on an engine with several writers numbers come in no order
	// between processes, and some are never given out.
	Take(counter string, n int64) (int64, error)

	PutOrder(o *Order) error
	PutShipment(s *Shipment) error
	// AddNumber stores a new waybill number; it returns a not_unique error for one
	// that was ever given out.
	AddNumber(n Number) error
	SetNumber(number, state string) error
	// TakeUnit notes that a shipment holds the unit with a serial, unless another one does,
	// and returns which one it is. It waits for a transaction that takes the same unit.
	TakeUnit(sku order.SKU, serial string, shipment order.ShipmentID) (holder order.ShipmentID, err error)
	// GiveUnit hands a unit on to another shipment, "" to none; where from does not hold it,
	// nothing happens.
	GiveUnit(sku order.SKU, serial string, from, to order.ShipmentID) error
	AddTimeline(row TimelineRow) error
	// AddException stores an exception and says whether its key was new.
	AddException(e Exception) (bool, error)
	CloseException(id int64, by string, at time.Time) error
	// CloseExceptionOf closes the exception with a key, if it is open.
	CloseExceptionOf(key, by string, at time.Time) error

	PutStation(s *Station) error
	AddEnrolCode(c EnrolCode) error
	// TakeEnrolCode returns an unused code that is valid at now and marks it used; nil
	// when there is none.
	TakeEnrolCode(hash string, now time.Time) (*EnrolCode, error)
	PutKey(k Key) error

	// PutLog stores the log's state; a log without a number gets one, and its epoch.
	PutLog(l *Log) error
	// AddEvents appends events; each (log, seq) once.
	AddEvents(rows []EventRow) error
	// Settle notes what became of a parked event. It says false where that is no longer
	// as it was read.
	Settle(e *ParkedEvent, typ order.EventType, shipment order.ShipmentID, outcome, why string) (bool, error)
	// AddFact notes that an event of a log came in re-issued through another one; it
	// says false when that was known.
	AddFact(f order.FactID) (bool, error)
	// HasFact says whether the fact is stored, in its own log or re-issued.
	HasFact(f order.FactID) (bool, error)

	// Emit puts a reference at the end of the warehouse's feed, moving an older one
	// of the same station, kind and id. Numbers come from the warehouse's counter row,
	// so that they become visible in order.
	Emit(warehouse string, station order.StationID, kind, id string) error
	// Withdraw takes a reference out of the feed.
	Withdraw(warehouse string, station order.StationID, kind, id string) error

	PutWarehouse(w *Warehouse) error
	// PutProduct, PutLocation and PutOperator say whether anything changed.
	PutProduct(warehouse string, p *order.Product) (bool, error)
	PutLocation(warehouse string, l *order.Location) (bool, error)
	PutOperator(warehouse string, o *order.Operator) (bool, error)
	PutFlow(f *order.Flow) error
	PutInstruction(i *Instruction) error
	PutReturn(r *Return) error
	PutTask(t *Task) error
	// OpenCounts counts the open count tasks of the goods of a line where they are, of any
	// lot; same says that one is of its lot.
	OpenCounts(warehouse string, l order.TaskLine) (all int, same bool, err error)
	// PutTracking stores a carrier's event and says whether it was new.
	PutTracking(e TrackingEvent) (bool, error)
	SetTracking(e TrackingEvent) error
}

// OrderFilter narrows a list of orders. Empty fields do not narrow.
type OrderFilter struct {
	Channel, External string
	State             order.StateCode
	After             order.OrderID // cursor: ids past this one
	Limit             int           // at most 500, 0 means 100
}

// FreeFilter narrows a list of shipments that may be leased.
type FreeFilter struct {
	Warehouse string
	Expired   time.Time // leases count as over that ended before it
	// Zones are those of who asks; what is open in none of them and goes on in one of the
	// others is for somebody else.
	Zones, Others []string
	Limit         int // at most 500, 0 means 100
}

// ExceptionFilter narrows a list of exceptions.
type ExceptionFilter struct {
	Order  order.OrderID
	Key    string // what their keys begin with
	After  int64  // cursor
	Closed bool   // closed ones too
	Limit  int    // at most 500, 0 means 100
}
