package station

import "pickstation/order"

// WaveView is a wave that the bench can begin by its command: BATCH or PUT WALL.
type WaveView struct {
	ID     string
	Mode   order.BatchMode
	Orders int // that it has
}

// waveLook is how many orders of waves are looked through for one that is offered to who
// works here.
const waveLook = 20

// waves returns the most urgent wave of each kind that is worked as one.
func (l *Loop) waves() (list []WaveView) {
	for _, mode := range []order.BatchMode{order.BatchCluster, order.BatchWall} {
		ids, err := l.opt.Store.WaveWork(mode, waveLook)
		if err != nil {
			return list
		}
		for _, id := range ids {
			s, err := l.opt.Store.Shipment(id)
			if err != nil || s == nil || s.Wave == nil || s.Wave.For != "" && s.Wave.For != l.bench.Operator {
				continue
			}
			list = append(list, WaveView{ID: s.Wave.ID, Mode: mode, Orders: s.Wave.Orders})
			break
		}
	}
	return list
}
