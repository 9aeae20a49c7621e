package station

import (
	"time"

	"pickstation/order"
)

// answer is what a scanner hears once its scan is stored.
type answer struct {
	device order.DeviceID
	frame  uint64
	tone   order.Tone
	event  order.Hash // of the stored scan
	waits  bool       // the scanner waits for it
}

// lose tells a scanner that its scan is not saved, and counts the scan where the
// scanner does not listen.
func (l *Loop) lose(device order.DeviceID, frame uint64, waits bool) {
	if l.opt.Answer != nil && device != "" {
		l.opt.Answer.Answer(device, frame, order.ToneNotSaved)
	}
	if !waits {
		l.unsaved.add(time.Now())
	}
}

func (b *batch) answer() {
	if b.l.opt.Answer == nil {
		return
	}
	receiver, wants := b.l.opt.Answer.(Receiver)
	for _, a := range b.answers {
		if wants {
			receiver.Stored(a.device, a.frame, a.event)
		}
		b.l.opt.Answer.Answer(a.device, a.frame, a.tone)
	}
}
