package central

import (
	"time"

	"pickstation/central/customs"
	"pickstation/order"
)

// CustomsReader is what can be asked about customs.
type CustomsReader interface {
	// Buyer returns who bought an order, sealed with the store's key; nil where nobody
	// is stored.
	Buyer(id order.OrderID) ([]byte, error)
	// QuotaUse returns what an order takes from its buyer's yearly quota, or nil.
	QuotaUse(id order.OrderID) (*QuotaUse, error)
	// QuotaUsed returns what a buyer has used of a year's quota, in minor units.
	QuotaUsed(q Quota) (int64, error)
	// CustomsReplies returns what customs said of a shipment, oldest first.
	CustomsReplies(id order.ShipmentID) ([]*customs.Reply, error)
}

// CustomsTx is what customs change in a transaction.
type CustomsTx interface {
	// PutBuyer stores who bought an order; nil forgets it.
	PutBuyer(id order.OrderID, sealed []byte) error
	// LockQuota returns what a buyer has used, and holds it until the end of the
	// transaction, so that two orders of one buyer cannot both take the rest.
	LockQuota(q Quota) (int64, error)
	// PutQuotaUse stores what an order takes, in place of what it took before. The quota
	// is held until the end of the transaction.
	PutQuotaUse(u QuotaUse) error
	// AddCustomsReply stores what customs said and says whether it was new.
	AddCustomsReply(id order.ShipmentID, r customs.Reply, received time.Time) (bool, error)
}

// Quota names a yearly quota: whose, of which regime, in which calendar year in China.
type Quota struct {
	Person string            `json:"-"` // keyed digest of the document's number
	Regime order.CustomsMode `json:"regime"`
	Year   int               `json:"year"`
}

// States of what an order takes from a quota. Only what is released does not count.
const (
	QuotaHeld      = "held"      // the order is on its way through the house
	QuotaCommitted = "committed" // the goods have left
	QuotaReleased  = "released"  // cancelled or returned
)

// QuotaUse is what one order takes from its buyer's quota.
type QuotaUse struct {
	Quota
	Order order.OrderID `json:"order"`
	Minor int64         `json:"minor"` // minor units of CNY
	State string        `json:"state"`
	At    time.Time     `json:"at"`
}

// Counts returns what of the use counts towards the quota.
func (u *QuotaUse) Counts() int64 {
	if u == nil || u.State == QuotaReleased {
		return 0
	}
	return u.Minor
}
