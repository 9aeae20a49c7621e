package main

import (
	"github.com/spf13/cobra"
)

func newStopCommand() *cobra.Command {
	var why string
	c := &cobra.Command{
		Use: "stop ID", Short: "Keep an order from leaving, or have it taken out of the carrier's cage again",
		Long: "The bench that has the order, or handed it over, is told what to do with the parcel; its confirmation stands in the\n" +
			"timeline. ID is the order's id, the shop's number, a shipment or a waybill number. release lets the order go on.",
		Example: "  pickcentral orders stop 536365 --why \"the buyer wants the money back\"", Args: wantArgs(1, 1, "one order"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			v, err := ct.svc.Find(c.Context(), cli(), args[0])
			if err != nil {
				return err
			}
			if v, err = ct.svc.Stop(c.Context(), cli(), v.ID, why); err != nil {
				return err
			}
			return printJSON(c, v)
		}),
	}
	c.Flags().StringVar(&why, "why", "", "stands on the hold and in the timeline; no personal data")
	return c
}

func newReleaseCommand() *cobra.Command {
	return &cobra.Command{
		Use: "release ID", Short: "Let an order go on after a stop",
		Example: "  pickcentral orders release 536365", Args: wantArgs(1, 1, "one order"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			v, err := ct.svc.Find(c.Context(), cli(), args[0])
			if err != nil {
				return err
			}
			if v, err = ct.svc.Release(c.Context(), cli(), v.ID); err != nil {
				return err
			}
			return printJSON(c, v)
		}),
	}
}
