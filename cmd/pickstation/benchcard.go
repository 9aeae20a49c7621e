package main

import (
	"fmt"
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
	var roles []string
	cmd := &cobra.Command{
		Use:   "bench-card --out FILE",
		Short: "Print the laminated card with the command barcodes",
		Long: "Print the card with the command barcodes, to be laminated and kept at the bench.\n\n" +
			"The default of 300 dpi also suits office printers of 600 and 1200 dpi. Print without scaling.",
		Example:       "  pickstation bench-card --out bench-card.pdf\n  pickstation bench-card --roles gun1,gun2 --form 100x150 --out roles.pdf",
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
			card := labels.BenchCard{Form: form, Commands: benchCommands()}
			if len(roles) > 0 {
				card.Title = "扫描枪 SCANNER ROLES"
				var err error
				if card.Commands, err = roleCommands(roles); err != nil {
					return err
				}
			}
			return writeDocument(cmd, card, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "output file, - for stdout")
	f.StringVar(&o.format, "format", o.format, strings.Join(labelFormats, ", "))
	f.StringSliceVar(&roles, "roles", nil, "print the codes of these scanner roles instead, gun1,gun2: for devices assign, and to ask which scanner is which")
	f.StringVar(&form, "form", "A4", "A4, A5 or 100x150")
	f.IntVar(&o.dpi, "dpi", o.dpi, "the printer's dots per inch: 203, 300 or 600")
	cmd.SetFlagErrorFunc(flagError)
	return cmd
}

// What a card takes as the name of a role.
const (
	maxRole     = 20
	roleLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
)

// roleCommands are the codes that name scanners.
func roleCommands(names []string) ([]labels.Command, error) {
	var out []labels.Command
	for _, n := range names {
		if n == "" || len(n) > maxRole || strings.Trim(n, roleLetters) != "" {
			return nil, usage("bench-card", "--roles: %q is no name for a scanner: use up to %d letters, digits, - and _", n, maxRole)
		}
		out = append(out, labels.Command{Code: order.RolePrefix + n, Zh: "枪 " + n, En: "SCANNER"})
	}
	return out, nil
}

// benchCommands are the station's commands as the card prints them.
func benchCommands() []labels.Command {
	var out []labels.Command
	for _, c := range order.Commands() {
		out = append(out, labels.Command{Code: c.Code(), Key: c.Key, Zh: c.Name.ZH, En: c.Name.EN})
	}
	for n := 2; n <= 10; n++ {
		times := fmt.Sprintf("× %d", n)
		out = append(out, labels.Command{Code: order.CommandPrefix + string(order.Quantity(n)), Zh: "数量 " + times, En: "QTY " + times})
	}
	for n := 1; n <= 9; n++ {
		out = append(out, labels.Command{Code: order.CommandPrefix + string(order.Choice(n)), Key: fmt.Sprint(n), Zh: fmt.Sprintf("原因 %d", n), En: fmt.Sprintf("REASON %d", n)})
	}
	return out
}
