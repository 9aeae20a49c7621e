package records

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"regexp"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"pickstation/order"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Types says what an engine calls the types of the portable subset, and how it divides
// events: BYDAY stands behind their table, EVENTKEY for the columns of their key. A word
// that it does not name stays.
type Types map[string]string

var typeWord = regexp.MustCompile(`\b[A-Z]+\b`)

// Migrate brings the tables of a database up to date. It refuses a database of a
// newer version (code newer_database).
func Migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, types Types, options ...goose.ProviderOption) error {
	files, err := translate(types)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return order.Errorf("newer_database", "the store has version %d, this program knows %d", have, newest).
			WithHint("start the newer pickcentral that wrote it")
	}
	_, err = p.Up(ctx)
	return err
}

// translate returns the migrations in an engine's own words.
func translate(types Types) (fs.FS, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		text = typeWord.ReplaceAllFunc(text, func(word []byte) []byte {
			if own, ok := types[string(word)]; ok {
				return []byte(own)
			}
			return word
		})
		files[name[len("migrations/"):]] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return files, nil
}
