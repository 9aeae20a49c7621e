package labels

import (
	"fmt"
	"slices"
	"strings"
)

// Fit is a text field that did not go on the paper at its normal size.
type Fit struct {
	Page  int     `json:"page"` // from 1
	Field string  `json:"field"`
	From  float64 `json:"from_pt"` // normal size in points
	To    float64 `json:"to_pt"`   // size drawn in points
}

// Fine is a barcode whose module is below the three dots that couriers ask for; it is drawn, and readers close to it
// will read it.
type Fine struct {
	Page   int     `json:"page"` // from 1
	Field  string  `json:"field"`
	Dots   int     `json:"dots"`      // dots a module
	Module float64 `json:"module_mm"` // millimetres a module
}

// Report is what a caller must know about the pages besides their bytes.
type Report struct {
	Missing  []rune `json:"missing,omitempty"`  // runes drawn as □, ascending, each once; U+FFFD stands for broken UTF-8
	Shrunk   []Fit  `json:"shrunk,omitempty"`   // drawn whole, smaller than normal
	Overflow []Fit  `json:"overflow,omitempty"` // cut with "…" at the smallest size allowed
	Fine     []Fine `json:"fine,omitempty"`     // barcodes of two dots a module

	Romanised []string `json:"romanised,omitempty"` // scripts written in Latin letters instead, each once
	Refused   []string `json:"refused,omitempty"`   // scripts of whose words nothing can be drawn, each once
}

func (r *Report) romanised(script string) { r.Romanised = withName(r.Romanised, script) }

func (r *Report) refused(script string) { r.Refused = withName(r.Refused, script) }

// withName enters a name into an ordered list once.
func withName(list []string, name string) []string {
	if i, found := slices.BinarySearch(list, name); !found {
		return slices.Insert(list, i, name)
	}
	return list
}

func (r *Report) missing(c rune) {
	if i, found := slices.BinarySearch(r.Missing, c); !found {
		r.Missing = slices.Insert(r.Missing, i, c)
	}
}

// merge adds the report of page n (from 1).
func (r *Report) merge(n int, o Report) {
	for _, c := range o.Missing {
		r.missing(c)
	}
	for _, s := range o.Romanised {
		r.romanised(s)
	}
	for _, s := range o.Refused {
		r.refused(s)
	}
	for _, f := range o.Shrunk {
		f.Page = n
		r.Shrunk = append(r.Shrunk, f)
	}
	for _, f := range o.Overflow {
		f.Page = n
		r.Overflow = append(r.Overflow, f)
	}
	for _, f := range o.Fine {
		f.Page = n
		r.Fine = append(r.Fine, f)
	}
}

// Err is nil when every text is on the paper whole, else an *Error with ErrorScript that names the scripts, or with
// ErrorTextDoesNotFit that names the fields. Single missing glyphs are no error: they are visible on the paper, and what
// to do about them is the caller's to decide.
func (r Report) Err() error {
	if len(r.Refused) > 0 {
		return &Error{ErrorScript, "lay out text", "ask for these texts in Latin letters", fmt.Errorf("no font draws %s", strings.Join(r.Refused, ", "))}
	}
	if len(r.Overflow) == 0 {
		return nil
	}
	var names []string
	for _, f := range r.Overflow {
		if !slices.Contains(names, f.Field) {
			names = append(names, f.Field)
		}
	}
	return &Error{ErrorTextDoesNotFit, "lay out text", "shorten these fields or take a larger form",
		fmt.Errorf("too long even at the smallest size: %s", strings.Join(names, ", "))}
}

// Warnings gives one line for each thing a person should look at; none when the pages are as designed.
func (r Report) Warnings() []string {
	var w []string
	for _, c := range r.Missing {
		w = append(w, fmt.Sprintf("no font has U+%04X; drawn as %c", c, missingMark))
	}
	for _, s := range r.Romanised {
		w = append(w, s+" is written in Latin letters")
	}
	for _, f := range r.Overflow {
		w = append(w, fmt.Sprintf("page %d: %s is cut; it does not fit at %.1f pt", f.Page, f.Field, f.To))
	}
	for _, f := range r.Fine {
		w = append(w, fmt.Sprintf("page %d: barcode %s has only %d dots (%.3f mm) a module", f.Page, f.Field, f.Dots, f.Module))
	}
	return w
}
