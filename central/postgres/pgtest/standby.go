package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standby gives a test a server that follows this one by streaming, until it is cut off
// or promoted.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	standby, err := s.standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := standby.Stop(); err != nil {
			t.Error(err)
		}
	})
	return standby
}

func (s *Server) standby(ctx context.Context) (*Server, error) {
	server, err := program("postgres")
	if err != nil {
		return nil, err
	}
	f, err := folder(filepath.Dir(s.dir))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(server), "pg_basebackup"), "--dbname="+s.url("postgres"), "--pgdata="+filepath.Join(f.dir, "data"),
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	cmd.SysProcAttr, cmd.Dir = f.attr, f.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("pg_basebackup: %w: %s", err, out), os.RemoveAll(f.dir))
	}
	return f, f.begin()
}

// Both is the URL of a database on this server and on its standby, for a client that is to
// find out which of them takes changes.
func (s *Server) Both(at string, standby *Server) (string, error) {
	u, err := url.Parse(at)
	if err != nil {
		return "", err
	}
	u.RawQuery = url.Values{"host": {s.dir + "," + standby.dir}, "port": {strconv.Itoa(s.port) + "," + strconv.Itoa(standby.port)}}.Encode()
	return u.String(), nil
}

// CutOff waits until a standby has all that its primary has, and ends its following.
func (s *Server) CutOff(ctx context.Context, standby *Server) error {
	var at string
	if err := s.ask(ctx, "SELECT pg_current_wal_lsn()::text", &at); err != nil {
		return err
	}
	if err := standby.until(ctx, "SELECT pg_last_wal_replay_lsn() >= '"+at+"'"); err != nil {
		return err
	}
	for _, query := range []string{"ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"} {
		if err := standby.exec(ctx, query); err != nil {
			return err
		}
	}
	return standby.until(ctx, "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)")
}

// Promote makes a standby a primary, with what it has.
func (s *Server) Promote(ctx context.Context) error { return s.until(ctx, "SELECT pg_promote()") }

// until asks until the answer is yes.
func (s *Server) until(ctx context.Context, query string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var yes bool
		if err := s.ask(ctx, query, &yes); err != nil || yes {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", query, ctx.Err())
		}
	}
}

// ask asks for one value.
func (s *Server) ask(ctx context.Context, query string, into any) error {
	c, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return c.QueryRow(ctx, query).Scan(into)
}
