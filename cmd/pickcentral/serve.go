package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/api"
	"pickstation/order"
)

// drain is how long running requests may take after the order to stop.
const drain = 10 * time.Second

type serveOptions struct {
	addr     string
	plain    bool
	withIn   bool
	certDays int
	cfg      central.Config
}

// ready is the line that serve prints once it answers.
type ready struct {
	Listening string `json:"listening"`
	CA        string `json:"ca_sha256"`
}

func newServeCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the order API and the stations",
		Long: "Serves over TLS with a certificate of the centre's own authority, for the host of --addr, this\n" +
			"machine's name and the loopback addresses. When it answers it prints one line of JSON:\n" +
			`{"listening":"https://127.0.0.1:8443","ca_sha256":"…"}`,
		Example: "  pickcentral serve --addr 127.0.0.1:8443 --store sqlite:central.db\n" +
			"  pickcentral serve --addr 127.0.0.1:0 --plain --exit-with-stdin\n" +
			"  pickcentral serve --addr :8443 --store postgres://pick@db.example/pick --keys /etc/pickcentral",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return serve(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8443", "HOST:PORT to listen on; port 0 takes a free one")
	f.BoolVar(&o.plain, "plain", false, "HTTP without TLS; on loopback addresses only")
	f.BoolVar(&o.withIn, "exit-with-stdin", false, "end when standard input is closed")
	f.IntVar(&o.certDays, "cert-days", 365, "life of stations' certificates, days")
	f.DurationVar(&o.cfg.Lease, "lease", 24*time.Hour, "length of a lease")
	f.DurationVar(&o.cfg.ColdLease, "cold-lease", 72*time.Hour, "length of a lease with cold-chain goods")
	f.DurationVar(&o.cfg.Grace, "lease-grace", time.Hour, "after a lease's end before another station may have the work")
	return c
}

func serve(c *cobra.Command, o serveOptions) error {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return usage("--addr %q is not HOST:PORT", o.addr)
	}
	if ip := net.ParseIP(host); o.plain && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usage("--plain serves on a loopback address only, not on %q", host)
	}
	if o.certDays < 1 {
		return usage("--cert-days must be at least 1")
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(c.ErrOrStderr(), nil)))
	ct, err := openCentre(c, true, o.cfg)
	if err != nil {
		return err
	}
	defer ct.close()
	ca, err := ct.ca(time.Duration(o.certDays) * 24 * time.Hour)
	if err != nil {
		return err
	}
	srv, err := api.New(ct.svc, ca)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(c.Context(), "tcp", o.addr)
	if err != nil {
		return (&order.Error{Code: "listen", Op: "listen on " + o.addr, Msg: "the address cannot be used", Err: err}).
			WithHint("choose another --addr; port 0 takes a free one")
	}
	line := ready{Listening: "http://" + ln.Addr().String(), CA: ca.Fingerprint()}
	if !o.plain {
		line.Listening = "https://" + ln.Addr().String()
	}
	if err := printJSON(c, line); err != nil {
		return errors.Join(err, ln.Close())
	}
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	var daily sync.WaitGroup
	defer daily.Wait() // before the store closes
	daily.Go(func() { chores(ctx, ct.svc) })
	if o.withIn {
		go func() {
			_, _ = io.Copy(io.Discard, c.InOrStdin()) // its end is the sign
			stop()
		}()
	}
	server := srv.HTTP()
	if !o.plain {
		server.TLSConfig = ca.TLS(host)
	}
	return serveUntil(ctx, server, ln)
}

// choresEvery is how often old receivers, and events that older processes could not read,
// are looked for.
const choresEvery = 6 * time.Hour

// chores applies events that older programs could not read, deletes receivers after their
// time, and warns of benches that fill up without a backup, until ctx ends.
func chores(ctx context.Context, svc *central.Service) {
	tick := time.NewTicker(choresEvery)
	defer tick.Stop()
	for {
		switch n, err := svc.Reapply(ctx); {
		case err != nil && ctx.Err() == nil:
			slog.Warn("events that an older program could not read were not all applied; tried again", "error", err.Error())
		case n > 0:
			slog.Info("events applied that an older program could not read", "events", n)
		}
		switch n, err := svc.PurgeDue(ctx); {
		case err != nil && ctx.Err() == nil:
			slog.Warn("old receivers were not deleted; tried again", "error", err.Error())
		case n > 0:
			slog.Info("old receivers deleted", "orders", n)
		}
		warnOfBackups(ctx, svc, time.Now())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// serveUntil serves until ctx ends, then lets running requests finish; long polls end
// at once, for their context is the server's.
func serveUntil(ctx context.Context, srv *http.Server, ln net.Listener) error {
	srv.BaseContext = func(net.Listener) context.Context { return ctx }
	slog.Info("listening", "addr", ln.Addr().String())
	failed := make(chan error, 1)
	go func() {
		if srv.TLSConfig != nil {
			failed <- srv.ServeTLS(ln, "", "")
			return
		}
		failed <- srv.Serve(ln)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	slog.Info("stopping")
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := srv.Shutdown(end)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
