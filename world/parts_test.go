package world

import (
	"context"
	"time"

	"pickstation/central"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// parts are what a world is made of: the real ones, or models of the databases that need
// no disk. Everything else is the same in both.
type parts interface {
	// machine makes the place of a bench's database.
	machine(no int) (machine, error)
	// archive makes the place of the centre's.
	archive() (archive, error)
}

// archive is where the centre's records lie.
type archive interface {
	open() (central.Store, error)
	vault() (*central.Vault, error)
	// drop forgets a backup, restore puts it in the place of the records.
	drop(copied string) error
	restore(copied string) error
	// seal closes what a bench alone may read, nil as the centre does.
	seal() func(boxKey, plain []byte) ([]byte, error)
	// events lists what is stored, past the centre.
	events() ([]stored, error)
}

// machine is where a bench's database lies.
type machine interface {
	// boxKey is the key to which the centre seals receivers.
	boxKey() ([]byte, error)
	open(c localdb.Clock, log func() order.LogID) (database, error)
	// backup makes a copy in the place of the one before, restore puts it in the place of
	// the database, which knows by itself that it was.
	backup(name string) error
	restore(now time.Time) error
	// clone copies the disk; forget takes from it where it was, by which a copy, or a disk that
	// was put back, would know that it is one.
	clone(no int) (machine, error)
	forget() error
	// reuseBlocks gives the blocks of the old log to the new one, behind the database's back.
	reuseBlocks(log order.LogID) error
	// lose deletes the row of a shipment behind the database's back.
	lose(id order.ShipmentID) error
}

// database is what a bench asks of [localdb.DB] and [localdb.Reader].
type database interface {
	Queue(op order.OperatorID, limit int) ([]order.QueueRow, int, error)
	Shipment(id order.ShipmentID) (*order.Shipment, error)
	Flow(id string, version int) (*order.Flow, error)
	LeaseValid(id order.ShipmentID, at time.Time) bool
	Instructions(limit int) ([]order.Instruction, error)
	Instruction(id order.ShipmentID) (*order.Instruction, error)
	NumbersLeft(carrier order.CarrierID) (int, error)
	LastEvent() (*order.Event, error)
	Log() order.LogID
	ClockOffset() time.Duration
	CentreHeard() bool

	SyncState(ctx context.Context) (localdb.SyncState, error)
	Events(ctx context.Context, id order.LogID, after uint64, limit, maxBytes int) (bodies [][]byte, base, end order.Hash, ok bool, err error)
	HashAt(id order.LogID, seq uint64) (h order.Hash, ok bool, err error)
	Sums(ctx context.Context) (cursor int64, sums wire.Sums, err error)

	begin() (transaction, error)
	close() error
}

// transaction is what a bench asks of [localdb.Tx].
type transaction interface {
	Append(e *order.Event) error
	PutProgress(s *order.Shipment, e *order.Event) error
	NextNumber(carrier order.CarrierID) (string, bool, error)
	Acked(id order.LogID, acked, stable uint64) error
	NewLog(id order.LogID, at uint64, why localdb.StartedReason) (done bool, err error)
	Rewind(timeline int64) error
	Repull(timeline int64) error
	ApplyFeed(rows []wire.FeedRow, next, timeline int64) ([]order.ShipmentID, error)
	FeedRead() ([]order.ShipmentID, error)
	Renew(list []wire.Renewal) error
	Heard(serverAt time.Time) error
	Prune(before time.Time, max int) (int, error)
	Commit() error
	Rollback() error
}
