package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pickstation/localdb"
)

func checkRecent(ctx context.Context, r *localdb.Reader, n int) error { return nil }

func backupTo(ctx context.Context, r *localdb.Reader, f string) error { return errors.New("pending") }

func copyTo(db, dir string) error { return errors.New("pending") }

func newDBCommand() *cobra.Command   { return &cobra.Command{Use: "db"} }
func newSyncCommand() *cobra.Command { return &cobra.Command{Use: "sync"} }
