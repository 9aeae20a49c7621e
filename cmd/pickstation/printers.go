package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices/printer"
	"pickstation/labels"
)

// printerPatience is how long a printer may take to answer.
const printerPatience = 10 * time.Second

// newPrintersCommand lists and tests printers: pickstation printers.
func newPrintersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "printers",
		Short:   "Ask printers how they are, print a test page, show the print ledger",
		Example: "  pickstation printers list --config /etc/pickstation/pickstation.toml\n  pickstation printers test --uri socket://10.0.0.7:9100 --in label.zpl",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return usage("printers", "say list, test or jobs") },
	}
	cmd.AddCommand(newPrintersList(), newPrintersTest(), newPrintersJobs())
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

// entries gives the printers of the flags, or else those of the configuration.
func (c *printerChoice) entries(command string) ([]PrinterEntry, error) {
	if len(c.uris) > 0 {
		var list []PrinterEntry
		for _, uri := range c.uris {
			e := PrinterEntry{URI: uri}
			e.defaults("100x150")
			list = append(list, e)
		}
		return list, nil
	}
	if c.config == "" {
		return nil, usage(command, "name a printer with --uri or a file with --config")
	}
	cfg, err := loadConfig(c.config)
	if err != nil {
		return nil, err
	}
	list := []PrinterEntry{cfg.Printer}
	if cfg.Paper != nil {
		list = append(list, *cfg.Paper)
	}
	return list, nil
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
			list, err := c.entries("printers list")
			if err != nil {
				return err
			}
			return listPrinters(cmd, list, asJSON)
		},
	}
	c.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	return cmd
}

// listPrinters asks every printer; a printer that cannot print makes the answer no.
func listPrinters(cmd *cobra.Command, list []PrinterEntry, asJSON bool) error {
	out := newJSONLines(cmd.OutOrStdout())
	bad := 0
	for _, e := range list {
		uri := e.URI
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
		return &failure{code: exitNo, what: fmt.Sprintf("%d of %d printers cannot print now", bad, len(list)), do: "do what the list says, then ask again"}
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
		Long: "Print a test page and follow it until it is out. The page is made as the configuration says: language, dpi, offsets.\n" +
			"Its frame must stand in the middle of the label, and its barcode must be read. With --in another document is printed.",
		Example: "  pickstation printers test --config /etc/pickstation/pickstation.toml\n" +
			"  pickstation printers test --uri socket://10.0.0.7:9100\n" +
			"  pickstation printers test --uri ipp://10.0.0.7/ipp/print --in waybill.pdf --type application/pdf",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := c.entries("printers test")
			if err != nil {
				return err
			}
			for _, e := range list {
				job := printer.Job{Name: "test-" + time.Now().UTC().Format("20060102T150405.000000")}
				if in == "" {
					err = testPage(e, &job)
				} else {
					job.ContentType = kind
					if job.Document, err = os.ReadFile(in); err != nil {
						err = fail(exitMissing, err, "name a file that can be read with --in")
					}
				}
				if err != nil {
					return err
				}
				if err := testPrinter(cmd, e.URI, job, wait); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.register(cmd)
	cmd.Flags().StringVar(&in, "in", "", "document to print instead")
	cmd.Flags().StringVar(&kind, "type", "application/pdf", "what that document is: application/pdf, image/png, application/vnd.zebra-zpl")
	cmd.Flags().DurationVar(&wait, "wait", 30*time.Second, "how long to follow the job")
	return cmd
}

// testPage fills a job with a page of the printer's own language and resolution.
func testPage(e PrinterEntry, job *printer.Job) error {
	p := e.profile()
	slip := labels.Slip{Slip: labels.SlipException, Number: "TEST123", Where: e.URI,
		Reason: fmt.Sprintf("测试页 Test page\n%d dpi, %s, %+d %+d", e.DPI, e.Language, e.OffsetX, e.OffsetY), PrintedAt: time.Now()}
	pages, err := slip.Layout(labels.Printer{DPI: e.DPI, ShiftX: e.OffsetX, ShiftY: e.OffsetY})
	if err != nil {
		return refused(err)
	}
	if job.Document, job.ContentType, err = p.Draw(pages, job.Name); err != nil {
		return refused(err)
	}
	job.Width, job.Height = p.PaperSize(pages[0])
	return nil
}

// testPrinter prints one page and follows it.
func testPrinter(cmd *cobra.Command, uri string, job printer.Job, wait time.Duration) error {
	p, err := printer.Open(uri)
	if err != nil {
		return printerFailure(err)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), wait)
	defer cancel()
	ref, err := p.Submit(ctx, job)
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
