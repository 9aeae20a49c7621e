package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/labels"
)

// labelOptions are the flags of the label command.
type labelOptions struct {
	kind, in, out, format string
	dpi                   int
	example               bool
}

// labelFormats are the values of --format.
var labelFormats = []string{"pdf", "png", "zpl", "tspl"}

// newLabelCommand renders one document from a file: pickstation label.
func newLabelCommand() *cobra.Command {
	o := labelOptions{format: "pdf", dpi: 203}
	cmd := &cobra.Command{
		Use:   "label --kind KIND --in FILE --out FILE",
		Short: "Render one document for a printer",
		Long: "Render one document for a printer.\n\nThe input is JSON; --example prints one that works. A ready-made label, drawn by a carrier, may be a PNG file. A page is made for the dots of one print head:\n" +
			"give the printer's own --dpi and print without scaling. PNG files of several pages are numbered FILE-2, FILE-3 and so on.\n\nKinds: " +
			strings.Join(labels.Kinds(), ", "),
		Example: "  pickstation label --kind waybill --example > waybill.json\n" +
			"  pickstation label --kind waybill --in waybill.json --out waybill.pdf --dpi 203\n" +
			"  pickstation label --kind ready-made --in carrier.png --out carrier.zpl --format zpl",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return runLabel(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.kind, "kind", "", "document: "+strings.Join(labels.Kinds(), ", "))
	f.StringVar(&o.in, "in", "", "input file, - for stdin")
	f.StringVar(&o.out, "out", "", "output file, - for stdout")
	f.StringVar(&o.format, "format", o.format, strings.Join(labelFormats, ", "))
	f.IntVar(&o.dpi, "dpi", o.dpi, "the printer's dots per inch: 203, 300 or 600")
	f.BoolVar(&o.example, "example", false, "print an input that works, and stop")
	cmd.SetFlagErrorFunc(flagError)
	return cmd
}

// flagError reports a flag or an argument that is not of the command.
func flagError(cmd *cobra.Command, err error) error {
	return usage(strings.TrimPrefix(cmd.CommandPath(), "pickstation "), "%v", err)
}

func runLabel(cmd *cobra.Command, o labelOptions) error {
	if o.kind == "" {
		return usage("label", "--kind is missing")
	}
	if o.example {
		return printExample(cmd.OutOrStdout(), o.kind)
	}
	switch {
	case !slices.Contains(labels.Kinds(), o.kind):
		return usage("label", "no document of kind %q; use one of %s", o.kind, strings.Join(labels.Kinds(), ", "))
	case o.in == "":
		return usage("label", "--in is missing")
	case o.out == "":
		return usage("label", "--out is missing")
	case !slices.Contains(labelFormats, o.format):
		return usage("label", "no format %q; use one of %s", o.format, strings.Join(labelFormats, ", "))
	}
	data, err := readInput(cmd.InOrStdin(), o.in)
	if err != nil {
		return err
	}
	doc, err := decodeLabel(o.kind, data, o.dpi)
	if err != nil {
		return refused(err)
	}
	return writeDocument(cmd, doc, o)
}

// printExample writes the kind's example as indented JSON.
func printExample(w io.Writer, kind string) error {
	doc, err := labels.Example(kind)
	if err != nil {
		return refused(err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return refused(err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// maxInput is the size, in bytes, above which a file is surely not a document.
const maxInput = 16 << 20

func readInput(stdin io.Reader, name string) ([]byte, error) {
	r := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, &failure{exitMissing, err.Error(), "check the name after --in", err}
		}
		defer f.Close()
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, &failure{exitMissing, "read " + name + ": " + err.Error(), "check the file after --in", err}
	}
	if len(data) > maxInput {
		return nil, &failure{code: exitNo, what: fmt.Sprintf("read %s: more than %d bytes", name, maxInput), do: "split the document"}
	}
	return data, nil
}

// refused turns an error of package labels into the command's.
func refused(err error) error {
	f := &failure{exitNo, err.Error(), "compare the input with --example", err}
	var e *labels.Error
	if errors.As(err, &e) {
		if e.Hint != "" {
			f.do = e.Hint
		}
		if e.Code == labels.ErrorUnknownKind || e.Code == labels.ErrorBadPrinter {
			f.code = exitUsage
		}
	}
	return f
}

// writeDocument lays a document out, renders it and writes the files. Text that had to be cut fails the command, but the
// file is there to be looked at.
func writeDocument(cmd *cobra.Command, doc labels.Document, o labelOptions) error {
	pages, err := doc.Layout(labels.Printer{DPI: o.dpi})
	if err != nil {
		return refused(err)
	}
	files, rep, err := render(pages, o.format)
	if err != nil {
		return refused(err)
	}
	for i, b := range files {
		if err := writeOutput(cmd.OutOrStdout(), numbered(o.out, i), b); err != nil {
			return err
		}
	}
	for _, w := range rep.Warnings() {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning: "+w)
	}
	if err := rep.Err(); err != nil {
		return refused(err)
	}
	return nil
}

// render gives the files of a format: one for all pages, or one a page for pictures.
func render(pages []*labels.Page, format string) (files [][]byte, rep labels.Report, err error) {
	var one []byte
	switch format {
	case "png":
		return labels.RenderPNG(pages)
	case "zpl":
		one, rep, err = labels.RenderZPL(pages)
	case "tspl":
		one, rep, err = labels.RenderTSPL(pages)
	default:
		one, rep, err = labels.RenderPDF(pages, labels.Meta{})
	}
	return [][]byte{one}, rep, err
}

// numbered is the name of file i of several: a.png, a-2.png, a-3.png.
func numbered(name string, i int) string {
	if i == 0 || name == "-" {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i+1, ext)
}

// writeOutput writes through a temporary file, so that nobody ever picks up half a label. The file is readable by its
// owner only: it carries names and addresses.
func writeOutput(stdout io.Writer, name string, b []byte) error {
	fail := func(err error) error {
		return &failure{exitMissing, "write " + name + ": " + err.Error(), "check the folder and its permissions after --out", err}
	}
	if name == "-" {
		if _, err := stdout.Write(b); err != nil {
			return fail(err)
		}
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".label-*")
	if err != nil {
		return fail(err)
	}
	defer os.Remove(tmp.Name()) // gone already once renamed
	if _, err := tmp.Write(b); err != nil {
		tmp.Close()
		return fail(err)
	}
	if err := tmp.Sync(); err != nil {
		tmp.Close()
		return fail(err)
	}
	if err := tmp.Close(); err != nil {
		return fail(err)
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return fail(err)
	}
	return nil
}
