// Package evetest runs ippeveprinter, the sample printer of the Internet Printing
// Protocol's working group, for tests: a real printer program of somebody else's.
package evetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pickstation/devices/printer"
)

// Printer is a printer program that runs until its test ends.
type Printer struct {
	t       *testing.T
	dir     string
	address string // of the message bus
	port    int
	cmd     *exec.Cmd
}

// Start runs a printer. script is a shell script that gets each document as $1 before it
// is kept; what it writes to stderr as "STATE: +media-empty-error" the printer reports.
// The test is skipped where the program is not installed, but fails where CI is "true".
func Start(t *testing.T, script string) *Printer {
	t.Helper()
	tool(t, "ippeveprinter", "cups-ipp-utils")
	dir, err := os.MkdirTemp("", "eve") // a short path: a socket's name holds 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &Printer{t: t, dir: dir, address: bus(t, dir)}
	if err := os.Mkdir(p.out(), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "#!/bin/sh\n" + script + "\ncp \"$1\" " + p.out() + "/$$\n"
	if err := os.WriteFile(filepath.Join(dir, "print.sh"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	t.Cleanup(p.PowerOff)
	p.PowerOn()
	return p
}

func (p *Printer) out() string { return filepath.Join(p.dir, "out") }

// URI is where the printer is reached.
func (p *Printer) URI() string { return fmt.Sprintf("ipp://localhost:%d/ipp/print", p.port) }

// Open returns the station's own client for the printer.
func (p *Printer) Open() printer.Printer {
	p.t.Helper()
	c, err := printer.Open(p.URI())
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// PowerOn starts the program and waits until it answers.
func (p *Printer) PowerOn() {
	p.t.Helper()
	p.cmd = exec.CommandContext(context.Background(), tool(p.t, "ippeveprinter", "cups-ipp-utils"), "-n", "localhost", "-p", fmt.Sprint(p.port),
		"-f", "application/pdf", "-c", filepath.Join(p.dir, "print.sh"), "-d", p.dir, "-r", "off", "bench")
	p.cmd.Env = append(os.Environ(), "DBUS_SYSTEM_BUS_ADDRESS="+p.address)
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	c := p.Open()
	Until(p.t, "the printer program to answer", func(ctx context.Context) bool {
		s, err := c.Status(ctx)
		return err == nil && s.Condition == printer.Ready
	})
}

// PowerOff kills the program, whatever it is doing.
func (p *Printer) PowerOff() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p.cmd = nil
}

// Kept returns the documents that were printed.
func (p *Printer) Kept() (docs [][]byte) {
	p.t.Helper()
	list, err := os.ReadDir(p.out())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range list {
		b, err := os.ReadFile(filepath.Join(p.out(), e.Name()))
		if err != nil {
			p.t.Fatal(err)
		}
		docs = append(docs, b)
	}
	return docs
}

// patience is how long a test waits for what must come before it gives up.
const patience = 30 * time.Second

// Until asks again and again until ok.
func Until(t *testing.T, what string, ok func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited too long for %s", what)
		}
	}
}

// tool finds a program that a test needs. On a CI machine it must be there.
func tool(t *testing.T, name, debian string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin") {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Mode()&0o111 != 0 {
			return filepath.Join(dir, name)
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: install the Debian package %s", name, debian)
	}
	t.Skipf("%s is not installed (Debian package %s)", name, debian)
	return ""
}

// bus starts a message bus of the test's own: ippeveprinter will not start without one.
func bus(t *testing.T, dir string) string {
	t.Helper()
	conf := filepath.Join(dir, "bus.conf")
	address := "unix:path=" + filepath.Join(dir, "bus")
	text := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>` + address + `</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), tool(t, "dbus-daemon", "dbus-daemon"), "--config-file="+conf, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Skipf("no message bus can be started here: %v", err)
	}
	return address
}
