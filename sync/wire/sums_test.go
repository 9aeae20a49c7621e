package wire_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"pickstation/sync/wire"
)

func sumOf(places ...int64) string {
	var s wire.Sum
	for _, fs := range places {
		s.Add(fs)
	}
	return s.String()
}

func TestASumTellsRowsApartInAnyOrder(t *testing.T) {
	all := sumOf(3, 70, 1<<40)
	if got := sumOf(1<<40, 3, 70); got != all {
		t.Errorf("in another order: %s, %s", got, all)
	}
	for name, places := range map[string][]int64{
		"one is missing":             {3, 70},
		"one is older":               {2, 70, 1 << 40},
		"one too many":               {3, 70, 71, 1 << 40},
		"one stands twice":           {3, 70, 70, 1 << 40},
		"two changed, the sum stays": {2, 71, 1 << 40},
	} {
		if sumOf(places...) == all {
			t.Errorf("%s: the sums are equal", name)
		}
	}
}

func TestOnlyTheKindsThatTheCentreNamesAreCompared(t *testing.T) {
	theirs := wire.Sums{wire.RowWork: sumOf(5), wire.RowPolicy: sumOf(1), wire.RowInstruction: sumOf()}
	held := wire.Sums{wire.RowWork: sumOf(5), wire.RowPolicy: sumOf(1), wire.RowTask: sumOf(9)}
	if got := theirs.Differ(held); got != nil {
		t.Errorf("%v differ", got)
	}
	delete(held, wire.RowPolicy)
	held[wire.RowInstruction] = sumOf(8)
	if got := theirs.Differ(held); !slices.Equal(got, []wire.RowKind{wire.RowInstruction, wire.RowPolicy}) {
		t.Errorf("%v differ", got)
	}
}

// TestSumsOfAnotherFormAreNotCompared reads what a next version may send.
func TestSumsOfAnotherFormAreNotCompared(t *testing.T) {
	body, err := os.ReadFile("testdata/newer/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	var r wire.FeedReply
	if err := json.Unmarshal(body, &r); err != nil || len(r.Sums) < 2 {
		t.Fatalf("%v %v", r.Sums, err)
	}
	if got := r.Sums.Differ(nil); !slices.Equal(got, []wire.RowKind{"drone_route", wire.RowPolicy}) {
		t.Errorf("%v differ", got)
	}
}
