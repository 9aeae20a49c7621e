package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// whole is what pg_dump ends a whole copy with.
const whole = "-- PostgreSQL database dump complete"

// Backup writes the database to path as SQL, with pg_dump on an exported snapshot, so
// that the marks are those of the copy. Restore it into an empty database with
// psql -1 -v ON_ERROR_STOP=1 -f PATH URL.
func (s *Store) Backup(ctx context.Context, path string) (map[order.LogID]uint64, error) {
	fail := func(err error, hint string) error {
		return (&order.Error{Code: "backup", Op: "back up to " + path, Msg: "the copy was not made", Err: err}).WithHint("%s", hint)
	}
	const place = "choose a new file name in a folder with space; nothing of the store was changed"
	if _, err := os.Lstat(path); err == nil {
		return nil, fail(os.ErrExist, place)
	}
	program, err := exec.LookPath("pg_dump")
	if err != nil {
		return nil, fail(err, "install pg_dump of the server's version (Debian: postgresql-client) where pickcentral runs")
	}
	var marks map[order.LogID]uint64
	var schema, snapshot string
	// A connection of its own: a copy may take longer than a read, and readers go on.
	c, err := s.begin(ctx, nil, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	if err != nil {
		return nil, fail(err, place)
	}
	defer s.hangUp(c)
	if _, err = c.One("SELECT current_schema(), pg_export_snapshot()", nil, &schema, &snapshot); err == nil {
		marks, err = records.Marks(c)
	}
	if err != nil {
		return nil, fail(err, place)
	}
	f, err := central.DraftBackup(path)
	if err != nil {
		return nil, fail(err, place)
	}
	defer f.Close()
	defer os.Remove(f.Name())
	if err := s.dump(ctx, program, snapshot, f); err != nil {
		return nil, fail(err, "see what pg_dump says; it must not be older than the server")
	}
	if err := seal(f, schema, path); err != nil {
		return nil, fail(err, place)
	}
	return marks, nil
}

// dump runs pg_dump into a file. The password goes through the environment, for
// command lines can be read by everybody.
func (s *Store) dump(ctx context.Context, program, snapshot string, into *os.File) error {
	target, err := url.Parse(s.url)
	if err != nil {
		return errors.New("the URL of --store cannot be read")
	}
	if target.User != nil {
		target.User = url.User(target.User.Username())
	}
	query := target.Query()
	query.Del("password")
	if slices.ContainsFunc(s.cfg.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.Host != s.cfg.Host || f.Port != s.cfg.Port }) {
		query.Set("target_session_attrs", "read-write") // a standby does not know the primary's snapshot
	}
	target.RawQuery = query.Encode()
	cmd := exec.CommandContext(ctx, program, "--format=plain", "--no-owner", "--no-privileges",
		"--snapshot="+snapshot, "--dbname="+target.String())
	cmd.Env = append(os.Environ(), "PGAPPNAME=pickcentral backup")
	if s.cfg.Password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+s.cfg.Password)
	}
	var says bytes.Buffer
	cmd.Stdout, cmd.Stderr = into, &says
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(says.String()))
	}
	return nil
}

// seal checks that a copy is whole, marks it as one, and gives it its name when it is
// durable.
func seal(f *os.File, schema, path string) error {
	size, err := f.Seek(0, 2)
	if err != nil {
		return err
	}
	end := make([]byte, min(size, 512))
	if _, err := f.ReadAt(end, size-int64(len(end))); err != nil {
		return err
	}
	if !bytes.Contains(end, []byte(whole)) {
		return errors.New("the copy has no end")
	}
	// A centre started from the copy must take a new timeline; see central.Service.
	_, err = fmt.Fprintf(f, `INSERT INTO %s (name, value) VALUES ('copy', '1')
ON CONFLICT (name) DO UPDATE SET value = '1';
`, pgx.Identifier{schema, "meta"}.Sanitize())
	if err != nil {
		return err
	}
	return central.Place(f, path)
}
