package main

import (
	"time"

	"github.com/spf13/cobra"

	"pickstation/central/postgres"
)

// newEventsCommand makes the commands for the tables of days in which PostgreSQL keeps
// events.
func newEventsCommand() *cobra.Command {
	var before string
	detach := &cobra.Command{
		Use: "detach --before DATE", Short: "Take the events of old days out, as tables of their own",
		Long: "Takes the days before DATE (UTC) out of the store, which gets smaller and forgets nothing else. The tables\n" +
			"stay in the database as events_YYYYMMDD: keep them with pg_dump --table, then drop them. A day must be older\n" +
			"than 120 days, for benches may send younger events again, and a backup must cover it.",
		Example: "  pickcentral events detach --before 2026-01-01 --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args:    noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			day, err := time.Parse(time.DateOnly, before)
			if err != nil {
				return usage("--before is a day such as 2026-01-31")
			}
			db, err := daysOf(ct)
			if err != nil {
				return err
			}
			out, err := db.Detach(c.Context(), day, time.Now())
			for _, d := range out {
				if err == nil {
					err = printJSON(c, d)
				}
			}
			return err
		}),
	}
	detach.Flags().StringVar(&before, "before", "", "the first day that stays, YYYY-MM-DD")
	return group("events", "The days of events in a PostgreSQL store", "  pickcentral events days --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		&cobra.Command{Use: "days", Short: "List the tables of days, one object per line", Args: noArgs,
			Example: "  pickcentral events days --store postgres://pick@db.example/pick --keys /etc/pickcentral",
			RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
				db, err := daysOf(ct)
				if err != nil {
					return err
				}
				all, err := db.Days(c.Context())
				for _, d := range all {
					if err == nil {
						err = printJSON(c, d)
					}
				}
				return err
			})}, detach)
}

func daysOf(ct *centre) (*postgres.Store, error) {
	if db, ok := ct.store.(*postgres.Store); ok {
		return db, nil
	}
	return nil, usage("a SQLite store keeps all its events in one table")
}
