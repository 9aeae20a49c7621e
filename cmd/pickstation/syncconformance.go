package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/conformance"
)

// newSyncConformance tries whether a central system keeps the protocol.
func newSyncConformance() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use:   "conformance",
		Short: "Try whether a central system keeps the sync protocol",
		Long: "Try whether a central system that somebody else built keeps the sync protocol: marks, gaps, forks, damage, limits,\n" +
			"unknown events, re-issued facts, feed and heartbeats. One line per rule; exit code 1 when one is broken, 3 without an answer. It speaks as\n" +
			"the station that --config names, leaves event logs without effect in its name and may be given work: enrol a station\n" +
			"for it that does nothing else.",
		Example: "  pickstation sync conformance --config trial.toml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, id, err := carrier(&p)
			if err != nil {
				return err
			}
			if cfg.Central.URL == "" {
				return usage("sync conformance", "central.url is not set in %s", p.config)
			}
			client, err := newClient(cfg)
			if err != nil {
				return err
			}
			defer client.Close()
			if err := reached(cmd.Context(), client); err != nil {
				return err
			}
			broken := 0
			for _, r := range conformance.Run(cmd.Context(), conformance.Target{Centre: client, Station: id.Station}) {
				if !r.OK {
					broken++
				}
				if err := printJSON(cmd.OutOrStdout(), r); err != nil {
					return err
				}
			}
			if broken > 0 {
				return &failure{code: exitNo, what: fmt.Sprintf("sync conformance: %d rules are broken", broken),
					do: "see the lines with ok false; the rules are told in ARCHITECTURE.md and sync/conformance"}
			}
			return nil
		},
	}
	p.flags(cmd)
	return cmd
}

// reached tells what is no matter of the protocol: that nobody answers, or lets this
// station in. A centre that answers at all, if only with an error, is judged.
func reached(ctx context.Context, client *api.Client) error {
	_, err := client.Feed(ctx, 0, 1, 0)
	var e *api.Error
	switch {
	case !errors.As(err, &e):
		return nil
	case e.Status() == http.StatusUnauthorized, e.Status() == http.StatusForbidden:
		return &failure{exitNo, "sync conformance: " + e.Error(), e.Hint(), err}
	case e.Status() == 0 && e.Class() != string(agent.ClassRetry): // no answer, or not of this centre
		return &failure{exitMissing, "sync conformance: " + e.Error(), e.Hint(), err}
	}
	return nil
}
