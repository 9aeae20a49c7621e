package station

import "pickstation/order"

// Receiver of receipts: an [Answerer] that also wants to know which stored event an
// answer belongs to, so that it can note how far the answer has come. Stored is called
// right before Answer, from the loop's goroutine, and must not block.
type Receiver interface {
	Stored(device order.DeviceID, frame uint64, event order.Hash)
}

// loadLastScans remembers what each scanner may send again after this start.
func (l *Loop) loadLastScans() error {
	list, err := l.opt.Store.LastScans()
	if err != nil {
		return err
	}
	l.lastScans = make(map[order.DeviceID]*order.LastScan, len(list))
	for i := range list {
		l.lastScans[list[i].Device] = &list[i]
	}
	return nil
}

// again says whether a scan may be the one that its scanner sent last before this
// start. What that one was is given back once: the next time the same code is new.
func (l *Loop) again(s *Scan, text string) (order.Resend, *order.LastScan) {
	last := l.lastScans[s.Device]
	if last == nil || !s.Waits {
		return order.ResendNone, nil
	}
	r := last.Again(text, order.PacketID(s.Packet), s.Resent)
	if r != order.ResendNone || last.Answer == order.AnswerLeft {
		delete(l.lastScans, s.Device)
	}
	return r, last
}

// keepPacket remembers the packet of a scan that was just stored.
func (b *batch) keepPacket(s *Scan, e *order.Event) error {
	id := order.PacketID(s.Packet)
	if id == nil {
		return nil
	}
	tx, err := b.begin()
	if err != nil {
		return err
	}
	return tx.PutPacket(s.Device, id, e)
}
