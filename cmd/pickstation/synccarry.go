package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// exported is what sync export prints.
type exported struct {
	File   string `json:"file"`
	Events int    `json:"events"` // that the centre has not acknowledged
	Bytes  int    `json:"bytes"`
}

// newSyncExport writes the log to a file that is carried to the centre.
func newSyncExport() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Write what the centre does not have to a file, to carry it there by hand",
		Long: "Write what the centre does not have to a file, for a station without network. It may run beside a working\n" +
			"station. The file is signed with the station's key and holds no personal data. At the centre,\n" +
			"'pickcentral sync import FILE' takes it in and writes an answer; 'pickstation sync import ANSWER' ends the round.\n" +
			"Files may be lost, come twice or in another order: nothing is lost or doubled.",
		Example: "  pickstation sync export /media/stick/bench-1.carry",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, id, err := carrier(&p)
			if err != nil {
				return err
			}
			r, err := localdb.OpenReader(cfg.DataDir)
			if err != nil {
				return fail(exitMissing, err, "name the data folder with --dir")
			}
			defer r.Close()
			conf := agent.DefaultConfig()
			conf.Want = cfg.Work.Want
			a := agent.New(agent.Options{Config: conf, Source: source{r}, Health: r.Health, Boot: localdb.SystemClock().Boot, App: version})
			payload, events, err := a.Letter(cmd.Context())
			if err != nil {
				return fail(exitNo, err, "check that the database can be read: pickstation db check")
			}
			if err := writeCarried(args[0], id, wire.CarryEvents, payload); err != nil {
				return fail(exitMissing, err, "check the folder and the free space of its disk")
			}
			return printJSON(cmd.OutOrStdout(), exported{args[0], events, len(payload)})
		},
	}
	p.flags(cmd)
	return cmd
}

// carrier loads what both commands need: the configuration and the station's identity.
func carrier(p *place) (*Config, *api.Identity, error) {
	cfg, err := loadConfig(p.config)
	if err != nil {
		return nil, nil, err
	}
	if p.dir != "" {
		cfg.DataDir = p.dir
	}
	id, err := identityIn(cfg.DataDir)
	if err != nil {
		return nil, nil, fail(exitMissing, err, "enrol the station: pickstation enrol --help")
	}
	return cfg, id, nil
}

// halfSuffix ends the name of a file that is being written.
const halfSuffix = ".new"

// writeCarried writes the file as a whole or not at all.
func writeCarried(path string, id *api.Identity, kind wire.CarryKind, payload []byte) error {
	tmp := path + halfSuffix
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(id.WriteLetter(f, kind, payload), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder brings a new name to the disk; some file systems of sticks and shares do that
// without being asked, and cannot be asked.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err = d.Sync(); errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	return err
}

// taken is what sync import prints.
type taken struct {
	Acked      int       `json:"acked"`  // events that now count as stored at the centre
	Rows       int       `json:"rows"`   // news from the centre
	Leases     int       `json:"leases"` // that were renewed
	Unsent     int       `json:"unsent"` // events that the centre still does not have
	AnsweredAt time.Time `json:"answered_at"`
	Stale      bool      `json:"stale,omitempty"` // some of it was older than what is here, and passed over
}

// newSyncImport takes the centre's answer in.
func newSyncImport() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use:   "import ANSWER",
		Short: "Take in the answer that was carried back from the centre",
		Long: "Take in the answer that 'pickcentral sync import' wrote: what the centre has, new work, renewed leases.\n" +
			"A running station takes it in between two scans. An answer for another station, or one that was changed on\n" +
			"its way, is refused; one that comes again changes nothing.",
		Example: "  pickstation sync import /media/stick/bench-1.answer",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, _, err := carrier(&p)
			if err != nil {
				return err
			}
			file, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if _, err := os.Stat(file); err != nil {
				return fail(exitMissing, err, "name the answer that pickcentral sync import wrote")
			}
			t, err := importAnswer(cmd.Context(), cfg, file)
			if err != nil {
				return fail(exitNo, err, "write a new file with pickstation sync export, and carry that")
			}
			return printJSON(cmd.OutOrStdout(), t)
		},
	}
	p.flags(cmd)
	return cmd
}

// importAnswer hands the file to the running station, or opens the database itself.
func importAnswer(ctx context.Context, cfg *Config, file string) (t taken, err error) {
	out, err := ask(ctx, cfg.DataDir, request{Op: "carried", File: file})
	if err == nil {
		return t, json.Unmarshal(out.Status, &t)
	}
	if !errors.Is(err, errNoStation) {
		return t, err
	}
	db, err := localdb.Open(ctx, localdb.Options{Dir: cfg.DataDir})
	if err != nil {
		return t, fail(exitMissing, err, "check the data folder")
	}
	defer db.Close()
	return takeAnswer(ctx, db, file, (&writer{db: db}).write)
}

// takeAnswer checks an answer, opens it and does what it says.
func takeAnswer(ctx context.Context, db *localdb.DB, file string,
	write func(context.Context, func(agent.Tx) ([]order.ShipmentID, error)) error) (t taken, err error) {
	id, err := identityIn(db.Dir())
	if err != nil {
		return t, err
	}
	f, err := os.Open(file)
	if err != nil {
		return t, err
	}
	defer f.Close()
	sealed, err := id.ReadAnswer(f)
	if err != nil {
		return t, err
	}
	r, err := db.NewReader()
	if err != nil {
		return t, err
	}
	defer r.Close()
	packed, err := r.Unbox(sealed)
	if err != nil {
		return t, err
	}
	reply, err := agent.ReadAnswer(packed)
	if err != nil {
		return t, err
	}
	got, err := agent.New(agent.Options{Config: agent.DefaultConfig(), Source: source{r}, Write: write}).Take(ctx, reply)
	if err != nil {
		return t, err
	}
	err = write(ctx, func(tx agent.Tx) ([]order.ShipmentID, error) {
		return nil, tx.(*localdb.Tx).WordAt(got.At)
	})
	return taken{got.Acked, got.Rows, got.Leases, got.Unsent, got.At, got.Stale > 0}, err
}

// carried takes an answer in while the station works.
func (s *session) carried(ctx context.Context, file string) (taken, error) {
	t, err := takeAnswer(ctx, s.db, file, func(ctx context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
		return s.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) { return do(localTx(tx)) })
	})
	if err != nil || s.agent == nil {
		return t, err
	}
	return t, s.agent.carried(ctx)
}
