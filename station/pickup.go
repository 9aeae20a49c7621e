package station

import "pickstation/order"

// FetchView is the parcels of a buyer whose pickup code was scanned.
type FetchView struct {
	Ref      string
	Parcels  int
	Given    int
	Waybills []string // of those that are still here
}

// fetchView says what the buyer at the bench fetches, or nil.
func (l *Loop) fetchView() *FetchView {
	id := l.bench.Fetch
	if id == "" || l.bench.Screen != order.ScreenDispatch {
		return nil
	}
	s, err := l.opt.Store.Shipment(id)
	if err != nil || s == nil {
		return nil
	}
	v := &FetchView{Ref: s.Ref()}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		switch {
		case !s.NeedsBox(p):
		case p.Dispatched:
			v.Parcels, v.Given = v.Parcels+1, v.Given+1
		default:
			v.Parcels, v.Waybills = v.Parcels+1, append(v.Waybills, p.Waybill.Number)
		}
	}
	return v
}
