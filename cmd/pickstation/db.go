package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/localdb"
	"pickstation/order"
)

// newDBCommand looks after a station's database: pickstation db.
func newDBCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "db",
		Short:   "Check, back up, restore and salvage a station's database",
		Example: "  pickstation db check\n  pickstation db backup /media/stick/st1.db\n  pickstation db restore /media/stick/st1.db\n  pickstation db salvage station.db saved.db\n  pickstation db stats",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("db", "say check, backup, restore, salvage or stats")
		},
	}
	cmd.AddCommand(newDBCheck(), newDBBackup(), newDBRestore(), newDBSalvage(), newDBStats())
	return cmd
}

// openReader opens the data folder of a command for reading.
func openReader(p *place) (*localdb.Reader, string, error) {
	dir, _, err := p.find()
	if err != nil {
		return nil, "", err
	}
	r, err := localdb.OpenReader(dir)
	if err != nil {
		return nil, "", dbFailure(err, "name the data folder with --dir")
	}
	return r, dir, nil
}

// dbFailure makes a failure of an error of the database: what is missing is missing,
// everything else is a no.
func dbFailure(err error, do string) error {
	code := exitNo
	var e *order.Error
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &e) && (e.Code == "no_database" || e.Code == "no_file" || e.Code == "database_open") {
		code = exitMissing
	}
	return fail(code, err, do)
}

// readCommand finishes a command that reads the database of a data folder; do is the
// next step where it fails.
func readCommand(cmd *cobra.Command, do string, run func(cmd *cobra.Command, r *localdb.Reader, args []string) error) *cobra.Command {
	var p place
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, _, err := openReader(&p)
		if err != nil {
			return err
		}
		defer r.Close()
		if err := run(cmd, r, args); err != nil {
			return dbFailure(err, do)
		}
		return nil
	}
	p.flags(cmd)
	return cmd
}

// checkLine is what db check prints.
type checkLine struct {
	OK       bool     `json:"ok"`
	Events   int      `json:"events"` // whose hash chain holds
	Findings []string `json:"findings"`
	TookMS   int64    `json:"took_ms"`
}

func newDBCheck() *cobra.Command {
	return readCommand(&cobra.Command{
		Use:   "check",
		Short: "Check the file, its indexes and the whole event log",
		Long: "Check the structure of the file, its indexes and references, and the hash chain over every event.\n" +
			"It only reads, and may run beside a working station. Exit code 1 when something was found.",
		Example: "  pickstation db check --dir /var/lib/pickstation",
		Args:    cobra.NoArgs,
	}, "check that the database can be read", func(cmd *cobra.Command, r *localdb.Reader, _ []string) error {
		rep, err := r.CheckAll(cmd.Context())
		if err != nil {
			return err
		}
		line := checkLine{OK: len(rep.Findings) == 0, Events: rep.Events, Findings: append([]string{}, rep.Findings...), TookMS: rep.Took.Milliseconds()}
		if err := printJSON(cmd.OutOrStdout(), line); err != nil {
			return err
		}
		if !line.OK {
			return &failure{code: exitNo, what: fmt.Sprintf("db check: %d findings, the first: %s", len(rep.Findings), rep.Findings[0]),
				do: "keep a copy of the data folder, end the station, then: pickstation db salvage FILE OUT; or restore the newest backup: pickstation db restore FILE"}
		}
		return nil
	})
}

func newDBBackup() *cobra.Command {
	return readCommand(&cobra.Command{
		Use:   "backup FILE",
		Short: "Write a copy of the database to a file, while the station works",
		Long: "Write a copy of the database to a file, while the station works. The file is there as a whole or not at all.\n" +
			"The station's keys are not in it.",
		Example: "  pickstation db backup /media/stick/st1.db",
		Args:    cobra.ExactArgs(1),
	}, "check the folder and the free space of its disk", func(cmd *cobra.Command, r *localdb.Reader, args []string) error {
		file, err := filepath.Abs(args[0])
		if err != nil {
			return err
		}
		if err := r.Backup(cmd.Context(), file); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s written\n", file)
		return nil
	})
}

func newDBStats() *cobra.Command {
	return readCommand(&cobra.Command{
		Use:     "stats",
		Short:   "Sizes and counts of the database, as JSON",
		Example: "  pickstation db stats --dir /var/lib/pickstation",
		Args:    cobra.NoArgs,
	}, "run: pickstation db check", func(cmd *cobra.Command, r *localdb.Reader, _ []string) error {
		s, err := r.Stats(cmd.Context())
		if err != nil {
			return err
		}
		return printJSON(cmd.OutOrStdout(), s)
	})
}

func newDBRestore() *cobra.Command {
	var p place
	var discard bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the database",
		Long: "Put a backup in the place of the database; the old file is kept beside it. The station must not run.\n" +
			"At its next start it opens a new event log, so that what the centre knows of the old one stays true.",
		Example: "  pickstation db restore /media/stick/st1.db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, _, err := p.find()
			if err != nil {
				return err
			}
			kept, err := localdb.Restore(dir, args[0], discard, time.Now())
			if err != nil {
				return dbFailure(err, "end the station first, and check the file")
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s restored to %s\n", args[0], dir)
			if kept != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "the old database is %s\n", kept)
			}
			return nil
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&discard, "discard", false, "restore although the old database has events that the centre has not got")
	return cmd
}

func newDBSalvage() *cobra.Command {
	return &cobra.Command{
		Use:   "salvage FILE OUT",
		Short: "Save what can be read of a damaged database into a new one",
		Long: "Save, row by row, what can be read of a damaged database into a new one. FILE is only read, with the write-ahead\n" +
			"log (FILE-wal) beside it; end the station first. It prints what was saved of each table and, by number, which events\n" +
			"could not be read and whether the centre has them. OUT is like a backup: put it in place with db restore. The station\n" +
			"then starts a new event log; orders that are not whole come again from the centre. Events of a log whose name is lost\n" +
			"are kept as they are in OUT.events. Where anything is lost it is named, and the exit code is 1.",
		Example: "  pickstation db salvage /var/lib/pickstation/station.db saved.db    # 0 all saved, 1 not everything\n" +
			"  pickstation db restore saved.db --discard      # its unsent events are in saved.db",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			rep, err := localdb.Salvage(cmd.Context(), args[0], args[1])
			if err != nil {
				return dbFailure(err, "check the folder and the free space of its disk")
			}
			rep.Missing, rep.Dropped = append([]localdb.MissingEvents{}, rep.Missing...), append([]string{}, rep.Dropped...)
			if err := printJSON(cmd.OutOrStdout(), rep); err != nil {
				return err
			}
			if lost := rep.Lost(); len(lost) > 0 {
				return &failure{code: exitNo, what: "not everything could be saved; lost: " + strings.Join(lost, ", "),
					do: "what could be saved is in " + args[1] + ": pickstation db restore " + args[1] + " --discard; open work comes again from the centre"}
			}
			return nil
		},
	}
}

// printJSON writes one object on one line.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
