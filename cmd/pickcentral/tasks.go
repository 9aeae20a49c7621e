package main

import (
	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/order"
)

func newTasksCommand() *cobra.Command {
	return group("tasks", "Returns and stock tasks at the benches", "  pickcentral tasks add --kind move --sku HN-MANGO-5KG --qty 12 --from R-01-1 --to A-03-2",
		newTasksAddCommand(), newTasksListCommand(),
		&cobra.Command{Use: "cancel ID", Short: "End a stock task that nobody needs any more", Example: "  pickcentral tasks cancel T000000001",
			Args: wantArgs(1, 1, "one task id"),
			RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
				return ct.svc.CancelTask(c.Context(), cli(), order.TaskID(args[0]))
			})})
}

func newTasksAddCommand() *cobra.Command {
	var in central.TaskIn
	var kind, sku, from, to string
	by := cli()
	c := &cobra.Command{
		Use: "add --kind KIND", Short: "Have goods moved, a place replenished, or counted",
		Long: "Puts a task on the list of every bench of the warehouse; who scans its place or its goods there opens it. KIND is move,\n" +
			"replenish or count. Prints the task, who asked for it included; what was done is in tasks list --all, what differs in the\n" +
			"exceptions.",
		Example: "  pickcentral tasks add --kind count --sku HN-MANGO-5KG --qty 5 --from A-03-2 --by 'Zhang, stock'",
		Args:    noArgs,
		RunE: with(true, func(c *cobra.Command, ct *centre, _ []string) error {
			if kind == "" {
				return usage("--kind is needed")
			}
			in.Kind, in.SKU, in.From, in.To = order.TaskKind(kind), order.SKU(sku), order.LocationID(from), order.LocationID(to)
			t, err := ct.svc.AddTask(c.Context(), by, in)
			if err != nil {
				return err
			}
			return printJSON(c, t)
		}),
	}
	c.Flags().StringVar(&kind, "kind", "", "move, replenish or count")
	c.Flags().StringVar(&sku, "sku", "", "the goods")
	c.Flags().IntVar(&in.Qty, "qty", 0, "units to move; of a count what stock says, which the bench is not shown")
	c.Flags().StringVar(&from, "from", "", "where the goods are")
	c.Flags().StringVar(&to, "to", "", "where they go")
	c.Flags().StringVar(&in.Lot, "lot", "", "only this lot")
	c.Flags().IntVar(&in.Priority, "priority", 0, "higher goes first")
	c.Flags().StringVar(&in.Warehouse, "warehouse", central.DefaultWarehouse, "the warehouse")
	c.Flags().StringVar(&by.Who, "by", by.Who, "who asks for it, as the benches show it")
	return c
}

func newTasksListCommand() *cobra.Command {
	var f central.TaskFilter
	c := &cobra.Command{Use: "list", Short: "List open tasks, one object per line", Example: "  pickcentral tasks list --all", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			for f.Limit = 500; ; {
				all, err := ct.svc.Tasks(c.Context(), f)
				if err != nil || len(all) == 0 {
					return err
				}
				for _, t := range all {
					if err := printJSON(c, t); err != nil {
						return err
					}
				}
				f.After = all[len(all)-1].ID
			}
		})}
	c.Flags().BoolVar(&f.All, "all", false, "those that are over too")
	c.Flags().StringVar(&f.Warehouse, "warehouse", "", "only of this warehouse")
	return c
}
