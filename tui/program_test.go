//go:build unix

package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/term"

	"pickstation/station"
	"pickstation/tui/text"
)

// childVar makes the test binary play a station's program in a terminal of its own.
const childVar = "TUI_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVar) {
	case "":
		goleak.VerifyTestMain(m)
	case "say":
		_, ci := os.LookupEnv("CI")
		os.Stdout.WriteString(sprintf("ready ci=%v\n", ci))
	case "panic":
		panicking()
	}
}

// panicking shows a screen and lets a goroutine beside it panic.
func panicking() {
	g := &Guard{Lang: text.EN, Log: func(name string, v any, stack []byte) {
		if !bytes.Contains(stack, []byte("panicking")) {
			os.Stderr.WriteString("no stack\n")
		}
		os.Stderr.WriteString(sprintf("logged %s %v\n", name, v))
	}}
	views := make(chan *station.View, 1)
	views <- picking()
	keys := make(chan string, 1)
	g.Go("scanner gun1", func() {
		<-keys
		panic("port is gone")
	})
	err := Run(context.Background(), Config{Views: views, Lang: text.EN, Guard: g, OnKey: func(k string) { keys <- k }})
	os.Stderr.WriteString(sprintf("run ended: %v\n", err))
	select {} // the guard exits
}

// console is a terminal that remembers what was written to it.
type console struct {
	master, slave *os.File
	mu            sync.Mutex // guards below
	out           bytes.Buffer
	grew          *sync.Cond
	done          chan struct{}
}

func newConsole(t *testing.T) *console {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Skip("this machine gives no pseudo-terminals: ", err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	c := &console{master: master, slave: slave, done: make(chan struct{})}
	c.grew = sync.NewCond(&c.mu)
	go c.read()
	t.Cleanup(func() {
		slave.Close()
		<-c.done
		master.Close()
	})
	return c
}

func (c *console) read() {
	defer close(c.done)
	buf := make([]byte, 4096)
	for {
		n, err := c.master.Read(buf)
		c.mu.Lock()
		c.out.Write(buf[:n])
		c.grew.Broadcast()
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// await waits until the terminal was sent s after the first from bytes, and returns
// how much it was sent.
func (c *console) await(t *testing.T, from int, s string) int {
	t.Helper()
	late := time.AfterFunc(20*time.Second, c.grew.Broadcast)
	defer late.Stop()
	deadline := time.Now().Add(20 * time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if out := c.out.String(); len(out) >= from && strings.Contains(out[from:], s) {
			return len(out)
		}
		if time.Now().After(deadline) {
			t.Fatalf("the terminal never showed %q; it got %q", s, c.out.String()[min(from, c.out.Len()):])
		}
		c.grew.Wait()
	}
}

func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

func (c *console) typed(t *testing.T, s string) {
	t.Helper()
	if _, err := io.WriteString(c.master, s); err != nil {
		t.Fatal(err)
	}
}

// running is a screen on a console.
type running struct {
	*console
	views chan *station.View
	keys  chan string
	wedge chan string
	ended chan error
}

func start(t *testing.T, ctx context.Context, cfg Config) *running {
	t.Helper()
	r := &running{console: newConsole(t), views: make(chan *station.View, 1), keys: make(chan string, 16),
		wedge: make(chan string, 16), ended: make(chan error, 1)}
	cfg.Views, cfg.Input, cfg.Output, cfg.Lang = r.views, r.slave, r.slave, text.EN
	cfg.OnKey = func(k string) { r.keys <- k }
	cfg.OnWedge = func(b []byte) { r.wedge <- string(b) }
	cfg.Env = func(string) string { return "" }
	go func() { r.ended <- Run(ctx, cfg) }()
	r.await(t, 0, "Starting")
	return r
}

func (r *running) end(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Errorf("run: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the screen does not end")
	}
}

func receive(t *testing.T, ch <-chan string) string {
	t.Helper()
	select {
	case s := <-ch:
		return s
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
		return ""
	}
}

func TestTheTerminalIsGivenBackAsItWas(t *testing.T) {
	c := newConsole(t)
	before, err := term.GetState(int(c.slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	views := make(chan *station.View, 1)
	views <- picking()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Config{Views: views, Input: c.slave, Output: c.slave, Lang: text.EN, Env: func(string) string { return "xterm" }})
	}()
	c.await(t, 0, "LOCATION")
	cancel()
	(&running{ended: ended}).end(t)
	c.await(t, 0, "\x1b[?1049l") // the other screen is left
	after, err := term.GetState(int(c.slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if *before != *after {
		t.Error("the terminal's modes are not what they were")
	}
}

func TestViewsAreShownKeysAreToldAndScansPressNothing(t *testing.T) {
	r := start(t, context.Background(), Config{})
	r.views <- picking()
	n := r.await(t, 0, "A-03-2")
	r.typed(t, "\x1b[18~") // F7
	if k := receive(t, r.keys); k != "F7" {
		t.Errorf("F7 is told as %q", k)
	}
	r.typed(t, "\x020109504000059101\x1d21A\x03\r")
	if s := receive(t, r.wedge); s != "0109504000059101\x1d21A" {
		t.Errorf("a typed scan is told as %q", s)
	}
	v := wrongItem()
	v.N++
	r.views <- v
	r.await(t, n, "Tainong")
	if len(r.keys) != 0 {
		t.Errorf("the scan pressed %q", <-r.keys)
	}
	n = len(r.text())
	r.typed(t, "\x03")
	r.await(t, n, "ctrl+c again")
	r.typed(t, "\x03")
	r.end(t)
}

func TestTheScreenFollowsTheWindow(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := start(t, ctx, Config{})
	r.views <- picking()
	n := r.await(t, 0, "CALL LEAD")
	if err := pty.Setsize(r.master, &pty.Winsize{Rows: 5, Cols: 30}); err != nil {
		t.Fatal(err)
	}
	// The kernel signals the foreground processes of a controlling terminal; this one
	// controls nobody.
	self, _ := os.FindProcess(os.Getpid())
	if err := self.Signal(windowChanged); err != nil {
		t.Fatal(err)
	}
	r.await(t, n, "too small")
	cancel()
	r.end(t)
}

func TestASlowScreenSkipsToTheNewestView(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := start(t, ctx, Config{})
	for i := range 500 {
		v := picking()
		v.N, v.Work.Ref = uint64(i+1), sprintf("ORDER-%03d", i)
		for sent := false; !sent; { // as a publisher does: newest in, never waiting
			select {
			case r.views <- v:
				sent = true
			default:
				select {
				case <-r.views:
				default:
				}
			}
		}
	}
	r.await(t, 0, "ORDER-499")
	cancel()
	r.end(t)
}

// child runs this test binary in a terminal of its own, and returns the terminal's
// modes from before it.
func child(t *testing.T, what string, env ...string) (*console, *exec.Cmd, *term.State) {
	t.Helper()
	c := newConsole(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "CI=") && !strings.HasPrefix(kv, "TERM=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, append(env, childVar+"="+what)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.slave, c.slave, c.slave
	cmd.SysProcAttr = ownTerminal
	before, err := term.GetState(int(c.slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return c, cmd, before
}

func TestAPanicBesideTheScreenGivesTheTerminalBackAndExits(t *testing.T) {
	c, cmd, before := child(t, "panic", "TERM=xterm")
	c.await(t, 0, "LOCATION")
	c.typed(t, "\x1b[18~")
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != crashExit {
		t.Errorf("the program ended with %v", err)
	}
	c.await(t, 0, "start the station again")
	out := c.text()
	left, said := strings.Index(out, "\x1b[?1049l"), strings.Index(out, "scanner gun1 failed: port is gone")
	if left < 0 || said < left {
		t.Errorf("the crash is not said after the screen was left: %q", out)
	}
	if !strings.Contains(out, "logged scanner gun1 port is gone") || strings.Contains(out, "no stack") {
		t.Errorf("the stack is not recorded: %q", out)
	}
	after, err := term.GetState(int(c.slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if *before != *after {
		t.Error("the terminal's modes are not what they were")
	}
}

// Without package quiet this takes five seconds and shows "\x1b]11;?" first.
func TestNoProgramWithAScreenQuestionsTheTerminalAtItsStart(t *testing.T) {
	c, cmd, _ := child(t, "say", "TERM=xterm-256color")
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	c.await(t, 0, "ready")
	if out := c.text(); strings.TrimSpace(out) != "ready ci=false" {
		t.Errorf("the terminal got %q", out)
	}
}

func TestAGuardWithoutAScreenReportsAndExits(t *testing.T) {
	var out bytes.Buffer
	code := -1
	g := &Guard{Lang: text.ZH, Stderr: &out, Exit: func(c int) { code = c }}
	g.Run("sync", func() { panic(errors.New("boom")) })
	if code != crashExit || !strings.Contains(out.String(), "sync 出错：boom") || !strings.Contains(out.String(), "program_test.go") {
		t.Errorf("exit %d, said %q", code, out.String())
	}
	code = -1
	g.Run("sync", func() {})
	if code != -1 {
		t.Error("a goroutine that ends well ends the program")
	}
}
