package agent

import (
	"cmp"
	"slices"

	"pickstation/order"
	"pickstation/sync/wire"
)

// A copy of what the centre does not have lies in another place, for a station whose disk
// dies before the network is back. It is files of some events each, so that what was
// written once is not written again, and only the newest file grows.

// Segment is the events First to Last of a log, in one file of a copy.
type Segment struct {
	Log         order.LogID
	First, Last uint64
}

// Growth is a segment that is to be written, and the shorter one that it then stands for.
type Growth struct {
	Segment
	Over *Segment // nil none
}

// PlanCopy compares the files of a copy with the logs of the station. drop is what the centre
// cannot lose any more, and what other files hold as well; grow is what is to be written, in
// order. A log of which there is a copy is copied on from where that ends, acknowledged or
// not, so that nothing is missing in between: a centre that is restored wants all of it.
//
// here is, for each log, the last event that is in the database, whether it counts or was
// issued again in a later log. Segments that go on behind it, or are of no log of the station,
// are left alone, and counted: they are of a disk that is lost, whatever was put in its place.
func PlanCopy(logs []Log, here map[order.LogID]uint64, have []Segment) (grow []Growth, drop []Segment, lost int) {
	lost = len(have)
	for i := range logs {
		p := copyPlan{log: &logs[i]}
		var mine []Segment
		for _, s := range have {
			if s.Log != p.log.ID || s.Last > max(p.log.Last, here[s.Log]) {
				continue
			}
			if lost--; settled(logs[i:], s) {
				p.drop = append(p.drop, s)
			} else {
				mine = append(mine, s)
			}
		}
		slices.SortFunc(mine, func(a, b Segment) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Last, a.Last)) })
		p.follow(mine)
		grow, drop = append(grow, p.grow...), append(drop, p.drop...)
	}
	return grow, drop, lost
}

// settled says whether the centre cannot lose a segment of the first of these logs. What lies
// behind the end of a closed log was issued again in a later one.
func settled(logs []Log, s Segment) bool {
	l := &logs[0]
	if min(s.Last, l.Last) > l.Stable {
		return false
	}
	behind := s.Last - min(s.Last, l.Last)
	return !slices.ContainsFunc(logs[1:], func(later Log) bool { return min(behind, later.Last) > later.Stable })
}

// copyPlan is the plan for one log.
type copyPlan struct {
	log  *Log
	grow []Growth
	drop []Segment
	last *Segment // ends where the copy ends, nil none
}

// follow goes through what is there, the first ones first, and fills in what is missing.
func (p *copyPlan) follow(mine []Segment) {
	l := p.log
	at := l.Acked
	if len(mine) > 0 {
		at = min(at, mine[0].First-1)
	}
	at = max(at, l.Stable)
	complete := l.Acked >= l.Last // nothing is waiting
	for i := range mine {
		s := &mine[i]
		if s.Last <= at {
			p.drop = append(p.drop, *s)
			continue
		}
		if !complete && s.First > at+1 {
			p.fill(at+1, min(s.First-1, l.Last))
		}
		at, p.last = s.Last, s
	}
	if !complete && at < l.Last {
		p.fill(at+1, l.Last)
	}
}

// fill writes events that follow on the last segment.
func (p *copyPlan) fill(first, last uint64) {
	over := p.last
	if over != nil && over.Last+1 == first && over.Last-over.First+1 < wire.MaxPushEvents {
		first = max(over.First, p.log.Stable+1)
	} else {
		over = nil
	}
	for ; first <= last; first += wire.MaxPushEvents {
		p.grow = append(p.grow, Growth{Segment{p.log.ID, first, min(last, first+wire.MaxPushEvents-1)}, over})
		over = nil
	}
	p.last = nil
}
