package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices/printer"
	"pickstation/devices/sim"
)

// printerFlags are the flags of simulate printer.
type printerFlags struct {
	ipp, raw, out string
	reasons       []string
	flags         sim.ZebraFlags
	silent        bool
	lose, busy    int
}

func newSimulatePrinter() *cobra.Command {
	var o printerFlags
	cmd := &cobra.Command{
		Use:   "printer --ipp HOST:PORT | --raw HOST:PORT --out DIR",
		Short: "Simulate a label printer",
		Long:  "Simulate a label printer: an IPP printer, or a ZPL printer on a raw socket that answers ~HS. What it prints goes to a folder.",
		Example: "  pickstation simulate printer --ipp 127.0.0.1:8631 --out /tmp/labels\n" +
			"  pickstation simulate printer --raw 127.0.0.1:9100 --out /tmp/labels --paper-out",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return simulatePrinter(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.ipp, "ipp", "", "address to be an IPP printer at")
	f.StringVar(&o.raw, "raw", "", "address to be a raw ZPL printer at")
	f.StringVar(&o.out, "out", "", "folder for what is printed (needed)")
	f.StringSliceVar(&o.reasons, "reason", nil, "IPP: printer-state-reasons, for example media-empty-error")
	f.IntVar(&o.busy, "busy", 0, "IPP: refuse the first N jobs as busy")
	f.IntVar(&o.lose, "lose-answers", 0, "IPP: take the first N jobs, but do not answer")
	f.BoolVar(&o.flags.PaperOut, "paper-out", false, "ZPL: out of labels")
	f.BoolVar(&o.flags.RibbonOut, "ribbon-out", false, "ZPL: out of ribbon")
	f.BoolVar(&o.flags.HeadUp, "head-up", false, "ZPL: head open")
	f.BoolVar(&o.flags.HeadCold, "head-cold", false, "ZPL: head too cold")
	f.BoolVar(&o.flags.Paused, "paused", false, "ZPL: paused")
	f.BoolVar(&o.silent, "silent", false, "ZPL: do not answer ~HS, as a printer without labels")
	return cmd
}

func simulatePrinter(cmd *cobra.Command, o printerFlags) error {
	const name = "simulate printer"
	if (o.ipp == "") == (o.raw == "") {
		return usage(name, "give --ipp or --raw")
	}
	if o.out == "" {
		return usage(name, "--out is missing")
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fail(exitMissing, err, "name a folder you may write to with --out")
	}
	var lc net.ListenConfig
	l, err := lc.Listen(cmd.Context(), "tcp", o.ipp+o.raw)
	if err != nil {
		return fail(exitMissing, err, "choose another address")
	}
	k := &keptPrints{dir: o.out, out: newJSONLines(cmd.OutOrStdout())}
	if o.ipp != "" {
		return k.serveIPP(cmd.Context(), l, o)
	}
	return k.serveRaw(cmd.Context(), l, o)
}

// keptPrints keeps what a simulated printer prints.
type keptPrints struct {
	dir string
	out *jsonLines

	mu sync.Mutex
	n  int // guarded by mu
}

// keep writes one document and says so.
func (k *keptPrints) keep(name, contentType string, doc []byte) {
	k.mu.Lock()
	k.n++
	if name == "" {
		name = fmt.Sprintf("raw-%d-%d", os.Getpid(), k.n)
	}
	k.mu.Unlock()
	line := map[string]any{"printed": name, "bytes": len(doc)}
	ref, err := printer.NewSpool(k.dir).Submit(context.Background(), printer.Job{Name: name, Document: doc, ContentType: contentType})
	if err != nil {
		line["error"] = err.Error()
	} else {
		line["file"] = filepath.Join(k.dir, string(ref))
	}
	_ = k.out.print(line)
}

func (k *keptPrints) serveIPP(ctx context.Context, l net.Listener, o printerFlags) error {
	p := &sim.Printer{OnJob: func(j sim.PrintJob) { k.keep(j.Name, j.Format, j.Document) }}
	p.SetReasons(o.reasons...)
	p.Busy(o.busy)
	p.LoseAnswers(o.lose)
	if err := k.out.print(map[string]string{"printer": "ipp://" + l.Addr().String() + "/ipp/print"}); err != nil {
		return err
	}
	srv := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fail(exitMissing, err, "start it again")
	}
	return nil
}

func (k *keptPrints) serveRaw(ctx context.Context, l net.Listener, o printerFlags) error {
	z := &sim.Zebra{OnDocument: func(b []byte) { k.keep("", "application/vnd.zebra-zpl", b) }}
	z.SetFlags(o.flags, o.silent)
	if err := k.out.print(map[string]string{"printer": "socket://" + l.Addr().String()}); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	if err := z.Serve(l); err != nil {
		return fail(exitMissing, err, "start it again")
	}
	return nil
}
