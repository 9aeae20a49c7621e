package localdb

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"pickstation/sync/wire"
)

// TestTheFeedOfANewerCentreIsTaken applies a recorded feed: rows with more than this
// version knows are used, rows it cannot use are parked and stop nothing.
func TestTheFeedOfANewerCentreIsTaken(t *testing.T) {
	body, err := os.ReadFile("../sync/wire/testdata/newer/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	var feed wire.FeedReply
	if err := json.Unmarshal(body, &feed); err != nil {
		t.Fatal(err)
	}
	db, _ := openNew(t)
	for range 2 {
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.ApplyFeed(feed.Rows, feed.Next, feed.Timeline)
			return err
		})
	}
	rows, n, err := db.Queue("", 10)
	if err != nil || n != 2 || rows[0].ID != "S1" || rows[1].ID != "S4" {
		t.Errorf("work: %+v %v", rows, err)
	}
	parked, err := parkedRows(db.w, db.keyring, nil, 10)
	var ids []string
	for _, p := range parked {
		ids = append(ids, p.Row.ID)
	}
	if err != nil || !slices.Equal(ids, []string{"D1", "S2", "S3", "b1"}) {
		t.Errorf("parked: %v %v", ids, err)
	}
	if in, err := db.Instruction("S1"); err != nil || in == nil || in.Kind != "wave_at_the_drone" {
		t.Errorf("an instruction of a new kind is not shown: %+v %v", in, err)
	}
}
