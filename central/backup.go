package central

import (
	"context"
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
	began := s.now()
	marks, err := s.store.Backup(ctx, path)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error { return covered(tx, began, marks) })
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
	return s.store.Write(ctx, func(tx Tx) error {
		line, err := timeline(tx)
		if err != nil {
			return err
		}
		held, err := tx.Marks()
		if err != nil {
			return err
		}
		ok := m.Timeline == line && !m.At.After(s.now())
		for id, hwm := range m.Logs {
			last, known := held[id]
			ok = ok && known && hwm <= last
		}
		if !ok {
			return order.Errorf("bad_mark", "the mark is not of this store as it stands").
				WithHint("make a new one (pickcentral backup mark FILE), then the backup, then declare it")
		}
		return covered(tx, m.At, m.Logs)
	})
}

// covered makes stable what a backup covers that was begun at a time.
func covered(tx Tx, began time.Time, marks map[order.LogID]uint64) error {
	for id, hwm := range marks {
		l, err := tx.LockLog(id)
		if err != nil {
			return err
		}
		if l == nil || l.Stable >= hwm {
			continue
		}
		l.Stable = hwm
		if err := tx.PutLog(l); err != nil {
			return err
		}
	}
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
