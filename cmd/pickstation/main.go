// Command pickstation is the terminal of a warehouse bench.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRootCommand()
	if err := root.ExecuteContext(ctx); err != nil {
		os.Exit(report(root, err))
	}
}

// newRootCommand assembles the commands.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "pickstation",
		Short: "The scan station of a warehouse bench",
		Long: "The scan station of a warehouse bench: scan, verify, weigh, print, ship, with or without network.\n\n" +
			"Exit codes: 0 done, 1 it ran and the answer is no, 2 wrong usage, 3 something it needs is missing.",
		Example:       "  pickstation demo\n  pickstation run --config /etc/pickstation/pickstation.toml",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newRunCommand(), newDemoCommand(), newEnrolCommand(), newStatusCommand(), newDoctorCommand(),
		newReplayCommand(), newScenarioCommand(), newLangCommand(), newDecodeCommand(), newLabelCommand(), newBenchCardCommand(), newSoundsCommand(), newSimulateCommand(),
		newDevicesCommand(), newPrintersCommand(), newDBCommand(), newSyncCommand())
	argsAsUsage(root)
	return root
}

// argsAsUsage has every command below c refuse arguments as it refuses flags: its own
// help is the next step.
func argsAsUsage(c *cobra.Command) {
	for _, sub := range c.Commands() {
		argsAsUsage(sub)
		check := sub.Args
		if check == nil {
			continue // takes any
		}
		sub.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return flagError(c, err)
			}
			return nil
		}
	}
}

// report prints an error as one line what and one line what to do, and returns the
// exit code.
func report(root *cobra.Command, err error) int {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		fmt.Fprintln(os.Stderr, err)
		return coded.ExitCode()
	}
	fmt.Fprintln(os.Stderr, err)
	fmt.Fprintf(os.Stderr, "see: %s --help\n", root.Name())
	return 2
}
