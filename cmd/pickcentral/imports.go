package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pickstation/central"
	"pickstation/central/importer"
)

func newImportCommand() *cobra.Command {
	var format string
	var opt importer.Options
	c := &cobra.Command{
		Use:   "import --format uci|csv|json FILE…",
		Short: "Take in orders from files",
		Long: "Takes in orders from files and prints what became of every row, as one object:\n" +
			`{"rows","orders","new","updated","rejected":[{"row","code","message","file"}],"unchanged",…}` + "\n" +
			"row is the line of the file; the heading is line 1. A rejected row never stops the rest and does not make\n" +
			"the command fail; importing a file again changes nothing. It works while pickcentral serve runs.\n\n" +
			"uci   the UCI Online Retail data set; C-invoices become returns, postage and the like charges\n" +
			"csv   one line of an order per row; columns:\n" + importer.CSVHelp + "\n" +
			"json  the body of POST /v1/orders:batch, an array of orders, or one order per line",
		Example: "  pickcentral import --store sqlite:central.db --format uci 2010-12-01.csv",
		Args:    wantArgs(1, 0, "at least one file"),
		RunE: with(true, func(c *cobra.Command, ct *centre, files []string) error {
			take := map[string]func(context.Context, *central.Service, []string, importer.Options) (importer.Result, error){
				"uci": importer.UCI, "csv": importer.CSV, "json": importer.JSON}[format]
			if take == nil {
				return usage("--format %q is not uci, csv or json", format)
			}
			if _, err := time.LoadLocation(opt.Zone); err != nil {
				return usage("--tz %q is no time zone such as Asia/Shanghai", opt.Zone)
			}
			var done func()
			opt.Progress, done = progress()
			res, err := take(c.Context(), ct.svc, files, opt)
			done()
			if err != nil {
				return err
			}
			return printJSON(c, res)
		}),
	}
	c.Flags().StringVar(&format, "format", "", "uci, csv or json")
	c.Flags().StringVar(&opt.Zone, "tz", "", "zone of times without one, such as Asia/Shanghai (default: Europe/London for uci, else UTC)")
	c.Flags().StringVar(&opt.Warehouse, "warehouse", central.DefaultWarehouse, "where the orders are to be picked")
	return c
}

// progress tells the number of rows on a terminal and is quiet in a pipe; done ends
// the line.
func progress() (tell func(int), done func()) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil, func() {}
	}
	return func(rows int) { fmt.Fprintf(os.Stderr, "\r%d rows", rows) }, func() { fmt.Fprintln(os.Stderr) }
}

// tableCommand makes a command that imports reference data.
func tableCommand(what, long, example string,
	take func(context.Context, *central.Service, []string, string) (importer.TableResult, error)) *cobra.Command {
	var warehouse string
	c := &cobra.Command{
		Use: "import FILE…", Short: "Take in " + what + " from CSV or JSON files", Long: long, Example: example,
		Args: wantArgs(1, 0, "at least one file"),
		RunE: with(true, func(c *cobra.Command, ct *centre, files []string) error {
			res, err := take(c.Context(), ct.svc, files, warehouse)
			if err != nil {
				return err
			}
			return printJSON(c, res)
		}),
	}
	c.Flags().StringVar(&warehouse, "warehouse", central.DefaultWarehouse, "the warehouse they belong to")
	return c
}

func newOperatorsCommand() *cobra.Command {
	return group("operators", "People who sign in at stations", "  pickcentral operators import operators.csv",
		tableCommand("operators", "Columns: "+importer.OperatorsHelp, "  pickcentral operators import operators.csv", importer.Operators))
}

func newCatalogueCommand() *cobra.Command {
	return group("catalogue", "What barcodes are", "  pickcentral catalogue import catalogue.csv",
		tableCommand("catalogue entries", "Columns: "+importer.CatalogueHelp, "  pickcentral catalogue import catalogue.csv", importer.Catalogue))
}

func newLocationsCommand() *cobra.Command {
	return group("locations", "Places of a warehouse", "  pickcentral locations import locations.csv",
		tableCommand("locations", "Columns: "+importer.LocationsHelp, "  pickcentral locations import locations.csv", importer.Locations))
}
