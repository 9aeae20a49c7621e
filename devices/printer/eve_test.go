package printer_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/devices/printer"
	"pickstation/devices/printer/evetest"
)

// until asks again and again until ok.
func until(t *testing.T, what string, ok func(context.Context) bool) {
	t.Helper()
	evetest.Until(t, what, ok)
}

func TestARealIPPPrinterPrintsALabel(t *testing.T) {
	eve := evetest.Start(t, "")
	p, j := eve.Open(), label("P1-SF1-1")
	ref, err := p.Submit(ctx(t), j)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be done", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Done
	})
	if docs := eve.Kept(); len(docs) != 1 || !bytes.Equal(docs[0], j.Document) {
		t.Errorf("printed %q", docs)
	}
	again, err := p.Submit(ctx(t), j)
	if err != nil || again != ref {
		t.Errorf("submitted again: %q, %v; first %q", again, err, ref)
	}
	if found, known, err := p.Find(ctx(t), j.Name, j.ContentType, 0); err != nil || !known || found != ref {
		t.Errorf("found %q, %v, %v", found, known, err)
	}
}

func TestARealIPPPrinterWithoutLabelsSaysSo(t *testing.T) {
	gate := filepath.Join(t.TempDir(), "gate")
	p := evetest.Start(t, `echo "STATE: +media-empty-error" >&2
while [ ! -e `+gate+` ]; do sleep 0.05; done
echo "STATE: -media-empty-error" >&2`).Open()
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the printer to miss labels", func(ctx context.Context) bool {
		s, err := p.Status(ctx)
		return err == nil && s.Condition == printer.MediaEmpty && strings.Contains(s.Hint, "labels")
	})
	if s, err := p.Job(ctx(t), ref); err != nil || s.Progress == printer.Done {
		t.Errorf("%+v %v", s, err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be done", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Done
	})
}

func TestARealIPPPrinterThatFailsAborts(t *testing.T) {
	p := evetest.Start(t, "exit 1").Open()
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the job to be aborted", func(ctx context.Context) bool {
		s, err := p.Job(ctx, ref)
		return err == nil && s.Progress == printer.Aborted
	})
}

func TestAJobOfThatNumberUnderAnotherNameIsAnotherJob(t *testing.T) {
	eve := evetest.Start(t, "")
	p := eve.Open()
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	eve.PowerOff()
	eve.PowerOn() // it counts its jobs anew
	if _, err := p.Submit(ctx(t), label("P2")); err != nil {
		t.Fatal(err)
	}
	if s, err := p.Job(ctx(t), ref); err != nil || s.Progress != printer.Forgotten {
		t.Errorf("%+v %v", s, err)
	}
}
