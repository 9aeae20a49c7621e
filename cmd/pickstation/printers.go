package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices/printer"
)

// printerPatience is how long a printer may take to answer.
const printerPatience = 10 * time.Second

// newPrintersCommand lists and tests printers: pickstation printers.
func newPrintersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "printers",
		Short:   "Ask printers how they are, print a test page",
		Example: "  pickstation printers list --config /etc/pickstation/pickstation.toml\n  pickstation printers test --uri socket://10.0.0.7:9100 --in label.zpl",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return usage("printers", "say list or test") },
	}
	cmd.AddCommand(newPrintersList(), newPrintersTest())
	return cmd
}

// printerChoice says which printers are meant.
type printerChoice struct {
	config string
	uris   []string
}

func (c *printerChoice) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.config, "config", "", "the station's configuration file")
	cmd.Flags().StringArrayVar(&c.uris, "uri", nil, "printer address instead of the configuration's; repeatable")
}

// addresses gives the printers of the flags, or else that of the configuration.
func (c *printerChoice) addresses(command string) ([]string, error) {
	if len(c.uris) > 0 {
		return c.uris, nil
	}
	if c.config == "" {
		return nil, usage(command, "name a printer with --uri or a file with --config")
	}
	cfg, err := loadConfig(c.config)
	if err != nil {
		return nil, err
	}
	return []string{cfg.Printer.URI}, nil
}

// printerLine is one printer as printers list prints it.
type printerLine struct {
	URI       string   `json:"uri"`
	Condition string   `json:"condition"`
	Prints    bool     `json:"prints"`
	Queued    int      `json:"queued"`
	Reasons   []string `json:"reasons"`
	Do        string   `json:"do"`
}

func newPrintersList() *cobra.Command {
	var c printerChoice
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "How every printer is, and what it needs",
		Example: "  pickstation printers list --uri ipp://10.0.0.7/ipp/print --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			uris, err := c.addresses("printers list")
			if err != nil {
				return err
			}
			return listPrinters(cmd, uris, asJSON)
		},
	}
	c.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	return cmd
}

// listPrinters asks every printer; a printer that cannot print makes the answer no.
func listPrinters(cmd *cobra.Command, uris []string, asJSON bool) error {
	out := newJSONLines(cmd.OutOrStdout())
	bad := 0
	for _, uri := range uris {
		p, err := printer.Open(uri)
		if err != nil {
			return printerFailure(err)
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), printerPatience)
		s, err := p.Status(ctx)
		cancel()
		if err != nil {
			s = printer.State{Condition: printer.Unknown, Reasons: []string{err.Error()}, Queued: -1, Hint: hintOf(err)}
		}
		if err != nil || !s.Prints() {
			bad++
		}
		line := printerLine{uri, string(s.Condition), err == nil && s.Prints(), s.Queued, append([]string{}, s.Reasons...), s.Hint}
		if asJSON {
			err = out.print(line)
		} else {
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", line.URI, line.Condition, line.Do)
		}
		if err != nil {
			return err
		}
	}
	if bad > 0 {
		return &failure{code: exitNo, what: fmt.Sprintf("%d of %d printers cannot print now", bad, len(uris)), do: "do what the list says, then ask again"}
	}
	return nil
}

func newPrintersTest() *cobra.Command {
	var c printerChoice
	var in, kind string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Print a test page and follow it",
		Long: "Print a test page and follow it until it is out. Without --in a short ZPL page is sent; for a printer that takes PDF,\n" +
			"make one with pickstation label.",
		Example: "  pickstation printers test --uri socket://10.0.0.7:9100\n  pickstation printers test --uri ipp://10.0.0.7/ipp/print --in waybill.pdf --type application/pdf",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			uris, err := c.addresses("printers test")
			if err != nil {
				return err
			}
			doc := []byte("^XA^CI28^FO40,40^A0N,40,40^FDPickstation^FS^FO40,100^BCN,80,Y,N,N^FDTEST123^FS^XZ\n")
			if in != "" {
				if doc, err = os.ReadFile(in); err != nil {
					return fail(exitMissing, err, "name a file that can be read with --in")
				}
			}
			for _, uri := range uris {
				if err := testPrinter(cmd, uri, doc, kind, wait); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.register(cmd)
	cmd.Flags().StringVar(&in, "in", "", "document to print")
	cmd.Flags().StringVar(&kind, "type", "application/vnd.zebra-zpl", "what the document is: application/pdf, image/png, application/vnd.zebra-zpl")
	cmd.Flags().DurationVar(&wait, "wait", 30*time.Second, "how long to follow the job")
	return cmd
}

// testPrinter prints one page and follows it.
func testPrinter(cmd *cobra.Command, uri string, doc []byte, kind string, wait time.Duration) error {
	p, err := printer.Open(uri)
	if err != nil {
		return printerFailure(err)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), wait)
	defer cancel()
	name := "test-" + time.Now().UTC().Format("20060102T150405.000000")
	ref, err := p.Submit(ctx, printer.Job{Name: name, Document: doc, ContentType: kind})
	if err != nil {
		return printerFailure(err)
	}
	out := newJSONLines(cmd.OutOrStdout())
	var last printer.Progress
	for {
		s, err := p.Job(ctx, ref)
		if err != nil {
			return printerFailure(err)
		}
		if s.Progress != last {
			last = s.Progress
			if err := out.print(map[string]any{"uri": uri, "job": string(ref), "progress": string(s.Progress), "reasons": append([]string{}, s.Reasons...)}); err != nil {
				return err
			}
		}
		switch s.Progress {
		case printer.Done, printer.Sent, printer.Forgotten:
			return nil
		case printer.Aborted, printer.Canceled:
			return &failure{code: exitNo, what: "printers test: the printer gave the job up: " + string(s.Progress), do: "see: pickstation printers list"}
		}
		rest(ctx, 200*time.Millisecond)
		if ctx.Err() != nil {
			return &failure{code: exitNo, what: "printers test: the page is not out yet: " + string(s.Progress), do: "see: pickstation printers list"}
		}
	}
}

// printerFailure is a printer's error as a command tells it.
func printerFailure(err error) error {
	code := exitMissing
	var e *printer.Error
	if errors.As(err, &e) {
		switch e.Code {
		case printer.CodeBadAddress:
			code = exitUsage
		case printer.CodeRefused, printer.CodeBadJob, printer.CodeNameTaken, printer.CodeBusy, printer.CodeUncertain:
			code = exitNo
		}
	}
	return fail(code, err, hintOf(err))
}

func hintOf(err error) string {
	var e *printer.Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return "see: pickstation printers list"
}
