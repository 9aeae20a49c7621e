package central

import (
	"context"
	"errors"

	"pickstation/order"
)

// unknownGoods lists the lines of an order that nobody could scan: their SKU is not in
// the catalogue, and the order brings no barcode for it. A warehouse without a
// catalogue works from the orders alone; there the SKU itself is the barcode.
func unknownGoods(r Reader, o *Order) (names []string, err error) {
	has := false
	for i := range o.Lines {
		l := &o.Lines[i]
		if len(l.Codes) > 0 {
			continue
		}
		p, err := r.Product(o.Warehouse, l.SKU)
		if err != nil {
			return nil, err
		}
		if p != nil {
			has = true
			continue
		}
		names = append(names, "catalogue entry of "+string(l.SKU))
	}
	if len(names) == 0 || has {
		return names, nil
	}
	if has, err = r.HasProducts(o.Warehouse); err != nil || !has {
		return nil, err
	}
	return names, nil
}

// raiseGoods tells a person of goods that nobody knows, and closes that again when they
// are known.
func (s *Service) raiseGoods(tx Tx, o *Order, unknown []string, held bool) error {
	if len(unknown) > 0 {
		return s.raise(tx, Exception{Key: ExcUnknownGoods + ":" + string(o.ID) + ":" + unknown[0], Code: ExcUnknownGoods, Order: o.ID,
			Detail: "no " + unknown[0]})
	}
	if !held {
		return nil
	}
	open, err := tx.Exceptions(ExceptionFilter{Order: o.ID, Limit: 500})
	for _, e := range open {
		if err == nil && e.Code == ExcUnknownGoods {
			err = tx.CloseException(e.ID, "review", s.now())
		}
	}
	return err
}

// goodsKnown reviews the orders again that wait for catalogue entries.
func (s *Service) goodsKnown(ctx context.Context) error {
	waiting := map[order.OrderID]bool{}
	err := s.store.Read(ctx, func(r Reader) error {
		for f := (ExceptionFilter{Limit: 500}); ; {
			page, err := r.Exceptions(f)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, e := range page {
				if e.Code == ExcUnknownGoods {
					waiting[e.Order] = true
				}
			}
			f.After = page[len(page)-1].ID
		}
	})
	for id := range waiting {
		err = errors.Join(err, s.store.Write(ctx, func(tx Tx) error { return s.advanceHeld(tx, id) }))
	}
	return err
}

func (s *Service) advanceHeld(tx Tx, id order.OrderID) error {
	o, err := tx.LockOrder(id)
	if err != nil || o == nil || len(o.Receiver) == 0 {
		return err
	}
	ships, err := tx.ShipmentsOf(id)
	if err != nil {
		return err
	}
	return s.reviewAgain(tx, o, ships)
}
