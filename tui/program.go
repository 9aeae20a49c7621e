package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// Config is what the screen needs from the program around it. The callbacks run on
// the screen's goroutine and must not block; each may be nil.
type Config struct {
	// Views hands over the newest view: a channel of one slot, in which a newer view
	// takes the place of one not fetched, so that no publisher waits for a terminal.
	Views  <-chan *station.View
	Input  io.Reader // nil: os.Stdin. A reader that embeds *os.File keeps raw mode
	Output io.Writer // nil: os.Stdout

	Lang  string         // before the first view: "zh" or "en"
	Color string         // ui.color: "auto", "16", "mono"
	Cold  bool           // see [Options]
	ASCII bool           // force ASCII; the Linux console gets it anyway
	Zone  *time.Location // of clock and promises; nil: local
	Now   func() time.Time
	Env   func(string) string // nil: os.Getenv

	OnKey     func(key string)                     // key of a command: "F7", "esc", or its name, as order.KeyCommand takes it
	OnPIN     func(digits string)                  // the PIN that is asked for, typed
	OnWedge   func(raw []byte)                     // a scan that arrived as keys
	Training  bool                                 // see [Options]
	Demo      bool                                 // show the virtual scanner and let its letters act
	OnDemoKey func(key rune)                       // 'n' (also space), 'w', 'l', 'b', 'y', 'o', 'p', 'u'
	Guard     *Guard                               // gives the terminal back when a goroutine panics; may be nil
	Painted   func(n uint64)                       // the view with that number is on its way to the terminal
	after     func(time.Duration, tea.Msg) tea.Cmd // timers, replaced in tests
}

// quitWithin is how soon the second ctrl+c must follow the first.
const quitWithin = 2 * time.Second

// sameKey is how soon the same function key is taken for one held down: a glove that
// rests on UNDO must not undo the order.
const sameKey = 250 * time.Millisecond

// framesPerSecond is how often the terminal is written to at most. 60 costs an idle
// bench over 1 % of a core; 30 paints a verdict within 33 ms.
const framesPerSecond = 30

// Run shows views until the operator quits or ctx ends, and gives the terminal back.
// Both ends are nil; an error means that the terminal could not be used.
func Run(ctx context.Context, cfg Config) error {
	cfg = cfg.withDefaults()
	done := make(chan struct{})
	defer close(done)
	mo := newModel(cfg, done)
	// Signals are the program's affair, not the screen's.
	p := tea.NewProgram(mo, tea.WithInput(cfg.Input), tea.WithOutput(cfg.Output), tea.WithAltScreen(),
		tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond))
	mo.program = p
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	_, err := p.Run()
	if cfg.Guard != nil {
		cfg.Guard.attach(nil)
	}
	if err != nil && !errors.Is(err, tea.ErrProgramKilled) {
		return fmt.Errorf("run screen: %w", err)
	}
	return nil
}

// newModel takes a view that is there already, so that it is the first frame.
func newModel(cfg Config, done <-chan struct{}) *model {
	mo := &model{cfg: cfg, size: sizeOf(cfg.Output), done: done, opt: Options{
		Lang: cfg.Lang, Profile: ProfileOf(cfg.Color, cfg.Env), ASCII: cfg.ASCII || NeedsASCII(cfg.Env),
		Cold: cfg.Cold, Demo: cfg.Demo, Training: cfg.Training,
	}}
	if cfg.after == nil {
		mo.cfg.after = mo.timer
	}
	select {
	case mo.view = <-cfg.Views:
	default:
	}
	return mo
}

// timer sends msg after d; unlike tea.Tick it ends with the program.
func (mo *model) timer(d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return msg
		case <-mo.done:
			return nil
		}
	}
}

func (c Config) withDefaults() Config {
	if c.Input == nil {
		c.Input = os.Stdin
	}
	if c.Output == nil {
		c.Output = os.Stdout
	}
	if c.Env == nil {
		c.Env = os.Getenv
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// model is the bubbletea side: it keeps the latest view and what the keyboard is up
// to, and nothing that the station knows.
type model struct {
	cfg      Config
	opt      Options
	size     Size
	view     *station.View
	program  *tea.Program
	done     <-chan struct{}
	burst    burst
	quitAt   time.Time // first ctrl+c
	lastKey  string    // latest function key and when it arrived
	lastAt   time.Time
	pin      string // digits typed so far
	quantity string // digits of the number that is asked for
	menu     Menu
	broken   bool // a frame could not be painted, and that was reported
}

type (
	viewMsg struct{ v *station.View }
	tickMsg struct{}
	waitMsg struct{ seq int }
)

// Init starts the wait for views and the clock.
func (mo *model) Init() tea.Cmd {
	if mo.cfg.Guard != nil {
		mo.cfg.Guard.attach(mo.program)
	}
	return tea.Batch(mo.nextView(), mo.cfg.after(time.Second, tickMsg{}))
}

// nextView waits for the next view; the wait ends with the program.
func (mo *model) nextView() tea.Cmd {
	views, done := mo.cfg.Views, mo.done
	if views == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case v, open := <-views:
			if open {
				return viewMsg{v}
			}
		case <-done:
		}
		return nil
	}
}

// Update takes one message. A panic in it, or in a callback, ends the program through
// the guard.
func (mo *model) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if v := recover(); v != nil {
			g, stack := mo.cfg.Guard, debug.Stack()
			if g == nil {
				panic(v)
			}
			// In a goroutine: the guard waits for this loop to end.
			go g.crash("screen", v, stack)
		}
	}()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		mo.size = Size{msg.Width, msg.Height}
	case viewMsg:
		if mo.view == nil || msg.v.N >= mo.view.N {
			mo.closeMenu(mo.view, msg.v)
			mo.view = msg.v
		}
		return mo, mo.nextView()
	case tickMsg:
		return mo, mo.cfg.after(time.Second, tickMsg{})
	case tea.KeyMsg:
		return mo, mo.key(msg)
	case waitMsg:
		if k := mo.burst.expire(msg.seq); k != nil {
			return mo, mo.act(*k)
		}
	}
	return mo, nil
}

func (mo *model) key(k tea.KeyMsg) tea.Cmd {
	r := mo.burst.key(k, mo.cfg.Now())
	for _, line := range strings.FieldsFunc(string(r.scan), func(r rune) bool { return r == '\r' || r == '\n' }) {
		if mo.cfg.OnWedge != nil {
			mo.cfg.OnWedge([]byte(line))
		}
	}
	if r.wait != 0 {
		return mo.cfg.after(burstGap, waitMsg{r.wait})
	}
	return nil
}

// act does what a key that a person pressed stands for: almost always nothing.
func (mo *model) act(k tea.KeyMsg) tea.Cmd {
	now := mo.cfg.Now()
	name := k.String()
	if name == "ctrl+c" {
		if !mo.quitAt.IsZero() && now.Sub(mo.quitAt) <= quitWithin {
			return tea.Quit
		}
		mo.quitAt = now
		return nil
	}
	mo.quitAt = time.Time{}
	if mo.menuKey(k) {
		return nil
	}
	if k.Type == tea.KeyRunes || k.Type == tea.KeySpace {
		if !mo.pinKey(k) && !mo.quantityKey(k) && !mo.choiceKey(k) {
			mo.demoKey(k)
		}
		return nil
	}
	mo.pin = ""
	if mo.quantityKey(k) {
		return nil
	}
	held := name == mo.lastKey && now.Sub(mo.lastAt) < sameKey
	mo.lastKey, mo.lastAt = name, now
	if held || mo.cfg.OnKey == nil {
		return nil
	}
	for _, c := range order.Commands() {
		if c.Key != "" && strings.EqualFold(c.Key, name) {
			mo.cfg.OnKey(c.Key)
		}
	}
	return nil
}

// pinKey takes a digit while a PIN is asked for; the last one gives it away, so that no
// Enter is needed. It reports whether the key was one.
func (mo *model) pinKey(k tea.KeyMsg) bool {
	if mo.view == nil || mo.cfg.OnPIN == nil {
		return false
	}
	q := mo.view.Bench.Question
	if q == nil || q.Kind != order.AskPIN {
		mo.pin = ""
		return false
	}
	for _, r := range k.Runes {
		if r < '0' || r > '9' {
			return false
		}
		if mo.pin += string(r); len(mo.pin) >= max(q.Digits, order.MinPIN) {
			pin := mo.pin
			mo.pin = ""
			mo.cfg.OnPIN(pin)
		}
	}
	return len(k.Runes) > 0
}

// maxQuantity is how many digits a typed number may have.
const maxQuantity = 4

// quantityKey takes a digit of the number that is asked for; Enter gives the number away.
// It reports whether the key was for that.
func (mo *model) quantityKey(k tea.KeyMsg) bool {
	if mo.view == nil || mo.cfg.OnKey == nil {
		return false
	}
	if q := mo.view.Bench.Question; q == nil || q.Kind != order.AskQty {
		mo.quantity = ""
		return false
	}
	typed := &mo.quantity
	switch {
	case k.Type == tea.KeyBackspace:
		*typed = (*typed)[:max(len(*typed)-1, 0)]
	case k.Type == tea.KeyEnter:
		n, err := strconv.Atoi(*typed)
		if err == nil && len(*typed) <= maxQuantity { // more digits come from a scanner that types slowly
			mo.cfg.OnKey(string(order.Quantity(n)))
		}
		*typed = ""
	case k.Type == tea.KeyRunes && len(k.Runes) == 1 && k.Runes[0] >= '0' && k.Runes[0] <= '9':
		if len(*typed) <= maxQuantity { // one more stands for too many
			*typed += string(k.Runes)
		}
	default:
		return false
	}
	return true
}

func (mo *model) demoKey(k tea.KeyMsg) {
	if !mo.cfg.Demo || mo.cfg.OnDemoKey == nil || len(k.Runes) != 1 {
		return
	}
	r := k.Runes[0]
	if r == ' ' {
		r = 'n'
	}
	for _, d := range demoKeys {
		if d.key == r {
			mo.cfg.OnDemoKey(r)
		}
	}
}

// View paints the latest view. A view that cannot be painted must not stop the
// station: it is reported once, and the screen says so.
func (mo *model) View() (s string) {
	defer func() {
		if v := recover(); v != nil {
			if g := mo.cfg.Guard; g != nil && g.Log != nil && !mo.broken {
				g.Log("screen", v, debug.Stack())
			}
			mo.broken = true
			s = clipTo(text.For(mo.opt.lang(mo.view)).ScreenError, mo.size.W)
		}
	}()
	o := mo.opt
	o.Now = mo.cfg.Now().In(mo.cfg.Zone)
	o.PIN, o.Quantity, o.Menu = len(mo.pin), mo.quantity, mo.menu
	o.Quit = !mo.quitAt.IsZero() && o.Now.Sub(mo.quitAt) <= quitWithin
	return Render(mo.view, mo.size, o)
}
