package central_test

import (
	"path/filepath"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
)

func TestWhatADeclaredBackupCoversMayBeDeletedAndNothingMore(t *testing.T) {
	c, b, ids := leased(t, "A")
	b.Pick(shipment(t, c, ids[0]))
	reply := c.PushRange(t, b, 0, 4)
	equal(t, "stable before", reply.Stable, 0)
	if at, err := c.LastBackup(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("before any backup: %v %v", at, err)
	}
	m, err := c.MarkBackup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begun := c.Clock.Now()
	c.Clock.Advance(time.Hour)
	equal(t, "a mark alone makes nothing stable", c.PushRange(t, b, 4, 5).Stable, 0)
	if err := c.DeclareBackup(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	equal(t, "stable after", c.PushRange(t, b, 5, 6).Stable, 4)
	at, err := c.LastBackup(t.Context())
	if err != nil || !at.Equal(begun.UTC().Truncate(time.Millisecond)) {
		t.Errorf("the backup was begun at %v, not %v: %v", begun, at, err)
	}
	if err := c.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Fatal(err)
	}
	if err := c.DeclareBackup(t.Context(), m); err != nil {
		t.Errorf("the older one, later: %v", err)
	}
	if later, err := c.LastBackup(t.Context()); err != nil || !later.Equal(at.Add(time.Hour)) {
		t.Errorf("the newest is of %v, %v", later, err)
	}
}

func TestAMarkOfAnotherStateIsRefused(t *testing.T) {
	c, b, ids := leased(t, "A")
	b.Pick(shipment(t, c, ids[0]))
	c.PushRange(t, b, 0, 4)
	m, err := c.MarkBackup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var log order.LogID
	for log = range m.Logs {
		break
	}
	for name, bad := range map[string]central.BackupMark{
		"nothing":             {},
		"more than there is":  {Timeline: m.Timeline, At: m.At, Logs: map[order.LogID]uint64{log: 5}},
		"a log nobody knows":  {Timeline: m.Timeline, At: m.At, Logs: map[order.LogID]uint64{log: 4, "other": 0}},
		"of a time to come":   {Timeline: m.Timeline, At: m.At.Add(time.Hour), Logs: m.Logs},
		"of another timeline": {Timeline: m.Timeline + 1, At: m.At, Logs: m.Logs},
	} {
		if err := c.DeclareBackup(t.Context(), bad); code(err) != "bad_mark" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Restored(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.DeclareBackup(t.Context(), m); code(err) != "bad_mark" {
		t.Errorf("of before the store was put back: %v", err)
	}
	equal(t, "stable", c.PushRange(t, b, 4, 5).Stable, 0)
}
