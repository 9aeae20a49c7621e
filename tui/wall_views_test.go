package tui

import "pickstation/station"

func init() {
	moreViews = append(moreViews, func() map[string]*station.View { return map[string]*station.View{"wall_full": sown()} })
}

// sown is a put wall whose goods are all in their slots, which wait to be packed.
func sown() *station.View {
	v := sowing()
	for i := range v.Slots {
		m := &v.Slots[i]
		m.Slot, m.Picked, m.Open = sprintf("SLOT-%d", i+1), m.Units, 0
		v.Bench.Batch.Members[i] = m.Member
	}
	v.Verdict.Do = v.Bench.Batch.WallStep()
	return v
}
