package main

import (
	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/order"
)

// newWaveCommand makes waves 波次 and takes them apart: pickcentral wave.
func newWaveCommand() *cobra.Command {
	return group("wave", "Orders that a bench works together", "  pickcentral wave make --mode wall --carrier SF --station bench-1",
		newWaveMakeCommand(), newWaveListCommand(),
		&cobra.Command{Use: "show ID", Short: "Show a wave", Example: "  pickcentral wave show W000000001", Args: wantArgs(1, 1, "one wave"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				w, err := ct.svc.Wave(c.Context(), args[0])
				if err != nil {
					return err
				}
				return printJSON(c, w)
			})},
		&cobra.Command{Use: "end ID", Short: "Take a wave apart: orders that nobody has begun are single ones again",
			Example: "  pickcentral wave end W000000001", Args: wantArgs(1, 1, "one wave"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				n, err := ct.svc.EndWave(c.Context(), args[0])
				if err != nil {
					return err
				}
				return printJSON(c, map[string]int{"freed": n})
			})})
}

func newWaveListCommand() *cobra.Command {
	var f central.WaveFilter
	c := &cobra.Command{Use: "list", Short: "List waves with what is left of them, one object per line, the latest first",
		Long: "Lists the waves of which orders are still to be picked, the latest first: orders is how many it was made of, left how\n" +
			"many of them are not picked yet. wave show ID tells which.",
		Example: "  pickcentral wave list\n  pickcentral wave list --all --warehouse main", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			for f.Limit = 500; ; {
				all, err := ct.svc.Waves(c.Context(), f)
				if err != nil || len(all) == 0 {
					return err
				}
				for _, w := range all {
					if err := printJSON(c, w); err != nil {
						return err
					}
				}
				f.Before = all[len(all)-1].ID
			}
		})}
	c.Flags().BoolVar(&f.All, "all", false, "those that are over too")
	c.Flags().StringVar(&f.Warehouse, "warehouse", "", "only of this warehouse")
	return c
}

func newWaveMakeCommand() *cobra.Command {
	var q central.WaveRequest
	var mode, carrier, zone, sku, station, operator string
	c := &cobra.Command{
		Use: "make", Short: "Make a wave of the most urgent orders that nobody has begun",
		Long: "Makes a wave of the most urgent orders that nobody has begun, all of one priority, and sends it to a bench.\n\n" +
			"  cluster  along the shelves with a tote for each order: BATCH at the bench\n" +
			"  wall     goods into the slots of a put wall 播种: PUT WALL at the bench\n" +
			"  single   orders of one item each 一单一货, of the SKU that most of them want: scan the item at the bench\n\n" +
			"Without --station the first bench that asks for work gets all of it. Prints the wave.",
		Example: "  pickcentral wave make --mode wall --carrier SF --size 8 --station bench-1\n  pickcentral wave make --mode single --zone A\n" +
			"  pickcentral wave make --operator li --size 4",
		Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			q.Mode, q.Carrier, q.Zone = order.BatchMode(mode), order.CarrierID(carrier), zone
			q.SKU, q.Station = order.SKU(sku), order.StationID(station)
			q.For = order.OperatorID(operator)
			w, err := ct.svc.MakeWave(c.Context(), q)
			if err != nil {
				return err
			}
			return printJSON(c, w)
		}),
	}
	f := c.Flags()
	f.StringVar(&mode, "mode", string(order.BatchCluster), "cluster, wall or single")
	f.StringVar(&carrier, "carrier", "", "orders of this carrier only")
	f.StringVar(&zone, "zone", "", "orders all of whose goods stand in this zone")
	f.StringVar(&sku, "sku", "", "orders of this item alone")
	f.StringVar(&station, "station", "", "the bench that works it")
	f.StringVar(&operator, "operator", "", "who is to work it: offered to nobody else")
	f.StringVar(&q.Warehouse, "warehouse", "", "the warehouse, where there are several")
	f.IntVar(&q.Size, "size", 0, "orders at most; 0: the policy's batch_size or wall_slots, 200 for single")
	return c
}
