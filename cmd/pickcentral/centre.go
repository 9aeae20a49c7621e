package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/pki"
	"pickstation/central/postgres"
	"pickstation/central/sqlite"
	"pickstation/order"
)

// centre is an opened store with the service over it.
type centre struct {
	keys  string // what the names of the key and CA files begin with
	store central.Store
	svc   *central.Service
}

// place is where a store and its keys are.
type place struct {
	engine, name string // sqlite and its file, or postgres and its URL
	keys         string
}

// origin is the file that tells the PostgreSQL server that was worked with last.
func (p place) origin() string { return p.keys + ".origin" }

// storePlace reads --store and --keys. A SQLite store has its keys beside the file;
// PostgreSQL has no such place, and several machines may use it, so it must be named.
func storePlace(c *cobra.Command) (place, error) {
	store, err := c.Flags().GetString("store")
	if err != nil {
		return place{}, err
	}
	dir, err := c.Flags().GetString("keys")
	if err != nil {
		return place{}, err
	}
	engine, name, ok := strings.Cut(store, ":")
	switch {
	case ok && engine == "sqlite" && name != "":
		if dir != "" {
			return place{}, usage("--keys is for PostgreSQL; a SQLite store has its keys beside the file")
		}
		return place{"sqlite", name, name}, nil
	case ok && (engine == "postgres" || engine == "postgresql"):
		if dir == "" {
			return place{}, usage("--store postgres://… needs --keys DIR, the folder of the key and CA files")
		}
		return place{"postgres", store, filepath.Join(dir, "central")}, nil
	}
	return place{}, usage("--store is neither sqlite:FILE nor postgres://…")
}

// openCentre opens the store that --store names. Without create it must be there.
// Beside a SQLite file stand FILE.key (encrypts personal data), FILE.ca.pem and
// FILE.ca-key.pem; for PostgreSQL they are central.key … in the folder of --keys.
func openCentre(c *cobra.Command, create bool, cfg central.Config) (*centre, error) {
	at, err := storePlace(c)
	if err != nil {
		return nil, err
	}
	open := openFile
	if at.engine == "postgres" {
		open = openDatabase
	}
	store, vault, err := open(c.Context(), at, create)
	if err != nil {
		return nil, err
	}
	svc, err := central.New(c.Context(), store, vault, cfg)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &centre{keys: at.keys, store: store, svc: svc}, nil
}

func noStore(what string) error {
	return order.Errorf("no_store", "there is no store %s", what).
		WithHint("name it with --store, or make it with pickcentral serve")
}

func openFile(ctx context.Context, at place, create bool) (central.Store, *central.Vault, error) {
	info, err := os.Stat(at.name)
	fresh := errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
	if fresh && !create {
		return nil, nil, noStore(at.name)
	}
	vault, err := central.OpenVault(at.keys+".key", fresh)
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlite.Open(ctx, at.name)
	if err != nil {
		return nil, nil, err
	}
	return store, vault, nil
}

// openDatabase opens a PostgreSQL store. Its key is made only while the database
// holds no centre yet.
func openDatabase(ctx context.Context, at place, create bool) (central.Store, *central.Vault, error) {
	store, err := postgres.OpenAfter(ctx, at.name, at.origin())
	if err != nil {
		return nil, nil, err
	}
	vault, err := databaseVault(ctx, store, at, create)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, vault, nil
}

func databaseVault(ctx context.Context, store central.Store, at place, create bool) (*central.Vault, error) {
	fresh := false
	err := store.Read(ctx, func(r central.Reader) error {
		all, err := r.Warehouses()
		fresh = len(all) == 0 // every centre has one from its start
		return err
	})
	if err != nil {
		return nil, err
	}
	if fresh && !create {
		return nil, noStore("in this database")
	}
	if fresh {
		if err := os.MkdirAll(filepath.Dir(at.keys), 0o700); err != nil {
			return nil, (&order.Error{Code: "store_key", Op: "make the folder of --keys", Msg: "it cannot be made", Err: err}).
				WithHint("name a folder that this user may write")
		}
	}
	return central.OpenVault(at.keys+".key", fresh)
}

func (ct *centre) ca(life time.Duration) (*pki.CA, error) {
	return pki.Open(ct.keys+".ca.pem", ct.keys+".ca-key.pem", life)
}

func (ct *centre) close() {
	if err := ct.store.Close(); err != nil {
		slog.Error("close store", "error", err.Error())
	}
}

// with opens the centre for one command and closes it afterwards.
func with(create bool, fn func(c *cobra.Command, ct *centre, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		ct, err := openCentre(c, create, central.Config{})
		if err != nil {
			return err
		}
		defer ct.close()
		return fn(c, ct, args)
	}
}

// printJSON writes one object as one line.
func printJSON(c *cobra.Command, v any) error {
	enc := json.NewEncoder(c.OutOrStdout())
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func cli() central.By { return central.By{Who: "cli", Source: "cli"} }
