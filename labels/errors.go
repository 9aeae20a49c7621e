package labels

import "strings"

// ErrorCode names a reason for which no page could be made. Codes are stable and shared with logs and screens.
type ErrorCode string

// The reasons.
const (
	ErrorBadInput       ErrorCode = "label_bad_input"         // a field is missing or breaks its own rule
	ErrorBadPrinter     ErrorCode = "label_bad_printer"       // dpi or shift that no label printer has
	ErrorBadSymbol      ErrorCode = "label_bad_symbol"        // the text cannot be written in that symbology
	ErrorBarcodeTooFine ErrorCode = "label_barcode_too_fine"  // the module would be finer than the printer or standard allows
	ErrorTextDoesNotFit ErrorCode = "label_text_does_not_fit" // text is longer than its field at the smallest size
	ErrorScript         ErrorCode = "label_script_not_drawn"  // words of a script that cannot be drawn or transliterated
	ErrorUnknownKind    ErrorCode = "label_unknown_kind"      // no such document
	ErrorUnknownForm    ErrorCode = "label_unknown_form"      // no such size of that document
	ErrorRenderer       ErrorCode = "label_renderer"          // the PDF writer failed
	ErrorOverlap        ErrorCode = "label_overlap"           // two fields of a form lie on each other: a bug in the form
	ErrorNotAllowed     ErrorCode = "label_not_allowed"       // a rule of law forbids this paper for these goods
	ErrorTooLarge       ErrorCode = "label_too_large"         // more pages than one job may have
)

// Error says why no paper could be made and what to do next.
type Error struct {
	Code ErrorCode
	Op   string // what was being done, "lay out waybill"
	Hint string // the operator's next step
	Err  error
}

// Error gives one line: what was done and why it failed.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
