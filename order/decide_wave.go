package order

import "strconv"

// maxWaveLook is how many free shipments are looked at for a batch.
const maxWaveLook = 500

// waveBatch makes a batch of the most urgent wave that the centre has sent for this way
// of working, as far as its orders are free: one that is the operator's before one that
// is anybody's. It returns nil where there is none.
func (t *turn) waveBatch(mode BatchMode) *Batch {
	ids, err := t.env.Book.WaveWork(mode, maxWaveLook)
	t.keep(err)
	if b := t.waveFor(mode, ids, t.b.Operator); b != nil {
		return b
	}
	return t.waveFor(mode, ids, "")
}

func (t *turn) waveFor(mode BatchMode, ids []ShipmentID, who OperatorID) *Batch {
	b := &Batch{Mode: mode}
	for _, id := range ids {
		s := t.shipment(id)
		if t.err != nil || len(b.Members) >= maxBatch {
			break
		}
		if s == nil || s.Wave == nil || s.Wave.Mode != mode || s.Wave.For != who || b.Wave != "" && s.Wave.ID != b.Wave || !t.fitsBatch(s) {
			continue
		}
		if b.Wave == "" {
			b.Wave = s.Wave.ID
			b.ID = string(mode) + "-" + b.Wave + "-" + string(t.b.Operator)
		}
		t.join(b, s)
	}
	if len(b.Members) == 0 {
		return nil
	}
	return b
}

// freeBatchOf makes a batch of the most urgent orders that are free, of one priority, and
// of no wave.
func (t *turn) freeBatchOf(mode BatchMode) *Batch {
	ids, err := t.env.Book.FreeWork(maxWaveLook)
	t.keep(err)
	b := &Batch{ID: string(mode) + "-" + string(t.b.Operator) + "-" + strconv.FormatInt(t.in.At.UnixMilli(), 36), Mode: mode}
	priority := 0
	for _, id := range ids {
		s := t.shipment(id)
		if t.err != nil || len(b.Members) >= t.env.Policy.BatchLimit(mode) {
			break
		}
		if s == nil || s.Wave != nil || !t.fitsBatch(s) || len(b.Members) > 0 && s.Priority != priority {
			continue
		}
		priority = s.Priority
		t.join(b, s)
	}
	return b
}
