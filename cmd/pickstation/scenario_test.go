package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pickstation/central/ingest"
	"pickstation/localdb"
	"pickstation/order"
)

// bothStates are the acceptance scenarios that must hold with the network down as well.
var bothStates = numbers("1-6 9-25 28 31-36 38-48 50-54 59-61")

// scenarios is how many acceptance scenarios there are.
const scenarios = 61

// elsewhere are acceptance scenarios that need more than one bench: they are tried where
// the centre is real, by the test named here. The bench's half is a file all the same.
var elsewhere = map[int]string{
	55: "sync/agent TestScenario55ABacklogLeavesWithinOneWaitWithoutAScan, central TestScenario55ABacklogSentThreeTimesIsOneRecordEach",
}

func numbers(s string) map[int]bool {
	set := map[int]bool{}
	for _, f := range strings.Fields(s) {
		from, to, isRange := strings.Cut(f, "-")
		a, _ := strconv.Atoi(from)
		b := a
		if isRange {
			b, _ = strconv.Atoi(to)
		}
		for n := a; n <= b; n++ {
			set[n] = true
		}
	}
	return set
}

// scenarioName begins the name of a file of an acceptance scenario.
var scenarioName = regexp.MustCompile(`^(\d\d)[-_.]`)

func scenarioFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/scenario/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	return files
}

func readScenario(t testing.TB, file string) *scenario {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := parseScenario(data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return sc
}

// Every scenario runs on the real loop and the real database; what it says of the
// network it must hold in.
func TestScenariosAtTheRealLoop(t *testing.T) {
	for _, file := range scenarioFiles(t) {
		sc := readScenario(t, file)
		for _, net := range sc.nets {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+net, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := sc.runIn(t.Context(), dir, net, nil); err != nil {
					t.Errorf("%s: %v", sc.title, err)
				}
				usable(t, dir)
			})
		}
	}
}

// usable checks that a centre can use every event that the bench has written.
func usable(t *testing.T, dir string) {
	t.Helper()
	r, err := localdb.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := eachEvent(t.Context(), r, func(e *order.Event) {
		if it := ingest.ReadItem(e.Seq, e.Hash, e.Body); it.Bad != "" {
			t.Errorf("the centre puts an event aside as %s: %s", it.Bad, e.Body)
		}
	}); err != nil {
		t.Error(err)
	}
}

func TestTheExampleScenarioHolds(t *testing.T) {
	sc, err := parseScenario([]byte(exampleScenario))
	if err != nil {
		t.Fatal(err)
	}
	for _, net := range sc.nets {
		if err := sc.run(t.Context(), net); err != nil {
			t.Error(err)
		}
	}
}

// The table: each of the acceptance scenarios has a robot, and those that must hold
// without the network are run without it.
func TestEveryAcceptanceScenarioHasItsRobot(t *testing.T) {
	have, down := map[int]bool{}, map[int]bool{}
	for _, file := range scenarioFiles(t) {
		m := scenarioName.FindStringSubmatch(filepath.Base(file))
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		have[n] = true
		sc := readScenario(t, file)
		for _, net := range sc.nets {
			down[n] = down[n] || net == "down"
		}
		if !strings.HasPrefix(sc.title, fmt.Sprintf("%d. ", n)) {
			t.Errorf("%s is headed %q", file, sc.title)
		}
	}
	for n := 1; n <= scenarios; n++ {
		if !have[n] && elsewhere[n] == "" {
			t.Errorf("scenario %d has no robot: testdata/scenario/%02d-….txtar", n, n)
		}
		if have[n] && bothStates[n] && !down[n] {
			t.Errorf("scenario %d must hold with the network down as well, and is not run so", n)
		}
	}
}
