// Package pgtest gives tests a PostgreSQL server of their own: made with initdb in a
// temporary folder, on a unix socket and a free loopback port, with fsync on.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// owner is who the server runs as when tests run as root, for it refuses to.
const owner = "postgres"

// startLimit is how long a server may take until it answers.
const startLimit = 60 * time.Second

var errAbsent = errors.New("PostgreSQL's server programs are not installed (Debian: postgresql)")

// server is the one server of a test binary.
type server struct {
	dir  string
	port int
	cmd  *exec.Cmd
	logs *os.File
	// ended is closed when the server has ended.
	ended chan struct{}
}

var (
	once    sync.Once
	shared  *server
	failure error
	number  atomic.Int64
)

// Main runs the tests of a package and ends their server; call it from TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	if shared != nil {
		if err := shared.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
			return max(code, 1)
		}
	}
	return code
}

// Database makes an empty database on the server of this test binary, which it starts
// at the first call, and returns its URL. Without PostgreSQL the test is skipped; with
// CI=true it fails. The package's TestMain must end with [Main].
func Database(t testing.TB) string {
	t.Helper()
	once.Do(func() { shared, failure = start() })
	if errors.Is(failure, errAbsent) && os.Getenv("CI") != "true" {
		t.Skip(failure)
	}
	if failure != nil {
		t.Fatal(failure)
	}
	name := fmt.Sprintf("test_%d", number.Add(1))
	if err := shared.exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return shared.url(name)
}

// url names a database of the server, reached through its socket.
func (s *server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(owner), Path: "/" + database}
	u.RawQuery = url.Values{"host": {s.dir}, "port": {strconv.Itoa(s.port)}}.Encode()
	return u.String()
}

func (s *server) exec(ctx context.Context, query string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	c, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, query)
	return err
}

// program finds a program of the server; Debian keeps them out of the path.
func program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(path) // the server looks for its files beside itself
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", errAbsent
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}

// account returns how the server runs: as this user, or as owner when that is root.
func account() (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup(owner)
	if err != nil {
		return nil, errAbsent
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, errors.Join(err1, err2)
}

func start() (*server, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	postgres, err := program("postgres")
	if err != nil {
		return nil, err
	}
	attr, err := account()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "pgtest-") // short, for a socket's path has at most 107 bytes
	if err != nil {
		return nil, err
	}
	if attr.Credential != nil {
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	init := exec.Command(initdb, "--pgdata="+data, "--username="+owner, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = attr, dir
	if out, err := init.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}
	s := &server{dir: dir, ended: make(chan struct{})}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if s.logs, err = os.Create(filepath.Join(dir, "log")); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(postgres, "-D", data, "-k", dir, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "max_connections=200")
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = attr, dir, s.logs, s.logs
	if err := s.run(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// run starts the server and waits until it answers.
func (s *server) run() error {
	started := make(chan error)
	go func() {
		// The server ends with the thread that started it, so this one stays.
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait() // it ends when it is told to
			close(s.ended)
		}
	}()
	if err := <-started; err != nil {
		close(s.ended)
		return err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(startLimit); ; <-tick.C {
		err := s.exec(context.Background(), "SELECT 1")
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			says, _ := os.ReadFile(s.logs.Name()) // it may tell more; without it the error stands
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, strings.TrimSpace(string(says)))
		}
	}
}

// stop ends the server at once and removes its files.
func (s *server) stop() error {
	var err error
	if s.cmd != nil && s.cmd.Process != nil {
		err = s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.ended
	}
	return errors.Join(err, s.logs.Close(), os.RemoveAll(s.dir))
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return ln.Addr().(*net.TCPAddr).Port, ln.Close()
}
