package printer_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/devices/printer"
)

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

// start runs a program until the test ends.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
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
	start(t, cmd)
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Skipf("no message bus can be started here: %v", err)
	}
	return address
}

// eve starts a real IPP printer program that keeps what it prints in a folder.
func eve(t *testing.T, script string) (p printer.Printer, kept string) {
	t.Helper()
	bin := tool(t, "ippeveprinter", "cups-ipp-utils")
	dir, err := os.MkdirTemp("", "eve") // a short path: a socket's name holds 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	address := bus(t, dir)
	kept = filepath.Join(dir, "out")
	sh := filepath.Join(dir, "print.sh")
	if err := os.WriteFile(sh, []byte("#!/bin/sh\n"+script+"\ncp \"$1\" "+kept+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.CommandContext(context.Background(), bin, "-n", "localhost", "-p", fmt.Sprint(port), "-f", "application/pdf", "-c", sh, "-d", dir, "-r", "off", "bench")
	cmd.Env = append(os.Environ(), "DBUS_SYSTEM_BUS_ADDRESS="+address)
	start(t, cmd)
	p, err = printer.Open(fmt.Sprintf("ipp://localhost:%d/ipp/print", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	until(t, "the printer program to answer", func(ctx context.Context) bool {
		s, err := p.Status(ctx)
		return err == nil && s.Condition == printer.Ready
	})
	return p, kept
}

// until asks again and again until ok.
func until(t *testing.T, what string, ok func(context.Context) bool) {
	t.Helper()
	c := ctx(t)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok(c) {
		select {
		case <-tick.C:
		case <-c.Done():
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func TestARealIPPPrinterPrintsALabel(t *testing.T) {
	p, kept := eve(t, "")
	j := label("P1-SF1-1")
	ref, err := p.Submit(ctx(t), j)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be done", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Done
	})
	if b, err := os.ReadFile(kept); err != nil || !bytes.Equal(b, j.Document) {
		t.Errorf("printed %q, %v", b, err)
	}
	again, err := p.Submit(ctx(t), j)
	if err != nil || again != ref {
		t.Errorf("submitted again: %q, %v; first %q", again, err, ref)
	}
}

func TestARealIPPPrinterWithoutLabelsSaysSo(t *testing.T) {
	gate := filepath.Join(t.TempDir(), "gate")
	p, _ := eve(t, `echo "STATE: +media-empty-error" >&2
while [ ! -e `+gate+` ]; do sleep 0.05; done
echo "STATE: -media-empty-error" >&2`)
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the printer to miss labels", func(ctx context.Context) bool {
		s, err := p.Status(ctx)
		return err == nil && s.Condition == printer.MediaEmpty && strings.Contains(s.Hint, "labels")
	})
	if s, err := p.Job(ctx(t), ref); err != nil || s.Progress == printer.Done {
		t.Errorf("%+v %v", s, err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be done", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Done
	})
}

func TestARealIPPPrinterThatFailsAborts(t *testing.T) {
	p, _ := eve(t, "exit 1")
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be aborted", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Aborted
	})
}
