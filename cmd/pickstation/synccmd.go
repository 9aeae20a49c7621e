package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/agent"
)

// newSyncCommand pushes and pulls by hand: pickstation sync.
func newSyncCommand() *cobra.Command {
	var p place
	var once bool
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Push and pull: with --once until all is sent and fetched, else on and on",
		Long: "Push and pull. A running station is told to do it now, and goes on by itself; without one the command opens the\n" +
			"database itself and goes on until it is interrupted. With --once it ends when the centre has every event and the\n" +
			"station all news; exit code 3 when the centre cannot be reached, 1 when it refuses the station.",
		Example: "  pickstation sync --once --config /etc/pickstation/pickstation.toml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(p.config)
			if err != nil {
				return err
			}
			if p.dir != "" {
				cfg.DataDir = p.dir
			}
			if cfg.Central.URL == "" {
				return usage("sync", "central.url is not set in %s", p.config)
			}
			ctx := cmd.Context()
			if once {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, patience)
				defer cancel()
			}
			_, err = ask(ctx, cfg.DataDir, request{Op: "sync"})
			switch {
			case errors.Is(err, errNoStation):
				err = syncAlone(ctx, cfg, once)
			case err == nil && once:
				err = awaitSynced(ctx, cfg.DataDir)
			}
			if once && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return &failure{exitMissing, fmt.Sprintf("sync: not done after %s", patience), "check the network and the centre; nothing is lost", err}
			}
			return err
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&once, "once", false, "end when everything is synced")
	cmd.Flags().DurationVar(&patience, "patience", 10*time.Minute, "how long --once may take")
	cmd.AddCommand(newSyncExport(), newSyncImport(), newSyncConformance())
	return cmd
}

// syncAlone keeps a station's database and its centre in step without a station.
func syncAlone(ctx context.Context, cfg *Config, once bool) error {
	client, err := newClient(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	db, err := localdb.Open(ctx, localdb.Options{Dir: cfg.DataDir})
	if err != nil {
		return fail(exitMissing, err, "check the data folder")
	}
	defer db.Close()
	r, err := db.NewReader()
	if err != nil {
		return fail(exitMissing, err, "check the data folder")
	}
	defer r.Close()
	conf := agent.DefaultConfig()
	conf.Want = cfg.Work.Want
	if once {
		conf.FeedWait, conf.Want = 0, 0 // nobody is here to work on more
	}
	w := &writer{db: db}
	a := agent.New(agent.Options{Config: conf, Centre: client, Source: source{r}, Write: w.write, Health: r.Health,
		Boot: localdb.SystemClock().Boot, App: version})
	if once {
		if err = a.Drain(ctx); err == nil {
			_, err = client.RenewIfDue(ctx, time.Now())
		}
	} else {
		err = a.Run(ctx)
	}
	if errors.Is(err, agent.ErrStuck) {
		return fail(exitNo, err, "enrol the station again")
	}
	if err != nil && ctx.Err() == nil {
		return fail(exitMissing, err, "check the network and the centre; nothing is lost")
	}
	return nil
}

// writer stands for the loop where no station runs.
type writer struct {
	mu sync.Mutex // guards db: one transaction at a time
	db *localdb.DB
}

func (w *writer) write(_ context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, err := w.db.Begin()
	if err != nil {
		return err
	}
	if _, err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// awaitSynced waits until a running station has nothing unsent and has heard from its
// centre since.
func awaitSynced(ctx context.Context, dir string) error {
	start := time.Now()
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		out, err := ask(ctx, dir, request{Op: "status"})
		if err != nil {
			return err
		}
		var st statusReport
		if err := json.Unmarshal(out.Status, &st); err != nil {
			return fail(exitNo, err, "use the pickstation command of the same version")
		}
		if st.Central.Unsent == 0 && st.Central.Online && st.Central.LastWord.After(start.Add(-time.Second)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}
