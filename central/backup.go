package central

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"pickstation/order"
)

// Benches keep what no backup covers, for a centre that is put back to one asks for it again.
// So a company with backups of its own (a point-in-time recovery, say) has to tell of them.

// BackupMark is what a store held at a moment: a backup of any kind that was begun after it
// covers that.
type BackupMark struct {
	Timeline int64                  `json:"timeline"`
	At       time.Time              `json:"at"`
	Logs     map[order.LogID]uint64 `json:"logs"` // newest event of each
}

// BackupLate is when nothing was backed up for so long that benches fill up.
const BackupLate = 3 * 24 * time.Hour

// Backup writes a copy of the store to path. Events that it covers become stable:
// stations may prune them. The key and CA files are not part of the copy.
func (s *Service) Backup(ctx context.Context, path string) error {
	m := BackupMark{At: s.now()}
	err := s.store.Read(ctx, func(r Reader) (err error) {
		m.Timeline, err = timeline(r)
		return err
	})
	if err != nil {
		return err
	}
	if m.Logs, err = s.store.Backup(ctx, path); err != nil {
		return err
	}
	return s.covered(ctx, m)
}

// MarkBackup returns what the store holds now.
func (s *Service) MarkBackup(ctx context.Context) (m BackupMark, err error) {
	m.At = s.now()
	err = s.store.Read(ctx, func(r Reader) error {
		if m.Timeline, err = timeline(r); err != nil {
			return err
		}
		m.Logs, err = r.Marks()
		return err
	})
	return m, err
}

// DeclareBackup tells that a backup begun after the mark was made is whole and was checked:
// what the mark covers becomes stable. A mark of another store, or of a state before this one
// was put back, has code bad_mark, and nothing is changed.
func (s *Service) DeclareBackup(ctx context.Context, m BackupMark) error {
	err := s.store.Read(ctx, func(r Reader) error {
		held, err := r.Marks()
		if err != nil {
			return err
		}
		ok := !m.At.After(s.now())
		for id, hwm := range m.Logs {
			last, known := held[id]
			ok = ok && known && hwm <= last
		}
		if !ok {
			return badMark()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.covered(ctx, m)
}

func badMark() error {
	return order.Errorf("bad_mark", "the mark is not of this store as it stands").
		WithHint("make a new one (pickcentral backup mark FILE), then the backup, then declare it")
}

// coverPart is how many logs one transaction makes stable: pushes to them wait for it, and
// there are more logs than there ever were stations.
const coverPart = 200

// covered makes stable what a backup covers, and notes when it was begun. It ends where the
// store was put back since the mark.
func (s *Service) covered(ctx context.Context, m BackupMark) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(m.Logs)), coverPart) {
		err := s.within(ctx, m.Timeline, func(tx Tx) error {
			for _, id := range part {
				if err := cover(tx, id, m.Logs[id]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.within(ctx, m.Timeline, func(tx Tx) error { return noteBackup(tx, m.At) })
}

// within runs fn in a transaction, unless the timeline is another one.
func (s *Service) within(ctx context.Context, line int64, fn func(tx Tx) error) error {
	return s.store.Write(ctx, func(tx Tx) error {
		now, err := timeline(tx)
		if err == nil && now != line {
			err = badMark()
		}
		if err != nil {
			return err
		}
		return fn(tx)
	})
}

func cover(tx Tx, id order.LogID, hwm uint64) error {
	l, err := tx.LockLog(id)
	if err != nil || l == nil || l.Stable >= hwm {
		return err
	}
	l.Stable = hwm
	return tx.PutLog(l)
}

func noteBackup(tx Tx, began time.Time) error {
	last, err := lastBackup(tx)
	if err != nil || !began.After(last) {
		return err
	}
	return tx.SetMeta(metaBackup, strconv.FormatInt(began.UnixMilli(), 10))
}

// LastBackup returns when the newest backup was begun of which the store was told, zero
// where there was none.
func (s *Service) LastBackup(ctx context.Context) (at time.Time, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		at, err = lastBackup(r)
		return err
	})
	return at, err
}

func lastBackup(r Reader) (time.Time, error) {
	v, err := r.Meta(metaBackup)
	if err != nil || v == "" {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	return time.UnixMilli(ms).UTC(), err
}
