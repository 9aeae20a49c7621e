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
	begun, before Reads // where this half and the one before it began
	last          Reads
}

// at takes the counts as they stand and returns the window's.
func (r *readRate) at(now Reads) ReadView {
	if now.all() < r.last.all() { // the gun's driver began anew
		*r = readRate{}
	}
	r.last = now
	if now.all()-r.begun.all() >= readWindow {
		r.before, r.begun = r.begun, now
	}
	from := r.before
	return ReadView{Triggers: int(now.all() - from.all()), NoReads: int(now.NoReads - from.NoReads), Bad: int(now.Bad - from.Bad)}
}
