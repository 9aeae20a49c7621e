package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/devices/printer"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
	"pickstation/tui/text"
)

func TestWhateverAPrinterSaysHasItsRowOnTheScreen(t *testing.T) {
	rows := map[string]text.PrinterState{}
	for _, s := range text.PrinterStates() {
		if _, twice := rows[s.Code]; twice {
			t.Errorf("%s stands twice in the table", s.Code)
		}
		rows[s.Code] = s
	}
	for _, c := range []printer.Condition{printer.Ready, printer.Printing, printer.Paused, printer.MediaEmpty, printer.MediaLow, printer.RibbonEmpty,
		printer.CoverOpen, printer.HeadHot, printer.HeadCold, printer.Jam, printer.BufferFull, printer.Attention, printer.Rejecting, printer.Stopped,
		printer.Unreachable, printer.Denied, printer.Unknown} {
		code := strings.ReplaceAll(string(c), "-", "_")
		row, ok := rows[code]
		if !ok {
			t.Errorf("%s has no row", code)
		}
		if prints := (printer.State{Condition: c}).Prints(); row.Works != prints || (station.PrinterView{Status: code}).Prints() != prints {
			t.Errorf("%s: prints %v, the table says %v", code, prints, row.Works)
		}
	}
	for _, code := range []string{"job_held", order.PrintAborted, order.PrintCanceled, order.PrintUncertain} {
		if rows[code].Works || rows[code].Code == "" {
			t.Errorf("%s has no row", code)
		}
	}
}

func TestAPrinterThatCannotWorkIsNamedAtTheStart(t *testing.T) {
	for name, c := range map[string]struct{ toml, says string }{
		"address":       {"[printer]\nuri='fax:1'", "use spool:"},
		"dpi":           {"[printer]\ndpi=200", "set the printer's dpi to 203, 300 or 600"},
		"form":          {"[printer]\nform='A0'", "no form \"A0\""},
		"list":          {"[printer]\nlist='A0'", "use A4"},
		"language":      {"[printer]\nlanguage='pcl'", "use one of pdf, zpl, tspl"},
		"offset":        {"[printer]\noffset_x=900", "keep the shift within"},
		"width":         {"[printer]\nwidth_mm=80", "form 100x150 is 100 mm wide"},
		"negative":      {"[printer]\nwidth_mm=-1", "widest paper"},
		"second":        {"[paper_printer]\ndpi=300", "uri is missing"},
		"same":          {"[printer]\nuri='ipp://p/x'\n[paper_printer]\nuri='ipp://p/x'", "is the label printer"},
		"unknown field": {"[printer]\nspeed=3", "unknown key"},
		"near a field":  {"[printer]\nlanguag='zpl'", "did you mean \"printer.language\"?"},
	} {
		path := filepath.Join(t.TempDir(), "pickstation.toml")
		if err := os.WriteFile(path, []byte("station='b1'\ndata_dir='data'\n"+c.toml+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadConfig(path); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestAPrintersLanguageFollowsItsAddress(t *testing.T) {
	for uri, want := range map[string]string{"socket://p": print.ZPL, "usb:/dev/usb/lp0": print.ZPL, "/dev/usb/lp0": print.ZPL, "ipp://p/x": print.PDF, "spool:/tmp": print.PDF} {
		e := PrinterEntry{URI: uri}
		e.defaults("A4")
		if e.Language != want || e.DPI != 203 || e.List != "A4" {
			t.Errorf("%s: %+v", uri, e)
		}
	}
}

func TestOldPapersAreDeletedFromTheFolderAndOtherFilesStay(t *testing.T) {
	dir := t.TempDir()
	old, now := time.Now().Add(-31*24*time.Hour), time.Now()
	for name, at := range map[string]time.Time{"P-1.pdf": old, "P-2.zpl": old, "P-3.pdf": now, "notes.txt": old, "README": old} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	p := &printers{folders: []*printer.Spool{printer.NewSpool(dir)}}
	p.purge(now.Add(-30*24*time.Hour), slog.New(slog.DiscardHandler))
	var left []string
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		left = append(left, e.Name())
	}
	if strings.Join(left, " ") != "P-3.pdf README notes.txt" {
		t.Errorf("left: %v", left)
	}
}

func TestTheQueueUnderstandsWhatAPrinterSaysOfAJob(t *testing.T) {
	for _, p := range []printer.Progress{printer.Pending, printer.Held, printer.InProgress, printer.Interrupted, printer.Done, printer.Canceled,
		printer.Aborted, printer.Sent, printer.Forgotten} {
		if stages[p] == "" {
			t.Errorf("%s means nothing to the queue", p)
		}
	}
	l := labelPrinter{printer.NewSpool(t.TempDir())}
	if p, err := l.Job(context.Background(), "../x"); err != nil || p != print.Forgotten {
		t.Errorf("a job of another printer: %v %v", p, err)
	}
}

func TestTheLedgerSaysWhatIsParkedAndWhatIsVoid(t *testing.T) {
	dir := t.TempDir()
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, p := range []order.PrintOrder{{Shipment: "S1", Parcel: 1, No: 1, By: "li"}, {Kind: order.PaperInvoice, Shipment: "S1", Parcel: 1, No: 1}, {Shipment: "S2", Parcel: 1, No: 1}} {
		if err := tx.AddPrint(p, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []order.PrintResult{{JobID: 1, State: order.PrintDone, At: at},
		{JobID: 2, State: order.PrintParked, Code: "label_bad_input", Err: "line 1 needs an HS code; correct line 1", At: at}} {
		if err := tx.SetPrint(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	open := startCommand(t, newPrintersCommand(), nil, "jobs", "--dir", dir, "--json")
	if v := open.await("job"); v["shipment"] != "S2" || v["state"] != "queued" {
		t.Errorf("%v", v)
	}
	if v := open.await("job"); v["paper"] != "invoice" || v["state"] != "parked" || !strings.HasSuffix(v["why"].(string), "; correct line 1") {
		t.Errorf("%v", v)
	}
	if code := open.end(); code != 0 {
		t.Errorf("exit %d: %s", code, open.errs)
	}
	all := startCommand(t, newPrintersCommand(), nil, "jobs", "--dir", dir, "--shipment", "S1", "--json")
	if v, w := all.await("job"), all.await("job"); v["paper"] != "invoice" || w["paper"] != "waybill" || w["by"] != "li" || w["asked"] != "2026-03-02T08:00:00Z" {
		t.Errorf("%v %v", v, w)
	}
	all.end()
	if code := startCommand(t, newPrintersCommand(), nil, "jobs", "--dir", filepath.Join(dir, "none")).end(); code != exitMissing {
		t.Errorf("no folder: exit %d", code)
	}
}
