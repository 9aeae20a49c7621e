package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// centre is a pickcentral that the demo runs as a child: it ends when its standard
// input closes, so it never outlives the demo.
type centre struct {
	bin   string // path of the pickcentral binary
	store string // --store
	cmd   *exec.Cmd
	stdin io.WriteCloser
	addr  string // host:port it listens on
	log   *os.File
	ended chan struct{} // closed when the child has ended
}

// findCentre returns the pickcentral beside this program, or in the path.
func findCentre() (string, error) {
	self, err := os.Executable()
	if err == nil {
		beside := filepath.Join(filepath.Dir(self), "pickcentral")
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	if p, err := exec.LookPath("pickcentral"); err == nil {
		return p, nil
	}
	return "", &failure{code: exitMissing, what: "demo: pickcentral is not beside this program", do: "build both: make build"}
}

// newCentre prepares a centre whose data lives in dir.
func newCentre(dir string) (*centre, error) {
	bin, err := findCentre()
	if err != nil {
		return nil, err
	}
	return &centre{bin: bin, store: "sqlite:" + filepath.Join(dir, "central.db")}, nil
}

// call runs one pickcentral command on the store and returns what it prints.
func (c *centre) call(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.bin, append(args, "--store", c.store)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		what, do, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		return out, &failure{exitNo, fmt.Sprintf("pickcentral %s: %s", strings.Join(args, " "), strings.TrimPrefix(what, "pickcentral: ")),
			cmp.Or(do, "run it by hand to see more"), err}
	}
	return out, nil
}

// startPatience is how long the child may take until it listens.
const startPatience = 30 * time.Second

// start runs the server and waits until it listens.
func (c *centre) start(ctx context.Context, dir string) error {
	var err error
	if c.log, err = os.OpenFile(filepath.Join(dir, "central.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	c.cmd = exec.CommandContext(context.WithoutCancel(ctx), c.bin, // it ends with its standard input
		"serve", "--addr", "127.0.0.1:0", "--store", c.store, "--exit-with-stdin")
	c.cmd.Stderr = c.log
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	c.ended = make(chan struct{})
	go func() {
		defer close(c.ended)
		_ = c.cmd.Wait() // its exit code says nothing we need
	}()
	return c.await(ctx, out)
}

// await reads the line in which the child says where it listens.
func (c *centre) await(ctx context.Context, out io.Reader) error {
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		s, _ := r.ReadString('\n') // an empty line says that it ended
		line <- s
		_, _ = io.Copy(io.Discard, r) // until the child ends
	}()
	var said struct {
		Listening string `json:"listening"`
	}
	select {
	case s := <-line:
		if err := json.Unmarshal([]byte(s), &said); err != nil || said.Listening == "" {
			c.stop()
			return fmt.Errorf("pickcentral did not start: see %s", c.log.Name())
		}
	case <-time.After(startPatience):
		c.stop()
		return errors.New("pickcentral does not come up")
	case <-ctx.Done():
		c.stop()
		return ctx.Err()
	}
	_, c.addr, _ = strings.Cut(said.Listening, "://")
	return nil
}

// stop ends the child and waits for it.
func (c *centre) stop() {
	if c.cmd == nil {
		return
	}
	_ = c.stdin.Close()
	select {
	case <-c.ended:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
	_ = c.log.Close()
	c.cmd = nil
}
