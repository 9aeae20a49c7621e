package central

import (
	"context"
	"fmt"
	"strings"

	"pickstation/central/customs"
	"pickstation/order"
)

// Outcomes of a reply of customs.
const (
	ReplyApplied   = "applied"
	ReplyDuplicate = "duplicate"
	ReplyUnknown   = "unknown" // about a number that was not declared here
)

// ReplyResult is what became of one reply.
type ReplyResult struct {
	CopNo    string           `json:"cop_no"`
	Shipment order.ShipmentID `json:"shipment,omitempty"`
	Status   string           `json:"status"`
	Words    string           `json:"words"`
	Outcome  string           `json:"outcome" enum:"applied,duplicate,unknown"`
}

// TakeReplies takes what customs said of inventories. A refusal, an inspection or a
// detention stops the shipment, as long as it is in the house, and raises an exception; a
// release lifts both. The same reply again changes nothing.
func (s *Service) TakeReplies(ctx context.Context, by By, message []byte) ([]ReplyResult, error) {
	replies, err := customs.ParseReplies(message)
	if err != nil {
		return nil, err
	}
	var results []ReplyResult
	err = s.store.Write(ctx, func(tx Tx) error {
		results = results[:0]
		for i := range replies {
			res, err := s.takeReply(tx, by, &replies[i])
			if err != nil {
				return err
			}
			results = append(results, res)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		s.count("customs_replies", r.Outcome, 1)
	}
	return results, nil
}

func (s *Service) takeReply(tx Tx, by By, r *customs.Reply) (ReplyResult, error) {
	res := ReplyResult{CopNo: r.CopNo, Status: r.Status, Words: r.Words, Outcome: ReplyUnknown}
	sh, err := declaredAs(tx, r.CopNo)
	if err != nil || sh == nil {
		return res, err
	}
	o, err := tx.LockOrder(sh.Order)
	if err != nil || o == nil || !by.may(o.Channel) {
		return res, err
	}
	if sh, err = tx.LockShipment(sh.ID); err != nil || sh == nil {
		return res, err
	}
	res.Shipment, res.Outcome = sh.ID, ReplyApplied
	fresh, err := tx.AddCustomsReply(sh.ID, *r, s.now())
	if err != nil || !fresh {
		res.Outcome = ReplyDuplicate
		return res, err
	}
	note := strings.TrimSpace(fmt.Sprintf("customs %s %s %s", r.Status, r.Words, r.Info))
	if err := s.tell(tx, o, TimelineRow{Kind: KindChange, Shipment: sh.ID, At: r.At, By: by.Who, Source: by.Source, Note: clip(note)}); err != nil {
		return res, err
	}
	return res, s.applyReplies(tx, o, sh)
}

// declaredAs finds the shipment that was declared under a number: its own, with the
// number of a box behind it where each box had an inventory.
func declaredAs(tx Tx, number string) (*Shipment, error) {
	sh, err := tx.Shipment(order.ShipmentID(number))
	if i := strings.LastIndexByte(number, '-'); sh == nil && err == nil && i > 0 {
		sh, err = tx.Shipment(order.ShipmentID(number[:i]))
	}
	if sh != nil && sh.Customs == order.CustomsNone {
		return nil, err
	}
	return sh, err
}

// applyReplies makes a shipment stand as customs' latest word of each of its
// inventories has it: replies may come late and in any order. Each inventory that is
// stopped has one open exception.
func (s *Service) applyReplies(tx Tx, o *Order, sh *Shipment) error {
	all, err := tx.CustomsReplies(sh.ID)
	if err != nil {
		return err
	}
	latest := map[string]*customs.Reply{}
	for _, r := range all {
		latest[r.CopNo] = r
	}
	var stop *customs.Reply
	for _, r := range all {
		if r.Effect != customs.Stop {
			continue
		}
		key := fmt.Sprintf("%s:%s:%s:%d", ExcCustomsStopped, r.CopNo, r.Status, r.At.UnixMilli())
		if latest[r.CopNo] != r {
			if err := tx.CloseExceptionOf(key, "centre", s.now()); err != nil {
				return err
			}
			continue
		}
		if stop == nil || r.CopNo < stop.CopNo {
			stop = r
		}
		if err := s.raise(tx, Exception{Key: key, Code: ExcCustomsStopped, Order: o.ID, Shipment: sh.ID, At: r.At,
			Detail: strings.TrimSpace(fmt.Sprintf("inventory %s: %s %s %s", r.CopNo, r.Status, r.Words, r.Info))}); err != nil {
			return err
		}
	}
	switch {
	case stop == nil && held(sh.Holds, order.CustomsStopped):
		return s.lift(tx, sh, order.CustomsStopped)
	case stop == nil || sh.Cancelled || withCarrier(sh):
		return nil
	}
	return s.stopShipment(tx, sh, order.Hold{Code: order.CustomsStopped, At: stop.At, By: "customs", Note: clip(stop.Status + " " + stop.Words), Stops: true})
}
