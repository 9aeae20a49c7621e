package central

import (
	"context"
	"fmt"
	"strconv"
)

// The timeline is the centre's state of which a station has heard: every restore takes a new
// one, past all before, and whoever hears of it sends again what the centre may have lost.

// prepareTimeline starts the timeline at 1. A store that is a copy of another one
// has lost what came after the copy; it takes a timeline past every one before, from
// the clock, or by chance where that is behind, so that each of several copies of one
// backup gets its own. Stations
// that see a newer timeline send again what they had counted as stored. Ids and waybill
// numbers that were given out after the copy was made are passed over.
func (s *Service) prepareTimeline(tx Tx) error {
	line, err := timeline(tx)
	if err != nil {
		return err
	}
	isCopy, err := tx.Meta(metaCopy)
	if err != nil {
		return err
	}
	next := line
	switch {
	case isCopy != "":
		if next = s.now().Unix(); next <= line {
			next = s.further(line)
		}
		if err := s.skipNumbers(tx); err != nil {
			return err
		}
	case line == 0:
		next = 1
	}
	if next == line {
		return nil
	}
	if err := tx.SetMeta(metaCopy, ""); err != nil {
		return err
	}
	return tx.SetMeta(metaTimeline, strconv.FormatInt(next, 10))
}

// Restored tells that the store was put back to an earlier moment by other means than a
// backup of pickcentral: it takes a new timeline, as the start from a backup does.
func (s *Service) Restored(ctx context.Context) (line int64, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		if err := s.renewTimeline(tx); err != nil {
			return err
		}
		line, err = timeline(tx)
		return err
	})
	return line, err
}

// renewTimeline takes a new timeline, as the start from a backup does.
func (s *Service) renewTimeline(tx Tx) error {
	if err := tx.SetMeta(metaCopy, "1"); err != nil {
		return err
	}
	return s.prepareTimeline(tx)
}

func timeline(r Reader) (int64, error) {
	v, err := r.Meta(metaTimeline)
	if err != nil || v == "" {
		return 0, err
	}
	return strconv.ParseInt(v, 10, 64)
}

// further is a timeline past another one that no clock has told. It is far from it by chance, up
// to twelve days: the next one may have been that of a state that is lost, of which some
// stations have heard, and who sees no change sends nothing again.
func (s *Service) further(line int64) int64 { return line + 1 + s.cfg.Chance(1<<20) }

// counterTimeline counts how often the timeline was passed; whoever does it waits for the
// others.
const counterTimeline = "timeline"

// lastTimeline is the last one that a bench is followed to: the end of the year 9999. Restores
// go on from there for long before they come to [ingest.MaxTimeline].
const lastTimeline = 253402300799

// timelinePast returns the timeline, which is never behind the one that a station has heard
// of. It would be where the clock was ahead at an earlier restore and another copy was taken
// after that: the station would believe no answer until the time has come. The centre
// then goes past it, as after a restore, and a person is told, for the clock was wrong or
// the station was at another centre.
func (s *Service) timelinePast(tx Tx, st *Station, heard int64) (int64, error) {
	line, err := timeline(tx)
	if err != nil || heard <= line || heard > lastTimeline {
		return line, err
	}
	if _, err := tx.Next(counterTimeline, 1); err != nil {
		return 0, err
	}
	if line, err = timeline(tx); err != nil || heard <= line { // another one was first
		return line, err
	}
	next := s.further(max(heard, s.now().Unix()))
	if err := tx.SetMeta(metaTimeline, strconv.FormatInt(next, 10)); err != nil {
		return 0, err
	}
	return next, s.raise(tx, Exception{Key: fmt.Sprintf("%s:%d", ExcTimeline, next), Code: ExcTimeline, Station: st.ID,
		Detail: fmt.Sprintf("%s had heard of timeline %d, the centre was in %d", st.ID, heard, line)})
}
