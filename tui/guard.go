package tui

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"pickstation/tui/text"
)

// Guard is how goroutines end when they panic: the terminal is given back to the
// operator's shell before anything is printed, the stack is recorded, and the program
// exits, for a station without its loop or scanner must not look alive. The zero
// value works; one Guard serves all goroutines of a program.
type Guard struct {
	Log    func(name string, value any, stack []byte) // records the stack; may be nil
	Stderr io.Writer                                  // nil: os.Stderr
	Exit   func(code int)                             // nil: os.Exit
	Lang   string                                     // of the printed lines

	mu      sync.Mutex
	program *tea.Program // running screen, or nil
}

// crashExit is the exit code after a panic, as the Go runtime's own.
const crashExit = 2

// restoreTimeout bounds the wait for the screen to end; a blocked terminal must not
// keep the crash from being reported.
const restoreTimeout = 2 * time.Second

// Go runs f in a goroutine of its own under the guard. name is what f does, for the
// report.
func (g *Guard) Go(name string, f func()) {
	go g.Run(name, f)
}

// Run runs f under the guard and returns when f does.
func (g *Guard) Run(name string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			g.crash(name, v, debug.Stack())
		}
	}()
	f()
}

func (g *Guard) crash(name string, v any, stack []byte) {
	g.restore()
	if g.Log != nil {
		g.Log(name, v, stack)
	}
	w := g.Stderr
	if w == nil {
		w = os.Stderr
	}
	t := text.For(g.Lang)
	fmt.Fprintf(w, t.CrashWhat+"\n"+t.CrashDo+"\n\n%s", name, v, stack)
	if g.Exit != nil {
		g.Exit(crashExit)
		return
	}
	os.Exit(crashExit)
}

// restore ends the screen and waits until the terminal is as it was.
func (g *Guard) restore() {
	g.mu.Lock()
	p := g.program
	g.program = nil
	g.mu.Unlock()
	if p == nil {
		return
	}
	p.Kill()
	done := make(chan struct{})
	go func() {
		p.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(restoreTimeout):
		_ = p.ReleaseTerminal() // the event loop hangs: give the terminal back without it
	}
}

func (g *Guard) attach(p *tea.Program) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.program = p
}
