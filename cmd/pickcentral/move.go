package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/postgres"
	"pickstation/central/records"
	"pickstation/central/sqlite"
	"pickstation/order"
)

func newMoveCommand() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use:   "move --from sqlite:FILE --to postgres://… --keys DIR",
		Short: "Move a centre from its SQLite file to PostgreSQL",
		Long: "Copies everything into an empty database in one transaction and reads it back: the number of rows and a\n" +
			"checksum of every table must be equal, or nothing is kept. The key and CA files beside FILE are copied to DIR.\n" +
			"Stop pickcentral serve before; benches go on scanning, and send what they have when it is back. Afterwards FILE\n" +
			"is marked, so that no centre starts over it any more. When the move is interrupted, run it again.\n" +
			"Prints {\"from\",\"to\",\"rows\",\"tables\":{…}}.",
		Example: "  createdb --template=template0 --encoding=UTF8 pick\n" +
			"  pickcentral move --from sqlite:/var/lib/pickcentral/central.db --to postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			file, ok := strings.CutPrefix(from, "sqlite:")
			if !ok || file == "" {
				return usage("--from is sqlite:FILE")
			}
			if !strings.HasPrefix(to, "postgres://") && !strings.HasPrefix(to, "postgresql://") {
				return usage("--to is postgres://…")
			}
			dir, err := c.Flags().GetString("keys")
			if err != nil {
				return err
			}
			if dir == "" {
				return usage("--keys DIR is needed: where the key and CA files are to be")
			}
			done, err := move(c.Context(), file, to, dir)
			if err != nil {
				return err
			}
			return printJSON(c, done)
		},
	}
	c.Flags().StringVar(&from, "from", "", "the store as it is, sqlite:FILE")
	c.Flags().StringVar(&to, "to", "", "an empty database, postgres://USER@HOST/NAME")
	return c
}

// moveDone is what move prints.
type moveDone struct {
	From   string           `json:"from"`
	To     string           `json:"to"`
	Rows   int64            `json:"rows"`
	Tables map[string]int64 `json:"tables"`
}

// move carries a store over. At every moment at most one of the two can be worked with:
// the database is closed until the file is marked as moved.
func move(ctx context.Context, file, to, keys string) (moveDone, error) {
	done := moveDone{From: "sqlite:" + file, To: nameOf(to)}
	info, err := os.Stat(file)
	if err != nil || info.Size() == 0 {
		return done, noStore(file)
	}
	src, err := sqlite.Open(ctx, file)
	if err != nil {
		return done, err
	}
	defer src.Close()
	db, err := postgres.Open(ctx, to)
	if err != nil {
		return done, err
	}
	defer db.Close()
	if err := copyKeys(file, keys); err != nil {
		return done, err
	}
	err = src.Hold(ctx, func(s records.Source) (map[string]string, error) {
		done.Tables, err = db.Load(ctx, s)
		return map[string]string{central.MetaMoved: done.To}, err
	})
	if err != nil {
		return done, err
	}
	for _, n := range done.Tables {
		done.Rows += n
	}
	return done, db.Release(ctx)
}

// nameOf returns a URL without user and password.
func nameOf(at string) string {
	u, err := url.Parse(at)
	if err != nil {
		return "a database"
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// copyKeys puts the key and CA files of a SQLite store where PostgreSQL's are. It
// refuses to replace others.
func copyKeys(file, dir string) error {
	fail := func(name string, err error) error {
		return (&order.Error{Code: "store_key", Op: "copy " + name, Msg: "the keys of the store were not copied", Err: err}).
			WithHint("name a --keys folder that is empty and writable; nothing was moved")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(dir, err)
	}
	for _, end := range []string{".key", ".ca.pem", ".ca-key.pem"} {
		data, err := os.ReadFile(file + end)
		if errors.Is(err, fs.ErrNotExist) && end != ".key" {
			continue // a centre that has never served
		}
		if err != nil {
			return fail(file+end, err)
		}
		name := filepath.Join(dir, "central"+end)
		have, err := os.ReadFile(name)
		switch {
		case err == nil && bytes.Equal(have, data):
			continue
		case err == nil:
			return fail(name, errors.New("there is another one already"))
		case !errors.Is(err, fs.ErrNotExist):
			return fail(name, err)
		}
		if err := writeKey(name, data); err != nil {
			return fail(name, err)
		}
	}
	return nil
}

func writeKey(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
