package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"pickstation/order"
)

// ledgerLine is a row of the print ledger as printers jobs prints it.
type ledgerLine struct {
	Job      int64  `json:"job"`
	Paper    string `json:"paper"`
	Shipment string `json:"shipment,omitempty"`
	Parcel   int    `json:"parcel,omitempty"`
	Key      string `json:"key,omitempty"` // number of a hand-over list, id of an instruction
	No       int    `json:"no"`            // 2 and up are reprints
	State    string `json:"state"`
	Code     string `json:"code,omitempty"`
	Why      string `json:"why,omitempty"` // what is wrong, and the next step
	By       string `json:"by,omitempty"`
	Asked    string `json:"asked"`
	At       string `json:"at"` // of the state
	Tries    int    `json:"tries"`
	Version  int    `json:"version,omitempty"` // of the order, on the paper
	Voided   string `json:"voided,omitempty"`  // since when the paper does not count any more
	VoidWhy  string `json:"void_why,omitempty"`
}

// maxLedger bounds how many rows are printed.
const maxLedger = 10_000

// newPrintersJobs shows the print ledger.
func newPrintersJobs() *cobra.Command {
	var p place
	var shipment string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "The print ledger: what is not out yet and why, or every print of a shipment",
		Long: "The print ledger, newest first: jobs that are not out yet, with the reason and the next step; with --shipment every\n" +
			"original and reprint of it, who asked for it, and since when a paper is void. Nothing is changed.",
		Example: "  pickstation printers jobs\n  pickstation printers jobs --shipment S000000017 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, _, err := openReader(&p)
			if err != nil {
				return err
			}
			defer r.Close()
			jobs, err := r.Prints(order.ShipmentID(shipment), maxLedger)
			if err != nil {
				return err
			}
			return printLedger(cmd, jobs, asJSON)
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&shipment, "shipment", "", "all prints of this shipment")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	return cmd
}

func printLedger(cmd *cobra.Command, jobs []order.PrintResult, asJSON bool) error {
	out := newJSONLines(cmd.OutOrStdout())
	for i := range jobs {
		l := newLedgerLine(&jobs[i])
		var err error
		if asJSON {
			err = out.print(l)
		} else {
			what := l.Key
			if what == "" {
				what = fmt.Sprintf("%s/%d", l.Shipment, l.Parcel)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s  %-12s %-24s #%d %-8s %s%s\n", l.Asked, l.Paper, what, l.No, l.State, l.Why, voidNote(l))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func voidNote(l ledgerLine) string {
	if l.Voided == "" {
		return ""
	}
	return fmt.Sprintf("VOID since %s: %s", l.Voided, l.VoidWhy)
}

func newLedgerLine(j *order.PrintResult) ledgerLine {
	l := ledgerLine{Job: j.JobID, Paper: j.Kind.Word(), Shipment: string(j.Shipment), Parcel: j.Parcel, Key: j.Key, No: j.No, State: string(j.State),
		Code: j.Code, Why: j.Err, By: string(j.By), Asked: j.Asked.UTC().Format(time.RFC3339), At: j.At.UTC().Format(time.RFC3339), Tries: j.Attempts,
		Version: j.Version, VoidWhy: j.VoidWhy}
	if !j.Voided.IsZero() {
		l.Voided = j.Voided.UTC().Format(time.RFC3339)
	}
	return l
}
