package agent

import (
	"strings"
	"time"

	"pickstation/sync/wire"
)

// maxReadAgain is the longest pause between two readings of the whole feed that do not help.
const maxReadAgain = 24 * time.Hour

// sums is how far the comparison of what is held with what the centre says has come. The
// centre is asked from time to time; a difference means that a row was lost here, or that
// an older one is kept, and the feed is read again from its beginning.
type sums struct {
	at      time.Time // the centre is not asked before, zero not decided yet
	theirs  *theirs   // what the centre said, until it is compared
	adding  string    // request to add up in flight, "" none
	differs string    // as in Status
	readAt  time.Time // the feed was read again last, zero never
	fails   int       // readings in a row after which it still differed
	rereads int
}

// theirs is what the centre says is held by whoever has all rows up to a cursor.
type theirs struct {
	cursor int64
	sums   wire.Sums
}

// sumsDue says whether the next request for the feed asks for sums, too. Stations that
// were started together do not ask together.
func (t *turn) sumsDue() bool {
	s := &t.s.sums
	if t.c.SumEvery <= 0 {
		return false
	}
	if s.at.IsZero() {
		s.at = t.in.Now.Add(time.Duration(t.in.Rand * float64(t.c.SumEvery)))
	}
	return !t.in.Now.Before(s.at)
}

// toldSums keeps what the end of the feed says. A centre that was asked and says nothing
// is of an older version.
func (t *turn) toldSums(r *wire.FeedReply) {
	t.s.sums.at = t.in.Now.Add(t.c.SumEvery)
	if r.Sums != nil {
		t.s.sums.theirs = &theirs{r.Next, r.Sums}
	}
}

// addUp asks for what is held once the rows are stored that the centre counted.
func (t *turn) addUp() {
	s := &t.s.sums
	switch {
	case s.theirs == nil || s.adding != "":
	case s.theirs.cursor != t.local.Cursor:
		t.askLater()
	default:
		s.adding = t.in.ID + "-s"
		t.acts = append(t.acts, AddUp{Req: s.adding})
	}
}

// askLater gives a comparison up that the feed overtook.
func (t *turn) askLater() {
	t.s.sums.theirs, t.s.sums.at = nil, t.in.Now.Add(t.c.BackoffMax)
}

// summed compares what is held with what the centre said. Reading the feed again costs
// the centre as much as a new station, so what does not help is tried ever more rarely.
func (t *turn) summed() {
	s := &t.s.sums
	if s.adding == "" || t.in.Req != s.adding {
		return
	}
	s.adding = ""
	if s.theirs == nil || s.theirs.cursor != t.in.Held.Cursor {
		t.askLater()
		return
	}
	kinds := s.theirs.sums.Differ(t.in.Held.Sums)
	s.theirs, s.differs = nil, ""
	if len(kinds) == 0 {
		s.fails = 0
		return
	}
	for _, k := range kinds {
		s.differs = strings.TrimSpace(s.differs + " " + string(k))
	}
	pause := min(t.c.ReadAgain<<max(min(s.fails, 16)-1, 0), maxReadAgain)
	if !s.readAt.IsZero() && t.in.Now.Sub(s.readAt) < pause {
		s.at = s.readAt.Add(pause)
		return
	}
	s.readAt, s.at = t.in.Now, t.in.Now
	s.fails++
	s.rereads++
	t.write(Repull{Timeline: t.local.Timeline})
	t.local.Cursor = 0
}
