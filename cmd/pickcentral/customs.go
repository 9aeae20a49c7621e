package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

func newCustomsCommand() *cobra.Command {
	return group("customs", "Declarations to China's customs: 9610, 1210, Hainan duty-free", "  pickcentral customs message S000000001 --out declare.xml",
		newCustomsMessageCommand(), newCustomsReplyCommand(), newCustomsReviewCommand(), newCustomsDepartedCommand(),
		group("profile", "What a declarant states in every message", "  pickcentral customs profile example 9610 > profile.json",
			newProfileSetCommand(), newProfileListCommand(), newProfileExampleCommand()))
}

func newCustomsMessageCommand() *cobra.Command {
	var out, kind string
	c := &cobra.Command{
		Use: "message SHIPMENT…", Short: "Write the message to customs of packed shipments, to be signed and sent",
		Long: "CEB603Message for exports (9610), CEB621Message for bonded imports (1210), a DutyFreeDelivery for Hainan duty-free;\n" +
			"all shipments are of one regime. The same shipments give the same bytes. The message holds names and identity\n" +
			"numbers: the file is made for its owner alone (mode 0600), and nothing is overwritten.",
		Example: "  pickcentral customs message S000000001 S000000002 --out declare.xml",
		Args:    wantArgs(1, customs.MaxInventories, "one to a hundred shipments"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			if out == "" {
				return usage("--out FILE is needed; - writes to standard output")
			}
			if kind != "new" && kind != "change" && kind != "delete" {
				return usage("--kind %q is not new, change or delete", kind)
			}
			ids := make([]order.ShipmentID, len(args))
			for i := range args {
				ids[i] = order.ShipmentID(args[i])
			}
			m, err := ct.svc.Declare(c.Context(), cli(), kind, ids)
			if err != nil {
				return err
			}
			if out == "-" {
				_, err := c.OutOrStdout().Write(m.Body)
				return err
			}
			return writeSecret(out, m.Body)
		}),
	}
	c.Flags().StringVar(&out, "out", "", "file to write, - for standard output")
	c.Flags().StringVar(&kind, "kind", "new", "new, change or delete; the latter two after customs' reply")
	return c
}

func newCustomsReplyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "reply FILE…", Short: "Take in what customs said: CEB604Message or CEB622Message",
		Long: "A refusal, inspection or detention stops the shipment and is listed with its next step; a release lets it go on.\n" +
			"The same reply again changes nothing. Prints one object for each reply: {\"cop_no\",\"shipment\",\"status\",\"words\",\"outcome\"};\n" +
			"the command ends with 1 where a reply is about nothing that was declared here.",
		Example: "  pickcentral customs reply CEB604Message_20260302.xml", Args: wantArgs(1, 0, "at least one file"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			unknown := 0
			for _, file := range args {
				data, err := readInput(c, file)
				if err != nil {
					return err
				}
				results, err := ct.svc.TakeReplies(c.Context(), cli(), data)
				if err != nil {
					return err
				}
				for _, r := range results {
					if r.Outcome == central.ReplyUnknown {
						unknown++
					}
					if err := printJSON(c, r); err != nil {
						return err
					}
				}
			}
			if unknown > 0 {
				return order.Errorf("unknown_reply", "%d replies are about numbers that were not declared here", unknown).
					WithHint("take them in at the centre that declared them")
			}
			return nil
		}),
	}
}

// writeSecret writes a new file that its owner alone may read.
func writeSecret(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return order.Errorf("file_exists", "%s exists already", path).WithHint("name another file, or delete it")
	}
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return (&order.Error{Code: "file", Op: "write " + path, Msg: "the message cannot be written", Err: err}).
			WithHint("name a file in a folder that you may write to")
	}
	return nil
}

func newCustomsReviewCommand() *cobra.Command {
	return &cobra.Command{
		Use: "review", Short: "Ask the rules again for every order that customs rules hold",
		Long: "After the catalogue was completed, for example. Prints {\"freed\"}: how many orders may go on. What stays is\n" +
			"listed with its reasons under GET /v1/exceptions.",
		Example: "  pickcentral customs review", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			n, err := ct.svc.ReviewHeld(c.Context(), cli())
			if err != nil {
				return err
			}
			return printJSON(c, struct {
				Freed int `json:"freed"`
			}{n})
		}),
	}
}

func newCustomsDepartedCommand() *cobra.Command {
	var at timeFlag
	c := &cobra.Command{
		Use: "departed ORDER", Short: "Note that the buyer of a duty-free order has left the island",
		Long:    "ORDER is the order's id or the shop's number. Duty-free goods are mailed after the departure only.",
		Example: "  pickcentral customs departed DF100003 --at 2026-03-02T09:30:00+08:00",
		Args:    wantArgs(1, 1, "one order"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			v, err := ct.svc.Find(c.Context(), cli(), args[0])
			if err != nil {
				return err
			}
			if v, err = ct.svc.Departed(c.Context(), cli(), v.ID, at.Time); err != nil {
				return err
			}
			return printJSON(c, v)
		}),
	}
	c.Flags().Var(&at, "at", "when, as RFC 3339; now if unset")
	return c
}

func newProfileSetCommand() *cobra.Command {
	return &cobra.Command{
		Use: "set FILE", Short: "Set a declarant's profile from JSON; - reads standard input",
		Long: "Orders that waited for the profile are reviewed again. Prints {\"warehouse\",\"regime\",\"freed\"}: freed is how many\n" +
			"orders may go on.",
		Example: "  pickcentral customs profile set profile.json", Args: wantArgs(1, 1, "one file"),
		RunE: with(true, func(c *cobra.Command, ct *centre, args []string) error {
			data, err := readInput(c, args[0])
			if err != nil {
				return err
			}
			p, err := customs.ParseProfile(data)
			if err != nil {
				return err
			}
			n, err := ct.svc.SetCustomsProfile(c.Context(), cli(), p)
			if err != nil {
				return err
			}
			return printJSON(c, struct {
				Warehouse string            `json:"warehouse"`
				Regime    order.CustomsMode `json:"regime"`
				Freed     int               `json:"freed"`
			}{p.Warehouse, p.Regime, n})
		}),
	}
}

func newProfileListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the profiles, one object per line", Example: "  pickcentral customs profile list", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			all, err := ct.svc.CustomsProfiles(c.Context())
			for _, p := range all {
				if err == nil {
					err = printJSON(c, p)
				}
			}
			return err
		}),
	}
}

func newProfileExampleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "example REGIME", Short: "Print a profile that works, for 9610, 1210 or dutyfree; its enterprises are made up",
		Example: "  pickcentral customs profile example 1210 > profile.json", Args: wantArgs(1, 1, "one regime"),
		RunE: func(c *cobra.Command, args []string) error {
			regime := order.CustomsMode(args[0])
			if regime == order.CustomsNone || !regime.Known() {
				return usage("%q is not 9610, 1210 or dutyfree", args[0])
			}
			data, err := json.MarshalIndent(customs.ExampleProfile(regime), "", "  ")
			if err == nil {
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", data)
			}
			return err
		},
	}
}

// timeFlag is a time on the command line.
type timeFlag struct{ time.Time }

// Set reads a time.
func (t *timeFlag) Set(s string) (err error) {
	t.Time, err = time.Parse(time.RFC3339, s)
	return err
}

// Type names the flag's kind for the help.
func (t *timeFlag) Type() string { return "time" }

// String returns the time, "" for none.
func (t *timeFlag) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
