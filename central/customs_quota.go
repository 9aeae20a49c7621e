package central

import (
	"strings"

	"pickstation/central/customs"
	"pickstation/order"
)

// quotaOf names the quota that an order of a buyer draws on.
func (s *Service) quotaOf(o *Order, b *customs.Buyer) Quota {
	return Quota{Person: s.vault.Digest([]byte("person " + b.Kind() + " " + strings.ToUpper(strings.TrimSpace(b.ID.Plain())))),
		Regime: o.Customs, Year: order.ChinaYear(o.PaidAt)}
}

// releaseQuota gives back what an order had taken.
func (s *Service) releaseQuota(tx Tx, o *Order) error { return s.moveQuota(tx, o.ID, QuotaReleased) }

// moveQuota moves what an order takes to another state, once.
func (s *Service) moveQuota(tx Tx, id order.OrderID, state string) error {
	u, err := tx.QuotaUse(id)
	if err != nil || u == nil || u.State == state {
		return err
	}
	u.State, u.At = state, s.now()
	return tx.PutQuotaUse(*u)
}

// refundQuota gives back what a return brings back, at most what the order took. A
// return without lines is of the whole order.
func (s *Service) refundQuota(tx Tx, ret *Return) error {
	if ret.Order == "" {
		return nil
	}
	u, err := tx.QuotaUse(ret.Order)
	if err != nil || u == nil || u.Counts() == 0 {
		return err
	}
	back := int64(0)
	for _, l := range ret.Lines {
		if !l.Charge {
			back += l.PriceEach.Minor * int64(l.Qty)
		}
	}
	if len(ret.Lines) == 0 || back >= u.Minor {
		return s.moveQuota(tx, ret.Order, QuotaReleased)
	}
	u.Minor, u.At = u.Minor-max(back, 0), s.now()
	return tx.PutQuotaUse(*u)
}

// finishQuota notes that the goods of an order have left, so that what they take from
// the buyer's quota is used for good.
func (s *Service) finishQuota(tx Tx, sh *Shipment) error {
	if !sh.Customs.Whole() {
		return nil
	}
	return s.moveQuota(tx, sh.Order, QuotaCommitted)
}
