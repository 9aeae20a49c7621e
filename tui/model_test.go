package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// bench drives a model without a terminal and without waiting.
type bench struct {
	*model
	now   time.Time
	keys  []string
	demo  []rune
	wedge []string
	quit  bool
}

func newBench(demo bool) *bench {
	be := &bench{now: noon}
	be.model = &model{view: picking(), size: Size{80, 24}, opt: Options{Lang: text.EN, Profile: Mono, Demo: demo}}
	be.cfg = Config{Demo: demo, Zone: haikou, Now: func() time.Time { return be.now }, Env: func(string) string { return "" },
		OnKey:     func(k string) { be.keys = append(be.keys, k) },
		OnDemoKey: func(r rune) { be.demo = append(be.demo, r) },
		OnWedge:   func(raw []byte) { be.wedge = append(be.wedge, string(raw)) },
		after:     func(time.Duration, tea.Msg) tea.Cmd { return nil }}.withDefaults()
	return be
}

// press is a key that a person presses: some time after the last, and nothing follows.
func (be *bench) press(k tea.KeyMsg) {
	be.now = be.now.Add(300 * time.Millisecond)
	be.Update(k)
	be.now = be.now.Add(burstGap)
	_, cmd := be.Update(waitMsg{be.burst.seq})
	if cmd != nil {
		_, be.quit = cmd().(tea.QuitMsg)
	}
}

func TestOnlyTheKeysOfCommandsDoAnything(t *testing.T) {
	be := newBench(false)
	for c := 'a'; c <= 'z'; c++ {
		be.press(letters(string(c)))
	}
	for _, k := range []tea.KeyType{tea.KeyEnter, tea.KeySpace, tea.KeyTab, tea.KeyUp, tea.KeyF13, tea.KeyCtrlQ,
		tea.KeyCtrlD, tea.KeyCtrlZ, tea.KeyBackspace} {
		be.press(special(k))
	}
	if len(be.keys)+len(be.demo)+len(be.wedge) > 0 || be.quit {
		t.Errorf("keys %q, demo %q, scans %q, quit %v", be.keys, be.demo, be.wedge, be.quit)
	}
	be.press(special(tea.KeyF7))
	be.press(special(tea.KeyEsc))
	be.press(special(tea.KeyF10))
	if got := strings.Join(be.keys, " "); got != "F7 esc F10" {
		t.Errorf("keys %q", got)
	}
	for _, k := range be.keys {
		if order.KeyCommand(k) == "" {
			t.Errorf("%q is no command's key", k)
		}
	}
}

func TestLettersActInTheDemoOnly(t *testing.T) {
	be := newBench(true)
	be.press(letters("w"))
	be.press(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}})
	be.press(letters("z"))
	if string(be.demo) != "wn" {
		t.Errorf("demo keys %q", string(be.demo))
	}
}

func TestCtrlCTwiceWithinTwoSecondsQuits(t *testing.T) {
	be := newBench(false)
	be.press(special(tea.KeyCtrlC))
	if be.quit || !strings.Contains(be.View(), text.For(text.EN).QuitAgain) {
		t.Fatalf("after one ctrl+c: quit %v, screen\n%s", be.quit, be.View())
	}
	be.now = be.now.Add(3 * time.Second)
	if strings.Contains(be.View(), text.For(text.EN).QuitAgain) {
		t.Error("three seconds later the screen still offers to quit")
	}
	be.press(special(tea.KeyCtrlC))
	if be.quit {
		t.Error("two ctrl+c three seconds apart quit")
	}
	be.press(special(tea.KeyF2))
	be.press(special(tea.KeyCtrlC))
	if be.quit {
		t.Error("two ctrl+c with another key between quit")
	}
	be.press(special(tea.KeyCtrlC))
	if !be.quit {
		t.Error("two ctrl+c within two seconds do not quit")
	}
}

func TestAKeyHeldDownActsOnce(t *testing.T) {
	be := newBench(false)
	be.press(special(tea.KeyF6))
	for range 30 { // auto-repeat
		be.now = be.now.Add(33*time.Millisecond - burstGap)
		be.Update(special(tea.KeyF6))
		be.now = be.now.Add(burstGap)
		be.Update(waitMsg{be.burst.seq})
	}
	if len(be.keys) != 1 {
		t.Errorf("F6 held for a second acts %d times", len(be.keys))
	}
	be.press(special(tea.KeyF6))
	if len(be.keys) != 2 {
		t.Error("F6 pressed again does not act")
	}
}

func TestANewerViewWinsWhateverTheOrder(t *testing.T) {
	be := newBench(false)
	old, fresh := picking(), wrongItem()
	old.N, fresh.N = 8, 9
	be.Update(viewMsg{fresh})
	be.Update(viewMsg{old})
	if be.view != fresh {
		t.Error("an older view took the place of a newer one")
	}
}

func TestSwitchingTheLanguageKeepsEverythingElse(t *testing.T) {
	be := newBench(false)
	zh, en := wrongItem(), wrongItem()
	zh.Bench.Lang, en.Bench.Lang, en.N = text.ZH, text.EN, zh.N+1
	be.Update(viewMsg{zh})
	before := be.View()
	be.Update(viewMsg{en})
	after := be.View()
	if before == after || !strings.Contains(before, "货位") || !strings.Contains(after, "LOCATION") {
		t.Error("the language did not change")
	}
	for _, same := range []string{"A-03-2", "HN20261121-1042", "gun1 12:04:28"} {
		if !strings.Contains(before, same) || !strings.Contains(after, same) {
			t.Errorf("%q is lost", same)
		}
	}
}

func TestAViewThatCannotBePaintedIsReportedOnceAndDoesNotStopTheScreen(t *testing.T) {
	be := newBench(false)
	reports := 0
	be.cfg.Guard = &Guard{Log: func(string, any, []byte) { reports++ }}
	good := be.cfg.Now
	be.cfg.Now = func() time.Time { panic("clock gone") }
	first, second := be.View(), be.View()
	be.cfg.Now = good
	if reports != 1 || first != second || !strings.Contains(first, "scanning goes on") {
		t.Errorf("%d reports, screen %q", reports, first)
	}
	if !strings.Contains(be.View(), "A-03-2") {
		t.Error("the screen did not come back")
	}
}

func TestTheViewThatIsThereAlreadyIsTheFirstFrame(t *testing.T) {
	views := make(chan *station.View, 1)
	views <- picking()
	mo := newModel(Config{Views: views, Env: func(string) string { return "xterm" }}.withDefaults(), nil)
	if mo.view == nil {
		t.Error("the first frame shows no view")
	}
}

func TestColourSettingsWinOverTERM(t *testing.T) {
	env := func(list ...string) func(string) string {
		return func(k string) string {
			for i := 0; i < len(list); i += 2 {
				if list[i] == k {
					return list[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		setting string
		env     func(string) string
		want    Profile
	}{
		{ColorAuto, env("TERM", "xterm-256color"), Color16}, {"", env("TERM", "screen"), Color16},
		{ColorAuto, env("TERM", "linux"), Color16}, {ColorAuto, env("TERM", "putty"), Color16},
		{ColorAuto, env("TERM", "vt100"), Mono}, {ColorAuto, env("TERM", "dumb"), Mono}, {ColorAuto, env(), Mono},
		{ColorAuto, env("TERM", "xterm", "NO_COLOR", "1"), Mono}, {ColorOn, env("TERM", "dumb"), Color16},
		{ColorMono, env("TERM", "xterm"), Mono},
	} {
		if got := ProfileOf(c.setting, c.env); got != c.want {
			t.Errorf("%q with TERM=%q: %v", c.setting, c.env("TERM"), got)
		}
	}
	if !NeedsASCII(env("TERM", "linux")) || NeedsASCII(env("TERM", "xterm")) {
		t.Error("the Linux console is not told apart")
	}
}

func TestDigitsAreAPINOnlyWhileOneIsAskedFor(t *testing.T) {
	be := newBench(false)
	var got []string
	be.cfg.OnPIN = func(pin string) { got = append(got, pin) }
	type1 := func(s string) {
		for _, r := range s {
			be.press(letters(string(r)))
		}
	}
	be.view = picking()
	type1("271828")
	be.view = askingPIN()
	type1("271")
	if be.pin != "271" {
		t.Errorf("typed %q", be.pin)
	}
	be.press(special(tea.KeyBackspace)) // begins again
	type1("x271828")
	if strings.Join(got, " ") != "271828" || be.pin != "" {
		t.Errorf("PINs %q, left %q", got, be.pin)
	}
}

func TestDigitsAreANumberOnlyWhileOneIsAskedFor(t *testing.T) {
	be := newBench(false)
	type1 := func(s string) {
		for _, r := range s {
			be.press(letters(string(r)))
		}
	}
	be.view = picking()
	type1("7")
	be.press(special(tea.KeyEnter))
	be.view = askingQty()
	be.press(special(tea.KeyEnter)) // no number yet
	type1("x12")
	be.press(special(tea.KeyBackspace))
	type1("4")
	if s := be.View(); !strings.Contains(s, "14_") {
		t.Errorf("the screen does not show the digits:\n%s", s)
	}
	be.press(special(tea.KeyEnter))
	type1("0952123400023")
	be.press(special(tea.KeyEnter))
	if got := strings.Join(be.keys, " "); got != "QTY-14" {
		t.Errorf("numbers %q", got)
	}
}
