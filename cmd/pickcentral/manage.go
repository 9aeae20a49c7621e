package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/importer"
	"pickstation/order"
)

func newEnrolCommand() *cobra.Command {
	var station, warehouse string
	var valid time.Duration
	c := &cobra.Command{
		Use:   "enrol --station NAME",
		Short: "Make a one-time code with which a station obtains its certificate",
		Long: "Prints CODE.FINGERPRINT: the code works once and within its time; the fingerprint (SHA-256 of the centre's\n" +
			"CA certificate) lets the station be sure of the centre. Type it at the station, or put it into its command line.",
		Example: "  pickcentral enrol --station bench-1 --store sqlite:central.db",
		Args:    noArgs,
		RunE: with(true, func(c *cobra.Command, ct *centre, _ []string) error {
			if station == "" {
				return usage("--station is needed")
			}
			if valid <= 0 {
				return usage("--valid must be positive")
			}
			ca, err := ct.ca(0)
			if err != nil {
				return err
			}
			if err := tellMove(c, ct, order.StationID(station), warehouse); err != nil {
				return err
			}
			code, err := ct.svc.NewEnrolCode(c.Context(), order.StationID(station), warehouse, valid)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s.%s\n", code, ca.Fingerprint())
			return err
		}),
	}
	c.Flags().StringVar(&station, "station", "", "name of the station")
	c.Flags().StringVar(&warehouse, "warehouse", "", "the warehouse it stands in (default the one it is in; \""+central.DefaultWarehouse+"\" for a new one)")
	c.Flags().DurationVar(&valid, "valid", 24*time.Hour, "how long the code works")
	return c
}

// tellMove warns, beside the code, that a bench will let go of its work.
func tellMove(c *cobra.Command, ct *centre, id order.StationID, warehouse string) error {
	all, err := ct.svc.Stations(c.Context())
	for _, st := range all {
		if st.ID == id && warehouse != "" && st.Warehouse != warehouse {
			fmt.Fprintf(c.ErrOrStderr(), "%s stands in %s now; when the code is used, work that it holds there goes to other benches\n", id, st.Warehouse)
		}
	}
	return err
}

// stationLine is a station as stations list prints it.
type stationLine struct {
	Station   order.StationID `json:"station"`
	Warehouse string          `json:"warehouse"`
	SeenAt    time.Time       `json:"seen_at,omitzero"`
	NotAfter  time.Time       `json:"cert_not_after"`
	RevokedAt time.Time       `json:"revoked_at,omitzero"`
	App       string          `json:"app,omitempty"`
	ClockOffS int64           `json:"clock_off_s,omitempty"` // its clock is so many seconds ahead of the centre's, less than 0 behind
}

func newStationsCommand() *cobra.Command {
	return group("stations", "Benches that have enrolled", "  pickcentral stations list",
		&cobra.Command{Use: "list", Short: "List stations, one object per line", Example: "  pickcentral stations list", Args: noArgs,
			RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
				all, err := ct.svc.Stations(c.Context())
				for _, st := range all {
					if err == nil {
						err = printJSON(c, stationLine{st.ID, st.Warehouse, st.SeenAt, st.NotAfter, st.RevokedAt, st.App, int64(st.ClockOff.Round(time.Second) / time.Second)})
					}
				}
				return err
			})},
		&cobra.Command{Use: "revoke NAME", Short: "Take a station's certificate out of force at once",
			Long: "Takes a station's certificate out of force at once, for a terminal that was lost or stolen. What it pushed stays.\n" +
				"The bench itself scans on; pickcentral enrol --station NAME gives it, or its successor, a new certificate.",
			Example: "  pickcentral stations revoke bench-7", Args: wantArgs(1, 1, "one station"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				return ct.svc.Revoke(c.Context(), order.StationID(args[0]))
			})},
		&cobra.Command{Use: "zones NAME [ZONE...]", Short: "Say in which zones the people of a bench pick",
			Long: "Says in which zones, as they stand in the list of locations, the people of a bench pick. An order with goods in several\n" +
				"zones goes from one bench to the next in its tote. Without zones a bench picks in all.",
			Example: "  pickcentral stations zones bench-1 dry\n  pickcentral stations zones bench-2 chilled frozen", Args: wantArgs(1, 0, "one station"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				return ct.svc.SetZones(c.Context(), order.StationID(args[0]), args[1:])
			})})
}

func newKeysCommand() *cobra.Command {
	return group("keys", "Bearer keys of shops and staff", "  pickcentral keys add --name shop-1 --scope orders:write --channel shop-1",
		newKeysAddCommand(),
		&cobra.Command{Use: "list", Short: "List keys, one object per line, without their secrets", Example: "  pickcentral keys list", Args: noArgs,
			RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
				all, err := ct.svc.Keys(c.Context())
				for i := range all {
					if err == nil {
						err = printJSON(c, all[i])
					}
				}
				return err
			})},
		&cobra.Command{Use: "revoke ID", Short: "End a key", Example: "  pickcentral keys revoke K000000001", Args: wantArgs(1, 1, "one key id"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				return ct.svc.RevokeKey(c.Context(), args[0])
			})},
	)
}

func newKeysAddCommand() *cobra.Command {
	var k central.Key
	var station string
	c := &cobra.Command{
		Use: "add", Short: "Make a key and print it; it is shown only now",
		Long:    "Prints {\"id\",\"key\"}. Scopes: " + fmt.Sprint(central.Scopes()),
		Example: "  pickcentral keys add --name shop-1 --scope orders:write,orders:read --channel shop-1",
		Args:    noArgs,
		RunE: with(true, func(c *cobra.Command, ct *centre, _ []string) error {
			if len(k.Scopes) == 0 {
				return usage("--scope is needed: %s", strings.Join(central.Scopes(), ", "))
			}
			k.Station = order.StationID(station)
			if k.Name == "" {
				k.Name = "key"
			}
			made, plain, err := ct.svc.NewKey(c.Context(), k)
			if err != nil {
				return err
			}
			return printJSON(c, struct {
				ID  string `json:"id"`
				Key string `json:"key"`
			}{made.ID, plain})
		}),
	}
	c.Flags().StringVar(&k.Name, "name", "", "who uses it; stands in timelines")
	c.Flags().StringSliceVar(&k.Scopes, "scope", nil, "what it may do; several with commas")
	c.Flags().StringVar(&k.Channel, "channel", "", "bind it to one shop")
	c.Flags().StringVar(&station, "station", "", "bind it to one station (scope station, for --plain)")
	return c
}

// shown is an order as orders show prints it.
type shown struct {
	Order    *central.View         `json:"order"`
	Timeline []central.TimelineRow `json:"timeline"`
}

func newOrdersCommand() *cobra.Command {
	var f central.OrderFilter
	var state string
	list := &cobra.Command{
		Use: "list", Short: "List orders, one object per line", Example: "  pickcentral orders list --state awaiting_pick", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			f.State = order.StateCode(state)
			left := f.Limit
			for {
				page := f
				if page.Limit = 500; left > 0 {
					page.Limit = min(left, 500)
				}
				all, next, err := ct.svc.List(c.Context(), cli(), page)
				if err != nil {
					return err
				}
				for _, o := range all {
					if err := printJSON(c, o); err != nil {
						return err
					}
				}
				if left -= len(all); next == "" || f.Limit > 0 && left <= 0 {
					return nil
				}
				f.After = next
			}
		}),
	}
	list.Flags().StringVar(&f.Channel, "channel", "", "only of this shop")
	list.Flags().StringVar(&f.External, "external", "", "only with this number")
	list.Flags().StringVar(&state, "state", "", "only in this state")
	list.Flags().IntVar(&f.Limit, "limit", 0, "at most so many; 0 is all")
	list.Flags().Bool("json", true, "as JSON, the only form there is")
	show := &cobra.Command{
		Use: "show ID", Short: "Show an order with lines, shipments, parcels and timeline",
		Long:    "ID is the order's id, the shop's number, a shipment or a waybill number.",
		Example: "  pickcentral orders show 536365 --json", Args: wantArgs(1, 1, "one order"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			v, err := ct.svc.Find(c.Context(), cli(), args[0])
			if err != nil {
				return err
			}
			rows, err := ct.svc.Timeline(c.Context(), cli(), v.ID)
			if err != nil {
				return err
			}
			return printJSON(c, shown{v, rows})
		}),
	}
	show.Flags().Bool("json", true, "as JSON, the only form there is")
	return group("orders", "Look at orders, stop them and let them go on", "  pickcentral orders list", list, show, newStopCommand(), newReleaseCommand())
}

func newRestoredCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restored", Short: "Tell that the store was put back to an earlier moment by other means than pickcentral backup",
		Long: "After a restore of the file system benches believe that the centre has events which it lost. This takes a new\n" +
			"timeline, so that they send those again, and passes over the ids and waybill numbers that may have been given\n" +
			"out since. Stop every pickcentral serve of the store before. A copy made by pickcentral backup needs no such\n" +
			"word, and of PostgreSQL neither a promoted standby nor a point-in-time recovery. It also lets this machine work\n" +
			"with a PostgreSQL server again that a promoted standby had left behind. Prints {\"timeline\"}.",
		Example: "  pickcentral restored --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args:    noArgs,
		RunE: func(c *cobra.Command, args []string) error {
			at, err := storePlace(c)
			if err != nil {
				return err
			}
			if err := os.Remove(at.origin()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return with(false, restored)(c, args)
		},
	}
}

func restored(c *cobra.Command, ct *centre, _ []string) error {
	line, err := ct.svc.Restored(c.Context())
	if err != nil {
		return err
	}
	return printJSON(c, map[string]int64{"timeline": line})
}

func newPurgeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "purge", Short: "Delete the receivers of orders that are over for long enough",
		Long: "Deletes name, phone and address of orders that were handed over or cancelled more than purge_days ago (policy of\n" +
			"the warehouse; 30 days where it says nothing). serve does it by itself, four times a day. Backups keep what they\n" +
			"hold, sealed with the store's key: delete them in time. Prints {\"purged\"}.",
		Example: "  pickcentral purge --store sqlite:central.db",
		Args:    noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			n, err := ct.svc.Purge(c.Context())
			if err != nil {
				return err
			}
			return printJSON(c, map[string]int{"purged": n})
		}),
	}
}

func newFlowsCommand() *cobra.Command {
	return group("flows", "Templates of states", "  pickcentral flows list",
		&cobra.Command{Use: "list", Short: "List templates, one object per line", Example: "  pickcentral flows list", Args: noArgs,
			RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
				all, err := ct.svc.Flows(c.Context())
				for _, f := range all {
					if err == nil {
						err = printJSON(c, f)
					}
				}
				return err
			})},
		&cobra.Command{Use: "publish FILE", Short: "Publish a new version of a template; - reads standard input",
			Long:    "Running orders stay on the version they have; new ones take the newest.",
			Example: "  pickcentral flows publish standard-v2.json", Args: wantArgs(1, 1, "one file"),
			RunE: with(true, func(c *cobra.Command, ct *centre, args []string) error {
				data, err := readInput(c, args[0])
				if err != nil {
					return err
				}
				f, err := ct.svc.PublishFlow(c.Context(), data)
				if err != nil {
					return err
				}
				return printJSON(c, map[string]any{"id": f.ID, "version": f.Version})
			})},
	)
}

const maxInput = 1 << 20

// readInput reads a small file, or standard input for "-".
func readInput(c *cobra.Command, name string) ([]byte, error) {
	in := c.InOrStdin()
	if name != "-" {
		f, err := importer.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = order.Errorf("too_large", "%s holds more than 1 MiB", name).WithHint("check that it is the right file")
	}
	return slices.Clip(data), err
}
