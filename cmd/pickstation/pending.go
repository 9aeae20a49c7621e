package main

import "github.com/spf13/cobra"

func newDBCommand() *cobra.Command   { return &cobra.Command{Use: "db"} }
func newSyncCommand() *cobra.Command { return &cobra.Command{Use: "sync"} }
