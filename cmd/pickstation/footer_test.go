package main

import (
	"strings"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/tui"
	"pickstation/tui/text"
)

// footerWorld has work for every screen.
const footerWorld = `
policy {"drops":[{"place":"DOCK-A"},{"place":"DOCK-B"}],"returns":{"grades":[{"grade":"A","fate":"restock"},{"grade":"C","fate":"scrap","photo":true}]}}
place DOCK-A DOCK-B
numbers SF SX 100 199
order A
  2 mango @L1
  2 tea @L2
order E pack=each
  2 kiwi @L4
task return RET-1 order=Z
  2 milk to=L1
task count CNT-1
  4 tea @L2
task move MOV-1
  2 tea @L2 to=L9
`

// footerScreens are the ways to each screen.
var footerScreens = map[string]struct {
	screen order.Screen
	steps  []string
}{
	"sign_in":          {order.ScreenSignIn, nil},
	"queue":            {order.ScreenQueue, []string{"scan B-LI"}},
	"pick":             {order.ScreenPick, []string{"scan B-LI", "scan A", "scan MANGO"}},
	"pack":             {order.ScreenPack, []string{"scan B-LI", "scan E", "scan KIWI", "scan KIWI", "scan KIWI"}},
	"label":            {order.ScreenLabel, []string{"scan B-LI", "scan A", "scan MANGO", "scan MANGO", "scan TEA", "scan TEA"}},
	"dispatch":         {order.ScreenDispatch, []string{"scan B-LI", "scan E", "scan KIWI", "scan KIWI", "scan KIWI", "scan KIWI", "scan SF-E-1", "card SHIP"}},
	"loading":          {order.ScreenDispatch, []string{"scan B-LI", "scan E", "scan KIWI", "scan KIWI", "scan KIWI", "scan KIWI", "scan SF-E-1", "card SHIP", "scan SF-E-1"}},
	"batch":            {order.ScreenBatch, []string{"scan B-LI", "card BATCH", "scan MANGO"}},
	"wall":             {order.ScreenWall, []string{"scan B-LI", "card WALL"}},
	"drop":             {order.ScreenDrop, []string{"scan B-LI", "scan E", "card HOLD", "card BATCH", "scan MANGO", "scan MANGO", "scan SLOT-1", "scan TEA", "scan TEA", "scan SLOT-1"}},
	"tasks":            {order.ScreenTasks, []string{"scan B-LI", "card TASKS"}},
	"return":           {order.ScreenReturn, []string{"scan B-LI", "card TASKS", "scan RET-1", "scan MILK"}},
	"stock count":      {order.ScreenStock, []string{"scan B-LI", "card TASKS", "scan CNT-1"}},
	"stock move":       {order.ScreenStock, []string{"scan B-LI", "card TASKS", "scan MOV-1"}},
	"asked short":      {order.ScreenPick, []string{"scan B-LI", "scan A", "scan MANGO", "card SHORT"}},
	"asked sign-out":   {order.ScreenPick, []string{"scan B-LI", "scan A", "scan MANGO", "card SIGNOUT"}},
	"asked takeover":   {order.ScreenQueue, []string{"scan B-LI", "scan A", "card SIGNOUT", "card KEEP", "scan B-MEI", "scan A"}},
	"asked to reprint": {order.ScreenLabel, []string{"scan B-LI", "scan A", "scan MANGO", "scan MANGO", "scan TEA", "scan TEA", "card PRINT"}},
}

// worldBench is the station's own loop over a world in words, in a new folder.
func worldBench(t *testing.T, dir, world string, start time.Time) *replay {
	t.Helper()
	rows, err := parseWorld(world, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := localdb.EnsureBoxKey(dir); err != nil {
		t.Fatal(err)
	}
	r, err := newReplay(t.Context(), dir, text.EN, start)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.feed(t.Context(), &workSnapshot{Rows: rows}); err != nil {
		t.Fatal(err)
	}
	return r
}

// footerBench walks to a screen.
func footerBench(t *testing.T, steps []string) *replay {
	t.Helper()
	r := worldBench(t, t.TempDir(), footerWorld, replayStart)
	for _, s := range steps {
		takeStep(t, r, s)
	}
	return r
}

// takeStep takes one step of a scenario and returns what was answered.
func takeStep(t *testing.T, r *replay, s string) []heard {
	t.Helper()
	st, err := parseStep(s)
	if err != nil {
		t.Fatal(err)
	}
	r.clock.touch()
	if err := r.enter(t.Context(), &st.line); err != nil {
		t.Fatal(err)
	}
	if err := r.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r.take()
}

// asked is the question that stands.
func asked(r *replay) order.QuestionKind {
	if q := r.loop.View().Bench.Question; q != nil {
		return q.Kind
	}
	return ""
}

// shownCommands are those that the footer names.
func shownCommands(r *replay) map[order.Command]bool {
	lines := strings.Split(r.screen(tui.Size{W: 300, H: 50}, text.EN), "\n")
	foot := "  " + strings.Join(lines[len(lines)-2:], "  ") + "  "
	shown := map[order.Command]bool{}
	for _, c := range order.Commands() {
		if name := c.Name.EN; strings.Contains(foot, " "+name+"  ") || strings.Contains(foot, " "+name+" ") && !strings.Contains(name, " ") {
			shown[c.Command] = true
		}
	}
	return shown
}

// idle are what a command says where it has no use.
var idle = map[order.MsgCode]bool{order.MsgNotNow: true, order.MsgUnknownCommand: true, order.MsgNotABadge: true, order.MsgNoQuestion: true}

// The footer tells the truth: what it shows has a use on that screen, what it leaves out
// has none. Each command is scanned from the bench card at the real loop.
func TestTheFooterShowsExactlyWhatHasAUse(t *testing.T) {
	for name, way := range footerScreens {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := footerBench(t, way.steps)
			defer func() { r.close() }()
			if got := r.loop.View().Bench.Screen; got != way.screen {
				t.Fatalf("the way leads to %s, not to %s", got, way.screen)
			}
			shown, question := shownCommands(r), asked(r)
			if len(shown) < 2 {
				t.Fatalf("the footer shows %v", shown)
			}
			for _, c := range order.Commands() {
				all := takeStep(t, r, "card "+string(c.Command))
				if len(all) == 0 {
					t.Fatalf("%s: no answer", c.Command)
				}
				d := &all[0].Decision
				useless := !d.Verdict.Good() && idle[d.What.Code]
				if shown[c.Command] && useless {
					t.Errorf("%s is shown and says %s", c.Command, d.What.Code)
				}
				if !shown[c.Command] && d.Verdict.Good() {
					t.Errorf("%s is not shown and does something: %s", c.Command, d.What.Code)
				}
				if d.Verdict != order.WrongKind || asked(r) != question { // it may have moved: begin again
					r.close()
					r = footerBench(t, way.steps)
				}
			}
		})
	}
}

// Every screen has a way to it here.
func TestEveryScreensFooterIsTried(t *testing.T) {
	tried := map[order.Screen]bool{}
	for _, way := range footerScreens {
		tried[way.screen] = true
	}
	for _, s := range order.Screens() {
		if !tried[s] {
			t.Errorf("no way to screen %s: add it to footerScreens", s)
		}
	}
}

// Every command is a code of the bench card, keys give the same, and no two share one.
func TestKeysMirrorTheBenchCard(t *testing.T) {
	keys, codes := map[string]bool{}, map[string]bool{}
	for _, c := range order.Commands() {
		if got, ok := order.ParseCommand(c.Code()); !ok || got != c.Command {
			t.Errorf("%s is read as %s", c.Code(), got)
		}
		if c.Key != "" && (order.KeyCommand(c.Key) != c.Command || keys[c.Key]) {
			t.Errorf("key %s gives %s", c.Key, order.KeyCommand(c.Key))
		}
		if codes[c.Code()] {
			t.Errorf("%s stands twice", c.Code())
		}
		keys[c.Key], codes[c.Code()] = true, true
	}
}
