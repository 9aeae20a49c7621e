// Package importer reads orders and reference data from files. Every row of a file
// ends up in exactly one place of the [Result]; a broken row is rejected with its line
// number, a code and a sentence, and never stops the rest.
//
// Files are read line by line: a record never spans lines, so that one broken quote
// cannot swallow the rest of a file.
package importer

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode/utf8"

	"pickstation/central"
	"pickstation/order"
)

const (
	maxLine   = 64 << 10 // bytes
	batchSize = 100      // orders in one transaction
)

// Result is what an import came to. Of a table, Rows = Lines + Charges + ReturnRows +
// rejected rows; of JSON, Rows are orders.
type Result struct {
	Rows       int         `json:"rows"`
	Orders     int         `json:"orders"` // orders with goods in the files
	New        int         `json:"new"`
	Updated    int         `json:"updated"`
	Rejected   []Rejection `json:"rejected"`
	Unchanged  int         `json:"unchanged"`
	Lines      int         `json:"lines"`
	Units      int         `json:"units"`
	Charges    int         `json:"charges"`
	Returns    int         `json:"returns"`
	ReturnsNew int         `json:"returns_new"`
	ReturnRows int         `json:"return_rows"`
	Products   int         `json:"products"`  // new catalogue entries
	Locations  int         `json:"locations"` // new places
}

// Rejection is a row that was not taken.
type Rejection struct {
	Row     int    `json:"row"` // line of the file, the heading is line 1
	Code    string `json:"code"`
	Message string `json:"message"`
	File    string `json:"file"`
}

func (r *Result) reject(file string, row int, code, format string, args ...any) {
	r.Rejected = append(r.Rejected, Rejection{Row: row, Code: code, Message: fmt.Sprintf(format, args...), File: filepath.Base(file)})
}

// Options of an import of orders.
type Options struct {
	Warehouse string
	Zone      string // IANA zone of times without one
	// Progress is told the number of rows read so far; may be nil.
	Progress func(rows int)
}

func (o *Options) progress(rows int) {
	if o.Progress != nil {
		o.Progress(rows)
	}
}

// rejectRows turns an order's rejection into one for each of its rows.
func (r *Result) rejectRows(file string, rows []int, code, message string) {
	for _, row := range rows {
		r.reject(file, row, code, "%s", message)
	}
}

// pending is an order read from a file with the rows it was made of.
type pending struct {
	in    central.OrderIn
	rows  []int // goods lines
	money []int // charges
	units int
}

// send takes orders in and books each row where it belongs.
func (r *Result) send(ctx context.Context, svc *central.Service, file string, all []*pending) error {
	for len(all) > 0 {
		part := all[:min(batchSize, len(all))]
		all = all[len(part):]
		orders := make([]central.OrderIn, len(part))
		for i, p := range part {
			orders[i] = p.in
		}
		results, err := svc.Intake(ctx, central.By{Who: "import", Source: "intake"}, orders)
		if err != nil {
			return err
		}
		for i, p := range part {
			r.book(file, p, results[i])
		}
	}
	return nil
}

func (r *Result) book(file string, p *pending, res central.IntakeResult) {
	r.Orders++
	switch res.Outcome {
	case central.OutcomeNew:
		r.New++
	case central.OutcomeUpdated:
		r.Updated++
	case central.OutcomeUnchanged:
		r.Unchanged++
	default:
		r.Orders--
		r.rejectRows(file, append(p.rows, p.money...), res.Code, res.Message)
		return
	}
	r.Lines += len(p.in.Lines)
	r.Charges += len(p.money)
	r.Units += p.units
}

// lineReader gives the lines of a file without their ends; a line that is too long is
// cut and reported as such, the rest of it is skipped.
type lineReader struct {
	r    *bufio.Reader
	line int
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: bufio.NewReaderSize(r, maxLine)} }

// next returns the next line and its number; io.EOF at the end.
func (l *lineReader) next() (text []byte, no int, long bool, err error) {
	text, err = l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		text, long = append([]byte(nil), text...), true
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.r.ReadSlice('\n')
		}
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
		return nil, l.line, false, err
	}
	l.line++
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	return text, l.line, long, nil
}

// table reads a CSV file with a heading.
type table struct {
	lines  *lineReader
	column map[string]int
	width  int
}

// row is one record of a table.
type row struct {
	no     int
	fields []string
	t      *table
}

// get returns a field by its column, trimmed; "" where the file has no such column.
func (r *row) get(column string) string {
	i, ok := r.t.column[column]
	if !ok || i >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

// fault is why a record cannot be read.
type fault struct{ code, message string }

// openTable reads the heading; need are columns that must be there. Columns are
// compared without regard to case. known, where given, lists all columns there may
// be: a misspelt one is refused, for its values would be dropped without a word.
func openTable(r io.Reader, need, known []string) (*table, error) {
	bad := func(format string, args ...any) error {
		return order.Errorf("bad_heading", format, args...).
			WithHint("the first line names the columns: %s", strings.Join(append(need[:len(need):len(need)], known...), ","))
	}
	t := &table{lines: newLineReader(r), column: map[string]int{}}
	text, _, long, err := t.lines.next()
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case err != nil || long:
		return nil, bad("the file has no heading")
	}
	fields, f := parseLine(strings.TrimPrefix(string(text), "\ufeff"))
	if f != nil {
		return nil, bad("the heading cannot be read: %s", f.message)
	}
	for i, name := range fields {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := t.column[name]; twice {
			return nil, bad("column %q stands twice", name)
		}
		t.column[name] = i
	}
	t.width = len(fields)
	for _, name := range need {
		if _, ok := t.column[name]; !ok {
			return nil, bad("column %q is missing", name)
		}
	}
	if known == nil {
		return t, nil
	}
	allowed := map[string]bool{}
	for _, name := range append(need[:len(need):len(need)], known...) {
		allowed[name] = true
	}
	for name := range t.column {
		if !allowed[name] {
			return nil, bad("column %q is not known", name)
		}
	}
	return t, nil
}

// next returns the next record, or why it cannot be read; io.EOF at the end. Empty
// lines are passed over.
func (t *table) next() (*row, *fault, error) {
	for {
		text, no, long, err := t.lines.next()
		if err != nil {
			return nil, nil, err
		}
		if len(text) == 0 {
			continue
		}
		r := &row{no: no, t: t}
		if long {
			return r, &fault{"too_long", fmt.Sprintf("the line has more than %d bytes", maxLine)}, nil
		}
		fields, f := parseLine(string(text))
		if f == nil && len(fields) != t.width {
			f = &fault{"bad_row", fmt.Sprintf("%d fields, the heading has %d", len(fields), t.width)}
		}
		r.fields = fields
		return r, f, nil
	}
}

func parseLine(text string) ([]string, *fault) {
	if !utf8.ValidString(text) {
		return nil, &fault{"bad_encoding", "the line is not UTF-8"}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f }) {
		return nil, &fault{"control_character", "the line holds a control character"}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	fields, err := r.Read()
	if err != nil {
		return nil, &fault{"bad_row", "not a CSV record: " + err.Error()}
	}
	return fields, nil
}

// Open opens a file that is to be read; a folder is none.
func Open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err == nil {
		if info, _ := f.Stat(); info != nil && info.IsDir() {
			err = errors.Join(syscall.EISDIR, f.Close())
		}
	}
	if err != nil {
		return nil, (&order.Error{Code: "file", Op: "open " + path, Msg: "the file cannot be read", Err: err}).
			WithHint("check the name and the permissions")
	}
	return f, nil
}

// parseAmount reads a decimal such as 2.55 as minor units, without rounding.
func parseAmount(text string) (int64, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" || len(whole) > 9 || len(fraction) > 2 {
		return 0, false
	}
	n := int64(0)
	for _, c := range whole + fraction + "00"[len(fraction):] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
