package records

import (
	"time"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

// Buyer returns the sealed buyer of an order, or nil.
func (c *Handle) Buyer(id order.OrderID) ([]byte, error) {
	var sealed []byte
	_, err := c.One("SELECT sealed FROM buyers WHERE order_id = ?", []any{id}, &sealed)
	return sealed, err
}

// PutBuyer stores the sealed buyer of an order; nil forgets it.
func (c *Handle) PutBuyer(id order.OrderID, sealed []byte) error {
	if sealed == nil {
		return c.Exec("DELETE FROM buyers WHERE order_id = ?", id)
	}
	return c.Exec(`INSERT INTO buyers (order_id, sealed) VALUES (?, ?)
		ON CONFLICT (order_id) DO UPDATE SET sealed = excluded.sealed`, id, sealed)
}

// QuotaUse returns what an order takes from a quota, or nil.
func (c *Handle) QuotaUse(id order.OrderID) (*central.QuotaUse, error) {
	u := central.QuotaUse{Order: id}
	var t int64
	ok, err := c.One("SELECT person, regime, year, minor, state, at_ms FROM quota_uses WHERE order_id = ?", []any{id},
		&u.Person, &u.Regime, &u.Year, &u.Minor, &u.State, &t)
	if !ok || err != nil {
		return nil, err
	}
	u.At = at(t)
	return &u, nil
}

// QuotaUsed returns what a buyer has used of a quota.
func (c *Handle) QuotaUsed(q central.Quota) (used int64, err error) {
	_, err = c.One("SELECT used FROM quotas WHERE person = ? AND regime = ? AND year = ?", []any{q.Person, q.Regime, q.Year}, &used)
	return used, err
}

// LockQuota returns what a buyer has used of a quota and holds its row, which it makes
// where there is none.
func (c *Handle) LockQuota(q central.Quota) (used int64, err error) {
	_, err = c.One(`INSERT INTO quotas (person, regime, year, used) VALUES (?, ?, ?, 0)
		ON CONFLICT (person, regime, year) DO UPDATE SET used = quotas.used RETURNING used`, []any{q.Person, q.Regime, q.Year}, &used)
	return used, err
}

// PutQuotaUse stores what an order takes, in place of what it took before.
func (c *Handle) PutQuotaUse(u central.QuotaUse) error {
	old, err := c.QuotaUse(u.Order)
	if err != nil {
		return err
	}
	if old != nil && old.Counts() != 0 {
		if err := c.addQuota(old.Quota, -old.Counts()); err != nil {
			return err
		}
	}
	if u.Counts() != 0 {
		if err := c.addQuota(u.Quota, u.Counts()); err != nil {
			return err
		}
	}
	return c.Exec(`INSERT INTO quota_uses (order_id, person, regime, year, minor, state, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (order_id) DO UPDATE SET person = excluded.person, regime = excluded.regime, year = excluded.year,
			minor = excluded.minor, state = excluded.state, at_ms = excluded.at_ms`,
		u.Order, u.Person, u.Regime, u.Year, u.Minor, u.State, ms(u.At))
}

func (c *Handle) addQuota(q central.Quota, minor int64) error {
	return c.Exec(`INSERT INTO quotas (person, regime, year, used) VALUES (?, ?, ?, ?)
		ON CONFLICT (person, regime, year) DO UPDATE SET used = quotas.used + excluded.used`, q.Person, q.Regime, q.Year, minor)
}

// CustomsReplies returns what customs said of a shipment, oldest first.
func (c *Handle) CustomsReplies(id order.ShipmentID) ([]*customs.Reply, error) {
	return Docs[customs.Reply](c, "SELECT body FROM customs_replies WHERE shipment = ? ORDER BY at_ms, received_ms, status", id)
}

// AddCustomsReply stores a reply and says whether it was new.
func (c *Handle) AddCustomsReply(id order.ShipmentID, r customs.Reply, received time.Time) (bool, error) {
	body, err := text(r)
	if err != nil {
		return false, err
	}
	n, err := c.Affected(`INSERT INTO customs_replies (shipment, guid, status, at_ms, received_ms, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (shipment, at_ms, status, guid) DO NOTHING`, id, r.GUID, r.Status, ms(r.At), ms(received), body)
	return n > 0, err
}
