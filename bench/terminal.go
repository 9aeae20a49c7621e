package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// Bounds of the program on a terminal.
const (
	startMS = 400
	rssMB   = 48
	idleCPU = 1.5 // per cent of one core
)

// chunk is what the program wrote to its terminal at once.
type chunk struct {
	at    time.Time
	bytes []byte
}

// screen is the real program on a pseudo-terminal of 80×24.
type screen struct {
	cmd    *exec.Cmd
	tty    *os.File
	chunks chan chunk
	began  time.Time
}

// run starts `pickstation run` on a data folder.
func (e *env) run(dir, devDir string) (*screen, error) {
	spool := filepath.Join(e.tmp, "labels")
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, err
	}
	cfg := filepath.Join(e.tmp, "pickstation.toml")
	text := fmt.Sprintf("station = \"bench\"\ndata_dir = %q\nlang = \"en\"\ndev_dir = %q\n[ui]\ncolor = \"16\"\n[printer]\nuri = %q\n"+
		"[[scanner]]\nname = \"gun1\"\nport = \"gun1\"\n", dir, devDir, "spool:"+spool)
	if err := os.WriteFile(cfg, []byte(text), 0o600); err != nil {
		return nil, err
	}
	s := &screen{cmd: exec.Command(filepath.Join(e.bin, "pickstation"), "run", "--config", cfg), chunks: make(chan chunk, 10_000)}
	s.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")
	s.began = time.Now()
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return nil, fmt.Errorf("%w (make build makes the programs)", err)
	}
	s.tty = tty
	go func() {
		defer close(s.chunks)
		for {
			buf := make([]byte, 16<<10)
			n, err := tty.Read(buf)
			if n > 0 {
				s.chunks <- chunk{time.Now(), buf[:n]}
			}
			if err != nil {
				return // the program has ended
			}
		}
	}()
	return s, nil
}

// shows waits until the program has written a text, and returns when it had.
func (s *screen) shows(texts ...string) (time.Time, error) {
	var all []byte
	timeout := time.After(patience)
	for {
		select {
		case c, ok := <-s.chunks:
			if !ok {
				return time.Time{}, fmt.Errorf("the program ended; it wrote %q", tail(all))
			}
			all = append(all, c.bytes...)
			for _, text := range texts {
				if bytes.Contains(all, []byte(text)) {
					return c.at, nil
				}
			}
		case <-timeout:
			return time.Time{}, fmt.Errorf("the screen never showed %q; it shows %q", texts, tail(all))
		}
	}
}

func tail(b []byte) []byte { return b[max(0, len(b)-600):] }

// quiet waits until nothing was written for a while.
func (s *screen) quiet(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case _, ok := <-s.chunks:
			if !ok {
				return errors.New("the program ended")
			}
			t.Reset(d)
		case <-t.C:
			return nil
		}
	}
}

// close ends the program as a service manager does.
func (s *screen) close() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan struct{})
	go func() {
		for range s.chunks { // so that the program is never blocked by its terminal
		}
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		err = errors.Join(err, errors.New("the program does not end"), s.cmd.Process.Kill())
		<-ended
	}
	_ = s.cmd.Wait() // ended by the signal
	return errors.Join(err, s.tty.Close())
}

// ready makes a station with many events whose operator is signed in and whose
// queue is on the screen, so that every start paints it.
func (e *env) ready() (string, error) {
	dir, err := e.folder(manyEvents)
	if err != nil {
		return "", err
	}
	d, err := openDesk(dir)
	if err != nil {
		return "", err
	}
	_, err = d.scan("PS:QUEUE")
	return dir, errors.Join(err, d.close())
}

// start is the real program from its start to the first painted screen, with
// 100,000 open lines and a million events.
func start(e *env) ([]result, error) {
	dir, err := e.ready()
	if err != nil {
		return nil, err
	}
	var first, painted []time.Duration
	for range e.rounds(20) {
		s, err := e.run(dir, e.tmp)
		if err != nil {
			return nil, err
		}
		at, err := s.shows("\x1b")
		if err == nil {
			first = append(first, at.Sub(s.began))
			at, err = s.shows("W000") // the queue's orders
			painted = append(painted, at.Sub(s.began))
		}
		if err = errors.Join(err, s.close()); err != nil {
			return nil, err
		}
	}
	return []result{of("start_to_first_byte", millis(percentile(first, 50)), "ms", startMS),
		of("start_to_first_paint", millis(percentile(painted, 50)), "ms", startMS),
		of("start_to_first_paint_max", millis(percentile(painted, 100)), "ms", startMS)}, nil
}

// idle is the memory of the real program, and the processor time that it takes while
// nothing happens.
func idle(e *env) (_ []result, err error) {
	dir, err := e.ready()
	if err != nil {
		return nil, err
	}
	gun, devDir, err := e.gun()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, gun.Unplug()) }()
	s, err := e.run(dir, devDir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if _, err := s.shows("W000"); err != nil {
		return nil, err
	}
	settle, span := 15*time.Second, 10*time.Second // checks in the background are over by then
	if e.short {
		settle, span = 2*time.Second, 3*time.Second
	}
	if err := s.watch(settle); err != nil {
		return nil, err
	}
	before, err := cpuTime(s.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	if err := s.watch(span); err != nil {
		return nil, err
	}
	after, err := cpuTime(s.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	rss, anon, err := memory(s.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	cpu := 100 * (after - before).Seconds() / span.Seconds()
	return []result{of("idle_cpu", cpu, "%", idleCPU), of("rss", rss, "MB", rssMB), of("rss_anon", anon, "MB", rssMB)}, nil
}

// watch reads the terminal for a while.
func (s *screen) watch(d time.Duration) error {
	over := time.After(d)
	for {
		select {
		case _, ok := <-s.chunks:
			if !ok {
				return errors.New("the program ended")
			}
		case <-over:
			return nil
		}
	}
}

// cpuTime is the processor time of a process so far (proc(5); a tick is 10 ms).
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0, errors.New("stat has too few fields")
	}
	user, err1 := strconv.Atoi(f[11])
	system, err2 := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond, errors.Join(err1, err2)
}

// memory is what of a process is in memory, in all and without files, in MB.
func memory(pid int) (rss, anon float64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	kb := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		if name, rest, ok := strings.Cut(line, ":"); ok {
			var n float64
			if _, err := fmt.Sscan(rest, &n); err == nil {
				kb[name] = n
			}
		}
	}
	return kb["VmRSS"] / 1024, kb["RssAnon"] / 1024, nil
}

// ptyToScreen is a scan from before its first byte is written to the pseudo-terminal
// of the scanner until the real program has written to its own terminal.
func ptyToScreen(e *env) (_ []result, err error) {
	dir, err := e.folder(fewEvents)
	if err != nil {
		return nil, err
	}
	d, err := openDesk(dir) // leaves the bench's own work open
	if err == nil {
		err = d.close()
	}
	if err != nil {
		return nil, err
	}
	gun, devDir, err := e.gun()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, gun.Unplug()) }()
	s, err := e.run(dir, devDir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if _, err := s.shows(benchRef); err != nil {
		return nil, err
	}
	if err := s.watch(3 * time.Second); err != nil { // the scanner comes online
		return nil, err
	}
	var list []time.Duration
	for n := range e.rounds(200) {
		if err := s.quiet(40 * time.Millisecond); err != nil {
			return nil, err
		}
		began := time.Now()
		if _, err := gun.Send(context.Background(), []byte(item(n))); err != nil {
			return nil, err
		}
		select {
		case c, ok := <-s.chunks:
			if !ok {
				return nil, errors.New("the program ended")
			}
			list = append(list, c.at.Sub(began))
		case <-time.After(patience):
			return nil, errors.New("the screen does not change")
		}
	}
	return []result{of("pty_to_screen_p50", millis(percentile(list, 50)), "ms", screenP99),
		of("pty_to_screen_p99", millis(percentile(list, 99)), "ms", screenP99)}, nil
}
