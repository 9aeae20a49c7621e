// Command pickcentral is the central order API: it takes orders in, gives work to
// stations and takes their event logs back.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"context"

	"github.com/spf13/cobra"

	"pickstation/order"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes of all commands.
const (
	exitDone    = 0
	exitNo      = 1 // it ran and the answer is no
	exitUsage   = 2
	exitMissing = 3 // something it needs is missing
)

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	what, do := explain(err)
	fmt.Fprintf(errOut, "pickcentral: %s\n%s\n", what, do)
	return exitCode(err)
}

// usageError is a command line that cannot be meant.
type usageError struct{ err error }

// Error says what is wrong with the command line.
func (e usageError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e usageError) Unwrap() error { return e.err }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

var missing = map[string]bool{"store_open": true, "store_key": true, "ca_files": true, "file": true, "newer_database": true,
	"no_store": true, "no_copies": true, "listen": true, "not_durable": true,
	"store_moved": true, "store_moving": true}

func exitCode(err error) int {
	var u usageError
	var known *order.Error
	switch {
	case errors.As(err, &u):
		return exitUsage
	case errors.As(err, &known) && missing[known.Code], errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, exec.ErrNotFound):
		return exitMissing
	}
	return exitNo
}

// explain returns one line what went wrong and one line what to do.
func explain(err error) (what, do string) {
	what, do = oneLine(err.Error()), "Run it with --help for an example."
	var known *order.Error
	if errors.As(err, &known) && known.Hint != "" {
		do = oneLine(strings.ToUpper(known.Hint[:1]) + known.Hint[1:] + ".")
	}
	return what, do
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// newRootCommand returns the whole command tree.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "pickcentral",
		Short:         "The central order API of Pickstation",
		Example:       "  pickcentral serve --addr 127.0.0.1:8443 --store sqlite:central.db",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().String("store", "sqlite:pickcentral.db", "where the centre keeps its records, sqlite:FILE or postgres://USER@HOST/NAME\n(the password from PGPASSWORD or ~/.pgpass, for command lines can be read)")
	root.PersistentFlags().String("keys", "", "with postgres://, the folder of central.key, central.ca.pem and central.ca-key.pem;\nthe same files for every pickcentral of the database")
	root.AddCommand(newServeCommand(), newImportCommand(), newOperatorsCommand(), newCatalogueCommand(), newLocationsCommand(),
		newEnrolCommand(), newStationsCommand(), newWaveCommand(), newTasksCommand(), newKeysCommand(), newOrdersCommand(), newBackupCommand(), newPolicyCommand(), newFlowsCommand(), newCustomsCommand(), newSyncCommand(),
		newMoveCommand(), newEventsCommand(), newPurgeCommand(), newRestoredCommand())
	return root
}

// noArgs refuses arguments as wrong usage.
func noArgs(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case c.HasSubCommands():
		return usage("%q has no command %q", c.CommandPath(), args[0])
	}
	return usage("unexpected argument %q", args[0])
}

// wantArgs refuses fewer arguments than low, or more than high; 0 is no limit.
func wantArgs(low, high int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < low || high > 0 && len(args) > high {
			return usage("%s needed, got %d argument(s)", what, len(args))
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short, example string, children ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Example: example, Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return usage("name one of the commands of %q", c.CommandPath())
		}}
	g.AddCommand(children...)
	return g
}
