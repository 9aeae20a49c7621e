package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/labels"
	"pickstation/order"
)

// newBenchCardCommand prints the card with the command barcodes: pickstation bench-card.
func newBenchCardCommand() *cobra.Command {
	o := labelOptions{kind: labels.KindBenchCard, format: "pdf", dpi: 300}
	form := ""
	cmd := &cobra.Command{
		Use:   "bench-card --out FILE",
		Short: "Print the laminated card with the command barcodes",
		Long: "Print the card with the command barcodes, to be laminated and kept at the bench.\n\n" +
			"The default of 300 dpi also suits office printers of 600 and 1200 dpi. Print without scaling.",
		Example:       "  pickstation bench-card --out bench-card.pdf",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.out == "" {
				return usage("bench-card", "--out is missing")
			}
			if !slices.Contains(labelFormats, o.format) {
				return usage("bench-card", "no format %q; use one of %s", o.format, strings.Join(labelFormats, ", "))
			}
			return writeDocument(cmd, labels.BenchCard{Form: form, Commands: benchCommands()}, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "output file, - for stdout")
	f.StringVar(&o.format, "format", o.format, strings.Join(labelFormats, ", "))
	f.StringVar(&form, "form", "A4", "A4, A5 or 100x150")
	f.IntVar(&o.dpi, "dpi", o.dpi, "the printer's dots per inch: 203, 300 or 600")
	cmd.SetFlagErrorFunc(flagError)
	return cmd
}

// benchCommands are the station's commands as the card prints them.
func benchCommands() []labels.Command {
	var out []labels.Command
	for _, c := range order.Commands() {
		out = append(out, labels.Command{Code: c.Code(), Key: c.Key, Zh: c.Name.ZH, En: c.Name.EN})
	}
	return out
}
