package station

// ReadView is how well a scanner reads: its latest triggers that told something.
type ReadView struct {
	Triggers int // scans, no-reads and noise together
	NoReads  int // the gun saw nothing
	Bad      int // what came was no message
}

// Reads are what a scanner has counted since the program started.
type Reads struct {
	Scans, NoReads, Bad uint64
}

func (r Reads) all() uint64 { return r.Scans + r.NoReads + r.Bad }

// readWindow is of how many triggers half the window is: the rate is of the latest 50 to
// 100, so that a gun that was cleaned is believed soon, and one bad label alarms nobody.
const readWindow = 50

// readRate turns counts that only grow into those of a window that moves on.
type readRate struct {
	Half   Reads `json:"half"`   // of the window's newest half
	Before Reads `json:"before"` // and of the one before it
	last   Reads // as the gun's driver counted them last
	heard  bool  // last was heard since the program started
}

// at takes the counts as they stand and returns the window's.
func (r *readRate) at(now Reads) ReadView {
	switch {
	case !r.heard && r.Half.all()+r.Before.all() > 0: // of the program before
		r.last = now
	case now.all() < r.last.all(): // the gun's driver began anew
		*r = readRate{}
	}
	r.heard = true
	r.Half = Reads{r.Half.Scans + now.Scans - r.last.Scans, r.Half.NoReads + now.NoReads - r.last.NoReads, r.Half.Bad + now.Bad - r.last.Bad}
	if r.last = now; r.Half.all() >= readWindow {
		r.Half, r.Before = Reads{}, r.Half
	}
	all := Reads{NoReads: r.Half.NoReads + r.Before.NoReads, Bad: r.Half.Bad + r.Before.Bad}
	return ReadView{Triggers: int(r.Half.all() + r.Before.all()), NoReads: int(all.NoReads), Bad: int(all.Bad)}
}
