package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/pki"
	"pickstation/central/sqlite"
	"pickstation/order"
)

// centre is an opened store with the service over it.
type centre struct {
	path  string
	store central.Store
	svc   *central.Service
}

// storeFile returns the file of --store.
func storeFile(c *cobra.Command) (string, error) {
	store, err := c.Flags().GetString("store")
	if err != nil {
		return "", err
	}
	kind, path, ok := strings.Cut(store, ":")
	switch {
	case ok && kind == "sqlite" && path != "":
		return path, nil
	case kind == "postgres" || kind == "postgresql":
		return "", order.Errorf("no_postgres", "this pickcentral has no PostgreSQL store").WithHint("use --store sqlite:FILE")
	}
	return "", usage("--store %q is not sqlite:FILE", store)
}

// openCentre opens the store that --store names. Without create it must be there.
// Beside the file stand FILE.key (encrypts personal data), FILE.ca.pem and
// FILE.ca-key.pem.
func openCentre(c *cobra.Command, create bool, cfg central.Config) (*centre, error) {
	path, err := storeFile(c)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	fresh := errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
	if fresh && !create {
		return nil, order.Errorf("no_store", "there is no store %s", path).
			WithHint("name it with --store sqlite:FILE, or make it with pickcentral serve")
	}
	vault, err := central.OpenVault(path+".key", fresh)
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(c.Context(), path)
	if err != nil {
		return nil, err
	}
	svc, err := central.New(c.Context(), store, vault, cfg)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &centre{path: path, store: store, svc: svc}, nil
}

func (ct *centre) ca(life time.Duration) (*pki.CA, error) {
	return pki.Open(ct.path+".ca.pem", ct.path+".ca-key.pem", life)
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
