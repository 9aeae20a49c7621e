package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/localdb"
	"pickstation/station"
	"pickstation/sync/api"
)

// finding is one thing that doctor looked at.
type finding struct {
	Check  string `json:"check"`
	Result string `json:"result"` // ok, warn, fail
	What   string `json:"what"`
	Do     string `json:"do,omitempty"`
}

// newDoctorCommand looks at everything at once.
func newDoctorCommand() *cobra.Command {
	var p place
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "doctor",
		Short:   "Look at everything at once: ok, warn or fail, and what to do",
		Example: "  pickstation doctor --config /etc/pickstation/pickstation.toml",
		Long:    "Look at everything at once: ok, warn or fail, and what to do. Nothing is changed, no port is opened.\nExit code 1 if anything fails.",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := examine(cmd.Context(), &p)
			failed := 0
			enc := json.NewEncoder(cmd.OutOrStdout())
			enc.SetEscapeHTML(false)
			for _, f := range found {
				if f.Result == "fail" {
					failed++
				}
				if asJSON {
					if err := enc.Encode(f); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%-5s %-10s %s\n", f.Result, f.Check, f.What)
				if f.Do != "" {
					fmt.Fprintf(cmd.OutOrStdout(), "%-16s → %s\n", "", f.Do)
				}
			}
			if failed > 0 {
				return &failure{code: exitNo, what: fmt.Sprintf("doctor: failed checks: %d", failed), do: "do what stands beside each"}
			}
			return nil
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}

// examine runs all checks.
func examine(ctx context.Context, p *place) []finding {
	var out []finding
	add := func(check, result, what, do string) { out = append(out, finding{check, result, what, do}) }
	dir, cfg, err := p.find()
	if err != nil {
		var f *failure
		if errors.As(err, &f) {
			add("config", "fail", f.what, f.do)
		} else {
			add("config", "fail", err.Error(), "see the README")
		}
		return out
	}
	add("config", "ok", "read", "")
	if cfg != nil {
		examineLanguages(cfg, add)
	}
	if localdb.Fdatasync {
		add("build", "ok", "the database syncs with fdatasync", "")
	} else {
		add("build", "warn", "built without fdatasync: each scan costs a journal commit more", "build with make build")
	}
	examineFolder(dir, add)
	examineDatabase(ctx, dir, add)
	if cfg != nil {
		running := runningStation(ctx, dir)
		examineCentre(ctx, cfg, running, add)
		examineCopy(ctx, cfg, running, add)
		examineDevices(cfg, running, add)
		examineAlerts(running, add)
		examinePrinter(ctx, cfg, add)
	}
	return out
}

// runningStation is what the station that runs on dir says of itself, nil without one.
func runningStation(ctx context.Context, dir string) *statusReport {
	out, err := ask(ctx, dir, request{Op: "status"})
	if err != nil {
		return nil
	}
	var r statusReport
	if json.Unmarshal(out.Status, &r) != nil {
		return nil
	}
	return &r
}

type adder func(check, result, what, do string)

func examineFolder(dir string, add adder) {
	st, err := os.Stat(dir)
	switch {
	case err != nil:
		add("folder", "fail", err.Error(), "make the data folder and let the station's user own it")
		return
	case st.Mode().Perm()&0o077 != 0:
		add("folder", "warn", fmt.Sprintf("%s can be read by others (%s)", dir, st.Mode().Perm()), "chmod 700 "+dir)
	default:
		add("folder", "ok", dir, "")
	}
	probe, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		add("folder", "fail", err.Error(), "let this user write to "+dir)
		return
	}
	probe.Close()
	os.Remove(probe.Name())
}

func examineDatabase(ctx context.Context, dir string, add adder) {
	if _, err := os.Stat(filepath.Join(dir, "station.db")); err != nil {
		add("database", "warn", "there is none yet", "it is made at the first start")
		return
	}
	r, err := localdb.OpenReader(dir)
	if err != nil {
		add("database", "fail", err.Error(), hinted(err, "run: pickstation db check"))
		return
	}
	defer r.Close()
	if err := r.CheckRecent(ctx, checkBack); err != nil {
		add("database", "fail", err.Error(), hinted(err, "keep the file, run: pickstation db check"))
	} else {
		add("database", "ok", "the recent event chain is whole", "")
	}
	if err := r.Keys(); err != nil {
		add("keys", "fail", err.Error(), hinted(err, "let the station's user own the key files"))
	} else {
		examineKeys(dir, add)
	}
	if st, err := r.SyncState(ctx); err == nil {
		result, do := "ok", ""
		if st.Unsent > 0 && time.Since(time.UnixMilli(st.OldestAt)) > 24*time.Hour {
			result, do = "warn", "connect the station to the centre"
		}
		add("outbox", result, fmt.Sprintf("%d events unsent", st.Unsent), do)
	}
	examineDisk(r, dir, add)
}

func examineDisk(r *localdb.Reader, dir string, add adder) {
	free, total, err := r.Disk()
	if err != nil {
		add("disk", "warn", "its free space is not known: "+err.Error(), "look at the disk of "+dir)
		return
	}
	result, do := "ok", ""
	if low, full := station.DiskRoom(free, total); full {
		result, do = "fail", "free space on the disk of "+dir+" now"
	} else if low {
		result, do = "warn", "free space on the disk of "+dir
	}
	add("disk", result, fmt.Sprintf("%d MiB of %d free", free>>20, total>>20), do)
}

// examineKeys says where the private keys are, and how well they are kept.
func examineKeys(dir string, add adder) {
	s, err := localdb.NewVault(dir).Safety()
	by := "the file seal.key"
	if s.Credential {
		by = "systemd's credential seal.key"
	}
	switch {
	case err != nil:
		add("keys", "fail", err.Error(), hinted(err, "let the station's user own the key files"))
	case len(s.Clear) > 0:
		add("keys", "warn", strings.Join(s.Clear, ", ")+" not encrypted yet", "start the station: it encrypts its keys then")
	default:
		add("keys", "ok", "only the station can read them; encrypted with "+by, "")
	}
}

// certWarn is how long before its end a certificate is mentioned.
const certWarn = 7 * 24 * time.Hour

// examineCentre looks at the station's certificate and asks the centre whether it is
// there. running is what the running station says, nil without one.
func examineCentre(ctx context.Context, cfg *Config, running *statusReport, add adder) {
	if cfg.Central.URL == "" {
		add("centre", "warn", "none configured: the station works alone", "set central.url and enrol the station")
		return
	}
	id, err := identityIn(cfg.DataDir)
	switch {
	case err != nil:
		add("centre", "fail", err.Error(), "pickstation enrol CODE; the code comes from pickcentral enrol --station "+cfg.Station)
		return
	case time.Now().After(id.NotAfter()):
		add("centre", "fail", "the certificate has expired: nothing is synced, scanning goes on", "enrol the station again")
		return
	case time.Until(id.NotAfter()) < certWarn:
		add("centre", "warn", "the certificate expires "+id.NotAfter().Format(time.DateOnly), "let the station reach its centre, which renews it, or enrol it again")
	default:
		add("centre", "ok", "certificate until "+id.NotAfter().Format(time.DateOnly), "")
	}
	client, err := newClient(cfg)
	if err == nil {
		defer client.Close()
		err = client.Reach(ctx)
	}
	var e *api.Error
	var f *failure
	switch {
	case err == nil && running != nil && running.Central.Problem != "":
		add("link", "warn", "the centre answers, but the last sync did not go through: "+running.Central.Problem+" "+running.Central.Detail,
			"see station.log; what is unsent is kept")
	case err == nil:
		add("link", "ok", cfg.Central.URL+" answers", "")
	case errors.As(err, &e):
		result := "fail"
		if e.Class() == "network" || e.Class() == "retry" {
			result = "warn" // the bench works on without it
		}
		add("link", result, cfg.Central.URL+": "+e.Error(), e.Hint())
	case errors.As(err, &f):
		add("link", "fail", f.what, f.do)
	default:
		add("link", "fail", err.Error(), "correct central.url in the configuration")
	}
}

func examinePrinter(ctx context.Context, cfg *Config, add adder) {
	examineOnePrinter(ctx, cfg.Printer, add)
	if cfg.Paper != nil {
		examineOnePrinter(ctx, *cfg.Paper, add)
	}
}

func examineOnePrinter(ctx context.Context, e PrinterEntry, add adder) {
	p, err := openPrinter(e)
	if err != nil {
		add("printer", "fail", err.Error(), "correct the printer's uri in the configuration")
		return
	}
	code, detail := p.Status(ctx)
	switch code {
	case "ready", "printing":
		add("printer", "ok", e.URI, "")
	case "unknown":
		add("printer", "warn", "it does not say how it is: "+e.URI, "")
	default:
		add("printer", "fail", code, detail)
	}
}
