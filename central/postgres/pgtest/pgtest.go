// Package pgtest gives tests and measurements a PostgreSQL server of their own: made
// with initdb in a temporary folder, on a unix socket and a free loopback port, with
// fsync on.
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

// Server is a PostgreSQL server in a temporary folder.
type Server struct {
	dir  string
	port int
	attr *syscall.SysProcAttr
	cmd  *exec.Cmd
	logs *os.File
	// ended is closed when the server has ended.
	ended   chan struct{}
	options []string
}

var (
	once    sync.Once
	shared  *Server
	failure error
)

var number atomic.Int64 // of databases

// Main runs the tests of a package and ends their server; call it from TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	if shared != nil {
		if err := shared.Stop(); err != nil {
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
	once.Do(func() { shared, failure = start(quick(), nil) })
	skipWithout(t, failure)
	at, err := shared.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Own gives a test a server of its own, which it may stop, start again and break; it
// ends with the test. The options are settings of postgresql.conf, NAME=VALUE.
func Own(t testing.TB, options ...string) *Server {
	t.Helper()
	s, err := start(quick(), options)
	skipWithout(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func skipWithout(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Database makes an empty database and returns its URL.
func (s *Server) Database(ctx context.Context) (string, error) {
	name := fmt.Sprintf("test_%d", number.Add(1))
	return s.url(name), s.exec(ctx, "CREATE DATABASE "+name)
}

// url names a database of the server, reached through its socket.
func (s *Server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(owner), Path: "/" + database}
	u.RawQuery = url.Values{"host": {s.dir}, "port": {strconv.Itoa(s.port)}}.Encode()
	return u.String()
}

func (s *Server) exec(ctx context.Context, query string) error {
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

// Start makes a server on disk and starts it; end it with Stop. The options are
// settings of postgresql.conf, NAME=VALUE.
func Start(options ...string) (*Server, error) { return start("/tmp", options) }

// memory is where tests keep their server, if there is room: they kill processes, not
// the machine, and what they test is not the disk.
const (
	memory = "/dev/shm"
	room   = 2 << 30 // bytes
)

func quick() string {
	var st syscall.Statfs_t
	if err := syscall.Statfs(memory, &st); err != nil || st.Bavail*uint64(st.Bsize) < room {
		return "/tmp"
	}
	return memory
}

func start(place string, options []string) (*Server, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	s, err := folder(place)
	if err != nil {
		return nil, err
	}
	s.options = options
	init := exec.Command(initdb, "--pgdata="+filepath.Join(s.dir, "data"), "--username="+owner, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = s.attr, s.dir
	if out, err := init.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(s.dir))
	}
	return s, s.begin()
}

// folder makes the folder of a server that is to be.
func folder(place string) (*Server, error) {
	attr, err := account()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(place, "pgtest-") // short, for a socket's path has at most 107 bytes
	if err != nil {
		return nil, err
	}
	if attr.Credential != nil {
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	return &Server{dir: dir, attr: attr}, nil
}

// begin starts a server whose data are there.
func (s *Server) begin() (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	if s.logs, err = os.Create(filepath.Join(s.dir, "log")); err != nil {
		return err
	}
	if err := s.run(); err != nil {
		return errors.Join(err, s.Stop())
	}
	return nil
}

// run starts the server and waits until it answers.
func (s *Server) run() error {
	postgres, err := program("postgres")
	if err != nil {
		return err
	}
	s.cmd = exec.Command(postgres, "-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "max_connections=200")
	for _, o := range s.options {
		s.cmd.Args = append(s.cmd.Args, "-c", o)
	}
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.attr, s.dir, s.logs, s.logs
	started, ended := make(chan error), make(chan struct{})
	s.ended = ended
	cmd := s.cmd
	go func() {
		// The server ends with the thread that started it, so this one stays.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it ends when it is told to
		}
		close(ended)
	}()
	if err := <-started; err != nil {
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

// Kill ends the server at once, as a power cut does; Restart brings it back.
func (s *Server) Kill() error { return s.end(syscall.SIGQUIT) }

// Restart starts a server anew that was killed, with other settings of
// postgresql.conf, NAME=VALUE, where some are given.
func (s *Server) Restart(options ...string) error {
	if len(options) > 0 {
		s.options = options
	}
	return s.run()
}

func (s *Server) end(how syscall.Signal) error {
	if s.cmd == nil || s.cmd.Process == nil {
		return nil
	}
	err := s.cmd.Process.Signal(how)
	<-s.ended
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Stop ends the server at once and removes its files.
func (s *Server) Stop() error {
	return errors.Join(s.end(syscall.SIGQUIT), s.logs.Close(), os.RemoveAll(s.dir))
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return ln.Addr().(*net.TCPAddr).Port, ln.Close()
}
