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
			Detail: lacking(unknown)})
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

// lacking says what is raised of the first of an order's unknown goods.
func lacking(unknown []string) string { return "no " + unknown[0] }

// goodsKnown reviews the orders again that wait for a catalogue entry which is there now.
func (s *Service) goodsKnown(ctx context.Context) error {
	waiting := map[order.OrderID]bool{}
	for f := (ExceptionFilter{Limit: 500}); ; {
		var page []Exception
		err := s.store.Read(ctx, func(r Reader) (err error) {
			if page, err = r.Exceptions(f); err != nil {
				return err
			}
			for i := range page {
				known, err := entryCame(r, &page[i])
				if err != nil {
					return err
				}
				if known {
					waiting[page[i].Order] = true
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		f.After = page[len(page)-1].ID
	}
	var err error
	for id := range waiting {
		err = errors.Join(err, s.store.Write(ctx, func(tx Tx) error { return s.advanceHeld(tx, id) }))
	}
	return err
}

// entryCame says whether an exception is of goods that were unknown and are not any more.
func entryCame(r Reader, e *Exception) (bool, error) {
	if e.Code != ExcUnknownGoods {
		return false, nil
	}
	o, err := r.Order(e.Order)
	if err != nil || o == nil {
		return false, err
	}
	unknown, err := unknownGoods(r, o)
	return len(unknown) == 0 || lacking(unknown) != e.Detail, err
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
