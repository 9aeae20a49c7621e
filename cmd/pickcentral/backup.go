package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/order"
)

func newBackupCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "backup FILE", Short: "Write a checked copy of the store, while it is in use",
		Long: "Stations may delete what the copy covers. The files FILE.key, FILE.ca.pem and FILE.ca-key.pem beside the store\n" +
			"are not part of it: keep them apart from the copy, for together they tell addresses. To restore, put the copy and\n" +
			"those files in place and start pickcentral serve; stations then send again what the copy lacks.\n\n" +
			"Of a PostgreSQL store the copy is SQL, made with pg_dump; restore it into an empty database with\n" +
			"psql -1 -v ON_ERROR_STOP=1 -f FILE URL. Its key and CA files are in the folder of --keys.\n\n" +
			"Where backups are made by other means (pg_basebackup, archived WAL, snapshots): mark, back up, check, declare.",
		Example: "  pickcentral backup /backup/central-monday.db --store sqlite:central.db\n" +
			"  pickcentral backup mark /backup/tonight.json --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args: wantArgs(1, 1, "one file"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			if err := ct.svc.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			return printJSON(c, map[string]string{"backup": args[0]})
		}),
	}
	c.AddCommand(newBackupMark(), newBackupDeclare(), newBackupLast())
	return c
}

func newBackupMark() *cobra.Command {
	return &cobra.Command{
		Use: "mark FILE", Short: "Note what the store holds, before a backup by other means is begun",
		Long: "Writes to a new FILE what the store holds now. Every backup that is begun after this covers it; once such a backup\n" +
			"has ended and was checked, 'pickcentral backup declare FILE' tells so, and stations may delete what it covers.",
		Example: "  pickcentral backup mark tonight.json && pg_basebackup -D /backup/tonight && pg_verifybackup /backup/tonight &&\n" +
			"    pickcentral backup declare tonight.json   # each with --store and --keys",
		Args: wantArgs(1, 1, "one file"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			m, err := ct.svc.MarkBackup(c.Context())
			if err != nil {
				return err
			}
			b, err := json.Marshal(m)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(args[0], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err != nil {
				return order.Errorf("file", "the mark was not written: %v", err).WithHint("name a new file in a folder that can be written")
			}
			_, err = f.Write(append(b, '\n'))
			if err := errors.Join(err, f.Close()); err != nil {
				return order.Errorf("file", "the mark was not written: %v", err).WithHint("make room, delete %s and mark again", args[0])
			}
			return printJSON(c, struct {
				Mark string    `json:"mark"`
				At   time.Time `json:"at"`
				Logs int       `json:"logs"`
			}{args[0], m.At, len(m.Logs)})
		}),
	}
}

// maxMark bounds a mark, bytes: it has some 60 for each log there ever was.
const maxMark = 256 << 20

func newBackupDeclare() *cobra.Command {
	return &cobra.Command{
		Use: "declare FILE", Short: "Tell that a backup begun after the mark of FILE is whole and was checked",
		Long: "Stations may then delete what the mark covers: what that backup lacks in truth would be lost with the store, so\n" +
			"check it first, and where it needs archived WAL, that the archive reaches past the mark. A mark of another store,\n" +
			"or from before this one was put back, is refused.",
		Example: "  pickcentral backup declare tonight.json --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args:    wantArgs(1, 1, "one file"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			m, err := readMark(args[0])
			if err != nil {
				return err
			}
			if err := ct.svc.DeclareBackup(c.Context(), m); err != nil {
				return err
			}
			return printJSON(c, map[string]time.Time{"covered": m.At})
		}),
	}
}

func readMark(name string) (m central.BackupMark, err error) {
	st, err := os.Stat(name)
	if err == nil && st.Size() > maxMark {
		err = errors.New("it is too large for a mark")
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(name)
	}
	if err != nil {
		return m, order.Errorf("file", "the mark cannot be read: %v", err).WithHint(isMark)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, order.Errorf("bad_mark", "%s is no mark: %v", name, err).WithHint(isMark)
	}
	return m, nil
}

const isMark = "name a file that 'pickcentral backup mark' has written"

func newBackupLast() *cobra.Command {
	var most int
	c := &cobra.Command{
		Use: "last", Short: "Tell when the newest backup was begun",
		Long: "Prints {\"last\",\"days\"} of the newest backup that was made by pickcentral or declared; last is null where there was\n" +
			"none. Ends with 1 where that is more than --days ago: until the next one benches delete nothing.",
		Example: "  pickcentral backup last --days 2 --store sqlite:central.db",
		Args:    noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			at, err := ct.svc.LastBackup(c.Context())
			if err != nil {
				return err
			}
			last := struct {
				Last *time.Time `json:"last"`
				Days int        `json:"days"`
			}{}
			if !at.IsZero() {
				last.Last, last.Days = &at, int(time.Since(at).Hours()/24)
			}
			if err := printJSON(c, last); err != nil {
				return err
			}
			if at.IsZero() || time.Since(at) > time.Duration(most)*24*time.Hour {
				return order.Errorf("no_backup", "there was no backup in the last %d days: benches keep everything", most).
					WithHint("make one (pickcentral backup FILE), or declare your own (pickcentral backup mark --help)")
			}
			return nil
		}),
	}
	c.Flags().IntVar(&most, "days", int(central.BackupLate.Hours()/24), "how old the newest backup may be, days")
	return c
}

// warnOfBackups says in the log that benches fill up because nothing is backed up.
func warnOfBackups(ctx context.Context, svc *central.Service, now time.Time) {
	at, err := svc.LastBackup(ctx)
	if err != nil || now.Sub(at) < central.BackupLate {
		return // a store that cannot be read is said elsewhere
	}
	last := "never"
	if !at.IsZero() {
		last = at.Format(time.RFC3339)
	}
	slog.Warn("no backup: benches keep everything until there is one; see: pickcentral backup --help", "last", last)
}
