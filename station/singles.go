package station

import "pickstation/order"

// SinglesView is a wave of orders of one item each 一单一货: the item that is scanned, where
// it is, and how many orders still want it.
type SinglesView struct {
	Wave         string
	Line         LineView // of the order that is opened next
	Orders, Left int
}

// singles returns the most urgent wave of single items at this bench, nil where there is none.
func (l *Loop) singles() (*SinglesView, error) {
	ids, err := l.opt.Store.WaveWork(order.WaveSingle, 1)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	s, err := l.opt.Store.Shipment(ids[0])
	if err != nil || s == nil || s.Wave == nil || len(s.Lines) == 0 {
		return nil, err
	}
	v := &SinglesView{Wave: s.Wave.ID, Line: lineView(&s.Lines[0]), Orders: s.Wave.Orders}
	v.Left, err = l.opt.Store.WaveLeft(v.Wave)
	return v, err
}
