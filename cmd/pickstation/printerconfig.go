package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pickstation/devices/printer"
	"pickstation/labels"
	"pickstation/station/print"
)

// defaults fills in what an entry leaves out; list is the size of its lists.
func (e *PrinterEntry) defaults(list string) {
	if e.DPI == 0 {
		e.DPI = 203
	}
	if e.Form == "" {
		e.Form = "100x150"
	}
	if e.List == "" {
		e.List = list
	}
	if e.Language == "" {
		e.Language = print.PDF
		if strings.HasPrefix(e.URI, "socket:") || strings.HasPrefix(e.URI, "usb:") || strings.HasPrefix(e.URI, "/dev/") {
			e.Language = print.ZPL
		}
	}
}

// checkPrinters says what of the printers' entries cannot work. Whether they are
// switched on is not asked.
func (c *Config) checkPrinters() error {
	if err := c.Printer.check(); err != nil {
		return fmt.Errorf("printer: %w", err)
	}
	if c.Paper == nil {
		return nil
	}
	if c.Paper.URI == "" {
		return errors.New("paper_printer: uri is missing")
	}
	if c.Paper.URI == c.Printer.URI {
		return fmt.Errorf("paper_printer: %s is the label printer; leave paper_printer out where there is only one", c.Paper.URI)
	}
	if err := c.Paper.check(); err != nil {
		return fmt.Errorf("paper_printer: %w", err)
	}
	return nil
}

// languages are the values of printer.language.
var languages = []string{print.PDF, print.ZPL, print.TSPL}

// widest is the largest width, in millimetres, of a label or office printer.
const widest = 450

func (e *PrinterEntry) check() error {
	if _, err := printer.Open(e.URI); err != nil {
		return fmt.Errorf("uri: %w; %s", err, hintOf(err))
	}
	switch {
	case !slices.Contains(languages, e.Language):
		return fmt.Errorf("language is %q; use one of %s", e.Language, strings.Join(languages, ", "))
	case e.WidthMM < 0 || e.WidthMM > widest:
		return fmt.Errorf("width_mm is %d; give the widest paper that goes in, in millimetres, or leave it out", e.WidthMM)
	}
	at := labels.Printer{DPI: e.DPI, ShiftX: e.OffsetX, ShiftY: e.OffsetY}
	for i, doc := range e.samples() {
		name := []string{"form", "list"}[i]
		pages, err := doc.Layout(at)
		if err != nil {
			return fmt.Errorf("%s: %w; %s", name, err, labelHint(err))
		}
		if across, _ := pages[0].Size(); name == "form" && e.WidthMM > 0 && across*254 > e.WidthMM*10*e.DPI {
			return fmt.Errorf("form %s is %d mm wide, and width_mm is %d", e.Form, (across*254+5*e.DPI)/(10*e.DPI), e.WidthMM)
		}
	}
	return nil
}

func labelHint(err error) string {
	var e *labels.Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return "correct it"
}

// samples are a waybill and a list in the sizes of the entry.
func (e *PrinterEntry) samples() [2]labels.Document {
	wb, err := labels.Example(labels.KindWaybill)
	list, lerr := labels.Example(labels.KindPackingList)
	if err != nil || lerr != nil {
		panic(errors.Join(err, lerr)) // the examples are part of this program
	}
	w, l := wb.(labels.Waybill), list.(labels.PackingList)
	w.Form, l.Form = e.Form, e.List
	return [2]labels.Document{w, l}
}
