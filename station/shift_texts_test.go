package station_test

import (
	"fmt"

	"pickstation/order"
	"pickstation/station"
)

// text is what the picker scans next.
func (s *shift) text(v *station.View) string {
	if s.rng.IntN(10) < 8 {
		if t := s.right(v); t != "" {
			return t
		}
	}
	commands := []order.Command{order.CmdUndo, order.CmdUndo, order.CmdSkip, order.CmdNo, order.CmdQueue, order.CmdShort, order.CmdYes, order.CmdRelease,
		order.CmdKeep, order.CmdNextBox, order.CmdUnbox, order.CmdBoxM, order.CmdBatch, order.CmdBatch, order.CmdWall, order.CmdDispatch, order.CmdPrint,
		order.CmdTasks, order.CmdCold, order.CmdGradeA, order.CmdGradeC, order.CmdRestock, order.CmdScrap, order.CmdHold}
	switch k := s.rng.IntN(36); {
	case k < 12:
		return item(1 + s.rng.IntN(5))
	case k < 14:
		return fmt.Sprintf("CASE-%d", 1+s.rng.IntN(4))
	case k < 17:
		return fmt.Sprintf("X%d", max(1, s.orders-s.rng.IntN(10)))
	case k < 20:
		return fmt.Sprintf("SLOT-%d", 1+s.rng.IntN(9))
	case k < 22:
		return fmt.Sprintf("SF1000%d", max(1, s.orders-s.rng.IntN(10)))
	case k < 23:
		return s.somebody()
	case k < 24:
		return s.last // the same again
	case k < 25:
		return withLot(1+s.rng.IntN(4), lots[s.rng.IntN(len(lots))])
	case k < 26:
		return fmt.Sprintf("A-%02d", 1+s.rng.IntN(5))
	case k < 27:
		raw := make([]byte, s.rng.IntN(40))
		for i := range raw {
			raw[i] = byte(s.rng.IntN(256))
		}
		return string(raw)
	}
	return order.CommandPrefix + string(commands[s.rng.IntN(len(commands))])
}

// somebody is one of the two who work here, mostly the picker.
func (s *shift) somebody() string {
	if s.rng.IntN(6) == 0 {
		return badgeMei
	}
	return badgeLi
}

// right is what the screen wants, "" where that is nothing.
func (s *shift) right(v *station.View) string {
	if q := v.Bench.Question; q != nil && s.rng.IntN(3) > 0 {
		switch q.Kind {
		case order.AskOverride:
			return badgeMei
		case order.AskQty:
			return fmt.Sprintf("PS:QTY-%d", s.rng.IntN(9))
		case order.AskReason:
			return order.CommandPrefix + string(order.Choice(1+s.rng.IntN(len(q.Choices))))
		case order.AskSubst:
			return item(firstOther + s.rng.IntN(3))
		case order.AskLot:
			s.clock.advance(order.RepeatAfter)
			return s.last
		}
	}
	switch v.Bench.Screen {
	case order.ScreenSignIn:
		return s.somebody()
	case order.ScreenQueue:
		if k := s.rng.IntN(20); k < 4 {
			return order.CommandPrefix + string([]order.Command{order.CmdBatch, order.CmdWall, order.CmdTasks, order.CmdDispatch}[k])
		}
		for _, q := range v.Queue {
			if q.Hold == "" && !q.Gone && s.rng.IntN(2) == 0 {
				return q.Ref
			}
		}
	case order.ScreenLabel:
		for _, p := range v.Work.Parcels {
			if !p.Labelled && !p.Later && p.Waybill != "" {
				return p.Waybill
			}
		}
	case order.ScreenDispatch:
		return s.rightToGo(v)
	case order.ScreenTasks, order.ScreenReturn, order.ScreenStock:
		return s.rightForTask(v)
	}
	for _, m := range v.Slots {
		if !m.Here && m.Slot != "" && len(v.Bench.Hand) > 0 && s.rng.IntN(8) == 0 {
			return m.Slot // a neighbour's
		}
		if m.Here && len(v.Bench.Hand) > 0 && s.rng.IntN(2) == 0 {
			if m.Slot != "" {
				return m.Slot
			}
			return "SLOT-" + string(m.Shipment)
		}
	}
	if v.Work != nil && v.Work.Current != nil {
		c := v.Work.Current
		if s.rng.IntN(25) == 0 {
			return order.CommandPrefix + string(order.CmdSubst)
		}
		n := 0
		if _, err := fmt.Sscanf(string(c.SKU), "SKU%d", &n); err == nil && c.Lot != "" && n < firstOther {
			if s.rng.IntN(3) == 0 {
				return withLot(n, lots[s.rng.IntN(len(lots))])
			}
			return withLot(n, c.Lot)
		}
		if l := s.stored(v.Work.ID).Line(c.No); l != nil && l.Kit != "" && s.rng.IntN(3) == 0 {
			return item(1 + s.rng.IntN(2)) // another part of the kit, perhaps too early
		}
		if t := s.marked(n, v); t != "" {
			return t
		}
		return c.Codes[0].Key
	}
	return ""
}

// rightToGo is what leaves next: a carrier's parcel, or a buyer's code and then the parcel.
func (s *shift) rightToGo(v *station.View) string {
	if v.Fetch != nil && len(v.Fetch.Waybills) > 0 && s.rng.IntN(8) > 0 {
		return v.Fetch.Waybills[0]
	}
	if len(v.Outbound) == 0 {
		return order.CommandPrefix + string(order.CmdQueue)
	}
	o := v.Outbound[s.rng.IntN(len(v.Outbound))]
	if code := s.buyers.code[o.Shipment]; code != "" && s.rng.IntN(8) > 0 {
		return code
	}
	return o.Waybill
}
