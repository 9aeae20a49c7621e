package printer_test

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"pickstation/devices/printer"
	"pickstation/devices/sim"
)

func zebra(t *testing.T) (*sim.Zebra, printer.Printer, <-chan []byte) {
	t.Helper()
	docs := make(chan []byte, 8)
	z := &sim.Zebra{OnDocument: func(b []byte) { docs <- b }}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- z.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	p, err := printer.Open("socket://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return z, p, docs
}

func TestARawPrinterGetsTheWholeDocument(t *testing.T) {
	z, p, docs := zebra(t)
	j := label("P1")
	j.Document = bytes.Repeat([]byte("^XA^FDx^FS^XZ\n"), 50_000)
	ref, err := p.Submit(ctx(t), j)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-docs; !bytes.Equal(got, j.Document) {
		t.Errorf("%d bytes arrived of %d", len(got), len(j.Document))
	}
	z.SetFlags(sim.ZebraFlags{PaperOut: true}, true) // it stops in the middle, and says nothing
	if s, err := p.Job(ctx(t), ref); err != nil || s.Progress != printer.Interrupted {
		t.Errorf("%+v %v", s, err)
	}
	z.SetFlags(sim.ZebraFlags{LabelsLeft: 1}, false)
	if s, err := p.Job(ctx(t), ref); err != nil || s.Progress != printer.InProgress {
		t.Errorf("%+v %v", s, err)
	}
	z.SetFlags(sim.ZebraFlags{}, false)
	until(t, "the label to be out", func(c context.Context) bool {
		s, err := p.Job(c, ref)
		return err == nil && s.Progress == printer.Done
	})
	if s, err := p.Job(ctx(t), "P0"); err != nil || s.Progress != printer.Forgotten {
		t.Errorf("a document of before this start: %+v %v", s, err)
	}
}

func TestAZebraSaysWhatItNeeds(t *testing.T) {
	z, p, _ := zebra(t)
	for _, c := range []struct {
		flags  sim.ZebraFlags
		silent bool
		want   printer.Condition
	}{
		{sim.ZebraFlags{}, false, printer.Ready},
		{sim.ZebraFlags{LabelsLeft: 3}, false, printer.Printing},
		{sim.ZebraFlags{PaperOut: true}, false, printer.MediaEmpty},
		{sim.ZebraFlags{RibbonOut: true}, false, printer.RibbonEmpty},
		{sim.ZebraFlags{HeadUp: true, PaperOut: true}, false, printer.CoverOpen},
		{sim.ZebraFlags{HeadCold: true}, false, printer.HeadCold},
		{sim.ZebraFlags{HeadHot: true}, false, printer.HeadHot},
		{sim.ZebraFlags{Paused: true}, false, printer.Paused},
		{sim.ZebraFlags{BufferFull: true}, false, printer.BufferFull},
		{sim.ZebraFlags{}, true, printer.Attention}, // out of labels, and therefore silent
	} {
		z.SetFlags(c.flags, c.silent)
		s, err := p.Status(ctx(t))
		if err != nil || s.Condition != c.want {
			t.Errorf("%+v: %+v %v", c.flags, s, err)
		}
	}
}

func TestAUSBPrinterNode(t *testing.T) {
	var c sim.Cable
	if err := c.Plug(t.TempDir(), "lp0"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Unplug() }()
	p, err := printer.Open("usb://" + c.Link() + "?lang=none")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := p.Status(ctx(t)); err != nil || s.Condition != printer.Unknown {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(label("P1").Document))
	if _, err := c.Read(got); err != nil || !bytes.Equal(got, label("P1").Document) {
		t.Errorf("%q %v", got, err)
	}
	// Nobody reads any more: the document must not hang the station, and what came out is not known.
	j := label("P2")
	j.Document = make([]byte, 1<<20)
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = p.Submit(short, j)
	if e := failure(t, err, printer.CodeUncertain); !e.MayHavePrinted || e.Retryable {
		t.Errorf("%+v", e)
	}
}

// The answer is read twice where the station could not write it down the first time.
func TestALabelThatIsOutStaysOut(t *testing.T) {
	_, p, docs := zebra(t)
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	<-docs
	out := func(c context.Context) bool {
		s, err := p.Job(c, ref)
		return err == nil && s.Progress == printer.Done
	}
	until(t, "the label to be out", out)
	if !out(ctx(t)) {
		t.Error("asked again, the printer has forgotten it")
	}
}

func TestAPrinterThatNeverStopsTalkingDoesNotHoldTheQueue(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	gone := make(chan bool, 1) // whether the station hung up by itself
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 500 {
			<-tick.C
			if _, err := c.Write([]byte{'x'}); err != nil {
				gone <- true
				return
			}
		}
		gone <- false
	}()
	p, err := printer.Open("socket://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Fatal(err)
	}
	if !<-gone {
		t.Error("the station listened to the end")
	}
}
